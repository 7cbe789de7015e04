//! One rule's fetch: hosts resolved, addresses and URLs tried in turn, redirects and challenges followed (PB §6, §11, §12).

use super::answer::{self, Meaning};
use super::discovery::{self, Attempt};
use super::facts::Facts;
use super::pass::{Goal, Pass};
use super::phone::State;
use super::{
    Class, DnsAnswer, Event, FetchAnswer, FetchRequest, Found, Method, Output, Phone, Query, Roots, Service, location,
};
use crate::phone::Scheme;
use crate::phone::credentials::{self, Login, Request};
use crate::phone::rule::expand_log;
use crate::phone::stance::{self, AgentId};
use std::collections::VecDeque;
use std::net::Ipv4Addr;

/// Redirects followed for one file. The documented phone has no limit it tells of (PB §11.1, inferred).
const HOPS: u8 = 5;
/// So much is told of where a redirect leads.
const LONGEST_PLACE: usize = 200;
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
    proxy_challenges: u8,
    proxy_authorization: Option<String>,
}

impl Current {
    fn new(attempt: Attempt) -> Self {
        Current {
            attempt,
            addresses: VecDeque::new(),
            hops: 0,
            challenges: 0,
            authorization: None,
            proxy_challenges: 0,
            proxy_authorization: None,
        }
    }
}

/// Whether a list of servers, Restricted_Access_Domains, lets a phone go to a host: when it is set, every server must be listed
/// (PB §8.3), by its full name. An empty list lets it go anywhere.
pub fn lists_host(list: &str, host: &str) -> bool {
    list.trim().is_empty() || list.split(',').any(|name| name.trim().eq_ignore_ascii_case(host))
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
        if pass.discovering {
            match self.ask_cloud(pass) {
                Some(same) => pass = same,
                None => return,
            }
        }
        match pass.trouble.take() {
            // PB §8.3: file not found is a success when the phone is told so.
            Some(_) if pass.only_missing && pass.goal == Goal::Rules && !self.settings.yes("Resync_Fails_On_FNF") => {
                self.tell(Event::Rule { parameter: pass.parameter(), note: "file not found, let pass".into() });
                pass.rule += 1;
                self.follow_rules(pass);
            }
            Some((reason, class)) => self.fail(pass, reason, class),
            None => {
                let why = pass.nowhere.join(", ");
                self.fail(pass, format!("no provisioning server: {why}"), Class::C);
            }
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

    fn allowed(&self, host: &str) -> bool {
        let list = self.settings.get("Restricted_Access_Domains");
        lists_host(list, host)
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
                pass.no_service();
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
        if services.is_empty() {
            pass.no_service();
        }
        for service in services {
            let host = service.target.trim_end_matches('.').to_owned();
            pass.attempts.extend(pass.paths.iter().map(|path| Attempt {
                scheme,
                host: host.clone(),
                port: service.port,
                path: path.clone(),
                domain: pass.domain.clone(),
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
        let Attempt { scheme, host, port, path, domain } = current.attempt.clone();
        let request = FetchRequest {
            scheme,
            certificate: domain.unwrap_or_else(|| host.clone()),
            host,
            address,
            port,
            path,
            method: self.method(&pass, scheme),
            user_agent: self.user_agent(scheme),
            authorization: current.authorization.clone(),
            proxy_authorization: current.proxy_authorization.clone(),
            encoding: match &pass.goal {
                Goal::Report(content) => content.encoding,
                _ => None,
            },
            purpose: pass.goal.purpose(),
            roots: self.roots(scheme),
        };
        self.tell_agent(&request);
        pass.current = Some(current);
        self.out.push(Output::Fetch(request));
        self.state = State::Passing(pass);
    }

    fn method(&self, pass: &Pass, scheme: Scheme) -> Method {
        if let Goal::Report(content) = &pass.goal {
            // PB §16: over TFTP a report is written.
            let put = scheme == Scheme::Tftp || self.settings.get("HTTP_Report_Method").eq_ignore_ascii_case("PUT");
            let body = content.octets.clone();
            return if put { Method::Put { body } } else { Method::Post { body } };
        }
        match pass.options.post.filter(|_| scheme != Scheme::Tftp) {
            Some(letter) => {
                let facts = Facts { phone: self, cause: pass.cause, aim: None, error: "" };
                let register = format!("GPP_{}", letter.to_ascii_uppercase());
                Method::Post { body: expand_log(self.settings.get(&register), &facts).into_bytes() }
            }
            None => Method::Get,
        }
    }

    fn user_agent(&self, scheme: Scheme) -> String {
        match self.settings.get("HTTP_User_Agent_Name") {
            "" if scheme != Scheme::Tftp && self.stances.agent_id() == AgentId::Serial => {
                self.identity().user_agent_as(self.identity().serial())
            }
            "" => self.identity().user_agent(),
            name => name.chars().filter(|c| !c.is_control()).collect(),
        }
    }

    /// What the phone calls itself, where that is not the usual: once after each start.
    fn tell_agent(&mut self, request: &FetchRequest) {
        let usual = request.scheme == Scheme::Tftp || request.user_agent == self.identity().user_agent();
        if !usual && !std::mem::replace(&mut self.named, true) {
            let note = request.user_agent.clone();
            self.tell(Event::Rule { parameter: "User-Agent".into(), note });
        }
    }

    /// Whose certificates are accepted; in clear nobody's are asked for.
    fn roots(&self, scheme: Scheme) -> Roots {
        if scheme != Scheme::Https {
            return Roots::default();
        }
        Roots { public: self.stances.roots() == stance::Roots::Public, custom: self.errands.has_custom_ca() }
    }

    pub(super) fn fetched(&mut self, answer: FetchAnswer) {
        let Some(mut pass) = self.passing() else { return };
        let Some(mut current) = pass.current.take() else {
            self.state = State::Passing(pass);
            return;
        };
        let (meaning, outcome) = answer::sort(answer);
        let url = current.attempt.to_string();
        self.tell(match pass.goal {
            Goal::Report(_) => Event::Report { url: url.clone(), outcome: outcome.clone() },
            _ => Event::Fetch { parameter: pass.parameter(), url: url.clone(), outcome: outcome.clone() },
        });
        match meaning {
            Meaning::File { body, sealed } => self.received(pass, &current.attempt, &body, sealed),
            Meaning::TooLong(limit) => {
                let why = format!("the file is longer than {limit} octets");
                self.corrupt(pass, &current.attempt, &why);
            }
            Meaning::Redirect(to) if current.hops < HOPS => match location::resolve(&current.attempt, &to) {
                Some(attempt) => {
                    let hops = current.hops + 1;
                    self.attempt(pass, Current { hops, ..Current::new(attempt) });
                }
                None => {
                    let to = to.get(..to.floor_char_boundary(LONGEST_PLACE)).unwrap_or_default();
                    let why = format!("redirect to `{to}`, which is no place on the web that a phone goes to");
                    self.attempt_failed(pass, &current, &why, false);
                }
            },
            Meaning::Redirect(_) => self.attempt_failed(pass, &current, "too many redirects", false),
            Meaning::Challenge(challenge) => match self.credentials(&pass, &current.attempt, &challenge) {
                Some(authorization) if current.challenges < CHALLENGES => {
                    current.challenges += 1;
                    current.authorization = Some(authorization);
                    self.fetch(pass, current);
                }
                _ => {
                    let why = format!("401 unauthorized{}", credentials::unknown(&challenge).unwrap_or_default());
                    self.attempt_failed(pass, &current, &why, false);
                }
            },
            Meaning::ProxyChallenge(challenge) => match self.proxy_credentials(&pass, &current.attempt, &challenge) {
                Some(authorization) if current.proxy_challenges < CHALLENGES => {
                    current.proxy_challenges += 1;
                    current.proxy_authorization = Some(authorization);
                    self.fetch(pass, current);
                }
                _ => {
                    let unknown = credentials::unknown(&challenge).unwrap_or_default();
                    let why = format!("407 proxy authentication required{unknown}");
                    self.attempt_failed(pass, &current, &why, false);
                }
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

    /// The answer to a challenge (PB §11); by the rule's own user, else by the profile account. Nothing where there is
    /// none, or the challenge is of an unknown kind.
    fn credentials(&mut self, pass: &Pass, attempt: &Attempt, challenge: &str) -> Option<String> {
        let Login { user, password } = match &pass.options.uid {
            Some(user) => Login { user: user.clone(), password: pass.options.pwd.clone().unwrap_or_default() },
            // The profile account is one for profiles.
            None if pass.goal == Goal::Rules => self.profile_account()?,
            None => return None,
        };
        self.answer_challenge(pass, attempt, challenge, &user, &password)
    }

    /// The same for a proxy, where the phone has an account there (PB §11).
    fn proxy_credentials(&mut self, pass: &Pass, attempt: &Attempt, challenge: &str) -> Option<String> {
        if !self.settings.yes("Proxy_Server_Requires_Authentication") {
            return None;
        }
        let (user, password) =
            (self.settings.get("Proxy_Username").to_owned(), self.settings.get("Proxy_Password").to_owned());
        self.answer_challenge(pass, attempt, challenge, &user, &password)
    }

    fn answer_challenge(
        &mut self,
        pass: &Pass,
        attempt: &Attempt,
        challenge: &str,
        user: &str,
        password: &str,
    ) -> Option<String> {
        let method = self.method(pass, attempt.scheme).name();
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
