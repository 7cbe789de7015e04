//! `prov import`: written beside the target first, then put in its place in one step.

use super::build::{beside, discard, failed, put_in_place};
use super::tree::Folder;
use super::writer::Writer;
use super::{Failure, Format, Global, Status, archive, output};
use crate::compile::Options;
use crate::export::Exported;
use crate::language::MemoryFiles;
use crate::pipeline;
use crate::platform::Catalogue;
use crate::workflow::import::{Imported, Order, Told, Tried, Written, import};
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Folders and files of another system: profiles of phones and of products, in any form that phones take
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The folder of the new project; it must not hold anything yet
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// The product of phones of which nothing tells it
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Take the place of a project that is there
    #[arg(long)]
    replace: bool,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

const MAIN: &str = "main.prov";
const IGNORED: &str = ".gitignore";
/// What an import writes; the main file last, since a folder is a project by it.
const OWN: [&str; 4] = [IGNORED, "secrets", "phones.csv", MAIN];

/// So many differences are told; more have one cause.
const MOST_TOLD: usize = 20;

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let begun = Instant::now();
    let target = &arguments.output;
    free(target, arguments.replace)?;
    apart(target, &arguments.paths)?;
    let model = arguments.model.as_deref().map(known).transpose()?;
    let folder = Folder::open(&arguments.paths)?;
    let program =
        target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "program".into());
    let order =
        Order { model: model.as_deref(), only: None, fetched: false, compile: &|files| compiled(files, &program) };
    let mut imported = import(&folder, &order);
    let errors = imported.has_errors();
    let project = imported.project.take();
    if let Some(files) = &project {
        write(files, target)?;
    }
    if arguments.format == Format::Json {
        output::json(&imported.document(project.as_ref().map(|_| target.display().to_string())))?;
        let whole = !errors && imported.told.left_out == 0 && project.is_some();
        return Ok(if whole { Status::Clean } else { Status::Findings });
    }
    let Imported { findings, sources, differences, told, .. } = imported;
    output::findings(&findings, &sources, global);
    if folder.hidden > 0 && !global.quiet {
        let names = output::count(folder.hidden, "name");
        output::message(&format!("note: {names} with a dot before it: such files and folders are passed over\n"));
    }
    for link in folder.links.iter().filter(|_| !global.quiet) {
        output::message(&format!("note: {link} is a link, and is not followed\n"));
    }
    for one in differences.iter().take(MOST_TOLD) {
        output::error(&format!("{}: `{}`: {}", one.phone, one.element, one.why), global);
    }
    if project.is_none() {
        let why = match (&differences[..], told.phones) {
            ([], 0) if !errors => "no profile of a phone was found".to_owned(),
            ([], _) => "what is wrong above has to be settled first".to_owned(),
            (all, _) => format!("the program would give {}", output::count(all.len(), "other value")),
        };
        output::error(&format!("{why}; nothing is written"), global);
        return Ok(Status::Findings);
    }
    if !global.quiet {
        summary(&told, target, begun.elapsed().as_millis());
    }
    Ok(if errors || told.left_out > 0 { Status::Findings } else { Status::Clean })
}

/// A project that is nowhere but in memory, compiled.
pub(super) fn compiled(files: &MemoryFiles, program: &str) -> Tried {
    let planned = pipeline::plan(files, "main.prov", &Options { program: program.to_owned(), port_offset: 0 });
    let (findings, sources) = (planned.findings().to_vec(), planned.sources().clone());
    Tried { served: planned.into_served(), findings, sources }
}

fn summary(told: &Told, target: &Path, millis: u128) {
    let shown = target.display();
    let counts = [(told.networks, "network"), (told.columns, "column"), (told.secrets, "secret")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| output::count(count, what));
    let mut parts = vec![format!("{} of {}", output::count(told.files, "file"), output::count(told.phones, "phone"))];
    if !told.profiles.is_empty() {
        parts.push(format!("profiles {}", told.profiles.join(", ")));
    }
    parts.extend(counts);
    let but = match told.left_out {
        0 => String::new(),
        some => format!(", but for {some} left out (told above)"),
    };
    output::message(&format!(
        "{}\n{} compared: each phone gets what the files gave it{but} · {millis} ms\n",
        parts.join(" · "),
        output::count(told.compared.values, "value"),
    ));
    output::message(&format!("the project is in {shown}\n  prov check {shown}\n"));
    if told.secrets > 0 {
        output::message(&format!("  {shown}/secrets has what must not be read by others; git leaves it alone\n"));
    }
}

/// A product by its name, or by the part of it that people say.
pub(super) fn known(name: &str) -> Result<String, Failure> {
    let catalogue = Catalogue::cisco_mpp();
    match catalogue.model(name).or_else(|| catalogue.model_by_short_name(name)) {
        Some(model) => Ok(model.name.clone()),
        None => {
            let meant = catalogue.model_meant(name).map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            Err(Failure::new(format!("no product is called `{name}`{meant}")))
        }
    }
}

/// A project among the files that it is made of would be served with them, secrets and all, and be read by the next import.
fn apart(target: &Path, paths: &[PathBuf]) -> Result<(), Failure> {
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = |path: &Path| path.canonicalize().ok();
    let nearest = parent.ancestors().find_map(real);
    let place = real(target).or(nearest);
    let inside =
        paths.iter().find(|path| real(path).zip(place.as_ref()).is_some_and(|(from, to)| to.starts_with(from)));
    match inside {
        Some(path) => Err(Failure::new(format!(
            "{} lies in {}, from where it is imported; name a folder elsewhere",
            target.display(),
            path.display()
        ))),
        None => Ok(()),
    }
}

fn free(target: &Path, replace: bool) -> Result<(), Failure> {
    if archive::is_archive(target) {
        return Err(Failure::new(format!("{} is an archive's name; a project is a folder", target.display())));
    }
    let mut entries = match std::fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("cannot write to", target, &error)),
    };
    let shown = target.display();
    match (entries.next().is_none(), target.join(MAIN).is_file(), replace) {
        (true, ..) | (_, true, true) => Ok(()),
        (_, false, true) => {
            Err(Failure::new(format!("{shown} holds no project that could be replaced; name a new folder")))
        }
        (_, true, false) => {
            Err(Failure::new(format!("{shown} holds a project; `--replace` takes its place, or name a new folder")))
        }
        (..) => Err(Failure::new(format!("{shown} is not empty; name a new folder"))),
    }
}

fn write(files: &[Written], target: &Path) -> Result<(), Failure> {
    let fresh = beside(target)?;
    discard(&fresh);
    let written = (|| {
        for private in [false, true] {
            let mut writer = Writer::new(&fresh, private);
            for file in files.iter().filter(|file| file.private == private) {
                writer.put(Exported { path: file.path.clone(), bytes: file.octets.clone() })?;
            }
            writer.flush()?;
        }
        match target.join(MAIN).is_file() {
            true => super::unfinished::put(|| take_over(&fresh, target, files)),
            false => put_in_place(&fresh, target),
        }
    })();
    discard(&fresh);
    written
}

/// The files of the new project in the place of those of the old one. Whatever else lies there is somebody's: certificates, the history
/// of git, notes.
fn take_over(fresh: &Path, target: &Path, files: &[Written]) -> Result<(), Failure> {
    let moved = |from: &Path, to: &Path| match std::fs::rename(from, to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("cannot replace", to, &error)),
        _ => Ok(()),
    };
    let tops: BTreeSet<&str> = files.iter().filter_map(|file| file.path.split('/').next()).collect();
    let old = fresh.join(".old");
    std::fs::create_dir_all(&old).map_err(|error| failed("cannot make", &old, &error))?;
    for name in OWN.into_iter().chain(tops.iter().copied().filter(|name| !OWN.contains(name))) {
        // What git is told to leave alone may have grown since.
        if name == IGNORED && target.join(name).is_file() {
            continue;
        }
        moved(&target.join(name), &old.join(name))?;
        moved(&fresh.join(name), &target.join(name))?;
    }
    Ok(())
}
