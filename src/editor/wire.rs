//! What an assignment sends: the element, and the value as it stands in the file.

use super::view::View;
use crate::diagnostic::{FileId, Span};
use crate::language::syntax::literal::Literal;
use crate::language::syntax::tree::{Block, ExprKind, Statement, StatementKind, Target, TargetKind};
use crate::language::{Scope, Value, evaluate};
use crate::platform::{Catalogue, ParameterType, TextType, wire};
use crate::workflow::why::program::body;

/// An element and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub element: String,
    pub value: String,
}

/// The parameter whose name stands at a place, and what the statement sends, where that is known without a phone.
pub fn assigned(view: &View, file: FileId, offset: usize) -> Option<(String, Option<Sent>)> {
    let mut found = None;
    each_statement(view, file, &mut |statement| {
        if let Some(target) = target(statement)
            && holds_name(target, offset)
            && let Some(family) = family(target)
        {
            found = Some((family, sent(view, statement)));
        }
    });
    found.filter(|(family, _)| Catalogue::cisco_mpp().parameter(family).is_some())
}

/// Every statement of a file that stands in a block, outermost first.
pub fn each_statement<'v>(view: &'v View, file: FileId, each: &mut dyn FnMut(&'v Statement)) {
    fn inside<'v>(block: &'v Block, each: &mut dyn FnMut(&'v Statement)) {
        for statement in &block.statements {
            each(statement);
            statement.blocks().into_iter().for_each(|block| inside(block, each));
        }
    }
    let trees = view.trees.iter().filter(|(id, _)| *id == file).flat_map(|(_, tree)| &tree.items);
    trees.filter_map(body).for_each(|block| inside(block, each));
}

/// What a statement assigns to, or leaves to others.
fn target(statement: &Statement) -> Option<&Target> {
    match &statement.kind {
        StatementKind::Assign { target, words, .. } if words.iter().all(|word| word.text != "option") => Some(target),
        StatementKind::Ownership { target, .. } | StatementKind::Expect { target, .. } => Some(target),
        _ => None,
    }
}

/// `Unit[]_Key[]`.
fn family(target: &Target) -> Option<String> {
    let TargetKind::Name(parts) = &target.kind else { return None };
    Some(parts.iter().fold(String::new(), |name, (part, index)| name + part + if index.is_some() { "[]" } else { "" }))
}

/// Whether a place is in a parameter's name, and not in an index of it.
fn holds_name(target: &Target, offset: usize) -> bool {
    let TargetKind::Name(parts) = &target.kind else { return false };
    let holds = |span: Span| span.start as usize <= offset && offset <= span.end as usize;
    let in_index = parts.iter().filter_map(|(_, index)| index.as_ref()).any(|index| holds(index.span));
    holds(target.span) && !in_index
}

/// What an assignment sends to every phone alike; none: that depends on the phone, or is nobody's to see.
pub fn sent(view: &View, statement: &Statement) -> Option<Sent> {
    let StatementKind::Assign { target, values, .. } = &statement.kind else { return None };
    let parameter = Catalogue::cisco_mpp().parameter(&family(target)?)?;
    if matches!(parameter.ty, ParameterType::Text(TextType::Secret)) {
        return None;
    }
    let TargetKind::Name(parts) = &target.kind else { return None };
    let indexes = parts.iter().filter_map(|(_, index)| index.as_ref());
    let indexes: Option<Vec<u32>> = indexes
        .map(|index| match &index.kind {
            ExprKind::Literal(Literal::Int(number)) => u32::try_from(*number).ok(),
            _ => None,
        })
        .collect();
    let indexes = indexes.filter(|indexes| indexes.len() == parameter.ranges().len())?;
    let scope = Scope { globals: &view.checked().program.globals, locals: &[], phone: None };
    let values: Option<Vec<Value>> = values.iter().map(|value| evaluate(value, &scope).ok()).collect();
    let value = match <[Value; 1]>::try_from(values?) {
        Ok([one]) => one,
        Err(many) => Value::List(many),
    };
    if matches!(value, Value::Secret(_)) {
        return None;
    }
    Some(Sent { element: parameter.element(&indexes), value: wire(&parameter, &value).ok()? })
}
