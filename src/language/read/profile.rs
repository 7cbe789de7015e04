//! `profile`: how a partition is fetched. What it assigns stays as written.

use super::super::form;
use super::super::names::Decl;
use super::super::program::{Account, At, Fetch, Profile, Seal, SealCipher};
use super::super::settings::{Schema, Setting, assigned, needless_equals, settings};
use super::super::syntax::tree::{Argument, Block, Expr, Statement, StatementKind};
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::Scheme;
use crate::phone::seal::Digest;

pub(super) const PROFILE: Schema =
    Schema { what: "profile", words: &[("fetch", 2), ("gzip", 0), ("seal", 1), ("account", 5), ("include", 1)] };

impl Reader<'_> {
    pub(super) fn profile(&mut self, decl: Decl) -> Profile {
        let mut statements = Vec::new();
        let all = settings(&decl.body, &PROFILE, &mut self.findings, |statement, findings| {
            match needless_equals(statement, &PROFILE) {
                Some(finding) if assigned(statement) == Some("gzip") => {
                    findings.push(finding.because("it is said by the word alone").help("write `gzip`"));
                }
                Some(finding) => findings.push(finding),
                None => statements.push(statement.clone()),
            }
        });
        let mut fetch = None;
        let mut fetch_said = false;
        let mut gzip = false;
        let mut seal = None;
        let mut account = None;
        for setting in &all {
            match setting.word.text.as_str() {
                "fetch" => {
                    self.once(&fetch, setting);
                    fetch_said = true;
                    fetch = self.fetch(setting);
                }
                "gzip" => {
                    self.once(&gzip.then_some(()), setting);
                    self.surplus(setting, 0);
                    gzip = true;
                }
                "include" => match setting.exprs().collect::<Vec<_>>().as_slice() {
                    [name] if self.named(name, "profile", |reader| &reader.profiles).is_some() => {
                        // It takes its place among the assignments.
                        let groups = vec![vec![Argument::Expr((*name).clone())]];
                        let kind = StatementKind::Setting { word: setting.word.clone(), groups };
                        statements.push(Statement { kind, span: setting.span });
                    }
                    [_] => {}
                    _ => {
                        let finding = Diagnostic::new(Code::P0101, setting.span, "`include` names one profile");
                        self.report(finding.help("write one `include` for each"));
                    }
                },
                "seal" => {
                    self.once(&seal, setting);
                    seal = self.seal(setting);
                }
                _ => {
                    self.once(&account, setting);
                    account = self.account(setting);
                }
            }
        }
        if let (Some(Seal { cipher, .. }), Some(Fetch { scheme, .. })) = (&seal, &fetch) {
            self.sealed_in_the_body_only(cipher, scheme);
        }
        statements.iter().for_each(|statement| self.inside(statement));
        statements.sort_by_key(|statement| statement.span.start);
        Profile {
            name: at_name(&decl.name),
            fetch,
            fetch_said,
            gzip,
            seal,
            account,
            body: Block { statements, span: decl.body.span },
        }
    }

    /// What stands under a condition or in a loop: parameters and inclusions. How a file is fetched is said of the whole.
    fn inside(&mut self, statement: &Statement) {
        if let StatementKind::Expect { .. } = &statement.kind {
            let finding = Diagnostic::new(Code::P0211, statement.span, "a profile expects nothing");
            self.report(finding.because("`expect` stands in a `test`").breaks());
        }
        for block in statement.blocks() {
            let mut inner = Vec::new();
            let all = settings(block, &PROFILE, &mut self.findings, |statement, _| inner.push(statement));
            for setting in all.iter().filter(|setting| setting.word.text != "include") {
                let word = &setting.word.text;
                let finding = Diagnostic::new(Code::P0211, setting.span, format!("`{word}` stands in no inner block"));
                let finding = finding.because("it is said of the whole file, for all phones that fetch it").breaks();
                self.report(finding.help("put it into the profile itself; for some phones only, make another profile"));
            }
            inner.into_iter().for_each(|statement| self.inside(statement));
        }
    }

    /// A phone knows a file under RFC 8188 by a header of HTTP alone (WF §4, §12).
    fn sealed_in_the_body_only(&mut self, cipher: &At<SealCipher>, scheme: &At<Scheme>) {
        if cipher.value == SealCipher::Aes128Gcm && scheme.value == Scheme::Tftp {
            let finding = Diagnostic::new(Code::P0508, cipher.span, "`aes128gcm` does not go with tftp")
                .label(scheme.span, "the scheme")
                .because("phones know such a file by the header `Content-Encoding`, and TFTP has none")
                .help("fetch over https or http, or `seal aes256cbc key …`");
            self.report(finding.note("WF §4"));
        }
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

    /// `account digest user U password P`.
    fn account(&mut self, setting: &Setting<'_>) -> Option<Account> {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        match exprs.as_slice() {
            [method, user, name, password, secret]
                if user.as_name() == Some("user") && password.as_name() == Some("password") =>
            {
                let method = self.auth_method(method)?;
                let (user, password) = ((*name).clone(), (*secret).clone());
                Some(Account { method, user, password, span: setting.span })
            }
            _ => {
                let finding = Diagnostic::new(Code::P0101, setting.span, "an account is not written so");
                self.report(finding.help("write `account digest user \"desk\" password desk_password`"));
                None
            }
        }
    }

    /// `fetch [srv] [post] SCHEME [on SERVER] "PATH" [body "…"]`.
    pub(super) fn fetch(&mut self, setting: &Setting<'_>) -> Option<Fetch> {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let mut rest = exprs.as_slice();
        let (mut srv, mut post) = (None, None);
        // Words before the scheme say how, and a scheme is one of three.
        while let [word, _, _, ..] = rest
            && let Some(name) = word.as_name().filter(|name| Scheme::from_name(name).is_none())
            && rest.get(1).is_none_or(|next| next.as_name() != Some("on"))
        {
            match name {
                "srv" => srv = Some(word.span),
                "post" => post = Some(word.span),
                _ => {
                    let finding = Diagnostic::new(Code::P0507, word.span, format!("`{name}` is no way to fetch"))
                        .because("`srv` looks the host up by SRV, `post` sends a body")
                        .did_you_mean(name, ["srv", "post", "tftp", "http", "https"]);
                    self.report(finding.note("RS §6"));
                    return None;
                }
            }
            rest = rest.get(1..).unwrap_or_default();
        }
        let (rest, body) = match rest {
            [before @ .., word, body] if word.as_name() == Some("body") => (before, Some((*body).clone())),
            rest => (rest, None),
        };
        let (scheme, server, path) = match rest {
            [scheme, path] => (scheme, None, *path),
            [scheme, on, server, path] if on.as_name() == Some("on") => (scheme, Some(*server), *path),
            _ => {
                let finding = Diagnostic::new(Code::P0101, setting.span, "`fetch` is not written so");
                let forms = "`fetch [srv] [post] SCHEME [on SERVER] \"PATH\" [body \"…\"]`";
                let form = form::written_as("profile", "fetch", self.sources.slice(setting.span));
                self.report(finding.because(forms).help(format!("write `{}`", form.unwrap_or_default())));
                return None;
            }
        };
        let written = *scheme;
        let scheme = At { value: self.scheme(scheme)?, span: scheme.span };
        let server = server.and_then(|server| self.named(server, "server", |reader| &reader.servers));
        for (word, span) in [("srv", srv), ("post", post)] {
            if let (Some(span), Scheme::Tftp) = (span, scheme.value) {
                let finding = Diagnostic::new(Code::P0508, span, format!("`{word}` does not go with tftp"))
                    .label(written.span, "the scheme")
                    .because(if word == "srv" { "TFTP has no SRV records" } else { "TFTP only gets files" })
                    .help("fetch over https or http");
                self.report(finding.note("RS §6"));
                return None;
            }
        }
        match (post, &body) {
            (Some(span), None) => {
                let finding = Diagnostic::new(Code::P0212, span, "nothing is posted");
                self.report(finding.help("add `body \"MAC=$MA\"` behind the path"));
            }
            (None, Some(body)) => {
                let finding = Diagnostic::new(Code::P0101, body.span, "only `fetch post` sends a body");
                self.report(finding.help("write `fetch post http \"…\" body \"…\"`"));
            }
            _ => {}
        }
        Some(Fetch {
            scheme,
            server: server.map(|at| at.value),
            path: path.clone(),
            srv,
            post: body.filter(|_| post.is_some()),
        })
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
