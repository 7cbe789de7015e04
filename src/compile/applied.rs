//! A profile that a test's phone once applied, held against what phones do with such files: much is passed over without a
//! word (WF §1, PB §9).

use super::values::is_secret;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::Applied;
use crate::phone::profile::{Element, Passed, Value};
use crate::platform::{Catalogue, on_wire};

/// More is counted.
const MOST: usize = 20;

/// P0314, for each thing that the phone passes over.
pub(super) fn passed_over(applied: &Applied, catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut told: Vec<(usize, String, &str, Option<String>)> = applied
        .noted
        .remarks
        .iter()
        .map(|remark| (remark.line, remark.about.to_string(), "a phone says nothing about it", None))
        .collect();
    for (element, line) in applied.noted.profile.elements.iter().zip(&applied.noted.lines) {
        let first = told.len() < MOST;
        if let Some((message, help)) = unfit(element, catalogue, first) {
            told.push((*line, message, "a phone passes over it without a word (PB §9)", help));
        }
    }
    told.sort_by_key(|(line, ..)| *line);
    let (file, span) = (&applied.file.value, applied.file.span);
    let more = told.len().saturating_sub(MOST);
    let mut findings: Vec<Diagnostic> = told
        .into_iter()
        .take(MOST)
        .map(|(line, message, because, help)| {
            let finding = Diagnostic::new(Code::P0314, span, format!("{file}:{line}: {message}")).because(because);
            match help {
                Some(help) => finding.help(help),
                None => finding,
            }
        })
        .collect();
    if more > 0 {
        findings.push(Diagnostic::new(Code::P0314, span, format!("`{file}` holds {more} more of such")));
    }
    findings
}

/// Why a phone does not take an element, or not its value; and, where it is looked for, what was likely meant.
fn unfit(element: &Element, catalogue: &Catalogue, look: bool) -> Option<(String, Option<String>)> {
    let name = &element.name;
    let short = name.get(..name.floor_char_boundary(60)).unwrap_or_default();
    let Some((parameter, _)) = catalogue.of_element(name) else {
        let meant = if look { catalogue.element_meant(short) } else { None };
        let meant = meant.map(|element| format!("did you mean `{element}`?"));
        return Some((Passed::Unknown(short.to_owned()).to_string(), meant));
    };
    // `""` is an empty value (WF §1.4).
    let Value::Set(value) = &element.value else { return None };
    if is_secret(&parameter) || value == "\"\"" {
        return None;
    }
    // Signs beyond ASCII have been told.
    let misfit = on_wire(&parameter, value).err().filter(|misfit| misfit.code != Code::P0306)?;
    Some((format!("`{short}` {}", misfit.message), misfit.help))
}
