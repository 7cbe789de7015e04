//! Many small files written. Most of the time goes into the kernel's making of them, so they are written side by
//! side: those that come one after the other are collected first.

use super::Failure;
use super::build::failed;
use crate::export::Exported;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// What is held back at most before it is written.
const MOST_FILES: usize = 1024;
const MOST_OCTETS: usize = 16 << 20;

pub(super) struct Writer<'w> {
    folder: &'w Path,
    /// For nobody but the user.
    private: bool,
    waiting: Vec<Exported>,
    octets: usize,
}

impl<'w> Writer<'w> {
    pub fn new(folder: &'w Path, private: bool) -> Self {
        Writer { folder, private, waiting: Vec::new(), octets: 0 }
    }

    /// Takes a file over. Errors may be of an earlier one.
    pub fn put(&mut self, file: Exported) -> Result<(), Failure> {
        self.octets += file.bytes.len();
        self.waiting.push(file);
        if self.waiting.len() < MOST_FILES && self.octets < MOST_OCTETS { Ok(()) } else { self.flush() }
    }

    /// Writes what is waiting.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.waiting.par_iter().try_for_each(|file| self.write(&file.path, &file.bytes))?;
        self.waiting.clear();
        self.octets = 0;
        Ok(())
    }

    /// Writes one file now, from whatever thread.
    pub fn write(&self, path: &str, octets: &[u8]) -> Result<(), Failure> {
        super::unfinished::wait_if_ended();
        let path = self.folder.join(path);
        let create = self.create();
        let opened = create.open(&path).or_else(|error| match (error.kind(), path.parent()) {
            // The first file of a folder makes it; most files find theirs.
            (ErrorKind::NotFound, Some(parent)) => self.folders().create(parent).and_then(|()| create.open(&path)),
            _ => Err(error),
        });
        let written = opened.and_then(|mut to| to.write_all(octets));
        written.map_err(|error| failed("cannot write", &path, &error))
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
