//! The page of one device: how it stands, what it did over every protocol, its files, and each value with where it was said.

use super::Site;
use super::cause::ago;
use super::view::{self, Phone};
use crate::phone::Mac;
use crate::plan::{PhoneRef, Served};
use crate::serve::seen::PhoneSeen;
use serde::Serialize;
use std::collections::HashMap;

/// Lines of a timeline that are shown: a record holds fewer.
const MOST_MOMENTS: usize = 100;

#[derive(Debug, Serialize)]
pub(super) struct Sheet {
    title: String,
    program: String,
    phone: Phone,
    last: Option<String>,
    states: Vec<Step>,
    timeline: Vec<Moment>,
    files: Vec<File>,
    values: Vec<Value>,
    rules: Vec<(String, String)>,
}

/// One of the four states.
#[derive(Debug, Serialize)]
struct Step {
    name: &'static str,
    /// `yes`, `no`, or `unheard` where nobody could know.
    reached: &'static str,
    note: &'static str,
}

/// Something that it did, the last time that it did it.
#[derive(Debug, Serialize)]
struct Moment {
    at: u64,
    ago: String,
    protocol: String,
    what: String,
    /// Of a file, what leads to it.
    rule: Option<String>,
    outcome: String,
    bad: bool,
    times: u64,
}

#[derive(Debug, Serialize)]
struct File {
    name: String,
    /// The rule that fetches it.
    rule: String,
    path: String,
    /// As it is sent.
    bytes: usize,
    given: Option<String>,
    sealed: bool,
}

#[derive(Debug, Serialize)]
struct Value {
    element: String,
    value: String,
    user: Option<String>,
    profile: String,
    /// `main.prov:12`; none: it follows from the program.
    place: Option<String>,
    /// The phone reported another.
    differs: bool,
    reported: Option<String>,
}

/// A device that is of the program or was seen.
pub(super) fn sheet(site: &Site, mac: Mac) -> Option<Sheet> {
    let phone = view::phone(site, mac)?;
    let served = site.context.served();
    let seen = site.context.seen.phone(mac).unwrap_or_default();
    let now = site.context.clock.milliseconds();
    let of = served.phone(mac);
    let rules = of.and_then(|of| Some((of, served.fleet(of)?))).into_iter().flat_map(|(of, fleet)| {
        let served = &served;
        fleet.rules.iter().map(move |rule| (rule.parameter.clone(), served.expand(of, &rule.text)))
    });
    Some(Sheet {
        title: format!("{} · {}", phone.label.clone().unwrap_or_else(|| mac.to_string()), served.plan().program),
        program: served.plan().program.clone(),
        last: phone.last.map(|last| ago(now, last)),
        states: states(&phone),
        timeline: timeline(&seen, &served, of, now),
        files: of.map(|of| files(&served, of, &seen, now)).unwrap_or_default(),
        values: of.map(|of| values(&served, of, &phone)).unwrap_or_default(),
        rules: rules.collect(),
        phone,
    })
}

fn states(phone: &Phone) -> Vec<Step> {
    let Some(reached) = &phone.reached else { return Vec::new() };
    let word = |reached: Option<bool>| match reached {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unheard",
    };
    vec![
        Step { name: "intended", reached: "yes", note: "the program has it" },
        Step { name: "served", reached: word(Some(reached.served)), note: "it had all its files of this program" },
        Step {
            name: "acknowledged",
            reached: word(reached.acknowledged),
            note: "it said over syslog that its last resync succeeded",
        },
        Step {
            name: "reported",
            reached: word(reached.reported),
            note: "the configuration that it reported is the program's",
        },
    ]
}

/// The newest first.
fn timeline(seen: &PhoneSeen, served: &Served, phone: Option<PhoneRef>, now: u64) -> Vec<Moment> {
    let moment = |at: u64, protocol: &str, what: String, outcome: String, bad: bool, times: u64| Moment {
        at,
        ago: ago(now, at),
        protocol: protocol.to_owned(),
        what,
        rule: None,
        outcome,
        bad,
        times,
    };
    let mut all = Vec::new();
    for (protocol, lease) in [("dhcp", &seen.lease), ("dhcp6", &seen.lease6)] {
        if let Some(lease) = lease {
            let options = phone.map(|phone| served.dhcp_options(phone)).filter(|_| protocol == "dhcp");
            let options = options.into_iter().flatten();
            let options: Vec<String> =
                options.map(|option| format!(", option {} {}", option.code, option.value.text())).collect();
            let outcome = format!("in network {}{}", lease.network, options.concat());
            all.push(moment(lease.at, protocol, format!("lease of {}", lease.address), outcome, false, 1));
        }
    }
    let rules = phone.map(|phone| by_path(served, phone)).unwrap_or_default();
    for file in &seen.files {
        let rule = match rules.get(&file.path) {
            Some((rule, name)) => Some(format!("{rule} → {name}")),
            None if is_image(served, &file.path) => Some("firmware, by Upgrade_Rule".to_owned()),
            None => None,
        };
        let outcome = format!("{}, {} bytes", file.status, file.bytes);
        let (path, bad) = (file.path.clone(), file.status >= 400);
        let moment = moment(file.at, file.scheme.name(), path, outcome, bad, file.times);
        all.push(Moment { rule, ..moment });
    }
    for asked in &seen.asked {
        let protocol = asked.service.to_string();
        all.push(moment(asked.at, &protocol, asked.what.clone(), asked.answer.clone(), false, asked.times));
    }
    for report in &seen.reports {
        let said = &report.report;
        let verdict = format!("{} {}", said.what.name(), said.verdict.name());
        let bad = said.verdict == crate::serve::syslog::Verdict::Failed;
        all.push(moment(report.at, "syslog", report.text.clone(), verdict, bad, 1));
    }
    if let Some(failed) = &seen.handshake {
        all.push(moment(failed.at, "https", "TLS handshake".into(), format!("failed: {}", failed.why), true, 1));
    }
    if let Some(told) = &seen.configuration {
        let (count, different) = (told.told.parameters, told.told.different);
        let outcome = format!("{different} other than intended");
        all.push(moment(told.at, "report", format!("{count} parameters"), outcome, different > 0, 1));
    }
    all.sort_by_key(|moment| std::cmp::Reverse(moment.at));
    all.truncate(MOST_MOMENTS);
    all
}

/// Which rule fetches each of a phone's files, and what the file is called.
fn by_path(served: &Served, phone: PhoneRef) -> HashMap<String, (String, String)> {
    let files = served.files_of(phone).into_iter();
    let mut all: HashMap<_, _> = files
        .map(|file| {
            let rule = served.profile(file).map_or("first contact", |profile| &profile.parameter);
            (served.path(file), (rule.to_owned(), served.name_of(file).to_owned()))
        })
        .collect();
    // A bootstrap file goes by several names.
    let bootstrap = served.fleet(phone).and_then(|fleet| fleet.bootstrap.as_ref());
    for path in bootstrap.iter().flat_map(|bootstrap| &bootstrap.paths) {
        let known = ("first contact".to_owned(), "bootstrap".to_owned());
        all.entry(served.expand(phone, path)).or_insert(known);
    }
    all
}

fn is_image(served: &Served, path: &str) -> bool {
    (0..served.plan().servers.len()).any(|server| served.image(server, path).is_some())
}

fn files(served: &Served, phone: PhoneRef, seen: &PhoneSeen, now: u64) -> Vec<File> {
    let rules = by_path(served, phone);
    let all = served.files_of(phone).into_iter().map(|file| {
        let (path, name) = (served.path(file), served.name_of(file).to_owned());
        let mut octets = Vec::new();
        served.render_wire(file, &mut octets);
        // Of a bootstrap file whichever of its names was asked for.
        let is_it = |asked: &str| rules.get(asked).is_some_and(|(_, of)| *of == name);
        let given = seen.files.iter().rev().find(|seen| seen.status == 200 && is_it(&seen.path));
        let profile = served.profile(file);
        File {
            rule: profile.map_or("first contact", |profile| &profile.parameter).to_owned(),
            bytes: octets.len(),
            given: given.map(|seen| ago(now, seen.at)),
            sealed: profile.is_some_and(|profile| profile.seal.is_some()),
            name,
            path,
        }
    });
    all.collect()
}

fn values(served: &Served, phone: PhoneRef, shown: &Phone) -> Vec<Value> {
    let told = shown.configuration.iter().flat_map(|told| &told.differences);
    let differences: HashMap<&str, Option<&String>> =
        told.map(|one| (one.parameter.as_str(), one.reported.as_ref())).collect();
    let all = served.effective(phone).into_iter().map(|(element, one)| {
        let difference = differences.get(element);
        Value {
            element: element.to_owned(),
            // Secrets are dots.
            value: served.expand(phone, one.value),
            user: one.user.map(|user| user.name().to_owned()),
            profile: served.name_of(one.file).to_owned(),
            place: served.place(one.origin).map(|(file, line)| format!("{file}:{line}")),
            differs: difference.is_some(),
            reported: difference.and_then(|reported| reported.cloned()),
        }
    });
    all.collect()
}
