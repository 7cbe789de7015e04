//! The plan: everything a program compiles to, and the one interface between the compiler and what serves,
//! exports, shows, checks and plays phones. Serialisable, versioned; rendering one phone's part is in `served`.
//! What cannot be said here cannot be served.

mod address;
mod answer;
mod compiled;
mod fleet;
mod network;
mod phones;
mod secret;
mod served;
mod server;
mod text;
mod usable;
mod world;

pub use address::{Prefix, PrefixError};
pub use answer::Answer;
pub use fleet::{Bootstrap, Cipher, Fleet, Origin, Profile, RuleText, Seal, Setting, SettingValue, Shape, Upgrade};
pub use network::{DhcpOption, DhcpValue, Network, Pool, Reservation, Srv, Zone, ZoneRecord};
pub use phones::{Column, Model, PhoneTable};
pub use secret::{Secret, Secrets, stand_in};
pub use served::{FileRef, Part, PhoneRef, Served};
pub use server::{Server, Services};
pub use text::{Macro, Piece, Template, TextColumn};
pub use world::PlanWorld;

pub use crate::phone::{Scheme, SecretRef};

use serde::{Deserialize, Serialize};

/// The layout of the JSON that `prov build` writes. Raised when a reader of the previous one would go wrong.
pub const PLAN_VERSION: u32 = 1;

/// A compiled program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Plan {
    pub version: u32,
    /// The program's name: the folder or file it was read from.
    pub program: String,
    /// The source files that origins point into.
    pub sources: Vec<String>,
    pub servers: Vec<Server>,
    pub networks: Vec<Network>,
    pub zones: Vec<Zone>,
    /// The phone models in use; phones name them by position.
    pub models: Vec<Model>,
    pub fleets: Vec<Fleet>,
}

impl Plan {
    /// How many phones the program has.
    pub fn phone_count(&self) -> usize {
        self.fleets.iter().map(|fleet| fleet.phones.len()).sum()
    }

    /// The JSON Schema of the plan's document.
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Plan)
    }
}

#[cfg(test)]
mod world_tests;
