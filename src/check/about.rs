//! What a finding about one fleet is made from, and the rules by hand as far as they can be read without a phone.

use crate::diagnostic::{SourceMap, Span};
use crate::phone::Scheme;
use crate::phone::rule::{Kind, RuleOption, Target, Url};
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
    let Ok((rule, places)) = read_rule(text, kind) else { return Vec::new() };
    let of = |one: crate::phone::rule::Alternative| {
        let Some(Target::Url(url)) = one.target else { return None };
        // A URL holds no blank, and stands last.
        let written = text.get(places.written(&one.at.0))?.trim_end().rsplit([' ', ']', ')', '?']).next()?;
        // A query has a question mark of its own.
        let whole = text.get(places.written(&one.at.0))?.trim_end().rsplit([' ', ']']).next()?;
        let written = if whole.contains("://") { whole } else { written };
        Some(Asked { options: one.options, url, written: written.to_owned() })
    };
    rule.alternatives.into_iter().filter_map(of).collect()
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
