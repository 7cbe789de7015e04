//! A project as it was: a folder, or a revision in git, read without touching the work tree.

use super::project::{Argument, Project, plain};
use super::{Failure, Global, output};
use crate::compile::Options;
use crate::language::{FileFault, Files};
use crate::pipeline::{self, Planned};
use gix::object::tree::EntryKind;
use gix::{ObjectId, Repository};
use std::path::{Component, Path, PathBuf};

/// Links are followed so many times.
const LINKS: usize = 8;
/// As on disk.
const MOST_OCTETS: u64 = 2 << 30;

/// Compiles the project of `now` as it is in a folder or a revision, which has to be without errors.
pub(super) fn plan(now: &Project, revision: &str, global: &Global) -> Result<Planned, Failure> {
    let planned = compiled(now, revision)?;
    if planned.has_errors() {
        output::findings(planned.findings(), planned.sources(), global);
        return Err(Failure::new(format!(
            "these are the findings of `{revision}`: with errors it is no program that could be in the field"
        )));
    }
    Ok(planned)
}

/// The same with its errors. A folder without a program is looked for in git.
pub(super) fn compiled(now: &Project, revision: &str) -> Result<Planned, Failure> {
    let folder = Project::find(&Argument { project: revision.into() });
    match folder {
        Ok(project) => Ok(on_disk(&project)),
        Err(no_project) => match Revision::open(&now.folder, revision) {
            Ok(files) if files.exists(&now.entry) => Ok(pipeline::plan(&files, &now.entry, &named(now))),
            Ok(_) if revision.contains(':') => {
                Err(Failure::new(format!("`{revision}` is a folder without {}", now.entry)))
            }
            Ok(_) => Err(Failure::new(format!(
                "`{revision}` has no {} in this folder; if it lay in another then, say in which: `{revision}:FOLDER`",
                now.entry
            ))),
            Err(_) if Path::new(revision).exists() => Err(no_project),
            Err(failure) => Err(failure),
        },
    }
}

/// Compiles a project as it lies there.
pub(super) fn on_disk(project: &Project) -> Planned {
    pipeline::plan(&Undated(project), &project.entry, &named(project))
}

fn named(project: &Project) -> Options {
    Options { program: project.name.clone(), port_offset: 0 }
}

/// A folder from the top of its repository, with `/` between its parts; without a repository from where prov runs, and
/// whole where it is not below.
pub(super) fn from_top(folder: &Path) -> String {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(folder) = std::fs::canonicalize(folder) else { return folder.display().to_string() };
    let top = gix::discover(&folder).ok().and_then(|repository| repository.workdir().map(Path::to_owned));
    let top = top.or_else(|| std::env::current_dir().ok()).and_then(|top| std::fs::canonicalize(top).ok());
    let below = top.and_then(|top| folder.strip_prefix(top).ok().map(Path::to_owned)).unwrap_or(folder);
    below.to_string_lossy().into_owned()
}

/// A folder as a commit is: what was valid then is no matter now.
struct Undated<'f>(&'f dyn Files);

impl Files for Undated<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        self.0.read(path)
    }

    fn exists(&self, path: &str) -> bool {
        self.0.exists(path)
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.0.size(path)
    }

    fn now(&self) -> Option<u64> {
        None
    }

    fn is_folder(&self, path: &str) -> bool {
        self.0.is_folder(path)
    }

    fn programs(&self) -> Vec<String> {
        self.0.programs()
    }
}

/// The files of a folder in a commit.
struct Revision {
    repository: Repository,
    /// The commit's tree.
    root: ObjectId,
    /// The folder, from the top of the work tree.
    folder: PathBuf,
}

/// What stands at a path.
struct Entry {
    id: ObjectId,
    kind: EntryKind,
}

impl Revision {
    fn open(folder: &Path, revision: &str) -> Result<Self, Failure> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let failed = |why: String| Failure::new(format!("`{revision}` is no folder, and {why}"));
        let folder = std::fs::canonicalize(folder).map_err(|error| failed(plain(&error)))?;
        let repository =
            gix::discover(&folder).map_err(|_| failed(format!("{} is in no git repository", folder.display())))?;
        let root = {
            let commit =
                repository.rev_parse_single(revision).ok().and_then(|id| id.object().ok()?.peel_to_tree().ok());
            commit.ok_or_else(|| failed(missing(&repository)))?.id
        };
        let top = repository.workdir().and_then(|top| std::fs::canonicalize(top).ok());
        let inside = top.and_then(|top| folder.strip_prefix(top).ok().map(Path::to_owned));
        let folder = inside.ok_or_else(|| failed("its repository has no work tree here".into()))?;
        // `HEAD~1:old/place` is a folder of that commit, and not looked for below where the project is now.
        let folder = if revision.contains(':') { PathBuf::new() } else { folder };
        Ok(Revision { repository, root, folder })
    }

    /// What stands at a path below the folder; links are followed as far as they stay in it.
    fn entry(&self, path: &str) -> Option<Entry> {
        let mut path = within(Path::new(path))?;
        for _ in 0..LINKS {
            let entry = self.at(&path)?;
            if entry.kind != EntryKind::Link {
                return Some(entry);
            }
            let target = String::from_utf8(self.octets(entry.id)?).ok()?;
            path = within(&path.parent()?.join(target))?;
        }
        None
    }

    fn at(&self, path: &Path) -> Option<Entry> {
        let tree = self.repository.find_tree(self.root).ok()?;
        let found = tree.lookup_entry_by_path(self.folder.join(path)).ok()??;
        Some(Entry { id: found.object_id(), kind: found.mode().kind() })
    }

    fn octets(&self, id: ObjectId) -> Option<Vec<u8>> {
        Some(std::mem::take(&mut self.repository.find_object(id).ok()?.data))
    }

    fn file(&self, path: &str) -> Option<Entry> {
        self.entry(path).filter(|entry| matches!(entry.kind, EntryKind::Blob | EntryKind::BlobExecutable))
    }
}

impl Files for Revision {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        let fault = |why: &str| FileFault(why.to_owned());
        let entry = self.file(path).ok_or_else(|| fault("there is no such file"))?;
        if self.size(path).is_none_or(|size| size > MOST_OCTETS) {
            return Err(fault("it is larger than 2 GiB"));
        }
        self.octets(entry.id).ok_or_else(|| fault("git cannot read it"))
    }

    fn exists(&self, path: &str) -> bool {
        self.file(path).is_some()
    }

    fn size(&self, path: &str) -> Option<u64> {
        let entry = self.file(path)?;
        self.repository.find_header(entry.id).ok().map(|header| header.size())
    }

    // What was valid then is no matter now.
    fn now(&self) -> Option<u64> {
        None
    }

    fn is_folder(&self, path: &str) -> bool {
        self.entry(path).is_some_and(|entry| entry.kind == EntryKind::Tree)
    }
}

/// Why a revision is not found.
fn missing(repository: &Repository) -> String {
    let unborn = repository.head().is_ok_and(|head| head.is_unborn());
    let mut references = repository.references().ok();
    let any = references.as_mut().and_then(|all| Some(all.all().ok()?.next().is_some())).unwrap_or(false);
    match repository.is_shallow().unwrap_or(false) {
        true => {
            "git has no such revision here: the clone is shallow, and `git fetch --unshallow` brings the rest".into()
        }
        false if unborn && !any => "the repository has no commits yet".into(),
        false => "git has no such revision here".into(),
    }
}

/// A path without `.` and `..`; nothing: it leaves the folder.
fn within(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => plain.push(part),
            Component::ParentDir if plain.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_their_folder() {
        assert_eq!(within(Path::new("./a//b/../c")), Some("a/c".into()));
        for leaves in ["../a", "a/../../b", "/etc/passwd"] {
            assert_eq!(within(Path::new(leaves)), None, "{leaves}");
        }
    }
}
