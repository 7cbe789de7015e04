//! Pairs of the grammar to the tree: types, and names with the ranges of their indexes.

use super::build::Builder;
use super::tree::*;
use super::{Pair, Rule};

impl<'i> Builder<'i> {
    pub fn indexed_name(&mut self, pair: Pair<'i>) -> Option<IndexedName> {
        let span = self.span(&pair);
        let mut parts: Vec<(String, Option<(u32, u32)>)> = Vec::new();
        let mut bounds: Vec<u32> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::param_part => parts.push((part.as_str().to_owned(), None)),
                Rule::number => bounds.push(part.as_str().parse().ok()?),
                Rule::close_bracket => {
                    if let (Some(last), [low, high]) = (parts.last_mut(), bounds.as_slice()) {
                        last.1 = Some((*low, *high));
                    }
                    bounds.clear();
                }
                _ => {}
            }
        }
        Some(IndexedName { parts, span })
    }

    pub fn type_expr(&mut self, pair: Pair<'i>) -> Option<TypeExpr> {
        let span = self.span(&pair);
        let mut optional = false;
        let mut ones = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::question => optional = true,
                Rule::type_choice => {
                    ones = part.into_inner().filter(|pair| pair.as_rule() == Rule::type_one).collect();
                }
                _ => {}
            }
        }
        let mut kinds: Vec<TypeKind> =
            ones.into_iter().filter_map(|one| self.type_one(one.into_inner().next()?)).collect();
        let kind = if kinds.len() == 1 {
            kinds.pop()?
        } else {
            TypeKind::OneOf(
                kinds
                    .into_iter()
                    .flat_map(|kind| match kind {
                        TypeKind::OneOf(words) => words,
                        TypeKind::Name(name) | TypeKind::Call(name, _) => vec![name],
                        TypeKind::List(_) | TypeKind::Record(_) => Vec::new(),
                    })
                    .collect(),
            )
        };
        Some(TypeExpr { kind, optional, span })
    }

    fn type_one(&mut self, pair: Pair<'i>) -> Option<TypeKind> {
        Some(match pair.as_rule() {
            Rule::string => TypeKind::OneOf(vec![self.string(pair).as_text().unwrap_or_default()]),
            Rule::ident => TypeKind::Name(pair.as_str().to_owned()),
            Rule::type_call => {
                let mut parts = pair.into_inner();
                let name = parts.next()?.as_str().to_owned();
                let mut arguments = Vec::new();
                for part in parts.filter(|pair| pair.as_rule() == Rule::type_arg) {
                    let mut bounds = Vec::new();
                    for bound in part.into_inner() {
                        match bound.as_rule() {
                            Rule::string => {
                                arguments.push(TypeArg::Text(self.string(bound).as_text().unwrap_or_default()));
                            }
                            Rule::number => bounds.push(bound.as_str().to_owned()),
                            _ => {}
                        }
                    }
                    if let (Some(low), Some(high)) = (bounds.first(), bounds.last()) {
                        arguments.push(TypeArg::Range(low.clone(), high.clone()));
                    }
                }
                TypeKind::Call(name, arguments)
            }
            Rule::type_record => {
                let fields = pair.into_inner().filter(|part| part.as_rule() == Rule::type_field);
                let field = |field: Pair<'i>| {
                    let mut parts = field.into_inner();
                    Some((self.ident(&parts.next()?), self.type_expr(parts.last()?)?))
                };
                TypeKind::Record(fields.filter_map(field).collect())
            }
            Rule::type_list => {
                let mut parts: Vec<Pair<'i>> = pair.into_inner().collect();
                let innermost = self.type_one(parts.pop()?)?;
                let depth = parts.iter().filter(|pair| pair.as_rule() == Rule::kw_list).count();
                (0..depth).fold(innermost, |kind, _| TypeKind::List(Box::new(kind)))
            }
            _ => return None,
        })
    }
}
