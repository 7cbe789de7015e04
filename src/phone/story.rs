//! A test story: steps that happen to one phone, and what is expected between them. Played in virtual time.

use super::model::{
    CloudAnswer, CloudQuery, Command, DnsAnswer, Event, FetchAnswer, FetchRequest, Lease, Method, Millis, Notification,
    Phone, Player, Purpose, Query, Resync, Timed, Timeline, World,
};
use super::rule::{AcrossForms, Version};
use super::stance::Stances;
use super::{Identity, Random, Scheme, Settings, default_of};
use std::cmp::Ordering;
use std::fmt;

/// One story, in order. `id` is the caller's own: where the line stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    pub name: String,
    pub start: Start,
    /// Chance in the story; the same seed tells the same story.
    pub seed: u64,
    /// Which readings the phone follows where the vendor's texts contradict each other.
    pub stances: Stances,
    /// Entered when the phone asks for an activation code after it was switched on.
    pub code: Option<String>,
    /// Texts that must not travel in clear, for `expect no secret in clear`.
    pub secrets: Vec<String>,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub id: usize,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Step(Step),
    Expect(Expectation),
}

/// What the phone holds when the story begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Start {
    #[default]
    FactoryFresh,
    /// It once applied these parameters.
    Running(Settings),
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Power on (or off and on), and wait until the phone has resynced or given up for now.
    Boot,
    /// So many seconds pass; a resync that is under way then is awaited.
    After(u64),
    /// No file server answers for so many seconds from here. DHCP and DNS do (inferred: they are other machines).
    ServerDown {
        seconds: u64,
    },
    /// Web servers answer with this status for so many seconds from here; TFTP servers with file not found for 404 and with
    /// error 0 for others.
    ServerAnswers {
        status: u16,
        seconds: u64,
    },
    Notify,
    /// A call begins, and lasts so many seconds from here; one that goes on already lasts as long as the longer of both.
    Call {
        seconds: u64,
    },
    /// A parameter is set by hand: `GPP_A`.
    Set {
        element: String,
        value: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    Parameter {
        element: String,
        compare: Compare,
        value: String,
    },
    /// The load that runs; compared as a version where both are.
    Firmware {
        compare: Compare,
        value: String,
    },
    /// Resyncs that ended, well or not: how the last one did is asked for by `LastResync`. Passes that follow each other because the rules changed are one resync.
    Resyncs {
        compare: Compare,
        count: u64,
    },
    LastResync(Ended),
    /// Starts of the phone, after the first.
    Reboots {
        compare: Compare,
        count: u64,
    },
    /// Files asked for.
    Requests {
        compare: Compare,
        count: u64,
    },
    NoSecretInClear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Success,
    Failure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    pub const fn sign(self) -> &'static str {
        match self {
            Compare::Equal => "==",
            Compare::NotEqual => "!=",
            Compare::Less => "<",
            Compare::LessOrEqual => "<=",
            Compare::Greater => ">",
            Compare::GreaterOrEqual => ">=",
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Compare::Equal => order.is_eq(),
            Compare::NotEqual => order.is_ne(),
            Compare::Less => order.is_lt(),
            Compare::LessOrEqual => order.is_le(),
            Compare::Greater => order.is_gt(),
            Compare::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}

/// How a story ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// One for each expectation, in order.
    pub checks: Vec<Check>,
    pub timeline: Timeline,
}

impl Verdict {
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.holds)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub id: usize,
    pub holds: bool,
    /// What was found instead, for people.
    pub actual: String,
    /// When it was looked at, and how many entries the timeline had then.
    pub at: Millis,
    pub entries: usize,
}

/// A phone that has not come to rest after so long will not (the longest default retry is a day).
const PATIENCE: Millis = 2 * 86_400_000;

/// Plays the story of one phone. A parameter that nothing sets reads as empty, unless the model itself knows its default.
pub fn play(story: &Story, world: &mut dyn World, identity: Identity) -> Verdict {
    play_with(story, world, identity, &|_| None)
}

/// As [`play`], with the factory defaults of a platform's catalogue, by element.
pub fn play_with(
    story: &Story,
    world: &mut dyn World,
    identity: Identity,
    defaults: &dyn Fn(&str) -> Option<String>,
) -> Verdict {
    let settings = match &story.start {
        Start::FactoryFresh => Settings::factory(),
        Start::Running(settings) => settings.clone(),
    };
    let mut disturbed = Disturbed { world, trouble: None, requests: 0, leaks: Vec::new(), secrets: &story.secrets };
    let phone = Phone::new(identity, settings, Random::new(story.seed)).with_stances(story.stances);
    let mut checks = Vec::new();
    // The player owns the world while it plays, so each step borrows it anew.
    let code = story.code.clone();
    let mut play = Play {
        phone: Some(phone),
        code,
        cut: false,
        now: 0,
        timeline: Timeline::default(),
        timer: None,
        call_ends: None,
    };
    for line in &story.lines {
        match &line.what {
            What::Step(step) => play.step(step, &mut disturbed),
            What::Expect(expectation) => {
                let (holds, actual) = play.judge(expectation, &disturbed, defaults);
                let (at, entries) = (play.now, play.timeline.entries.len());
                checks.push(Check { id: line.id, holds, actual, at, entries });
            }
        }
    }
    Verdict { checks, timeline: play.timeline }
}

struct Play {
    phone: Option<Phone>,
    code: Option<String>,
    /// More happened than is played: what is expected from then on was never looked at.
    cut: bool,
    now: Millis,
    timeline: Timeline,
    timer: Option<Millis>,
    /// When the call that goes on is over.
    call_ends: Option<Millis>,
}

impl Play {
    fn step(&mut self, step: &Step, world: &mut Disturbed<'_>) {
        let until = |seconds: &u64| self.now.saturating_add(seconds.saturating_mul(1000));
        match step {
            Step::ServerDown { seconds } => return world.trouble = Some((until(seconds), Trouble::Down)),
            Step::ServerAnswers { status, seconds } => {
                return world.trouble = Some((until(seconds), Trouble::Answers(*status)));
            }
            _ => {}
        }
        let Some(phone) = self.phone.take() else { return };
        let mut player = Player::resume(phone, world, self.now, self.timer);
        if self.call_ends.take_if(|over| *over <= player.now()).is_some() {
            player.command(Command::Lines { busy: false });
        }
        match step {
            Step::Boot => {
                // Whoever restarts a phone hangs up.
                self.call_ends = None;
                player.power_on();
            }
            Step::After(seconds) => {
                let end = player.now().saturating_add(seconds.saturating_mul(1000));
                while let Some(over) = self.call_ends.take_if(|over| *over <= end) {
                    player.until(over);
                    player.command(Command::Lines { busy: false });
                }
                player.until(end);
            }
            Step::Call { seconds } => {
                self.call_ends = self.call_ends.max(Some(until(seconds)));
                player.command(Command::Lines { busy: true });
            }
            Step::Notify => player.command(Command::Notify(Notification::Resync)),
            Step::Set { element, value } => {
                player.command(Command::Set { element: element.clone(), value: value.clone() });
            }
            Step::ServerDown { .. } | Step::ServerAnswers { .. } => {}
        }
        let patience = player.now().saturating_add(PATIENCE);
        player.until_quiet(self.call_ends.map_or(patience, |over| over.min(patience)));
        // The call was over before the phone came to rest.
        if let Some(over) = self.call_ends.filter(|_| !player.phone().is_quiet() && !player.is_still()) {
            player.until(over);
            self.call_ends = None;
            player.command(Command::Lines { busy: false });
            player.until_quiet(patience);
        }
        if let (Step::Boot, true, Some(code)) = (step, player.phone().customization().takes_code(), &self.code) {
            player.command(Command::ActivationCode(code.clone()));
            player.until_quiet(patience);
        }
        (self.now, self.timer) = (player.now(), player.timer());
        self.cut |= player.is_cut();
        let (phone, timeline) = player.finish();
        self.phone = Some(phone);
        self.timeline.entries.extend(timeline.entries);
    }

    fn judge(
        &self,
        expectation: &Expectation,
        world: &Disturbed<'_>,
        defaults: &dyn Fn(&str) -> Option<String>,
    ) -> (bool, String) {
        let count = |compare: Compare, expected: u64, found: usize| {
            let found = found as u64;
            (compare.holds(found.cmp(&expected)), found.to_string())
        };
        if self.cut {
            return (false, "the story is cut: more happens in it than is played".into());
        }
        match expectation {
            Expectation::Parameter { element, compare, value } => {
                let set = self.phone.as_ref().and_then(|phone| phone.settings().value_set(element));
                let actual = match set {
                    Some(value) => value.to_owned(),
                    None => default_of(element).map(str::to_owned).or_else(|| defaults(element)).unwrap_or_default(),
                };
                (compare.holds(order(*compare, &actual, value)), actual)
            }
            Expectation::Firmware { compare, value } => {
                let actual = self.phone.as_ref().map(|phone| phone.identity().firmware()).unwrap_or_default();
                let value = value.strip_suffix(".loads").unwrap_or(value);
                let versions = actual.parse::<Version>().ok().zip(value.parse::<Version>().ok());
                let by_version = versions.and_then(|(a, b)| a.compare(&b, AcrossForms::ByParts).ok().flatten());
                let order = match compare {
                    Compare::Equal | Compare::NotEqual => actual.cmp(value),
                    _ => by_version.unwrap_or(actual.cmp(value)),
                };
                (compare.holds(order), actual.to_owned())
            }
            Expectation::Resyncs { compare, count: expected } => count(
                *compare,
                *expected,
                self.events(|event| matches!(event, Event::Resync(Resync::Done { .. } | Resync::Failed { .. }))),
            ),
            Expectation::LastResync(ended) => {
                let last = self.timeline.entries.iter().rev().find_map(|entry| match &entry.event {
                    Event::Resync(Resync::Done { .. }) => Some((Ended::Success, "success".to_owned())),
                    Event::Resync(Resync::Failed { reason, .. }) => {
                        Some((Ended::Failure, format!("failure: {reason}")))
                    }
                    _ => None,
                });
                match last {
                    Some((found, actual)) => (found == *ended, actual),
                    None => (false, "no resync".into()),
                }
            }
            Expectation::Reboots { compare, count: expected } => {
                let starts = self.events(|event| matches!(event, Event::Reboot { .. }));
                count(*compare, *expected, starts.saturating_sub(1))
            }
            Expectation::Requests { compare, count: expected } => count(*compare, *expected, world.requests),
            Expectation::NoSecretInClear => match world.leaks.as_slice() {
                [] => (true, "none".into()),
                leaks => (false, leaks.join(", ")),
            },
        }
    }

    fn events(&self, fits: impl Fn(&Event) -> bool) -> usize {
        self.timeline.entries.iter().filter(|entry| fits(&entry.event)).count()
    }
}

/// Whether values are the same is a matter of text: extension 0101 is not 101. Which is greater is one of numbers, where
/// both are.
fn order(compare: Compare, actual: &str, value: &str) -> Ordering {
    match (actual.parse::<i64>(), value.parse::<i64>()) {
        (Ok(actual), Ok(value)) if !matches!(compare, Compare::Equal | Compare::NotEqual) => actual.cmp(&value),
        _ => actual.cmp(value),
    }
}

enum Trouble {
    Down,
    Answers(u16),
}

/// A world in which servers fail for a while, and in which what travels in clear is read along.
struct Disturbed<'w> {
    world: &'w mut dyn World,
    trouble: Option<(Millis, Trouble)>,
    requests: usize,
    leaks: Vec<String>,
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
            Some((until, Trouble::Answers(status))) if now < until => Timed::new(
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
        let values = super::profile::decode(body).map(|profile| profile.elements).unwrap_or_default();
        self.tells(&request.path)
            || values.iter().any(|element| match &element.value {
                super::profile::Value::Set(value) => self.tells(value),
                super::profile::Value::Absent | super::profile::Value::Keep => false,
            })
    }
}
