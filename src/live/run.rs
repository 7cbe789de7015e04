//! The hands of the model: does what it asks for on sockets, and gives it what comes.

use super::ears::{Ears, Heard};
use super::event::shown;
use super::plain::plain;
use super::source::source;
use super::tls::{Trust, is_ca};
use super::{DhcpTarget, LiveEvent, LiveOptions, Outcome, State, Timings, Until, dhcp, dns, http, syslog, tftp};
use crate::phone::model::{
    CloudAnswer, Command, DnsAnswer, Event, FetchAnswer, FetchRequest, Input, Lease, Millis, Output, Phone, Purpose,
    Query, Resync, Upgrade,
};
use crate::phone::{Random, Scheme, Settings};
use std::future::{Future, pending};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc;

/// Runs a phone until what it was told to reach. Drop the future to unplug it.
pub async fn run(options: LiveOptions, events: mpsc::Sender<LiveEvent>) -> Outcome {
    let (_keep, commands) = mpsc::channel(1);
    run_with_commands(options, events, commands).await
}

/// As [`run`], with somebody who tells the phone what to do meanwhile.
pub async fn run_with_commands(
    options: LiveOptions,
    events: mpsc::Sender<LiveEvent>,
    mut commands: mpsc::Receiver<Command>,
) -> Outcome {
    let limit = options.limit;
    let mut life = Life::new(options, events);
    let whole = async {
        life.give(Input::PowerOn).await;
        loop {
            if let Some(state) = life.reached {
                return state;
            }
            life.step(&mut commands).await;
        }
    };
    let state = match limit {
        Some(limit) => tokio::time::timeout(limit, whole).await.unwrap_or(State::Failed),
        None => whole.await,
    };
    let outcome = Outcome {
        state,
        parameters: shown(life.phone.settings(), &life.options.hidden),
        firmware: life.phone.identity().firmware().to_owned(),
        took: life.took.clone(),
    };
    // Nobody listening is no reason not to end.
    let _ = life.events.send(LiveEvent::Done(outcome.clone())).await;
    outcome
}

struct Life {
    phone: Phone,
    options: Arc<LiveOptions>,
    events: mpsc::Sender<LiveEvent>,
    started: Instant,
    random: Random,
    trust: Trust,
    /// Whether what is fetched now is the custom CA.
    fetches_ca: bool,
    /// The one thing the phone waits to be answered; it goes on while timers run and commands come.
    work: Option<Work>,
    /// Since when.
    working: Instant,
    took: Timings,
    /// Where it listens, if it does.
    ears: Option<Ears>,
    /// The other end of the commands is gone.
    deaf: bool,
    /// In the phone's time.
    timer: Option<Millis>,
    failures: u32,
    resynced: bool,
    /// The last upgrade failed.
    behind: bool,
    reached: Option<State>,
}

type Work = Pin<Box<dyn Future<Output = Came> + Send>>;

/// What a step waits for.
enum Came {
    Input(Input),
    Trouble(Input, String),
    Heard(Heard),
    Nothing,
}

impl Life {
    fn new(options: LiveOptions, events: mpsc::Sender<LiveEvent>) -> Self {
        let seed = options.seed.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let mac = options.identity.mac.octets().iter().fold(0, |seed, octet| seed << 8 | u64::from(*octet));
            now.as_nanos() as u64 ^ mac.rotate_left(16)
        });
        let mut settings = Settings::factory();
        if let Some(rule) = &options.profile_rule {
            settings.set("Profile_Rule", rule);
        }
        let mut random = Random::new(seed);
        let mut phone =
            Phone::new(options.identity.clone(), settings, Random::new(random.number())).with_stances(options.stances);
        if options.no_delay {
            phone = phone.without_delay();
        }
        if let Some(known) = options.remarks {
            phone = phone.with_remarks(known);
        }
        if let Some(server) = options.syslog {
            phone = phone.with_syslog(server.to_string());
        }
        let ears = options.listens.map(|offset| Ears::new(offset, &mut random));
        Life {
            trust: Trust { given: options.ca.clone(), custom: None, client: options.client.clone() },
            fetches_ca: false,
            phone,
            options: Arc::new(options),
            events,
            started: Instant::now(),
            random,
            work: None,
            working: Instant::now(),
            took: Timings::default(),
            ears,
            deaf: false,
            timer: None,
            failures: 0,
            resynced: false,
            behind: false,
            reached: None,
        }
    }

    /// The phone's time.
    fn now(&self) -> Millis {
        (self.started.elapsed().as_secs_f64() * 1000.0 * self.speed()) as Millis
    }

    fn speed(&self) -> f64 {
        if self.options.speed.is_finite() && self.options.speed > 0.0 { self.options.speed } else { 1.0 }
    }

    /// Our time until a point of the phone's.
    fn until(&self, time: Millis) -> Duration {
        let seconds = time.saturating_sub(self.now()) as f64 / 1000.0 / self.speed();
        // A phone that waits for ever is told so by `timer: None`; a year is long enough for the rest.
        Duration::from_secs_f64(seconds.clamp(0.0, 31_536_000.0))
    }

    /// Waits for the next thing and gives it to the phone.
    async fn step(&mut self, commands: &mut mpsc::Receiver<Command>) {
        let timer = self.timer.map(|time| self.until(time));
        let work = async {
            match &mut self.work {
                Some(work) => work.await,
                None => pending().await,
            }
        };
        let ears = async {
            match &mut self.ears {
                Some(ears) => ears.next().await,
                None => pending().await,
            }
        };
        let clock = async {
            match timer {
                Some(after) => tokio::time::sleep(after).await,
                None => pending().await,
            }
        };
        let came = tokio::select! {
            came = work => {
                self.work = None;
                came
            }
            () = clock => {
                self.timer = None;
                Came::Input(Input::Timer)
            }
            command = commands.recv(), if !self.deaf => match command {
                Some(command) => Came::Input(Input::Command(command)),
                None => {
                    self.deaf = true;
                    Came::Nothing
                }
            },
            heard = ears => heard.map_or(Came::Nothing, Came::Heard),
        };
        match came {
            Came::Input(input) => self.give(input).await,
            Came::Trouble(input, message) => {
                self.tell(Event::Error { message }).await;
                self.give(input).await;
            }
            Came::Heard(heard) => {
                let now = self.now();
                let command = match &mut self.ears {
                    Some(ears) => ears.answer(heard, self.phone.settings(), now).await,
                    None => None,
                };
                if let Some(command) = command {
                    self.give(Input::Command(command)).await;
                }
            }
            Came::Nothing => {}
        }
    }

    /// Listens where the phone's settings and its address say by now.
    async fn listen(&mut self) {
        if self.ears.is_none() {
            return;
        }
        let (address, from_12_0_3) = (self.source(), self.phone.runs_from(12, 0, 3));
        let Some(ears) = &mut self.ears else { return };
        let Some((places, troubles)) = ears.adjust(self.phone.settings(), from_12_0_3, address).await else { return };
        for message in troubles {
            self.tell(Event::Error { message }).await;
        }
        self.tell(Event::Listens { places }).await;
    }

    async fn give(&mut self, input: Input) {
        let now = self.now();
        self.time(&input);
        if let (true, Input::Fetched(FetchAnswer::Http { status: 200, body, .. } | FetchAnswer::Tftp(body))) =
            (self.fetches_ca, &input)
        {
            // One that is no CA changes nothing: the phone goes on with the one it has.
            if is_ca(body).is_ok() {
                self.trust.custom = Some(Arc::new(body.clone()));
            }
        }
        for output in self.phone.handle(now, input) {
            if matches!(output, Output::AskLease | Output::Fetch(_)) {
                self.working = Instant::now();
            }
            match output {
                Output::AskLease => {
                    self.work = Some(Box::pin(lease(self.options.clone(), self.random.number() as u32)))
                }
                Output::Resolve { query, servers } => {
                    let (options, from, id) = (self.options.clone(), self.source(), self.random.number() as u16);
                    self.work = Some(Box::pin(resolve(options, from, query, servers, id)));
                }
                Output::Fetch(request) => {
                    self.fetches_ca = request.purpose == Purpose::CustomCa;
                    self.work = Some(Box::pin(fetch(request, self.source(), self.trust.clone())));
                }
                // How Cisco's cloud is asked is not documented, and a lab phone is none of its business.
                Output::AskCloud(query) => {
                    let message =
                        format!("{query}: the live phone does not ask Cisco's cloud; it counts as unreachable");
                    let answer = Input::Cloud(CloudAnswer::Unreachable);
                    self.work = Some(Box::pin(async { Came::Trouble(answer, message) }));
                }
                Output::Wait { until } => self.timer = Some(until).filter(|until| *until < Millis::MAX),
                Output::Syslog { server, text } => self.log(&server, &text).await,
                Output::Tell(event) => {
                    self.judge(&event);
                    self.tell(event).await;
                }
            }
        }
        self.listen().await;
        if self.options.until == Some(Until::Converged) && self.converged() {
            self.reached = Some(State::Converged);
        }
    }

    /// How long an answer took.
    fn time(&mut self, input: &Input) {
        let kind = match input {
            Input::Lease(_) => &mut self.took.dhcp,
            Input::Fetched(_) => &mut self.took.fetches,
            _ => return,
        };
        if kind.len() < Timings::MOST {
            kind.push(u64::try_from(self.working.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// The address to speak from.
    fn source(&self) -> Ipv4Addr {
        self.phone.address().map_or(Ipv4Addr::UNSPECIFIED, source)
    }

    /// Whether the phone has come to rest with all its files, and with the firmware that its rule wants.
    fn converged(&self) -> bool {
        self.resynced && !self.behind && self.phone.is_quiet()
    }

    async fn tell(&mut self, event: Event) {
        let t = self.now();
        let _ = self.events.send(LiveEvent::Happened { t, event }).await;
    }

    /// Whether that was what we waited for.
    fn judge(&mut self, event: &Event) {
        match event {
            Event::Resync(Resync::Done { .. }) => {
                self.failures = 0;
                self.resynced = true;
                if self.options.until == Some(Until::Resynced) {
                    self.reached = Some(State::Resynced);
                }
            }
            Event::Upgrade(Upgrade::Failed { .. }) => self.behind = true,
            Event::Upgrade(Upgrade::Done { .. } | Upgrade::Activated { .. }) => self.behind = false,
            Event::Resync(Resync::Failed { .. }) | Event::Dhcp { address: None, .. } => {
                self.failures += 1;
                if self.options.attempts.is_some_and(|most| self.failures >= most) {
                    self.reached = Some(State::Failed);
                }
            }
            _ => {}
        }
    }

    async fn log(&mut self, server: &str, text: &str) {
        let (host, port) = syslog::target(server, self.options.syslog_port.unwrap_or(514));
        let from = self.source();
        let address = match host.parse::<Ipv4Addr>() {
            Ok(address) => Some(address),
            Err(_) => match name_server(&self.options, &[]) {
                Some(server) => {
                    let id = self.random.number() as u16;
                    match dns::resolve(server, from, &Query::Address(host.clone()), id).await {
                        DnsAnswer::Addresses(addresses) => addresses.first().copied(),
                        _ => None,
                    }
                }
                None => None,
            },
        };
        let sent = match address {
            Some(address) => {
                let from = reachable(from, IpAddr::V4(address));
                syslog::send((address, port).into(), from, text).await.map_err(|error| plain(&error))
            }
            None => Err("no such host".into()),
        };
        if let Err(why) = sent {
            self.tell(Event::Error { message: format!("syslog to {host}:{port}: {why}") }).await;
        }
    }
}

async fn resolve(options: Arc<LiveOptions>, from: Ipv4Addr, query: Query, servers: Vec<Ipv4Addr>, id: u16) -> Came {
    Came::Input(Input::Resolved(match name_server(&options, &servers) {
        Some(server) => dns::resolve(server, reachable(from, server.ip()), &query, id).await,
        None => DnsAnswer::Timeout,
    }))
}

async fn fetch(request: FetchRequest, from: Ipv4Addr, trust: Trust) -> Came {
    let from = reachable(from, IpAddr::V4(request.address));
    Came::Input(Input::Fetched(match request.scheme {
        Scheme::Tftp => tftp::fetch(&request, from).await,
        Scheme::Http | Scheme::Https => http::fetch(&request, from, &trust).await,
    }))
}

async fn lease(options: Arc<LiveOptions>, xid: u32) -> Came {
    let Some(target) = &options.dhcp else {
        let address = options.address.unwrap_or(Ipv4Addr::UNSPECIFIED);
        return Came::Input(Input::Lease(Lease::bare(address)));
    };
    if let DhcpTarget::Server(server) = target
        && server.port() == crate::phone::dhcp::SERVER_PORT
    {
        let message = format!("{server}: a server on port 67 answers to port 68; name the interface instead");
        return Came::Trouble(Input::LeaseFailed, message);
    }
    match dhcp::lease(target, &options.identity, xid).await {
        Ok(lease) => Came::Input(Input::Lease(lease)),
        Err(error) => Came::Trouble(Input::LeaseFailed, error.to_string()),
    }
}

fn name_server(options: &LiveOptions, of_lease: &[Ipv4Addr]) -> Option<SocketAddr> {
    options.dns.or_else(|| of_lease.first().map(|address| SocketAddr::from((*address, 53))))
}

/// A loopback address reaches nothing but loopback.
fn reachable(from: Ipv4Addr, to: IpAddr) -> Ipv4Addr {
    if from.is_loopback() && !to.is_loopback() { Ipv4Addr::UNSPECIFIED } else { from }
}
