//! Plan to other systems' files, one folder or file per target. Everything is made in memory; writing is the command line's.

mod dhcp;
mod dnsmasq;
mod files;
mod isc;
mod kea;
mod note;
mod zone;

pub use files::{Exported, ambiguous, files, plan_file};
pub use note::Note;

use crate::plan::Plan;
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
