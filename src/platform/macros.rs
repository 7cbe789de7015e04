//! Macro variables as the module declares them (RS §3): where each may stand, and what kind of value it has.

use super::model::pairs;
use crate::language::syntax::literal::Literal;
use crate::language::syntax::tree::{Expr, ExprKind, Head, ItemKind};

/// A macro variable, or a family of them (`UID1`, `UID2` …).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroInfo {
    /// `PRVTMR`; of a family the stem, `UID`.
    pub name: String,
    /// The numbers of a family.
    pub numbers: Option<(u32, u32)>,
    pub scope: MacroScope,
    pub kind: MacroKind,
    /// All it can be; empty: anything of its kind.
    pub values: Vec<String>,
    /// Whether it is the name of a model of the catalogue.
    pub(super) is_product: bool,
    /// Whether it may hold any sign, quotes included.
    pub open: bool,
}

/// Where a macro variable has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacroScope {
    /// Rules, triggers and log messages.
    Rule,
    /// Only once a URL is parsed, so in log messages.
    Log,
    /// Only inside --key, --uid and --pwd.
    Credential,
    /// Only in XML service URLs.
    Service,
}

/// What a condition compares a macro variable with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacroKind {
    /// Quoted: a string.
    Text,
    Int,
    /// An integer that counts seconds.
    Duration,
    /// Unquoted: a version, parsed.
    Version,
    /// A text that spells a hardware address.
    Mac,
    /// A text that spells an address.
    Address,
}

impl MacroScope {
    fn from_name(name: &str) -> Option<MacroScope> {
        Some(match name {
            "rule" => MacroScope::Rule,
            "log" => MacroScope::Log,
            "credential" => MacroScope::Credential,
            "service" => MacroScope::Service,
            _ => return None,
        })
    }

    /// Where it has a value, for messages.
    pub const fn place(self) -> &'static str {
        match self {
            MacroScope::Rule => "in rules, triggers and log messages",
            MacroScope::Log => "in log messages only, once a URL is fetched",
            MacroScope::Credential => "inside `--key`, `--uid` and `--pwd` only",
            MacroScope::Service => "in XML service URLs only",
        }
    }
}

impl MacroKind {
    fn from_name(name: &str) -> Option<MacroKind> {
        Some(match name {
            "text" => MacroKind::Text,
            "int" => MacroKind::Int,
            "duration" => MacroKind::Duration,
            "version" => MacroKind::Version,
            "mac" => MacroKind::Mac,
            "ip" => MacroKind::Address,
            _ => return None,
        })
    }

    /// In the words of the language.
    pub const fn name(self) -> &'static str {
        match self {
            MacroKind::Text => "string",
            MacroKind::Int => "int",
            MacroKind::Duration => "duration",
            MacroKind::Version => "version",
            MacroKind::Mac => "hardware address",
            MacroKind::Address => "address",
        }
    }

    /// Whether the phone compares it as a quoted string, without order (RS §4).
    pub const fn is_quoted(self) -> bool {
        matches!(self, MacroKind::Text | MacroKind::Mac | MacroKind::Address)
    }
}

impl MacroInfo {
    pub(super) fn new(item: &ItemKind) -> Option<MacroInfo> {
        let ItemKind::Block { word, heads, body } = item else { return None };
        let Some(Head::Name(name)) = heads.first().filter(|_| word.text == "macro") else { return None };
        let (stem, numbers) = name.parts.first()?.clone();
        let mut info = MacroInfo {
            name: stem,
            numbers,
            scope: MacroScope::Rule,
            kind: MacroKind::Text,
            values: Vec::new(),
            is_product: false,
            open: false,
        };
        for (key, value) in pairs(body) {
            match key.as_str() {
                "scope" => info.scope = MacroScope::from_name(value.as_name()?)?,
                "kind" => info.kind = MacroKind::from_name(value.as_name()?)?,
                "values_of" => info.is_product = value.as_name()? == "product",
                "values" => info.values = value.as_text()?.split('|').map(str::to_owned).collect(),
                "open" => info.open = is_yes(value),
                _ => {}
            }
        }
        Some(info)
    }

    /// The bounds of an integer, when all its values are known.
    pub fn bounds(&self) -> (i64, i64) {
        let numbers = || self.values.iter().filter_map(|value| value.parse().ok());
        match (self.kind, numbers().min(), numbers().max()) {
            (_, Some(low), Some(high)) => (low, high),
            (MacroKind::Duration, ..) => (0, i64::MAX),
            _ => (i64::MIN, i64::MAX),
        }
    }
}

fn is_yes(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Bool(true) | ExprKind::Literal(Literal::Int(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Catalogue;

    #[test]
    fn every_macro_of_the_module_has_scope_and_kind() {
        let catalogue = Catalogue::cisco_mpp();
        let unread: Vec<&str> = catalogue
            .macros()
            .filter(|name| catalogue.macro_text(name).is_none_or(|(_, text)| !text.contains(" kind ")))
            .collect();
        assert_eq!(unread, ["UPGCOND"], "legacy: always true, and compared with nothing");
        for (name, scope, kind) in [
            ("PRVTMR", MacroScope::Rule, MacroKind::Duration),
            ("SWVER", MacroScope::Rule, MacroKind::Version),
            ("A", MacroScope::Rule, MacroKind::Text),
            ("MAU", MacroScope::Rule, MacroKind::Mac),
            ("ERR", MacroScope::Log, MacroKind::Text),
            ("SB", MacroScope::Credential, MacroKind::Text),
            ("UID3", MacroScope::Rule, MacroKind::Text),
            ("PROXY1", MacroScope::Service, MacroKind::Text),
        ] {
            let info = catalogue.macro_info(name).expect(name);
            assert_eq!((info.scope, info.kind), (scope, kind), "{name}");
        }
        for unknown in ["UID", "UID17", "UID0", "UID01", "STRANGE", "MA_desk", ""] {
            assert_eq!(catalogue.macro_info(unknown), None, "{unknown}");
        }
        let info = |name| catalogue.macro_info(name).expect("a macro");
        assert_eq!((info("PRVST").bounds(), info("PRVTMR").bounds()), ((-1, 2), (0, i64::MAX)));
        assert_eq!(info("CCERT").values, ["Installed", "Not Installed"]);
        assert!(info("MPWD").open && !info("UPGERR").open);
    }
}
