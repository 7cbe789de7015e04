//! The PROJECT argument: a folder with `main.prov`, or a `.prov` file; and its files on disk.

use super::{Failure, Global, output};
use crate::compile::Options;
use crate::language::{FileFault, Files};
use crate::pipeline::{self, Planned};
use crate::plan::Served;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A data file may be this large: an inventory of some ten million phones.
const MAX_DATA_BYTES: u64 = 2 << 30;

#[derive(Clone, Debug, Args)]
pub struct Argument {
    /// A folder with main.prov, or a .prov file
    #[arg(value_name = "PROJECT", default_value = ".")]
    pub project: PathBuf,
}

/// A project on disk.
#[derive(Clone, Debug)]
pub struct Project {
    pub folder: PathBuf,
    /// The main file, relative to the folder.
    pub entry: String,
    pub name: String,
}

impl Project {
    /// Finds the main file, and makes sure that it can be read.
    pub fn find(argument: &Argument) -> Result<Project, Failure> {
        let given = &argument.project;
        let (folder, entry) = if given.is_dir() {
            (given.clone(), "main.prov".to_owned())
        } else {
            let entry = given.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            (given.parent().map(Path::to_owned).unwrap_or_default(), entry)
        };
        let shown = folder.join(&entry);
        let project = Project::at(folder, entry);
        match open(&shown) {
            Ok(_) => Ok(project),
            Err(fault) if given.is_dir() => Err(Failure::new(format!(
                "cannot read {}: {fault}; a project is a folder with main.prov, or a .prov file (`prov new DIR` writes one)",
                shown.display()
            ))),
            Err(fault) => Err(Failure::new(format!("cannot read {}: {fault}", shown.display()))),
        }
    }

    /// A project that nobody has looked for.
    pub fn at(folder: PathBuf, entry: String) -> Project {
        Project { name: name_of(&folder, &entry), folder, entry }
    }

    /// Compiles it.
    pub fn plan(&self, port_offset: u16) -> Planned {
        self.plan_after(port_offset, None)
    }

    /// Compiles it again, after the plan that is served.
    pub fn plan_after(&self, port_offset: u16, before: Option<&Served>) -> Planned {
        let options = Options { program: self.name.clone(), port_offset };
        pipeline::plan_after(self, &self.entry, &options, before)
    }
}

impl Files for Project {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        let file = open(&self.folder.join(path))?;
        // Room for all at once: a large file that grows by doubling is held twice.
        let length = file.metadata().map_or(0, |meta| meta.len().min(MAX_DATA_BYTES));
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.take(MAX_DATA_BYTES).read_to_end(&mut bytes).map_err(|error| FileFault(plain(&error)))?;
        Ok(bytes)
    }

    fn begin(&self, path: &str, octets: usize) -> Result<Vec<u8>, FileFault> {
        let mut bytes = Vec::new();
        let file = open(&self.folder.join(path))?;
        file.take(octets as u64).read_to_end(&mut bytes).map_err(|error| FileFault(plain(&error)))?;
        Ok(bytes)
    }

    fn exists(&self, path: &str) -> bool {
        self.folder.join(path).is_file()
    }

    fn size(&self, path: &str) -> Option<u64> {
        std::fs::metadata(self.folder.join(path)).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len())
    }

    fn now(&self) -> Option<u64> {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_secs())
    }

    fn is_folder(&self, path: &str) -> bool {
        self.folder.join(path).is_dir()
    }

    fn programs(&self) -> Vec<String> {
        let mut found = Vec::new();
        programs_in(&self.folder, "", MOST_DEEP, &mut found);
        found.sort();
        found
    }
}

/// Folders in folders are looked into so far.
const MOST_DEEP: usize = 3;
/// And so many names are looked at in all: a project may lie in a folder that has everything.
const MOST_NAMES: usize = 256;

/// The `.prov` files below a folder, as the program would name them.
fn programs_in(folder: &Path, before: &str, deeper: usize, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten().take(MOST_NAMES) {
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
        if found.len() >= MOST_NAMES || name.starts_with('.') {
            continue;
        }
        let path = format!("{before}{name}");
        match deeper.checked_sub(1) {
            Some(left) if kind.is_dir() => programs_in(&entry.path(), &format!("{path}/"), left, found),
            _ if kind.is_file() && name.ends_with(".prov") => found.push(path),
            _ => {}
        }
    }
}

fn open(path: &Path) -> Result<std::fs::File, FileFault> {
    let meta = std::fs::metadata(path).map_err(|error| FileFault(plain(&error)))?;
    // A pipe or a device would be read for ever.
    if !meta.is_file() {
        return Err(FileFault(if meta.is_dir() { "it is a folder" } else { "it is no regular file" }.into()));
    }
    if meta.len() > MAX_DATA_BYTES {
        return Err(FileFault(format!("it is larger than {} GiB", MAX_DATA_BYTES >> 30)));
    }
    std::fs::File::open(path).map_err(|error| FileFault(plain(&error)))
}

/// The program's name: its folder, or its file if that is not `main.prov`.
fn name_of(folder: &Path, entry: &str) -> String {
    if entry != "main.prov" {
        return entry.trim_end_matches(".prov").to_owned();
    }
    let named = folder.file_name().map(std::ffi::OsStr::to_owned);
    let named = named.or_else(|| std::fs::canonicalize(folder).ok()?.file_name().map(std::ffi::OsStr::to_owned));
    named.map_or_else(|| "program".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// What the operating system says, without its numbers.
pub fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

/// A plan to work with, or the findings, printed.
pub fn served(planned: Planned, global: &Global) -> Option<Served> {
    output::findings(planned.findings(), planned.sources(), global);
    planned.into_served()
}
