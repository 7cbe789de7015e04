//! The files of a project as an editor has them: what is open is read from its buffer, the rest from the disk.

use crate::cli::project::Project;
use crate::editor::Text;
use crate::language::{FileFault, Files};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp_server::ls_types::Uri;

/// A file that is open in the editor.
#[derive(Clone, Debug)]
pub struct Buffer {
    pub uri: Uri,
    pub version: i32,
    pub text: Arc<Text>,
}

/// All that is open, by path.
pub type Buffers = BTreeMap<PathBuf, Buffer>;

/// A project, at a moment.
#[derive(Clone, Debug)]
pub struct Overlay {
    pub project: Project,
    open: BTreeMap<PathBuf, Arc<Text>>,
}

impl Overlay {
    pub fn new(project: Project, buffers: &Buffers) -> Overlay {
        Overlay { project, open: buffers.iter().map(|(path, buffer)| (path.clone(), buffer.text.clone())).collect() }
    }

    fn buffer(&self, path: &str) -> Option<&Text> {
        self.open.get(&self.project.folder.join(path)).map(|text| &**text)
    }

    fn below(&self) -> impl Iterator<Item = &Path> {
        self.open.keys().filter_map(|path| path.strip_prefix(&self.project.folder).ok())
    }
}

impl Files for Overlay {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        match self.buffer(path) {
            Some(text) => Ok(text.as_str().as_bytes().to_vec()),
            None => self.project.read(path),
        }
    }

    fn begin(&self, path: &str, octets: usize) -> Result<Vec<u8>, FileFault> {
        match self.buffer(path) {
            Some(text) => Ok(text.as_str().bytes().take(octets).collect()),
            None => self.project.begin(path, octets),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.buffer(path).is_some() || self.project.exists(path)
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.buffer(path).map(|text| text.as_str().len() as u64).or_else(|| self.project.size(path))
    }

    fn now(&self) -> Option<u64> {
        self.project.now()
    }

    fn is_folder(&self, path: &str) -> bool {
        self.project.is_folder(path)
    }

    fn programs(&self) -> Vec<String> {
        let open = self.below().filter(|path| path.extension().is_some_and(|end| end == "prov"));
        let open = open.map(|path| path.to_string_lossy().replace('\\', "/"));
        let all: BTreeSet<String> = self.project.programs().into_iter().chain(open).collect();
        all.into_iter().collect()
    }
}
