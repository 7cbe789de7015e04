//! Alternatives that are never reached, since one before them applies whenever they would (P0502): a phone takes the first.

use super::Compiler;
use super::clash::clash;
use super::comparison::Compared;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{Conjunction, Deny};
use crate::platform::MacroInfo;

/// Ways for all earlier alternatives to fail that are looked at.
const WAYS: usize = 512;

/// Whether what is left to an alternative by those before it is nothing, as far as that shows in what is compared.
pub(super) fn covered(
    one: &Conjunction<Compared>,
    earlier: &[&Conjunction<Compared>],
    info: &impl Fn(&str) -> Option<MacroInfo>,
) -> bool {
    // More is asked than before: whatever it is about.
    if earlier.iter().any(|before| before.0.iter().all(|asked| one.0.contains(asked))) {
        return true;
    }
    // One comparison of each earlier alternative has to fail.
    let mut ways: Vec<Vec<Compared>> = vec![one.0.clone()];
    for before in earlier {
        let failing = |way: &Vec<Compared>| {
            let with = |asked: &Compared| {
                let mut longer = way.clone();
                longer.push(asked.clone().deny());
                longer
            };
            before.0.iter().map(with).collect::<Vec<_>>()
        };
        ways = ways.iter().flat_map(failing).filter(|way| clash(way, info).is_none()).collect();
        if ways.len() > WAYS {
            return false;
        }
    }
    ways.is_empty() && !earlier.is_empty()
}

impl Compiler<'_> {
    /// The same of an alternative, which may be several of the phone's: all of them have to be.
    pub(super) fn all_covered(&self, all: &[Conjunction<Compared>], earlier: &[Conjunction<Compared>]) -> bool {
        let catalogue = self.catalogue;
        let earlier: Vec<&Conjunction<Compared>> = earlier.iter().collect();
        // What never holds by itself is told for itself.
        let possible = |one: &&Conjunction<Compared>| clash(&one.0, &|name: &str| catalogue.macro_info(name)).is_none();
        let mut all = all.iter().filter(possible).peekable();
        all.peek().is_some() && all.all(|one| covered(one, &earlier, &|name: &str| catalogue.macro_info(name)))
    }

    /// Whether each comparison of some alternative holds whatever the phone is.
    pub(super) fn one_always_holds(&self, all: &[Conjunction<Compared>]) -> bool {
        let catalogue = self.catalogue;
        let fails = |one: &Compared| clash(&[one.clone().deny()], &|name: &str| catalogue.macro_info(name)).is_some();
        all.iter().any(|one| one.0.iter().all(fails))
    }

    /// P0502. That a condition before it always holds is said by this in place of P0513.
    pub(super) fn never_reached(&mut self, place: Span, before: Span, always: bool) {
        let said = |finding: &Diagnostic| {
            let place = finding.span();
            finding.code == Code::P0513
                && place.file == before.file
                && before.start <= place.start
                && place.end <= before.end
        };
        if always {
            self.findings.retain(|finding| !said(finding));
        }
        let (why, help) = match always {
            true => (
                "and this always does",
                "give every alternative but the last a condition that may fail: `(…)?`, or `when …`",
            ),
            false => (
                "whenever it would apply, this does, or another before it",
                "put the narrower condition first, or remove this",
            ),
        };
        let finding = Diagnostic::new(Code::P0502, place, "this is never reached")
            .because("the phone takes the first alternative that applies")
            .label(before, why)
            .help(help);
        self.report(finding.note("RS §5"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::comparison::Side;
    use super::*;
    use crate::phone::rule::Operator::{self, Equal, Greater, GreaterOrEqual, Less, NotEqual};
    use crate::platform::Catalogue;

    fn one(subject: &str, operator: Operator, operand: Side) -> Compared {
        let kind = Catalogue::cisco_mpp().macro_info(subject).expect(subject).kind;
        Compared { subject: subject.into(), kind, operator, operand, span: Span::default() }
    }

    fn timer(operator: Operator, seconds: i64) -> Compared {
        one("PRVTMR", operator, Side::Int(seconds))
    }

    fn flag(operator: Operator, text: &str) -> Compared {
        one("A", operator, Side::Text(text.into()))
    }

    #[test]
    fn what_is_left_is_nothing() {
        let version = |operator| one("SWVER", operator, Side::Version("sip88xx.11-3-1MPP-678".parse().expect("one")));
        for (this, earlier, told) in [
            (vec![flag(Equal, "x")], vec![vec![flag(Equal, "x")]], true),
            (vec![flag(Equal, "y")], vec![vec![flag(Equal, "x")]], false),
            (vec![flag(Equal, "y")], vec![vec![flag(NotEqual, "x")]], true),
            (vec![], vec![vec![flag(NotEqual, "x")]], false),
            (vec![], vec![vec![flag(NotEqual, "x")], vec![flag(Equal, "x")]], true),
            (vec![timer(GreaterOrEqual, 1200)], vec![vec![timer(GreaterOrEqual, 600)]], true),
            (vec![timer(GreaterOrEqual, 600)], vec![vec![timer(GreaterOrEqual, 1200)]], false),
            (vec![timer(Greater, 5)], vec![vec![timer(Greater, 5), flag(Equal, "x")]], false),
            (vec![timer(Greater, 5), flag(Equal, "x")], vec![vec![timer(Greater, 5)]], true),
            (vec![], vec![vec![timer(Less, 5)], vec![timer(Greater, 9)]], false),
            (vec![], vec![vec![timer(Less, 5)], vec![timer(Greater, 4)]], true),
            // The same words are the same condition, whatever a version is.
            (vec![version(Less)], vec![vec![version(Less)]], true),
            (vec![], vec![vec![version(Less)], vec![version(GreaterOrEqual)]], false),
            (vec![flag(Equal, "x")], vec![], false),
        ] {
            let all: Vec<Conjunction<Compared>> = earlier.into_iter().map(Conjunction).collect();
            let all: Vec<&Conjunction<Compared>> = all.iter().collect();
            let this = Conjunction(this);
            let found = covered(&this, &all, &|name: &str| Catalogue::cisco_mpp().macro_info(name));
            assert_eq!(found, told, "{this:?} behind {all:?}");
        }
    }

    /// Every value tried: what is found covered is reached for none.
    mod by_trying {
        use super::*;
        use proptest::prelude::*;

        fn conjunction() -> impl Strategy<Value = Vec<(Operator, i64)>> {
            prop::collection::vec((prop::sample::select(Operator::ALL.to_vec()), -3i64..5), 1..4)
        }

        proptest! {
            #[test]
            fn a_state_is_one_of_its_numbers(this in conjunction(), earlier in prop::collection::vec(conjunction(), 1..4)) {
                let made = |all: &[(Operator, i64)]| {
                    Conjunction(all.iter().map(|(operator, n)| one("PRVST", *operator, Side::Int(*n))).collect())
                };
                let holds = |all: &[(Operator, i64)], value: i64| all.iter().all(|(operator, n)| operator.holds(value.cmp(n)));
                let reached = (-1i64..=2).any(|value| holds(&this, value) && !earlier.iter().any(|one| holds(one, value)));
                let before: Vec<Conjunction<Compared>> = earlier.iter().map(|one| made(one)).collect();
                let before: Vec<&Conjunction<Compared>> = before.iter().collect();
                let found = covered(&made(&this), &before, &|name: &str| Catalogue::cisco_mpp().macro_info(name));
                prop_assert!(!(found && reached));
                prop_assert_eq!(found, !reached);
            }
        }
    }
}
