//! P0604: a rule asks one of our own servers for a file that it does not have, for some phone, or at a port where nothing listens. The
//! rules that fetch profiles have their files by construction; loads lie beside the program, and whether they do is another's to say.

use super::about::reached;
use super::{place, redirect_without_file};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::Scheme;
use crate::phone::macros::expand;
use crate::phone::rule::{Kind, RuleOption, Target, Url, parse_report};
use crate::plan::{ElementOf, FileRef, Fleet, Macro, Origin, PhoneRef, Served, SettingValue, Template};

/// What a rule does with the URL that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// It fetches a file of the program.
    Fetches,
    /// It fetches a file that is no profile.
    Takes,
    /// It fetches a load, or whatever else lies beside the program.
    Loads,
    /// It sends something there.
    Sends,
}

/// The elements whose rules lead somewhere.
const RULES: [(&str, Does); 8] = [
    ("Profile_Rule", Does::Fetches),
    ("Profile_Rule_B", Does::Fetches),
    ("Profile_Rule_C", Does::Fetches),
    ("Profile_Rule_D", Does::Fetches),
    ("Custom_CA_Rule", Does::Takes),
    ("Trans_Auth_Rule", Does::Takes),
    ("Upgrade_Rule", Does::Loads),
    ("Report_Rule", Does::Sends),
];

pub(super) fn check(served: &Served, fleet_number: usize, sources: &SourceMap) -> Vec<Diagnostic> {
    let Some(fleet) = served.plan().fleets.get(fleet_number) else { return Vec::new() };
    let by_hand = RULES.iter().filter(|(element, does)| match does {
        Does::Fetches => !fleet.profiles.iter().any(|one| one.parameter == *element),
        Does::Takes => true,
        Does::Loads => fleet.upgrade.is_none(),
        Does::Sends => fleet.reports.is_empty(),
    });
    by_hand.flat_map(|(element, does)| missing(served, fleet_number, fleet, element, *does, sources)).collect()
}

/// What one text leads nowhere for.
struct Missing {
    origin: Origin,
    /// Which of the URLs of the rule it is.
    url: usize,
    message: String,
    why: String,
    first: PhoneRef,
    phones: usize,
}

fn missing(
    served: &Served,
    number: usize,
    fleet: &Fleet,
    element: &str,
    does: Does,
    sources: &SourceMap,
) -> Vec<Diagnostic> {
    let given = ElementOf::new(fleet, element);
    let Ok(fleet_number) = u16::try_from(number) else { return Vec::new() };
    if !given.is_set() {
        return Vec::new();
    }
    let mut found: Vec<Missing> = Vec::new();
    // Of a text that is the same for all, one phone tells of all that have it.
    let mut constant: Vec<(Origin, Option<usize>)> = Vec::new();
    for (row, phone) in (0..fleet.phones.len())
        .filter_map(|row| Some((row, PhoneRef { fleet: fleet_number, row: u32::try_from(row).ok()? })))
    {
        let Some((text, origin)) = given.of(row) else { continue };
        if let Some((_, known)) = constant.iter().find(|(known, _)| *known == origin) {
            if let Some(known) = known.and_then(|known| found.get_mut(known)) {
                known.phones += 1;
            }
            continue;
        }
        let before = found.len();
        let urls = urls(served, phone, text, does);
        let same = text.constant().is_some_and(|text| !text.contains('$'));
        for (number, url) in urls.iter().enumerate() {
            let Some((message, why)) = nowhere(served, phone, url, does) else { continue };
            match found.iter_mut().find(|one| one.origin == origin && one.url == number) {
                Some(known) => known.phones += 1,
                None => {
                    found.push(Missing { origin, url: number, message, why, first: phone, phones: 1 });
                }
            }
        }
        if same {
            constant.push((origin, (found.len() > before).then_some(before)));
        }
    }
    let told = |one: Missing| {
        let place = place(one.origin, sources);
        finding(served, one, does, place)
    };
    found.into_iter().map(told).collect()
}

fn finding(served: &Served, one: Missing, does: Does, place: Span) -> Diagnostic {
    let finding = Diagnostic::new(Code::P0604, place, one.message).because(one.why);
    let mac = served.mac(one.first).map(|mac| mac.to_string()).unwrap_or_default();
    let finding = match one.phones {
        1 => finding.note(format!("it is so for {mac}")),
        2 => finding.note(format!("it is so for {mac} and one more phone")),
        more => finding.note(format!("it is so for {mac} and {} more phones", more - 1)),
    };
    finding.help(match does {
        Does::Fetches => "fetch what a profile of the program serves, or name another server",
        Does::Takes => "put it beside the loads that phones are led to, and name it there, or name another server",
        Does::Loads | Does::Sends => "name a port that the server listens on, or another server",
    })
}

/// The URLs of a rule that phones get, or send to, macros not yet expanded.
fn urls(served: &Served, phone: PhoneRef, rule: &Template, does: Does) -> Vec<String> {
    let text = served.expand(phone, rule);
    // Registers are filled as files come: what a condition asks of one is open.
    let product = |name: &str| Macro::from_name(name).and_then(|_| expanded(served, phone, &format!("$({name})")));
    let posts = |options: &[RuleOption]| options.iter().any(|option| matches!(option, RuleOption::Post(_)));
    let asked =
        |kind| reached(&text, kind, &product).into_iter().filter(|one| !posts(&one.options)).map(|one| one.written);
    match does {
        Does::Fetches | Does::Takes => asked(Kind::Profile).collect(),
        Does::Loads => asked(Kind::Upgrade).collect(),
        // Two of them stand side by side, without a bar between.
        Does::Sends => {
            let Some(text) = expanded(served, phone, &text) else { return Vec::new() };
            let urls = parse_report(&text).unwrap_or_default().into_iter().filter_map(|one| match one.target {
                Target::Url(url) => Some(url.to_string()),
                Target::ActivationCode => None,
            });
            urls.collect()
        }
    }
}

/// The files of the plan that a rule leads a phone to, each with its URL, whatever the conditions before it.
pub(super) fn files_of(served: &Served, phone: PhoneRef, rule: &Template) -> Vec<(String, FileRef)> {
    let of = |url: String| {
        let mut at = expanded(served, phone, &url)?;
        for _ in 0..=HOPS {
            match behind(served, phone, &at, Does::Fetches) {
                Some(Behind::Redirect(to)) => at = to,
                Some(Behind::Nothing(..)) => return None,
                None => break,
            }
        }
        let parsed = Url::parse(&at).ok()?;
        let host = parsed.host.as_ref()?;
        let server = served.plan().servers.iter().position(|server| server.is_at(host.as_str()))?;
        let path = parsed.path.split('?').next().unwrap_or_default();
        Some((at.clone(), served.find_for(server, parsed.scheme(), path, Some(phone.fleet))?))
    };
    urls(served, phone, rule, Does::Fetches).into_iter().filter_map(of).collect()
}

/// Redirects that are followed for one file, as the phone model does.
const HOPS: usize = 5;

/// A text with its macros put in, where all of them are known here.
fn expanded(served: &Served, phone: PhoneRef, text: &str) -> Option<String> {
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
    let expanded = expand(text, &value);
    expanded.unknown.is_empty().then_some(expanded.text)
}

/// Why a phone would find nothing at a URL; nothing: it would, or it is no server of ours, or nobody can tell.
fn nowhere(served: &Served, phone: PhoneRef, url: &str, does: Does) -> Option<(String, String)> {
    let mut at = expanded(served, phone, url)?;
    for _ in 0..=HOPS {
        match behind(served, phone, &at, does)? {
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

fn behind(served: &Served, phone: PhoneRef, text: &str, does: Does) -> Option<Behind> {
    let mac = served.mac(phone)?;
    let url = Url::parse(text).ok()?;
    let host = url.host.as_ref()?;
    let ours = served.plan().servers.iter().position(|server| server.is_at(host.as_str()))?;
    let server = served.plan().servers.get(ours)?;
    let (scheme, port) = (url.scheme(), url.port());
    if server.port(scheme) != Some(port) {
        let why = match does {
            Does::Sends => format!("server `{}` takes no {scheme} on port {port}: what is sent is lost", server.id),
            _ => format!("server `{}` offers no {scheme} on port {port}", server.id),
        };
        return Some(Behind::Nothing(format!("nothing answers at `{text}`"), why));
    }
    // Where they arrive is the server's affair, and a redirect of what is fetched is none of what is sent.
    if does == Does::Sends {
        return None;
    }
    let path = url.path.split('?').next().unwrap_or_default();
    if let Some((redirect, to)) = server.redirect(scheme, path) {
        // One that leads nowhere is told where it stands.
        return redirect_without_file::nowhere(served, redirect).is_none().then_some(Behind::Redirect(to));
    }
    if does == Does::Takes {
        return no_such_file(served, ours, (scheme, path), text, phone);
    }
    let beside = does == Does::Loads || path.ends_with(".loads");
    if beside || served.find_for(ours, scheme, path, Some(phone.fleet)).is_some() {
        return None;
    }
    let why = format!("{mac} would ask server `{}` for it", server.id);
    Some(Behind::Nothing(format!("no file is behind `{text}`"), why))
}

/// The same of a file that is no profile: it lies beside the loads, or nowhere.
fn no_such_file(
    served: &Served,
    server: usize,
    (scheme, path): (Scheme, &str),
    text: &str,
    phone: PhoneRef,
) -> Option<Behind> {
    if let Some(file) = served.find_for(server, scheme, path, Some(phone.fleet)) {
        let id = served.profile(file).map_or("", |profile| profile.id.as_str());
        let what = if id.is_empty() { "a bootstrap file".to_owned() } else { format!("a file of profile `{id}`") };
        return Some(Behind::Nothing(
            format!("behind `{text}` is {what}"),
            "phones look for a certificate or a licence there, and find settings".to_owned(),
        ));
    }
    if served.image(server, path).is_some() {
        return None;
    }
    let (mac, server) = (served.mac(phone)?, served.plan().servers.get(server)?);
    let why = format!("{mac} would ask server `{}` for it, which serves profiles and loads", server.id);
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
