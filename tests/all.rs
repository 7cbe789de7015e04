//! All integration tests in one binary: linking is most of the time that many small ones would take.

mod diagnostics;
mod documents;
mod support;
