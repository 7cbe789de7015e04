//! The condition of a class of DHCP clients: what a client says of itself, compared with values of the program. What
//! can be said is what Kea's and ISC's classes are mostly used for: vendor class, user class, and whether it is known.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::syntax::tree::{Expr, ExprKind, Operator};
use crate::language::{Class as Declared, OptionLine, Scope, Value, evaluate};
use crate::plan::{Class, ClientField, ClientTest};

/// Each field of `request`, in the words of the language.
const FIELDS: [(&str, ClientField); 6] = [
    ("vendor_class", ClientField::VendorClass),
    ("user_class", ClientField::UserClass),
    ("host_name", ClientField::HostName),
    ("mac", ClientField::Mac),
    ("relay", ClientField::Relay),
    ("model", ClientField::Model),
];

/// `request.known`.
fn is_known(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Field(base, field) if base.as_name() == Some("request") && field.text == "known")
}

impl Compiler<'_> {
    /// The classes of a network; `written` reads options of its family.
    pub(super) fn classes<O>(
        &mut self,
        declared: &[Declared],
        written: impl Fn(&mut Self, &[OptionLine]) -> Vec<O>,
    ) -> Vec<Class<O>> {
        let mut classes = Vec::new();
        for (position, class) in declared.iter().enumerate() {
            let first = declared.iter().take(position).find(|other| other.name.value == class.name.value);
            if let Some(first) = first {
                let message = format!("class \"{}\" is declared twice", class.name.value);
                let finding = Diagnostic::new(Code::P0202, class.name.span, message);
                self.report(finding.because("declared again here").label(first.name.span, "first declared here"));
            }
            let options = written(self, &class.options);
            let Some(when) = self.client_test(&class.when) else { continue };
            classes.push(Class { id: class.name.value.clone(), when, options });
        }
        classes
    }

    fn client_test(&mut self, expr: &Expr) -> Option<ClientTest> {
        match &expr.kind {
            ExprKind::Fault => None,
            ExprKind::Not(inner) => Some(ClientTest::Not(Box::new(self.client_test(inner)?))),
            ExprKind::Binary(left, operator @ (Operator::And | Operator::Or), right) => {
                // Both sides are read, so that two mistakes are two findings.
                let (left, right) = (self.client_test(left), self.client_test(right));
                let both = vec![left?, right?];
                Some(if *operator == Operator::And { ClientTest::All(both) } else { ClientTest::Any(both) })
            }
            _ if is_known(expr) => Some(ClientTest::Known),
            ExprKind::Binary(left, operator, right) if is_known(left) => self.known_compared(expr, *operator, right),
            ExprKind::Binary(left, operator, right) if is_known(right) => self.known_compared(expr, *operator, left),
            ExprKind::Binary(left, operator, right) => match (self.client_field(left)?, self.client_field(right)?) {
                (Some(field), None) => self.field_compared(expr, field, *operator, right),
                (None, Some(field)) if *operator == Operator::In => match self.texts(expr, field, left)?.as_slice() {
                    [text] => Some(ClientTest::Holds { field, text: text.clone() }),
                    _ => self.no_client_test(expr),
                },
                (None, Some(field)) => self.field_compared(expr, field, *operator, left),
                _ => self.no_client_test(expr),
            },
            _ => {
                self.client_field(expr)?;
                self.no_client_test(expr)
            }
        }
    }

    /// `request.known == yes`: it is a bool, and may be compared as one.
    fn known_compared(&mut self, expr: &Expr, operator: Operator, value: &Expr) -> Option<ClientTest> {
        let scope = Scope { globals: &self.checked.program.globals, locals: &[], phone: None };
        let wanted = match evaluate(value, &scope) {
            Ok(Value::Bool(wanted)) => Some(wanted),
            Ok(_) => None,
            Err(finding) => {
                self.findings.extend(finding.map(|finding| *finding));
                return None;
            }
        };
        let denied = ClientTest::Not(Box::new(ClientTest::Known));
        match (operator, wanted) {
            (Operator::Equal, Some(true)) | (Operator::Unequal, Some(false)) => Some(ClientTest::Known),
            (Operator::Equal, Some(false)) | (Operator::Unequal, Some(true)) => Some(denied),
            _ => {
                let finding = Diagnostic::new(Code::P0301, expr.span, "`request.known` is `yes` or `no`")
                    .because("it is compared with something else")
                    .help("write `request.known`, or `not request.known`");
                self.report(finding);
                None
            }
        }
    }

    fn no_client_test(&mut self, expr: &Expr) -> Option<ClientTest> {
        let finding = Diagnostic::new(Code::P0301, expr.span, "this does not tell clients apart").because(
            "a condition is `request.known`, `request.FIELD == value`, `request.FIELD in [a, b]` or \
             `\"text\" in request.FIELD`, joined by `and`, `or`, `not`",
        );
        self.report(finding);
        None
    }

    /// The field that an expression is; `Some(None)` when it is something else.
    fn client_field(&mut self, expr: &Expr) -> Option<Option<ClientField>> {
        let ExprKind::Field(base, name) = &expr.kind else { return Some(None) };
        match base.as_name() {
            Some("request") => match FIELDS.iter().find(|(known, _)| *known == name.text) {
                Some((_, field)) => Some(Some(*field)),
                None => {
                    let known = FIELDS.iter().map(|(known, _)| *known).chain(["known"]);
                    let listed: Vec<&str> = known.clone().collect();
                    let finding = Diagnostic::new(Code::P0211, name.span, format!("a request has no `{}`", name.text))
                        .because(format!("of a DHCP client is known: {}", listed.join(", ")))
                        .did_you_mean(&name.text, known);
                    self.report(finding);
                    None
                }
            },
            Some("phone") => {
                let finding = Diagnostic::new(Code::P0401, expr.span, "no phone is known here")
                    .because("a class is for whoever asks, phone of the program or not")
                    .help("`request.model` is the model of a phone of the program");
                self.report(finding);
                None
            }
            _ => Some(None),
        }
    }

    fn field_compared(
        &mut self,
        expr: &Expr,
        field: ClientField,
        operator: Operator,
        value: &Expr,
    ) -> Option<ClientTest> {
        let texts = self.texts(expr, field, value)?;
        if operator == Operator::In && !self.is_list(value) {
            let field = FIELDS.iter().find(|(_, known)| *known == field).map_or("", |(name, _)| name);
            let text = self.checked.sources.slice(value.span);
            let finding = Diagnostic::new(Code::P0301, value.span, "`in` asks a list, and this is a text");
            let finding = finding.because("the other way round it asks for a part of a text");
            self.report(finding.help(format!("write `{text} in request.{field}`; `==` asks for the whole")));
            return None;
        }
        let is = |text: String| ClientTest::Is { field, text };
        match (operator, texts.len()) {
            (Operator::Equal, 1) => texts.into_iter().next().map(is),
            (Operator::Unequal, 1) => texts.into_iter().next().map(|text| ClientTest::Not(Box::new(is(text)))),
            (Operator::In, _) => Some(ClientTest::Any(texts.into_iter().map(is).collect())),
            _ => self.no_client_test(expr),
        }
    }

    fn is_list(&self, expr: &Expr) -> bool {
        let scope = Scope { globals: &self.checked.program.globals, locals: &[], phone: None };
        matches!(evaluate(expr, &scope), Ok(Value::List(_)))
    }

    /// A value, or the items of a list, as the field has them.
    fn texts(&mut self, whole: &Expr, field: ClientField, expr: &Expr) -> Option<Vec<String>> {
        let value = match evaluate(expr, &Scope { globals: &self.checked.program.globals, locals: &[], phone: None }) {
            Ok(value) => value,
            Err(finding) => {
                self.findings.extend(finding.map(|finding| *finding));
                return None;
            }
        };
        let items = match value {
            Value::List(items) => items,
            one => vec![one],
        };
        let wanted = match field {
            ClientField::Mac => "mac",
            ClientField::Relay => "ip",
            _ => "string",
        };
        if let Some(other) = items.iter().find(|item| item.kind() != wanted) {
            let finding = Diagnostic::new(Code::P0301, expr.span, format!("this is {}", other.with_article()))
                .because(format!("what it is compared with is a {wanted}"))
                .label(whole.span, "in this condition");
            self.report(finding);
            return None;
        }
        let texts: Vec<String> = items.iter().filter_map(Value::text).collect();
        if field == ClientField::Model {
            for text in &texts {
                if self.catalogue.model(text).is_none() {
                    let mut finding = Diagnostic::new(Code::P0211, expr.span, format!("unknown model `{text}`"))
                        .because("no such phone is in the catalogue");
                    finding.help = self.catalogue.model_meant(text).map(|meant| format!("did you mean `{meant}`?"));
                    self.report(finding);
                    return None;
                }
            }
        }
        Some(texts)
    }
}
