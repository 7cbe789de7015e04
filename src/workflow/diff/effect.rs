//! What changes for phones of one kind.

use super::cells::{Cell, Held, Verdict, verdict};
use super::general::Records;
use super::pairs::{Kind, Pairs, Standing};
use super::{Change, What};
use crate::phone::{Access, default_of};
use crate::plan::{Fleet, PhoneRef, Piece, Profile, Served, Setting, SettingValue, Template};
use crate::platform::Catalogue;
use std::collections::{BTreeMap, BTreeSet};

/// What tells phones where to go is a rule, wherever it stands.
const RULES: [&str; 5] = ["Profile_Rule", "Upgrade_Rule", "Report_Rule", "Trans_Auth_Rule", "Custom_CA_Rule"];
const UPGRADE: &str = "Upgrade_Rule";

/// What is another for every phone of a kind, and what has to be looked at for each.
#[derive(Default)]
pub(super) struct Effect {
    pub changes: Vec<Change>,
    pub cells: Vec<Cell>,
    pub reboots: bool,
}

/// A program's part of a kind.
struct Half<'s> {
    served: &'s Served,
    fleet: &'s Fleet,
    phone: PhoneRef,
    standing: &'s Standing,
}

impl Effect {
    pub fn of(pairs: &Pairs<'_>, kind: &Kind, records: &Records) -> Self {
        let half = |served, (phone, standing)| Half::new(served, phone, standing);
        let (before, after) = (&kind.before, &kind.after);
        let Some(before) = half(pairs.before.served, (before.0, &before.1)) else { return Effect::default() };
        let Some(after) = half(pairs.after.served, (after.0, &after.1)) else { return Effect::default() };
        let mut effect = Effect::default();
        effect.plain(What::Phone, "model", before.model(), after.model());
        let firmware = |half: &Half<'_>| half.fleet.upgrade.as_ref().and_then(|upgrade| upgrade.target.clone());
        effect.held(What::Firmware, "load", (firmware(&before), firmware(&after)), pairs, kind);
        effect.reboots = effect.changes.iter().any(|change| change.what == What::Firmware && change.after.is_some());
        effect.files(&before, &after, pairs, kind);
        effect.answers(&before, &after);
        if pairs.before.keeps(before.standing) || pairs.after.keeps(after.standing) {
            for (family, name) in ["address", "IPv6 address"].into_iter().enumerate() {
                effect.cells.push(Cell { what: What::Dhcp, name: name.to_owned(), held: Held::Address(family) });
            }
        }
        let hosts: BTreeSet<String> = before.hosts().chain(after.hosts()).collect();
        effect.changes.extend(hosts.iter().flat_map(|host| records.of_host(host)));
        effect.parameters(&before, &after, pairs, kind);
        // Where a condition decides, it is not known which load they come to, and that some come to another.
        let rule =
            |change: &Change| change.name == UPGRADE && change.after.as_deref().is_some_and(|rule| !rule.is_empty());
        effect.reboots |= firmware(&after).is_none() && effect.changes.iter().any(rule);
        effect
    }

    fn plain(&mut self, what: What, name: &str, before: Option<String>, after: Option<String>) {
        if before != after {
            self.changes.push(Change { what, name: name.to_owned(), before, after, secret: false, such_as: None });
        }
    }

    fn held(
        &mut self,
        what: What,
        name: &str,
        (before, after): (Option<Template>, Option<Template>),
        pairs: &Pairs<'_>,
        kind: &Kind,
    ) {
        match verdict(what, name, before.as_ref(), after.as_ref(), pairs, kind) {
            Verdict::Same => {}
            Verdict::Another(change) => self.changes.push(change),
            Verdict::Each(cell) => self.cells.push(cell),
        }
    }

    /// Where the phone's files lie, how they come, and what they are sealed with.
    fn files(&mut self, before: &Half<'_>, after: &Half<'_>, pairs: &Pairs<'_>, kind: &Kind) {
        let mut names: Vec<&str> = before.fleet.profiles.iter().map(|one| one.id.as_str()).collect();
        names.extend(after.fleet.profiles.iter().map(|one| one.id.as_str()));
        let mut seen = BTreeSet::new();
        for name in names.into_iter().filter(|name| seen.insert(*name)) {
            let texts = (before.file(name), after.file(name));
            self.held(What::File, name, texts, pairs, kind);
            let key = |half: &Half<'_>| half.profile(name)?.seal.as_ref().map(|seal| seal.key.clone());
            self.held(What::Key, name, (key(before), key(after)), pairs, kind);
            let account = |half: &Half<'_>| half.profile(name)?.account.as_ref().map(|one| one.password.clone());
            self.held(What::Key, &format!("{name} password"), (account(before), account(after)), pairs, kind);
        }
    }

    /// What DHCP tells the phone.
    fn answers(&mut self, before: &Half<'_>, after: &Half<'_>) {
        self.plain(What::Dhcp, "network", before.network(), after.network());
        let (was, now) = (before.answer(), after.answer());
        let names: BTreeSet<&(bool, u16)> = was.keys().chain(now.keys()).collect();
        for name in names {
            let (sixth, code) = name;
            let shown = if *sixth { format!("v6 {code}") } else { code.to_string() };
            self.plain(What::Dhcp, &shown, was.get(name).cloned(), now.get(name).cloned());
        }
    }

    fn parameters(&mut self, before: &Half<'_>, after: &Half<'_>, pairs: &Pairs<'_>, kind: &Kind) {
        let (was, now) = (before.effective(), after.effective());
        let names: BTreeSet<&str> = was.keys().chain(now.keys()).copied().collect();
        for name in names {
            let what = if RULES.iter().any(|rule| name.starts_with(rule)) { What::Rule } else { What::Parameter };
            let value = |all: &BTreeMap<&str, Effective<'_>>| all.get(name).and_then(|one| one.value).cloned();
            let (mut text_before, text_after) = (value(&was), value(&now));
            // What nobody set is what the phone has by itself. What is set no more stays as it was.
            if text_before.is_none() && text_after.is_some() {
                text_before = default(name).map(Template::text);
            }
            self.held(what, name, (text_before, text_after), pairs, kind);
            let user = |all: &BTreeMap<&str, Effective<'_>>| {
                all.get(name).and_then(|one| one.user).map(|user| user.name().to_owned())
            };
            self.plain(What::Parameter, &format!("{name}@ua"), user(&was), user(&now));
        }
    }
}

/// What a phone holds in an element that nobody sets.
fn default(element: &str) -> Option<String> {
    let known = default_of(element).map(str::to_owned);
    known.or_else(|| Catalogue::cisco_mpp().default_of_element(element))
}

/// What a phone ends up with of one element.
#[derive(Default)]
struct Effective<'s> {
    value: Option<&'s Template>,
    user: Option<Access>,
}

impl<'s> Half<'s> {
    fn new(served: &'s Served, phone: PhoneRef, standing: &'s Standing) -> Option<Self> {
        Some(Half { served, fleet: served.fleet(phone)?, phone, standing })
    }

    fn model(&self) -> Option<String> {
        self.served.model(self.phone).map(|model| model.name.clone())
    }

    fn network(&self) -> Option<String> {
        let network = self.standing.network.and_then(|network| self.served.plan().networks.get(network));
        network.map(|network| network.id.clone())
    }

    /// By family and number.
    fn answer(&self) -> BTreeMap<(bool, u16), String> {
        let client = self.served.client(self.phone);
        let fourth = self.standing.network.map(|network| self.served.dhcp_answer(network, Some(self.phone), &client));
        let fourth = fourth.into_iter().flatten().map(|(code, value)| ((false, u16::from(code)), value.text()));
        let plan = self.served.plan();
        let sixth = self.standing.network6.map(|network| plan.dhcp_answer6(network, Some(self.fleet), Some(&client)));
        fourth.chain(sixth.into_iter().flatten().map(|(code, value)| ((true, code), value.text()))).collect()
    }

    fn profile(&self, name: &str) -> Option<&'s Profile> {
        self.fleet.profiles.iter().find(|profile| profile.id == name)
    }

    /// How a file is asked for, and how it comes.
    fn file(&self, name: &str) -> Option<Template> {
        let profile = self.profile(name)?;
        let mut text = Template::text(format!("{}://", profile.scheme));
        let server = self.served.plan().servers.get(profile.server)?;
        text.push(Piece::Text(profile.service_domain.clone().unwrap_or_else(|| server.authority_host())));
        let port = server.port(profile.scheme).filter(|port| *port != profile.scheme.default_port());
        text.push(Piece::Text(port.map(|port| format!(":{port}")).unwrap_or_default()));
        // The phone expands macros itself: the path is one for all.
        profile.path.rule_text().pieces().iter().for_each(|piece| text.push(piece.clone()));
        text.push(Piece::Text(if profile.gzip { ", gzip".into() } else { String::new() }));
        let cipher = profile.seal.as_ref().map(|seal| match seal.cipher {
            crate::plan::Cipher::Aes256Cbc(_) => ", sealed aes256cbc",
            crate::plan::Cipher::Aes128Gcm => ", sealed aes128gcm",
        });
        text.push(Piece::Text(cipher.unwrap_or_default().to_owned()));
        if let Some(account) = &profile.account {
            text.push(Piece::Text(format!(", {} account ", account.method)));
            account.user.pieces().iter().for_each(|piece| text.push(piece.clone()));
        }
        text.push(Piece::Text(profile.post.as_ref().map(|post| format!(", posts {}", post.body)).unwrap_or_default()));
        Some(text)
    }

    /// The hosts that the phone's files come from.
    fn hosts(&self) -> impl Iterator<Item = String> + use<'s> {
        let of = self.fleet.profiles.iter().map(|profile| profile.server).chain([self.fleet.server]);
        let of = of.chain(self.fleet.upgrade.iter().map(|upgrade| upgrade.server));
        let servers = &self.served.plan().servers;
        of.filter_map(|server| servers.get(server)).filter_map(|server| server.host.clone())
    }

    /// What its files come to: of its profiles the later wins, and what the bootstrap file alone says stays.
    fn effective(&self) -> BTreeMap<&'s str, Effective<'s>> {
        let row = self.phone.row as usize;
        let bootstrap = self.fleet.bootstrap.iter().map(|bootstrap| &bootstrap.shape);
        let shapes = bootstrap.chain(self.fleet.profiles.iter().filter_map(|profile| profile.shape(row)));
        let mut all: BTreeMap<&str, Effective<'_>> = BTreeMap::new();
        for Setting { element, value, user, .. } in shapes.flat_map(|shape| &shape.settings) {
            let known = all.entry(element.as_str()).or_default();
            known.user = user.or(known.user);
            if let SettingValue::Set(text) = value {
                known.value = Some(text);
            }
        }
        all
    }
}
