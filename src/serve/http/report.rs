//! Reports that phones send: taken within bounds, opened, read as a phone reads profiles, and held against the plan.

use super::body::Body;
use super::desk::Desk;
use super::forms::plain;
use crate::phone::Mac;
use crate::phone::profile;
use crate::phone::seal::AES128GCM;
use crate::plan::{PhoneRef, ReportContent, Served};
use crate::serve::events::{Configuration, Event};
use crate::serve::tls::addresses;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::CONTENT_ENCODING;
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use std::time::Duration;
use tokio::time::timeout;

/// How long a phone may take to send one: that long no report takes on any line.
const PATIENCE: Duration = Duration::from_secs(60);

/// A report that a phone is to send here.
pub(super) struct Expected {
    pub phone: PhoneRef,
    pub mac: Mac,
    pub content: ReportContent,
}

impl Desk {
    /// The phone whose report belongs under a path: the one that the path names, or the one that asks.
    pub(super) fn expected(&self, served: &Served, path: &str, asks: Option<PhoneRef>) -> Option<Expected> {
        let named = addresses(path).into_iter().filter_map(|mac| served.phone(mac));
        named.chain(asks).find_map(|phone| {
            let content = served.report(phone, self.server, self.scheme, path)?;
            Some(Expected { phone, mac: served.mac(phone)?, content })
        })
    }

    /// Takes a report. Phones send each once and look at nothing but the status (PB §16).
    pub(super) async fn take(
        &self,
        served: &Served,
        request: &Parts,
        path: &str,
        body: Incoming,
        expected: Expected,
    ) -> Response<Body> {
        let Expected { phone, mac, content } = expected;
        let encoding = request.headers.get(CONTENT_ENCODING).map(|value| value.as_bytes());
        let sealed = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case(AES128GCM.as_bytes()));
        let octets = match timeout(PATIENCE, Limited::new(body, profile::LIMIT).collect()).await {
            Ok(Ok(octets)) => octets.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return plain(StatusCode::PAYLOAD_TOO_LARGE, "this is more than a configuration has\n", true);
            }
            Ok(Err(_)) | Err(_) => return plain(StatusCode::BAD_REQUEST, "the report did not come whole\n", true),
        };
        let bytes = octets.len() as u64;
        let read = served.open_report(phone, octets.to_vec(), sealed).and_then(|plain| match content {
            // Of a status no form is documented.
            ReportContent::Status => Ok((0, Vec::new())),
            ReportContent::Full | ReportContent::Delta => {
                let profile = profile::decode(&plain).map_err(|_| "it is no profile that a phone would read")?;
                Ok((profile.elements.len(), served.differences(phone, &profile, content)))
            }
        });
        let (configuration, status) = match read {
            Ok((parameters, differences)) => (Ok(Configuration::new(parameters, differences)), StatusCode::OK),
            Err(why) => (Err(why), StatusCode::BAD_REQUEST),
        };
        let (path, peer) = (path.to_owned(), self.peer);
        self.context.events.publish(Event::Report { mac, phone, peer, path, content, bytes, sealed, configuration });
        match status {
            StatusCode::OK => plain(status, "taken\n", true),
            _ => plain(status, "this report cannot be read\n", true),
        }
    }
}
