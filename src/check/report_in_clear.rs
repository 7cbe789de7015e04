//! P0403 in reports: a phone that reports its configuration sends what its files told it (PB §16), so a secret that came
//! sealed or over https would leave in clear.

use super::about::readable;
use super::place;
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::phone::Scheme;
use crate::phone::rule::{Target, evaluate_report};
use crate::plan::{Piece, SettingValue, Shape, Template};
use crate::platform::Catalogue;

/// What a phone itself never reports (PB §16).
const NEVER: [&str; 5] = ["GPP_SA", "GPP_SB", "GPP_SC", "GPP_SD", IKM];
const IKM: &str = "IKM_HTTP_Encrypt_Content";

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    let set = |element: &str| {
        shape.settings.iter().find(|setting| setting.element == element).and_then(|setting| match &setting.value {
            SettingValue::Set(template) if !template.pieces().is_empty() => Some((setting, template)),
            _ => None,
        })
    };
    let (rule, template) = set("Report_Rule")?;
    let secrets: Vec<_> = shape
        .settings
        .iter()
        .filter(|setting| !NEVER.contains(&setting.element.as_str()))
        .filter(|setting| matches!(&setting.value, SettingValue::Set(template) if holds_secret(template)))
        .collect();
    let (first, more) = secrets.split_first()?;
    let sealed = set(IKM).is_some();
    // A register is put in as it stands, its own macros are not looked at again (RS §2). What else stands there does not
    // matter here.
    let register = |name: &str| match name.as_bytes() {
        [b'A'..=b'P'] => set(&format!("GPP_{name}")).map(|(_, template)| readable(template)).unwrap_or_default(),
        _ => "a".to_owned(),
    };
    let destinations = evaluate_report(&written(template), &|name: &str| Some(register(name))).destinations.ok()?;
    let clear = destinations.into_iter().find_map(|(options, target)| match target {
        Target::Url(url) if url.scheme() != Scheme::Https && !options.status && options.key.is_none() && !sealed => {
            Some(url.scheme())
        }
        _ => None,
    })?;
    let catalogue = Catalogue::cisco_mpp();
    let name = catalogue.written(&first.element).unwrap_or_else(|| first.element.clone());
    let why = match more.len() {
        0 => format!("`{name}` would cross the network in clear"),
        more => format!("`{name}` and {more} more would cross the network in clear"),
    };
    Some(
        Diagnostic::new(Code::P0403, place(rule.origin, sources), format!("a report would carry secrets over {clear}"))
            .because(why)
            .label(place(first.origin, sources), "a phone reports all that its files set")
            .help("report over https, or report `status`; a profile under `seal aes128gcm` has reports sealed by its key as well")
            .note("PB §16"),
    )
}

fn holds_secret(template: &Template) -> bool {
    template.pieces().iter().any(|piece| match piece {
        Piece::Secret(_) | Piece::SecretColumn(_) | Piece::Derived { .. } | Piece::DerivedColumn { .. } => true,
        Piece::Text(_) | Piece::Column(_) | Piece::Macro(_) | Piece::ByModel(_) | Piece::Request(_) => false,
    })
}

/// The rule as the phone holds it, its macros still in it.
fn written(template: &Template) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Macro(name) => format!("$({})", name.name()),
        _ => "a".to_owned(),
    };
    template.pieces().iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;
    use crate::phone::SecretRef;
    use crate::plan::{Origin, Setting};

    fn told(rule: &str, secret: &str, others: &[(&str, &str)]) -> bool {
        let mut shape = shape(&[&[("Report_Rule", rule)][..], others].concat());
        let mut value = Template::default();
        value.push(Piece::Secret("env:S".parse::<SecretRef>().expect("refers to one")));
        let (element, origin) = (secret.to_owned(), Origin::default());
        let value = SettingValue::Set(value);
        shape.settings.push(Setting { element, value, user: None, overrides: false, origin, beats: Vec::new() });
        check(&shape, &SourceMap::default()).is_some()
    }

    #[test]
    fn secrets_leave_in_reports_in_clear() {
        const SIP: &str = "Password_1_";
        for rule in [
            "http://h/r/$(MA).xml",
            "tftp://h/r/$MA.xml",
            "[--delta] http://h/r",
            "[--status] http://h/s http://h/r",
            "https://h/r [--delta]http://h/r",
            "h/r",
        ] {
            assert!(told(rule, SIP, &[]), "{rule}");
            assert!(!told(rule, SIP, &[(IKM, "key")]), "sealed: {rule}");
        }
        for rule in
            ["https://h/r", "[--status] http://h/r", "[--key $SA] http://h/r", "[--key x]tftp://h/r", "", "no rule"]
        {
            assert!(!told(rule, SIP, &[]), "{rule}");
        }
        // A rule, or a part of it, that is held in a register.
        for (rule, register, clear) in [
            ("$A", "http://h/r", true),
            ("$(A)", "[--delta] tftp://h/r", true),
            ("http://$B/r", "h", true),
            ("$A", "https://h/r", false),
            ("$A", "[--key $SA] http://h/r", false),
            ("$A", "[--status] http://h/r", false),
            ("$A://h/r", "https", false),
            ("$A://h/r", "http", true),
            ("$C", "http://h/r", false),
        ] {
            let registers = [("GPP_A", register), ("GPP_B", register)];
            assert_eq!(told(rule, SIP, &registers), clear, "{rule} with {register}");
        }
        // An empty key seals nothing.
        assert!(told("http://h/r", SIP, &[(IKM, "")]));
        for never in NEVER {
            assert!(!told("http://h/r", never, &[]), "{never}");
        }
        assert_eq!(check(&shape(&[("Report_Rule", "http://h/r"), (SIP, "open")]), &SourceMap::default()), None);
        assert_eq!(check(&shape(&[]), &SourceMap::default()), None);
    }
}
