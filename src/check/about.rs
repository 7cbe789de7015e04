//! What a finding about one fleet is made from, and the rules by hand as far as they can be read without a phone.

use crate::diagnostic::{SourceMap, Span};
use crate::phone::Scheme;
use crate::phone::macros::Macros;
use crate::phone::rule::{Alternative, Kind, RuleOption, Target, Url, conditions, foretold};
use crate::phone::script::read_rule;
use crate::plan::{Fleet, Origin, PhoneRef, Piece, RuleText, Served, Template};

/// One fleet of a plan.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub served: &'a Served,
    pub number: usize,
    pub fleet: &'a Fleet,
    /// Where the fleet says how its phones come to us.
    pub arrival: Span,
    pub sources: &'a SourceMap,
}

impl About<'_> {
    /// The phone in a row of the fleet's table.
    pub fn phone(&self, row: usize) -> Option<PhoneRef> {
        Some(PhoneRef { fleet: u16::try_from(self.number).ok()?, row: u32::try_from(row).ok()? })
    }

    /// Of whom a finding speaks: so many phones, the first of them by its row.
    pub fn concerned(&self, first: usize, phones: usize) -> String {
        let mac = self.fleet.phones.macs.get(first).map(ToString::to_string).unwrap_or_default();
        match phones {
            0 | 1 => format!("it is so for {mac}"),
            all if all == self.fleet.phones.len() => {
                format!("it is so for all {all} phones of fleet `{}`, such as {mac}", self.fleet.id)
            }
            2 => format!("it is so for {mac} and one more phone"),
            more => format!("it is so for {mac} and {} more phones", more - 1),
        }
    }

    /// Whether a host is a server of the program.
    pub fn is_ours(&self, host: &str) -> bool {
        self.served.plan().servers.iter().any(|server| server.is_at(host))
    }
}

/// A URL that some alternative of a rule leads to.
#[derive(Debug)]
pub(super) struct Asked {
    pub options: Vec<RuleOption>,
    /// Read with a value of its kind in place of each macro.
    pub url: Url,
    /// As the rule has it, its macros not yet expanded.
    pub written: String,
}

/// The URLs of a rule, as far as it can be read.
pub(super) fn asked(text: &str, kind: Kind) -> Vec<Asked> {
    arms(text, kind).into_iter().filter_map(|arm| arm.asked).collect()
}

/// Those of them that a phone can come to, of which so much is known: an alternative whose condition fails is passed over, and
/// behind one that holds nothing is reached.
pub(super) fn reached(text: &str, kind: Kind, known: &dyn Macros) -> Vec<Asked> {
    let mut all = Vec::new();
    for arm in arms(text, kind) {
        let holds = arm.foretold(known);
        if holds != Some(false) {
            all.extend(arm.asked);
        }
        if holds == Some(true) {
            break;
        }
    }
    all
}

/// One alternative of a rule, as it is written.
#[derive(Debug)]
pub(super) struct Arm<'t> {
    pub condition: Option<&'t str>,
    /// Elements, each with its value, macros not yet expanded.
    pub assigns: Vec<(String, &'t str)>,
    asked: Option<Asked>,
}

impl Arm<'_> {
    /// Whether it leads to a file.
    pub fn fetches(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether it applies; nothing: that is not known here.
    pub fn foretold(&self, known: &dyn Macros) -> Option<bool> {
        self.condition.map_or(Some(true), |condition| foretold(condition, known))
    }
}

/// The alternatives of a rule, as far as it can be read.
pub(super) fn arms(text: &str, kind: Kind) -> Vec<Arm<'_>> {
    let Ok((rule, places)) = read_rule(text, kind) else { return Vec::new() };
    let of = |one: Alternative| {
        let all = text.get(places.written(&one.at.0)).unwrap_or_default();
        let condition = one.condition.is_some().then(|| conditions(all).first().map_or("", |(_, condition)| condition));
        let assigns = one.assignments.iter().map(|one| (one.name.clone(), places.value(text, one))).collect();
        let Some(Target::Url(url)) = one.target else { return Arm { condition, assigns, asked: None } };
        // A URL holds no blank, and stands last.
        let written = all.trim_end().rsplit([' ', ']', ')', '?']).next().unwrap_or_default();
        // A query has a question mark of its own.
        let whole = all.trim_end().rsplit([' ', ']']).next().unwrap_or_default();
        let written = if whole.contains("://") { whole } else { written };
        let asked = Asked { options: one.options, url, written: written.to_owned() };
        Arm { condition, assigns, asked: Some(asked) }
    };
    rule.alternatives.into_iter().map(of).collect()
}

/// A text with a letter in place of what is another for each phone.
pub(super) fn readable(template: &Template) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        _ => "a".to_owned(),
    };
    template.pieces().iter().map(piece).collect()
}

/// Profile rules that stand in the program as rules, each with its place.
pub(super) fn by_hand_rules(fleet: &Fleet) -> impl Iterator<Item = (&RuleText, Origin)> {
    let by_hand = fleet.rules.iter().filter(|rule| {
        rule.parameter.starts_with("Profile_Rule") && !fleet.profiles.iter().any(|one| one.parameter == rule.parameter)
    });
    by_hand.map(|rule| (rule, super::origin(fleet, &rule.parameter).unwrap_or_default()))
}

/// Whether a rule is asked of a server that it names.
pub(super) fn names_server(asked: &Asked) -> bool {
    asked.url.host.is_some()
        || asked.options.iter().any(|option| matches!(option, RuleOption::Srv))
        || asked.url.scheme == Some(Scheme::Https) && asked.written.contains("://$")
}
