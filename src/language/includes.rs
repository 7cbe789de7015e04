//! Which profile each `include` means. A profile is read through as deep as its inclusions go, so that has a limit.

use super::program::Profile;
use super::syntax::tree::{Argument, Block, Statement, StatementKind};
use crate::diagnostic::{Code, Diagnostic, Span};
use std::collections::{HashMap, HashSet};

/// Profiles may include one another so deep.
pub const DEEPEST: usize = 64;

/// The inclusions of a program.
#[derive(Debug, Default)]
pub struct Includes {
    /// The profile that the `include` at a place means.
    by_place: HashMap<Span, usize>,
    /// Profiles that some other names, those that lie too deep as well.
    named: HashSet<usize>,
}

impl Includes {
    /// Where each stands, and the profile that it names.
    pub fn places(&self) -> impl Iterator<Item = (Span, usize)> + '_ {
        self.by_place.iter().map(|(place, target)| (*place, *target))
    }

    /// Looks every `include` up. One that leads too deep has a finding, and leads nowhere.
    pub fn of(profiles: &[Profile]) -> (Includes, Vec<Diagnostic>) {
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for (position, profile) in profiles.iter().enumerate() {
            // The first of two alike counts: the second has its finding.
            by_name.entry(&profile.name.value).or_insert(position);
        }
        let all: Vec<Vec<(Span, usize)>> = profiles
            .iter()
            .map(|profile| {
                let mut found = Vec::new();
                inclusions(&profile.body, &mut |span, name| {
                    found.extend(by_name.get(name).map(|position| (span, *position)));
                });
                found
            })
            .collect();
        let depths = depths(&all);
        let mut includes = Includes::default();
        let mut findings = Vec::new();
        for (span, target) in all.iter().flatten() {
            includes.named.insert(*target);
            let depth = depths.get(*target).copied().unwrap_or_default();
            if depth < DEEPEST {
                includes.by_place.insert(*span, *target);
            } else if depth == DEEPEST {
                // What includes this in turn is too deep for no reason of its own.
                let finding = Diagnostic::new(Code::P0106, *span, "profiles include one another too deep");
                findings.push(
                    finding
                        .because(format!("the limit is {DEEPEST} levels"))
                        .help("include the profiles side by side: `include` may stand several times in one"),
                );
            }
        }
        (includes, findings)
    }

    /// The position of the profile that a statement includes, if it is an `include`.
    pub fn target(&self, statement: &Statement) -> Option<usize> {
        self.at(statement.span)
    }

    /// The same by the statement's place.
    pub fn at(&self, place: Span) -> Option<usize> {
        self.by_place.get(&place).copied()
    }

    /// Whether some profile includes the one at a position.
    pub fn is_named(&self, position: usize) -> bool {
        self.named.contains(&position)
    }
}

/// Every `include` of a body, with the name that stands there.
pub fn inclusions<'b>(block: &'b Block, found: &mut impl FnMut(Span, &'b str)) {
    for statement in &block.statements {
        match &statement.kind {
            StatementKind::If { branches, otherwise } => {
                for block in branches.iter().map(|(_, block)| block).chain(otherwise) {
                    inclusions(block, found);
                }
            }
            StatementKind::For { body, .. } => inclusions(body, found),
            StatementKind::Match { arms, otherwise, .. } => {
                for block in arms.iter().map(|(_, block)| block).chain(otherwise) {
                    inclusions(block, found);
                }
            }
            StatementKind::Setting { word, groups } if word.text == "include" => {
                if let Some(Argument::Expr(name)) = groups.iter().flatten().next()
                    && let Some(name) = name.as_name()
                {
                    found(statement.span, name);
                }
            }
            _ => {}
        }
    }
}

/// How deep the inclusions of each profile go, up to one more than is allowed. A circle has a finding where it is walked.
fn depths(all: &[Vec<(Span, usize)>]) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut depths = vec![0; all.len()];
    let mut states = vec![State::New; all.len()];
    for start in 0..all.len() {
        // The way down, and which inclusion of each is next: a chain of thousands takes no stack.
        let mut way = vec![(start, 0)];
        while let Some((at, next)) = way.last_mut() {
            let (at, number) = (*at, *next);
            *next += 1;
            let (Some(inclusions), Some(state)) = (all.get(at), states.get_mut(at)) else { break };
            if *state == State::Done {
                way.pop();
                continue;
            }
            *state = State::Open;
            match inclusions.get(number) {
                Some((_, target)) if states.get(*target) == Some(&State::New) => way.push((*target, 0)),
                Some(_) => {}
                None => {
                    let below = inclusions.iter().filter(|(_, target)| states.get(*target) == Some(&State::Done));
                    let deepest = below.filter_map(|(_, target)| depths.get(*target)).max();
                    let depth = deepest.map_or(0, |deepest| (deepest + 1).min(DEEPEST + 1));
                    if let (Some(slot), Some(state)) = (depths.get_mut(at), states.get_mut(at)) {
                        (*slot, *state) = (depth, State::Done);
                    }
                    way.pop();
                }
            }
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(graph: &[&[usize]]) -> Vec<usize> {
        let all: Vec<Vec<(Span, usize)>> =
            graph.iter().map(|targets| targets.iter().map(|target| (Span::default(), *target)).collect()).collect();
        depths(&all)
    }

    #[test]
    fn depth_is_the_longest_way_down() {
        assert_eq!(of(&[]), [0; 0]);
        assert_eq!(of(&[&[1, 2], &[2], &[]]), [2, 1, 0]);
        assert_eq!(of(&[&[], &[0], &[1, 0]]), [0, 1, 2]);
        // Circles end.
        assert_eq!(of(&[&[0]]), [0]);
        assert!(of(&[&[1], &[0]]).iter().all(|depth| *depth <= 1));
    }

    #[test]
    fn a_chain_of_many_is_counted_in_either_order() {
        let down: Vec<Vec<(Span, usize)>> = (0..100_000usize).map(|n| vec![(Span::default(), n + 1)]).collect();
        let up: Vec<Vec<(Span, usize)>> = (0..100_000usize)
            .map(|n| n.checked_sub(1).map(|before| (Span::default(), before)).into_iter().collect())
            .collect();
        assert_eq!((depths(&down).first(), depths(&up).last()), (Some(&(DEEPEST + 1)), Some(&(DEEPEST + 1))));
    }
}
