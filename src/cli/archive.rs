//! `prov build` as one tar: made in one go where a hundred thousand files would each have to be made, and written to
//! standard output for whoever unpacks it elsewhere.

use super::Failure;
use super::build::{MARK, failed};
use crate::export::Exported;
use std::fs::File;
use std::io::{self, BufWriter, Read, StdoutLock, Write};
use std::path::{Path, PathBuf};

/// The name in a tar's first header (POSIX.1, ustar) has so many octets.
const NAME: usize = 100;
const BUFFER: usize = 1 << 20;

/// Whether an output is an archive: `-` is standard output.
pub(super) fn is_archive(output: &Path) -> bool {
    is_stdout(output) || output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tar"))
}

pub(super) fn is_stdout(output: &Path) -> bool {
    output.as_os_str() == "-"
}

/// Whether a file is one that this command wrote: it begins with our mark. An empty one is nobody's.
pub(super) fn is_ours(file: &Path) -> io::Result<bool> {
    let mut name = Vec::with_capacity(NAME);
    File::open(file)?.take(NAME as u64).read_to_end(&mut name)?;
    let ours = name.strip_prefix(MARK.as_bytes()).is_some_and(|rest| rest.first() == Some(&0));
    Ok(name.is_empty() || ours)
}

pub(super) struct Archive {
    builder: tar::Builder<BufWriter<Target>>,
    path: PathBuf,
    /// For nobody but the user.
    private: bool,
}

enum Target {
    File(File),
    Stdout(StdoutLock<'static>),
}

impl Write for Target {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Target::File(file) => file.write(octets),
            Target::Stdout(stdout) => stdout.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::File(file) => file.flush(),
            Target::Stdout(stdout) => stdout.flush(),
        }
    }
}

impl Archive {
    /// An archive at this path, or on standard output.
    pub fn new(path: &Path, private: bool) -> Result<Self, Failure> {
        let target = if is_stdout(path) {
            Target::Stdout(io::stdout().lock())
        } else {
            let mut create = File::options();
            create.write(true).create(true).truncate(true);
            #[cfg(unix)]
            if private {
                std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
            }
            Target::File(create.open(path).map_err(|error| failed("cannot write", path, &error))?)
        };
        let builder = tar::Builder::new(BufWriter::with_capacity(BUFFER, target));
        Ok(Archive { builder, path: path.to_owned(), private })
    }

    pub fn put(&mut self, file: &Exported) -> Result<(), Failure> {
        // Same input, same octets: no times, no owners.
        let mut header = tar::Header::new_gnu();
        header.set_size(file.bytes.len() as u64);
        header.set_mode(if self.private { 0o600 } else { 0o644 });
        header.set_mtime(0);
        let put = self.builder.append_data(&mut header, &file.path, file.bytes.as_slice());
        put.map_err(|error| failed("cannot write", &self.path, &error))
    }

    /// Writes the end, and whatever is held back.
    pub fn finish(self) -> Result<(), Failure> {
        let Archive { builder, path, .. } = self;
        let finished = builder.into_inner().and_then(|mut inner| inner.flush());
        finished.map_err(|error| failed("cannot write", &path, &error))
    }
}
