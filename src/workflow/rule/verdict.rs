//! What a text comes to, in the words that other tools read.

use super::places::Places;
use super::{Question, RuleKind};
use crate::phone::rule::{
    AcrossForms, Evaluation, Host, Options, ReportEvaluation, RuleError, Taken, Target, TriggerEvaluation, Url,
    UrlEvaluation, evaluate, evaluate_report, evaluate_trigger, evaluate_url, expand_log,
};
use crate::phone::stance::Serverless;
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
                let server = url.host.clone().or_else(|| self.server_of_dhcp());
                verdict.scheme = Some(url.scheme().name().to_owned());
                verdict.port = Some(url.port());
                verdict.path = Some(url.path.clone());
                verdict.host = server.as_ref().map(|host| host.as_str().to_owned());
                let whole = Url { scheme: Some(url.scheme()), host: server.clone(), ..url.clone() };
                verdict.url = Some(if server.is_some() { whole.to_string() } else { url.to_string() });
            }
        }
    }

    /// The server of a URL that names none: only profile rules have it.
    fn server_of_dhcp(&self) -> Option<Host> {
        let read_so = self.kind == RuleKind::Profile && self.stances.serverless == Serverless::Options;
        self.option66.clone().filter(|_| read_so)
    }
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
