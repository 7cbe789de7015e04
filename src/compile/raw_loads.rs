//! P0702 in a raw Upgrade_Rule: an alternative leads phones of a model to a load that is not for them. What decides is what
//! is known of a phone before it evaluates the rule: its product.

use super::Compiler;
use super::raw_releases::Leading;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::syntax::tree::Expr;
use crate::phone::rule::{self, Alternative, Rule, Target, Written};
use crate::phone::script::Places;
use crate::platform::{LoadName, ModelInfo, Platform};
use std::collections::BTreeSet;

/// What is known of a condition before a phone evaluates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Holds,
    Fails,
    /// It depends on what all models have alike, such as a version.
    Open,
    /// It asks for something that may stand for the model: a register, the name of what runs.
    Telling,
}

impl Compiler<'_> {
    pub(super) fn raw_loads(&mut self, rule: &Rule, places: &Places, text: &str, expr: &Expr, models: &BTreeSet<u16>) {
        let names = models.iter().filter_map(|model| self.plan.models.get(usize::from(*model)));
        let mut reaching: Vec<&ModelInfo> = names.filter_map(|model| self.catalogue.model(&model.name)).collect();
        let platform = Platform { catalogue: self.catalogue, releases: self.releases };
        let mut findings = Vec::new();
        let mut leading = Vec::new();
        for alternative in &rule.alternatives {
            let stands = places.written(&alternative.at.0);
            let written = text.get(stands.clone()).unwrap_or_default();
            let known = |model: &ModelInfo| condition(written, alternative, model);
            let taking: Vec<(&ModelInfo, Known)> = reaching
                .iter()
                .map(|model| (*model, known(model)))
                .filter(|(_, known)| *known != Known::Fails)
                .collect();
            // Where it surely holds, what stands behind it is never reached.
            reaching.retain(|model| known(model) != Known::Holds);
            // A name that a macro makes is known on the phone only.
            let Some((load, at)) =
                load_of(alternative).and_then(|load| Some((load.clone(), written.rfind(load.file())?)))
            else {
                continue;
            };
            let (fit, unfit): (Vec<_>, Vec<_>) =
                taking.iter().partition(|(model, _)| platform.runs(&model.name, &load));
            let start = stands.start + at;
            let place = self.place_in(expr, start..start + load.file().len());
            if !fit.is_empty() {
                let models = fit.iter().map(|(model, _)| model.name.as_str()).collect();
                leading.push(Leading { written, start: stands.start, load: load.clone(), models, place });
            }
            let telling = taking.iter().any(|(_, known)| *known == Known::Telling);
            let Some(((first, _), more)) = unfit.split_first() else { continue };
            if telling && !fit.is_empty() {
                continue;
            }
            let others = match more.len() {
                0 => String::new(),
                1 => " and one other model".into(),
                more => format!(" and {more} other models"),
            };
            let finding = Diagnostic::new(Code::P0702, place, format!("a {}{others} cannot run `{load}`", first.name))
                .because(format!("its loads are named {}, and a phone refuses another family's", first.load))
                .note("PB §20");
            findings.push(match fit.first() {
                Some((other, _)) => {
                    finding.help(format!("lead each product to its own: `(\"$PN\" eq \"{}\")? …/{load}`", other.name))
                }
                None => finding.help(format!("name a load of {}", first.load)),
            });
        }
        self.findings.extend(findings);
        self.raw_releases(text, leading, expr);
    }
}

/// The load that an alternative leads to.
fn load_of(alternative: &Alternative) -> Option<LoadName> {
    match &alternative.target {
        Some(Target::Url(url)) => url.path.rsplit('/').next()?.parse().ok(),
        _ => None,
    }
}

fn condition(written: &str, alternative: &Alternative, model: &ModelInfo) -> Known {
    if alternative.condition.is_none() {
        return Known::Holds;
    }
    let Some((_, condition)) = rule::conditions(written).first().copied() else { return Known::Telling };
    let all = rule::written(condition).unwrap_or_default();
    let all = all.iter().map(|one| comparison(condition, one, model)).collect::<Vec<_>>();
    let any = |known: Known| all.contains(&known);
    match () {
        () if any(Known::Fails) => Known::Fails,
        () if any(Known::Telling) || all.is_empty() => Known::Telling,
        () if any(Known::Open) => Known::Open,
        () => Known::Holds,
    }
}

fn comparison(condition: &str, one: &Written<'_>, model: &ModelInfo) -> Known {
    let product = |name: &str| match name {
        "PN" => Some(model.name.clone()),
        "PSN" => Some(model.series.clone()),
        _ => None,
    };
    match condition.get(one.at.clone()).and_then(|text| rule::weighed(text, &product)) {
        Some(true) => return Known::Holds,
        Some(false) => return Known::Fails,
        None => {}
    }
    let subject = match (one.left.variable(), one.right.variable()) {
        (Some(subject), None) | (None, Some(subject)) => subject,
        _ => return Known::Telling,
    };
    match subject {
        "SWVER" | "HWVER" if one.left.quoted || one.right.quoted => Known::Telling,
        // Compared without the model part (RS §10).
        "SWVER" | "HWVER" | "PRVST" | "PRVTMR" | "UPGST" | "UPGTMR" | "UPGCOND" | "REGTMR1" | "REGTMR2" | "CCERT"
        | "ISCUST" | "AUTHSTATUS" | "ORIGTYPE" => Known::Open,
        _ => Known::Telling,
    }
}
