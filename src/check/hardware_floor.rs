//! P0712: a target below what some revision of a model's hardware needs, as release notes have it. Phones are told apart by
//! model here, not by revision, so that this is for somebody to look up.

use super::{About, place};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::platform::Platform;

pub(super) fn check(about: &About<'_>) -> Vec<Diagnostic> {
    let Some(target) = about.fleet.upgrade.as_ref().and_then(|upgrade| upgrade.target.as_ref()) else {
        return Vec::new();
    };
    let origin = super::origin(about.fleet, "Upgrade_Rule").unwrap_or_default();
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut seen: Vec<u16> = Vec::new();
    for (row, model) in about.fleet.phones.models.iter().enumerate() {
        if seen.contains(model) {
            continue;
        }
        seen.push(*model);
        let Some(product) = about.served.plan().models.get(usize::from(*model)).map(|model| model.name.as_str()) else {
            continue;
        };
        let Some(phone) = about.phone(row) else { continue };
        let load = about.served.expand(phone, target);
        for floor in floors(product, &load) {
            let message = format!("{load} is below what some {product} need");
            let mut finding = Diagnostic::new(Code::P0712, place(origin, about.sources), message)
                .because(format!("release notes: {floor}"));
            // Whether the fleet has such hardware is not known.
            finding.severity = Severity::Note;
            findings.push(
                finding.help("make sure that none of these is in the fleet, or lead it to a release that all take"),
            );
        }
    }
    findings
}

/// What release notes say of a model's hardware, of a load that phones would be led to.
fn floors(product: &str, load: &str) -> Vec<String> {
    let text =
        Platform::cisco().releases.like(product, load).and_then(|load| load.downgrade.as_deref()).unwrap_or_default();
    // `CP-8841-3PCC` is 8841 in notes.
    let digits: String = product.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let hardware = |clause: &&str| ["hardware", "VID"].iter().any(|word| clause.contains(word));
    text.split(';')
        .map(str::trim)
        .filter(hardware)
        .filter(|clause| !digits.is_empty() && clause.contains(&digits))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_speak_of_some_models_and_of_some_loads() {
        for (product, load, told) in [
            ("CP-8841-3PCC", "sip88xx.11-0-0MPP-7", true),
            // Another build of 11.0(1).
            ("CP-8841-3PCC", "sip88xx.11-0-1MPP-999", true),
            ("CP-7841-3PCC", "sip78xx.11-0-1MPP-477", true),
            ("CP-7811-3PCC", "sip78xx.11-0-1MPP-477", false),
            ("CP-8845-3PCC", "sip8845_65.11-1-1MPP-897", false),
            ("CP-8841-3PCC", "sip88xx.11-3-7MPP0001-291", false),
            ("CP-8841-3PCC", "nonsense", false),
            ("", "", false),
        ] {
            assert_eq!(!floors(product, load).is_empty(), told, "{product} {load}: {:?}", floors(product, load));
        }
    }
}
