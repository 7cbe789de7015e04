//! What lies beside a program, as far as findings ask: the images of firmware, certificates; and what day it is.

/// Paths are relative to the program's folder, with `/`.
pub trait Beside {
    /// A file's octets, if there is such a file.
    fn read(&self, path: &str) -> Option<Vec<u8>>;

    /// How many octets a file has; nothing: there is no such file.
    fn size(&self, path: &str) -> Option<u64>;

    fn is_folder(&self, path: &str) -> bool;

    /// Seconds since 1970; nothing: what is valid for a time is not judged.
    fn now(&self) -> Option<u64>;
}
