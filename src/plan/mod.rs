//! The plan: everything a program compiles to, and the one interface between the compiler and what serves,
//! exports, shows, checks and plays phones. Serialisable, versioned; rendering one phone's part is in `served`.
//! What cannot be said here cannot be served.

mod address;
mod answer;
mod below;
mod classes;
mod client;
mod compiled;
mod effective;
mod file_index;
mod fleet;
mod guard;
mod held;
mod images;
mod kept;
mod network;
mod network6;
mod phones;
mod reports;
mod request;
mod rules;
mod secret;
mod served;
mod server;
mod text;
mod upgrade_rule;
mod usable;
mod world;

pub use address::{Prefix, PrefixError};
pub use answer::{Answer, DESCRIBING};
pub use classes::{PhoneClass, PhoneClasses, concerns, phone_classes, plain_texts, texts};
pub use client::{Class, Client, ClientField, ClientTest};
pub use effective::Effective;
pub use fleet::{
    Account, Beaten, Bootstrap, Cipher, Discovery, Fleet, Origin, Post, Profile, Promise, RuleText, Seal, Setting,
    SettingValue, Shape, Upgrade,
};
pub use guard::Guard;
pub use images::IMAGES;
pub use network::{Answers, Busy, DhcpOption, DhcpValue, Naptr, Network, Pool, Reservation, Srv, Zone, ZoneRecord};
pub use network6::{DhcpOption6, DhcpValue6, Network6, Pool6, Reservation6, dns_name};
pub use phones::{Column, Model, PhoneTable};
pub use reports::{Difference, Report, ReportContent, Values};
pub use request::{Asking, RequestValue};
pub use rules::ElementOf;
pub use secret::{Secret, Secrets, stand_in};
pub use served::{FileRef, Part, PhoneRef, Served};
pub use server::{Clients, Realm, RealmAccount, Realms, Redirect, Redirects, Server, Services, Tls};
pub use text::{Macro, Piece, Template, TextColumn};
pub use world::PlanWorld;

pub use crate::phone::{AuthMethod, Mac, Scheme, SecretRef};

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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks6: Vec<Network6>,
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
