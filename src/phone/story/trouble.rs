//! The world of a story: servers that fail for a while, and somebody who reads along what travels in clear.

use crate::phone::model::{
    CloudAnswer, CloudQuery, DnsAnswer, FetchAnswer, FetchRequest, Lease, Method, Millis, Purpose, Query, Timed, World,
};
use crate::phone::{Identity, Scheme, profile};

pub(super) enum Trouble {
    Down,
    Answers(u16),
}

/// A world in which servers fail for a while, and in which what travels in clear is read along.
pub(super) struct Disturbed<'w> {
    world: &'w mut dyn World,
    pub(super) trouble: Option<(Millis, Trouble)>,
    pub(super) requests: usize,
    pub(super) leaks: Vec<String>,
    secrets: &'w [String],
}

/// What a phone waits before it gives a silent server up (undocumented, inferred).
const SILENCE: Millis = 20_000;

impl World for Disturbed<'_> {
    fn lease(&mut self, now: Millis, identity: &Identity) -> Timed<Option<Lease>> {
        self.world.lease(now, identity)
    }

    fn never_leases(&self) -> bool {
        self.world.never_leases()
    }

    fn resolve(&mut self, now: Millis, query: &Query) -> Timed<DnsAnswer> {
        self.world.resolve(now, query)
    }

    fn cloud(&mut self, now: Millis, identity: &Identity, query: &CloudQuery) -> Timed<CloudAnswer> {
        self.world.cloud(now, identity, query)
    }

    fn fetch(&mut self, now: Millis, request: &FetchRequest) -> Timed<FetchAnswer> {
        // Files asked for; what a phone sends is none.
        self.requests += usize::from(request.purpose != Purpose::Report);
        let clear = request.scheme != Scheme::Https;
        let answer = match self.trouble {
            Some((until, Trouble::Down)) if now < until => Timed::new(SILENCE, FetchAnswer::Timeout),
            // A server that fails answers where it listens, and nowhere else.
            Some((until, Trouble::Answers(status))) if now < until && self.world.listens(request) => Timed::new(
                50,
                match request.scheme {
                    Scheme::Tftp if status == 404 => FetchAnswer::TftpError { code: 1, text: "file not found".into() },
                    Scheme::Tftp => FetchAnswer::TftpError { code: 0, text: format!("status {status}") },
                    Scheme::Http | Scheme::Https => FetchAnswer::status(status),
                },
            ),
            _ => self.world.fetch(now, request),
        };
        if clear && self.leaks(request, &answer.answer) {
            self.leaks.push(request.url());
        }
        answer
    }

    fn syslog(&mut self, now: Millis, server: &str, text: &str) {
        if self.tells(text) {
            self.leaks.push(format!("syslog to {server}"));
        }
        self.world.syslog(now, server, text);
    }
}

impl<'w> Disturbed<'w> {
    pub(super) fn new(world: &'w mut dyn World, secrets: &'w [String]) -> Self {
        Disturbed { world, trouble: None, requests: 0, leaks: Vec::new(), secrets }
    }
}

impl Disturbed<'_> {
    /// Whether a text holds a secret: as it is, or escaped in XML.
    fn tells(&self, text: &str) -> bool {
        let mut secrets = self.secrets.iter().filter(|secret| !secret.is_empty());
        secrets
            .any(|secret| text.contains(secret.as_str()) || text.contains(quick_xml::escape::escape(secret).as_ref()))
    }

    fn leaks(&self, request: &FetchRequest, answer: &FetchAnswer) -> bool {
        if request.authorization.is_some() {
            return true;
        }
        if let Method::Post { body } | Method::Put { body } = &request.method
            && self.tells(&String::from_utf8_lossy(body))
        {
            return true;
        }
        let body = match answer {
            FetchAnswer::Http { body, .. } | FetchAnswer::Tftp(body) => body,
            _ => return self.tells(&request.path),
        };
        let values = profile::decode(body).map(|profile| profile.elements).unwrap_or_default();
        self.tells(&request.path)
            || values.iter().any(|element| match &element.value {
                profile::Value::Set(value) => self.tells(value),
                profile::Value::Absent | profile::Value::Keep => false,
            })
    }
}
