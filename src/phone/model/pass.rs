//! One resync (PB §8.2): the rules in order, each evaluated, fetched and applied; the first failure ends the pass.

use super::answer::{self, Meaning};
use super::discovery::{self, Attempt, OptionServers};
use super::facts::{Aim, Facts};
use super::phone::State;
use super::{
    Cause, Class, DnsAnswer, Event, FetchAnswer, FetchRequest, Found, Method, Outcome, Output, Phone, Query, Resync,
};
use crate::phone::profile;
use crate::phone::rule::{Kind, Options, Taken, Target, Url, evaluate, expand_log};
use crate::phone::{PROFILE_RULES, Scheme, Settings};
use std::collections::VecDeque;
use std::net::Ipv4Addr;

/// Redirects followed for one file. The documented phone has no limit it tells of (PB §11.1, inferred).
const HOPS: u8 = 5;
/// Repeats with credentials (PB §11.1).
const CHALLENGES: u8 = 2;
/// Passes that follow each other because files changed the rules.
const ROUNDS: usize = 8;

/// A pass under way.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    cause: Cause,
    /// The one rule of a resync asked for by URL.
    single: Option<String>,
    /// The rules as this pass follows them: as they stood when it began, then each as evaluated.
    followed: [String; 4],
    /// Position of the rule under way in [`PROFILE_RULES`].
    rule: usize,
    options: Options,
    /// SRV names still to ask for, with scheme and paths.
    services: VecDeque<(Scheme, String)>,
    paths: Vec<String>,
    /// What is still to be tried for this rule.
    attempts: VecDeque<Attempt>,
    current: Option<Current>,
    /// The last failure of this rule.
    trouble: Option<(String, Class)>,
    /// Whether every failure of this rule was a file not found.
    only_missing: bool,
    aim: Option<Aim>,
    requested: bool,
    files: usize,
    round: usize,
}

/// The attempt under way.
#[derive(Clone, Debug)]
struct Current {
    attempt: Attempt,
    addresses: VecDeque<Ipv4Addr>,
    hops: u8,
    challenges: u8,
    authorization: Option<String>,
}

impl Current {
    fn new(attempt: Attempt) -> Self {
        Current { attempt, addresses: VecDeque::new(), hops: 0, challenges: 0, authorization: None }
    }
}

impl Pass {
    pub fn new(cause: Cause, single: Option<String>, settings: &Settings) -> Self {
        Pass {
            cause,
            single,
            followed: PROFILE_RULES.map(|rule| settings.get(rule).to_owned()),
            rule: 0,
            options: Options::default(),
            services: VecDeque::new(),
            paths: Vec::new(),
            attempts: VecDeque::new(),
            current: None,
            trouble: None,
            only_missing: true,
            aim: None,
            requested: false,
            files: 0,
            round: 0,
        }
    }

    /// The name of the rule under way.
    fn parameter(&self) -> String {
        match self.single {
            Some(_) => "resync URL".into(),
            None => PROFILE_RULES.get(self.rule).copied().unwrap_or_default().into(),
        }
    }
}

impl Phone {
    pub(super) fn begin_pass(&mut self, pass: Pass) {
        self.follow_rules(Box::new(pass));
    }

    /// Goes on with the rule at hand, past those that fetch nothing.
    fn follow_rules(&mut self, mut pass: Box<Pass>) {
        loop {
            let text = match (&pass.single, PROFILE_RULES.get(pass.rule)) {
                (Some(rule), _) if pass.rule == 0 => rule.clone(),
                (None, Some(name)) => self.settings.get(name).to_owned(),
                _ => return self.all_followed(pass),
            };
            if pass.single.is_none()
                && let Some(followed) = pass.followed.get_mut(pass.rule)
            {
                followed.clone_from(&text);
            }
            let facts = Facts { phone: self, cause: pass.cause, aim: None, error: "" };
            let parameter = pass.parameter();
            match evaluate(&text, Kind::Profile, &facts, self.across).taken {
                Err(error) => return self.fail(pass, format!("{parameter}: {error}"), Class::C),
                Ok(None) if text.trim().is_empty() => {}
                Ok(None) => self.tell(Event::Rule { parameter, note: "no alternative applies; skipped".into() }),
                Ok(Some(taken)) => match self.take(pass, taken, &text) {
                    Some(same) => pass = same,
                    None => return,
                },
            }
            pass.rule += 1;
        }
    }

    /// Runs an alternative's assignments and starts its fetch; without one the pass is given back.
    fn take(&mut self, mut pass: Box<Pass>, taken: Taken, text: &str) -> Option<Box<Pass>> {
        for (element, value) in &taken.assignments {
            self.settings.set(element, value);
        }
        if !taken.assignments.is_empty() {
            let names: Vec<&str> = taken.assignments.iter().map(|(element, _)| element.as_str()).collect();
            self.tell(Event::Rule { parameter: pass.parameter(), note: format!("sets {}", names.join(", ")) });
        }
        pass.options = taken.options;
        pass.attempts.clear();
        pass.services.clear();
        pass.trouble = None;
        pass.only_missing = true;
        let url = match taken.target {
            None => return Some(pass),
            Some(Target::ActivationCode) => {
                self.fail(pass, "waits for an activation code, which the model cannot enter".into(), Class::C);
                return None;
            }
            Some(Target::Url(url)) => url,
        };
        match Attempt::of(&url) {
            Some(attempt) if pass.options.srv => {
                pass.services
                    .extend(discovery::service_name(attempt.scheme, &attempt.host).map(|name| (attempt.scheme, name)));
                pass.paths = vec![attempt.path];
            }
            Some(attempt) => pass.attempts.push_back(attempt),
            None => self.discover(&mut pass, &url, text),
        }
        self.go_on(pass);
        None
    }

    /// The servers of a rule that names none (PB §5, §6, C-16).
    fn discover(&mut self, pass: &mut Pass, url: &Url, text: &str) {
        // Tails are for a Profile_Rule that begins with `/`, and only so does discovery work (PB §5).
        let whole = pass.rule == 0 && text.trim_start().starts_with('/');
        let servers = self.lease.as_ref().and_then(|lease| discovery::option_servers(&self.settings, lease));
        if let Some(servers) = servers {
            let attempts = self.option_attempts(&servers, whole, &url.path);
            let urls = attempts.iter().map(Attempt::to_string).collect();
            self.tell(Event::Discovery { source: format!("option {}", servers.code), urls });
            pass.attempts.extend(attempts);
        } else if whole && let Some(domain) = self.lease.as_ref().and_then(|lease| lease.domain.clone()) {
            pass.services.extend(discovery::service_names(domain.trim_end_matches('.')));
            pass.paths = discovery::service_paths(&url.path, self.identity()).to_vec();
        }
        if pass.attempts.is_empty() && pass.services.is_empty() {
            pass.trouble = Some(("no provisioning server: DHCP names none".into(), Class::C));
            pass.only_missing = false;
        }
    }

    fn option_attempts(&self, servers: &OptionServers, whole: bool, path: &str) -> Vec<Attempt> {
        if whole { servers.discover(path, self.identity()) } else { servers.serve(path) }
    }

    /// The next thing to try for the rule at hand: a URL, an SRV name, or nothing more.
    fn go_on(&mut self, mut pass: Box<Pass>) {
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
            Some(_) if pass.only_missing && !self.settings.yes("Resync_Fails_On_FNF") => {
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
        let written = |s: &super::Service| format!("{} {} {} {}", s.priority, s.weight, s.port, s.target);
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

    /// Takes the pass out of its state; whoever does puts it back or ends it. An answer that nobody waits for is dropped.
    fn passing(&mut self) -> Option<Box<Pass>> {
        match std::mem::replace(&mut self.state, State::Waiting(None)) {
            State::Passing(pass) => Some(pass),
            other => {
                self.state = other;
                None
            }
        }
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
            Meaning::File(body) => self.received(pass, &url, &body),
            Meaning::Redirect(to) if current.hops < HOPS => match redirected(&current.attempt, &to) {
                Some(attempt) => {
                    let hops = current.hops + 1;
                    self.attempt(pass, Current { hops, ..Current::new(attempt) });
                }
                None => self.attempt_failed(pass, &current, &format!("redirect to `{to}`"), false),
            },
            Meaning::Redirect(_) => self.attempt_failed(pass, &current, "too many redirects", false),
            Meaning::Challenge(challenge) => match credentials(&pass.options, &challenge) {
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

    fn attempt_failed(&mut self, mut pass: Box<Pass>, current: &Current, why: &str, missing: bool) {
        pass.only_missing &= missing;
        let class = if missing { Class::B } else { Class::C };
        pass.trouble = Some((format!("{}: {why}", current.attempt), class));
        self.go_on(pass);
    }

    /// A file came: read and applied, or corrupt (PB §9).
    fn received(&mut self, mut pass: Box<Pass>, url: &str, body: &[u8]) {
        if pass.options.key.is_some() || pass.options.alias.is_some() {
            let option = if pass.options.key.is_some() { "--key" } else { "--alias" };
            return self.fail(pass, format!("{url}: the model cannot follow {option} yet"), Class::C);
        }
        let profile = match profile::decode(body) {
            Ok(profile) => profile,
            Err(fault) => return self.fail(pass, format!("{url}: corrupt file: {fault}"), Class::B),
        };
        let followed = PROFILE_RULES.map(|rule| self.settings.get(rule).to_owned());
        let parameters = self.settings.apply(&profile);
        let rules = self.changed_rules(&followed);
        self.tell(Event::Apply { parameter: pass.parameter(), url: url.to_owned(), parameters, rules });
        pass.files += 1;
        pass.rule += 1;
        self.follow_rules(pass);
    }

    /// Every rule was followed. Files may have changed rules that were followed before: a resync can change parameters
    /// and restart the phone (PB §9). What a phone does then is undocumented; the model resyncs again at once, until
    /// the rules it followed are the rules it has (inferred).
    fn all_followed(&mut self, pass: Box<Pass>) {
        self.result_message(&pass, "Log_Success_Msg", "");
        let changed = self.changed_rules(&pass.followed);
        if changed.is_empty() {
            return self.end_done(pass.files);
        }
        if pass.round + 1 >= ROUNDS {
            self.tell(Event::Resync(Resync::Looping { rounds: ROUNDS }));
            return self.end_done(pass.files);
        }
        self.tell(Event::Resync(Resync::Again { changed }));
        let again = Pass { round: pass.round + 1, ..Pass::new(pass.cause, None, &self.settings) };
        self.follow_rules(Box::new(again));
    }

    /// The rule parameters that are no longer what they were.
    fn changed_rules(&self, before: &[String; 4]) -> Vec<String> {
        let changed =
            PROFILE_RULES.iter().zip(before).filter(|(rule, before)| self.settings.get(rule) != before.as_str());
        changed.map(|(rule, _)| (*rule).to_owned()).collect()
    }

    fn fail(&mut self, pass: Box<Pass>, reason: String, class: Class) {
        self.result_message(&pass, "Log_Failure_Msg", &reason);
        self.end_failed(reason, class);
    }

    /// The message before: once a pass, when its first target is known (PB §8.2, §15; inferred, since the template names
    /// the target).
    fn request_message(&mut self, pass: &mut Pass, current: &Current) {
        let Attempt { scheme, host, port, path } = current.attempt.clone();
        pass.aim = Some(Aim { scheme, host, address: current.addresses.front().copied(), port, path });
        if !pass.requested {
            pass.requested = true;
            self.log("Log_Request_Msg", pass, "");
        }
    }

    /// The message after.
    fn result_message(&mut self, pass: &Pass, template: &str, error: &str) {
        // A pass that aimed at nothing and failed at nothing has nothing to say.
        if pass.requested || !error.is_empty() {
            self.log(template, pass, error);
        }
    }

    fn log(&mut self, template: &str, pass: &Pass, error: &str) {
        let Some(server) = self.syslog_server() else { return };
        let facts = Facts { phone: self, cause: pass.cause, aim: pass.aim.as_ref(), error };
        let text = expand_log(self.settings.get(template), &facts);
        if text.is_empty() {
            return;
        }
        let identifier = match self.settings.get("Syslog_Identifier") {
            known @ ("$MA" | "$MAU" | "$MAC" | "$SN") => expand_log(known, &facts) + " ",
            _ => String::new(),
        };
        let text = identifier + &text;
        self.tell(Event::Syslog { server: server.clone(), text: text.clone() });
        self.out.push(Output::Syslog { server, text });
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

/// The answer to a Basic challenge. Digest is not modelled yet.
fn credentials(options: &Options, challenge: &str) -> Option<String> {
    let (uid, pwd) = (options.uid.as_ref()?, options.pwd.as_deref().unwrap_or_default());
    let basic = challenge.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"));
    if basic { Some(format!("Basic {}", base64(format!("{uid}:{pwd}").as_bytes()))) } else { None }
}

fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for chunk in octets.chunks(3) {
        let number =
            chunk.iter().fold(0u32, |number, octet| number << 8 | u32::from(*octet)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS.get((number >> (18 - 6 * place)) as usize & 63).copied().unwrap_or(b'=');
            text.push(char::from(if place <= chunk.len() { digit } else { b'=' }));
        }
    }
    text
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn basic_credentials_are_those_of_rfc_7617() {
        let options = Options { uid: Some("Aladdin".into()), pwd: Some("open sesame".into()), ..Options::default() };
        let expected = Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".to_owned());
        assert_eq!(credentials(&options, "Basic realm=\"x\""), expected);
        assert_eq!(credentials(&options, "Digest realm=\"x\""), None);
        assert_eq!((base64(b"a"), base64(b"ab"), base64(b"abc")), ("YQ==".into(), "YWI=".into(), "YWJj".into()));
    }

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

impl Outcome {
    /// Whether a file came.
    pub fn is_file(&self) -> bool {
        matches!(self, Outcome::File { .. })
    }
}
