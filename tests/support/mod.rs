//! What every test needs: the binary, a folder of its own, a server that is ready and that ends with the test.

pub mod blocks;
mod browser;
mod certificates;
mod dhcp;
mod document;
mod project;
mod run;
mod schema;
mod serving;
mod web;

pub use browser::Browser;
pub use certificates::{authority, signed};
pub use dhcp::{acknowledge, discover, offer, offered};
pub use document::compact;
pub use project::{PHONES, Project, QUICKSTART, own_address, quickstart, shift};
pub use run::{PROV, Ran, prov, run, server, tool};
pub use schema::valid;
pub use serving::{Serving, signal_to};
pub use web::{get, gunzip, until};

use std::path::Path;

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
