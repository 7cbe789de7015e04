//! `profile`: how a partition is fetched. What it assigns stays as written.

use super::super::names::Decl;
use super::super::program::{At, Fetch, Profile, Seal, SealCipher};
use super::super::settings::{Schema, Setting, settings};
use super::super::syntax::tree::{Block, Expr};
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::Scheme;
use crate::phone::seal::Digest;

const PROFILE: Schema =
    Schema { what: "profile", words: &[("fetch", 2), ("gzip", 0), ("seal", 1), ("account", 1), ("include", 1)] };

impl Reader<'_> {
    pub(super) fn profile(&mut self, decl: Decl) -> Profile {
        let mut statements = Vec::new();
        let all = settings(&decl.body, &PROFILE, &mut self.findings, |statement, _| statements.push(statement.clone()));
        let mut fetch = None;
        let mut gzip = false;
        let mut seal = None;
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
                "seal" => {
                    self.once(&seal, setting);
                    seal = self.seal(setting);
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
        Profile { name: at_name(&decl.name), fetch, gzip, seal, body: Block { statements, span: decl.body.span } }
    }

    /// `seal aes256cbc key K [digest md5|sha256]`, `seal aes128gcm key K`.
    fn seal(&mut self, setting: &Setting<'_>) -> Option<Seal> {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let word = |at: usize| exprs.get(at).and_then(|expr| expr.as_name());
        let cipher = match (word(0), word(3), word(4), exprs.len()) {
            (Some("aes256cbc"), None, _, 3) => Some(SealCipher::Aes256Cbc(Digest::default())),
            (Some("aes256cbc"), Some("digest"), Some("md5"), 5) => Some(SealCipher::Aes256Cbc(Digest::Md5)),
            (Some("aes256cbc"), Some("digest"), Some("sha256"), 5) => Some(SealCipher::Aes256Cbc(Digest::Sha256)),
            (Some("aes128gcm"), None, _, 3) => Some(SealCipher::Aes128Gcm),
            _ => None,
        };
        match (cipher, word(1), exprs.as_slice()) {
            (Some(cipher), Some("key"), [name, _, key, ..]) => {
                Some(Seal { cipher: At { value: cipher, span: name.span }, key: (*key).clone() })
            }
            _ => {
                let finding = Diagnostic::new(Code::P0101, setting.span, "a seal is not written so");
                self.report(finding.because("`seal aes256cbc key K [digest md5|sha256]` or `seal aes128gcm key K`"));
                None
            }
        }
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
