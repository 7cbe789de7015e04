//! Declarations that nothing uses. A profile among them is still read, so that a mistake in it shows before it is used.

use super::Compiler;
use super::flatten::Walk;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::syntax::tree::Block;
use crate::language::{At, Comparison, Condition, Fleet, Operand, Phones, Resync, RuleBody, Step};

impl Compiler<'_> {
    pub(super) fn unused(&mut self) {
        let checked = self.checked;
        let program = &checked.program;
        let in_fleets = |pick: fn(&crate::language::Fleet) -> &Vec<At<usize>>, position: usize| {
            program.fleets.iter().any(|fleet| pick(fleet).iter().any(|at| at.value == position))
        };
        for (position, profile) in program.profiles.iter().enumerate() {
            if !program.includes.is_named(position) && !in_fleets(|fleet| &fleet.profiles, position) {
                self.never("profile", &profile.name, "no fleet fetches it");
                self.names_in(position, &profile.body);
            }
        }
        for (position, network) in program.networks.iter().enumerate() {
            // That one keeps addresses for phones which are not on it is told there.
            if network.reservations.is_empty() && !in_fleets(|fleet| &fleet.networks, position) {
                self.never("network", &network.name, "no fleet is on it");
            }
        }
        for (position, firmware) in program.firmware.iter().enumerate() {
            let uses = |at: &At<usize>| at.value == position;
            let after = program.firmware.iter().any(|other| other.after.iter().any(uses));
            let mut to = program.fleets.iter().flat_map(|fleet| &fleet.goes_to);
            let mut compared = program.fleets.iter().flat_map(conditions).flat_map(|condition| condition.leaves());
            let mut expected = program.tests.iter().flat_map(|test| &test.steps);
            if !after
                && !to.any(uses)
                && !compared.any(|leaf| matches!(leaf.operand.value, Operand::Firmware(at) if at == position))
                && !expected.any(|step| matches!(&step.value, Step::ExpectRelease(_, at) if uses(at)))
            {
                self.never("firmware", &firmware.name, "no fleet goes to it, and nothing comes after it");
            }
        }
    }

    fn never(&mut self, what: &str, name: &At<String>, why: &str) {
        let finding = Diagnostic::new(Code::P0204, name.span, format!("{what} `{}` is never used", name.value));
        self.report(finding.because(why).help("use it, or remove it"));
    }

    /// Names in a body are looked up; values wait until there are phones to know them by.
    fn names_in(&mut self, position: usize, body: &Block) {
        let before = self.findings.len();
        let phones = Phones::default();
        let mut walk = Walk { list: Some(Vec::new()), ..Walk::new(position, &phones, None) };
        self.walk(body, &mut walk);
        self.tell_beyond();
        let of_names = |finding: &Diagnostic| matches!(finding.code, Code::P0205 | Code::P0207 | Code::P0101);
        let new = self.findings.split_off(before);
        self.findings.extend(new.into_iter().filter(of_names));
    }
}

/// What a fleet has its phones evaluate.
fn conditions(fleet: &Fleet) -> Vec<&Condition<Comparison>> {
    let resync = fleet.resync.iter().filter_map(|at| match &at.value {
        Resync::OnlyWhen(condition) => Some(&condition.value),
        _ => None,
    });
    let upgrade = fleet.upgrade.iter().filter_map(|at| at.value.when.as_ref()).map(|condition| &condition.value);
    let arms = fleet.rules.iter().flat_map(|rule| match &rule.body {
        RuleBody::Arms(arms) => arms.as_slice(),
        RuleBody::Raw(..) => &[],
    });
    let by_hand = arms.filter_map(|arm| arm.when.as_ref()).map(|condition| &condition.value);
    resync.chain(upgrade).chain(by_hand).collect()
}
