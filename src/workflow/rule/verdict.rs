//! What a text comes to, in the words that other tools read.

use super::places::Places;
use super::{Question, RuleKind};
use crate::phone::model::Names;
use crate::phone::rule::{
    AcrossForms, Evaluation, Options, ReportEvaluation, RuleError, Taken, Target, TriggerEvaluation, Url,
    UrlEvaluation, evaluate, evaluate_report, evaluate_trigger, evaluate_url, expand_log,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a phone does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Verdict {
    /// The text after its macros; `$SA` to `$SD` stand in it as written.
    pub expanded: String,
    /// Counted from 1; null: none applies. Of a report rule: which destination.
    pub alternative: Option<usize>,
    /// True: the condition of the alternative taken; null: it has none. False: no alternative applies. Of a trigger: its
    /// verdict, null if it is empty.
    pub condition: Option<bool>,
    /// Element and value; of two with one name the last.
    pub assignments: BTreeMap<String, String>,
    pub options: Options,
    pub scheme: Option<String>,
    /// Null: nothing is fetched, or the server is one that DHCP names.
    pub host: Option<String>,
    pub port: Option<u16>,
    pub path: Option<String>,
    /// With the server that DHCP names, where that is known.
    pub url: Option<String>,
    /// Where DHCP names the server: all URLs that a phone asks for, one after the other until there is a profile, if the
    /// rule is Profile_Rule (PB §5).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tries: Vec<String>,
    /// Why nothing is fetched from the URL all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<String>,
    /// Why the phone cannot do what the text says.
    pub error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_at: Option<ErrorPlace>,
    #[serde(skip)]
    pub(super) target: Option<Target>,
}

/// Where an error is, in octets from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ErrorPlace {
    pub expanded: usize,
    /// In the rule as written: a place in a macro's value is the macro's.
    pub written: usize,
}

/// An evaluation, and the verdicts in it: more than one for a report rule of two destinations.
pub(super) struct Judged {
    pub verdicts: Vec<Verdict>,
    pub evaluation: Evaluated,
}

pub(super) enum Evaluated {
    Rule(Evaluation),
    Trigger(TriggerEvaluation),
    Other,
}

impl Question<'_> {
    /// Evaluates the text under one reading of C-20.
    pub(super) fn judge(&self, across: AcrossForms, places: &Places) -> Judged {
        let seen = self.variables.seen_by(self.kind);
        if let Some(kind) = self.kind.alternatives() {
            let evaluation = evaluate(self.text, kind, &seen, across);
            let mut verdict = Verdict { expanded: evaluation.expanded.clone(), ..Verdict::default() };
            match &evaluation.taken {
                Ok(Some(taken)) => self.take(&mut verdict, taken),
                Ok(None) => verdict.condition = Some(false),
                Err(error) => verdict.fail(error, places),
            }
            return Judged { verdicts: vec![verdict], evaluation: Evaluated::Rule(evaluation) };
        }
        match self.kind {
            RuleKind::Trigger => {
                let evaluation = evaluate_trigger(self.text, &seen, across);
                let mut verdict = Verdict { expanded: evaluation.expanded.clone(), ..Verdict::default() };
                match &evaluation.verdict {
                    Ok(condition) => verdict.condition = *condition,
                    Err(error) => verdict.fail(error, places),
                }
                Judged { verdicts: vec![verdict], evaluation: Evaluated::Trigger(evaluation) }
            }
            RuleKind::Report => {
                let ReportEvaluation { expanded, destinations } = evaluate_report(self.text, &seen);
                let blank = Verdict { expanded, ..Verdict::default() };
                let mut verdicts = Vec::new();
                match destinations {
                    Err(error) => {
                        let mut verdict = blank;
                        verdict.fail(&error, places);
                        verdicts.push(verdict);
                    }
                    Ok(all) if all.is_empty() => verdicts.push(Verdict { condition: Some(false), ..blank }),
                    Ok(all) => {
                        for ((options, target), number) in all.into_iter().zip(1..) {
                            let mut verdict = Verdict { alternative: Some(number), options, ..blank.clone() };
                            self.aim(&mut verdict, &target);
                            verdicts.push(verdict);
                        }
                    }
                }
                Judged { verdicts, evaluation: Evaluated::Other }
            }
            RuleKind::Transition | RuleKind::Service => {
                let UrlEvaluation { expanded, url } = evaluate_url(self.text, &seen);
                let mut verdict = Verdict { expanded, ..Verdict::default() };
                match url {
                    Ok(Some(url)) => {
                        verdict.alternative = Some(1);
                        self.aim(&mut verdict, &Target::Url(url));
                    }
                    Ok(None) => verdict.condition = Some(false),
                    Err(error) => verdict.fail(&error, places),
                }
                Judged { verdicts: vec![verdict], evaluation: Evaluated::Other }
            }
            RuleKind::Log | RuleKind::Profile | RuleKind::Upgrade => {
                let verdict = Verdict { expanded: expand_log(self.text, &seen), ..Verdict::default() };
                Judged { verdicts: vec![verdict], evaluation: Evaluated::Other }
            }
        }
    }

    fn take(&self, verdict: &mut Verdict, taken: &Taken) {
        verdict.alternative = Some(taken.alternative);
        verdict.condition = taken.condition;
        verdict.assignments = taken.assignments.iter().cloned().collect();
        verdict.options = taken.options.clone();
        if let Some(target) = &taken.target {
            self.aim(verdict, target);
        }
    }

    /// What is fetched, defaults filled in (RS §7).
    fn aim(&self, verdict: &mut Verdict, target: &Target) {
        verdict.target = Some(target.clone());
        match target {
            Target::ActivationCode => {
                verdict.scheme = Some("gds".to_owned());
                verdict.url = Some(target.to_string());
            }
            Target::Url(url) => {
                // Only profile rules have a server where the URL names none. Where a host asks for the resync, that may be
                // the server instead (C-16); here nobody does.
                let option = self.option66.as_ref().filter(|_| self.kind == RuleKind::Profile && url.host.is_none());
                let served = option.and_then(|option| option.served(&url.path).into_iter().next());
                // Tails are for a Profile_Rule that begins with `/` (PB §5).
                if let Some(option) = option.filter(|_| self.text.trim_start().starts_with('/')) {
                    let value = |name| self.variables.get(name).map_or("", |variable| variable.value.as_str());
                    let names = Names { product: value("PN"), mac: value("MA") };
                    let tries = option.discovered(&url.path, names, self.stances);
                    verdict.tries = tries.iter().map(Url::to_string).collect();
                }
                let whole = match (&served, &url.host) {
                    (Some(served), _) => served.clone(),
                    (None, Some(_)) => Url { scheme: Some(url.scheme()), ..url.clone() },
                    (None, None) => url.clone(),
                };
                verdict.scheme = Some(whole.scheme().name().to_owned());
                verdict.port = Some(whole.port());
                verdict.path = Some(whole.path.clone());
                verdict.host = whole.host.as_ref().map(|host| host.as_str().to_owned());
                verdict.url = Some(whole.to_string());
                verdict.idle = self.idle(&whole);
            }
        }
    }

    /// RS §8: the load that runs already.
    fn idle(&self, url: &Url) -> Option<String> {
        let runs = &self.variables.get("SWVER")?.value;
        let runs = runs.strip_suffix(".loads").unwrap_or(runs);
        let same = self.kind == RuleKind::Upgrade && load_of(url) == runs;
        same.then(|| format!("the phone runs {runs} already, and then nothing happens (RS §8)"))
    }
}

/// The load that a URL names.
pub(super) fn load_of(url: &Url) -> &str {
    let path = url.path.split('?').next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".loads").unwrap_or(file)
}

impl Verdict {
    fn fail(&mut self, error: &RuleError, places: &Places) {
        let written = places.written(&(error.offset..error.offset)).start;
        self.error = Some(error.message.clone());
        self.error_at = Some(ErrorPlace { expanded: error.offset, written });
    }

    /// Whether two readings come to the same.
    pub(super) fn same(&self, other: &Verdict) -> bool {
        let of = |one: &Verdict| (one.alternative, one.condition, one.url.clone(), one.error.is_some());
        of(self) == of(other)
    }

    /// In a few words.
    pub(super) fn in_short(&self, kind: RuleKind) -> String {
        let fetch = self.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
        match (&self.error, kind, self.alternative, self.condition) {
            (Some(error), ..) => format!("it is invalid: {error}"),
            (_, RuleKind::Trigger, _, condition) => format!("it is {}", condition.unwrap_or_default()),
            (_, RuleKind::Log, ..) => self.expanded.clone(),
            (_, _, Some(number), _) if kind.alternatives().is_some() => format!("alternative {number} is taken{fetch}"),
            (_, _, Some(_), _) => self.url.clone().unwrap_or_default(),
            (_, _, None, _) => "no alternative applies".to_owned(),
        }
    }
}
