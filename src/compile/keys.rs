//! Channels and keys: what is strong enough to carry a secret, and how the key of a sealed file reaches the phone.

use super::Compiler;
use super::columns::Columns;
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{Clients, Profile as Declared, SealCipher, SecretText, ServiceKind, Value};
use crate::plan::{Cipher, Macro, Piece, Profile, Scheme, Seal, Setting, SettingValue, Template};
use std::collections::HashSet;

/// How a profile travels.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    /// Why a secret may not take it; none: it may.
    pub weakness: Option<String>,
    /// What says how it travels.
    pub span: Span,
    /// Where the profile is fetched.
    pub path: Span,
}

/// Where a phone keeps the key of RFC 8188 (PB §8.3).
const IKM: &str = "IKM_HTTP_Encrypt_Content";

/// The registers whose content is never shown or reported, in the order of use (PB §8.3).
const REGISTERS: [&str; 4] = ["SA", "SB", "SC", "SD"];

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
        Channel { weakness, span, path }
    }

    /// The finding for a secret on a channel that is too weak, with the way it takes.
    pub(super) fn leak(&mut self, secret: &SecretText, written: Span, channel: &Channel, weakness: &str) {
        let path = self.checked.sources.slice(channel.path).trim_matches('"').to_owned();
        let over = if weakness.contains("http,") { "plain HTTP" } else { "a channel that is too weak" };
        let finding = Diagnostic::new(Code::P0403, written, format!("a secret would leave over {over}"))
            .because(format!("2. written to `{path}`"))
            .label(secret.labelled, "1. labelled secret here")
            .label(channel.span, format!("3. {weakness}"))
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

    /// Puts the key of each sealed profile into the nearest earlier profile that is strong enough and, unless all phones
    /// share the key, whose path names the phone. Gives each profile's register, if it has one.
    pub(super) fn keys(
        &mut self,
        profiles: &mut [Profile],
        channels: &[Channel],
        declared: &[&Declared],
    ) -> Vec<Option<&'static str>> {
        let mut registers = vec![None; profiles.len()];
        // Registers that the program sets itself are its own.
        let taken: HashSet<String> = profiles
            .iter()
            .flat_map(|profile| &profile.shapes)
            .flat_map(|shape| &shape.settings)
            .map(|setting| setting.element.clone())
            .collect();
        let mut free = REGISTERS.into_iter().filter(|register| !taken.contains(&format!("GPP_{register}")));
        for position in 0..profiles.len() {
            let Some(seal) = profiles.get(position).and_then(|profile| profile.seal.clone()) else { continue };
            let per_phone = differs_by_phone(&seal.key);
            let carrier = (0..position).rev().find(|earlier| {
                let strong = channels.get(*earlier).is_some_and(|channel| channel.weakness.is_none());
                let named = profiles.get(*earlier).is_some_and(|profile| names_phone(&profile.path));
                strong && (named || !per_phone)
            });
            let span = declared.get(position).and_then(|profile| profile.seal.as_ref()).map(|seal| seal.key.span);
            let span = span.unwrap_or_default();
            let Some(carrier) = carrier else {
                let what = if per_phone { "whose path names the phone and " } else { "" };
                let finding = Diagnostic::new(Code::P0404, span, "the key of this file does not reach the phone")
                    .because(format!("no earlier profile {what}travels over a channel strong enough"))
                    .help("put `profile keys { fetch https \"/keys/$MA.xml\" }` before it, on a server with `clients require`");
                self.report(finding);
                continue;
            };
            let element = match seal.cipher {
                Cipher::Aes128Gcm => IKM.to_owned(),
                Cipher::Aes256Cbc(_) => {
                    let Some(register) = free.next() else {
                        let finding =
                            Diagnostic::new(Code::P0404, span, "no register is left for the key of this file")
                                .because("the program sets GPP_SA to GPP_SD itself");
                        self.report(finding);
                        continue;
                    };
                    if let Some(slot) = registers.get_mut(position) {
                        *slot = Some(register);
                    }
                    format!("GPP_{register}")
                }
            };
            if element == IKM && taken.contains(IKM) {
                let finding = Diagnostic::new(Code::P0610, span, format!("`{IKM}` follows from this seal"));
                self.report(finding.because("the program sets it as well").help("remove the assignment"));
                continue;
            }
            let origin = self.origin(span);
            let value = SettingValue::Set(seal.key);
            for shape in profiles.get_mut(carrier).into_iter().flat_map(|profile| &mut profile.shapes) {
                shape.settings.push(Setting {
                    element: element.clone(),
                    value: value.clone(),
                    user: None,
                    overrides: false,
                    origin,
                });
            }
        }
        registers
    }
}

/// Whether two phones have different keys.
fn differs_by_phone(key: &Template) -> bool {
    key.pieces().iter().any(|piece| match piece {
        Piece::SecretColumn(_) | Piece::Column(_) => true,
        Piece::ByModel(_) => false,
        Piece::Macro(name) => !matches!(name, Macro::Pn | Macro::Psn),
        Piece::Derived { about, .. } => differs_by_phone(about),
        Piece::Text(_) | Piece::Secret(_) => false,
    })
}
