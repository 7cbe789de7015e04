//! A request's answer. Only status codes that phones handle well: never a redirect, never 304 (PB §11.1).

use super::nonces::{Age, Nonces};
use super::target;
use crate::phone::credentials::{self, Authorization, challenge};
use crate::phone::seal::AES128GCM;
use crate::plan::{Clients, FileRef, Scheme, Served};
use crate::serve::context::{Caller, Context, Requester, named};
use crate::serve::events::Event;
use crate::serve::tls::{Holder, is_of};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ALLOW, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, USER_AGENT, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;

/// What one connection's requests are answered with.
pub(super) struct Desk {
    /// Position in `Plan::servers`.
    pub server: usize,
    pub scheme: Scheme,
    pub peer: SocketAddr,
    /// Who showed a certificate.
    pub holder: Option<Holder>,
    pub context: Context,
    pub nonces: Arc<Nonces>,
}

/// What is done with a request for a file.
enum Admission {
    /// Here it is.
    Admitted,
    /// Who asks is asked who it is: the header, and whether there were credentials already.
    Asked { challenge: String, refused: bool },
}

const XML: HeaderValue = HeaderValue::from_static("application/xml");
/// A compressed file is a file: the phone looks at its header, not at ours (WF §2). Content-Encoding would have it
/// unpacked on the way.
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD");
const METHODS_OF_POSTED: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

impl Desk {
    pub fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let (post, head) = (request.method() == Method::POST, request.method() == Method::HEAD);
        let get = !head;
        let Some(path) = target::path(request.uri().path()) else {
            return plain(StatusCode::BAD_REQUEST, "this is no path\n", get);
        };
        let wire = self.context.wire();
        let served = wire.served();
        let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        // A program may have written the path as it is asked for, in percent signs and all.
        let path = match request.uri().path() {
            written if written.contains('%') && served.find(self.server, self.scheme, written).is_some() => {
                written.into()
            }
            _ => path,
        };
        let file = served.find(self.server, self.scheme, &path);
        let caller = Caller { peer: self.peer.ip(), holder: self.holder.as_ref(), agent };
        let requester = self.context.requester(served, file, &path, caller);
        let file = served.find_for(self.server, self.scheme, &path, requester.phone);
        if !self.is_for(served, file, &path) {
            self.tell(request, path.into_owned(), 403, 0, file, served, requester);
            return plain(StatusCode::FORBIDDEN, "this file is for another certificate\n", get);
        }
        // A phone that posts takes the answer as its file (RS §13); nothing else takes a body.
        let posted = file.and_then(|file| served.profile(file)).is_some_and(|profile| profile.post.is_some());
        if !(head || request.method() == Method::GET || post && posted) {
            return not_allowed(posted);
        }
        let admission = file.map_or(Admission::Admitted, |file| self.admit(served, file, request));
        if let Admission::Asked { challenge, refused } = admission {
            if refused {
                self.tell(request, path.into_owned(), 401, 0, file, served, requester);
            }
            let mut response = plain(StatusCode::UNAUTHORIZED, "this file is for those who have an account\n", get);
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            return response;
        }
        let octets = file.map(|file| wire.file(file)).unwrap_or_default();
        let bytes = octets.len();
        let (status, response) = match file {
            Some(file) => (200, file_body(served, file, octets, get)),
            None => (404, plain(StatusCode::NOT_FOUND, "there is no such file\n", get)),
        };
        // HEAD fetches nothing: it is no sign that the phone has its file.
        if get {
            self.tell(request, path.into_owned(), status, bytes, file, served, requester);
        }
        response
    }

    /// Whether whoever showed this certificate, or none, may have the file. One whose path names a phone is that phone's.
    fn is_for(&self, served: &Served, file: Option<FileRef>, path: &str) -> bool {
        let tls = served.plan().servers.get(self.server).and_then(|server| server.tls.as_ref());
        let Some(tls) = tls.filter(|tls| self.scheme == Scheme::Https && tls.clients != Clients::None) else {
            return true;
        };
        let Some(phone) = file.and_then(|file| named(served, file, path)) else {
            return tls.clients == Clients::Request || self.holder.is_some();
        };
        let (Some(holder), Some(mac)) = (&self.holder, served.mac(phone)) else { return false };
        let (product, series) = served.model(phone).map_or(("", ""), |model| (&model.name, &model.series));
        is_of(holder, tls.identity.as_deref(), mac, product, series)
    }

    /// Whether the credentials of a request open a file.
    fn admit<B>(&self, served: &Served, file: FileRef, request: &Request<B>) -> Admission {
        let Some(guard) = served.guard(file) else { return Admission::Admitted };
        let now = self.context.clock.seconds();
        let given = request.headers().get(AUTHORIZATION).and_then(|given| given.to_str().ok());
        let given = given.and_then(Authorization::parse);
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let asked = credentials::Request { method: request.method().as_str(), target };
        let right = given.as_ref().is_some_and(|given| guard.admits(given, asked));
        let age = given.as_ref().and_then(Authorization::nonce).map(|nonce| self.nonces.age(nonce, now));
        if right && age.is_none_or(|age| age == Age::Fresh) {
            return Admission::Admitted;
        }
        // Whoever proved the password with a nonce that is over gets another, and is not refused.
        let stale = right && age == Some(Age::Stale);
        let challenge = challenge(guard.realm.method, &guard.realm.name, &self.nonces.give(now), stale);
        Admission::Asked { challenge, refused: given.is_some() && !right }
    }

    #[expect(clippy::too_many_arguments, reason = "one event, and everything it tells")]
    fn tell<B>(
        &self,
        request: &Request<B>,
        path: String,
        status: u16,
        bytes: usize,
        file: Option<FileRef>,
        served: &Served,
        requester: Requester,
    ) {
        let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        self.context.events.publish(Event::File {
            scheme: self.scheme,
            path,
            status,
            bytes: bytes as u64,
            parameters: file.map_or(0, |file| served.parameters(file)),
            part: file.map(|file| file.part),
            gzip: file.and_then(|file| served.profile(file)).is_some_and(|profile| profile.gzip),
            phone: requester.phone,
            mac: requester.mac,
            peer: self.peer,
            agent: agent.map(str::to_owned),
        });
    }
}

fn not_allowed(posted: bool) -> Response<Full<Bytes>> {
    let (text, methods) = match posted {
        true => ("only GET, HEAD and POST are served here\n", METHODS_OF_POSTED),
        false => ("only GET and HEAD are served here\n", METHODS),
    };
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, text, true);
    response.headers_mut().insert(ALLOW, methods);
    response
}

fn file_body(served: &Served, file: FileRef, octets: Bytes, with_body: bool) -> Response<Full<Bytes>> {
    let readable = served.profile(file).is_none_or(|profile| !profile.gzip && profile.seal.is_none());
    let mut response = body(StatusCode::OK, if readable { XML } else { OCTETS }, octets, with_body);
    if served.is_content_encoded(file) {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(AES128GCM));
    }
    response
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
