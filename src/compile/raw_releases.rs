//! Releases in a raw Upgrade_Rule: P0703, an alternative for whoever does not run one load leads to another; and P0711, what the
//! release notes tell of the loads that it installs.

use super::Compiler;
use super::upgrade::advise;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::Expr;
use crate::phone::macros::Macros;
use crate::phone::rule::{self, AcrossForms, Form, Kind, Operator, Version, Written, evaluate};
use crate::platform::LoadName;
use std::borrow::Cow;
use std::cmp::Ordering;

/// An alternative of a raw rule that leads phones of these models to a load.
pub(super) struct Leading<'r> {
    /// As it is written, and where in the rule that begins.
    pub written: &'r str,
    pub start: usize,
    pub load: LoadName,
    pub models: Vec<&'r str>,
    /// Where the load is named.
    pub place: Span,
}

impl Compiler<'_> {
    /// What leads phones to loads that they can run; `expr` is where the rule stands.
    pub(super) fn raw_releases(&mut self, text: &str, all: Vec<Leading<'_>>, expr: &Expr) {
        let mut advice = Vec::new();
        for one in &all {
            for model in &one.models {
                advise(self.releases, model, std::slice::from_ref(&one.load), &mut advice);
            }
            self.advice(std::mem::take(&mut advice), one.place);
            let Some(other) = other_release(one) else { continue };
            // Who runs it may be led on by another alternative.
            let load = one.load.file();
            let led_again = |model: &&str| {
                let series = self.catalogue.model(model).map_or("", |known| known.series.as_str());
                let runs = Runs { product: model, series, version: one.load.version() };
                let again = evaluate(text, Kind::Upgrade, &runs, AcrossForms::ByParts).taken.ok().flatten();
                let again = again.and_then(|taken| taken.target);
                matches!(again, Some(rule::Target::Url(url)) if url.path.rsplit('/').next() == Some(load))
            };
            if !one.models.iter().any(led_again) {
                continue;
            }
            let place = self.place_in(expr, one.start + other.at.start..one.start + other.at.end);
            self.report(
                Diagnostic::new(Code::P0703, one.place, format!("`{load}` is not what phones are asked for"))
                    .because("a phone that runs it is led to it again, and never comes to rest")
                    .label(place, "this holds for it as well")
                    .help(format!("compare with `{}`, or name the load that is compared with", one.load.version()))
                    .note("RS §8, §10"),
            );
        }
    }
}

/// A phone of a model that runs a load, as far as an upgrade rule asks.
struct Runs<'r> {
    product: &'r str,
    series: &'r str,
    version: &'r str,
}

impl Macros for Runs<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        // What else a condition asks for is a number, or a text of any kind.
        Some(match name {
            "SWVER" => self.version.into(),
            "HWVER" => "1.0.0".into(),
            "PN" => self.product.into(),
            "PSN" => self.series.into(),
            _ => "0".into(),
        })
    }
}

/// The comparison of an alternative that asks whether the phone runs another load than the one it leads to.
fn other_release<'r>(one: &Leading<'r>) -> Option<Written<'r>> {
    let own: Version = one.load.version().parse().ok()?;
    let (start, condition) = rule::conditions(one.written).into_iter().next()?;
    let differs = |compared: &Written<'_>| {
        let other = match (compared.left.variable(), compared.right.variable()) {
            (Some("SWVER"), None) => compared.right,
            (None, Some("SWVER")) => compared.left,
            _ => return false,
        };
        let other: Option<Version> = other.text.trim_end_matches(".loads").parse().ok();
        let other = other.filter(|other| matches!(other.form(), Form::Load(_)));
        let order = other.and_then(|other| own.compare(&other, AcrossForms::ByParts).ok());
        compared.operator == Operator::NotEqual && order.is_some_and(|order| order != Some(Ordering::Equal))
    };
    let mut found = rule::written(condition)?.into_iter().find(differs)?;
    found.at = found.at.start + start..found.at.end + start;
    Some(found)
}
