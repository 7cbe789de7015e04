//! A project with few rows in its data files. What is wrong with a program's own text shows with few phones as it does with
//! very many, and long before.

use crate::language::{FileFault, Files};
use std::sync::atomic::{AtomicBool, Ordering};

/// So much of a data file is read: some dozens of rows.
const OCTETS: usize = 4 << 10;

pub struct Sampled<'f> {
    files: &'f (dyn Files + Send + Sync),
    cut: AtomicBool,
}

impl<'f> Sampled<'f> {
    pub fn new(files: &'f (dyn Files + Send + Sync)) -> Self {
        Sampled { files, cut: AtomicBool::new(false) }
    }

    /// Whether any file has more than was read of it.
    pub fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }
}

impl Files for Sampled<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        // Of these each line is a row; the others end where their brackets do.
        let rows = [".csv", ".jsonl"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
        if !rows || self.files.size(path).is_none_or(|size| size <= OCTETS as u64) {
            return self.files.read(path);
        }
        let begun = self.files.begin(path, OCTETS)?;
        self.cut.store(true, Ordering::Relaxed);
        Ok(whole_rows(begun))
    }

    fn exists(&self, path: &str) -> bool {
        self.files.exists(path)
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.files.size(path)
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

/// The beginning of a file without the row that is cut in it: up to a line's end with as many quotes before it as close.
fn whole_rows(mut begun: Vec<u8>) -> Vec<u8> {
    let (mut quoted, mut end) = (false, begun.len());
    for (at, octet) in begun.iter().enumerate() {
        match octet {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => end = at + 1,
            _ => {}
        }
    }
    begun.truncate(end);
    begun
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_cut_is_left_out() {
        for (begun, whole) in [
            ("a,b\n1,2\n3", "a,b\n1,2\n"),
            ("a\n\"x\ny", "a\n"),
            ("a\n\"x\ny\"\nz", "a\n\"x\ny\"\n"),
            ("a", "a"),
            ("", ""),
        ] {
            assert_eq!(whole_rows(begun.as_bytes().to_vec()), whole.as_bytes(), "{begun:?}");
        }
    }
}
