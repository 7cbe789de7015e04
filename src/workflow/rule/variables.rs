//! What the macro variables of one phone stand for (RS §3): what was said, and for the rest what a phone on a bench has.

use super::RuleKind;
use crate::diagnostic::closest;
use crate::phone::macros::Macros;
use crate::phone::model::FirstFacts;
use crate::phone::{Identity, Mac};
use crate::platform::{Catalogue, MacroScope};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Every macro variable that there is, with a value.
#[derive(Clone, Debug)]
pub struct Variables {
    known: BTreeMap<String, Variable>,
}

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub value: String,
    pub source: Source,
    pub scope: MacroScope,
    /// All it can be; empty: anything.
    pub values: Vec<String>,
}

/// How a value came here; a stronger one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Assumed,
    /// From another value that was said.
    Follows,
    Said,
}

/// A name that no macro variable has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no macro is named `${name}`{}", hint.as_ref().map(|hint| format!("; did you mean `{hint}`?")).unwrap_or_default())]
pub struct UnknownMacro {
    pub name: String,
    pub hint: Option<String>,
}

/// What the library says of one name.
struct Named {
    name: String,
    scope: MacroScope,
    values: Vec<String>,
}

/// Read once: a process may ask for many phones.
static NAMES: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let catalogue = Catalogue::cisco_mpp();
    let mut names = Vec::new();
    for name in catalogue.macros() {
        // A family is asked for by one of its members.
        let info = catalogue.macro_info(name).or_else(|| catalogue.macro_info(&format!("{name}1")));
        let Some(info) = info else { continue };
        let numbers = info.numbers.map(|(low, high)| (low..=high).map(|number| number.to_string()).collect());
        for number in numbers.unwrap_or(vec![String::new()]) {
            names.push(Named {
                name: format!("{}{number}", info.name),
                scope: info.scope,
                values: info.values.clone(),
            });
        }
    }
    names
});

impl Variables {
    /// Those of a phone that was just powered up, its registers empty and its lines registered.
    pub fn of(identity: &Identity) -> Variables {
        let facts = FirstFacts::of(identity);
        let variable = |named: &Named| {
            let value = assumed(named, &facts, identity);
            let (scope, values) = (named.scope, named.values.clone());
            (named.name.clone(), Variable { value, source: Source::Assumed, scope, values })
        };
        let known = NAMES.iter().map(variable).collect();
        Variables { known }
    }

    /// Says what a variable stands for. What follows from it follows: `MA` gives `MAU` and `MAC`, `PN` gives `PSN`.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), UnknownMacro> {
        let name = bare(name);
        if !self.known.contains_key(name) {
            let upper = name.to_ascii_uppercase();
            let near = || closest(&upper, self.known.keys().map(String::as_str)).map(str::to_owned);
            let hint = if self.known.contains_key(&upper) { Some(upper.clone()) } else { near() };
            return Err(UnknownMacro { name: name.to_owned(), hint });
        }
        for (other, derived) in derived(name, value) {
            self.put(other, derived, Source::Follows);
        }
        self.put(name, value.to_owned(), Source::Said);
        Ok(())
    }

    fn put(&mut self, name: &str, value: String, source: Source) {
        if let Some(variable) = self.known.get_mut(name).filter(|variable| variable.source <= source) {
            variable.value = value;
            variable.source = source;
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.known.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// As a text of one kind sees them.
    pub(super) fn seen_by(&self, kind: RuleKind) -> Seen<'_> {
        Seen { variables: self, kind }
    }
}

/// `$MA`, `$(MA)` and `MA` name the same; `GPP_A` is the register that `$A` reads.
fn bare(name: &str) -> &str {
    let name = name.strip_prefix('$').unwrap_or(name);
    let name = name.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(name);
    name.strip_prefix("GPP_").unwrap_or(name)
}

/// What else a value tells.
fn derived(name: &str, value: &str) -> Vec<(&'static str, String)> {
    match (name, value.parse::<Mac>()) {
        ("MA" | "MAU" | "MAC", Ok(mac)) => {
            vec![("MA", mac.plain()), ("MAU", mac.plain_upper()), ("MAC", mac.to_string())]
        }
        ("PN", _) => {
            let series = Catalogue::cisco_mpp().model(value).map(|model| model.series.clone());
            vec![("PSN", series.unwrap_or_else(|| value.strip_prefix("CP-").unwrap_or(value).to_owned()))]
        }
        ("SCHEME", _) => vec![("METH", value.to_owned())],
        _ => Vec::new(),
    }
}

/// What a phone has there that was just powered up, the model's own facts; of what XML services alone know, the serial
/// number.
fn assumed(named: &Named, facts: &FirstFacts, identity: &Identity) -> String {
    match named.scope {
        MacroScope::Service if named.name == "SERIAL_NUMBER" => identity.serial().to_owned(),
        MacroScope::Service => String::new(),
        _ => facts.value(&named.name).map(Cow::into_owned).unwrap_or_default(),
    }
}

/// The variables, each where it has a value: those of scope L in log texts only, those of scope X in XML services only.
/// That `SA` to `SD` are for arguments only is the evaluator's to know.
pub(super) struct Seen<'v> {
    variables: &'v Variables,
    kind: RuleKind,
}

impl Seen<'_> {
    pub fn has(&self, scope: MacroScope) -> bool {
        match scope {
            MacroScope::Rule => true,
            MacroScope::Credential => {
                matches!(self.kind, RuleKind::Profile | RuleKind::Upgrade | RuleKind::Report)
            }
            MacroScope::Log => self.kind == RuleKind::Log,
            MacroScope::Service => self.kind == RuleKind::Service,
        }
    }
}

impl Macros for Seen<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let variable = self.variables.get(name).filter(|variable| self.has(variable.scope))?;
        Some(Cow::Borrowed(&variable.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::bench_load;

    #[test]
    fn the_library_and_the_model_know_the_same_names() {
        let product = "CP-8841-3PCC";
        let identity = Identity::new(Mac::new([0, 0x0e, 8, 0, 0, 1]), product, &bench_load(product)).expect("a phone");
        let facts = FirstFacts::of(&identity);
        for Named { name, scope, values } in NAMES.iter() {
            let value = facts.value(name);
            assert_eq!(value.is_some(), *scope != MacroScope::Service, "${name}");
            let fits = value
                .is_none_or(|value| values.is_empty() || value.is_empty() || values.iter().any(|one| *one == value));
            // Models are many, and this one is among them.
            assert!(fits, "${name} is none of {values:?}");
        }
        for none in ["UID0", "UID17", "UID01", "UID+1", "UID", "SE", "Q", "ma", "SERIAL_NUMBER", "DISPLAYNAME1"] {
            assert!(facts.value(none).is_none(), "${none}");
        }
    }
}
