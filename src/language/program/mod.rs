//! The checked program: declarations read, names replaced by positions, values that are known at build evaluated.
//! Assignments keep their expressions, since what fits a parameter is the platform's to say.

mod fleet;
mod network;
mod phones;
mod profile;
mod release;
mod server;
mod story;

pub use self::fleet::{Bootstrap, Fleet, OptionNumber, Resync};
pub use self::network::{Answers, Class, Naptr, Network, OptionContent, OptionLine, Record, Zone};
pub use self::phones::Phones;
pub use self::profile::{Account, Fetch, Profile, Seal, SealCipher};
pub use self::release::{Directory, Firmware, Load, Upgrade};
pub use self::server::{Clients, Realm, Redirect, Server, Service, ServiceKind, Tls};
pub use self::story::{Applied, Counted, Step, Test};

use super::includes::Includes;
use super::value::Globals;
use crate::diagnostic::Span;

/// A value with the place where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    pub value: T,
    pub span: Span,
}

#[derive(Debug, Default)]
pub struct Program {
    pub globals: Globals,
    pub servers: Vec<Server>,
    pub networks: Vec<Network>,
    pub zones: Vec<Zone>,
    pub firmware: Vec<Firmware>,
    pub profiles: Vec<Profile>,
    pub includes: Includes,
    pub fleets: Vec<Fleet>,
    pub tests: Vec<Test>,
}
