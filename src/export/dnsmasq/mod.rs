//! `--target dnsmasq`: `dnsmasq.conf`, a file for `conf-file` or `/etc/dnsmasq.d`, both families in one.

mod classes;
mod line;
mod v4;
mod v6;

use super::Exported;
use super::dhcp::{Site, sites, slug};
use super::note::Notes;
use crate::plan::{Mac, Plan};
use line::{Arg, File};
use std::net::{Ipv4Addr, Ipv6Addr};

/// One file for each server.
pub(super) fn files(plan: &Plan, notes: &mut Notes) -> Vec<Exported> {
    sites(plan)
        .iter()
        .map(|site| {
            let mut own = Notes::default();
            let mut body = File::default();
            v4::write(site, &mut body, &mut own);
            v6::write(site, &mut body, &mut own);
            phones(site, &mut body);
            let mut file = File::default();
            file.comment(&format!("Written by prov build from `{}`, server `{}`.", plan.program, site.server.id));
            own.iter().for_each(|note| file.comment(&format!("Note: {note}.")));
            own.all().into_iter().for_each(|note| notes.add(note.text()));
            file.append(body);
            Exported { path: format!("{}/dnsmasq.conf", slug(&site.server.id)), bytes: file.text().into_bytes() }
        })
        .collect()
}

/// Who is known, and by which address. An entry with an address comes after the one without: the last that fits where
/// the client is counts.
fn phones(site: &Site<'_>, file: &mut File) {
    let v4 = site.networks.iter().filter(|scope| scope.gives_addresses()).flat_map(|scope| &scope.of.reservations);
    let v6 = site.networks6.iter().flat_map(|scope| &scope.of.reservations);
    let v4: Vec<(Mac, Ipv4Addr)> = v4.map(|kept| (kept.mac, kept.address)).collect();
    let v6: Vec<(Mac, Ipv6Addr)> = v6.map(|kept| (kept.mac, kept.address)).collect();
    if v4.is_empty() && v6.is_empty() && site.phones.is_empty() {
        return;
    }
    file.blank();
    for phone in &site.phones {
        host(site, file, phone.mac, None);
    }
    for (mac, address) in v4 {
        host(site, file, mac, Some(Arg::V4(address)));
    }
    for (mac, address) in v6 {
        host(site, file, mac, Some(Arg::V6(address)));
    }
}

fn host(site: &Site<'_>, file: &mut File, mac: Mac, address: Option<Arg>) {
    let mut arguments = vec![Arg::Mac(mac)];
    arguments.extend(address);
    if let Some(phone) = site.phone(mac) {
        arguments.extend([
            Arg::Set(PHONE.into()),
            Arg::Set(fleet_tag(site, phone.fleet)),
            Arg::Set(model_tag(phone.model)),
        ]);
    }
    file.line("dhcp-host", &arguments);
}

/// Every phone of the program has it.
const PHONE: &str = "phone";

fn fleet_tag(site: &Site<'_>, fleet: usize) -> String {
    format!("fleet-{}", slug(site.fleet_name(fleet)))
}

fn model_tag(model: &str) -> String {
    format!("model-{}", slug(model))
}

fn network_tag(id: &str) -> String {
    format!("network-{}", slug(id))
}
