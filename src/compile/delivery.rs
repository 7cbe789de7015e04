//! How keys and credentials reach the phone, in registers that rules name: those whose content is never shown, and for what
//! is posted an open one.

use super::Compiler;
use super::carrier::Candidates;
use super::keys::{Channel, differs_by_phone};
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::Profile as Declared;
use crate::plan::{Cipher, Macro, Piece, Post, Profile, Setting, SettingValue, Template};
use std::collections::HashSet;

/// Where a phone keeps the key of RFC 8188 (PB §8.3).
const IKM: &str = "IKM_HTTP_Encrypt_Content";

/// The registers whose content is never shown or reported, in the order of use (PB §8.3).
const CLOSED: [&str; 4] = ["SA", "SB", "SC", "SD"];

/// The options of one profile's rule that name a register or a user (RS §6).
#[derive(Clone, Debug, Default)]
pub(super) struct RuleOptions {
    pub key: Option<&'static str>,
    /// As it stands in the rule.
    pub user: Option<String>,
    pub password: Option<&'static str>,
}

/// Something to be put into an earlier profile.
struct Parcel<'p> {
    what: &'static str,
    content: Template,
    span: Span,
    /// The element, where it is not one of the registers.
    element: Option<&'p str>,
}

/// The registers that are left.
struct Free<'t> {
    closed: std::vec::IntoIter<&'static str>,
    taken: &'t HashSet<String>,
    /// A profile of the fleet has a finding that keeps it out of here: it may be the one that was to carry a key.
    lost: bool,
}

impl Compiler<'_> {
    /// Puts the key of each sealed profile, and what an account needs, into the nearest earlier profile that is strong
    /// enough and, unless all phones share it, whose path names the phone. Gives each rule's options. `lost`: a profile has a
    /// finding that keeps it out.
    pub(super) fn delivered(
        &mut self,
        profiles: &mut [Profile],
        channels: &[Channel],
        declared: &[&Declared],
        lost: bool,
    ) -> Vec<RuleOptions> {
        // Registers that the program sets itself are its own.
        let taken = elements(profiles);
        let closed: Vec<&'static str> =
            CLOSED.into_iter().filter(|register| !taken.contains(&format!("GPP_{register}"))).collect();
        let mut free = Free { closed: closed.into_iter(), taken: &taken, lost };
        let mut all = Vec::new();
        for position in 0..profiles.len() {
            let mut options = RuleOptions::default();
            let Some(profile) = profiles.get(position).cloned() else { break };
            let source = declared.get(position);
            if let Some(seal) = profile.seal {
                let span = source.and_then(|source| source.seal.as_ref()).map(|seal| seal.key.span).unwrap_or_default();
                let element = (seal.cipher == Cipher::Aes128Gcm).then_some(IKM);
                let parcel = Parcel { what: "the key of this file", content: seal.key, span, element };
                options.key = self.deliver(parcel, position, profiles, channels, &mut free);
            }
            if let Some(account) = profile.account {
                let of = source.and_then(|source| source.account.as_ref());
                let spans = of.map(|account| (account.user.span, account.password.span)).unwrap_or_default();
                options.user = match in_rule(&account.user) {
                    Some(text) => Some(text),
                    None => {
                        let (what, content) = ("the user of this account", account.user);
                        let parcel = Parcel { what, content, span: spans.0, element: None };
                        let register = self.deliver(parcel, position, profiles, channels, &mut free);
                        register.map(|register| format!("${register}"))
                    }
                };
                let (what, content) = ("the password of this account", account.password);
                let parcel = Parcel { what, content, span: spans.1, element: None };
                options.password = self.deliver(parcel, position, profiles, channels, &mut free);
            }
            all.push(options);
        }
        all
    }

    /// Gives the register that the phone finds it in.
    fn deliver(
        &mut self,
        parcel: Parcel<'_>,
        position: usize,
        profiles: &mut [Profile],
        channels: &[Channel],
        free: &mut Free<'_>,
    ) -> Option<&'static str> {
        let Parcel { what, content, span, element } = parcel;
        let per_phone = differs_by_phone(&content);
        let carrier = (0..position).rev().find(|earlier| {
            let strong = channels.get(*earlier).is_some_and(|channel| channel.weakness.is_none());
            let named = profiles.get(*earlier).is_some_and(|profile| names_phone(&profile.path));
            strong && (named || !per_phone)
        });
        if carrier.is_none() && free.lost {
            return None;
        }
        let Some(carrier) = carrier else {
            let candidates = Candidates { position, profiles, channels, per_phone };
            self.report(candidates.refused(Diagnostic::new(
                Code::P0404,
                span,
                format!("{what} does not reach the phone"),
            )));
            return None;
        };
        let (element, register) = match element {
            Some(element) => (element.to_owned(), None),
            None => {
                let Some(register) = free.closed.next() else {
                    let finding = Diagnostic::new(Code::P0404, span, format!("no register is left for {what}"))
                        .because("a phone has four, GPP_SA to GPP_SD; keys, accounts and the program itself use them")
                        .help("free one: let profiles share a secret, or take a register out that the program sets itself");
                    self.report(finding);
                    return None;
                };
                (format!("GPP_{register}"), Some(register))
            }
        };
        if register.is_none() && free.taken.contains(&element) {
            let finding = Diagnostic::new(Code::P0610, span, format!("`{element}` follows from this seal"));
            self.report(finding.because("the program sets it as well").help("remove the assignment"));
            return None;
        }
        let origin = self.origin(span);
        for shape in profiles.get_mut(carrier).into_iter().flat_map(|profile| &mut profile.shapes) {
            shape.settings.push(Setting {
                element: element.clone(),
                value: SettingValue::Set(content.clone()),
                user: None,
                overrides: false,
                origin,
                beats: Vec::new(),
            });
        }
        register
    }

    /// A register for each body that is posted, from GPP_P down: those that people write come first in the alphabet.
    /// Gives the settings that fill them; they stand beside the rules.
    pub(super) fn posted(
        &mut self,
        profiles: &mut [Profile],
        seeds: &[Setting],
        declared: &[&Declared],
    ) -> Vec<Setting> {
        let mut taken = elements(profiles);
        taken.extend(seeds.iter().map(|seed| seed.element.clone()));
        let mut free =
            ('a'..='p').rev().filter(|letter| !taken.contains(&format!("GPP_{}", letter.to_ascii_uppercase())));
        let mut settings = Vec::new();
        for (profile, declared) in profiles.iter_mut().zip(declared) {
            let Some(expr) = declared.fetch.as_ref().and_then(|fetch| fetch.post.as_ref()) else { continue };
            let Some(body) = self.body(expr) else { continue };
            let Some(register) = free.next() else {
                let finding = Diagnostic::new(Code::P0404, expr.span, "no register is left for this body");
                let finding = finding.because("the program sets GPP_A to GPP_P itself");
                self.report(finding.help("take one of them out: what is posted stands in a register of its own"));
                continue;
            };
            settings.push(Setting {
                element: format!("GPP_{}", register.to_ascii_uppercase()),
                value: SettingValue::Set(Template::text(body.clone())),
                user: None,
                overrides: false,
                origin: self.origin(expr.span),
                beats: Vec::new(),
            });
            profile.post = Some(Post { register, body });
        }
        settings
    }
}

/// Every element that the profiles set.
fn elements(profiles: &[Profile]) -> HashSet<String> {
    let shapes = profiles.iter().flat_map(|profile| &profile.shapes);
    shapes.flat_map(|shape| &shape.settings).map(|setting| setting.element.clone()).collect()
}

/// A user's name as a rule can hold it: no secret, the same text for all but for what phones expand, and no sign that means
/// something in brackets (RS §6).
fn in_rule(user: &Template) -> Option<String> {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-' | b'_' | b'@');
    user.pieces().iter().try_fold(String::new(), |text, piece| match piece {
        Piece::Text(more) if more.bytes().all(plain) => Some(text + more),
        // A colon divides user and password in Basic (RFC 7617 §2), and `$MAC` has five.
        Piece::Macro(Macro::Mac) => None,
        Piece::Macro(name) => Some(text + &format!("$({})", name.name())),
        _ => None,
    })
}
