//! Comparisons that cannot hold together, as far as their kinds say: bounds that leave nothing, a text that would be two, a variable
//! with few values of which none is left.

use super::comparison::{Compared, Side, spelled};
use crate::phone::Mac;
use crate::phone::rule::Operator;
use crate::platform::{Claim, MacroInfo, MacroKind, can_hold};
use std::collections::HashMap;
use std::net::IpAddr;

/// Why a list of comparisons never holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clash {
    /// One of them never does, and why.
    Alone(String),
    /// Two of them, by position.
    Between((usize, usize)),
    /// More than two of them, the last by position, and why.
    Among(usize, String),
}

/// Finds why comparisons never all hold; nothing: they may.
pub(super) fn clash(comparisons: &[Compared], info: &impl Fn(&str) -> Option<MacroInfo>) -> Option<Clash> {
    let mut by_subject: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (place, one) in comparisons.iter().enumerate() {
        match &one.operand {
            Side::Variable(other) => {
                if let Some(why) = never_alike(one, &info(&one.subject)?, &info(other)?) {
                    return Some(Clash::Alone(why));
                }
            }
            Side::Text(_) | Side::Int(_) => by_subject
                .entry(&one.subject)
                .or_insert_with(|| {
                    order.push(&one.subject);
                    Vec::new()
                })
                .push(place),
            // Whether versions are in order is the release notes' to say.
            Side::Version(_) | Side::Firmware(_) => {}
        }
    }
    order.into_iter().find_map(|subject| {
        let places = by_subject.get(subject)?;
        let all: Vec<&Compared> = places.iter().filter_map(|place| comparisons.get(*place)).collect();
        let known = info(subject)?;
        let empty = |some: &[&Compared]| leaves_nothing(&known, some);
        if !empty(&all) {
            return None;
        }
        // The shortest beginning that leaves nothing ends in a comparison that takes the last of it.
        let (mut low, mut high) = (1, all.len());
        while low < high {
            let middle = low.midpoint(high);
            match all.get(..middle).is_some_and(empty) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        let last = all.get(low - 1)?;
        let place = |at: usize| places.get(at).copied().unwrap_or_default();
        if empty(&[*last]) {
            return Some(Clash::Alone(possible(&known)));
        }
        let other = all.iter().take(low - 1).position(|other| empty(&[*other, *last]));
        Some(match other {
            Some(first) => Clash::Between((place(first), place(low - 1))),
            None => Clash::Among(place(low - 1), possible(&known)),
        })
    })
}

/// Whether no value of a variable is as all these comparisons with it want.
fn leaves_nothing(info: &MacroInfo, comparisons: &[&Compared]) -> bool {
    let claims = comparisons.iter().filter_map(|one| match &one.operand {
        Side::Int(number) => Some(Claim::Number(one.operator, *number)),
        Side::Text(text) => Some(Claim::Text(one.operator, text)),
        Side::Variable(_) | Side::Version(_) | Side::Firmware(_) => None,
    });
    !can_hold(info, &claims.collect::<Vec<_>>())
}

/// Why one variable never stands to another as a comparison wants: a hardware address is no product, and two lists may have
/// no value in common.
fn never_alike(one: &Compared, left: &MacroInfo, right: &MacroInfo) -> Option<String> {
    let Side::Variable(other) = &one.operand else { return None };
    let never = || Some(format!("a `${}` is never a `${other}`", one.subject));
    if one.subject == *other {
        return (!one.operator.holds(std::cmp::Ordering::Equal)).then(|| "both sides are the same variable".to_owned());
    }
    match (left.values.as_slice(), right.values.as_slice()) {
        ([], []) => {}
        (values, []) => {
            let alike = one.operator != Operator::Equal || values.iter().any(|value| may_be(right, value));
            return if alike { None } else { never() };
        }
        ([], values) => {
            let alike = one.operator != Operator::Equal || values.iter().any(|value| may_be(left, value));
            return if alike { None } else { never() };
        }
        (these, those) => {
            let number = |text: &String| text.parse::<i64>().ok();
            let alike = these.iter().any(|this| {
                those.iter().any(|that| match (number(this), number(that)) {
                    (Some(this), Some(that)) => one.operator.holds(this.cmp(&that)),
                    _ => one.operator.holds(this.cmp(that)),
                })
            });
            return if alike { None } else { never() };
        }
    }
    let apart = match (left.kind, right.kind) {
        (MacroKind::Mac, MacroKind::Mac) => spelled_apart(&left.name, &right.name),
        (MacroKind::Mac, MacroKind::Address) | (MacroKind::Address, MacroKind::Mac) => true,
        _ => false,
    };
    if apart && one.operator == Operator::Equal { never() } else { None }
}

/// Whether two spellings of hardware addresses never are the same, for the same address and for any other. Digits alone have
/// no case.
fn spelled_apart(one: &str, other: &str) -> bool {
    let address = Mac::new([0x12, 0x34, 0x56, 0x78, 0x90, 0x12]);
    spelled(one, address) != spelled(other, address)
}

/// Whether a variable that is not given by a list of values may have this one.
fn may_be(info: &MacroInfo, value: &str) -> bool {
    match info.kind {
        MacroKind::Mac => value.parse::<Mac>().is_ok_and(|mac| spelled(&info.name, mac) == value),
        MacroKind::Address => value.parse::<IpAddr>().is_ok(),
        MacroKind::Int => value.parse::<i64>().is_ok(),
        MacroKind::Duration => value.parse::<i64>().is_ok_and(|number| number >= 0),
        MacroKind::Text | MacroKind::Version => true,
    }
}

/// Of a longer list of values none is told.
const MOST_TOLD: usize = 6;

/// What a variable can be.
fn possible(info: &MacroInfo) -> String {
    match (info.values.as_slice(), info.kind) {
        ([], MacroKind::Duration) => format!("`${}` counts from 0s", info.name),
        ([], _) => format!("`${}` is never so", info.name),
        (values, MacroKind::Int) => format!("`${}` is {}", info.name, values.join(", ")),
        (values, _) if values.len() > MOST_TOLD => format!("`${}` of no model is so", info.name),
        (values, _) => format!("`${}` is \"{}\"", info.name, values.join("\" or \"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::platform::Catalogue;

    fn one(subject: &str, operator: Operator, operand: Side) -> Compared {
        let kind = Catalogue::cisco_mpp().macro_info(subject).expect(subject).kind;
        Compared { subject: subject.into(), kind, operator, operand, span: Span::default() }
    }

    fn found(comparisons: &[Compared]) -> Option<Clash> {
        clash(comparisons, &|name| Catalogue::cisco_mpp().macro_info(name))
    }

    #[test]
    fn bounds_that_leave_nothing_clash() {
        use Operator::{Equal, Greater, GreaterOrEqual, Less, NotEqual};
        let timer = |operator, seconds| one("PRVTMR", operator, Side::Int(seconds));
        let state = |operator, number| one("PRVST", operator, Side::Int(number));
        for (comparisons, clash) in [
            (vec![timer(Greater, 600), timer(Less, 300)], Some(Clash::Between((0, 1)))),
            (vec![timer(Greater, 300), timer(Less, 302)], None),
            (vec![timer(Greater, 300), timer(Less, 301)], Some(Clash::Between((0, 1)))),
            (vec![timer(Equal, 5), timer(NotEqual, 5)], Some(Clash::Between((0, 1)))),
            (vec![timer(Less, 0)], Some(Clash::Alone("`$PRVTMR` counts from 0s".into()))),
            (vec![timer(GreaterOrEqual, 0)], None),
            (vec![state(Equal, 7)], Some(Clash::Alone("`$PRVST` is -1, 0, 1, 2".into()))),
            (vec![state(Equal, 2), timer(Less, 9)], None),
            (vec![timer(GreaterOrEqual, i64::MAX)], None),
            // No number is above the greatest.
            (vec![timer(Greater, i64::MAX)], Some(Clash::Alone("`$PRVTMR` counts from 0s".into()))),
            (
                vec![timer(NotEqual, 5), timer(GreaterOrEqual, 5), timer(Less, 6)],
                Some(Clash::Among(2, "`$PRVTMR` counts from 0s".into())),
            ),
            (vec![timer(NotEqual, 5), timer(GreaterOrEqual, 5), timer(Less, 7)], None),
        ] {
            assert_eq!(found(&comparisons), clash, "{comparisons:?}");
        }
    }

    #[test]
    fn a_text_is_not_two() {
        use Operator::{Equal, NotEqual};
        let text = |subject, operator, text: &str| one(subject, operator, Side::Text(text.into()));
        for (comparisons, clashes) in [
            (vec![text("A", Equal, "x"), text("A", Equal, "y")], true),
            (vec![text("A", Equal, "x"), text("B", Equal, "y")], false),
            (vec![text("A", NotEqual, "x"), text("A", NotEqual, "y")], false),
            (vec![text("A", NotEqual, "x"), text("A", Equal, "x")], true),
            (vec![text("CCERT", Equal, "installed")], true),
            (vec![text("CCERT", Equal, "Installed")], false),
            (vec![], false),
        ] {
            assert_eq!(found(&comparisons).is_some(), clashes, "{comparisons:?}");
        }
    }

    #[test]
    fn of_few_values_none_is_left() {
        use Operator::{Equal, Greater, GreaterOrEqual, Less, NotEqual};
        let text = |operator, text: &str| one("CCERT", operator, Side::Text(text.into()));
        let state = |operator, number| one("PRVST", operator, Side::Int(number));
        let (is, is_not) = (text(NotEqual, "Not Installed"), text(NotEqual, "Installed"));
        for (comparisons, clash) in [
            (vec![is.clone(), is_not.clone()], Some(Clash::Between((0, 1)))),
            (vec![is.clone()], None),
            (vec![is_not, text(Equal, "Not Installed")], None),
            (vec![is, text(Equal, "Not Installed")], Some(Clash::Between((0, 1)))),
            (
                vec![state(NotEqual, 0), state(NotEqual, 1), state(NotEqual, -1), state(NotEqual, 2)],
                Some(Clash::Among(3, "`$PRVST` is -1, 0, 1, 2".into())),
            ),
            (vec![state(NotEqual, 0), state(NotEqual, 1), state(NotEqual, 2)], None),
            (
                vec![state(Greater, 0), state(NotEqual, 1), state(Less, 2)],
                Some(Clash::Among(2, "`$PRVST` is -1, 0, 1, 2".into())),
            ),
            (vec![state(GreaterOrEqual, 0), state(NotEqual, 1), state(Less, 2)], None),
        ] {
            assert_eq!(found(&comparisons), clash, "{comparisons:?}");
        }
    }

    #[test]
    fn variables_of_unlike_shape_are_never_the_same() {
        use Operator::{Equal, Greater, Less, NotEqual};
        for (left, operator, right, clashes) in [
            ("MA", Equal, "PN", true),
            ("PN", Equal, "MA", true),
            ("MA", NotEqual, "PN", false),
            ("PN", Equal, "PSN", false),
            ("MA", Equal, "MAC", true),
            ("MAC", Equal, "MAU", true),
            // `001122334455` has no letter.
            ("MA", Equal, "MAU", false),
            ("MA", Equal, "IP", true),
            ("IP", Equal, "EXTIP", false),
            ("CCERT", Equal, "ORIGTYPE", true),
            // Both may be "none".
            ("ORIGTYPE", Equal, "AUTHSTATUS", false),
            ("CCERT", Equal, "IP", true),
            ("A", Equal, "PN", false),
            ("A", Equal, "MA", false),
            ("SN", Equal, "A", false),
            ("A", Equal, "A", false),
            ("A", NotEqual, "A", true),
            ("PRVTMR", Less, "PRVTMR", true),
            ("PRVTMR", Less, "UPGTMR", false),
            ("UPGST", Less, "ISCUST", true),
            ("UPGST", Greater, "ISCUST", false),
        ] {
            let all = [one(left, operator, Side::Variable(right.into()))];
            assert_eq!(found(&all).is_some(), clashes, "{left} {operator:?} {right}");
        }
    }

    /// Every value that a variable may have, tried: what is found never to hold holds for none of them.
    mod by_trying {
        use super::*;
        use proptest::prelude::*;

        fn operators() -> impl Strategy<Value = Operator> {
            prop::sample::select(Operator::ALL.to_vec())
        }

        proptest! {
            #[test]
            fn a_state_is_one_of_its_numbers(all in prop::collection::vec((operators(), -3i64..5), 1..6)) {
                let comparisons: Vec<Compared> =
                    all.iter().map(|(operator, number)| one("PRVST", *operator, Side::Int(*number))).collect();
                let may = (-1i64..=2).any(|value| all.iter().all(|(operator, number)| operator.holds(value.cmp(number))));
                prop_assert_eq!(found(&comparisons).is_none(), may);
            }

            #[test]
            fn a_timer_is_any_number_from_zero(all in prop::collection::vec((operators(), -3i64..9), 1..6)) {
                let comparisons: Vec<Compared> =
                    all.iter().map(|(operator, number)| one("PRVTMR", *operator, Side::Int(*number))).collect();
                let may = (0i64..20).any(|value| all.iter().all(|(operator, number)| operator.holds(value.cmp(number))));
                prop_assert_eq!(found(&comparisons).is_none(), may);
            }
        }
    }
}
