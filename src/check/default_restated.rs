//! P0308: a value that the phone has by itself. Told on request only: to say a default is no mistake.

use super::place;
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::plan::{Setting, SettingValue, Shape};
use crate::platform::Catalogue;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Vec<Diagnostic> {
    shape.settings.iter().filter_map(|setting| of(setting, sources)).collect()
}

fn of(setting: &Setting, sources: &SourceMap) -> Option<Diagnostic> {
    let SettingValue::Set(value) = &setting.value else { return None };
    let catalogue = Catalogue::cisco_mpp();
    let parameter = catalogue.parameter(&catalogue.family_of_element(&setting.element)?)?;
    // What was only seen in some phone is nobody's promise; and access is more than a value.
    if parameter.basis.is_some() || setting.user.is_some() || setting.overrides {
        return None;
    }
    let default = catalogue.default_of_element(&setting.element)?;
    let span = place(setting.origin, sources);
    if value.constant()? != default || sources.slice(span).starts_with("reset ") {
        return None;
    }
    let written = catalogue.written(&setting.element).unwrap_or_else(|| setting.element.clone());
    let shown = if default.is_empty() { "empty".to_owned() } else { format!("`{default}`") };
    let finding = Diagnostic::new(Code::P0308, span, format!("`{written}` has this value by itself"))
        .because(format!("the phone's default is {shown}"));
    let assigned = sources.slice(span).starts_with(parameter.name.parts.first().map_or("", |(name, _)| name));
    Some(match assigned {
        true => {
            finding.help(format!("remove it, or write `reset {written}` if phones may have another value from before"))
        }
        false => finding.help("remove it"),
    })
}
