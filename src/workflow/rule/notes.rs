//! What is doubtful about a text that the phone reads all the same, each with the reason and where it is documented.

use super::answer::Note;
use super::places::Places;
use super::trace::{MacroUse, Origin};
use super::variables::Source;
use super::verdict::load_of;
use super::{Question, RuleKind, Verdict};
use crate::diagnostic::closest;
use crate::phone::macros::parse_reference;
use crate::phone::profile::AliasMap;
use crate::phone::rule::{Condition, Form, Operand, Place, Rule, RuleOption, Target, Url, Version};
use crate::phone::{Scheme, stance};
use crate::platform::{Catalogue, LoadName, MacroScope, Platform};
use std::ops::Range;

/// A flood of doubts is one doubt made many times.
const MOST: usize = 50;

pub(super) fn notes(question: &Question<'_>, places: &Places, rule: Option<&Rule>, verdicts: &[Verdict]) -> Vec<Note> {
    let mut notes = Notes { question, places, all: Vec::new() };
    places.macros.iter().for_each(|used| notes.macro_used(used));
    notes.lone_dollars();
    notes.ampersands();
    if let Some(rule) = rule {
        notes.rule(rule);
    }
    for verdict in verdicts {
        notes.verdict(verdict);
    }
    if question.kind == RuleKind::Trigger && verdicts.iter().any(|verdict| verdict.error.is_none()) {
        notes.quoted_version();
    }
    notes.all.sort_by_key(|note| note.at.unwrap_or(usize::MAX));
    notes.all.dedup();
    notes.all.truncate(MOST);
    notes.all
}

pub(super) struct Notes<'n> {
    pub(super) question: &'n Question<'n>,
    places: &'n Places,
    all: Vec<Note>,
}

impl Notes<'_> {
    pub(super) fn note(&mut self, at: Option<usize>, source: &str, message: impl Into<String>) {
        // Twice as many as are shown: what stands earlier in the text may come later here.
        if self.all.len() < 2 * MOST {
            self.all.push(Note { message: message.into(), source: source.to_owned(), at });
        }
    }

    fn macro_used(&mut self, used: &MacroUse) {
        let at = Some(used.at);
        let name = used.name.as_str();
        let variables = self.question.variables;
        match used.origin {
            Origin::Unknown => {
                let known = |end: &usize| name.get(..*end).is_some_and(|begin| variables.get(begin).is_some());
                // `$MA_desk`, and not `$PROV`: what goes on in capitals was meant as one name.
                let lower = |end: &usize| {
                    !name.get(*end..).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_uppercase()))
                };
                let shorter =
                    (1..name.len().min(64)).rev().find(|end| known(end) && lower(end)).map(|end| name.split_at(end));
                let bare = !used.written.starts_with("$(");
                if let Some(register) = name.strip_prefix("GPP_").filter(|register| variables.get(register).is_some()) {
                    let message =
                        format!("`{}` stays as written; one text reads it as `${register}`, two do not", used.written);
                    return self.note(at, "RS §2", message);
                }
                if let Some((begin, rest)) = shorter.filter(|_| bare) {
                    let message = format!(
                        "`{}` is read as one name, which no macro has, so it stays as written; a phone may also read `$({begin}){rest}`: \
                         how far a bare name reaches is documented nowhere",
                        used.written
                    );
                    return self.note(at, "RS §2", message);
                }
                let close = closest(name, variables.names()).map(|close| format!("; did you mean `${close}`?"));
                let message =
                    format!("no macro is named `${name}`, so it stays as written{}", close.unwrap_or_default());
                self.note(at, "RS §2", message);
            }
            Origin::ElsewhereOnly => {
                let scope = variables.get(name).map_or(MacroScope::Rule, |variable| variable.scope);
                let message = format!(
                    "`${name}` has a value {}, not in {}, so it stays as written",
                    scope.place(),
                    self.question.kind.name()
                );
                self.note(at, "RS §3", message);
            }
            Origin::ArgumentsOnly if !self.in_argument(used.at) => {
                let message = format!(
                    "`${name}` is filled in as an argument of --key, --uid and --pwd only; here it stays as written"
                );
                self.note(at, "RS §1", message);
            }
            Origin::ArgumentsOnly => {}
            Origin::Set | Origin::Assumed => self.value(used),
        }
    }

    /// Of a macro that became something.
    fn value(&mut self, used: &MacroUse) {
        let at = Some(used.at);
        let (name, value) = (used.name.as_str(), used.value.as_deref().unwrap_or_default());
        if let Some(variable) = self.question.variables.get(name) {
            let whole = used.written.len() <= name.len() + 3;
            if variable.source == Source::Said
                && !variable.values.is_empty()
                && whole
                && !variable.values.iter().any(|known| known == value)
            {
                let message = format!("`{value}` is none of what `${name}` can be: {}", variable.values.join(", "));
                self.note(at, "RS §3", message);
            }
        }
        let breaking = value.chars().find(|sign| matches!(sign, '"' | '|' | '[' | ']' | '(' | ')' | ' ' | '$'));
        match breaking {
            Some('$')
                if parse_reference(value.get(value.find('$').unwrap_or_default()..).unwrap_or_default()).is_some() =>
            {
                let message = format!("the value of `${name}` holds macros, which are not looked at again");
                self.note(at, "RS §2", message);
            }
            Some(sign)
                if sign != '$' && !matches!(self.question.kind, RuleKind::Log) && !self.quoted(used.at, value) =>
            {
                let sign = if sign == ' ' { "a blank".to_owned() } else { format!("`{sign}`") };
                let message = format!("the value of `${name}` holds {sign}, which the phone reads as part of the rule");
                self.note(at, "RS §1", message);
            }
            _ => {}
        }
        // `$UID12` may be `$UID1` and a 2.
        let digits = name.trim_start_matches(|sign: char| !sign.is_ascii_digit());
        if digits.len() > 1
            && name.starts_with(|sign: char| sign.is_ascii_uppercase())
            && !used.written.starts_with("$(")
        {
            let short = name.get(..name.len() - digits.len() + 1).unwrap_or_default();
            if self.question.variables.get(short).is_some() {
                let message = format!("a phone may read `${name}` as `$({short})` and go on: write `$({name})`");
                self.note(at, "RS §2", message);
            }
        }
    }

    /// Whether a value stands inside of quotes that it does not break.
    fn quoted(&self, at: usize, value: &str) -> bool {
        let before = self.question.text.get(..at).unwrap_or_default();
        before.matches('"').count() % 2 == 1 && !value.contains('"')
    }

    /// Whether a place stands in the argument of --key, --uid or --pwd.
    fn in_argument(&self, at: usize) -> bool {
        let before = self.question.text.get(..at).unwrap_or_default();
        let inside = before.rfind('[').and_then(|open| before.get(open..)).filter(|inside| !inside.contains(']'));
        let option = inside.and_then(|inside| inside.rfind("--").and_then(|option| inside.get(option..)));
        option.is_some_and(|option| ["--key", "--uid", "--pwd"].iter().any(|known| option.starts_with(known)))
    }

    fn rule(&mut self, rule: &Rule) {
        let always = rule.alternatives.iter().position(|one| one.condition.is_none());
        if let Some((always, next)) = always.and_then(|always| Some((always, rule.alternatives.get(always + 1)?))) {
            let (at, first, last) = (self.written(&next.at), always + 2, rule.alternatives.len());
            let which = match first == last {
                true => format!("alternative {first} is"),
                false => format!("alternatives {first} to {last} are"),
            };
            self.note(at, "RS §5", format!("{which} never reached: alternative {} has no condition", always + 1));
        }
        for alternative in &rule.alternatives {
            if let Some(condition) = &alternative.condition {
                self.condition(condition);
            }
            for one in &alternative.assignments {
                if Catalogue::cisco_mpp().family_of_element(&one.name).is_none() {
                    let message = format!(
                        "no phone has the parameter `{}`: the assignment does nothing, without a word",
                        one.name
                    );
                    self.note(self.written(&one.at), "RS §11", message);
                }
                let register = one.name.strip_prefix("GPP_").filter(|letter| letter.len() == 1);
                let here = alternative.assignments.iter().position(|other| other.name == one.name);
                let first =
                    here.and_then(|here| alternative.assignments.get(here)).is_some_and(|other| other.at.0 == one.at.0);
                // What stands before it, such as its own condition, is meant to be of before.
                let behind = one.at.0.end..alternative.at.0.end;
                if first && register.is_some_and(|letter| self.reads(behind, letter)) {
                    let message = format!(
                        "the rule is expanded before `{}` is assigned: its macros show the value from before",
                        one.name
                    );
                    self.note(self.written(&one.at), "RS §11, inferred", message);
                }
            }
            self.options(&alternative.options, alternative.target.as_ref());
        }
        if self.question.kind == RuleKind::Upgrade {
            for alternative in &rule.alternatives {
                if let Some(Target::Url(url)) = &alternative.target {
                    let path = url.path.split('?').next().unwrap_or_default();
                    if !path.ends_with(".loads") {
                        self.note(
                            self.written(&alternative.at),
                            "RS §8, §18",
                            format!("a load's name ends in `.loads`, `{path}` does not"),
                        );
                    }
                    self.load(url, self.written(&alternative.at));
                }
            }
        }
    }

    fn condition(&mut self, condition: &Condition) {
        for comparison in &condition.comparisons {
            let sides = [&comparison.left, &comparison.right];
            for side in sides {
                if let Operand::Version(version) = side
                    && matches!(version.form(), Form::Load(load) if load.marked)
                {
                    self.note(
                        self.written(&comparison.at),
                        "RS §10",
                        format!("what is behind the build of `{version}` is left out of account"),
                    );
                }
                if let Operand::Version(version) = side
                    && version.form() == &Form::Opaque
                {
                    self.note(
                        self.written(&comparison.at),
                        "RS §10, inferred",
                        format!("`{version}` is a load name of no documented form: it is equal to itself and to no other, and has no order"),
                    );
                }
            }
            let quoted = |side: &Operand| matches!(side, Operand::Text(text) if text.parse::<Version>().is_ok_and(|version| !matches!(version.form(), Form::Dotted { .. })));
            if sides.into_iter().any(quoted) {
                let message = "a quoted version is a string, model part included, and texts differ on whether `$SWVER` ends in `.loads`: leave out the quotes";
                self.note(self.written(&comparison.at), "RS §10", message);
            }
        }
    }

    /// The same for a trigger, of which only the text is at hand.
    fn quoted_version(&mut self) {
        if let Some(at) = self.question.text.find("\"$SWVER\"").or_else(|| self.question.text.find("\"$(SWVER)\"")) {
            let message = "a quoted version is a string, model part included, and texts differ on whether `$SWVER` ends in `.loads`: leave out the quotes";
            self.note(Some(at), "RS §10", message);
        }
    }

    fn options(&mut self, options: &[RuleOption], target: Option<&Target>) {
        let tftp = matches!(target, Some(Target::Url(url)) if url.scheme() == Scheme::Tftp);
        let mut names: Vec<&str> = Vec::new();
        for option in options {
            let name = option.name();
            let word = match option {
                RuleOption::Key(word) | RuleOption::Uid(word) | RuleOption::Pwd(word) => Some(word),
                _ => None,
            };
            let at = word.and_then(|word| self.written(&word.at));
            if names.contains(&name) {
                self.note(at, "RS §6, inferred", format!("`--{name}` stands twice; the last one counts"));
            }
            names.push(name);
            if matches!(option, RuleOption::Uid(_) | RuleOption::Pwd(_)) {
                if tftp {
                    self.note(
                        at,
                        "RS §6",
                        format!("`--{name}` does nothing with tftp: only http and https ask for it"),
                    );
                } else if self.question.kind == RuleKind::Upgrade {
                    let message = format!(
                        "`--{name}` in Upgrade_Rule: one text shows it, another says that options are not supported"
                    );
                    self.note(at, "RS §6", message);
                }
            }
            if word.is_some_and(|word| word.text.contains("\\057")) {
                self.note(at, "RS §6", "`\\057` is `/`; one guide prints it for the backslash, which is `\\134`");
            }
        }
    }

    fn verdict(&mut self, verdict: &Verdict) {
        if verdict.options.key.as_deref() == Some("") {
            self.note(None, "RS §6", "the key is empty");
        }
        if let Some(letter) = verdict.options.alias {
            let register = letter.to_ascii_uppercase().to_string();
            let map = self.question.variables.get(&register).map(|variable| variable.value.clone()).unwrap_or_default();
            let message = match AliasMap::parse(&map) {
                Ok(map) if map.is_empty() => {
                    Some(format!("GPP_{register} is empty, so `--alias {letter}` renames nothing"))
                }
                Ok(_) => None,
                Err(error) => Some(format!("GPP_{register} is no alias map: {}", error.message)),
            };
            if let Some(message) = message {
                self.note(None, "RS §12", message);
            }
        }
        if let Some(letter) = verdict.options.post {
            let register = letter.to_ascii_uppercase().to_string();
            if self.question.variables.get(&register).is_some_and(|variable| variable.value.is_empty()) {
                self.note(None, "RS §13", format!("GPP_{register} is empty, so `--post {letter}` sends an empty body"));
            }
        }
        if let Some(Target::Url(url)) = &verdict.target {
            if url.host.is_none() {
                let taken = self.question.stances.taken(stance::Matter::C16);
                let message = format!(
                    "the URL names no server: {} ({}={}); texts differ",
                    taken.says,
                    stance::Matter::C16.id(),
                    taken.word
                );
                self.note(None, "RS §7", message);
                if let Some(first) = verdict.tries.first() {
                    let alone = verdict.url.as_deref().unwrap_or_default();
                    let message = format!(
                        "as Profile_Rule it asks for {first} first; as Profile_Rule_B, _C or _D for {alone} only"
                    );
                    self.note(None, "PB §5", message);
                }
            }
            if self.question.kind == RuleKind::Report && url.path.ends_with(';') {
                self.note(None, "PB §16", "the `;` at the end is part of the URL; one guide prints it by mistake");
            }
            if url.path.contains("//") && !url.path.contains("://") {
                self.note(None, "RS §7", format!("`//` in `{}`: a macro in the path may be empty", url.path));
            }
        }
    }

    /// Whether a part of the expanded text, up to a bar or the end, was written with a macro; one that became nothing too.
    fn reads(&self, part: Range<usize>, name: &str) -> bool {
        let text = self.question.text;
        let start = self.places.written(&(part.start..part.start + 1)).start;
        let bar = self.places.written(&(part.end..part.end + 1)).end.saturating_sub(1);
        let mut rest = text.get(start..bar.min(text.len())).unwrap_or_default();
        while let Some(next) = rest.find('$') {
            rest = rest.get(next..).unwrap_or_default();
            let skipped = match parse_reference(rest) {
                _ if rest.starts_with("$$") => 2,
                Some(reference) if reference.name == name => return true,
                Some(reference) => reference.length.max(1),
                None => 1,
            };
            rest = rest.get(skipped..).unwrap_or_default();
        }
        false
    }

    /// What a load's name says about the phone that is to run it.
    fn load(&mut self, url: &Url, at: Option<usize>) {
        let product = self.question.variables.get("PN").map(|variable| variable.value.clone()).unwrap_or_default();
        let catalogue = Catalogue::cisco_mpp();
        let load = load_of(url).to_owned();
        let Some(model) = catalogue.model(&product) else { return };
        let Ok(name) = format!("{load}.loads").parse::<LoadName>() else {
            if url.path.ends_with(".loads") {
                self.note(at, "RS §10", format!("`{load}` is no name of a load, and the upgrade fails"));
            }
            return;
        };
        if !Platform::cisco().runs(&product, &name) {
            let message = format!("a {product} runs loads named {}, not `{load}`: the upgrade fails", model.load);
            self.note(at, "RS §18, PB §20", message);
        }
    }

    /// Where octets of the expanded text stand in the rule.
    fn written(&self, at: &Place) -> Option<usize> {
        Some(self.places.written(&at.0).start)
    }
}
