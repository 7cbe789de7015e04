//! What people do with a program beside serving it: look at one phone's part, run the tests; and with a rule: ask what it comes to;
//! with a value or a line: ask why; with two programs: ask what changes for whom; make a site about one, or one of another system's
//! files; and findings as other machines read them.

pub mod diff;
pub mod doc;
pub mod findings;
pub mod import;
mod junit;
mod records;
pub mod rule;
pub mod show;
pub mod testing;
mod text;
pub mod why;

pub use crate::diagnostic::counted;
