//! Channels and keys: what is strong enough to carry a secret, and with what a file is sealed.

use super::Compiler;
use super::columns::Columns;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{Clients, Profile as Declared, SealCipher, SecretText, ServiceKind, Value};
use crate::plan::{Cipher, Macro, Piece, Scheme, Seal, Template};

/// How a profile travels.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    /// Why a secret may not take it; none: it may.
    pub weakness: Option<String>,
    /// Fetched over https from a server that asks nobody for a certificate.
    pub by_anyone: bool,
    /// What says how it travels.
    pub span: Span,
    /// Where the profile is fetched.
    pub path: Span,
}

impl Compiler<'_> {
    /// How a profile of a fleet travels: HTTPS to phones that show a certificate, and sealed files, are strong.
    pub(super) fn channel(&self, declared: &Declared, server: usize, scheme: Scheme) -> Channel {
        let span = declared.fetch.as_ref().map_or(declared.name.span, |fetch| fetch.scheme.span);
        let path = declared.fetch.as_ref().map_or(declared.name.span, |fetch| fetch.path.span);
        let https = self
            .checked
            .program
            .servers
            .get(server)
            .and_then(|server| server.services.iter().find(|service| service.kind == ServiceKind::Https));
        // With `request`, a file is kept from who shows no certificate only where its path names the phone.
        let named = declared.fetch.as_ref().is_some_and(|fetch| {
            let path = self.checked.sources.slice(fetch.path.span);
            path.contains("$MA") || path.contains("$(MA")
        });
        let asks = https.is_some_and(|service| match service.tls.clients {
            Clients::Require => true,
            Clients::Request => named,
            Clients::None => false,
        });
        let weakness = match (&declared.seal, scheme) {
            (Some(_), _) => None,
            (None, Scheme::Https) if asks => None,
            (None, Scheme::Https) => {
                Some("fetched over https by anyone: the server asks for no client certificate".into())
            }
            (None, scheme) => Some(format!("fetched over {scheme}, not sealed")),
        };
        let by_anyone = weakness.is_some() && scheme == Scheme::Https;
        Channel { weakness, by_anyone, span, path }
    }

    /// The finding for a secret on a channel that is too weak, with the way it takes.
    pub(super) fn leak(&mut self, secret: &SecretText, written: Span, channel: &Channel, weakness: &str) {
        let path = self.checked.sources.slice(channel.path).trim_matches('"').to_owned();
        let over = if weakness.contains("http,") { "plain HTTP" } else { "a channel that is too weak" };
        let finding = Diagnostic::new(Code::P0403, written, format!("a secret would leave over {over}"));
        let (finding, next) = secret.way.told(finding);
        let finding = finding
            .because(format!("{next}. written to `{path}`"))
            .label(channel.span, format!("{}. {weakness}", next + 1))
            .help("`fetch https …` with `clients require`, or `seal aes256cbc key derive(…)`");
        self.report(finding);
    }

    /// The seal of a profile, its key as a template.
    pub(super) fn seal(&mut self, declared: &Declared, columns: &mut Columns<'_>) -> Option<Seal> {
        let seal = declared.seal.as_ref()?;
        let rows = (!columns.phones.macs.is_empty()).then_some(0);
        match self.evaluate_for(&seal.key, &[], columns.phones, rows) {
            Ok(Value::Secret(_)) => {}
            Ok(other) => {
                let literal = matches!(other, Value::Text(_));
                let code = if literal { Code::P0406 } else { Code::P0301 };
                let finding = Diagnostic::new(code, seal.key.span, "a key is a secret")
                    .because(format!("this is a {} that everyone can read", other.kind()))
                    .help("write `key derive(fleet_key, phone.mac)`, with `secret fleet_key = env(\"NAME\")`");
                self.report(finding);
                return None;
            }
            Err(finding) => {
                self.findings.extend(finding.map(|finding| *finding));
                return None;
            }
        }
        let mut key = Template::default();
        for piece in self.pieces(&seal.key, &[], columns)? {
            key.push(piece);
        }
        if !differs_by_phone(&key) {
            let finding = Diagnostic::new(Code::P0407, seal.key.span, "all phones share the key of this file")
                .because("whoever has one phone can open the files of all")
                .help("one key per phone: `key derive(fleet_key, phone.mac)`");
            self.report(finding);
        }
        let cipher = match seal.cipher.value {
            SealCipher::Aes256Cbc(digest) => Cipher::Aes256Cbc(digest),
            SealCipher::Aes128Gcm => Cipher::Aes128Gcm,
        };
        Some(Seal { cipher, key })
    }
}

/// Whether two phones have different keys.
pub(super) fn differs_by_phone(key: &Template) -> bool {
    key.pieces().iter().any(|piece| match piece {
        Piece::SecretColumn(_) | Piece::DerivedColumn { .. } | Piece::Column(_) => true,
        Piece::ByModel(_) | Piece::Request(_) => false,
        Piece::Macro(name) => !matches!(name, Macro::Pn | Macro::Psn),
        Piece::Derived { about, .. } => differs_by_phone(about),
        Piece::Text(_) | Piece::Secret(_) => false,
    })
}
