//! prov: a compiler and test bench for phone provisioning, with a lab server inside.
//!
//! Start at [`pipeline`], which shows the whole way from text to plan; `docs/architecture.md` has the map.

#![forbid(unsafe_code)]

pub mod check;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod export;
pub mod language;
pub mod live;
pub mod phone;
pub mod pipeline;
pub mod plan;
pub mod platform;
pub mod serve;
pub mod workflow;
