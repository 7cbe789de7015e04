//! What people do with a program beside serving it: look at one phone's part, run the tests; and with a rule: ask what it comes to.

mod junit;
pub mod rule;
pub mod show;
pub mod testing;
