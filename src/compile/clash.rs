//! Comparisons that cannot hold together, as far as their kinds say: bounds that leave nothing, a text that would be two.

use super::comparison::{Compared, Side};
use crate::phone::rule::Operator;
use crate::platform::{MacroInfo, MacroKind};
use std::collections::HashMap;

/// Why a list of comparisons never holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clash {
    /// One of them never does, and why.
    Alone(String),
    /// Two of them, by position.
    Between((usize, usize)),
}

/// What is left of an integer's values, and which comparison set each bound.
struct Left {
    low: i64,
    high: i64,
    lowered: Option<usize>,
    raised: Option<usize>,
}

/// Finds why comparisons never all hold; nothing: they may.
pub(super) fn clash(comparisons: &[Compared], info: &impl Fn(&str) -> Option<MacroInfo>) -> Option<Clash> {
    let mut numbers: HashMap<&str, Left> = HashMap::new();
    let mut same: HashMap<&str, (usize, &str)> = HashMap::new();
    for (place, one) in comparisons.iter().enumerate() {
        let known = info(&one.subject)?;
        match (one.kind, &one.operand) {
            (MacroKind::Int | MacroKind::Duration, Side::Int(number)) => {
                let (low, high) = known.bounds();
                let left = numbers.entry(&one.subject).or_insert(Left { low, high, lowered: None, raised: None });
                narrow(left, one.operator, *number, place);
                if left.low > left.high {
                    return Some(match (left.lowered, left.raised) {
                        (Some(a), Some(b)) if a != b => Clash::Between((a.min(b), a.max(b))),
                        _ => Clash::Alone(possible(&known)),
                    });
                }
            }
            (kind, Side::Text(text)) if kind.is_quoted() && one.operator == Operator::Equal => {
                if !known.values.is_empty() && !known.values.contains(text) {
                    return Some(Clash::Alone(possible(&known)));
                }
                match same.get(one.subject.as_str()) {
                    Some((first, other)) if other != text => return Some(Clash::Between((*first, place))),
                    _ => drop(same.insert(&one.subject, (place, text))),
                }
            }
            _ => {}
        }
    }
    denied(comparisons, &same)
}

/// A text that is to be something and not to be it.
fn denied(comparisons: &[Compared], same: &HashMap<&str, (usize, &str)>) -> Option<Clash> {
    comparisons.iter().enumerate().find_map(|(place, one)| match (&one.operand, one.operator) {
        (Side::Text(text), Operator::NotEqual) => {
            let (first, other) = same.get(one.subject.as_str())?;
            (other == text).then_some(Clash::Between((*first.min(&place), *first.max(&place))))
        }
        _ => None,
    })
}

fn narrow(left: &mut Left, operator: Operator, number: i64, place: usize) {
    let (low, high) = match operator {
        Operator::Equal => (number, number),
        Operator::Less => (i64::MIN, number.saturating_sub(1)),
        Operator::LessOrEqual => (i64::MIN, number),
        Operator::Greater => (number.saturating_add(1), i64::MAX),
        Operator::GreaterOrEqual => (number, i64::MAX),
        // It takes one value from an end, or none.
        Operator::NotEqual if number == left.low => (number.saturating_add(1), i64::MAX),
        Operator::NotEqual if number == left.high => (i64::MIN, number.saturating_sub(1)),
        Operator::NotEqual => return,
    };
    if low > left.low {
        (left.low, left.lowered) = (low, Some(place));
    }
    if high < left.high {
        (left.high, left.raised) = (high, Some(place));
    }
}

/// What a variable can be.
fn possible(info: &MacroInfo) -> String {
    match (info.values.as_slice(), info.kind) {
        ([], MacroKind::Duration) => format!("`${}` counts from 0s", info.name),
        ([], _) => format!("`${}` is never so", info.name),
        (values, MacroKind::Int) => format!("`${}` is {}", info.name, values.join(", ")),
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
            (vec![timer(Greater, i64::MAX)], None),
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
}
