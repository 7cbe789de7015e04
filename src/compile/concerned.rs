//! Whose phones a finding about a rule's text is about: a rule is written once, in a profile or a fleet, and what it comes to happens on
//! phones, which are named beside it.

use super::Compiler;
use crate::diagnostic::{Code, Span};
use crate::language::Fleet;

/// The codes whose findings stand where the text is, and what phones do then.
const OF_TEXTS: [(Code, &str); 4] = [
    (Code::P0501, "cannot read it: what it stands in fails each time"),
    (Code::P0509, "cannot fetch it: what it stands in fails each time"),
    (Code::P0512, "would read another rule than is written"),
    (Code::P0710, "stay on the firmware that they have"),
];

/// Fleets that are named; of the others there is a number.
const NAMED: usize = 3;

/// A declaration that text may stand in.
#[derive(Clone, Copy)]
enum Within {
    Profile(usize),
    Fleet(usize),
    Other,
}

impl Compiler<'_> {
    /// Names the phones that are concerned, where a finding does not name one yet.
    pub(super) fn concerned(&mut self) {
        let of_texts = |code: Code| OF_TEXTS.iter().find(|(known, _)| *known == code).map(|(_, what)| *what);
        if !self.findings.iter().any(|finding| of_texts(finding.code).is_some()) {
            return;
        }
        let mut heads = self.heads();
        heads.sort_by_key(|(span, _)| (span.file, span.start));
        let mut findings = std::mem::take(&mut self.findings);
        for finding in &mut findings {
            let Some(what) = of_texts(finding.code) else { continue };
            let Some(whose) = self.whose(within(&heads, finding.span()), &heads) else { continue };
            finding.notes.push(format!("{whose} {what}"));
        }
        self.findings = findings;
    }

    /// Where each declaration begins.
    fn heads(&self) -> Vec<(Span, Within)> {
        let program = &self.checked.program;
        let profiles = program.profiles.iter().enumerate().map(|(at, one)| (one.name.span, Within::Profile(at)));
        let fleets = program.fleets.iter().enumerate().map(|(at, one)| (one.name.span, Within::Fleet(at)));
        let servers = program.servers.iter().map(|one| (one.name.span, Within::Other));
        let networks = program.networks.iter().map(|one| (one.name.span, Within::Other));
        let firmware = program.firmware.iter().map(|one| (one.name.span, Within::Other));
        profiles.chain(fleets).chain(servers).chain(networks).chain(firmware).collect()
    }

    /// `phones that have it (2 of fleet `desks`, such as 00:0e:08:ab:cd:01)`.
    fn whose(&self, within: Within, heads: &[(Span, Within)]) -> Option<String> {
        let program = &self.checked.program;
        let fleets: Vec<&Fleet> = match within {
            Within::Other => return None,
            Within::Fleet(at) => program.fleets.get(at).into_iter().collect(),
            Within::Profile(at) => {
                let holding = self.includers(at, heads);
                let has = |fleet: &&Fleet| fleet.profiles.iter().any(|name| holding.contains(&name.value));
                program.fleets.iter().filter(has).collect()
            }
        };
        let phones: usize = fleets.iter().map(|fleet| fleet.phones.macs.len()).sum();
        let first = fleets.iter().find_map(|fleet| fleet.phones.macs.first())?;
        let mut names: Vec<String> = fleets.iter().take(NAMED).map(|fleet| format!("`{}`", fleet.name.value)).collect();
        if let Some(more) = fleets.len().checked_sub(NAMED).filter(|more| *more > 0) {
            names.push(format!("{more} more"));
        }
        let of = if fleets.len() == 1 { "fleet" } else { "fleets" };
        let names = names.join(", ");
        Some(match phones {
            1 => format!("phones that have it ({first}, of {of} {names})"),
            _ => format!("phones that have it ({phones} of {of} {names}, such as {first})"),
        })
    }

    /// A profile, and those whose files its body stands in as well.
    fn includers(&self, profile: usize, heads: &[(Span, Within)]) -> Vec<usize> {
        let mut all = vec![profile];
        let places: Vec<(Span, usize)> = self.checked.program.includes.places().collect();
        let mut done = 0;
        while let Some(target) = all.get(done).copied() {
            done += 1;
            for (place, _) in places.iter().filter(|(_, included)| *included == target) {
                if let Within::Profile(holder) = within(heads, *place)
                    && !all.contains(&holder)
                {
                    all.push(holder);
                }
            }
        }
        all
    }
}

/// The declaration that a place stands in: the last that begins before it.
fn within(heads: &[(Span, Within)], place: Span) -> Within {
    let before = |(span, _): &&(Span, Within)| span.file == place.file && span.start <= place.start;
    heads.iter().filter(before).max_by_key(|(span, _)| span.start).map_or(Within::Other, |(_, within)| *within)
}
