//! Conditions as data: any tree of `and`, `or` and `not`, and the forms that a phone can be given. A phone knows comparisons
//! joined by `and` and no more (RS §4); alternatives of a rule, or the second trigger, are its `or`. So a condition becomes
//! a normal form without `not`, and that becomes alternatives, each a list of comparisons that all hold.

use super::program::At;
use super::value::Value;
use crate::diagnostic::Span;
use crate::phone::rule::Operator;

/// A condition over comparisons of some kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition<L> {
    /// Known at build.
    Known(bool),
    Leaf(L),
    Not(Box<Condition<L>>),
    All(Vec<Condition<L>>),
    Any(Vec<Condition<L>>),
}

/// A condition in which nothing is denied: what was is the comparison's opposite.
#[derive(Clone, Debug, PartialEq)]
pub enum Normal<L> {
    Known(bool),
    Leaf(L),
    All(Vec<Normal<L>>),
    Any(Vec<Normal<L>>),
}

/// Comparisons that all hold; none of them: it always does.
#[derive(Clone, Debug, PartialEq)]
pub struct Conjunction<L>(pub Vec<L>);

/// What has an opposite: `>=` and `<`.
pub trait Deny {
    fn deny(self) -> Self;
}

/// More alternatives than are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// No rule has so many; beyond, a condition's alternatives grow without bound.
pub const MOST_ALTERNATIVES: usize = 256;

impl<L> Condition<L> {
    /// The same with each comparison read further; the first fault ends it.
    pub fn try_map<M, E>(self, read: &mut impl FnMut(L) -> Result<M, E>) -> Result<Condition<M>, E> {
        let mut all =
            |parts: Vec<Condition<L>>| parts.into_iter().map(|part| part.try_map(read)).collect::<Result<Vec<_>, E>>();
        Ok(match self {
            Condition::Known(value) => Condition::Known(value),
            Condition::All(parts) => Condition::All(all(parts)?),
            Condition::Any(parts) => Condition::Any(all(parts)?),
            Condition::Leaf(leaf) => Condition::Leaf(read(leaf)?),
            Condition::Not(inner) => Condition::Not(Box::new((*inner).try_map(read)?)),
        })
    }

    /// Its comparisons, from left to right.
    pub fn leaves(&self) -> Vec<&L> {
        match self {
            Condition::Known(_) => Vec::new(),
            Condition::Leaf(leaf) => vec![leaf],
            Condition::Not(inner) => inner.leaves(),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(Condition::leaves).collect(),
        }
    }

    /// Whether it holds, given which comparisons do.
    pub fn holds(&self, leaf: &impl Fn(&L) -> bool) -> bool {
        match self {
            Condition::Known(value) => *value,
            Condition::Leaf(one) => leaf(one),
            Condition::Not(inner) => !inner.holds(leaf),
            Condition::All(parts) => parts.iter().all(|part| part.holds(leaf)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(leaf)),
        }
    }
}

impl<L: Deny> Condition<L> {
    /// `not` pushed inward, and what is known folded away.
    pub fn normal(self) -> Normal<L> {
        self.pushed(false)
    }

    fn pushed(self, denied: bool) -> Normal<L> {
        let parts = |parts: Vec<Condition<L>>| parts.into_iter().map(|part| part.pushed(denied)).collect();
        match self {
            Condition::Known(value) => Normal::Known(value != denied),
            Condition::Leaf(leaf) => Normal::Leaf(if denied { leaf.deny() } else { leaf }),
            Condition::Not(inner) => inner.pushed(!denied),
            // De Morgan: what is denied changes places.
            Condition::All(all) if denied => Normal::any(parts(all)),
            Condition::Any(any) if denied => Normal::all(parts(any)),
            Condition::All(all) => Normal::all(parts(all)),
            Condition::Any(any) => Normal::any(parts(any)),
        }
    }
}

impl<L> Normal<L> {
    fn all(parts: Vec<Normal<L>>) -> Normal<L> {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Normal::Known(true) => {}
                Normal::Known(false) => return Normal::Known(false),
                Normal::All(more) => flat.extend(more),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Normal::Known(true),
            1 => flat.pop().unwrap_or(Normal::Known(true)),
            _ => Normal::All(flat),
        }
    }

    fn any(parts: Vec<Normal<L>>) -> Normal<L> {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Normal::Known(false) => {}
                Normal::Known(true) => return Normal::Known(true),
                Normal::Any(more) => flat.extend(more),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Normal::Known(false),
            1 => flat.pop().unwrap_or(Normal::Known(false)),
            _ => Normal::Any(flat),
        }
    }

    pub fn holds(&self, leaf: &impl Fn(&L) -> bool) -> bool {
        match self {
            Normal::Known(value) => *value,
            Normal::Leaf(one) => leaf(one),
            Normal::All(parts) => parts.iter().all(|part| part.holds(leaf)),
            Normal::Any(parts) => parts.iter().any(|part| part.holds(leaf)),
        }
    }

    /// Whether an `or` stands inside of an `and`: written out, it has to be multiplied.
    pub fn is_nested(&self) -> bool {
        match self {
            Normal::Known(_) | Normal::Leaf(_) => false,
            Normal::All(parts) => parts.iter().any(|part| matches!(part, Normal::Any(_)) || part.is_nested()),
            Normal::Any(parts) => parts.iter().any(Normal::is_nested),
        }
    }
}

impl<L: Clone + PartialEq> Normal<L> {
    /// The alternatives: it holds when one of them does. None: never; one without comparisons: always. Each is there
    /// once, and in it each comparison.
    pub fn alternatives(&self) -> Result<Vec<Conjunction<L>>, TooMany> {
        match self {
            Normal::Known(false) => Ok(Vec::new()),
            Normal::Known(true) => Ok(vec![Conjunction(Vec::new())]),
            Normal::Leaf(leaf) => Ok(vec![Conjunction(vec![leaf.clone()])]),
            Normal::Any(parts) => {
                let mut found: Vec<Conjunction<L>> = Vec::new();
                for part in parts {
                    for one in part.alternatives()? {
                        add(&mut found, one)?;
                    }
                }
                Ok(found)
            }
            Normal::All(parts) => {
                let mut found: Vec<Conjunction<L>> = vec![Conjunction(Vec::new())];
                for part in parts {
                    let more = part.alternatives()?;
                    let mut next = Vec::new();
                    for Conjunction(one) in &found {
                        for Conjunction(other) in &more {
                            let mut both = one.clone();
                            both.extend(other.iter().filter(|leaf| !one.contains(leaf)).cloned());
                            add(&mut next, Conjunction(both))?;
                        }
                    }
                    found = next;
                }
                Ok(found)
            }
        }
    }
}

fn add<L: PartialEq>(found: &mut Vec<Conjunction<L>>, one: Conjunction<L>) -> Result<(), TooMany> {
    if !found.contains(&one) {
        if found.len() >= MOST_ALTERNATIVES {
            return Err(TooMany);
        }
        found.push(one);
    }
    Ok(())
}

impl<L> Conjunction<L> {
    pub fn holds(&self, leaf: &impl Fn(&L) -> bool) -> bool {
        self.0.iter().all(leaf)
    }
}

/// A comparison as written: a variable of the phone with a value. What kind the variable is of, and whether the two go
/// together, is the platform's to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// `PRVTMR`.
    pub subject: At<String>,
    pub operator: Operator,
    pub operand: At<Operand>,
    /// The whole.
    pub span: Span,
}

/// What a variable of the phone is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Known at build.
    Value(Value),
    /// Another variable of the phone.
    Variable(String),
    /// A declared release: its position among the firmware declarations.
    Firmware(usize),
}

impl Deny for Comparison {
    fn deny(self) -> Self {
        Comparison { operator: self.operator.opposite(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A variable and whether it is to be set.
    type Literal = (u8, bool);

    impl Deny for Literal {
        fn deny(self) -> Self {
            (self.0, !self.1)
        }
    }

    fn condition() -> impl Strategy<Value = Condition<Literal>> {
        let leaf =
            prop_oneof![any::<bool>().prop_map(Condition::Known), (0u8..6, any::<bool>()).prop_map(Condition::Leaf),];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
                prop::collection::vec(inner.clone(), 0..4).prop_map(Condition::All),
                prop::collection::vec(inner, 0..4).prop_map(Condition::Any),
            ]
        })
    }

    fn valuation(bits: u8) -> impl Fn(&Literal) -> bool {
        move |(variable, wanted)| (bits >> variable & 1 == 1) == *wanted
    }

    proptest! {
        #[test]
        fn every_form_says_the_same(condition in condition()) {
            let normal = condition.clone().normal();
            let alternatives = normal.alternatives();
            for bits in 0..64 {
                let leaf = valuation(bits);
                let verdict = condition.holds(&leaf);
                prop_assert_eq!(normal.holds(&leaf), verdict);
                if let Ok(alternatives) = &alternatives {
                    prop_assert_eq!(alternatives.iter().any(|one| one.holds(&leaf)), verdict);
                }
            }
        }

        #[test]
        fn denying_twice_changes_nothing(condition in condition()) {
            let twice = Condition::Not(Box::new(Condition::Not(Box::new(condition.clone()))));
            prop_assert_eq!(twice.normal(), condition.normal());
        }

        #[test]
        fn alternatives_are_told_once_and_leaves_as_well(condition in condition()) {
            if let Ok(alternatives) = condition.normal().alternatives() {
                for (place, one) in alternatives.iter().enumerate() {
                    prop_assert!(!alternatives[..place].contains(one));
                    for (place, leaf) in one.0.iter().enumerate() {
                        prop_assert!(!one.0[..place].contains(leaf));
                    }
                }
            }
        }
    }

    #[test]
    fn growth_is_bounded() {
        let pair = |n: u8| Condition::Any(vec![Condition::Leaf((n, true)), Condition::Leaf((n, false))]);
        let wide = |n| Condition::All((0..n).map(pair).collect()).normal();
        assert_eq!(wide(8).alternatives().map(|all| all.len()), Ok(MOST_ALTERNATIVES));
        assert_eq!(wide(9).alternatives(), Err(TooMany));
        assert!(wide(2).is_nested() && !pair(0).normal().is_nested());
    }
}
