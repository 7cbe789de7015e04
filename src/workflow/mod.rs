//! What people do with a program beside serving it: look at one phone's part, run the tests.

pub mod show;
pub mod testing;
