//! An answer as people read it.

use super::answer::Answer;
use super::trace::{ComparisonTrace, MacroUse, NOT_WEIGHED, Origin};
use super::{RuleKind, Verdict};
use crate::phone::rule::Target;
use crate::phone::stance::{Matter, Stances};

/// So many signs of a text are shown, and so many alternatives and macros.
const LONGEST: usize = 2000;
const MOST: usize = 50;

/// Words before what they are about.
const WIDTH: usize = 16;

impl Answer {
    /// What a person reads on stdout.
    pub fn human(&self, stances: &Stances) -> String {
        let mut page = Page(String::new());
        page.line("expanded", &clipped(&self.verdict.expanded));
        for used in self.macros.iter().take(MOST) {
            page.line(&format!("  {}", used.written), &became(used));
        }
        page.more(self.macros.len(), "macro");
        self.trace(&mut page);
        if self.verdict.error.is_some() {
            return page.0;
        }
        match self.kind {
            RuleKind::Log => {}
            RuleKind::Trigger => {
                let verdict = match self.verdict.condition {
                    Some(true) => format!(
                        "true: a phone takes it thus: {} ({}={})",
                        stances.taken(Matter::C13).says,
                        Matter::C13.id(),
                        stances.taken(Matter::C13).word
                    ),
                    Some(false) => "false".to_owned(),
                    None => "none: the trigger is empty".to_owned(),
                };
                page.line("verdict", &verdict);
            }
            _ if self.reports.len() > 1 => {
                for (verdict, number) in self.reports.iter().zip(1..) {
                    page.line(&format!("report {number}"), "");
                    self.fetch(verdict, &mut page);
                }
            }
            _ => self.fetch(&self.verdict, &mut page),
        }
        page.0
    }

    fn trace(&self, page: &mut Page) {
        let taken = self.verdict.alternative;
        for (shown, alternative) in self.alternatives.iter().enumerate() {
            if shown >= MOST && Some(alternative.number) != taken {
                continue;
            }
            let label = format!("alternative {}", alternative.number);
            if alternative.comparisons.is_empty() {
                let word = if Some(alternative.number) == taken { "taken" } else { &alternative.why };
                page.line(&label, &format!("{:<40} {word}", "no condition"));
                continue;
            }
            comparisons(page, &label, &alternative.comparisons);
            page.line("", &alternative.why);
        }
        page.more(self.alternatives.len(), "alternative");
        comparisons(page, "condition", &self.comparisons);
    }

    fn fetch(&self, verdict: &Verdict, page: &mut Page) {
        for (name, value) in &verdict.assignments {
            page.line("assign", &format!("{name} = \"{}\"", clipped(value)));
        }
        let options = &verdict.options;
        for (name, value) in [("key", &options.key), ("uid", &options.uid), ("pwd", &options.pwd)] {
            if let Some(value) = value {
                page.line(&format!("--{name}"), &clipped(value));
            }
        }
        if let Some(letter) = options.post {
            let body = self.body.as_ref().map(|body| clipped(&body.text)).unwrap_or_default();
            page.line(
                "--post",
                &format!("{letter}: a POST with what GPP_{} holds: {body:?}", letter.to_ascii_uppercase()),
            );
        }
        if let Some(letter) = options.alias {
            page.line(
                "--alias",
                &format!("{letter}: elements are renamed by the map in GPP_{}", letter.to_ascii_uppercase()),
            );
        }
        for (name, set, says) in [
            ("--srv", options.srv, "the server is found by its SRV records"),
            ("--delta", options.delta, "what changed since the last report"),
            ("--status", options.status, "the phone's status"),
        ] {
            if set {
                page.line(name, says);
            }
        }
        match &verdict.target {
            None if verdict.alternative.is_none() && self.rule.trim().is_empty() => {
                page.line("skipped", "there is no rule")
            }
            None if verdict.alternative.is_none() => page.line(
                "skipped",
                match self.kind {
                    RuleKind::Upgrade => "no alternative applies: nothing is upgraded, and nothing has failed",
                    _ => "no alternative applies; the phone goes on with the next rule, and nothing has failed",
                },
            ),
            None => page.line("fetch", "nothing: the alternative has no URL"),
            Some(Target::ActivationCode) => page.line("fetch", "gds://: the phone waits for an activation code"),
            Some(Target::Url(url)) => {
                let host = verdict.host.as_deref().unwrap_or("(a server that DHCP names)");
                let (scheme, path) = (verdict.scheme.as_deref(), verdict.path.as_deref());
                let port = verdict.port.unwrap_or(url.port());
                let fetch =
                    format!("{}  {host}:{port}  {}", scheme.unwrap_or("tftp"), clipped(path.unwrap_or_default()));
                match &verdict.idle {
                    Some(why) => {
                        page.line("names", &fetch);
                        page.line("fetch", &format!("nothing: {why}"));
                    }
                    None => page.line("fetch", &fetch),
                }
                let of_option = url.host.is_none() && verdict.host.is_some();
                if url.scheme.is_none() && !of_option {
                    page.line("  scheme", "tftp, which a URL without a scheme means (RS §7)");
                }
                match (&url.host, &verdict.host) {
                    (None, Some(host)) => {
                        page.line("  server", &format!("{host}, from --option66, as the URL names none (RS §7)"))
                    }
                    (None, None) => {
                        page.line("  server", "not said; --option66 TEXT says it, where DHCP does (RS §7, C-16)")
                    }
                    _ => {}
                }
                for (attempt, number) in verdict.tries.iter().zip(1..) {
                    let label = if number == 1 { "  Profile_Rule" } else { "" };
                    let word = if number == 1 { "asks for, until there is a profile (PB §5): " } else { "" };
                    page.line(label, &format!("{word}{number} {}", clipped(attempt)));
                }
                if url.port.is_none() && !of_option {
                    page.line("  port", &format!("{}, the port of {} (RS §7)", url.port(), url.scheme()));
                }
            }
        }
    }

    /// What a person is told on stderr: what is wrong, where, and what was likely meant.
    pub fn complaint(&self) -> Option<(String, String)> {
        let error = self.verdict.error.clone()?;
        let at = self.verdict.error_at?;
        let mut page = Page(String::new());
        pointed(&mut page, "  expanded", &self.verdict.expanded, at.expanded);
        if self.rule != self.verdict.expanded {
            pointed(&mut page, "  written", &self.rule, at.written);
        }
        if let Some(meant) = &self.meant {
            page.line("  meant?", &clipped(&meant.rule));
            for why in &meant.because {
                page.line("", why);
            }
            page.line("", &format!("then {}", meant.verdict.in_short(self.kind)));
        }
        Some((error, page.0))
    }

    /// The doubts, a line each.
    pub fn doubts(&self) -> Vec<String> {
        let readings = self.readings.iter().map(|reading| {
            format!(
                "texts differ ({}): if versions of both forms {}, {}; --stance {} says so",
                Matter::C20.id(),
                reading.says,
                reading.verdict.in_short(self.kind),
                reading.stance
            )
        });
        let notes = self.notes.iter().map(|note| format!("{} ({})", note.message, note.source));
        readings.chain(notes).collect()
    }
}

struct Page(String);

impl Page {
    fn line(&mut self, label: &str, text: &str) {
        let gap = if label.chars().count() >= WIDTH { " " } else { "" };
        let line = format!("{label:<WIDTH$}{gap}{text}");
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    fn more(&mut self, number: usize, what: &str) {
        if let Some(more) = number.checked_sub(MOST).filter(|more| *more > 0) {
            self.line("", &format!("… {more} more {what}s; --format json has all"));
        }
    }
}

fn became(used: &MacroUse) -> String {
    let value = used
        .value
        .as_deref()
        .map(|value| if value.is_empty() { "(empty)".to_owned() } else { clipped(value) })
        .unwrap_or_default();
    match used.origin {
        Origin::Set => value,
        Origin::Assumed => format!("{value:<30} assumed; --set {}=… says it", used.name),
        Origin::ArgumentsOnly => format!("{value:<30} in arguments of --key, --uid, --pwd only"),
        Origin::ElsewhereOnly => "stays as written: it has no value here".to_owned(),
        Origin::Unknown => "stays as written: no macro has this name".to_owned(),
    }
}

fn comparisons(page: &mut Page, label: &str, all: &[ComparisonTrace]) {
    for (number, comparison) in all.iter().take(MOST).enumerate() {
        let label = if number == 0 { label } else { "" };
        let holds = match comparison.holds {
            Some(true) => "true",
            Some(false) => "false",
            None if comparison.why == NOT_WEIGHED => "-",
            None => "fails",
        };
        page.line(label, &format!("{:<40} {holds}", clipped(&comparison.text)));
        let written = if comparison.written == comparison.text {
            String::new()
        } else {
            format!("written `{}`; ", clipped(&comparison.written))
        };
        page.line("", &format!("  {written}{}", comparison.why));
    }
    page.more(all.len(), "comparison");
}

/// The beginning of a long text.
fn clipped(text: &str) -> String {
    let shown =
        |text: &str| text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect::<String>();
    match text.char_indices().nth(LONGEST) {
        None => shown(text),
        Some((at, _)) => format!("{}… ({} octets in all)", shown(text.get(..at).unwrap_or_default()), text.len()),
    }
}

/// A text with a caret under one of its signs; of a long one the surroundings.
fn pointed(page: &mut Page, label: &str, text: &str, at: usize) {
    const BEFORE: usize = 60;
    const BEHIND: usize = 40;
    let at = text.floor_char_boundary(at.min(text.len()));
    let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
    let skipped = before.chars().count().saturating_sub(BEFORE);
    let near: String = before.chars().skip(skipped).collect();
    let rest: String = behind.chars().take(BEHIND).collect();
    let (front, back) =
        (if skipped > 0 { "…" } else { "" }, if behind.chars().nth(BEHIND).is_some() { "…" } else { "" });
    let plain =
        |text: &str| text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect::<String>();
    page.line(label, &format!("{front}{}{}{back}", plain(&near), plain(&rest)));
    page.line("", &format!("{}^", " ".repeat(front.chars().count() + near.chars().count())));
}
