//! Hardware addresses that are none of the vendor's: most likely a digit is wrong, and no phone will ever ask with it.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::Fleet;
use crate::platform::Vendor;

impl Compiler<'_> {
    /// One finding for a fleet: its first such phone, and how many more there are.
    pub(super) fn prefixes(&mut self, fleet: &Fleet) {
        let vendor = Vendor::cisco();
        let phones = &fleet.phones;
        let mut foreign = phones.macs.iter().enumerate().filter(|(_, mac)| !vendor.has(**mac));
        let Some((row, mac)) = foreign.next() else { return };
        let text = mac.to_string();
        let prefix = text.get(..8).unwrap_or(&text);
        let message = format!("`{mac}` is no address of a {} phone", vendor.name);
        let finding = Diagnostic::new(Code::P0311, phones.spans.get(row).copied().unwrap_or_default(), message);
        let why = format!("no address of {} begins with {prefix}", vendor.name);
        let finding = match phones.place(row, None) {
            Some(cell) => finding.because("the file is named here").at_data(Some(cell), why),
            None => finding.because(why),
        };
        let finding = finding
            .help("compare it with the label on the phone's back; `// allow P0311: REASON` for a lab's own addresses")
            .note(vendor.source.clone());
        let more = foreign.count();
        self.report(match more {
            0 => finding,
            1 => finding.note(format!("neither is one more of fleet `{}`", fleet.name.value)),
            more => finding.note(format!("neither are {more} more of fleet `{}`", fleet.name.value)),
        });
    }
}
