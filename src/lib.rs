//! prov: a compiler and test bench for phone provisioning, with a lab server inside.
//!
//! Start at [`pipeline`], which shows the whole way from text to plan; `docs/architecture.md` has the map.

#![forbid(unsafe_code)]

pub mod check;
#[expect(clippy::disallowed_methods, reason = "the room of files, environment and the terminal")]
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod editor;
pub mod export;
pub mod language;
#[expect(clippy::disallowed_methods, reason = "the room of a live phone: sockets and the clock")]
pub mod live;
pub mod phone;
pub mod pipeline;
pub mod plan;
pub mod platform;
#[expect(clippy::disallowed_methods, reason = "the room of the services: sockets, the clock and the lease store")]
pub mod serve;
pub mod simulate;
pub mod workflow;
