//! What phones of one class do, learned from the model: the model itself is played once for each thing that can happen in each
//! state it can rest in, and what it asked for, drew and said is kept. The million are played on what is kept.

use super::timing::Timing;
use crate::phone::Random;
use crate::phone::model::{
    Ages, Cause, Command, Event, FetchAnswer, FetchRequest, Input, Lease, Millis, Notification, Output, Phone, Purpose,
    Resync, Timed, Upgrade, Wake, World,
};
use crate::plan::{Part, PhoneRef, PlanWorld, Served};
use std::collections::HashMap;

/// When what is learned happens by the model's own clock: late enough for any age.
const NOW: Millis = 1 << 42;
/// States that one class is told apart by; a class with more is one whose files change it for ever.
const STATES: usize = 4096;
/// Outputs follow each other for so long without a request or a rest at most.
const STEPS: usize = 1000;
/// Seeds tried until a wait is not drawn as none.
const SEEDS: u64 = 8;
/// A phone that nobody answers gives up after so long (inferred, docs/phone-model.md).
pub const SILENCE: Millis = 20_000;
/// So long a phone waits for its lease where none is to be had here, before it goes on without the program's network.
const NO_LEASE: Millis = 100;

/// Who answers a request, and out of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nobody.
    Silence,
    /// The program before the firmware day, where there is one.
    Before,
    /// The program as it is.
    Now,
}

impl Reply {
    const ALL: usize = 3;

    const fn position(self) -> usize {
        match self {
            Reply::Silence => 0,
            Reply::Before => 1,
            Reply::Now => 2,
        }
    }
}

/// A request that phones of the class make, and what they make of each answer.
pub struct Asked {
    /// Position of the server; nothing: it is none of the program's.
    pub server: Option<usize>,
    /// Position of the profile in its fleet.
    pub profile: Option<u8>,
    pub firmware: bool,
    /// How long the answer takes, and its octets, as the program was before and as it is.
    answers: [Option<Answer>; 2],
    phone: Box<Phone>,
    /// By the model's clock.
    at: Millis,
    follows: [Option<u32>; Reply::ALL],
}

struct Answer {
    after: Millis,
    octets: u64,
    answer: FetchAnswer,
}

/// What happens between two things that a phone waits for.
#[derive(Debug)]
pub struct Edge {
    /// What it said, and how long after the beginning.
    pub marks: Vec<(Millis, Mark)>,
    /// When what follows begins.
    pub after: Millis,
    /// Numbers of chance that it used for nothing that is told here.
    pub chances: u8,
    pub to: To,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// A request is sent.
    Ask(u32),
    /// It rests.
    Rest(u32),
    /// It has asked for a lease.
    Lease(u32),
    /// It is no phone of ours any more.
    Gone,
}

/// What is kept of what a phone says. The number is that of the settings by which it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Begun(Cause),
    Done(u32),
    Failed(u32),
    /// The trigger let nothing through.
    Held(Cause),
    /// It waits for nothing of its own.
    Nothing,
    UpgradeBegun,
    Upgraded,
    UpgradeFailed(u32),
    Reboot,
    /// The wait for the time of day is looked at.
    Rest(u32),
}

/// From where something is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum From {
    Rest(u32),
    Ask(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Given {
    /// With the ages' places among the numbers that rules ask for.
    Wake(Wake, u16, u16),
    Power,
    Notify(u16, u16),
    Lease(u16, u16),
}

/// A class, as far as it is known by now.
pub struct Course<'p> {
    before: Option<PlanWorld<'p>>,
    now: PlanWorld<'p>,
    image: u64,
    states: Vec<Phone>,
    asked: Vec<Asked>,
    edges: Vec<Edge>,
    timings: Vec<Timing>,
    /// The timing of each state.
    timing_in: Vec<u32>,
    known: HashMap<(From, Given), u32>,
    /// The numbers that conditions hold timers against, in thousandths of a second, for each state.
    asked_ages: Vec<Vec<Millis>>,
}

impl<'p> Course<'p> {
    /// `begin` is a phone at rest. `before` is the program before the firmware day.
    pub fn new(
        served: &'p Served,
        before: Option<&'p Served>,
        phone: PhoneRef,
        begin: Phone,
        image: u64,
    ) -> Option<Self> {
        let world = |served: &'p Served| PlanWorld::of(served, phone);
        let mut course = Course {
            before: match before {
                Some(before) => Some(world(before)?),
                None => None,
            },
            now: world(served)?,
            image,
            states: Vec::new(),
            asked: Vec::new(),
            edges: Vec::new(),
            timings: Vec::new(),
            timing_in: Vec::new(),
            known: HashMap::new(),
            asked_ages: Vec::new(),
        };
        course.state(begin);
        Some(course)
    }

    /// The state that phones begin in.
    pub const BEGIN: u32 = 0;

    pub fn timing(&self, number: u32) -> Option<&Timing> {
        self.timings.get(number as usize)
    }

    /// By what a phone in a state waits.
    pub fn timing_of(&self, state: u32) -> Option<&Timing> {
        self.timing(*self.timing_in.get(state as usize)?)
    }

    /// Why a phone with its lease resyncs.
    pub fn resyncs_first(&self, state: u32) -> Option<Cause> {
        self.states.get(state as usize)?.resyncs_first()
    }

    pub fn edge(&self, edge: u32) -> Option<&Edge> {
        self.edges.get(edge as usize)
    }

    pub fn asked(&self, number: u32) -> Option<&Asked> {
        self.asked.get(number as usize)
    }

    /// How long the answer of a server takes, and its octets.
    pub fn answered(&self, number: u32, reply: Reply) -> (Millis, u64) {
        let Some(asked) = self.asked.get(number as usize) else { return (SILENCE, 0) };
        let answer = match reply {
            Reply::Silence => None,
            Reply::Before => asked.answers.first().and_then(Option::as_ref),
            Reply::Now => asked.answers.get(1).and_then(Option::as_ref),
        };
        answer.map_or((SILENCE, 0), |answer| (answer.after, answer.octets))
    }

    /// The time until a lease comes.
    pub fn lease_after(&mut self, state: u32) -> Millis {
        let Some(phone) = self.states.get(state as usize) else { return NO_LEASE };
        self.now.lease(NOW, phone.identity()).after
    }

    /// What follows an answer.
    pub fn follows(&mut self, number: u32, reply: Reply) -> Option<u32> {
        let asked = self.asked.get(number as usize)?;
        if let Some(edge) = asked.follows.get(reply.position()).copied().flatten() {
            return Some(edge);
        }
        let mut phone = (*asked.phone).clone();
        let (after, answer) = match reply {
            Reply::Silence => (SILENCE, FetchAnswer::Timeout),
            Reply::Before | Reply::Now => {
                let answer = asked.answers.get(reply.position() - 1)?.as_ref()?;
                (answer.after, answer.answer.clone())
            }
        };
        let at = asked.at + after;
        let before = phone.chances().clone();
        let outputs = phone.handle(at, Input::Fetched(answer));
        let chances = drawn(before, phone.chances());
        let edge = self.learn(phone, outputs, at, reply, chances)?;
        let asked = self.asked.get_mut(number as usize)?;
        *asked.follows.get_mut(reply.position())? = Some(edge);
        Some(edge)
    }

    /// What a phone at rest does when it is woken.
    pub fn wake(&mut self, state: u32, wake: Wake, ages: Ages, reply: Reply) -> Option<u32> {
        let given = Given::Wake(wake, self.place(state, ages.resync), self.place(state, ages.upgrade));
        self.given(From::Rest(state), given, reply, |phone, at| phone.wake(at, wake, ages))
    }

    pub fn notify(&mut self, state: u32, ages: Ages, reply: Reply) -> Option<u32> {
        let given = Given::Notify(self.place(state, ages.resync), self.place(state, ages.upgrade));
        let input = Input::Command(Command::Notify(Notification::Resync));
        self.given(From::Rest(state), given, reply, |phone, at| phone.handle_at(at, ages, input))
    }

    pub fn power_on(&mut self, from: From, reply: Reply) -> Option<u32> {
        self.given(from, Given::Power, reply, |phone, at| phone.handle_at(at, Ages::default(), Input::PowerOn))
    }

    /// What a phone does that is given its lease. One that waits first is seen to wait.
    pub fn leased(&mut self, state: u32, ages: Ages, reply: Reply) -> Option<u32> {
        let given = Given::Lease(self.place(state, ages.resync), self.place(state, ages.upgrade));
        let lease = self.lease(state)?;
        let waits = self.timing_of(state)?.first > 0 && self.resyncs_first(state).is_some();
        let seeds = if waits { SEEDS } else { 1 };
        self.given(From::Rest(state), given, reply, |phone, at| {
            let (begun, mut outputs) = (phone.clone(), Vec::new());
            for seed in 0..seeds {
                *phone = begun.clone().drawing(Random::new(seed));
                outputs = phone.handle_at(at, ages, Input::Lease(lease.clone()));
                if phone.awaits().is_some_and(|awaited| awaited.first) {
                    break;
                }
            }
            outputs
        })
    }

    fn lease(&mut self, state: u32) -> Option<Lease> {
        let phone = self.states.get(state as usize)?;
        let Timed { answer, .. } = self.now.lease(NOW, phone.identity());
        Some(answer.unwrap_or_else(|| Lease::bare(std::net::Ipv4Addr::new(192, 0, 2, 2))))
    }

    /// Where an age lies among the numbers that it is held against: as many kinds as there are places between them, and on them.
    fn place(&self, state: u32, age: Millis) -> u16 {
        let Some(numbers) = self.asked_ages.get(state as usize) else { return 0 };
        let seconds = age / 1000;
        let below = numbers.partition_point(|number| *number < seconds);
        let on = numbers.get(below).is_some_and(|number| *number == seconds);
        u16::try_from(below * 2 + usize::from(on)).unwrap_or(u16::MAX)
    }

    fn given(
        &mut self,
        from: From,
        given: Given,
        reply: Reply,
        give: impl FnOnce(&mut Phone, Millis) -> Vec<Output>,
    ) -> Option<u32> {
        if let Some(edge) = self.known.get(&(from, given)) {
            return Some(*edge);
        }
        let mut phone = match from {
            From::Rest(state) => self.states.get(state as usize)?.clone(),
            From::Ask(number) => (*self.asked.get(number as usize)?.phone).clone(),
        };
        let outputs = give(&mut phone, NOW);
        // What is drawn here is told, and drawn again by each phone.
        let edge = self.learn(phone, outputs, NOW, reply, 0)?;
        self.known.insert((from, given), edge);
        Some(edge)
    }

    /// Follows the model to its next request or rest.
    fn learn(
        &mut self,
        mut phone: Phone,
        mut outputs: Vec<Output>,
        begun: Millis,
        reply: Reply,
        mut chances: u8,
    ) -> Option<u32> {
        let (mut now, mut marks) = (begun, Vec::new());
        for _ in 0..STEPS {
            let mut coming = None;
            let mut to = None;
            let rests = outputs.iter().any(|output| matches!(output, Output::Wait { .. }));
            for output in std::mem::take(&mut outputs) {
                let world = match (&mut self.before, reply) {
                    (Some(before), Reply::Before) => before,
                    _ => &mut self.now,
                };
                match output {
                    Output::Resolve { query, .. } => {
                        let Timed { after, answer } = world.resolve(now, &query);
                        coming = Some((now + after, Input::Resolved(answer)));
                    }
                    Output::AskCloud(query) => {
                        let Timed { after, answer } = world.cloud(now, phone.identity(), &query);
                        coming = Some((now + after, Input::Cloud(answer)));
                    }
                    Output::Fetch(request) => to = Some(To::Ask(self.request(request, &phone, now)?)),
                    Output::AskLease => to = Some(To::Lease(self.state(phone.clone()))),
                    Output::Wait { .. } => {
                        // What is held is looked at again (PB §8.4); what is kept was told with its end.
                        let awaited = phone.awaits().filter(|awaited| awaited.held);
                        marks.extend(awaited.map(|awaited| (now - begun, Mark::Held(awaited.cause))));
                        marks.push((now - begun, Mark::Rest(self.timing_now(&phone))));
                    }
                    Output::Tell(event) => {
                        // A request that is not followed changes nothing of what is waited for.
                        let ignored = matches!(event, Event::Resync(Resync::Ignored { .. }));
                        let mark = if ignored && !rests { None } else { self.mark(&event, &phone) };
                        marks.extend(mark.map(|mark| (now - begun, mark)));
                    }
                    Output::Syslog { .. } => {}
                }
            }
            let to = match (to, coming) {
                (Some(to), _) => Some(to),
                (None, Some((at, input))) => {
                    now = at;
                    let before = phone.chances().clone();
                    outputs = phone.handle(at, input);
                    chances = chances.saturating_add(drawn(before, phone.chances()));
                    None
                }
                (None, None) if phone.is_migrated() => Some(To::Gone),
                (None, None) => Some(To::Rest(self.state(phone.clone()))),
            };
            if let Some(to) = to {
                let draws = |mark: &Mark| {
                    matches!(mark, Mark::Done(_) | Mark::Failed(_) | Mark::UpgradeFailed(_) | Mark::Rest(_))
                };
                let told = marks.iter().any(|(_, mark)| draws(mark));
                let chances = if told { 0 } else { chances };
                self.edges.push(Edge { marks, after: now - begun, chances, to });
                return u32::try_from(self.edges.len() - 1).ok();
            }
        }
        None
    }

    fn mark(&mut self, event: &Event, phone: &Phone) -> Option<Mark> {
        Some(match event {
            Event::Resync(Resync::Begun { cause }) => Mark::Begun(*cause),
            Event::Resync(Resync::Done { .. }) => Mark::Done(self.timing_now(phone)),
            Event::Resync(Resync::Failed { .. }) => Mark::Failed(self.timing_now(phone)),
            Event::Resync(Resync::Ignored { .. }) => Mark::Nothing,
            Event::Upgrade(Upgrade::Begun { .. }) => Mark::UpgradeBegun,
            Event::Upgrade(Upgrade::Done { .. } | Upgrade::Activated { .. }) => Mark::Upgraded,
            Event::Upgrade(Upgrade::Failed { .. }) => Mark::UpgradeFailed(self.timing_now(phone)),
            Event::Reboot { .. } => Mark::Reboot,
            _ => return None,
        })
    }

    fn timing_now(&mut self, phone: &Phone) -> u32 {
        let timing = Timing::of(phone.settings());
        let known = self.timings.iter().position(|other| *other == timing);
        let position = known.unwrap_or_else(|| {
            self.timings.push(timing);
            self.timings.len() - 1
        });
        position as u32
    }

    fn request(&mut self, request: FetchRequest, phone: &Phone, at: Millis) -> Option<u32> {
        let asked = self.now.asked(&request);
        let firmware = request.purpose == Purpose::Firmware;
        let image = self.image;
        let answer = |world: &mut PlanWorld<'p>| {
            let Timed { after, answer } = world.fetch(at, &request);
            let octets = match &answer {
                FetchAnswer::Tftp(body) | FetchAnswer::Http { body, .. } => body.len() as u64,
                _ => 0,
            };
            Some(Answer { after, octets: if firmware && octets > 0 { image } else { octets }, answer })
        };
        let now = answer(&mut self.now);
        let before = self.before.as_mut().and_then(answer);
        let profile = asked.and_then(|(_, file)| match file?.part {
            Part::Profile(number) => Some(number),
            Part::Bootstrap => None,
        });
        self.asked.push(Asked {
            server: asked.map(|(server, _)| server),
            profile,
            firmware,
            answers: [before, now],
            phone: Box::new(phone.clone()),
            at,
            follows: [None; Reply::ALL],
        });
        u32::try_from(self.asked.len() - 1).ok()
    }

    /// The number of a state, which may be known.
    fn state(&mut self, phone: Phone) -> u32 {
        let known = self.states.iter().position(|other| other.rests_as(&phone));
        let position = known.unwrap_or_else(|| {
            if self.states.len() >= STATES {
                return STATES - 1;
            }
            self.asked_ages.push(numbers(&phone));
            let timing = self.timing_now(&phone);
            self.timing_in.push(timing);
            self.states.push(phone);
            self.states.len() - 1
        });
        position as u32
    }
}

/// Numbers of chance that were drawn.
fn drawn(mut before: Random, after: &Random) -> u8 {
    let mut count = 0;
    while before != *after && count < u8::MAX {
        before.number();
        count += 1;
    }
    count
}

/// The numbers in texts that ask for timers, in seconds, in order.
fn numbers(phone: &Phone) -> Vec<Millis> {
    let asks = |text: &str| text.contains("PRVTMR") || text.contains("UPGTMR");
    let texts = phone.settings().iter().filter_map(|(_, parameter)| parameter.value.as_deref());
    let mut numbers: Vec<Millis> = texts
        .filter(|text| asks(text))
        .flat_map(|text| text.split(|sign: char| !sign.is_ascii_digit()))
        .filter_map(|digits| digits.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
