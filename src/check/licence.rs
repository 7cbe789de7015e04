//! P0709: a transition rule without its type, which has to be set each time the rule is (PB §25, §33). That a
//! release has neither of the two is P0206's matter.

use super::{About, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Setting, SettingValue, Shape};

const RULE: &str = "Trans_Auth_Rule";

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Option<Diagnostic> {
    let set = |element: &str| shape.settings.iter().find(|setting| setting.element == element);
    let rule = set(RULE).filter(|setting| !is_empty(setting))?;
    let span = place(rule.origin, about.sources);
    if set("Trans_Auth_Type").is_some() {
        return None;
    }
    Some(
        Diagnostic::new(Code::P0709, span, "a transition rule without its type")
            .because("phones take the licence by `Trans_Auth_Type`, which has to be set each time the rule is")
            .help("set it beside the rule: `Trans_Auth_Type = \"Classic\"`")
            .note("PB §25"),
    )
}

fn is_empty(setting: &Setting) -> bool {
    match &setting.value {
        SettingValue::Set(value) => value.constant().is_some_and(str::is_empty),
        SettingValue::Keep => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{about, shape};
    use super::*;

    #[test]
    fn a_rule_needs_its_type() {
        for (elements, told) in [
            (vec![(RULE, "http://h/$MAU.lic")], true),
            (vec![(RULE, "http://h/$MAU.lic"), ("Trans_Auth_Type", "Classic")], false),
            (vec![(RULE, "")], false),
            (vec![("Trans_Auth_Type", "Classic")], false),
            (vec![], false),
        ] {
            assert_eq!(about(1, |about| check(about, &shape(&elements)).is_some()), told, "{elements:?}");
        }
    }
}
