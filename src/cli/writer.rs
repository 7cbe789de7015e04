//! Many small files written. Most of the time goes into the kernel's making of them, so they are collected and each batch is
//! written side by side; a folder is made once.

use super::Failure;
use super::build::failed;
use crate::export::Exported;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::collections::HashSet;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is held back at most before it is written.
const MOST_FILES: usize = 1024;
const MOST_OCTETS: usize = 16 << 20;

pub(super) struct Writer<'w> {
    folder: &'w Path,
    /// For nobody but the user.
    private: bool,
    made: HashSet<PathBuf>,
    waiting: Vec<Exported>,
    octets: usize,
}

impl<'w> Writer<'w> {
    pub fn new(folder: &'w Path, private: bool) -> Self {
        Writer { folder, private, made: HashSet::new(), waiting: Vec::new(), octets: 0 }
    }

    /// Takes a file over. Errors may be of an earlier one.
    pub fn put(&mut self, file: Exported) -> Result<(), Failure> {
        self.octets += file.bytes.len();
        self.waiting.push(file);
        if self.waiting.len() < MOST_FILES && self.octets < MOST_OCTETS { Ok(()) } else { self.flush() }
    }

    /// Writes what is waiting.
    pub fn flush(&mut self) -> Result<(), Failure> {
        for file in &self.waiting {
            let path = self.folder.join(&file.path);
            let Some(parent) = path.parent().filter(|parent| !self.made.contains(*parent)) else { continue };
            self.folders().create(parent).map_err(|error| failed("cannot make", parent, &error))?;
            self.made.insert(parent.to_owned());
        }
        let create = self.create();
        self.waiting.par_iter().try_for_each(|file| {
            let path = self.folder.join(&file.path);
            let written = create.open(&path).and_then(|mut to| to.write_all(&file.bytes));
            written.map_err(|error| failed("cannot write", &path, &error))
        })?;
        self.waiting.clear();
        self.octets = 0;
        Ok(())
    }

    fn folders(&self) -> DirBuilder {
        let mut folders = DirBuilder::new();
        folders.recursive(true);
        #[cfg(unix)]
        if self.private {
            std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
        }
        folders
    }

    fn create(&self) -> OpenOptions {
        let mut create = OpenOptions::new();
        create.write(true).create(true).truncate(true);
        #[cfg(unix)]
        if self.private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
        }
        create
    }
}
