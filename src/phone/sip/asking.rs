//! One NOTIFY from beginning to end: sent, challenged, proven, put off, refused or taken. Messages and times go in, octets
//! and times come out.

use super::transaction::{Due, Transaction};
use super::{Message, Name, Start};
use crate::phone::Random;
use crate::phone::credentials::{Algorithm, Login, Request, answer_by, is_stale};
use crate::phone::model::{Millis, Notification};
use serde::Serialize;
use std::fmt;

/// So often a phone may say that its nonce is over before it counts as one that says so for ever.
const MOST_STALE: u32 = 2;
/// So often, and so long at a time, a phone is waited for that wants to be asked later.
const MOST_LATER: u32 = 2;
const LONGEST_LATER: u64 = 60;
/// What is kept of a reason.
const LONGEST_REASON: usize = 120;

/// What SIP is carried by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Udp,
    Tcp,
}

impl Transport {
    pub const fn name(self) -> &'static str {
        match self {
            Transport::Udp => "UDP",
            Transport::Tcp => "TCP",
        }
    }
}

/// What is asked of whom.
#[derive(Clone, Debug)]
pub struct Ask {
    pub event: Notification,
    /// The line's user; empty: the phone itself is meant.
    pub user: String,
    /// Address and port of the phone, as a URI has them.
    pub phone: String,
    /// Where we are, for answers.
    pub local: String,
    pub transport: Transport,
    /// None: nobody knows a password, and a phone that asks for one is not told.
    pub login: Option<Login>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Send(Vec<u8>),
    /// Call [`Asking::timer`] then. A later wait takes the place of an earlier one.
    Wait(Millis),
    Done(Outcome),
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted,
    Denied(Denial),
    /// `later` is the Retry-After, in seconds.
    Refused {
        status: u16,
        reason: String,
        later: Option<u64>,
    },
    /// Nothing came, however often it was sent.
    Silent {
        sent: u32,
    },
    /// It could not be sent, or the connection broke.
    Broken(String),
}

/// Why a phone does not take our word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    NoPassword,
    Wrong,
    /// A way to prove it that we do not know.
    Unknown(String),
    /// It says again and again that its nonce is over.
    Endless,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Accepted => f.write_str("the phone says that it will"),
            Outcome::Denied(Denial::NoPassword) => f.write_str("the phone asks for a password, and none is known"),
            Outcome::Denied(Denial::Wrong) => f.write_str("the phone does not take the user and password"),
            Outcome::Denied(Denial::Unknown(what)) => write!(f, "the phone asks for {what}, which is not known here"),
            Outcome::Denied(Denial::Endless) => {
                f.write_str("the phone says again and again that its challenge is over")
            }
            Outcome::Refused { status, reason, later } => {
                write!(f, "the phone refuses: {status}")?;
                if !reason.is_empty() {
                    write!(f, " {reason}")?;
                }
                later.map_or(Ok(()), |seconds| write!(f, "; to be asked again in {seconds} s"))
            }
            Outcome::Silent { sent: 1 } => f.write_str("no answer"),
            Outcome::Silent { sent } => write!(f, "no answer, sent {sent} times"),
            Outcome::Broken(why) => f.write_str(why),
        }
    }
}

/// The errand.
#[derive(Debug)]
pub struct Asking {
    ask: Ask,
    random: Random,
    call: String,
    tag: String,
    /// CSeq of the request under way.
    number: u32,
    branch: String,
    sent: u32,
    /// The header that proves who we are, and of which kind it is.
    proof: Option<(Name, String)>,
    stale: u32,
    later: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Under(Transaction),
    /// To be asked again then.
    Later(Millis),
    Over,
}

impl Asking {
    /// Sends the request.
    pub fn begin(ask: Ask, mut random: Random, now: Millis) -> (Asking, Vec<Step>) {
        let call = format!("{:016x}{:016x}", random.number(), random.number());
        let tag = format!("{:016x}", random.number());
        let mut asking = Asking {
            ask,
            random,
            call,
            tag,
            number: 0,
            branch: String::new(),
            sent: 0,
            proof: None,
            stale: 0,
            later: 0,
            state: State::Over,
        };
        let steps = asking.send(now);
        (asking, steps)
    }

    fn uri(&self) -> String {
        let Ask { user, phone, transport, .. } = &self.ask;
        let at = if user.is_empty() { phone.clone() } else { format!("{}@{phone}", escaped(user)) };
        let carried = if *transport == Transport::Tcp { ";transport=tcp" } else { "" };
        format!("sip:{at}{carried}")
    }

    /// A new transaction.
    fn send(&mut self, now: Millis) -> Vec<Step> {
        self.number += 1;
        // What begins so is a branch by RFC 3261 (§8.1.1.7).
        self.branch = format!("z9hG4bK{:016x}", self.random.number());
        self.sent = 1;
        let transaction = Transaction::begin(now, self.ask.transport == Transport::Tcp);
        self.state = State::Under(transaction);
        match self.request() {
            Some(request) => vec![Step::Send(request.encode()), Step::Wait(transaction.wait())],
            None => self.done(Outcome::Broken("the phone's address makes no URI".into())),
        }
    }

    fn request(&self) -> Option<Message> {
        let uri = self.uri();
        let Ask { event, local, transport, .. } = &self.ask;
        let (carrier, branch, number) = (transport.name(), &self.branch, self.number);
        let request = Message::request("NOTIFY", &uri)?
            .with(Name::Via, format!("SIP/2.0/{carrier} {local};branch={branch};rport"))
            .with(Name::MaxForwards, "70")
            .with(Name::From, format!("<sip:prov@{local}>;tag={}", self.tag))
            .with(Name::To, format!("<{uri}>"))
            .with(Name::CallId, &self.call)
            .with(Name::CSeq, format!("{number} NOTIFY"))
            .with(Name::Contact, format!("<sip:prov@{local}>"))
            .with(Name::Event, event.event())
            .with(Name::SubscriptionState, "terminated")
            .with(Name::UserAgent, "prov");
        Some(match &self.proof {
            Some((name, value)) => request.with(name.clone(), value),
            None => request,
        })
    }

    fn done(&mut self, outcome: Outcome) -> Vec<Step> {
        self.state = State::Over;
        vec![Step::Done(outcome)]
    }

    /// Something came from the phone. What is no answer to the request under way is passed over.
    pub fn received(&mut self, message: &Message, now: Millis) -> Vec<Step> {
        let State::Under(mut transaction) = self.state else { return Vec::new() };
        let Start::Response { status, reason } = &message.start else { return Vec::new() };
        let ours = message.via().is_ok_and(|via| via.branch() == Some(self.branch.as_str()))
            && message.cseq().is_ok_and(|sequence| sequence.number == self.number && sequence.method == "NOTIFY");
        match *status {
            _ if !ours => Vec::new(),
            100..200 => {
                transaction.proceed(now);
                self.state = State::Under(transaction);
                vec![Step::Wait(transaction.wait())]
            }
            200..300 => self.done(Outcome::Accepted),
            401 => self.challenged(message, &Name::WwwAuthenticate, Name::Authorization, now),
            407 => self.challenged(message, &Name::ProxyAuthenticate, Name::ProxyAuthorization, now),
            status => {
                let later = message.header(&Name::RetryAfter).and_then(seconds);
                match later {
                    Some(seconds) if seconds <= LONGEST_LATER && self.later < MOST_LATER => {
                        self.later += 1;
                        let until = now + seconds * 1000;
                        self.state = State::Later(until);
                        vec![Step::Wait(until)]
                    }
                    later => {
                        let reason = reason.chars().take(LONGEST_REASON).collect();
                        self.done(Outcome::Refused { status, reason, later })
                    }
                }
            }
        }
    }

    fn challenged(&mut self, message: &Message, asks: &Name, proves: Name, now: Millis) -> Vec<Step> {
        let challenges: Vec<&str> = message.all(asks).collect();
        if self.proof.is_some() {
            if !challenges.iter().any(|challenge| is_stale(challenge)) {
                return self.done(Outcome::Denied(Denial::Wrong));
            }
            self.stale += 1;
            if self.stale > MOST_STALE {
                return self.done(Outcome::Denied(Denial::Endless));
            }
        }
        let Some(Login { user, password }) = self.ask.login.clone() else {
            return self.done(Outcome::Denied(Denial::NoPassword));
        };
        let uri = self.uri();
        let request = Request { method: "NOTIFY", target: &uri };
        let chance = self.random.number();
        // Basic tells the password, and is no way of SIP (RFC 3261 §22).
        let digests =
            challenges.iter().filter(|one| one.get(..7).is_some_and(|way| way.eq_ignore_ascii_case("digest ")));
        let mut proofs = digests.filter_map(|one| answer_by(one, &Algorithm::ALL, request, &user, &password, chance));
        match proofs.next() {
            Some(proof) => {
                self.proof = Some((proves, proof));
                self.send(now)
            }
            None => {
                let first = challenges.first().map_or("nothing that is told", |first| first);
                let way = first.chars().take(LONGEST_REASON).collect();
                self.done(Outcome::Denied(Denial::Unknown(way)))
            }
        }
    }

    /// A time that was waited for has come.
    pub fn timer(&mut self, now: Millis) -> Vec<Step> {
        match self.state {
            State::Over => Vec::new(),
            State::Later(until) if now < until => vec![Step::Wait(until)],
            State::Later(_) => self.send(now),
            State::Under(mut transaction) => {
                let due = transaction.due(now);
                self.state = State::Under(transaction);
                match (due, self.request()) {
                    (Due::Over, _) => self.done(Outcome::Silent { sent: self.sent }),
                    (Due::Again, Some(request)) => {
                        self.sent += 1;
                        vec![Step::Send(request.encode()), Step::Wait(transaction.wait())]
                    }
                    _ => vec![Step::Wait(transaction.wait())],
                }
            }
        }
    }

    /// The way to the phone is broken, and why.
    pub fn broken(&mut self, why: String) -> Vec<Step> {
        if self.state == State::Over { Vec::new() } else { self.done(Outcome::Broken(why)) }
    }
}

/// A Retry-After: a number, perhaps with a comment and parameters behind it (RFC 3261 §20.33).
fn seconds(text: &str) -> Option<u64> {
    let end = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// A user as a URI has it: other signs than these by number (RFC 3261 §25.1, RFC 3986 §2.1).
fn escaped(user: &str) -> String {
    let mut text = String::with_capacity(user.len());
    for octet in user.bytes() {
        match octet {
            octet if octet.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&octet) => text.push(octet.into()),
            octet => text += &format!("%{octet:02X}"),
        }
    }
    text
}
