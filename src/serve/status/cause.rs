//! Why a phone is not where the program wants it, and what to do about it, in words.

use crate::plan::{Discovery, PhoneRef, Scheme, Served};
use crate::serve::seen::{FileSeen, Gap, PhoneSeen};
use schemars::JsonSchema;
use serde::Serialize;

/// What keeps one phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Cause {
    pub kind: Gap,
    /// What was seen of it.
    pub what: String,
    /// What mends it.
    pub fix: String,
}

/// What phones have in common that are kept by the same.
pub(super) const fn title(gap: Gap) -> &'static str {
    match gap {
        Gap::Unseen => "never seen",
        Gap::Silent => "not heard of since the program was taken",
        Gap::NoRequest => "asks for no file",
        Gap::Handshake => "TLS handshake failed",
        Gap::Refused => "refused: password or certificate",
        Gap::NotThere => "asks for what is not there",
        Gap::Incomplete => "some files missing",
        Gap::Failed => "says that its resync failed",
        Gap::Unsaid => "served, success not acknowledged",
        Gap::Differs => "reports other values than intended",
        Gap::Unreported => "no report came",
    }
}

/// What mends it for most.
pub(super) const fn fix(gap: Gap) -> &'static str {
    match gap {
        Gap::Unseen => {
            "check power, switch port and VLAN, that a relay of its network leads here, and its hardware address in the program"
        }
        Gap::Silent => "it comes with its next resync; restart it, or open /admin/resync on it, to have it now",
        Gap::NoRequest => {
            "it was not told where to go, or holds an older Profile_Rule: reset it to factory defaults, or set Profile_Rule on its own page"
        }
        Gap::Handshake => {
            "see the phone's clock, its firmware's TLS version, and the authority that it trusts (Custom_CA_Rule)"
        }
        Gap::Refused => {
            "the phone holds another password than the program, or shows another certificate: resync it over a way that needs neither, or reset it"
        }
        Gap::NotThere => "its rule leads to another path than the program's: set Profile_Rule anew, or add a redirect",
        Gap::Incomplete => "the rest comes with its other rules; compare its Profile_Rule_B to _D with those below",
        Gap::Failed => "read what the phone says; prov show MAC --file NAME shows what it was given",
        Gap::Unsaid => {
            "log messages do not arrive: add a log clause to the fleet, and let UDP to the syslog port through"
        }
        Gap::Differs => {
            "somebody changed it on the phone, or it has not resynced since: resync it, or leave the parameter to the user"
        }
        Gap::Unreported => {
            "it reports when its Report_Rule is resynced: resync it, and see that PUT reaches the server"
        }
    }
}

/// What keeps this phone.
pub(super) fn of(gap: Gap, seen: Option<&PhoneSeen>, served: &Served, phone: PhoneRef, now: u64) -> Cause {
    let (what, better) = match seen {
        Some(seen) => told(gap, seen, served, phone, now),
        None => (unseen(served, phone), None),
    };
    Cause { kind: gap, what, fix: better.unwrap_or_else(|| fix(gap).to_owned()) }
}

fn unseen(served: &Served, phone: PhoneRef) -> String {
    let by_dhcp = served.plan().servers.iter().any(|server| server.services.dhcp.is_some());
    let model = served.model(phone).map_or("", |model| &model.name);
    match by_dhcp {
        true => format!("never seen: no DHCP request of this {model}, and no request for a file"),
        false => format!("never seen: no request of this {model} for a file"),
    }
}

fn told(gap: Gap, seen: &PhoneSeen, served: &Served, phone: PhoneRef, now: u64) -> (String, Option<String>) {
    let last = seen.files.last();
    match gap {
        Gap::Unseen => (unseen(served, phone), None),
        Gap::Silent => match seen.last {
            0 => ("has a lease of an earlier run, and was not heard of since".into(), None),
            last => (format!("last heard of {} ago, before the program that is served was taken", ago(now, last)), None),
        },
        Gap::NoRequest => no_request(seen, served, phone),
        Gap::Handshake => {
            let why = seen.handshake.as_ref().map_or("", |failed| &failed.why);
            (format!("no TLS connection came about: {why}"), None)
        }
        Gap::Refused => match last {
            Some(FileSeen { path, status: 401, .. }) => {
                (format!("asks for {path}, and has no password that opens it (401)"), None)
            }
            Some(FileSeen { path, .. }) => (
                format!("asks for {path}, and shows no certificate that it is for (403)"),
                Some("the file is for the certificate of one phone: see whose the phone shows, and clients of https in the program".into()),
            ),
            None => (title(gap).into(), None),
        },
        Gap::NotThere => match last {
            Some(file) => not_there(file, served, phone),
            None => (title(gap).into(), None),
        },
        Gap::Incomplete => incomplete(seen, served, phone),
        Gap::Failed => {
            let report = seen.last_report().map(|said| &said.report);
            let reason = report.and_then(|report| report.reason.as_deref()).unwrap_or("without a reason");
            let better = last.filter(|file| file.status == 404).map(|file| not_there(file, served, phone));
            match better {
                Some((what, fix)) => (format!("resync failed: {reason}; it {what}"), fix),
                None => (format!("resync failed: {reason}"), None),
            }
        }
        Gap::Unsaid => unsaid(seen, served, phone, now),
        Gap::Differs => {
            let told = seen.configuration.as_ref().map(|seen| &seen.told);
            let names: Vec<&str> =
                told.iter().flat_map(|told| &told.differences).take(3).map(|one| one.element.as_str()).collect();
            let count = told.map_or(0, |told| told.different);
            let more = if count > names.len() { " and others" } else { "" };
            (format!("reports {count} values other than intended: {}{more}", names.join(", ")), None)
        }
        Gap::Unreported => ("no report of its configuration came that could be read".into(), None),
    }
}

fn no_request(seen: &PhoneSeen, served: &Served, phone: PhoneRef) -> (String, Option<String>) {
    let Some(lease) = seen.lease.as_ref().or(seen.lease6.as_ref()) else {
        return ("was heard of, and asked for no file".into(), None);
    };
    let bootstrap = served.fleet(phone).and_then(|fleet| fleet.bootstrap.as_ref());
    let told: Vec<String> = bootstrap
        .iter()
        .flat_map(|bootstrap| &bootstrap.options)
        .map(|option| format!("option {} {}", option.code, option.value.text()))
        .collect();
    let what = format!("has the address {}, and asked for no file", lease.address);
    let fix = match bootstrap.map(|bootstrap| bootstrap.how) {
        Some(Discovery::Dhcp) if !told.is_empty() => Some(format!(
            "it was told {}: a phone that was provisioned before holds another Profile_Rule; set that on http://{}/, or reset it to factory defaults",
            told.join(", "),
            lease.address
        )),
        Some(Discovery::Manual | Discovery::Edos | Discovery::ActivationCode) => {
            Some(format!("somebody has to give it its rule first: see http://{}/", lease.address))
        }
        _ => None,
    };
    (what, fix)
}

/// A path that is not there, and who serves it instead.
fn not_there(file: &FileSeen, served: &Served, phone: PhoneRef) -> (String, Option<String>) {
    let FileSeen { scheme, path, .. } = file;
    let servers = 0..served.plan().servers.len();
    let other = servers
        .flat_map(|server| Scheme::ALL.map(|scheme| (server, scheme)))
        .find_map(|(server, scheme)| served.find(server, scheme, path).map(|found| (server, scheme, found)));
    let what = match other {
        Some((server, of, found)) => {
            let fleet = served.plan().fleets.get(usize::from(found.fleet)).map_or("", |fleet| &fleet.id);
            let server = served.plan().servers.get(server).map_or("", |server| &server.id);
            format!("asks for {path} over {scheme} with 404: fleet {fleet} serves it over {of} on {server}")
        }
        None => format!("asks for {path} over {scheme} with 404: no fleet serves that path"),
    };
    let own: Vec<String> = served.files_of(phone).into_iter().map(|file| served.path(file)).collect();
    let fix = format!(
        "its files are {}: set its Profile_Rule to one of them, reset it to factory defaults, or add a redirect for the old path",
        own.join(", ")
    );
    (what, (!own.is_empty()).then_some(fix))
}

fn incomplete(seen: &PhoneSeen, served: &Served, phone: PhoneRef) -> (String, Option<String>) {
    let has = |path: &str| seen.files.iter().any(|file| file.status == 200 && file.path == path);
    let missing: Vec<(String, &str)> = served
        .files_of(phone)
        .into_iter()
        .filter_map(|file| {
            let path = served.path(file);
            let rule = served.profile(file).map_or("its first contact", |profile| &profile.parameter);
            (!has(&path)).then_some((path, rule))
        })
        .collect();
    let Some((path, rule)) = missing.first() else {
        return ("had all its files, not all of them since the program was taken".into(), None);
    };
    let what = match missing.len() {
        1 => format!("has not asked for {path}"),
        many => format!("has not asked for {path} and {} more", many - 1),
    };
    (what, Some(format!("the file comes by {rule}: see what the phone has there, and resync it")))
}

fn unsaid(seen: &PhoneSeen, served: &Served, phone: PhoneRef, now: u64) -> (String, Option<String>) {
    let since = seen.files.iter().map(|file| file.at).max().unwrap_or(now);
    let asked = seen.last_report().is_some_and(|said| said.at >= since);
    let what = match asked {
        true => format!("served, and says that it resyncs; no success in syslog since {}", ago(now, since)),
        false => format!("served, no success in syslog since {}", ago(now, since)),
    };
    let logs = served.fleet(phone).is_some_and(|fleet| !fleet.texts_of("Syslog_Server").is_empty());
    let fix = (!logs).then(|| {
        "the program sets no Syslog_Server for this fleet: add a log clause, or set it on the phone; then resync it"
            .into()
    });
    (what, fix)
}

/// How long ago something was, as people say it.
pub(super) fn ago(now: u64, at: u64) -> String {
    let seconds = now.saturating_sub(at) / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}
