//! A parameter of the platform: its type, default and place.

use super::capacity::Ability;
use super::wire::{Misfit, wire};
use crate::language::syntax::literal::Literal;
use crate::language::syntax::tree::{Expr, ExprKind, IndexedName, ParameterDecl, TypeArg, TypeExpr, TypeKind};
use crate::language::{Globals, Scope, Value, evaluate};
use crate::phone::Access;

/// What a parameter holds. Bounds are in what is on the wire.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterType {
    Bool,
    Int(Vec<(i64, i64)>),
    Decimal(Option<(f64, f64)>),
    Duration(Option<(i64, i64)>),
    Schedule,
    /// On the wire `0230`.
    Time,
    /// On the wire `02:30`.
    Clock,
    OneOf(Vec<String>),
    /// Texts of one of the mini-languages or plain strings, by the name of their type (DT).
    Text(TextType),
    Port(i64, i64),
    List(Vec<String>),
}

/// Types whose values are texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextType {
    String,
    Host,
    Ip,
    Url,
    UserId,
    Login,
    PhoneNumber,
    StarCode,
    Tone,
    Frequency,
    Cadence,
    DialPlan,
    /// Profile_Rule*, and URLs with the same macros.
    Rule,
    UpgradeRule,
    ReportRule,
    /// A URL alone, with the macros of rules: the file of a CA, a licence.
    UrlRule,
    Trigger,
    Uns8,
    Secret,
    PhoneTemplate,
    ResponseTemplate,
    OptionList,
    Option6List,
    DomainList,
    Led,
    KeyList,
    Function,
    Version,
    AliasMap,
    Daylight,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: IndexedName,
    /// With `{n}` and `{m}` where indexes stand.
    element: String,
    pub ty: ParameterType,
    /// How many milliseconds one unit on the wire is worth.
    pub unit: u64,
    /// On the wire; absent: unknown.
    pub default: Option<String>,
    /// Set when the declared default does not fit the declared type; a test holds it empty.
    pub default_fault: Option<Misfit>,
    pub user: Option<Access>,
    pub section: String,
    /// Model families; empty: all.
    pub families: Vec<String>,
    /// What a model has to be able to do; without it the phone has no use for the parameter.
    pub needs: Option<Ability>,
    /// The first release that has it.
    pub since: Option<String>,
    /// The first release that has it no more.
    pub until: Option<String>,
    /// Where an undocumented default was seen.
    pub basis: Option<String>,
    pub source: Option<String>,
    pub doc: String,
}

impl Parameter {
    pub(super) fn new(declaration: &ParameterDecl, doc: String) -> Parameter {
        let texts = |word: &str| -> Vec<String> {
            let values = declaration.attributes.iter().find(|(name, _)| name.text == word).map(|(_, values)| values);
            values.into_iter().flatten().filter_map(Expr::as_text).collect()
        };
        let expr = |word: &str| {
            declaration.attributes.iter().find(|(name, _)| name.text == word).and_then(|(_, values)| values.first())
        };
        let unit = match expr("unit").map(|expr| &expr.kind) {
            Some(ExprKind::Literal(Literal::Duration(millis))) => *millis,
            _ => 1000,
        };
        let mut parameter = Parameter {
            element: texts("element").pop().unwrap_or_else(|| derived_element(&declaration.name)),
            name: declaration.name.clone(),
            ty: ParameterType::new(&declaration.ty),
            unit: unit.max(1),
            default: None,
            default_fault: None,
            user: expr("user").and_then(Expr::as_name).and_then(Access::from_name),
            section: texts("section").pop().unwrap_or_default(),
            families: texts("families"),
            needs: expr("needs").and_then(Expr::as_name).and_then(Ability::from_fact),
            since: texts("since").pop(),
            until: texts("until").pop(),
            basis: texts("basis").pop(),
            source: texts("source").pop(),
            doc,
        };
        match parameter.declared_default(&declaration.default) {
            Some(Ok(default)) => parameter.default = Some(default),
            Some(Err(misfit)) => parameter.default_fault = Some(misfit),
            None => {}
        }
        parameter
    }

    fn declared_default(&self, values: &[Expr]) -> Option<Result<String, Misfit>> {
        if values.is_empty() {
            return None;
        }
        // In a default, `{n}` is the parameter's own index; it stays as it is until the index is known.
        let index = [("n".to_owned(), Value::Text("{n}".into())), ("m".to_owned(), Value::Text("{m}".into()))];
        let scope = Scope { globals: &Globals::default(), locals: &index, phone: None };
        let values: Option<Vec<Value>> = values.iter().map(|value| evaluate(value, &scope).ok()).collect();
        let value = match <[Value; 1]>::try_from(values?) {
            Ok([one]) => one,
            Err(many) => Value::List(many),
        };
        match &value {
            Value::Text(text) if text.contains("{n}") => Some(Ok(text.clone())),
            value => Some(wire(self, value)),
        }
    }

    /// The XML element for given indexes.
    pub fn element(&self, indexes: &[u32]) -> String {
        substitute(&self.element, indexes)
    }

    /// The default for given indexes, on the wire.
    pub fn default_at(&self, indexes: &[u32]) -> Option<String> {
        self.default.as_ref().map(|default| substitute(default, indexes))
    }

    /// The ranges of the indexes, in order.
    pub fn ranges(&self) -> Vec<(u32, u32)> {
        self.name.parts.iter().filter_map(|(_, range)| *range).collect()
    }
}

fn substitute(text: &str, indexes: &[u32]) -> String {
    ["{n}", "{m}"]
        .iter()
        .zip(indexes)
        .fold(text.to_owned(), |text, (hole, index)| text.replace(hole, &index.to_string()))
}

/// `_{n}_` for an index at the end, `_{n}` for one inside (WF §1.2).
fn derived_element(name: &IndexedName) -> String {
    let mut holes = ["{n}", "{m}"].into_iter();
    let last = name.parts.len().saturating_sub(1);
    name.parts.iter().enumerate().fold(String::new(), |element, (position, (part, index))| {
        let hole = index.and_then(|_| holes.next());
        let end = if position == last { "_" } else { "" };
        element + part + &hole.map(|hole| format!("_{hole}{end}")).unwrap_or_default()
    })
}

impl ParameterType {
    fn new(ty: &TypeExpr) -> ParameterType {
        let (name, arguments): (&str, &[TypeArg]) = match &ty.kind {
            TypeKind::OneOf(words) => return ParameterType::OneOf(words.clone()),
            TypeKind::Name(name) => (name, &[]),
            TypeKind::Call(name, arguments) => (name, arguments),
            TypeKind::List(_) => ("list", &[]),
            TypeKind::Record(_) => ("record", &[]),
        };
        let ranges: Vec<(&str, &str)> = arguments
            .iter()
            .filter_map(|argument| match argument {
                TypeArg::Range(low, high) => Some((low.as_str(), high.as_str())),
                TypeArg::Text(_) => None,
            })
            .collect();
        let ints: Vec<(i64, i64)> =
            ranges.iter().filter_map(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?))).collect();
        let text = |ty| ParameterType::Text(ty);
        match name {
            "bool" => ParameterType::Bool,
            "int" => ParameterType::Int(ints),
            "decimal" => ParameterType::Decimal(
                ranges.first().and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?))),
            ),
            "duration" => ParameterType::Duration(ints.first().copied()),
            "schedule" => ParameterType::Schedule,
            "time" => ParameterType::Time,
            "clock" => ParameterType::Clock,
            "port" => {
                let (low, high) = ints.first().copied().unwrap_or((0, 65535));
                ParameterType::Port(low, high)
            }
            "list" => ParameterType::List(
                arguments
                    .iter()
                    .filter_map(|argument| match argument {
                        TypeArg::Text(text) => Some(text.clone()),
                        TypeArg::Range(..) => None,
                    })
                    .collect(),
            ),
            "host" => text(TextType::Host),
            "ip" => text(TextType::Ip),
            "url" => text(TextType::Url),
            "user_id" => text(TextType::UserId),
            "login" => text(TextType::Login),
            "phone_number" => text(TextType::PhoneNumber),
            "star_code" => text(TextType::StarCode),
            "tone_script" => text(TextType::Tone),
            "cadence_script" => text(TextType::Cadence),
            "dial_plan" => text(TextType::DialPlan),
            "rule" => text(TextType::Rule),
            "upgrade_rule" => text(TextType::UpgradeRule),
            "report_rule" => text(TextType::ReportRule),
            "url_rule" => text(TextType::UrlRule),
            "frequency_script" => text(TextType::Frequency),
            "phone_template" => text(TextType::PhoneTemplate),
            "response_template" => text(TextType::ResponseTemplate),
            "option_list" => text(TextType::OptionList),
            "option6_list" => text(TextType::Option6List),
            "domain_list" => text(TextType::DomainList),
            "led_pattern" => text(TextType::Led),
            "key_list" => text(TextType::KeyList),
            "function" => text(TextType::Function),
            "version" => text(TextType::Version),
            "daylight_rule" => text(TextType::Daylight),
            "alias_map" => text(TextType::AliasMap),
            "trigger" => text(TextType::Trigger),
            "uns8" => text(TextType::Uns8),
            "secret" => text(TextType::Secret),
            _ => text(TextType::String),
        }
    }
}
