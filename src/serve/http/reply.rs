//! A request's answer. Only status codes that phones handle well: never a redirect, never 304 (PB §11.1).

use super::target;
use crate::plan::Scheme;
use crate::serve::context::Context;
use crate::serve::events::Event;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use std::net::SocketAddr;

/// What one connection's requests are answered with.
pub(super) struct Desk {
    /// Position in `Plan::servers`.
    pub server: usize,
    pub peer: SocketAddr,
    pub context: Context,
}

const XML: HeaderValue = HeaderValue::from_static("application/xml");
/// A compressed file is a file: the phone looks at its header, not at ours (WF §2). Content-Encoding would have it
/// unpacked on the way.
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD");

impl Desk {
    pub fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let get = request.method() == Method::GET;
        if !get && request.method() != Method::HEAD {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are served here\n", true);
            response.headers_mut().insert(ALLOW, METHODS);
            return response;
        }
        let Some(path) = target::path(request.uri().path()) else {
            return plain(StatusCode::BAD_REQUEST, "this is no path\n", get);
        };
        let wire = self.context.wire();
        let served = wire.served();
        let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        let file = served.find(self.server, Scheme::Http, &path);
        let requester = self.context.requester(served, file, &path, self.peer.ip(), agent);
        let file = served.find_for(self.server, Scheme::Http, &path, requester.phone);
        let gzip = file.is_some_and(|file| wire.gzip(file));
        let octets = file.map(|file| wire.file(file)).unwrap_or_default();
        let bytes = octets.len();
        let (status, response) = match file {
            Some(_) => (200, body(StatusCode::OK, if gzip { OCTETS } else { XML }, octets, get)),
            None => (404, plain(StatusCode::NOT_FOUND, "there is no such file\n", get)),
        };
        // HEAD fetches nothing: it is no sign that the phone has its file.
        if get {
            self.context.events.publish(Event::File {
                scheme: Scheme::Http,
                path: path.into_owned(),
                status,
                bytes: bytes as u64,
                parameters: file.map_or(0, |file| served.parameters(file)),
                part: file.map(|file| file.part),
                gzip,
                phone: requester.phone,
                mac: requester.mac,
                peer: self.peer,
                agent: agent.map(str::to_owned),
            });
        }
        response
    }
}

fn plain(status: StatusCode, text: &'static str, with_body: bool) -> Response<Full<Bytes>> {
    body(status, TEXT, Bytes::from_static(text.as_bytes()), with_body)
}

/// For HEAD, the length is that of the body which GET would have (RFC 9110 §9.3.2).
fn body(status: StatusCode, kind: HeaderValue, octets: Bytes, with_body: bool) -> Response<Full<Bytes>> {
    let length = octets.len();
    let mut response = Response::new(Full::new(if with_body { octets } else { Bytes::new() }));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
