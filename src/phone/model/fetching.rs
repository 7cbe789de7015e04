//! One rule's fetch: hosts resolved, addresses and URLs tried in turn, redirects and challenges followed (PB §6, §11, §12).

use super::answer::{self, Meaning};
use super::discovery::{self, Attempt};
use super::facts::Facts;
use super::pass::{Goal, Pass};
use super::phone::State;
use super::{Class, DnsAnswer, Event, FetchAnswer, FetchRequest, Found, Method, Output, Phone, Query, Service};
use crate::phone::Scheme;
use crate::phone::credentials::{self, Request};
use crate::phone::rule::{Options, Url, expand_log};
use std::collections::VecDeque;
use std::net::Ipv4Addr;

/// Redirects followed for one file. The documented phone has no limit it tells of (PB §11.1, inferred).
const HOPS: u8 = 5;
/// Repeats with credentials (PB §11.1).
const CHALLENGES: u8 = 2;

/// The attempt under way.
#[derive(Clone, Debug)]
pub(super) struct Current {
    pub attempt: Attempt,
    pub addresses: VecDeque<Ipv4Addr>,
    hops: u8,
    challenges: u8,
    authorization: Option<String>,
}

impl Current {
    fn new(attempt: Attempt) -> Self {
        Current { attempt, addresses: VecDeque::new(), hops: 0, challenges: 0, authorization: None }
    }
}

impl Phone {
    /// The next thing to try for the rule at hand: a URL, an SRV name, or nothing more.
    pub(super) fn go_on(&mut self, mut pass: Box<Pass>) {
        if let Some(attempt) = pass.attempts.pop_front() {
            return self.attempt(pass, Current::new(attempt));
        }
        if let Some((_, name)) = pass.services.front() {
            let query = Query::Service(name.clone());
            self.resolve(query);
            self.state = State::Passing(pass);
            return;
        }
        match pass.trouble.take() {
            // PB §8.3: file not found is a success when the phone is told so.
            Some(_) if pass.only_missing && pass.goal == Goal::Rules && !self.settings.yes("Resync_Fails_On_FNF") => {
                self.tell(Event::Rule { parameter: pass.parameter(), note: "file not found, let pass".into() });
                pass.rule += 1;
                self.follow_rules(pass);
            }
            Some((reason, class)) => self.fail(pass, reason, class),
            None => self.fail(pass, "no provisioning server: no SRV record".into(), Class::C),
        }
    }

    fn attempt(&mut self, mut pass: Box<Pass>, mut current: Current) {
        let host = current.attempt.host.clone();
        if !self.allowed(&host) {
            pass.only_missing = false;
            pass.trouble = Some((format!("{host} is not in Restricted_Access_Domains"), Class::C));
            return self.go_on(pass);
        }
        match host.parse::<Ipv4Addr>() {
            Ok(address) => {
                current.addresses = VecDeque::from([address]);
                self.fetch(pass, current);
            }
            Err(_) => {
                self.resolve(Query::Address(host));
                pass.current = Some(current);
                self.state = State::Passing(pass);
            }
        }
    }

    /// PB §8.3, Restricted_Access_Domains: when set, every server must be listed.
    fn allowed(&self, host: &str) -> bool {
        let list = self.settings.get("Restricted_Access_Domains");
        list.is_empty() || list.split(',').any(|domain| domain.trim().eq_ignore_ascii_case(host))
    }

    fn resolve(&mut self, query: Query) {
        let servers = self.lease.as_ref().map(|lease| lease.dns.clone()).unwrap_or_default();
        self.out.push(Output::Resolve { query, servers });
    }

    pub(super) fn resolved(&mut self, answer: DnsAnswer) {
        let Some(mut pass) = self.passing() else { return };
        if let Some(mut current) = pass.current.take() {
            let query = Query::Address(current.attempt.host.clone());
            let found = match answer {
                DnsAnswer::Addresses(addresses) if !addresses.is_empty() => {
                    current.addresses = addresses.iter().copied().collect();
                    Found::Addresses(addresses)
                }
                DnsAnswer::Timeout => Found::Timeout,
                _ => Found::Nothing,
            };
            self.tell(Event::Dns { query, found: found.clone() });
            if current.addresses.is_empty() {
                self.request_message(&mut pass, &current);
                return self.attempt_failed(pass, &current, &found.to_string(), false);
            }
            return self.fetch(pass, current);
        }
        let Some((scheme, name)) = pass.services.pop_front() else {
            self.state = State::Passing(pass);
            return;
        };
        let services = match answer {
            DnsAnswer::Services(services) => discovery::in_order(services),
            DnsAnswer::Timeout => {
                self.tell(Event::Dns { query: Query::Service(name), found: Found::Timeout });
                return self.go_on(pass);
            }
            _ => Vec::new(),
        };
        let written = |s: &Service| format!("{} {} {} {}", s.priority, s.weight, s.port, s.target);
        let found = match services.as_slice() {
            [] => Found::Nothing,
            some => Found::Services(some.iter().map(written).collect()),
        };
        self.tell(Event::Dns { query: Query::Service(name), found });
        for service in services {
            let host = service.target.trim_end_matches('.').to_owned();
            pass.attempts.extend(pass.paths.iter().map(|path| Attempt {
                scheme,
                host: host.clone(),
                port: service.port,
                path: path.clone(),
            }));
        }
        self.go_on(pass);
    }

    /// Sends the request to the next address of the host.
    fn fetch(&mut self, mut pass: Box<Pass>, current: Current) {
        let Some(address) = current.addresses.front().copied() else {
            return self.attempt_failed(pass, &current, "no address", false);
        };
        self.request_message(&mut pass, &current);
        let Attempt { scheme, host, port, path } = current.attempt.clone();
        let facts = Facts { phone: self, cause: pass.cause, aim: None, error: "" };
        let method = match pass.options.post.filter(|_| scheme != Scheme::Tftp) {
            Some(letter) => {
                let register = format!("GPP_{}", letter.to_ascii_uppercase());
                Method::Post { body: expand_log(self.settings.get(&register), &facts) }
            }
            None => Method::Get,
        };
        let user_agent = match self.settings.get("HTTP_User_Agent_Name") {
            "" => self.identity().user_agent(),
            name => name.chars().filter(|c| !c.is_control()).collect(),
        };
        let authorization = current.authorization.clone();
        let request = FetchRequest { scheme, host, address, port, path, method, user_agent, authorization };
        pass.current = Some(current);
        self.out.push(Output::Fetch(request));
        self.state = State::Passing(pass);
    }

    pub(super) fn fetched(&mut self, answer: FetchAnswer) {
        let Some(mut pass) = self.passing() else { return };
        let Some(mut current) = pass.current.take() else {
            self.state = State::Passing(pass);
            return;
        };
        let (meaning, outcome) = answer::sort(answer);
        let url = current.attempt.to_string();
        self.tell(Event::Fetch { parameter: pass.parameter(), url: url.clone(), outcome: outcome.clone() });
        match meaning {
            Meaning::File { body, sealed } => self.received(pass, &url, &body, sealed),
            Meaning::Redirect(to) if current.hops < HOPS => match redirected(&current.attempt, &to) {
                Some(attempt) => {
                    let hops = current.hops + 1;
                    self.attempt(pass, Current { hops, ..Current::new(attempt) });
                }
                None => self.attempt_failed(pass, &current, &format!("redirect to `{to}`"), false),
            },
            Meaning::Redirect(_) => self.attempt_failed(pass, &current, "too many redirects", false),
            Meaning::Challenge(challenge) => match self.credentials(&pass.options, &current.attempt, &challenge) {
                Some(authorization) if current.challenges < CHALLENGES => {
                    current.challenges += 1;
                    current.authorization = Some(authorization);
                    self.fetch(pass, current);
                }
                _ => self.attempt_failed(pass, &current, "401 unauthorized", false),
            },
            Meaning::NotFound => self.attempt_failed(pass, &current, &outcome.to_string(), true),
            Meaning::Unreachable => {
                current.addresses.pop_front();
                if current.addresses.is_empty() {
                    self.attempt_failed(pass, &current, &outcome.to_string(), false);
                } else {
                    self.fetch(pass, current);
                }
            }
            Meaning::Other => self.attempt_failed(pass, &current, &outcome.to_string(), false),
        }
    }

    /// The answer to a challenge (PB §11); nothing where the rule has no user, or the challenge is of an unknown kind.
    fn credentials(&mut self, options: &Options, attempt: &Attempt, challenge: &str) -> Option<String> {
        let (user, password) = (options.uid.as_ref()?, options.pwd.as_deref().unwrap_or_default());
        let method = if options.post.is_some() { "POST" } else { "GET" };
        let chance = self.chance();
        credentials::answer(challenge, Request { method, target: &attempt.path }, user, password, chance)
    }

    fn attempt_failed(&mut self, mut pass: Box<Pass>, current: &Current, why: &str, missing: bool) {
        pass.only_missing &= missing;
        let class = if missing { Class::B } else { Class::C };
        pass.trouble = Some((format!("{}: {why}", current.attempt), class));
        self.go_on(pass);
    }
}

/// RFC 9110: Location is a URL, or a path on the same server.
fn redirected(from: &Attempt, to: &str) -> Option<Attempt> {
    if to.starts_with('/') && !to.starts_with("//") {
        return Url::parse(to).ok().map(|url| Attempt { path: url.path, ..from.clone() });
    }
    let whole = match to.split_once("://") {
        Some((_, authority)) if !authority.contains('/') => format!("{to}/"),
        _ => to.to_owned(),
    };
    let url = Url::parse(&whole).ok()?;
    let web = matches!(url.scheme, Some(Scheme::Http | Scheme::Https));
    if web { Attempt::of(&url) } else { None }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn locations_lead_to_the_web_only() {
        let from = Attempt { scheme: Scheme::Http, host: "h".into(), port: 8080, path: "/a".into() };
        let to = |location| redirected(&from, location).map(|attempt| attempt.to_string());
        assert_eq!(to("/b?c"), Some("http://h:8080/b?c".into()));
        assert_eq!(to("https://other/x"), Some("https://other/x".into()));
        assert_eq!(to("https://other"), Some("https://other/".into()));
        for nowhere in ["tftp://h/x", "b", "//h/x", "", "http://h /x"] {
            assert_eq!(to(nowhere), None, "{nowhere}");
        }
    }
}
