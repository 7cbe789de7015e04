//! Whether a profile comes out differently for different phones, whatever it assigns.

use crate::language::syntax::tree::{Block, Expr, Statement, StatementKind, TargetKind};
use crate::language::{Profile, Program, Time, time_of};

/// Whether conditions or loops in the block depend on the phone. `include` of a profile counts what that one has.
pub(super) fn varies(block: &Block, program: &Program) -> bool {
    let mut seen = Vec::new();
    varies_within(block, program, &mut seen)
}

fn varies_within(block: &Block, program: &Program, seen: &mut Vec<usize>) -> bool {
    let by_phone = |expr: &Expr| time_of(expr) == Time::Phone;
    block.statements.iter().any(|statement| match &statement.kind {
        StatementKind::If { branches, otherwise } => {
            branches.iter().any(|(condition, block)| by_phone(condition) || varies_within(block, program, seen))
                || otherwise.as_ref().is_some_and(|block| varies_within(block, program, seen))
        }
        StatementKind::For { over, body, .. } => by_phone(over) || varies_within(body, program, seen),
        StatementKind::Match { value, arms, otherwise } => {
            by_phone(value)
                || arms.iter().any(|(_, block)| varies_within(block, program, seen))
                || otherwise.as_ref().is_some_and(|block| varies_within(block, program, seen))
        }
        StatementKind::Ownership { target, .. } | StatementKind::Assign { target, .. } => match &target.kind {
            TargetKind::Name(parts) => parts.iter().filter_map(|(_, index)| index.as_ref()).any(by_phone),
            _ => false,
        },
        StatementKind::Setting { .. } => match included(statement, program) {
            Some((position, profile)) if !seen.contains(&position) => {
                seen.push(position);
                varies_within(&profile.body, program, seen)
            }
            _ => false,
        },
        _ => false,
    })
}

/// The profile that an `include` names.
pub(super) fn included<'p>(statement: &Statement, program: &'p Program) -> Option<(usize, &'p Profile)> {
    let position = program.includes.target(statement)?;
    Some((position, program.profiles.get(position)?))
}
