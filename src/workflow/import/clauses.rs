//! Parameters that are clauses of the language: when phones come again. A clause stands where it comes to exactly what all phones
//! of the import have.

use super::columns::literal;
use super::factor::{Entry, Level};
use super::pool::{Pool, Text};
use super::print::Stage;
use std::collections::{HashMap, HashSet};

/// `resync { … }`, and the parameters that it says.
pub fn clauses(
    entries: &[Entry],
    stage: &dyn Fn(&Entry) -> Stage,
    pool: &Pool,
    words: &mut HashMap<String, Vec<Text>>,
) -> (String, HashSet<Text>) {
    let find = |element: &str| {
        let entry = entries.iter().find(|entry| entry.element == element)?;
        let (_, held) = entry.of.first()?;
        let plain = entry.level == Level::Common && entry.parameter.is_some() && stage(entry) == Stage::Clause;
        let text = pool.get(held.value.filter(|_| plain && held.user.is_none())?);
        Some((entry, text, literal(entry, text)))
    };
    let mut lines: Vec<(String, Vec<Text>)> = Vec::new();
    let mut add = |line: String, of: &[&Entry]| lines.push((line, of.iter().map(|entry| entry.name).collect()));
    if let Some((reset, text, _)) = find("Resync_On_Reset") {
        match (text, find("Resync_Random_Delay")) {
            ("Yes", Some((spread, wired, literal))) if !wired.is_empty() => {
                add(format!("on boot spread {literal}"), &[reset, spread])
            }
            ("Yes", _) => add("on boot".into(), &[reset]),
            ("No", _) => add("never on boot".into(), &[reset]),
            _ => {}
        }
    }
    let at = find("Resync_At__HHmm_").filter(|(_, text, _)| !text.is_empty());
    match (&at, find("Resync_Periodic")) {
        (None, Some((entry, text, literal))) if !matches!(text, "" | "0") => add(format!("every {literal}"), &[entry]),
        _ => {}
    }
    if let (Some((entry, _, time)), None) = (&at, entries.iter().find(|entry| entry.element == "Resync_Periodic")) {
        match find("Resync_At_Random_Delay").filter(|(_, text, _)| !text.is_empty()) {
            Some((spread, _, literal)) => add(format!("at {time} spread {literal}"), &[entry, spread]),
            None => add(format!("at {time}"), &[entry]),
        }
    }
    if let Some((entry, _, literal)) =
        find("Resync_Error_Retry_Delay").filter(|(_, text, _)| !matches!(*text, "" | "0"))
    {
        add(format!("retry {literal}"), &[entry]);
    }
    match find("Resync_From_SIP") {
        Some((entry, "Yes", _)) => add("on notify".into(), &[entry]),
        Some((entry, "No", _)) => add("not on notify".into(), &[entry]),
        _ => {}
    }
    if let Some((entry, _, literal)) = find("Forced_Resync_Delay").filter(|(_, text, _)| !matches!(*text, "" | "0")) {
        add(format!("idle for {literal}"), &[entry]);
    }
    if let Some((entry, "Yes", _)) = find("Resync_After_Upgrade_Attempt") {
        add("after upgrade".into(), &[entry]);
    }
    if let Some((entry, "No", _)) = find("Resync_Fails_On_FNF") {
        add("missing file is success".into(), &[entry]);
    }
    if lines.is_empty() {
        return (String::new(), HashSet::new());
    }
    let mut said = HashSet::new();
    let mut text = String::from("\nresync {\n");
    for (line, of) in lines {
        text.push_str(&format!("{line}\n"));
        said.extend(&of);
        words.entry(line).or_default().extend(of);
    }
    (text + "}\n", said)
}
