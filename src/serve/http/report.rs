//! Reports that phones send over HTTP: taken within bounds.

use super::body::Body;
use super::desk::Desk;
use super::forms::plain;
use crate::phone::profile;
use crate::phone::seal::AES128GCM;
use crate::plan::Served;
use crate::serve::reports::{self, Expected, Report};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::CONTENT_ENCODING;
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use std::time::Duration;
use tokio::time::timeout;

/// How long a phone may take to send one: that long no report takes on any line.
const PATIENCE: Duration = Duration::from_secs(60);

impl Desk {
    /// Takes a report. Phones send each once and look at nothing but the status (PB §16).
    pub(super) async fn take(
        &self,
        served: &Served,
        request: &Parts,
        path: &str,
        body: Incoming,
        expected: Expected,
    ) -> Response<Body> {
        let encoding = request.headers.get(CONTENT_ENCODING).map(|value| value.as_bytes());
        let sealed = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case(AES128GCM.as_bytes()));
        let octets = match timeout(PATIENCE, Limited::new(body, profile::LIMIT).collect()).await {
            Ok(Ok(octets)) => octets.to_bytes().to_vec(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return plain(StatusCode::PAYLOAD_TOO_LARGE, "this is more than a configuration has\n", true);
            }
            Ok(Err(_)) | Err(_) => return plain(StatusCode::BAD_REQUEST, "the report did not come whole\n", true),
        };
        let report = Report { path, peer: self.peer, octets, sealed: Some(sealed) };
        match reports::take(&self.context, served, &expected, report) {
            true => plain(StatusCode::OK, "taken\n", true),
            false => plain(StatusCode::BAD_REQUEST, "this report cannot be read\n", true),
        }
    }
}
