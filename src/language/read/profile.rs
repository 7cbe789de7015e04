//! `profile`: how a partition is fetched. What it assigns stays as written.

use super::super::names::Decl;
use super::super::program::{At, Fetch, Profile};
use super::super::settings::{Schema, Setting, settings};
use super::super::syntax::tree::{Block, Expr};
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::Scheme;

const PROFILE: Schema =
    Schema { what: "profile", words: &[("fetch", 2), ("gzip", 0), ("seal", 1), ("account", 1), ("include", 1)] };

impl Reader<'_> {
    pub(super) fn profile(&mut self, decl: Decl) -> Profile {
        let mut statements = Vec::new();
        let all = settings(&decl.body, &PROFILE, &mut self.findings, |statement, _| statements.push(statement.clone()));
        let mut fetch = None;
        let mut gzip = false;
        for setting in &all {
            match setting.word.text.as_str() {
                "fetch" => {
                    self.once(&fetch, setting);
                    fetch = self.fetch(setting);
                }
                "gzip" => {
                    self.surplus(setting, 0);
                    gzip = true;
                }
                word => self.not_yet(setting.span, &format!("`{word}` of a profile")),
            }
        }
        if fetch.is_none() && !all.iter().any(|setting| setting.word.text == "fetch") {
            self.report(
                Diagnostic::new(Code::P0212, decl.name.span, format!("profile `{}` is never fetched", decl.name.text))
                    .because("nothing says where phones find it")
                    .help(format!("add `fetch http \"/{}/$MA.xml\"`", decl.name.text)),
            );
        }
        Profile { name: at_name(&decl.name), fetch, gzip, body: Block { statements, span: decl.body.span } }
    }

    /// `fetch SCHEME [on SERVER] "PATH"`.
    pub(super) fn fetch(&mut self, setting: &Setting<'_>) -> Option<Fetch> {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let (scheme, server, path) = match exprs.as_slice() {
            [scheme, path] => (scheme, None, *path),
            [scheme, on, server, path] if on.as_name() == Some("on") => (scheme, Some(*server), *path),
            _ => {
                self.not_yet(setting.span, "this form of `fetch`; it knows `fetch SCHEME [on SERVER] \"PATH\"`");
                return None;
            }
        };
        let scheme = At { value: self.scheme(scheme)?, span: scheme.span };
        let server = server.and_then(|server| self.named(server, "server", |reader| &reader.servers));
        Some(Fetch { scheme, server: server.map(|at| at.value), path: path.clone() })
    }

    pub(super) fn scheme(&mut self, expr: &Expr) -> Option<Scheme> {
        match expr.as_name().and_then(Scheme::from_name) {
            Some(scheme) => Some(scheme),
            None => {
                let other = expr.as_name();
                let written = other.unwrap_or("this").to_owned();
                let finding = Diagnostic::new(Code::P0303, expr.span, format!("`{written}` is no scheme"))
                    .because("phones fetch by tftp, http and https")
                    .did_you_mean(&written, ["tftp", "http", "https"]);
                self.report(finding);
                None
            }
        }
    }
}
