//! The shape of Kea's configuration, as far as we write it (Kea Administrator Reference Manual, chapters 8 and 9).

use crate::export::dhcp::Site;
use crate::export::note::Notes;
use crate::plan::Mac;
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr};

#[derive(Serialize)]
pub(super) enum Root {
    Dhcp4(Daemon),
    Dhcp6(Daemon),
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Daemon {
    pub user_context: Comment,
    pub interfaces_config: Interfaces,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hooks_libraries: Vec<Hook>,
    pub host_reservation_identifiers: [&'static str; 1],
    pub reservations_global: bool,
    pub reservations_in_subnet: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub client_classes: Vec<Class>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reservations: Vec<Host>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shared_networks: Vec<Shared>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subnet4: Vec<Subnet>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subnet6: Vec<Subnet>,
}

impl Daemon {
    /// What both families begin with: the networks are still to come.
    pub fn new(site: &Site<'_>, client_classes: Vec<Class>, reservations: Vec<Host>, hooks: Vec<Hook>) -> Self {
        Daemon {
            user_context: Comment::new(format!(
                "written by prov build from `{}`, server `{}`",
                site.plan.program, site.server.id
            )),
            interfaces_config: Interfaces { interfaces: ["*"] },
            hooks_libraries: hooks,
            host_reservation_identifiers: ["hw-address"],
            reservations_global: true,
            reservations_in_subnet: true,
            client_classes,
            reservations,
            shared_networks: Vec::new(),
            subnet4: Vec::new(),
            subnet6: Vec::new(),
        }
    }

    /// Puts the notes about this file into it as well.
    pub fn noted(mut self, own: Notes, notes: &mut Notes) -> Self {
        self.user_context.notes = own.iter().map(ToString::to_string).collect();
        own.all().into_iter().for_each(|note| notes.add(note.text()));
        self
    }
}

/// Kea keeps it and makes nothing of it.
#[derive(Serialize)]
pub(super) struct Comment {
    pub comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Comment {
    pub fn new(comment: impl Into<String>) -> Self {
        Comment { comment: comment.into(), notes: Vec::new() }
    }
}

#[derive(Serialize)]
pub(super) struct Interfaces {
    pub interfaces: [&'static str; 1],
}

#[derive(Serialize)]
pub(super) struct Hook {
    pub library: &'static str,
    pub parameters: FlexOptions,
}

#[derive(Serialize)]
pub(super) struct FlexOptions {
    pub options: Vec<FlexOption>,
}

/// An option whose octets are put in when the answer is made, past Kea's own idea of what it holds.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct FlexOption {
    pub code: u16,
    pub client_class: String,
    /// An expression.
    pub supersede: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Class {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_context: Option<Comment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_if_required: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub option_def: Vec<OptionDef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub option_data: Vec<OptionData>,
}

#[derive(Serialize)]
pub(super) struct OptionDef {
    pub name: &'static str,
    pub code: u16,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct OptionData {
    pub code: u16,
    pub csv_format: bool,
    /// A text between single quotes, or hexadecimal digits.
    pub data: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub always_send: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_context: Option<Comment>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Host {
    pub hw_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<Ipv4Addr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<IpAddr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub client_classes: Vec<String>,
}

impl Host {
    /// Who a phone is, wherever it is.
    pub fn known(mac: Mac, client_classes: Vec<String>) -> Self {
        Host { hw_address: mac.to_string(), ip_address: None, ip_addresses: Vec::new(), client_classes }
    }
}

#[derive(Serialize)]
pub(super) struct Shared {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relay: Option<Relay>,
    pub subnet4: Vec<Subnet>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Relay {
    pub ip_addresses: Vec<IpAddr>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Subnet {
    pub id: u32,
    pub subnet: String,
    pub user_context: Comment,
    pub valid_lifetime: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_lifetime: Option<u32>,
    pub renew_timer: u32,
    pub rebind_timer: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relay: Option<Relay>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub require_client_classes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Range>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reservations: Vec<Host>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Range {
    pub pool: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_class: Option<&'static str>,
}
