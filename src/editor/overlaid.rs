//! The files of a program, some of them with another text: to try what that would come to.

use super::view::SharedFiles;
use crate::language::{FileFault, Files};
use std::collections::BTreeMap;

pub struct Overlaid {
    pub files: SharedFiles,
    /// By path.
    pub texts: BTreeMap<String, String>,
}

impl Files for Overlaid {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        match self.texts.get(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.files.read(path),
        }
    }

    fn begin(&self, path: &str, octets: usize) -> Result<Vec<u8>, FileFault> {
        match self.texts.get(path) {
            Some(text) => Ok(text.bytes().take(octets).collect()),
            None => self.files.begin(path, octets),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.files.exists(path)
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.texts.get(path).map(|text| text.len() as u64).or_else(|| self.files.size(path))
    }

    fn now(&self) -> Option<u64> {
        self.files.now()
    }

    fn is_folder(&self, path: &str) -> bool {
        self.files.is_folder(path)
    }

    fn programs(&self) -> Vec<String> {
        self.files.programs()
    }
}
