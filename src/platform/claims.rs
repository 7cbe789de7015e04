//! Whether a macro variable has some value of which all holds that a condition says of it, as far as its kind and its values go.

use super::macros::{MacroInfo, MacroKind};
use crate::phone::rule::Operator;
use std::collections::BTreeSet;

/// What a variable is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<'t> {
    Number(Operator, i64),
    Text(Operator, &'t str),
}

/// Texts of a number, and numbers of a text, leave it open.
pub fn can_hold(info: &MacroInfo, claims: &[Claim<'_>]) -> bool {
    if !info.values.is_empty() {
        return info.values.iter().any(|value| claims.iter().all(|claim| claim.holds_for(value)));
    }
    match info.kind {
        MacroKind::Int | MacroKind::Duration => some_number(info, claims),
        _ => some_text(claims),
    }
}

impl Claim<'_> {
    fn holds_for(&self, value: &str) -> bool {
        match self {
            Claim::Number(operator, number) => {
                value.parse::<i64>().is_ok_and(|value| operator.holds(value.cmp(number)))
            }
            Claim::Text(operator, text) => operator.holds(value.cmp(*text)),
        }
    }
}

fn some_number(info: &MacroInfo, claims: &[Claim<'_>]) -> bool {
    let (mut low, mut high) = info.bounds();
    let mut without: BTreeSet<i64> = BTreeSet::new();
    for claim in claims {
        let Claim::Number(operator, number) = *claim else { continue };
        // What is below the least number, or above the greatest, is no number.
        let (below, above) = (number.checked_sub(1), number.checked_add(1));
        match operator {
            Operator::Equal => (low, high) = (low.max(number), high.min(number)),
            Operator::NotEqual => drop(without.insert(number)),
            Operator::LessOrEqual => high = high.min(number),
            Operator::GreaterOrEqual => low = low.max(number),
            Operator::Less => match below {
                Some(below) => high = high.min(below),
                None => return false,
            },
            Operator::Greater => match above {
                Some(above) => low = low.max(above),
                None => return false,
            },
        }
    }
    while low <= high && without.contains(&low) {
        match low.checked_add(1) {
            Some(next) => low = next,
            None => return false,
        }
    }
    low <= high
}

fn some_text(claims: &[Claim<'_>]) -> bool {
    let texts = |wanted| {
        claims.iter().filter_map(move |claim| match claim {
            Claim::Text(operator, text) if *operator == wanted => Some(*text),
            _ => None,
        })
    };
    let Some(first) = texts(Operator::Equal).next() else { return true };
    texts(Operator::Equal).all(|other| other == first) && texts(Operator::NotEqual).all(|other| other != first)
}
