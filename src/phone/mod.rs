//! What a phone is, as pure functions: its names, its formats and what it does with them.
//! No I/O, no clock, no randomness but what is handed in.

mod access;
pub mod credentials;
pub mod dhcp;
pub mod dhcp6;
mod identity;
mod mac;
pub mod macros;
pub mod model;
mod nonces;
pub mod profile;
mod random;
pub mod rule;
mod schedule;
mod scheme;
pub mod script;
pub mod seal;
mod secret;
mod settings;
pub mod sip;
pub mod stance;
pub mod story;
pub mod tftp;
pub mod web;

pub use access::Access;
pub use credentials::AuthMethod;
pub use identity::{Identity, IdentityError};
pub use mac::{Mac, MacError};
pub use nonces::{Age, Nonces};
pub use random::Random;
pub use schedule::{Delay, Schedule, ScheduleError};
pub use scheme::Scheme;
pub use secret::{SecretRef, SecretRefError};
pub use settings::{PROFILE_RULES, Parameter, Settings, default_of};
