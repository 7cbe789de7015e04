//! The rules that fetch a fleet's profiles, in the phone's own language. They are written here and nowhere else.

use super::Compiler;
use super::columns::Columns;
use super::delivery::RuleOptions;
use super::options::authority;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::rule::{Kind, parse};
use crate::plan::{Profile, RuleText, Template};

/// The options of a rule in their bracket (RS §6). `$SA` in one is followed by a blank or the bracket, as in every documented
/// use.
fn bracket(options: Option<&RuleOptions>, profile: &Profile) -> String {
    let RuleOptions { key, user, password } = options.cloned().unwrap_or_default();
    let words = [
        key.map(|register| format!("--key ${register}")),
        user.map(|user| format!("--uid {user}")),
        password.map(|register| format!("--pwd ${register}")),
        profile.post.as_ref().map(|post| format!("--post {}", post.register)),
        profile.service_domain.as_ref().map(|_| "--srv".to_owned()),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    if words.is_empty() { String::new() } else { format!("[{}] ", words.join(" ")) }
}

/// The rule parameters in the order in which the phone evaluates them (PB §8.2).
pub(super) const RULES: [&str; 4] = ["Profile_Rule", "Profile_Rule_B", "Profile_Rule_C", "Profile_Rule_D"];

impl Compiler<'_> {
    /// The rules that fetch the profiles.
    pub(super) fn rules(&self, profiles: &[Profile], options: &[RuleOptions]) -> Vec<RuleText> {
        let mut rules = Vec::new();
        for (position, profile) in profiles.iter().enumerate() {
            let Some(server) = self.plan.servers.get(profile.server) else { continue };
            let port = server.port(profile.scheme).unwrap_or(profile.scheme.default_port());
            // The port of an SRV record takes the place of the URL's (WF §7).
            let host = match &profile.service_domain {
                Some(domain) => format!("{}://{domain}", profile.scheme),
                None => authority(server, profile.scheme, port),
            };
            let mut text = Template::text(bracket(options.get(position), profile) + &host);
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
