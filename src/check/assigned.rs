//! What rules assign beside what they fetch (RS §11). Phones have it as if a file had set it, so whatever a finding says of files
//! it says of both together: each way through the rules is looked at as one more form of what phones have.

use super::about::arms;
use super::{About, Whole, clause};
use crate::diagnostic::SourceMap;
use crate::phone::rule::Kind;
use crate::plan::{Macro, Model, Origin, Setting, SettingValue, Shape, Template};

/// The rules whose assignments are looked at, in the order of a resync (PB §8.2).
const RULES: [(&str, Kind); 5] = [
    ("Profile_Rule", Kind::Profile),
    ("Profile_Rule_B", Kind::Profile),
    ("Profile_Rule_C", Kind::Profile),
    ("Profile_Rule_D", Kind::Profile),
    ("Upgrade_Rule", Kind::Upgrade),
];
/// Ways through the rules of one form that are looked at.
const COURSES: usize = 64;

/// One assignment of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assigned {
    pub rule: &'static str,
    pub element: String,
    /// As it is written: macros are the phone's to expand.
    pub value: String,
    pub origin: Origin,
    /// Whether it is made on every resync.
    pub always: bool,
    /// What is asked before it.
    pub condition: String,
}

impl Assigned {
    /// The value, where the phone puts nothing into it.
    pub fn constant(&self) -> Option<&str> {
        (!self.value.contains('$')).then_some(self.value.as_str())
    }

    pub fn by_profile_rule(&self) -> bool {
        self.rule.starts_with("Profile_Rule")
    }
}

/// One way through the rules: everything that is assigned on it.
pub(super) type Course = Vec<Assigned>;

/// One alternative of one rule, or none of them.
struct Choice {
    /// The condition that holds on this way, and those that do not.
    holds: Option<String>,
    fails: Vec<String>,
    assigns: Course,
}

/// The ways on which something is assigned to the phones that have this.
pub(super) fn courses(about: &About<'_>, whole: &Whole) -> Vec<Course> {
    let models = &about.served.plan().models;
    let mut kinds: Vec<u16> = about.fleet.phones.models.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds: Vec<&Model> = kinds.iter().filter_map(|kind| models.get(usize::from(*kind))).collect();
    let mut ways: Vec<Vec<Choice>> = Vec::new();
    for (rule, kind) in RULES {
        let Some(setting) = whole.shape.settings.iter().find(|setting| setting.element == rule) else { continue };
        let SettingValue::Set(text) = &setting.value else { continue };
        let mut expanded = String::new();
        about.fleet.phones.expand(text, whole.row, models, &mut expanded);
        let choices = choices(rule, kind, &expanded, &kinds, setting.origin, about.sources);
        if choices.iter().any(|choice| !choice.assigns.is_empty()) {
            ways.push(choices);
        }
    }
    let mut found: Vec<Vec<&Choice>> = vec![Vec::new()];
    for choices in &ways {
        let longer = found.iter().flat_map(|way| {
            let fitting = choices.iter().filter(|choice| !way.iter().any(|other| excludes(other, choice)));
            fitting.map(|choice| way.iter().copied().chain([choice]).collect::<Vec<_>>())
        });
        found = longer.take(COURSES).collect();
    }
    let assigned = found.into_iter().map(|way| way.into_iter().flat_map(|choice| choice.assigns.clone()).collect());
    assigned.filter(|course: &Course| !course.is_empty()).collect()
}

/// Whether two choices are never made in one resync: the same condition holds for the one and not for the other.
fn excludes(one: &Choice, other: &Choice) -> bool {
    let against = |one: &Choice, other: &Choice| one.holds.as_ref().is_some_and(|holds| other.fails.contains(holds));
    against(one, other) || against(other, one)
}

fn choices(
    rule: &'static str,
    kind: Kind,
    text: &str,
    kinds: &[&Model],
    origin: Origin,
    sources: &SourceMap,
) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut fails: Vec<String> = Vec::new();
    for arm in arms(text, kind) {
        // What holds for one model may fail for another.
        let holds = |model: &&Model| arm.foretold(&|name: &str| product(model, name));
        let verdicts: Vec<Option<bool>> = kinds.iter().map(holds).collect();
        if !verdicts.is_empty() && verdicts.iter().all(|verdict| *verdict == Some(false)) {
            continue;
        }
        let holds_for_all = !verdicts.is_empty() && verdicts.iter().all(|verdict| *verdict == Some(true));
        let always = arm.condition.is_none() || holds_for_all;
        let condition = arm.condition.map(str::to_owned);
        let assigns = arm.assigns.iter().map(|(element, value)| Assigned {
            rule,
            element: element.clone(),
            value: (*value).to_owned(),
            origin: clause::assignment(element, origin, sources),
            always: always && fails.is_empty(),
            condition: condition.clone().unwrap_or_default(),
        });
        choices.push(Choice {
            holds: condition.clone().filter(|_| !always),
            fails: fails.clone(),
            assigns: assigns.collect(),
        });
        if always {
            return choices;
        }
        fails.extend(condition);
    }
    choices.push(Choice { holds: None, fails, assigns: Vec::new() });
    choices
}

fn product(model: &Model, name: &str) -> Option<String> {
    match Macro::from_name(name)? {
        Macro::Pn => Some(model.name.clone()),
        Macro::Psn => Some(model.series.clone()),
        _ => None,
    }
}

/// What phones have on one way: an assignment goes before what a file says.
pub(super) fn with(shape: &Shape, course: &Course) -> Shape {
    let mut shape = shape.clone();
    for one in course {
        let setting = Setting {
            element: one.element.clone(),
            value: SettingValue::Set(Template::text(one.value.clone())),
            user: None,
            overrides: false,
            origin: one.origin,
            beats: Vec::new(),
        };
        match shape.settings.iter_mut().find(|known| known.element == one.element) {
            Some(known) => *known = setting,
            None => shape.settings.push(setting),
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rules: &[(&'static str, &str)]) -> Vec<String> {
        let settings: Vec<(&str, &str)> = rules.to_vec();
        let whole = Whole { shape: super::super::tests::shape(&settings), phones: 1, row: 0 };
        let courses = super::super::tests::about(1, |about| courses(about, &whole));
        let text = |course: Course| {
            let all: Vec<String> = course.iter().map(|one| format!("{}={}", one.element, one.value)).collect();
            all.join(" ")
        };
        courses.into_iter().map(text).collect()
    }

    #[test]
    fn every_way_through_the_rules_is_one() {
        let one = "(\"$B\" eq \"x\")? (a = \"1\";)! http://h/a | (GPP_A = \"$MA\"; GPP_C = \"2\";)!";
        assert_eq!(told(&[("Profile_Rule_B", one)]), ["GPP_A=1", "GPP_A=$MA GPP_C=2"]);
        // A condition is one thing in both.
        let other = "(\"$B\" eq \"x\")? (GPP_D = \"3\";)!";
        let both = [("Profile_Rule_B", one), ("Profile_Rule_C", other)];
        assert_eq!(told(&both), ["GPP_A=1 GPP_D=3", "GPP_A=$MA GPP_C=2"]);
        let unlike = [("Profile_Rule_B", one), ("Profile_Rule_C", "($PRVST eq 2)? (GPP_D = \"3\";)!")];
        assert_eq!(told(&unlike).len(), 4);
        assert_eq!(told(&[("Profile_Rule_B", "http://h/a"), ("Profile_Rule_C", "(")]), [""; 0]);
        assert_eq!(told(&[]), [""; 0]);
    }

    #[test]
    fn so_many_ways_are_bounded() {
        let many: Vec<String> = (0..40).map(|n| format!("($PRVTMR eq {n})? (a = \"{n}\";)!")).collect();
        let text = many.join(" | ");
        let rules = ["Profile_Rule_B", "Profile_Rule_C", "Profile_Rule_D"].map(|rule| (rule, text.as_str()));
        assert!(told(&rules).len() <= COURSES);
    }
}
