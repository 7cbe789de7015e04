//! The forms that answers have.

use super::body::Body;
use super::range::{Wanted, wanted};
use crate::phone::seal::AES128GCM;
use crate::plan::{FileRef, Served};
use crate::serve::images::Image;
use bytes::Bytes;
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    LOCATION,
};
use hyper::{Response, StatusCode};

const XML: HeaderValue = HeaderValue::from_static("application/xml");
/// A compressed file is a file: the phone looks at its header, not at ours (WF §2). Content-Encoding would have it
/// unpacked on the way.
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain");

/// What may be done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Methods {
    Get,
    /// A phone that posts takes the answer as its file (RS §13).
    Posted,
}

/// Elsewhere. Only where the program says so, with a status that phones follow (PB §11.1).
pub(super) fn moved(status: u16, to: &str, with_body: bool) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
    let mut response = plain(status, "this is elsewhere\n", with_body);
    insert(&mut response, LOCATION, to);
    response
}

pub(super) fn not_allowed(methods: Methods) -> Response<Body> {
    let (text, methods) = match methods {
        Methods::Get => ("only GET and HEAD are served here\n", "GET, HEAD"),
        Methods::Posted => ("only GET, HEAD and POST are served here\n", "GET, HEAD, POST"),
    };
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, text, true);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}

/// A file of the plan.
pub(super) fn file(served: &Served, file: FileRef, octets: Bytes, with_body: bool) -> Response<Body> {
    let readable = served.profile(file).is_none_or(|profile| !profile.gzip && profile.seal.is_none());
    let mut response = whole(StatusCode::OK, if readable { XML } else { OCTETS }, octets, with_body);
    if served.is_content_encoded(file) {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(AES128GCM));
    }
    response
}

/// A firmware file, or the part of it that is asked for; and how many octets are sent. The tag is there for who goes on
/// with a download: nobody hears 304 (PB §11.1).
pub(super) fn image(asked: &HeaderMap, image: Image, with_body: bool) -> (Response<Body>, u64) {
    let Image { file, size, tag } = image;
    let (status, part) = match wanted(asked, size, &tag) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let mut response = plain(StatusCode::RANGE_NOT_SATISFIABLE, "the file ends before that\n", with_body);
            insert(&mut response, CONTENT_RANGE, &format!("bytes */{size}"));
            return (response, 0);
        }
    };
    let length = part.end - part.start;
    let range = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
    let mut response = Response::new(if with_body { Body::of_file(file, part) } else { Body::empty() });
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, OCTETS);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    insert(&mut response, ETAG, &tag);
    if status == StatusCode::PARTIAL_CONTENT {
        insert(&mut response, CONTENT_RANGE, &range);
    }
    (response, length)
}

fn insert(response: &mut Response<Body>, name: hyper::header::HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().insert(name, value);
    }
}

pub(super) fn plain(status: StatusCode, text: &'static str, with_body: bool) -> Response<Body> {
    whole(status, TEXT, Bytes::from_static(text.as_bytes()), with_body)
}

/// For HEAD, the length is that of the body which GET would have (RFC 9110 §9.3.2).
fn whole(status: StatusCode, kind: HeaderValue, octets: Bytes, with_body: bool) -> Response<Body> {
    let length = octets.len();
    let mut response = Response::new(if with_body { Body::Whole(octets) } else { Body::empty() });
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
