//! Phone models and discovery, as the module declares them.

use crate::language::syntax::literal::Literal;
use crate::language::syntax::tree::{Argument, Block, Expr, ExprKind, Head, ItemKind, StatementKind};

/// What a model is and can do. Absent: the reference does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelInfo {
    /// `CP-8841-3PCC`, `$PN`.
    pub name: String,
    /// `8841-3PCC`, `$PSN`.
    pub series: String,
    /// `8800`.
    pub family: String,
    /// Prefix of its firmware loads: `sip88xx`.
    pub load: String,
    /// Lines at most, on the firmware that has most.
    pub lines: Option<u32>,
    pub line_keys: Option<u32>,
    /// Everything declared, in order, for `prov explain`.
    pub facts: Vec<(String, String)>,
}

impl ModelInfo {
    pub(super) fn new(item: &ItemKind) -> Option<ModelInfo> {
        let ItemKind::Block { word, heads, body } = item else { return None };
        let Some(Head::Text(name)) = heads.first().filter(|_| word.text == "model") else { return None };
        let mut model = ModelInfo { name: name.as_text()?, ..ModelInfo::default() };
        for (key, value) in pairs(body) {
            let text = show(value);
            match key.as_str() {
                "series" => model.series = text.clone(),
                "family" => model.family = text.clone(),
                "load" => model.load = text.clone(),
                "lines_max" => model.lines = text.parse().ok(),
                "line_keys" => model.line_keys = text.parse().ok(),
                _ => {}
            }
            model.facts.push((key, text));
        }
        Some(model)
    }
}

/// How a factory-fresh phone looks for its first profile (PB §2.1, §5, §7).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// DHCP options in the order of use.
    pub dhcp_options: Vec<u8>,
    /// Paths it may ask for: the default rule, the tail, then the spellings on which texts disagree.
    pub paths: Vec<String>,
}

impl Discovery {
    pub(super) fn new(item: &ItemKind) -> Discovery {
        let ItemKind::Block { body, .. } = item else { return Discovery::default() };
        let mut discovery = Discovery::default();
        for statement in &body.statements {
            let StatementKind::Setting { word, groups } = &statement.kind else { continue };
            let values = groups.iter().flatten().filter_map(|argument| match argument {
                Argument::Expr(expr) => Some(show(expr)),
                Argument::Block(_) => None,
            });
            match word.text.as_str() {
                "dhcp_options" => discovery.dhcp_options.extend(values.filter_map(|text| text.parse::<u8>().ok())),
                "profile" | "tail" | "also" => discovery.paths.extend(values),
                _ => {}
            }
        }
        discovery
    }
}

/// `name value` pairs, several on a line.
pub(super) fn pairs(block: &Block) -> Vec<(String, &Expr)> {
    let mut pairs = Vec::new();
    for statement in &block.statements {
        let StatementKind::Setting { word, groups } = &statement.kind else { continue };
        let mut key = Some(word.text.clone());
        for argument in groups.iter().flatten() {
            let Argument::Expr(expr) = argument else { continue };
            match key.take() {
                Some(name) => pairs.push((name, expr)),
                None => key = expr.as_name().map(str::to_owned),
            }
        }
    }
    pairs
}

fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(Literal::Int(number)) => number.to_string(),
        ExprKind::Literal(Literal::Decimal(text)) => text.clone(),
        ExprKind::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        _ => expr.as_text().unwrap_or_default(),
    }
}
