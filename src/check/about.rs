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
    read(text, kind).into_iter().filter_map(|(_, asked)| asked).collect()
}

/// Those of them that a phone can come to, of which so much is known: an alternative whose condition fails is passed over, and
/// behind one that holds nothing is reached.
pub(super) fn reached(text: &str, kind: Kind, known: &dyn Macros) -> Vec<Asked> {
    let mut all = Vec::new();
    for (condition, asked) in read(text, kind) {
        let holds = condition.map_or(Some(true), |condition| foretold(condition, known));
        if holds != Some(false) {
            all.extend(asked);
        }
        if holds == Some(true) {
            break;
        }
    }
    all
}

/// The alternatives of a rule, as far as it can be read: the condition of each, and the URL that it leads to.
fn read(text: &str, kind: Kind) -> Vec<(Option<&str>, Option<Asked>)> {
    let Ok((rule, places)) = read_rule(text, kind) else { return Vec::new() };
    let of = |one: Alternative| {
        let all = text.get(places.written(&one.at.0)).unwrap_or_default();
        let condition = one.condition.is_some().then(|| conditions(all).first().map_or("", |(_, condition)| condition));
        let Some(Target::Url(url)) = one.target else { return (condition, None) };
        // A URL holds no blank, and stands last.
        let written = all.trim_end().rsplit([' ', ']', ')', '?']).next().unwrap_or_default();
        // A query has a question mark of its own.
        let whole = all.trim_end().rsplit([' ', ']']).next().unwrap_or_default();
        let written = if whole.contains("://") { whole } else { written };
        (condition, Some(Asked { options: one.options, url, written: written.to_owned() }))
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
