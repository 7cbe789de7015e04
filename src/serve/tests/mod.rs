//! The services on real sockets, on loopback and ports that are free, from a plan built here.

mod dashboard;
mod dhcp;
mod dns;
mod files;
mod kept;
mod life;
pub(super) mod program;
