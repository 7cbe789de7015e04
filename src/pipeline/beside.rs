//! A project's files, as findings about the plan look at them.

use crate::check::Beside;
use crate::language::Files;

pub(super) struct Project<'f>(pub &'f dyn Files);

impl Beside for Project<'_> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.0.read(path).ok()
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.0.size(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.0.is_folder(path)
    }

    fn now(&self) -> Option<u64> {
        self.0.now()
    }
}
