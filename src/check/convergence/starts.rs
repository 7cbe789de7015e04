//! Where a phone may begin: the loads that make a difference, each with one that speaks for those like it.

use crate::phone::macros::{Macros, expand};
use crate::phone::rule::{AcrossForms, Kind, Target, conditions, evaluate_trigger, written};
use crate::phone::script::read_rule;
use crate::plan::{Discovery, Fleet, PhoneRef, Served, plain_texts, texts};
use crate::platform::{LoadName, Platform, bench_load};
use std::borrow::Cow;
use std::collections::HashMap;

/// From this release on phones look for DNS SRV (PB §6), and from this one they can migrate (PB §25).
const CHANGES: [(u32, u32, u32); 2] = [(11, 3, 1), (11, 3, 5)];

/// The loads on which phones of a model may begin.
#[derive(Default)]
pub(super) struct Loads {
    pub each: Vec<String>,
    /// On one of them a comparison comes out differently by the readings of C-20.
    pub in_doubt: bool,
}

/// The loads that phones of a model may run, those it makes no difference between told apart by nothing: of each kind the
/// newest. Where a fleet never asks for the version and gives no firmware, one load speaks for all.
pub(super) fn loads(
    served: &Served,
    fleet: &Fleet,
    phone: PhoneRef,
    declared: &HashMap<String, Vec<LoadName>>,
) -> Loads {
    let Some(model) = served.model(phone) else { return Loads::default() };
    let one = || Loads { each: vec![bench_load(&model.name)], in_doubt: false };
    if !asks_for_version(fleet) {
        return one();
    }
    let asking = asking(served, fleet, phone);
    let releases = Platform::cisco().releases;
    let mut known: Vec<LoadName> = releases.for_model(&model.name).filter_map(|load| load.name.clone()).collect();
    known.extend(declared.get(&model.name).into_iter().flatten().cloned());
    known.extend(
        asking
            .loads
            .iter()
            .filter(|load| known.iter().any(|one| one.family() == load.family()))
            .cloned()
            .collect::<Vec<_>>(),
    );
    // A family's name changed for some models; that a phone takes a load of the other name is not documented.
    if !asking.loads.is_empty() {
        known.retain(|load| asking.loads.iter().any(|named| named.family() == load.family()));
    }
    known.sort_by_key(|load| (load.order(), load.build()));
    known.dedup();
    if known.is_empty() {
        return one();
    }
    let mut kinds: Vec<(Vec<Verdict>, String)> = Vec::new();
    for load in &known {
        let kind = asking.kind(load);
        match kinds.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, newest)) => load.version().clone_into(newest),
            None => kinds.push((kind, load.version().to_owned())),
        }
    }
    let in_doubt = |kind: &Verdict| matches!(kind, Verdict::Known([strict, by_parts]) if strict != by_parts);
    let in_doubt = kinds.iter().any(|(kind, _)| kind.iter().any(in_doubt));
    Loads { each: kinds.into_iter().map(|(_, load)| load).collect(), in_doubt }
}

fn asks_for_version(fleet: &Fleet) -> bool {
    texts(fleet).any(|(setting, value)| {
        setting.element == "Upgrade_Rule"
            || value.pieces().iter().flat_map(plain_texts).any(|text| text.contains("SWVER"))
    })
}

/// What is asked of the version, and what is done with it.
struct Asking {
    comparisons: Vec<(String, &'static str, String)>,
    /// The loads that rules name.
    loads: Vec<LoadName>,
    /// Phones come by a code, which not every release takes.
    by_code: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// By both readings of C-20.
    Known([Option<bool>; 2]),
    /// What else is asked in it nobody knows here.
    Text(String),
    Is(bool),
}

fn asking(served: &Served, fleet: &Fleet, phone: PhoneRef) -> Asking {
    let mut asking = Asking {
        comparisons: Vec::new(),
        loads: Vec::new(),
        by_code: fleet.bootstrap.as_ref().is_some_and(|bootstrap| bootstrap.how == Discovery::ActivationCode),
    };
    let mut rules: Vec<String> = Vec::new();
    for (setting, value) in texts(fleet) {
        if setting.element.contains("Rule") || setting.element.starts_with("Resync_Trigger") {
            rules.push(served.expand(phone, value));
        }
    }
    rules.sort_unstable();
    rules.dedup();
    for text in &rules {
        let mut inside = conditions(text);
        inside.push((0, text));
        for one in inside.iter().filter_map(|(_, text)| written(text)).flatten() {
            if one.left.text.contains("SWVER") || one.right.text.contains("SWVER") {
                let side = |side: crate::phone::rule::Side<'_>| match side.quoted {
                    true => format!("\"{}\"", side.text),
                    false => side.text.to_owned(),
                };
                asking.comparisons.push((side(one.left), one.operator.word(), side(one.right)));
            }
        }
        asking.loads.extend(loads_of(text));
    }
    asking.comparisons.sort_unstable();
    asking.comparisons.dedup();
    asking
}

/// Activation codes of 16 digits are known from 11.2(3) on (PB §23).
pub(super) fn takes_codes(load: &LoadName) -> bool {
    let order = load.order();
    (order.major, order.minor, order.micro) >= (11, 2, 3)
}

/// The loads that a rule names.
pub(super) fn loads_of(rule: &str) -> Vec<LoadName> {
    let Ok((rule, _)) = read_rule(rule, Kind::Upgrade) else { return Vec::new() };
    let targets = rule.alternatives.iter().filter_map(|one| one.target.as_ref());
    targets
        .filter_map(|target| match target {
            Target::Url(url) => url.path.rsplit('/').next()?.parse().ok(),
            Target::ActivationCode => None,
        })
        .collect()
}

impl Asking {
    fn kind(&self, load: &LoadName) -> Vec<Verdict> {
        let runs = Runs(load.version());
        let verdict = |(left, operator, right): &(String, &'static str, String)| {
            let (left, right) = (expand(left, &runs), expand(right, &runs));
            let text = format!("{} {operator} {}", left.text, right.text);
            if !left.unknown.is_empty() || !right.unknown.is_empty() || text.contains('$') {
                return Verdict::Text(text);
            }
            let by = |across| evaluate_trigger(&text, &runs, across).verdict.ok().flatten();
            Verdict::Known([by(AcrossForms::Error), by(AcrossForms::ByParts)])
        };
        let mut kind: Vec<Verdict> = self.comparisons.iter().map(verdict).collect();
        let order = load.order();
        kind.extend(CHANGES.iter().map(|from| Verdict::Is((order.major, order.minor, order.micro) >= *from)));
        kind.extend(self.by_code.then(|| Verdict::Is(takes_codes(load))));
        kind.extend(self.loads.iter().map(|named| Verdict::Is(named == load)));
        kind
    }
}

struct Runs<'r>(&'r str);

impl Macros for Runs<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        (name == "SWVER").then(|| self.0.into())
    }
}
