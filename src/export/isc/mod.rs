//! `--target isc-dhcpd`: `dhcpd.conf` and `dhcpd6.conf`.

mod classes;
mod text;
mod v4;
mod v6;

use super::Exported;
use super::dhcp::{sites, slug};
use super::note::Notes;
use crate::plan::Plan;
use text::File;

/// Both files of each server, as far as it has networks of each family.
pub(super) fn files(plan: &Plan, notes: &mut Notes) -> Vec<Exported> {
    let mut files = Vec::new();
    for site in sites(plan) {
        let mut made = |name: &str, write: &dyn Fn(&mut File, &mut Notes)| {
            let (mut own, mut body, mut file) = (Notes::default(), File::default(), File::default());
            write(&mut body, &mut own);
            file.comment(&format!("Written by prov build from `{}`, server `{}`.", plan.program, site.server.id));
            own.iter().for_each(|note| file.comment(&format!("Note: {note}.")));
            own.all().into_iter().for_each(|note| notes.add(note.text()));
            file.append(body);
            let path = format!("{}/{name}", slug(&site.server.id));
            files.push(Exported { path, bytes: file.text().into_bytes() });
        };
        if !site.networks.is_empty() {
            made("dhcpd.conf", &|file, notes| v4::write(&site, file, notes));
        }
        if !site.networks6.is_empty() {
            made("dhcpd6.conf", &|file, notes| v6::write(&site, file, notes));
        }
    }
    files
}
