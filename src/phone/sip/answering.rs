//! What a phone answers to SIP (PB §19): NOTIFY with the events that it knows, where the line wants it only from who knows
//! its password. How it answers what the documents say nothing of is inferred, as RFC 3261 has it.

use super::fields::{bare, user_of};
use super::transaction::TIMEOUT;
use super::{Message, Name, PORT, Start, Transport};
use crate::phone::credentials::{Algorithm, Authorization, Login, Request, digest_challenge};
use crate::phone::model::{Command, Millis, Notification};
use crate::phone::{Age, Nonces, Random, Settings};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

/// The most lines that a phone has.
const MOST_LINES: u16 = 16;
/// Answers kept for requests that come again, and nonces whose use is counted.
const MOST_KEPT: usize = 64;
/// The event by which older phones take XML objects; that these take them so is inferred (PB §18).
const XML: &str = "XML-Service";

/// One line as far as NOTIFY is concerned.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    pub number: u16,
    pub user: String,
    pub port: u16,
    pub transports: Vec<Transport>,
    /// Auth_Resync-Reboot_n_.
    guarded: bool,
    /// Auth_ID_n_, where it is set.
    login: String,
    password: String,
    /// Auth_Support_RFC8760_n_.
    sha256: bool,
}

impl Line {
    /// Whom the line obeys; none: whoever comes, or nobody knows how.
    pub fn login(&self) -> Option<Login> {
        let (user, password) = (self.login.clone(), self.password.clone());
        (!password.is_empty()).then_some(Login { user, password })
    }
}

/// The lines that listen: those that are enabled and have a user, and the first in any case (inferred). SIP over TLS is not
/// modelled.
pub fn lines(settings: &Settings) -> Vec<Line> {
    let one = |number: u16| {
        let element = |name: &str| format!("{name}_{number}_");
        let user = settings.get(&element("User_ID")).to_owned();
        if !settings.yes_or(&element("Line_Enable"), true) || (number > 1 && user.is_empty()) {
            return None;
        }
        let transports = match settings.get(&element("SIP_Transport")) {
            text if text.eq_ignore_ascii_case("tcp") => vec![Transport::Tcp],
            text if text.eq_ignore_ascii_case("auto") => vec![Transport::Udp, Transport::Tcp],
            text if text.eq_ignore_ascii_case("tls") => Vec::new(),
            _ => vec![Transport::Udp],
        };
        let login = match settings.get(&element("Auth_ID")) {
            "" => user.clone(),
            login => login.to_owned(),
        };
        Some(Line {
            number,
            // The samples give each line a port of its own.
            port: settings.port_or(&element("SIP_Port"), PORT + number - 1),
            transports,
            guarded: settings.yes_or(&element("Auth_Resync-Reboot"), true),
            password: settings.get(&element("Password")).to_owned(),
            sha256: settings.yes_or(&element("Auth_Support_RFC8760"), false),
            login,
            user,
        })
    };
    (1..=MOST_LINES).filter_map(one).collect()
}

/// Where a message came in.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub transport: Transport,
    /// As the settings have it, whatever a lab adds to it.
    pub port: u16,
    pub from: SocketAddr,
}

/// What is to be done about a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The answer, and where it goes; over a stream, back by it.
    pub answer: Option<(Vec<u8>, SocketAddr)>,
    pub command: Option<Command>,
}

/// The phone's side: what it keeps between messages.
#[derive(Debug)]
pub struct Answerer {
    nonces: Nonces,
    random: Random,
    /// Nonces, and the last count of each.
    used: VecDeque<(String, u32)>,
    /// Branch and sender of a request, until when its answer is kept, and the answer.
    kept: VecDeque<(String, Millis, Vec<u8>, SocketAddr)>,
}

/// What a phone says of a request.
struct Reply {
    status: u16,
    reason: &'static str,
    headers: Vec<(Name, String)>,
    command: Option<Command>,
}

impl Reply {
    fn of(status: u16, reason: &'static str) -> Reply {
        Reply { status, reason, headers: Vec::new(), command: None }
    }

    fn with(mut self, name: Name, value: String) -> Reply {
        self.headers.push((name, value));
        self
    }
}

impl Answerer {
    pub fn new(mut random: Random) -> Self {
        let nonces = Nonces::new([(); 4].map(|()| random.number()));
        Answerer { nonces, random, used: VecDeque::new(), kept: VecDeque::new() }
    }

    /// A message came. `realm` is what the phone calls itself in challenges.
    pub fn hear(&mut self, message: &Message, at: Place, settings: &Settings, realm: &str, now: Millis) -> Heard {
        let Start::Request { method, uri } = &message.start else { return Heard::default() };
        // Whoever does not say where answers go gets none.
        let Ok(mut via) = message.via() else { return Heard::default() };
        if method == "ACK" {
            return Heard::default();
        }
        let to = match at.transport {
            Transport::Tcp => at.from,
            Transport::Udp if via.wants_rport() => at.from,
            Transport::Udp => SocketAddr::new(at.from.ip(), via.port.unwrap_or(PORT)),
        };
        let key = format!("{} {} {method} {}", via.branch().unwrap_or_default(), via.host, at.from);
        self.kept.retain(|(_, until, ..)| *until > now);
        // The same request once more: the answer was lost (RFC 3261 §17.2.2).
        if let Some((_, _, answer, to)) = self.kept.iter().find(|(known, ..)| *known == key && via.branch().is_some()) {
            return Heard { answer: Some((answer.clone(), *to)), command: None };
        }
        let reply = match message.check() {
            Ok(()) => self.reply(message, method, uri, at, settings, realm, now),
            Err(_) => Reply::of(400, "Bad Request"),
        };
        if via.wants_rport() {
            via.set("rport", at.from.port().to_string());
        }
        if via.host.parse::<IpAddr>().ok() != Some(at.from.ip()) {
            via.set("received", at.from.ip().to_string());
        }
        let tag = format!("{:08x}", self.random.number() >> 32);
        let mut answer = Message::response(message, reply.status, reply.reason, &tag);
        answer.replace_top_via(&via.to_string());
        for (name, value) in reply.headers {
            answer = answer.with(name, value);
        }
        let octets = answer.encode();
        if self.kept.len() >= MOST_KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((key, now + TIMEOUT, octets.clone(), to));
        Heard { answer: Some((octets, to)), command: reply.command }
    }

    #[expect(clippy::too_many_arguments, reason = "one request, taken apart once")]
    fn reply(
        &mut self,
        message: &Message,
        method: &str,
        uri: &str,
        at: Place,
        settings: &Settings,
        realm: &str,
        now: Millis,
    ) -> Reply {
        let here = lines(settings).into_iter();
        let here: Vec<Line> =
            here.filter(|line| line.port == at.port && line.transports.contains(&at.transport)).collect();
        let user = user_of(uri).unwrap_or_default();
        let meant = here.iter().find(|line| user.is_empty() || line.user.is_empty() || line.user == user);
        let Some(line) = meant else { return Reply::of(404, "Not Found") };
        match method {
            "NOTIFY" => {}
            "OPTIONS" => return Reply::of(200, "OK").with(Name::Allow, "NOTIFY, OPTIONS".into()),
            "CANCEL" => return Reply::of(481, "Call/Transaction Does Not Exist"),
            _ => return Reply::of(405, "Method Not Allowed").with(Name::Allow, "NOTIFY, OPTIONS".into()),
        }
        let event = bare(message.header(&Name::Event).unwrap_or_default());
        let command = match Notification::from_event(event) {
            Some(notification) => Command::Notify(notification),
            None if event.eq_ignore_ascii_case(XML) => Command::Execute(message.body.clone()),
            None => {
                let known: Vec<&str> = Notification::ALL.iter().map(|one| one.event()).collect();
                return Reply::of(489, "Bad Event").with(Name::AllowEvents, known.join(", "));
            }
        };
        match self.prove(message, line, realm, now) {
            Ok(()) => Reply { command: Some(command), ..Reply::of(200, "OK") },
            Err(stale) => {
                let nonce = self.nonces.give(now / 1000, self.random.number());
                // The one that is liked best comes first (RFC 8760 §2.1).
                let algorithms: &[Algorithm] =
                    if line.sha256 { &[Algorithm::Sha256, Algorithm::Md5] } else { &[Algorithm::Md5] };
                let challenge = |one: &Algorithm| digest_challenge(*one, realm, &nonce, stale);
                let challenges = algorithms.iter().map(challenge);
                challenges.fold(Reply::of(401, "Unauthorized"), |reply, one| reply.with(Name::WwwAuthenticate, one))
            }
        }
    }

    /// Whether the sender may tell this line what to do; if not, whether its nonce was only over. A line without a password
    /// asks for none (inferred, as XML push has it, PB §18).
    fn prove(&mut self, message: &Message, line: &Line, realm: &str, now: Millis) -> Result<(), bool> {
        if !line.guarded || line.password.is_empty() {
            return Ok(());
        }
        let given = message.header(&Name::Authorization).and_then(Authorization::parse).ok_or(false)?;
        let algorithm = given.algorithm().filter(|one| *one == Algorithm::Md5 || line.sha256).ok_or(false)?;
        let nonce = given.nonce().unwrap_or_default().to_owned();
        let age = self.nonces.age(&nonce, now / 1000);
        // Proxies change the request's own URI on the way, and senders write others (RFC 3261 §22.4): the one that the
        // digest names counts.
        let request = Request { method: "NOTIFY", target: given.target().unwrap_or_default() };
        if age == Age::Foreign || !given.proves_by(algorithm, realm, request, &line.login, &line.password) {
            return Err(false);
        }
        if age == Age::Stale {
            return Err(true);
        }
        // A count that was there already is a recording (RFC 7616 §3.4).
        let count = given.count().unwrap_or(1);
        match self.used.iter_mut().find(|(known, _)| *known == nonce) {
            Some((_, last)) if count <= *last => return Err(true),
            Some((_, last)) => *last = count,
            None => {
                if self.used.len() >= MOST_KEPT {
                    self.used.pop_front();
                }
                self.used.push_back((nonce, count));
            }
        }
        Ok(())
    }
}
