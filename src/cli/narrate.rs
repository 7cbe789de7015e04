//! What happens while serving, a line each, for a person at a terminal.

use crate::phone::Mac;
use crate::plan::{PhoneRef, ReportContent, Served};
use crate::serve::syslog::Verdict;
use crate::serve::{Configuration, Event, Stamped};

/// The line for an event; nothing for what a person need not see.
pub fn line(stamped: &Stamped, served: &Served, verbose: u8) -> Option<String> {
    let text = match &stamped.event {
        Event::Lease { mac, model, address, options, .. } => {
            let options: Vec<String> = options.iter().map(|(code, text)| format!(", option {code} {text}")).collect();
            format!("{}lease {address}{}", who(Some(*mac), model.as_deref()), options.concat())
        }
        Event::LeaseEnded { mac, address, declined, .. } => {
            let how = if *declined { "declined: the address is in use" } else { "given back" };
            format!("{}lease {address} {how}", who(Some(*mac), None))
        }
        Event::Conflict { address, network } => {
            format!(
                "{address} is used by a device that was not given it; network {network} leaves it alone for a lease"
            )
        }
        Event::NoLease { mac, why } => format!("{}no lease: {why}", who(Some(*mac), None)),
        Event::File { scheme, path, status, parameters, part, gzip, phone, mac, peer, .. } => {
            let what = match (status, part) {
                (200, Some(part)) => {
                    let form = if *gzip { ", gzip" } else { "" };
                    let kind = if *part == crate::plan::Part::Bootstrap { "bootstrap, " } else { "" };
                    format!("{status}  {kind}{parameters} parameters{form}")
                }
                (status, _) => status.to_string(),
            };
            let who = match mac.or_else(|| served.mac((*phone)?)) {
                Some(mac) => who(Some(mac), model(served, *phone)),
                None => format!("{:<17} ", peer.ip()),
            };
            format!("{who}{scheme:<4} {path:<30} {what}")
        }
        Event::Report { mac, phone, path, content, configuration, .. } => {
            let told = match configuration {
                Ok(_) if *content == ReportContent::Status => "a status, which is not read".to_owned(),
                Ok(Configuration { parameters, different, differences }) => {
                    let names: Vec<&str> = differences.iter().take(3).map(|one| one.element.as_str()).collect();
                    let more = if *different > names.len() { ", …" } else { "" };
                    match different {
                        0 => format!("{parameters} parameters, as they are meant"),
                        _ => format!("{parameters} parameters, {different} not as meant: {}{more}", names.join(", ")),
                    }
                }
                Err(why) => format!("not read: {why}"),
            };
            format!("{}report {path}  {told}", who(Some(*mac), model(served, Some(*phone))))
        }
        Event::HandshakeFailed { peer, why } => format!("{:<17} https: {why}", peer.ip()),
        Event::TransferFailed { path, peer, phone, why } => {
            let mac = phone.and_then(|phone| served.mac(phone));
            format!("{}{path} from {peer} failed: {why}", who(mac, model(served, *phone)))
        }
        Event::Syslog { mac, phone, report, text, .. } => {
            let who = who(*mac, model(served, *phone));
            match report.as_ref().map(|report| report.verdict) {
                Some(Verdict::Succeeded) => format!("{who}resynced{}", label(served, *phone)),
                Some(Verdict::Failed) => format!("{who}{text}"),
                _ if verbose > 0 => format!("{who}syslog {text}"),
                _ => return None,
            }
        }
        Event::Asked { mac, peer, service, what, answer } if verbose > 0 => {
            let who = match (mac, peer) {
                (Some(mac), _) => who(Some(*mac), None),
                (None, Some(peer)) => format!("{peer:<17} "),
                (None, None) => String::new(),
            };
            format!("{who}{service} {what}: {answer}")
        }
        Event::Asked { .. } => return None,
        Event::StateFailed { why } => format!("leases cannot be kept, and none is given: {why}"),
        Event::StateWorks => "leases are kept again".to_owned(),
        Event::Reloaded { phones } => format!("reloaded, {phones} phones"),
    };
    Some(format!("{}  {}\n", time(stamped.at), text.trim_end()))
}

/// `…cd:01 CP-8841`, in its column.
fn who(mac: Option<Mac>, model: Option<&str>) -> String {
    let Some(mac) = mac else { return String::new() };
    let [.., a, b] = mac.octets();
    let model = model.map(|model| model.trim_end_matches("-3PCC")).unwrap_or_default();
    format!("…{a:02x}:{b:02x} {model:<8}  ")
}

fn model(served: &Served, phone: Option<PhoneRef>) -> Option<&str> {
    served.model(phone?).map(|model| model.name.as_str())
}

/// What a person calls the phone.
fn label(served: &Served, phone: Option<PhoneRef>) -> String {
    let label = phone.and_then(|phone| Some(served.fleet(phone)?.phones.label(phone.row as usize)));
    match label {
        Some(label) if !label.is_empty() => format!(" · \"{label}\""),
        _ => String::new(),
    }
}

/// The time of day, in UTC, of milliseconds since 1970.
fn time(at: u64) -> String {
    let seconds = at / 1000 % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
