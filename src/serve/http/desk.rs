//! A request's answer. Only status codes that phones handle well: 301 and 302 where the program says so, never 304 (PB §11.1).

use super::asking::Asked;
use super::body::Body;
use super::clients::Connected;
use super::forms::{self, Methods, not_allowed, plain};
use super::target;
use crate::phone::credentials::{self, Authorization, challenge};
use crate::phone::{Age, Nonces};
use crate::plan::{Clients, FileRef, PhoneRef, Scheme, Served};
use crate::serve::context::{Caller, Context, Requester, named};
use crate::serve::events::Event;
use crate::serve::metrics::Flooded;
use crate::serve::reports::expected;
use crate::serve::tls::{Holder, is_of};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONNECTION, HeaderValue, USER_AGENT, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

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
    pub connected: Connected,
}

/// What a phone posts is a register's text.
const LONGEST_BODY: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(15);

/// What is done with a request for a file.
enum Admission {
    /// Here it is.
    Admitted,
    /// Who asks is asked who it is: the header, and whether there were credentials already.
    Asked { challenge: String, refused: bool },
    /// Whoever was refused so often may be guessing: no more passwords are looked at for a while.
    Later,
}

/// What happened to a request, to be told.
struct Told<'r> {
    path: String,
    status: u16,
    bytes: u64,
    file: Option<FileRef>,
    served: &'r Served,
    requester: Requester,
}

impl Desk {
    /// The answer. Whoever was refused too often loses the connection; what needs no password is still given, since a
    /// whole site may stand behind the address.
    pub async fn answer(&self, request: &Parts, body: Incoming) -> Response<Body> {
        let begun = Instant::now();
        let now = self.context.clock.seconds();
        let mut response = self.answered(request, body).await;
        let status = response.status().as_u16();
        self.context.events.metrics.answered(self.scheme, status, begun.elapsed());
        let refused = matches!(response.status().as_u16(), 401 | 403 | 404);
        if response.status() == StatusCode::SERVICE_UNAVAILABLE || refused && !self.connected.refused(now) {
            self.context.events.metrics.limited(Flooded::Http);
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    async fn answered(&self, request: &Parts, body: Incoming) -> Response<Body> {
        let (post, head) = (request.method == Method::POST, request.method == Method::HEAD);
        let get = !head;
        let Some(path) = target::path(request.uri.path()) else {
            return plain(StatusCode::BAD_REQUEST, "this is no path\n", get);
        };
        let wire = self.context.wire();
        let served = wire.served();
        let agent = request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        if let Some(response) = self.redirected(served, request, &path, agent) {
            return response;
        }
        // A program may have written the path as it is asked for, in percent signs and all.
        let path = match request.uri.path() {
            written if written.contains('%') && served.find(self.server, self.scheme, written).is_some() => {
                written.into()
            }
            _ => path,
        };
        let file = served.find(self.server, self.scheme, &path);
        let caller = Caller { peer: self.peer.ip(), holder: self.holder.as_ref(), agent };
        let requester = self.context.requester(served, file, &path, caller);
        let file = served.find_for(self.server, self.scheme, &path, requester.fleet);
        let told =
            |status: u16, bytes: u64| Told { path: path.clone().into_owned(), status, bytes, file, served, requester };
        let put = post || request.method == Method::PUT;
        let expected = if put && file.is_none() {
            expected(served, self.server, self.scheme, &path, requester.phone)
        } else {
            None
        };
        let owner = expected.as_ref().map(|expected| expected.phone).or_else(|| named(served, file?, &path));
        if !self.is_for(served, owner) {
            self.tell(agent, told(403, 0));
            return plain(StatusCode::FORBIDDEN, "this file is for another certificate\n", get);
        }
        if let Some(expected) = expected {
            return self.take(served, request, &path, body, expected).await;
        }
        let posted = file.and_then(|file| served.profile(file)).is_some_and(|profile| profile.post.is_some());
        if !(head || request.method == Method::GET || post && posted) {
            return not_allowed(if posted { Methods::Posted } else { Methods::Get });
        }
        let admission = file.map_or(Admission::Admitted, |file| self.admit(served, file, request));
        match admission {
            Admission::Admitted => {}
            // A phone comes again by itself (PB §11.1).
            Admission::Later => return plain(StatusCode::SERVICE_UNAVAILABLE, "too many requests were refused\n", get),
            Admission::Asked { challenge, refused } => {
                if refused {
                    self.tell(agent, told(401, 0));
                }
                let mut response = plain(StatusCode::UNAUTHORIZED, "this file is for those who have an account\n", get);
                if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
                }
                return response;
            }
        }
        let (response, bytes) = match file {
            Some(file) => {
                let octets = match served.asks(file) {
                    true => self.made(served, file, agent, body).await,
                    false => wire.file(file),
                };
                let bytes = octets.len() as u64;
                (forms::file(served, file, octets, get), bytes)
            }
            None => match self.context.image(served, self.server, &path).await {
                Some(image) => forms::image(&request.headers, image, get),
                None => (plain(StatusCode::NOT_FOUND, "there is no such file\n", get), 0),
            },
        };
        // HEAD fetches nothing: it is no sign that the phone has its file.
        if get {
            self.tell(agent, told(response.status().as_u16(), bytes));
        }
        response
    }

    /// What the program says has moved, before anything else that has its path. What stands behind a `?` goes along.
    fn redirected(&self, served: &Served, request: &Parts, path: &str, agent: Option<&str>) -> Option<Response<Body>> {
        let server = served.plan().servers.get(self.server)?;
        // As it was written: what is put behind the URL stays as the phone has it.
        let (redirect, mut to) = server.redirect(self.scheme, request.uri.path())?;
        if let Some(query) = request.uri.query() {
            to.push('?');
            to.push_str(query);
        }
        let get = request.method != Method::HEAD;
        if get {
            let caller = Caller { peer: self.peer.ip(), holder: self.holder.as_ref(), agent };
            let requester = self.context.requester(served, None, path, caller);
            let (status, path) = (redirect.status, path.to_owned());
            self.tell(agent, Told { path, status, bytes: 0, file: None, served, requester });
        }
        Some(forms::moved(redirect.status, &to, get))
    }

    /// A file that is made for who asks. What is posted beyond the bounds counts as nothing.
    async fn made(&self, served: &Served, file: FileRef, agent: Option<&str>, body: Incoming) -> Bytes {
        let body = match timeout(PATIENCE, Limited::new(body, LONGEST_BODY).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) | Err(_) => Bytes::new(),
        };
        let mut octets = Vec::with_capacity(1024);
        served.render_for(file, Some(&Asked::new(self.holder.as_ref(), agent, &body)), &mut octets);
        octets.into()
    }

    /// Whether whoever showed this certificate, or none, may have what is one phone's, or everybody's.
    fn is_for(&self, served: &Served, owner: Option<PhoneRef>) -> bool {
        let tls = served.plan().servers.get(self.server).and_then(|server| server.tls.as_ref());
        let Some(tls) = tls.filter(|tls| self.scheme == Scheme::Https && tls.clients != Clients::None) else {
            return true;
        };
        let Some(phone) = owner else {
            return tls.clients == Clients::Request || self.holder.is_some();
        };
        let (Some(holder), Some(mac)) = (&self.holder, served.mac(phone)) else { return false };
        let (product, series) = served.model(phone).map_or(("", ""), |model| (&model.name, &model.series));
        is_of(holder, tls.identity.as_deref(), mac, product, series)
    }

    /// Whether the credentials of a request open a file.
    fn admit(&self, served: &Served, file: FileRef, request: &Parts) -> Admission {
        let Some(guard) = served.guard(file) else { return Admission::Admitted };
        let now = self.context.clock.seconds();
        if !self.connected.is_heard(now) {
            return Admission::Later;
        }
        let given = request.headers.get(AUTHORIZATION).and_then(|given| given.to_str().ok());
        let given = given.and_then(Authorization::parse);
        let target = request.uri.path_and_query().map_or("/", |target| target.as_str());
        let asked = credentials::Request { method: request.method.as_str(), target };
        let right = given.as_ref().is_some_and(|given| guard.admits(given, asked));
        let age = given.as_ref().and_then(Authorization::nonce).map(|nonce| self.nonces.age(nonce, now));
        if right && age.is_none_or(|age| age == Age::Fresh) {
            return Admission::Admitted;
        }
        // Whoever proved the password with a nonce that is over gets another, and is not refused.
        let stale = right && age == Some(Age::Stale);
        let challenge = challenge(guard.realm.method, &guard.realm.name, &self.nonces.give(now, 0), stale);
        Admission::Asked { challenge, refused: given.is_some() && !right }
    }

    fn tell(&self, agent: Option<&str>, told: Told<'_>) {
        let Told { path, status, bytes, file, served, requester } = told;
        self.context.events.publish(Event::File {
            scheme: self.scheme,
            path,
            status,
            bytes,
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
