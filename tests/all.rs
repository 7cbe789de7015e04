//! Every integration test, in one binary, since linking is what costs. The folders are the user's view: commands,
//! whole programs, messages, documents, formats, real clients on a network, other people's tools; and the house's own
//! rules.

#![forbid(unsafe_code)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests play the world: files, sockets and clocks are theirs"
)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

mod architecture;
mod cli;
mod diagnostics;
mod documents;
mod editor;
mod formats;
mod fuzz;
mod interop;
mod lab;
mod programs;
mod simulation;
mod support;
