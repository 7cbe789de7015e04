//! What people do with a program beside serving it: look at one phone's part, run the tests; and with a rule: ask what it comes to;
//! with a value or a line: ask why; with two programs: ask what changes
//! for whom; with the files of another system: make a program of them; and findings as other machines read them.

mod counted;
pub mod diff;
pub mod findings;
pub mod import;
mod junit;
pub mod rule;
pub mod show;
pub mod testing;
pub mod why;

pub use counted::counted;
