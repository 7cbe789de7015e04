//! A project as it was: a folder, or a revision in git, read without touching the work tree.

use super::Failure;
use super::project::{Argument, Project};
use crate::compile::Options;
use crate::language::{FileFault, Files};
use crate::pipeline::{self, Planned};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// Links are followed so many times.
const LINKS: usize = 8;

/// Compiles the project of `now` as it is in a folder or a revision.
pub(super) fn plan(now: &Project, revision: &str) -> Result<Planned, Failure> {
    let planned = if Path::new(revision).exists() {
        let folder = Argument { project: revision.into() };
        let project = Project::find(&folder)?;
        pipeline::plan(&project, &project.entry, &options(now))
    } else {
        let files = Revision::open(&now.folder, revision)?;
        if !files.exists(&now.entry) {
            return Err(Failure::new(format!("`{revision}` has no {} in this folder", now.entry)));
        }
        pipeline::plan(&files, &now.entry, &options(now))
    };
    if planned.has_errors() {
        let what = "is no program that could be in the field: it has errors";
        return Err(Failure::new(format!("`{revision}` {what} (`prov check` there tells them)")));
    }
    Ok(planned)
}

fn options(project: &Project) -> Options {
    Options { program: project.name.clone(), port_offset: 0 }
}

/// The files of a folder in a commit.
#[derive(Debug)]
struct Revision<'r> {
    folder: &'r Path,
    /// By their paths below the folder.
    files: BTreeMap<String, Blob>,
}

#[derive(Debug)]
struct Blob {
    name: String,
    size: u64,
    is_link: bool,
}

impl<'r> Revision<'r> {
    fn open(folder: &'r Path, revision: &str) -> Result<Self, Failure> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let commit = format!("{revision}^{{commit}}");
        let commit =
            git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(|why| {
                let why = if why.is_empty() { "git knows no such revision here".to_owned() } else { why };
                Failure::new(format!("`{revision}` is no folder, and {why}"))
            })?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        // Below this folder, and by paths from here.
        let listed = git(folder, &["ls-tree", "-r", "-l", "-z", &commit])
            .map_err(|why| Failure::new(format!("`{revision}` cannot be read: {why}")))?;
        let files = listed.split(|octet| *octet == 0).filter_map(|line| entry(std::str::from_utf8(line).ok()?));
        Ok(Revision { folder, files: files.collect() })
    }

    /// The blob behind a path; links are followed as far as they stay in the folder.
    fn blob(&self, path: &str) -> Option<&Blob> {
        let mut path = plain(path)?;
        for _ in 0..LINKS {
            let blob = self.files.get(&path)?;
            if !blob.is_link {
                return Some(blob);
            }
            let target = String::from_utf8(self.octets(&blob.name).ok()?).ok()?;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            path = plain(&format!("{folder}/{target}")).filter(|_| !target.starts_with('/'))?;
        }
        None
    }

    fn octets(&self, blob: &str) -> Result<Vec<u8>, FileFault> {
        git(self.folder, &["cat-file", "blob", blob]).map_err(FileFault)
    }
}

impl Files for Revision<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        match self.blob(path) {
            Some(blob) => self.octets(&blob.name),
            None => Err(FileFault("there is no such file".into())),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.blob(path).is_some()
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.blob(path).map(|blob| blob.size)
    }

    // What was valid then is no matter now.
    fn now(&self) -> Option<u64> {
        None
    }

    fn is_folder(&self, path: &str) -> bool {
        let Some(inside) = plain(path).map(|path| path + "/") else { return false };
        self.files.range(inside.clone()..).next().is_some_and(|(name, _)| name.starts_with(&inside))
    }
}

/// `MODE TYPE NAME SIZE\tPATH`.
fn entry(line: &str) -> Option<(String, Blob)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split_ascii_whitespace();
    let (mode, kind, name, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let blob = Blob { name: name.to_owned(), size: size.parse().ok()?, is_link: mode == "120000" };
    (kind == "blob").then(|| (path.to_owned(), blob))
}

/// A path without `.` and `..`; nothing: it leaves the folder.
fn plain(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What git says; or why it does not.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null());
    let ran = command.output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "git is not installed".to_owned(),
        _ => error.to_string(),
    })?;
    if ran.status.success() {
        return Ok(ran.stdout);
    }
    let said = String::from_utf8_lossy(&ran.stderr);
    Err(said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_tree() {
        let (path, blob) = entry("100644 blob 0123456789abcdef      12\tdata/a b.csv").expect("a file");
        assert_eq!((path.as_str(), blob.name.as_str(), blob.size), ("data/a b.csv", "0123456789abcdef", 12));
        assert!(entry("120000 blob 01 5\tlink").is_some_and(|(_, blob)| blob.is_link));
        assert!(entry("160000 commit 01       -\tmodule").is_none());
        assert!(entry("").is_none());
    }

    #[test]
    fn paths_stay_in_their_folder() {
        assert_eq!(plain("./a//b/../c"), Some("a/c".into()));
        assert_eq!(plain("../a"), None);
        assert_eq!(plain("a/../../b"), None);
    }
}
