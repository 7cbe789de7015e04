//! Reports that phones send, over whatever they come: whose one is, and how it is held against the plan.

use super::context::Context;
use super::events::{Configuration, Event};
use super::tls::addresses;
use crate::phone::{Mac, profile};
use crate::plan::{PhoneRef, ReportContent, Scheme, Served};
use std::net::SocketAddr;

/// A report that a phone is to send here.
pub(super) struct Expected {
    pub phone: PhoneRef,
    pub mac: Mac,
    pub content: ReportContent,
}

/// One that came.
pub(super) struct Report<'r> {
    pub path: &'r str,
    pub peer: SocketAddr,
    pub octets: Vec<u8>,
    /// Whether it is sealed by RFC 8188; None: nothing said so, as over TFTP, which has no headers.
    pub sealed: Option<bool>,
}

/// The phone whose report belongs under a path: the one that the path names, or the one that asks.
pub(super) fn expected(
    served: &Served,
    server: usize,
    scheme: Scheme,
    path: &str,
    asks: Option<PhoneRef>,
) -> Option<Expected> {
    let named = addresses(path).into_iter().filter_map(|mac| served.phone(mac));
    named.chain(asks).find_map(|phone| {
        let content = served.report(phone, server, scheme, path)?;
        Some(Expected { phone, mac: served.mac(phone)?, content })
    })
}

/// Opens it, reads it as a phone reads profiles, and tells how it differs; whether it could be read.
pub(super) fn take(context: &Context, served: &Served, expected: &Expected, report: Report<'_>) -> bool {
    let Expected { phone, mac, content } = *expected;
    let Report { path, peer, octets, sealed } = report;
    let bytes = octets.len() as u64;
    let (opened, sealed) = open(served, phone, octets, sealed);
    let read = opened.and_then(|plain| match content {
        // Of a status no form is documented.
        ReportContent::Status => Ok((0, Vec::new())),
        ReportContent::Full | ReportContent::Delta => {
            let profile = profile::decode(&plain).map_err(|_| "it is no profile that a phone would read")?;
            Ok((profile.elements.len(), served.differences(phone, &profile, content)))
        }
    });
    let configuration = read.map(|(parameters, differences)| Configuration::new(parameters, differences));
    let readable = configuration.is_ok();
    let path = path.to_owned();
    context.events.publish(Event::Report { mac, phone, peer, path, content, bytes, sealed, configuration });
    readable
}

/// The report in clear, and whether it was sealed. A phone that has a key seals by RFC 8188 (PB §16), whatever the way; what
/// opens with it was sealed with it.
fn open(
    served: &Served,
    phone: PhoneRef,
    octets: Vec<u8>,
    sealed: Option<bool>,
) -> (Result<Vec<u8>, &'static str>, bool) {
    let said = sealed.unwrap_or(false);
    if sealed.is_none()
        && let Ok(plain) = served.open_report(phone, octets.clone(), true)
    {
        return (Ok(plain), true);
    }
    (served.open_report(phone, octets, said), said)
}
