//! What a profile says of its fetch beside scheme and path: credentials, and a body that is posted.

use super::Compiler;
use super::columns::Columns;
use super::keys::differs_by_phone;
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::syntax::tree::Expr;
use crate::language::{Account as Said, Profile as Declared, Scope, Value, evaluate};
use crate::phone::AuthMethod;
use crate::plan::{Account, Piece, Scheme, Template};

impl Compiler<'_> {
    pub(super) fn account(
        &mut self,
        declared: &Declared,
        server: usize,
        scheme: Scheme,
        path: &Template,
        columns: &mut Columns<'_>,
    ) -> Option<Account> {
        let said = declared.account.as_ref()?;
        if !self.asked_for(said, server, scheme) {
            return None;
        }
        let row = (!columns.phones.macs.is_empty()).then_some(0);
        match self.evaluate_for(&said.password, &[], columns.phones, row) {
            Ok(Value::Secret(_)) => {}
            Ok(other) => {
                let code = if matches!(other, Value::Text(_)) { Code::P0406 } else { Code::P0301 };
                let finding = Diagnostic::new(code, said.password.span, "a password is a secret")
                    .because(format!("this is {} that everyone can read", other.with_article()))
                    .help(
                        "write `secret desk_password = env(\"NAME\")`, or give the inventory a column of type `secret`",
                    );
                self.report(finding);
                return None;
            }
            Err(finding) => {
                self.findings.extend(finding.map(|finding| *finding));
                return None;
            }
        }
        let template = |pieces: Vec<Piece>| {
            let mut template = Template::default();
            pieces.into_iter().for_each(|piece| template.push(piece));
            template
        };
        let user = template(self.pieces(&said.user, &[], columns)?);
        let password = template(self.pieces(&said.password, &[], columns)?);
        if let Some(name) = self.unfit_user(said, &user, columns) {
            let finding = Diagnostic::new(Code::P0305, said.user.span, format!("`{name}` cannot be a user's name"))
                .because("printable ASCII without blanks, `:`, `\"` and `\\`; a hardware address has colons")
                .note("RFC 7617 §2");
            self.report(finding);
            return None;
        }
        if (differs_by_phone(&user) || differs_by_phone(&password)) && !names_phone(path) {
            let finding =
                Diagnostic::new(Code::P0402, said.span, "phones that fetch the same file have accounts of their own")
                    .because("the server could not tell whose account opens the file")
                    .help("name the phone in the path, as in \"/account/$MA.cfg\"");
            self.report(finding);
            return None;
        }
        if scheme == Scheme::Http {
            let finding = Diagnostic::new(Code::P0409, said.span, "these credentials travel over plain HTTP")
                .because(match said.method.value {
                    AuthMethod::Basic => "basic sends the password for everyone on the way to read",
                    AuthMethod::Digest => {
                        "digest sends what a password can be guessed from, and the file itself is open"
                    }
                })
                .help("fetch over https");
            self.report(finding);
        }
        Some(Account { method: said.method.value, user, password })
    }

    /// The first user's name that the header cannot carry.
    fn unfit_user(&self, said: &Said, user: &Template, columns: &Columns<'_>) -> Option<String> {
        let digest = said.method.value == AuthMethod::Digest;
        let fits = |octet: u8| {
            // What divides user and password in Basic is a sign like any other in Digest.
            (b'!'..=b'~').contains(&octet) && !matches!(octet, b'"' | b'\\') && (digest || octet != b':')
        };
        if user.pieces().iter().any(Piece::is_secret) {
            return None;
        }
        let rows = if user.constant().is_some() { 1 } else { columns.table.len() };
        (0..rows).find_map(|row| {
            let mut name = String::new();
            columns.table.expand(user, row, &self.plan.models, &mut name);
            (name.is_empty() || !name.bytes().all(fits)).then_some(name)
        })
    }

    /// Whether the server asks for credentials there, and of this kind.
    fn asked_for(&mut self, said: &Said, server: usize, scheme: Scheme) -> bool {
        if scheme == Scheme::Tftp {
            let finding = Diagnostic::new(Code::P0507, said.span, "an account does not go with tftp")
                .because("TFTP asks nobody who it is")
                .help("fetch over https or http");
            self.report(finding.note("RS §6"));
            return false;
        }
        let Some(planned) = self.plan.servers.get(server) else { return false };
        match planned.realm(scheme) {
            Some(realm) if realm.method == said.method.value => true,
            Some(realm) => {
                let finding = Diagnostic::new(
                    Code::P0303,
                    said.method.span,
                    format!("server `{}` asks for {} over {scheme}", planned.id, realm.method),
                )
                .help(format!("write `account {} …`, or let the realm ask for {}", realm.method, said.method.value));
                self.report(finding);
                false
            }
            None => {
                let message = format!("server `{}` asks nobody for credentials over {scheme}", planned.id);
                let finding = Diagnostic::new(Code::P0212, said.span, message)
                    .because("the account would never be used")
                    .help(format!("add `realm \"phones\" {} {{ }}` to its `{scheme}`", said.method.value));
                self.report(finding);
                false
            }
        }
    }

    /// A body that is posted: text, and macros that the phone expands (RS §13).
    pub(super) fn body(&mut self, expr: &Expr) -> Option<String> {
        let text = match evaluate(expr, &Scope { globals: &self.checked.program.globals, locals: &[], phone: None }) {
            Ok(Value::Text(text)) => text,
            Ok(Value::Secret(secret)) => {
                let finding = Diagnostic::new(Code::P0405, expr.span, "a secret would stand in an open register")
                    .because("the body is kept in one of GPP_A to GPP_P, which the phone shows and reports");
                let (finding, _) = secret.way.told(finding);
                self.report(finding.help("let the phone prove itself: `account digest user … password …`"));
                return None;
            }
            Ok(other) => {
                let finding = Diagnostic::new(Code::P0301, expr.span, "a body is a string");
                self.report(finding.because(format!("this is {}", other.with_article())));
                return None;
            }
            Err(finding) => {
                let finding = finding.map(|finding| match finding.code {
                    Code::P0401 => finding
                        .because("one body is for all phones: it stands beside the rules")
                        .help("let the phone fill it in: `body \"MAC=$MA\"`"),
                    _ => *finding,
                });
                self.findings.extend(finding);
                return None;
            }
        };
        let before = self.findings.len();
        for name in macros(&text) {
            let closed = matches!(name.as_bytes(), [b'S', b'A'..=b'D']);
            if closed || !self.catalogue.is_macro(name) {
                let finding = Diagnostic::new(Code::P0208, expr.span, format!("no macro `${name}` is expanded here"));
                let finding = match closed {
                    true => finding.because("$SA to $SD are expanded in options only"),
                    false => finding.because("the phone would send it literally"),
                };
                self.report(finding.help("write `$$` for a dollar sign").note("RS §2, §3"));
            }
        }
        (self.findings.len() == before).then_some(text)
    }
}

/// The names of macros in a text; `$$` is a dollar sign.
fn macros(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, from)) = rest.split_once('$') {
        if let Some(after) = from.strip_prefix('$') {
            rest = after;
            continue;
        }
        let inner = from.strip_prefix('(').unwrap_or(from);
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let (name, after) = inner.split_at(end);
        names.push(name);
        rest = after;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::macros;

    #[test]
    fn macros_of_a_body() {
        assert_eq!(macros("mac=$MA; v=$(SWVER:0:3) $$PN$PSN."), ["MA", "SWVER", "PSN"]);
        assert_eq!(macros("100 $"), [""]);
        assert!(macros("").is_empty());
    }
}
