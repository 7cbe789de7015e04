//! One resync (PB §8.2): the rules in order, each evaluated, fetched and applied; the first failure ends the pass.

use super::discovery::{self, Attempt, Names, OptionServers};
use super::facts::{Aim, Facts};
use super::fetching::Current;
use super::phone::State;
use super::report::Content;
use super::{Cause, Class, Event, Obstacle, Phone, Resync};
use crate::phone::rule::{Kind, Options, Taken, Target, Url, evaluate};
use crate::phone::stance::{Serverless, Services};
use crate::phone::{PROFILE_RULES, Scheme};
use std::collections::VecDeque;

/// Passes that follow each other because files changed the rules.
const ROUNDS: usize = 8;

/// What is fetched, or sent, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The profile rules, or the one rule of a resync URL.
    Rules,
    /// Firmware: this load.
    Load(String),
    /// A report of this content (PB §16).
    Report(Content),
    /// The custom CA (PB §26).
    CustomCa,
    /// The licence for firmware of another kind (PB §25).
    Licence,
    /// A new manufacturer's certificate (PB §27).
    Renewal,
}

/// A pass under way.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub goal: Goal,
    pub cause: Cause,
    /// The one rule of a resync asked for by URL.
    single: Option<String>,
    /// The rules as this pass follows them: as they stood when it began, then each as evaluated.
    followed: [String; 4],
    /// Position of the rule under way in [`PROFILE_RULES`].
    pub rule: usize,
    pub options: Options,
    /// SRV names still to ask for, with scheme and paths.
    pub services: VecDeque<(Scheme, String)>,
    /// The domain whose SRV names these are.
    pub domain: Option<String>,
    pub paths: Vec<String>,
    /// What is still to be tried for this rule.
    pub attempts: VecDeque<Attempt>,
    pub current: Option<Current>,
    /// The last failure of this rule.
    pub trouble: Option<(String, Class)>,
    /// Whether every failure of this rule was a file not found.
    pub only_missing: bool,
    /// The server is still to be found: a rule that names none, from which discovery starts (PB §2.1).
    pub discovering: bool,
    /// What has led nowhere so far.
    pub nowhere: Vec<&'static str>,
    /// Cisco's redirection service was asked in this pass.
    pub cloud_asked: bool,
    pub aim: Option<Aim>,
    pub requested: bool,
    pub files: usize,
    round: usize,
}

impl Pass {
    /// A resync by these rules, or by the one that was asked for.
    pub fn new(cause: Cause, single: Option<String>, rules: [String; 4]) -> Self {
        Pass {
            goal: Goal::Rules,
            cause,
            single,
            followed: rules,
            rule: 0,
            options: Options::default(),
            services: VecDeque::new(),
            domain: None,
            paths: Vec::new(),
            attempts: VecDeque::new(),
            current: None,
            trouble: None,
            only_missing: true,
            discovering: false,
            nowhere: Vec::new(),
            cloud_asked: false,
            aim: None,
            requested: false,
            files: 0,
            round: 0,
        }
    }

    /// One fetch that is no resync.
    pub fn errand(goal: Goal, options: Options, attempt: Attempt) -> Self {
        let mut pass = Pass::new(
            if matches!(goal, Goal::Load(_)) { Cause::AfterUpgrade } else { Cause::Errand },
            None,
            Default::default(),
        );
        pass.goal = goal;
        pass.options = options;
        pass.attempts.push_back(attempt);
        pass
    }

    /// One of the SRV names has no record; the last says that none has.
    pub fn no_service(&mut self) {
        if self.services.is_empty() {
            self.nowhere.push("no SRV record");
        }
    }

    pub fn is_single(&self) -> bool {
        self.single.is_some()
    }

    /// The name of the rule under way.
    pub fn parameter(&self) -> String {
        match (&self.goal, &self.single) {
            (Goal::Load(_), _) => "Upgrade_Rule".into(),
            (Goal::Report(_), _) => "Report_Rule".into(),
            (Goal::CustomCa, _) => "Custom_CA_Rule".into(),
            (Goal::Licence, _) => "Trans_Auth_Rule".into(),
            (Goal::Renewal, _) => "MIC_Cert_Refresh_Rule".into(),
            (Goal::Rules, Some(_)) => "resync URL".into(),
            (Goal::Rules, None) => PROFILE_RULES.get(self.rule).copied().unwrap_or_default().into(),
        }
    }
}

impl Phone {
    pub(super) fn begin_pass(&mut self, pass: Pass) {
        self.follow_rules(Box::new(pass));
    }

    /// Goes on with the rule at hand, past those that fetch nothing.
    pub(super) fn follow_rules(&mut self, mut pass: Box<Pass>) {
        loop {
            let text = match (&pass.single, PROFILE_RULES.get(pass.rule)) {
                (Some(rule), _) if pass.rule == 0 => rule.clone(),
                (None, Some(name)) => self.rule_text(name),
                _ => return self.all_followed(pass),
            };
            if pass.single.is_none()
                && let Some(followed) = pass.followed.get_mut(pass.rule)
            {
                followed.clone_from(&text);
            }
            let facts = Facts { phone: self, cause: pass.cause, aim: None, error: "" };
            let parameter = pass.parameter();
            match evaluate(&text, Kind::Profile, &facts, self.across(&text)).taken {
                Err(error) => {
                    let by = Obstacle::Rule(error.fault);
                    return self.fail_by(pass, format!("{parameter}: {error}"), Class::C, by);
                }
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
        pass.discovering = false;
        pass.nowhere.clear();
        let url = match taken.target {
            None => return Some(pass),
            Some(Target::ActivationCode) => {
                self.wait_for_code(pass);
                return None;
            }
            Some(Target::Url(url)) => url,
        };
        match Attempt::of(&url) {
            Some(attempt) if pass.options.srv => {
                pass.services
                    .extend(discovery::service_name(attempt.scheme, &attempt.host).map(|name| (attempt.scheme, name)));
                pass.paths = vec![attempt.path];
                pass.domain = Some(attempt.host);
            }
            Some(attempt) => pass.attempts.push_back(attempt),
            None => self.discover(&mut pass, &url, text),
        }
        self.go_on(pass);
        None
    }

    /// The servers of a rule that names none (PB §2.1, §5, §6, C-16): those of DHCP first, then those of DNS, then what
    /// Cisco's cloud says. A later one is asked when the earlier led to no profile (inferred).
    fn discover(&mut self, pass: &mut Pass, url: &Url, text: &str) {
        // Tails are for a Profile_Rule that begins with `/`, and only so does discovery work (PB §5).
        let whole = pass.rule == 0 && pass.single.is_none() && text.trim_start().starts_with('/');
        pass.discovering = whole;
        if let (true, Some(host)) = (pass.is_single(), self.plans.requester)
            && self.stances.serverless() == Serverless::Requester
        {
            let (scheme, port, path) = (url.scheme(), url.port(), url.path.clone());
            return pass.attempts.push_back(Attempt { scheme, host: host.to_string(), port, path, domain: None });
        }
        match self.lease.as_ref().and_then(|lease| discovery::option_servers(&self.settings, lease)) {
            Some(servers) => {
                let attempts = self.option_attempts(&servers, whole, &url.path);
                let urls = attempts.iter().map(Attempt::to_string).collect();
                self.tell(Event::Discovery { source: servers.source.clone(), urls });
                pass.attempts.extend(attempts);
                if whole {
                    self.dhcp_informs();
                }
            }
            None => pass.nowhere.push("DHCP names none"),
        }
        let domain = self.lease.as_ref().and_then(|lease| lease.domain.as_deref()).filter(|_| whole);
        if let Some(domain) = domain
            && self.runs_from(11, 3, 1)
            && self.stances.services() == Services::Supported
        {
            let domain = domain.trim_end_matches('.');
            pass.services.extend(discovery::service_names(domain));
            pass.domain = Some(domain.to_owned());
            pass.paths = discovery::service_paths(&url.path, self.identity(), &self.stances).to_vec();
        }
    }

    fn option_attempts(&self, servers: &OptionServers, whole: bool, path: &str) -> Vec<Attempt> {
        if !whole {
            return servers.serve(path);
        }
        let mac = self.identity().mac.plain();
        servers.discover(path, Names { product: self.identity().product(), mac: &mac }, &self.stances)
    }

    /// Takes the pass out of its state; whoever does puts it back or ends it. An answer that nobody waits for is dropped.
    pub(super) fn passing(&mut self) -> Option<Box<Pass>> {
        match std::mem::replace(&mut self.state, State::Waiting(None)) {
            State::Passing(pass) => Some(pass),
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Whether a rule that this pass has followed is another one now.
    pub(super) fn is_overtaken(&self, pass: &Pass) -> bool {
        let done = pass.followed.iter().take(pass.rule + 1);
        PROFILE_RULES.iter().zip(done).any(|(rule, followed)| self.rule_text(rule) != *followed)
    }

    /// Every rule was followed.
    fn all_followed(&mut self, pass: Box<Pass>) {
        // A resync by URL follows one rule, and may have changed the four (PB §17).
        if self.changed_rules(&pass.followed).is_empty() {
            self.result_message(&pass, "");
            self.end_done(pass.files, pass.is_single());
        } else {
            self.follow_again(pass);
        }
    }

    /// A file changed a rule that was followed already: a resync can change parameters and restart the phone (PB §9).
    /// What a phone does then is undocumented; the model begins again at once with Profile_Rule, until the rules it
    /// followed are the rules it has (inferred). To whoever listens that is one resync, with one pair of messages.
    pub(super) fn follow_again(&mut self, pass: Box<Pass>) {
        if pass.round + 1 >= ROUNDS {
            self.result_message(&pass, "");
            self.tell(Event::Resync(Resync::Looping { rounds: ROUNDS }));
            return self.end_done(pass.files, pass.is_single());
        }
        self.tell(Event::Resync(Resync::Again { changed: self.changed_rules(&pass.followed) }));
        let again =
            Pass { round: pass.round + 1, requested: pass.requested, ..Pass::new(pass.cause, None, self.rules()) };
        self.follow_rules(Box::new(again));
    }

    /// The rule parameters that are no longer what they were.
    pub(super) fn changed_rules(&self, before: &[String; 4]) -> Vec<String> {
        let changed = PROFILE_RULES.iter().zip(before).filter(|(rule, before)| self.rule_text(rule) != before.as_str());
        changed.map(|(rule, _)| (*rule).to_owned()).collect()
    }

    /// The rule parameters as they stand.
    pub(super) fn rules(&self) -> [String; 4] {
        PROFILE_RULES.map(|rule| self.rule_text(rule))
    }

    pub(super) fn fail(&mut self, pass: Box<Pass>, reason: String, class: Class) {
        self.fail_by(pass, reason, class, Obstacle::default());
    }

    pub(super) fn fail_by(&mut self, pass: Box<Pass>, reason: String, class: Class, by: Obstacle) {
        match pass.goal {
            Goal::Rules => {}
            Goal::Load(_) => return self.upgrade_failed(&pass, reason),
            _ => return self.errand_failed(&pass, reason),
        }
        self.result_message(&pass, &reason);
        self.end_failed(reason, class, by);
    }
}
