//! Conditions to what phones can evaluate: typed comparisons, in alternatives, in the phone's own language. `only when`, the
//! alternatives of rules and upgrades all come this way.

use super::Compiler;
use super::clash::{Clash, clash};
use super::comparison::{Compared, Side, spelled};
use super::upgrade::by_model;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Comparison, Condition, Conjunction, Deny, MOST_ALTERNATIVES};
use crate::phone::Mac;
use crate::phone::rule::Operator;
use crate::plan::{Model, Template};
use crate::platform::{MacroKind, compares_whole};
use std::collections::{BTreeSet, HashSet};

/// A condition as phones can be given it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alternatives {
    /// It holds when one of them does. None: never; one without comparisons: always.
    pub all: Vec<Conjunction<Compared>>,
    /// Whether an `or` stood inside of an `and`.
    pub nested: bool,
}

impl Compiler<'_> {
    /// A condition in alternatives, or nothing when it has an error. That it always or never holds is told (P0513).
    pub(super) fn alternatives(&mut self, condition: &At<Condition<Comparison>>) -> Option<Alternatives> {
        let span = condition.span;
        // Every comparison is typed, so that each has its findings.
        let mut sound = true;
        let typed = condition.value.clone().try_map(&mut |leaf| {
            let compared = self.compared(leaf);
            sound &= compared.is_some();
            // A stand-in, so that reading goes on; what it stands in is not used.
            Ok::<_, ()>(compared)
        });
        let typed = typed.ok().filter(|_| sound)?;
        let typed = typed.try_map(&mut |leaf: Option<Compared>| leaf.ok_or(())).ok()?;
        let denied = Condition::Not(Box::new(typed.clone()));
        let normal = typed.normal();
        let Ok(all) = normal.alternatives() else {
            let finding = Diagnostic::new(Code::P0106, span, "this condition has too many alternatives");
            self.report(
                finding.because(format!("written out without parentheses it has more than {MOST_ALTERNATIVES}")),
            );
            return None;
        };
        self.always_or_never(&all, denied, span);
        Some(Alternatives { all, nested: normal.is_nested() })
    }

    /// A conjunction in the phone's language, without parentheses; nothing when a release in it has no load. `release`
    /// writes the comparison of the phone's version with a declared release.
    pub(super) fn phone_text(
        &self,
        Conjunction(comparisons): &Conjunction<Compared>,
        release: &impl Fn(usize, Operator) -> Option<String>,
    ) -> Option<String> {
        if comparisons.is_empty() {
            return Some(String::new());
        }
        let texts: Option<Vec<String>> = comparisons.iter().map(|one| one.text(release)).collect();
        Some(texts?.join(" and "))
    }

    /// As [`Compiler::phone_text`], for all models of a fleet: which load a release is differs between them.
    pub(super) fn phone_condition(
        &mut self,
        one: &Conjunction<Compared>,
        models: &BTreeSet<u16>,
        span: Span,
    ) -> Option<Template> {
        let mut texts = Vec::new();
        for position in models {
            let model = self.plan.models.get(usize::from(*position))?.name.clone();
            match self.phone_text(one, &|release, operator| self.compared_with(release, operator, &model)) {
                Some(text) => texts.push((*position, text)),
                None => {
                    self.no_load_to_compare(&model, span);
                    return None;
                }
            }
        }
        let of_release = one.0.iter().any(|leaf| matches!(leaf.operand, Side::Firmware(_)));
        if of_release && texts.iter().any(|(_, text)| compares_whole(text)) {
            self.across_the_change(span);
        }
        Some(by_model(texts))
    }

    /// A release that is no load for some model of the fleet: a fault of the release has its finding.
    pub(super) fn no_load_to_compare(&mut self, model: &str, span: Span) {
        if self.loads.iter().any(|loads| loads.faulty) {
            return;
        }
        let finding = Diagnostic::new(Code::P0701, span, format!("a release here has no load for the {model}"));
        let finding = finding.because("phones of this model have nothing to compare their version with");
        self.report(finding.help(format!("add `load \"FILE.loads\" for \"{model}\"` to the release")));
    }

    /// P0513: comparisons that never or always hold, alone or with others.
    /// Returns the places of those that always hold.
    pub(super) fn never_together(&mut self, all: &[Conjunction<Compared>]) -> Vec<Span> {
        let catalogue = self.catalogue;
        let mut always = Vec::new();
        let find = |comparisons: &[Compared]| clash(comparisons, &|name: &str| catalogue.macro_info(name));
        let mut told: Vec<Span> = Vec::new();
        for one in all.iter().flat_map(|one| &one.0) {
            let mut tell = |verdict: &str, clash: Option<Clash>| {
                if let (Some(clash), false) = (clash, told.contains(&one.span)) {
                    told.push(one.span);
                    let text = self.checked.sources.slice(one.span);
                    let help = match verdict {
                        "always holds" => "remove it, or compare with what may fail".to_owned(),
                        _ => format!("compare with what `${}` may be, or remove the alternative", one.subject),
                    };
                    let finding = Diagnostic::new(Code::P0513, one.span, format!("`{text}` {verdict}")).help(help);
                    self.findings.push(match clash {
                        Clash::Alone(why) | Clash::Among(_, why) => finding.because(why),
                        Clash::Between(_) => finding,
                    });
                }
            };
            tell("never holds", find(std::slice::from_ref(one)));
            let denied = find(&[one.clone().deny()]);
            always.extend(denied.is_some().then_some(one.span));
            tell("always holds", denied);
        }
        // `$PN in ["…", "…"]` is one place with several comparisons.
        let there = |one: &&Compared| self.no_such_phone(one).is_none();
        let there: HashSet<Span> = all.iter().flat_map(|one| &one.0).filter(there).map(|one| one.span).collect();
        for one in all.iter().flat_map(|one| &one.0).filter(|one| !there.contains(&one.span)) {
            // Of a value that is spelled otherwise it is told where it stands.
            let within = |known: &Diagnostic| {
                let place = known.span();
                known.code == Code::P0513
                    && one.span.start <= place.start
                    && place.end <= one.span.end
                    && one.span.file == place.file
            };
            let known = told.contains(&one.span) || self.findings.iter().any(within);
            if let Some(why) = self.no_such_phone(one).filter(|_| !known) {
                told.push(one.span);
                let text = self.checked.sources.slice(one.span);
                let finding = Diagnostic::new(Code::P0513, one.span, format!("`{text}` never holds"));
                let help = format!("ask for a `${}` that some phone here has, or remove the alternative", one.subject);
                self.report(finding.because(why).help(help));
            }
        }
        for Conjunction(comparisons) in all.iter().filter(|_| told.is_empty()) {
            match find(comparisons) {
                Some(Clash::Between((first, last))) => {
                    if let (Some(one), Some(other)) = (comparisons.get(first), comparisons.get(last)) {
                        let finding = Diagnostic::new(Code::P0513, other.span, "these two never hold together")
                            .because("if this holds")
                            .label(one.span, "this does not")
                            .help("remove one of the two, or ask for each by itself: `or`, or another alternative");
                        self.report(finding);
                    }
                }
                Some(Clash::Among(last, why)) => {
                    if let Some(last) = comparisons.get(last) {
                        let message = format!("nothing is left of `${}` that this could hold for", last.subject);
                        let finding = Diagnostic::new(Code::P0513, last.span, message);
                        let finding = finding.because(format!("beside the comparisons before it: {why}"));
                        self.report(finding.help("remove it, or one of those before it"));
                    }
                }
                Some(Clash::Alone(_)) | None => {}
            }
        }
        always
    }

    /// Why a comparison with a product holds for no phone that it is for: there is none of that model.
    fn no_such_phone(&self, one: &Compared) -> Option<String> {
        let Side::Text(wanted) = &one.operand else { return None };
        if one.kind == MacroKind::Mac {
            return self.no_such_address(one, wanted);
        }
        let name = |model: &Model| match one.subject.as_str() {
            "PN" => Some(model.name.clone()),
            "PSN" => Some(model.series.clone()),
            _ => None,
        };
        let models = self.products.iter().filter_map(|model| self.plan.models.get(usize::from(*model)));
        let here: Vec<String> = models.filter_map(name).collect();
        let known = self.catalogue.models().iter().any(|model| match one.subject.as_str() {
            "PN" => model.name == *wanted,
            _ => model.series == *wanted,
        });
        let none = one.operator == Operator::Equal && !here.is_empty() && !here.contains(wanted);
        (none && known).then(|| format!("no phone here is one; they are {}", here.join(", ")))
    }

    /// The same of an address: one in another spelling is none.
    fn no_such_address(&self, one: &Compared, wanted: &str) -> Option<String> {
        let mac: Mac = wanted.parse().ok().filter(|_| one.operator == Operator::Equal)?;
        let spelled = spelled(&one.subject, mac);
        if spelled != wanted {
            return Some(format!("`${}` is spelled `{spelled}`", one.subject));
        }
        let here = self.addresses.get_or_init(|| self.macs.iter().copied().collect());
        (!here.is_empty() && !here.contains(&mac)).then(|| "no phone here has that address".to_owned())
    }

    fn always_or_never(&mut self, all: &[Conjunction<Compared>], denied: Condition<Compared>, span: Span) {
        let before = self.findings.len();
        self.never_together(all);
        if self.findings.len() > before {
            return;
        }
        let catalogue = self.catalogue;
        let find = |comparisons: &[Compared]| clash(comparisons, &|name: &str| catalogue.macro_info(name));
        let finding = |verdict: &str| Diagnostic::new(Code::P0513, span, format!("this condition {verdict} holds"));
        if all.is_empty() {
            let never = finding("never").because("nothing on the phone makes it true");
            self.report(never.help("ask for something that comes true, or remove it"));
        } else if let Ok(denied) = denied.normal().alternatives()
            && denied.iter().all(|Conjunction(comparisons)| find(comparisons).is_some())
        {
            let always = finding("always").because("whatever the phone's variables are");
            self.report(always.help("ask for something that may fail, or remove it"));
        }
    }
}

impl Alternatives {
    /// Whether it holds whatever the phone is.
    pub fn is_always(&self) -> bool {
        self.all.iter().any(|one| one.0.is_empty())
    }
}
