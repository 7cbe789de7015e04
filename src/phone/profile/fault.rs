//! What makes a file no profile.

use super::LIMIT;
use super::compress::GunzipError;

/// Why a file is no profile. To the phone each of these is a corrupt file (PB §11.1, class B).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the file is empty")]
    Empty,
    #[error("the file is longer than {LIMIT} octets")]
    TooLarge,
    #[error(transparent)]
    Gzip(#[from] GunzipError),
    #[error("the file is compressed by zlib, and phones know the gzip format only (offset 0)")]
    Zlib,
    #[error("the file is compressed twice")]
    PackedTwice,
    #[error("the file is sealed with a key (it begins with `Salted__`)")]
    Sealed,
    #[error("the file is UTF-16 by the mark that it begins with, and phones read UTF-8 only (offset 0)")]
    Utf16,
    #[error("the file is not UTF-8 (offset {0})")]
    Encoding(usize),
    #[error("{message} (offset {offset})")]
    Xml { offset: usize, message: String },
    #[error("there is no <flat-profile> in the file")]
    NoProfile,
}
