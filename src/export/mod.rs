//! Plan to other systems' files, one folder or file per target. Everything is made in memory; writing is the command line's.

mod dhcp;
mod dnsmasq;
mod files;
mod isc;
mod kea;
mod nginx;
mod note;
mod zone;

pub use files::{Exported, ambiguous, asking, files, files_at_once, plan_file};
pub use nginx::Wanted;
pub use note::Note;

use crate::plan::{Plan, Served};
use note::Notes;

/// Another system that answers for us. It needs the plan alone, and none of its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Kea,
    Dnsmasq,
    IscDhcpd,
    /// Any name server that reads master files.
    Zone,
}

/// The files of a system, and what it cannot be told.
pub fn for_system(system: System, plan: &Plan) -> (Vec<Exported>, Vec<Note>) {
    let mut notes = Notes::default();
    let files = match system {
        System::Kea => kea::files(plan, &mut notes),
        System::Dnsmasq => dnsmasq::files(plan, &mut notes),
        System::IscDhcpd => isc::files(plan, &mut notes),
        System::Zone => zone::files(plan),
    };
    if files.is_empty() {
        notes.add(match system {
            System::Zone => "the program has no `zone`: there is nothing to write",
            _ => "no `network` of the program is answered by a server: there is nothing to write",
        });
    }
    (files, notes.all())
}

/// The files of nginx, each handed to `emit`, and what it cannot be told. They hold what phones are sent, secrets included.
pub fn for_nginx<E>(served: &Served, emit: &mut dyn FnMut(Exported) -> Result<(), E>) -> Result<Vec<Note>, E> {
    let mut notes = Notes::default();
    nginx::files(served, &mut notes, emit)?;
    if served.plan().servers.iter().all(|server| server.services.http.is_none() && server.services.https.is_none()) {
        notes.add("no server of the program has http or https: there is nothing to write");
    }
    Ok(notes.all())
}

/// Certificates and keys of the program's folder that nginx needs beside its files.
pub fn wanted_by_nginx(plan: &Plan) -> Vec<Wanted> {
    nginx::wanted(plan)
}
