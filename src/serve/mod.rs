//! (being built)
pub mod clock;
pub mod context;
pub mod dhcp;
pub mod events;
pub mod seen;
pub mod state;
pub mod syslog;
