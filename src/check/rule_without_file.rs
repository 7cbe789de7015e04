//! P0604: a rule by hand asks one of our own servers for a file that it does not have, for some phone. The rules that fetch profiles
//! have theirs by construction.

use super::about::{asked, by_hand_rules};
use super::{place, redirect_without_file};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::macros::expand;
use crate::phone::rule::{Kind, RuleOption, Url};
use crate::plan::{Fleet, Macro, PhoneRef, RuleText, Served, SettingValue};

pub(super) fn check(served: &Served, fleet_number: usize, sources: &SourceMap) -> Vec<Diagnostic> {
    let Some(fleet) = served.plan().fleets.get(fleet_number) else { return Vec::new() };
    by_hand_rules(fleet)
        .flat_map(|(rule, origin)| missing(served, fleet_number, fleet, rule, place(origin, sources)))
        .collect()
}

fn missing(served: &Served, number: usize, fleet: &Fleet, rule: &RuleText, place: Span) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    for row in 0..fleet.phones.len() {
        let (Ok(fleet_number), Ok(row)) = (u16::try_from(number), u32::try_from(row)) else { break };
        let phone = PhoneRef { fleet: fleet_number, row };
        let text = served.expand(phone, &rule.text);
        let urls = urls(&text);
        for url in &urls {
            let Some((message, why)) = nowhere(served, phone, url) else { continue };
            // One phone speaks for all.
            if findings.iter().all(|finding| finding.message != message) {
                let finding = Diagnostic::new(Code::P0604, place, message).because(why);
                findings.push(finding.help("fetch what a profile of the program serves, or name another server"));
            }
        }
        let constant = rule.text.constant().is_some() && urls.iter().all(|url| !url.contains('$'));
        if constant || !findings.is_empty() {
            break;
        }
    }
    findings
}

/// The URLs of a rule that phones get, macros not yet expanded.
fn urls(text: &str) -> Vec<String> {
    let posts = |options: &[RuleOption]| options.iter().any(|option| matches!(option, RuleOption::Post(_)));
    asked(text, Kind::Profile).into_iter().filter(|one| !posts(&one.options)).map(|one| one.written).collect()
}

/// Redirects that are followed for one file, as the phone model does.
const HOPS: usize = 5;

/// Why a phone would find nothing at a URL; nothing: it would, or it is no server of ours, or nobody can tell.
fn nowhere(served: &Served, phone: PhoneRef, url: &str) -> Option<(String, String)> {
    let mac = served.mac(phone)?;
    let model = served.model(phone)?;
    let value = |name: &str| {
        if let Some(known) = Macro::from_name(name) {
            let mut text = String::new();
            known.expand(mac, &model.name, &model.series, &mut text);
            return Some(text);
        }
        let register = matches!(name.as_bytes(), [b'A'..=b'P']).then(|| format!("GPP_{name}"))?;
        register_of(served, phone, &register)
    };
    let expanded = expand(url, &value);
    if !expanded.unknown.is_empty() {
        return None;
    }
    let mut at = expanded.text;
    for _ in 0..=HOPS {
        match behind(served, phone, &at)? {
            Behind::Nothing(message, why) => return Some((message, why)),
            Behind::Redirect(to) => at = to,
        }
    }
    // A ring is told where it stands.
    None
}

/// What stands behind a URL of our own that is no file.
enum Behind {
    Nothing(String, String),
    Redirect(String),
}

fn behind(served: &Served, phone: PhoneRef, text: &str) -> Option<Behind> {
    let mac = served.mac(phone)?;
    let url = Url::parse(text).ok()?;
    let host = url.host.as_ref()?;
    let ours = served.plan().servers.iter().position(|server| server.is_at(host.as_str()))?;
    let server = served.plan().servers.get(ours)?;
    let (scheme, port) = (url.scheme(), url.port());
    if server.port(scheme) != Some(port) {
        let why = format!("server `{}` offers no {scheme} on port {port}", server.id);
        return Some(Behind::Nothing(format!("nothing answers at `{text}`"), why));
    }
    let path = url.path.split('?').next().unwrap_or_default();
    if let Some((redirect, to)) = server.redirect(scheme, path) {
        // One that leads nowhere is told where it stands.
        return redirect_without_file::nowhere(served, redirect).is_none().then_some(Behind::Redirect(to));
    }
    // Loads lie beside the program, and whether they do is another's to say.
    if path.ends_with(".loads") || served.find_for(ours, scheme, path, Some(phone.fleet)).is_some() {
        return None;
    }
    let why = format!("{mac} would ask server `{}` for it", server.id);
    Some(Behind::Nothing(format!("no file is behind `{text}`"), why))
}

/// What the program puts into a register of this phone; the later profile wins.
fn register_of(served: &Served, phone: PhoneRef, element: &str) -> Option<String> {
    let fleet = served.fleet(phone)?;
    let shapes = fleet.profiles.iter().rev().filter_map(|profile| profile.shape(phone.row as usize));
    let setting = shapes.flat_map(|shape| &shape.settings).find(|setting| setting.element == element)?;
    match &setting.value {
        SettingValue::Set(value) => Some(served.expand(phone, value)),
        SettingValue::Keep => None,
    }
}
