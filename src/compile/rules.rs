//! The rules that fetch a fleet's profiles, in the phone's own language. They are written here and nowhere else.

use super::Compiler;
use super::columns::Columns;
use super::options::authority;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::rule::{Kind, parse};
use crate::plan::{Profile, RuleText, Template};

/// The rule parameters in the order in which the phone evaluates them (PB §8.2).
pub(super) const RULES: [&str; 4] = ["Profile_Rule", "Profile_Rule_B", "Profile_Rule_C", "Profile_Rule_D"];

impl Compiler<'_> {
    /// The rules that fetch the profiles.
    pub(super) fn rules(&self, profiles: &[Profile], registers: &[Option<&str>]) -> Vec<RuleText> {
        let mut rules = Vec::new();
        for (position, profile) in profiles.iter().enumerate() {
            let Some(server) = self.plan.servers.get(profile.server) else { continue };
            let port = server.port(profile.scheme).unwrap_or(profile.scheme.default_port());
            // `$SA` in an option is followed by the bracket, as in every documented use (RS §6).
            let key = registers.get(position).copied().flatten().map(|register| format!("[--key ${register}] "));
            let mut text = Template::text(key.unwrap_or_default() + &authority(server, profile.scheme, port));
            for piece in profile.path.rule_text().pieces() {
                text.push(piece.clone());
            }
            rules.push(RuleText { parameter: profile.parameter.clone(), text });
        }
        rules
    }

    /// What is emitted is read back as the phone reads it: a rule that it cannot read stops every resync (RS §15).
    pub(super) fn phones_read(&mut self, rules: &[RuleText], fetches: &[Span], columns: &Columns<'_>) {
        for (rule, fetch) in rules.iter().zip(fetches) {
            let mut text = String::new();
            columns.table.expand(&rule.text, 0, &self.plan.models, &mut text);
            if let Err(error) = parse(&text, Kind::Profile) {
                let finding =
                    Diagnostic::new(Code::P0501, *fetch, "phones cannot read the rule that follows from this")
                        .because(error.to_string())
                        .note(format!("the rule is `{text}`"));
                self.report(finding.help("a server needs a `name`, or an IPv4 address"));
            }
        }
    }
}
