//! Types and units in words, for messages and `prov explain`.

use super::catalogue::family_of;
use super::parameter::{Parameter, ParameterType};
use super::{Catalogue, ModelInfo};
use crate::language::duration;

/// The type of a parameter as one would say it: `schedule`, `int 0 to 15`, `one of "a", "b"`.
pub fn type_text(parameter: &Parameter) -> String {
    match &parameter.ty {
        ParameterType::Bool => "bool".into(),
        ParameterType::Int(ranges) => ranged("int", ranges),
        ParameterType::Port(low, high) => ranged("port", &[(*low, *high)]),
        ParameterType::Decimal(Some((low, high))) => format!("decimal {low} to {high}"),
        ParameterType::Decimal(None) => "decimal".into(),
        ParameterType::Duration(range) => ranged("duration", &range.iter().copied().collect::<Vec<_>>()),
        ParameterType::Schedule => "schedule".into(),
        ParameterType::Time => "time".into(),
        ParameterType::Clock => "time".into(),
        ParameterType::OneOf(words) if words.len() > 6 => format!("one of {} strings", words.len()),
        ParameterType::OneOf(words) => format!("one of \"{}\"", words.join("\", \"")),
        ParameterType::List(_) => "list".into(),
        ParameterType::Text(ty) => ty.name().into(),
    }
}

fn ranged(name: &str, ranges: &[(i64, i64)]) -> String {
    let ranges: Vec<String> = ranges.iter().map(|(low, high)| format!("{low} to {high}")).collect();
    format!("{name} {}", ranges.join(", ")).trim_end().to_owned()
}

/// With its article: `a schedule`, `an int 0 to 15`, `one of …` bare.
pub fn article(text: &str) -> String {
    match text.chars().next() {
        _ if text.starts_with("one of") => text.to_owned(),
        Some('a' | 'e' | 'i' | 'o') => format!("an {text}"),
        _ if text.starts_with("LED") || text.starts_with("upgrade") => format!("an {text}"),
        _ => format!("a {text}"),
    }
}

/// Milliseconds as a duration of the language.
pub fn unit_text(millis: u64) -> String {
    duration(millis)
}

impl Parameter {
    /// `schedule, default 3600`: what a suggestion adds.
    pub fn summary(&self) -> String {
        match self.default.as_deref() {
            Some("") => format!("{}, default empty", type_text(self)),
            Some(default) => format!("{}, default {default}", type_text(self)),
            None => type_text(self),
        }
    }

    /// The page that `prov explain` prints.
    pub fn page(&self) -> String {
        let ranges = self.ranges();
        let indexes: Vec<u32> = ranges.iter().map(|(low, _)| *low).collect();
        let mut text = format!(
            "{} : {}\n",
            self.name.parts.iter().fold(String::new(), |name, (part, range)| {
                name + part + &range.map(|(low, high)| format!("[{low}..{high}]")).unwrap_or_default()
            }),
            type_text(self)
        );
        if !self.doc.is_empty() {
            text.push_str(&format!("\n{}\n", self.doc));
        }
        let mut row = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                text.push_str(&format!("  {name:<10} {value}\n"));
            }
        };
        row("element", Some(self.element(&indexes)));
        if let ParameterType::OneOf(words) | ParameterType::List(words) = &self.ty {
            row("values", Some(words.join(", ")));
        }
        row(
            "default",
            Some(match (self.default_at(&indexes), &self.basis) {
                (None, _) => "unknown".into(),
                (Some(default), basis) => {
                    let shown = if default.is_empty() { "empty".to_owned() } else { default };
                    basis.as_ref().map_or(shown.clone(), |basis| format!("{shown} (seen in a {basis}, not documented)"))
                }
            }),
        );
        if matches!(self.ty, ParameterType::Duration(_) | ParameterType::Schedule) {
            row("unit", Some(format!("one on the wire is {}", unit_text(self.unit))));
        }
        row("user", self.user.map(|user| user.name().to_owned()));
        row("section", Some(self.section.clone()));
        row("families", Some(if self.families.is_empty() { "all".into() } else { self.families.join(", ") }));
        row("since", self.since.clone());
        row("until", self.until.as_ref().map(|until| format!("{until}, which has it no more")));
        row("source", self.source.clone());
        text
    }
}

impl ModelInfo {
    /// The page that `prov explain` prints.
    pub fn page(&self) -> String {
        let facts = self.facts.iter().map(|(name, value)| format!("  {name:<14} {value}\n"));
        format!("{}\n{}", self.name, facts.collect::<String>())
    }
}

impl Catalogue {
    /// The page about a parameter (as the language or the element spells it), a model or a macro; nothing if unknown.
    pub fn explain(&self, topic: &str) -> Option<String> {
        let name = topic.trim_start_matches('$');
        if let Some(model) = self.models().iter().find(|model| model.name == name || model.series == name) {
            return Some(model.page());
        }
        if let Some(family) = self.family_named(name) {
            return self.parameter(&family).map(|parameter| parameter.page());
        }
        if let Some((doc, declaration)) = self.macro_text(name) {
            return Some(format!("${name}\n\n{doc}\n\n{declaration}\n"));
        }
        self.explain_loosely(topic)
    }

    /// The same for a name whose case is not kept, or a model as it is called for short: `8841`, `CP-8832`.
    fn explain_loosely(&self, topic: &str) -> Option<String> {
        let short = |name: &str| {
            let lower = name.to_ascii_lowercase();
            let bare = lower.strip_prefix("cp-").unwrap_or(&lower);
            bare.strip_suffix("-k9").unwrap_or(bare).trim_end_matches("-3pcc").to_owned()
        };
        let wanted = short(topic);
        if let Some(model) = self.models().iter().find(|model| short(&model.name) == wanted) {
            return Some(model.page());
        }
        if let Some(name) = topic.strip_prefix('$') {
            let known = self.macros().find(|known| known.eq_ignore_ascii_case(name))?.to_owned();
            return self.explain(&format!("${known}"));
        }
        // `proxy[1]` and `proxy_1_` are told by what is left without their index.
        let bracketed = family_of(topic);
        let element = topic.trim_end_matches('_').trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        let same = |family: &&str| {
            let bare = family.replace("[]", "");
            family.eq_ignore_ascii_case(&bracketed)
                || bare.eq_ignore_ascii_case(topic)
                || (element != topic && family.contains("[]") && bare.eq_ignore_ascii_case(element))
        };
        let family = self.families().find(same)?.to_owned();
        self.parameter(&family).map(|parameter| parameter.page())
    }

    /// Parameters whose name holds all words, whatever their case and what divides them, with what each takes; if none
    /// does, those of which it is said what they are for in such words.
    pub fn holding(&self, words: &[String]) -> Vec<(String, String)> {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let wanted: Vec<String> = words.iter().map(|word| plain(word)).filter(|word| !word.is_empty()).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let holds = |text: &str| wanted.iter().all(|word| text.contains(word.as_str()));
        let summed = |family: &str| Some((family.to_owned(), self.parameter(family)?.summary()));
        let named: Vec<_> = self.families().filter(|family| holds(&plain(family))).filter_map(summed).collect();
        if !named.is_empty() {
            return named;
        }
        let described = |family: &&str| self.parameter(family).is_some_and(|parameter| holds(&plain(&parameter.doc)));
        self.families().filter(described).filter_map(summed).collect()
    }

    /// The family that a name means: `Proxy`, `Proxy[1]`, `Proxy_1_` are all `Proxy[]`.
    pub fn family_named(&self, name: &str) -> Option<String> {
        let bracketed = family_of(name);
        let known = |candidate: &str| self.has(candidate);
        if known(&bracketed) {
            return Some(bracketed);
        }
        if known(&format!("{name}[]")) {
            return Some(format!("{name}[]"));
        }
        self.family_of_element(name)
    }

    /// How the language writes an element: `Proxy_1_` is `Proxy[1]`.
    pub fn written(&self, element: &str) -> Option<String> {
        let (parameter, indexes) = self.of_element(element)?;
        let mut indexes = indexes.iter();
        Some(parameter.name.parts.iter().fold(String::new(), |name, (part, range)| {
            let index = range.and_then(|_| indexes.next()).map(|index| format!("[{index}]"));
            name + part + &index.unwrap_or_default()
        }))
    }

    /// What a phone holds in an element that nobody set; nothing for an unknown element or default.
    pub fn default_of_element(&self, element: &str) -> Option<String> {
        let parameter = self.parameter(&self.family_of_element(element)?)?;
        // Digits of the element are its indexes, as far as the default needs them.
        let digits = element.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
        let indexes: Vec<u32> = digits.take(parameter.ranges().len()).collect();
        parameter.default_at(&indexes)
    }
}
