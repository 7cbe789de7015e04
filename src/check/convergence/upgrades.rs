//! Where a phone's firmware ends up: short of what it is to run, or back behind what it ran.

use super::judge::{Fault, Judge, fault};
use super::reach::Rest;
use super::starts::loads_of;
use super::telling::Begins;
use crate::diagnostic::{Code, Story};
use crate::phone::macros::{Macros, expand};
use crate::phone::model::Upgrade;
use crate::phone::rule::{AcrossForms, conditions, evaluate_trigger, written};
use crate::phone::{Identity, Settings};
use crate::platform::{LoadName, Platform, ReleaseOrder};
use std::borrow::Cow;

impl Judge<'_> {
    /// P0706: a phone at rest that does not run what it is to run.
    pub(super) fn stuck(&self, who: &str, rest: &Rest, story: &dyn Fn(&str) -> (Begins, Story)) -> Option<Fault> {
        let wanted = match self.fleet.upgrade.as_ref() {
            Some(upgrade) => self.served.expand(self.phone, upgrade.target.as_ref()?),
            None => self.meant_by_rule(rest)?,
        };
        let (own, target) = (load(&rest.firmware)?, load(&wanted)?);
        let short = (own.order(), own.build()) < (target.order(), target.build());
        let failed = match &rest.upgrade {
            Some(Upgrade::Failed { reason, .. }) => Some((reason.clone(), false)),
            Some(Upgrade::Refused { reason, .. }) => Some((reason.clone(), true)),
            _ => None,
        };
        if !short {
            return None;
        }
        let stays: ReleaseOrder = own.order();
        let message = format!("{who} stays on {stays}, short of {}", target.order());
        let off = rest.settings.get("Upgrade_Enable").eq_ignore_ascii_case("no");
        let (element, why, help) = match failed {
            _ if off => (
                "Upgrade_Enable",
                "with `Upgrade_Enable = no` it looks at no upgrade rule".to_owned(),
                Some("leave `Upgrade_Enable` out"),
            ),
            Some((reason, true)) => (
                "Downgrade_Rev_Limit",
                format!("`Downgrade_Rev_Limit` refuses {}: {reason}", target.order()),
                Some("leave `Downgrade_Rev_Limit` out, or let it name a load that the rule leads to at first"),
            ),
            Some((reason, false)) => ("Upgrade_Rule", format!("the upgrade fails: {reason}"), None),
            None => (
                "Upgrade_Rule",
                format!("no alternative holds on {}", rest.firmware),
                Some("add an alternative that leads on from there"),
            ),
        };
        // One rule is one cause, wherever phones are left by it.
        let cause = wanted.clone();
        let fault = fault(Code::P0706, cause, Some(element), message, why, story("it stays there"));
        Some(Fault { help: help.map(str::to_owned), ..fault })
    }

    /// P0712: an upgrade to an older release, after which passwords that were set on the newer one do not hold.
    pub(super) fn back(&self, from: &str, to: &str, story: &dyn Fn(&str) -> (Begins, Story)) -> Option<Fault> {
        let (newer, older) = (load(from)?, load(to)?);
        if older.order() >= newer.order() {
            return None;
        }
        let notes = Platform::cisco().releases.like(self.product, to)?.downgrade.as_deref()?;
        let lost = notes.split(';').map(str::trim).find(|clause| clause.contains("password"))?;
        let since = lost.strip_prefix("coming from ")?.split(' ').next()?.parse::<ReleaseOrder>().ok()?;
        if newer.order() < since {
            return None;
        }
        let message = format!("a {} goes back from {} to {}", self.product, newer.order(), older.order());
        let why = format!("release notes: {lost}");
        let fault = fault(
            Code::P0712,
            to.to_owned(),
            Some("Upgrade_Rule"),
            message,
            why,
            story("the phone runs the older one"),
        );
        Some(Fault { help: Some("let the alternative hold for older loads only".into()), ..fault })
    }

    /// What a rule by hand leads to in the end: the newest load of an alternative that nothing but the version keeps the phone from.
    fn meant_by_rule(&self, rest: &Rest) -> Option<String> {
        let rule = rest.settings.get("Upgrade_Rule");
        let model = &self.served.model(self.phone)?.series;
        let identity = Identity::new(self.mac, self.product, &rest.firmware).ok()?.with_series(model).ok()?;
        let known = Known { identity: &identity, settings: &rest.settings };
        let family = load(&rest.firmware)?;
        let mut newest: Option<LoadName> = None;
        for alternative in rule.split(" | ") {
            let mut inside = conditions(alternative).into_iter().filter_map(|(_, text)| written(text)).flatten();
            let holds = inside.all(|one| {
                let (left, right) = (expand(one.left.text, &known), expand(one.right.text, &known));
                if one.left.text.contains("SWVER") || one.right.text.contains("SWVER") {
                    return true;
                }
                let quote = |text: &str, quoted| if quoted { format!("\"{text}\"") } else { text.to_owned() };
                let text = format!(
                    "{} {} {}",
                    quote(&left.text, one.left.quoted),
                    one.operator.word(),
                    quote(&right.text, one.right.quoted)
                );
                matches!(evaluate_trigger(&text, &known, AcrossForms::ByParts).verdict, Ok(Some(true)))
            });
            let named = loads_of(alternative).into_iter().filter(|load| holds && load.family() == family.family());
            newest = named.chain(newest).max_by_key(|load| (load.order(), load.build()));
        }
        newest.map(|load| load.version().to_owned())
    }
}

fn load(version: &str) -> Option<LoadName> {
    format!("{version}.loads").parse().ok()
}

/// What a phone says of itself at rest.
struct Known<'k> {
    identity: &'k Identity,
    settings: &'k Settings,
}

impl Macros for Known<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(match name {
            "MA" => self.identity.mac.plain().into(),
            "PN" => self.identity.product().into(),
            "PSN" => self.identity.series().into(),
            "HWVER" => self.identity.hardware().into(),
            _ => match name.as_bytes() {
                [b'A'..=b'P'] => self.settings.get(&format!("GPP_{name}")).into(),
                _ => return None,
            },
        })
    }
}
