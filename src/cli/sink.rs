//! Where `prov build` puts its files: into a folder, or into one archive.

use super::Failure;
use super::archive::{Archive, is_archive};
use super::writer::Writer;
use crate::export::{self, Exported};
use crate::plan::Served;
use std::path::Path;

pub(super) struct Sink<'w> {
    way: Way<'w>,
    count: usize,
}

enum Way<'w> {
    Folder(Writer<'w>),
    Archive(Archive),
}

impl<'w> Sink<'w> {
    /// For what is to be at `target`, and is written to `fresh` first.
    pub fn new(target: &Path, fresh: &'w Path, private: bool) -> Result<Self, Failure> {
        let way = match is_archive(target) {
            true => Way::Archive(Archive::new(fresh, private)?),
            false => Way::Folder(Writer::new(fresh, private)),
        };
        Ok(Sink { way, count: 0 })
    }

    /// Takes a file over. Errors may be of an earlier one.
    pub fn put(&mut self, file: Exported) -> Result<(), Failure> {
        self.count += 1;
        match &mut self.way {
            Way::Folder(writer) => writer.put(file),
            Way::Archive(archive) => archive.put(&file),
        }
    }

    /// The plan and every file of it.
    pub fn files(&mut self, served: &Served) -> Result<(), Failure> {
        match &self.way {
            Way::Folder(writer) => {
                self.count += export::files_at_once(served, |path, octets| writer.write(path, octets))?;
                Ok(())
            }
            Way::Archive(_) => export::files(served, &mut |file| self.put(file)),
        }
    }

    /// Writes what is held back; how many files were taken.
    pub fn finish(self) -> Result<usize, Failure> {
        match self.way {
            Way::Folder(mut writer) => writer.flush()?,
            Way::Archive(archive) => archive.finish()?,
        }
        Ok(self.count)
    }
}
