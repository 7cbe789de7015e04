//! `--target kea`: `kea-dhcp4.conf` and `kea-dhcp6.conf`, JSON that Kea 2.2 and later read.

mod classes;
mod config;
mod options;
mod v4;
mod v6;

use super::Exported;
use super::dhcp::{sites, slug};
use super::note::Notes;
use crate::plan::Plan;
use serde::Serialize;

/// Both files of each server, as far as it has networks of each family.
pub(super) fn files(plan: &Plan, notes: &mut Notes) -> Vec<Exported> {
    let mut files = Vec::new();
    for site in sites(plan) {
        let folder = slug(&site.server.id);
        if !site.networks.is_empty() {
            files.push(json(format!("{folder}/kea-dhcp4.conf"), &v4::config(&site, notes)));
        }
        if !site.networks6.is_empty() {
            files.push(json(format!("{folder}/kea-dhcp6.conf"), &v6::config(&site, notes)));
        }
    }
    files
}

fn json(path: String, document: &impl Serialize) -> Exported {
    let mut bytes = serde_json::to_vec_pretty(document).unwrap_or_default();
    bytes.push(b'\n');
    Exported { path, bytes }
}
