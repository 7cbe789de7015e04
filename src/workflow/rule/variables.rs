//! What the macro variables of one phone stand for (RS §3): what was said, and for the rest what a phone on a bench has.

use super::RuleKind;
use crate::diagnostic::closest;
use crate::phone::macros::Macros;
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
    /// Of a family its stem, `UID`.
    stem: String,
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
                stem: info.name.clone(),
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
        let variable = |named: &Named| {
            let value = assumed(&named.stem, identity);
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

/// What a phone on a bench has there; the registers are empty.
fn assumed(name: &str, identity: &Identity) -> String {
    match name {
        "MA" => identity.mac.plain(),
        "MAU" => identity.mac.plain_upper(),
        "MAC" => identity.mac.to_string(),
        "PN" => identity.product().to_owned(),
        "PSN" => identity.series().to_owned(),
        "SN" | "SERIAL_NUMBER" => identity.serial().to_owned(),
        "SWVER" => identity.firmware().to_owned(),
        "HWVER" => identity.hardware().to_owned(),
        "CCERT" => "Installed".to_owned(),
        "IP" => "192.168.1.100".to_owned(),
        "PRVST" | "PRVTMR" | "UPGTMR" | "REGTMR1" | "REGTMR2" | "ISCUST" => "0".to_owned(),
        "UPGST" | "UPGCOND" => "1".to_owned(),
        "ORIGTYPE" | "AUTHSTATUS" => "none".to_owned(),
        // Of a fetch that a log message tells about.
        "SCHEME" | "METH" => "http".to_owned(),
        "SERV" => "prov.example.com".to_owned(),
        "SERVIP" => "192.168.1.200".to_owned(),
        "PORT" => "80".to_owned(),
        "PATH" => format!("/{}.xml", identity.series()),
        _ => String::new(),
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
