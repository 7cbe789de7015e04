//! Plan to other systems' files, one file per target. Everything is made in memory; writing is the command line's.

mod files;
mod zone;

pub use files::{Exported, ambiguous, files, plan_file};
