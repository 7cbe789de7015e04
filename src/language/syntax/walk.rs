//! What stands in an expression, at any depth.

use super::tree::{Expr, ExprKind, TextPart};

impl Expr {
    /// Looks at an expression, and then at all that it is made of, in the order of the text.
    pub fn each<'e>(&'e self, look: &mut dyn FnMut(&'e Expr)) {
        look(self);
        match &self.kind {
            ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => {}
            ExprKind::Text(parts) => parts.iter().for_each(|part| match part {
                TextPart::Text(_) => {}
                TextPart::Hole(hole) => hole.each(look),
            }),
            ExprKind::Field(inner, _) | ExprKind::Not(inner) | ExprKind::Minus(inner) => inner.each(look),
            ExprKind::Index(one, other) | ExprKind::Binary(one, _, other) => {
                one.each(look);
                other.each(look);
            }
            ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().for_each(|item| item.each(look)),
            ExprKind::Record(fields) => fields.iter().for_each(|(_, value)| value.each(look)),
        }
    }

    /// Whether something in it could not be read, and has its finding.
    pub fn is_faulty(&self) -> bool {
        let mut faulty = false;
        self.each(&mut |expr| faulty |= expr.kind == ExprKind::Fault);
        faulty
    }
}
