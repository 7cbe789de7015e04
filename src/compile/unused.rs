//! Declarations that nothing uses. A profile among them is still read, so that a mistake in it shows before it is used.

use super::Compiler;
use super::flatten::Walk;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::{At, Phones};

impl Compiler<'_> {
    pub(super) fn unused(&mut self) {
        let checked = self.checked;
        let program = &checked.program;
        let in_fleets = |pick: fn(&crate::language::Fleet) -> &Vec<At<usize>>, position: usize| {
            program.fleets.iter().any(|fleet| pick(fleet).iter().any(|at| at.value == position))
        };
        for (position, profile) in program.profiles.iter().enumerate() {
            if !in_fleets(|fleet| &fleet.profiles, position) {
                self.never("profile", &profile.name, "no fleet fetches it");
                self.names_in(&profile.body);
            }
        }
        for (position, network) in program.networks.iter().enumerate() {
            if !in_fleets(|fleet| &fleet.networks, position) {
                self.never("network", &network.name, "no fleet is on it");
            }
        }
    }

    fn never(&mut self, what: &str, name: &At<String>, why: &str) {
        let finding = Diagnostic::new(Code::P0204, name.span, format!("{what} `{}` is never used", name.value));
        self.report(finding.because(why).help("use it, or remove it"));
    }

    /// Names in a body are looked up; values wait until there are phones to know them by.
    fn names_in(&mut self, body: &crate::language::syntax::tree::Block) {
        let before = self.findings.len();
        let phones = Phones::default();
        let mut walk =
            Walk { phones: &phones, row: None, locals: Vec::new(), decisions: Vec::new(), list: Some(Vec::new()) };
        self.walk(body, &mut walk);
        let of_names = |finding: &Diagnostic| matches!(finding.code, Code::P0205 | Code::P0207 | Code::P0101);
        let new = self.findings.split_off(before);
        self.findings.extend(new.into_iter().filter(of_names));
    }
}
