//! Files of another system on disk: folders are gone through, links are not followed.

use super::Failure;
use super::build::failed;
use super::project::plain;
use crate::workflow::import::Tree;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// So many files are looked at: a path that was mistyped may be the root of a disk.
const MOST_FILES: usize = 1_000_000;
const DEEPEST: usize = 64;
const WHAT: &str = "cannot read";
/// No profile is larger; firmware is.
const MOST_OCTETS: u64 = 4 << 20;

#[derive(Debug, Default)]
pub(super) struct Folder {
    paths: Vec<PathBuf>,
    names: Vec<String>,
    /// What was passed over, by its name.
    pub links: Vec<String>,
    /// So much has a name that begins with a dot.
    pub hidden: usize,
}

impl Folder {
    /// All files below the paths, in the order of their names. A path that is a link itself is followed: somebody wrote it.
    pub fn open(paths: &[PathBuf]) -> Result<Folder, Failure> {
        let mut folder = Folder::default();
        let mut found: Vec<(String, PathBuf)> = Vec::new();
        for path in paths {
            let meta = std::fs::metadata(path).map_err(|error| failed(WHAT, path, &error))?;
            if meta.is_dir() {
                folder.walk(path, "", DEEPEST, &mut found)?;
            } else if meta.is_file() {
                let name = path.file_name().map(|name| shown(&name.to_string_lossy())).unwrap_or_default();
                found.push((name, path.clone()));
            } else {
                return Err(Failure::new(format!("{} is neither a file nor a folder", path.display())));
            }
        }
        found.sort();
        (folder.names, folder.paths) = found.into_iter().unzip();
        Ok(folder)
    }

    fn walk(
        &mut self,
        at: &Path,
        before: &str,
        deeper: usize,
        found: &mut Vec<(String, PathBuf)>,
    ) -> Result<(), Failure> {
        for entry in std::fs::read_dir(at).map_err(|error| failed(WHAT, at, &error))? {
            let entry = entry.map_err(|error| failed(WHAT, at, &error))?;
            let kind = entry.file_type().map_err(|error| failed(WHAT, &entry.path(), &error))?;
            let name = format!("{before}{}", shown(&entry.file_name().to_string_lossy()));
            // What begins with a dot is some program's own.
            if entry.file_name().as_encoded_bytes().first() == Some(&b'.') {
                self.hidden += 1;
                continue;
            }
            if kind.is_symlink() {
                self.links.push(name);
            } else if kind.is_dir() && deeper > 0 {
                self.walk(&entry.path(), &format!("{name}/"), deeper - 1, found)?;
            } else if kind.is_file() {
                found.push((name, entry.path()));
            }
            if found.len() > MOST_FILES {
                return Err(Failure::new(format!("{} holds more than {MOST_FILES} files", at.display())));
            }
        }
        Ok(())
    }
}

impl Tree for Folder {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, at: usize) -> Result<Vec<u8>, String> {
        let path = self.paths.get(at).ok_or("there is no such file")?;
        let mut octets = Vec::new();
        // One octet more tells that it is too large.
        let read = File::open(path).and_then(|file| file.take(MOST_OCTETS + 1).read_to_end(&mut octets));
        read.map(|_| octets).map_err(|error| plain(&error))
    }
}

/// A name as it is shown, on one line.
fn shown(name: &str) -> String {
    name.replace(|sign: char| sign.is_control() || sign == '\\', "?")
}
