//! What is open, and which program each file is of.

use super::buffers::{Buffer, Buffers, Overlay};
use crate::cli::project::Project;
use crate::editor::{Encoding, Published, Text, View};
use crate::pipeline::Planned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp_server::ls_types::{Position, Uri};

/// A program: its folder, and its main file in it.
pub type Key = (PathBuf, String);

/// Everything that the client has told.
#[derive(Default)]
pub struct Projects {
    pub encoding: Encoding,
    /// Whether the client fills in what is left open in what it completes.
    pub snippets: bool,
    /// The folders that are open; what lies in one is of no program outside of it.
    pub roots: Vec<PathBuf>,
    pub buffers: Buffers,
    /// Counts changes: what was made of another revision is old.
    pub revision: u64,
    views: BTreeMap<Key, (u64, Arc<View>)>,
    planned: BTreeMap<Key, (u64, Arc<Planned>)>,
    /// What the client shows of each program.
    pub shown: BTreeMap<Key, Published>,
}

/// A question about a place.
pub struct Asked {
    pub view: Arc<View>,
    pub key: Key,
    /// The file, as the program calls it.
    pub path: String,
    pub position: Position,
}

/// What separates a file of the disk from what only the editor has.
pub fn path_of(uri: &Uri) -> PathBuf {
    let file = uri.scheme().as_str() == "file";
    match uri.to_file_path().filter(|_| file) {
        Some(path) => path.into_owned(),
        // Beside no other file.
        None => PathBuf::from("/").join(uri.as_str().replace('/', "_")),
    }
}

/// Whether a file is source text: not one of those that programs read.
pub fn is_program(path: &Path) -> bool {
    const DATA: [&str; 8] = ["csv", "json", "jsonl", "toml", "pem", "crt", "cer", "key"];
    !path.extension().is_some_and(|end| DATA.iter().any(|data| end == *data))
}

impl Projects {
    pub fn open(&mut self, uri: Uri, version: i32, text: String) -> PathBuf {
        let path = path_of(&uri);
        let text = Arc::new(Text::new(text, self.encoding));
        self.buffers.insert(path.clone(), Buffer { uri, version, text });
        self.revision += 1;
        path
    }

    /// The program that a file is of: the `main.prov` of its folder or of one around it, if that uses the file; else the
    /// file itself.
    pub fn program_of(&mut self, path: &Path) -> Option<(Key, String)> {
        let root = self.roots.iter().filter(|root| path.starts_with(root)).max_by_key(|root| root.components().count());
        let root = root.cloned().or_else(|| path.parent().map(Path::to_owned))?;
        let around: Vec<PathBuf> =
            path.ancestors().skip(1).take_while(|folder| folder.starts_with(&root)).map(Path::to_owned).collect();
        for folder in around {
            let main = folder.join("main.prov");
            if !self.buffers.contains_key(&main) && !main.is_file() {
                continue;
            }
            let key = (folder.clone(), "main.prov".to_owned());
            let name = path.strip_prefix(&folder).ok()?.to_string_lossy().replace('\\', "/");
            if self.view(&key).file(&name).is_some() {
                return Some((key, name));
            }
        }
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some(((path.parent()?.to_owned(), name.clone()), name))
    }

    /// A program as it is now.
    pub fn view(&mut self, key: &Key) -> Arc<View> {
        if let Some((revision, view)) = self.views.get(key)
            && *revision == self.revision
        {
            return view.clone();
        }
        let view = Arc::new(View::new(Arc::new(self.files(key)), &key.1, self.encoding));
        self.views.insert(key.clone(), (self.revision, view.clone()));
        view
    }

    /// What is found in a program as it is now, where that was looked for.
    pub fn found(&self, key: &Key) -> Option<Arc<Planned>> {
        self.planned.get(key).filter(|(revision, _)| *revision == self.revision).map(|(_, planned)| planned.clone())
    }

    /// What it was when it was looked at last.
    pub fn planned(&self, key: &Key) -> Option<Arc<Planned>> {
        self.planned.get(key).map(|(_, planned)| planned.clone())
    }

    pub fn keep(&mut self, key: &Key, revision: u64, planned: Arc<Planned>) {
        self.planned.insert(key.clone(), (revision, planned));
    }

    pub fn files(&self, (folder, entry): &Key) -> Overlay {
        Overlay::new(Project::at(folder.clone(), entry.clone()), &self.buffers)
    }

    /// The programs of all files that are open, and that are programs.
    pub fn open_programs(&mut self) -> BTreeSet<Key> {
        let open: Vec<PathBuf> = self.buffers.keys().filter(|path| is_program(path)).cloned().collect();
        open.iter().filter_map(|path| self.program_of(path)).map(|(key, _)| key).collect()
    }

    pub fn ask(&mut self, uri: &Uri, position: Position) -> Option<Asked> {
        let path = path_of(uri);
        // What was never opened is nothing to ask about.
        self.buffers.get(&path)?;
        let (key, path) = self.program_of(&path)?;
        Some(Asked { view: self.view(&key), key, path, position })
    }

    /// How the client calls a file of a program.
    pub fn uri(&self, (folder, _): &Key, path: &str) -> Option<Uri> {
        let path = folder.join(path);
        match self.buffers.get(&path) {
            Some(buffer) => Some(buffer.uri.clone()),
            None => Uri::from_file_path(path),
        }
    }

    pub fn version(&self, (folder, _): &Key, path: &str) -> Option<i32> {
        self.buffers.get(&folder.join(path)).map(|buffer| buffer.version)
    }
}
