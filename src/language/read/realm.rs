//! `realm "NAME" digest|basic { … }`: who may fetch files that have an account.

use super::super::program::Realm;
use super::super::settings::{Schema, only_settings};
use super::super::syntax::tree::Expr;
use super::super::value::{SecretText, Value};
use super::{At, Reader, Setting};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::AuthMethod;

pub(super) const REALM: Schema = Schema { what: "realm", words: &[("account", 3)] };

impl Reader<'_> {
    /// `realm "NAME" digest|basic { account "USER" password S … }`.
    pub(super) fn realm(&mut self, setting: &Setting<'_>) -> Option<Realm> {
        let (Some(name), Some(method)) = (setting.expr(0), setting.expr(1)) else {
            let finding = Diagnostic::new(Code::P0101, setting.span, "a realm is not written so");
            self.report(finding.help("write `realm \"phones\" digest { account \"desk\" password desk_password }`"));
            return None;
        };
        let (name, method) = (self.text(name), self.auth_method(method));
        let mut accounts: Vec<(At<String>, SecretText)> = Vec::new();
        let block = self.block_of(setting, 2);
        let inside = block.map(|block| only_settings(block, &REALM, &mut self.findings)).unwrap_or_default();
        for inner in inside {
            let exprs: Vec<&Expr> = inner.exprs().collect();
            let [user, word, password] = exprs.as_slice() else {
                self.no_account(&inner);
                continue;
            };
            if word.as_name() != Some("password") {
                self.no_account(&inner);
                continue;
            }
            let (user, password) = (self.user(user), self.password(password));
            let (Some(user), Some(password)) = (user, password) else { continue };
            if let Some((first, _)) = accounts.iter().find(|(known, _)| known.value == user.value) {
                let finding = Diagnostic::new(Code::P0202, user.span, format!("`{}` has two accounts", user.value));
                self.report(finding.because("again here").label(first.span, "first here"));
                continue;
            }
            accounts.push((user, password));
        }
        let name = name.filter(|name| {
            let fits = !name.value.is_empty()
                && name.value.bytes().all(|octet| (b' '..=b'~').contains(&octet) && !matches!(octet, b'"' | b'\\'));
            if !fits {
                let finding = Diagnostic::new(Code::P0305, name.span, "this cannot be the name of a realm");
                self.report(finding.because("it stands in quotes in a header: printable ASCII without `\"` and `\\`"));
            }
            fits
        });
        Some(Realm { name: name?, method: method?, accounts })
    }

    fn no_account(&mut self, setting: &Setting<'_>) {
        let finding = Diagnostic::new(Code::P0101, setting.span, "an account is not written so");
        self.report(finding.help("write `account \"desk\" password desk_password`"));
    }

    /// A user's name that both kinds of challenge can carry (RFC 7617 §2).
    fn user(&mut self, expr: &Expr) -> Option<At<String>> {
        let user = self.text(expr)?;
        if user.value.is_empty()
            || !user.value.bytes().all(|octet| (b'!'..=b'~').contains(&octet) && !matches!(octet, b':' | b'"' | b'\\'))
        {
            let finding = Diagnostic::new(Code::P0305, user.span, "this cannot be a user's name");
            self.report(finding.because("printable ASCII without blanks, `:`, `\"` and `\\`").note("RFC 7617 §2"));
            return None;
        }
        Some(user)
    }

    fn password(&mut self, expr: &Expr) -> Option<SecretText> {
        match self.value(expr)? {
            Value::Secret(secret) => Some(secret),
            other => {
                let literal = matches!(other, Value::Text(_));
                let code = if literal { Code::P0406 } else { Code::P0301 };
                let finding = Diagnostic::new(code, expr.span, "a password is a secret")
                    .because(format!("this is {} that everyone can read", other.with_article()))
                    .help("write `secret desk_password = env(\"NAME\")`, and its name here");
                self.report(finding);
                None
            }
        }
    }

    pub(super) fn auth_method(&mut self, expr: &Expr) -> Option<At<AuthMethod>> {
        let value = match expr.as_name() {
            Some("basic") => AuthMethod::Basic,
            Some("digest") => AuthMethod::Digest,
            other => {
                let written = other.unwrap_or("this").to_owned();
                let finding = Diagnostic::new(Code::P0303, expr.span, format!("`{written}` is no kind of challenge"))
                    .because("phones answer digest and basic")
                    .did_you_mean(&written, ["digest", "basic"]);
                self.report(finding.note("PB §11"));
                return None;
            }
        };
        Some(At { value, span: expr.span })
    }
}
