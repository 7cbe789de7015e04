//! Runs a program: one folder per service, all answering from the plan of the moment. `start` binds everything or
//! nothing; `Running` is what the caller holds while it serves.

mod bind;
pub mod clock;
mod context;
mod datagrams;
pub mod dhcp;
pub mod dhcp6;
pub mod dns;
pub mod events;
pub mod http;
mod images;
mod interfaces;
mod leasing;
mod limits;
mod metrics;
#[cfg(unix)]
mod privileges;
pub mod push;
mod reload;
mod reports;
pub mod seen;
pub mod state;
pub mod status;
pub mod syslog;
pub mod tftp;
pub mod tls;
mod wire;

pub use bind::{BindError, Endpoint, Service};
pub use clock::Clock;
pub use context::agent_mac;
pub use events::{Configuration, Event, Stamped};
#[cfg(unix)]
pub use privileges::{User, UserError};
pub use reload::{Finding, Reload, ReloadRequest, channel as reload_channel};
pub use seen::Seen;
pub use state::{Recovered, StateError, StateLocation};
pub use tls::{Files, TlsError};

use crate::phone::dhcp6::Duid;
use crate::plan::{Plan, Served};
use context::Context;
use leasing::Leasing;
use ring::rand::{SecureRandom, SystemRandom};
use state::{Journal, LeaseStore, Memory};
use std::fmt;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tls::{Endpoint as Https, Lab};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinSet;

/// How long what is in flight may take when serving ends.
const GRACE: Duration = Duration::from_secs(2);

/// How to serve.
#[derive(Clone, Debug)]
pub struct Settings {
    pub state: StateLocation,
    pub clock: Clock,
    /// What the plan names of https, as the edge read it.
    pub files: Files,
    /// The program's folder, in which firmware lies; none: no firmware is served.
    pub folder: Option<PathBuf>,
    /// Who reads the program again when the API is asked to; none: nobody does.
    pub reloads: Option<mpsc::Sender<ReloadRequest>>,
    /// Whom the process becomes when everything is bound.
    #[cfg(unix)]
    pub user: Option<User>,
    /// Phones that show a certificate of the lab's own authority are let in wherever one has to be shown: live phones have
    /// no other.
    pub demonstration: bool,
}

impl Settings {
    pub fn new(state: StateLocation) -> Self {
        Settings {
            state,
            clock: Clock::System,
            files: Files::default(),
            folder: None,
            reloads: None,
            #[cfg(unix)]
            user: None,
            demonstration: false,
        }
    }
}

/// Something that a person should know and that keeps nothing from being served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server has a service in the program that is not served yet.
    NotServed { server: String, service: &'static str, port: u16 },
    /// A torn end of the lease file was set aside.
    Recovered(Recovered),
    /// ICMP cannot be sent, so that nobody is asked whether an address is used before it is offered.
    NoEcho { why: String },
    /// A zone or record that DNS cannot hold.
    NotInDns(String),
    /// A server's certificate is of the lab's own authority, which no phone knows.
    OfLab { server: String, authority: Option<PathBuf> },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::NotServed { server, service, port } => {
                write!(f, "server `{server}`: {service} on port {port} is not served yet")
            }
            Notice::Recovered(Recovered::TornTail { file, bytes, kept_in, leases }) => {
                let kept = match leases {
                    0 => "there was no whole record before it".to_owned(),
                    1 => "the one whole record before it is kept".to_owned(),
                    many => format!("the {many} whole records before it are kept"),
                };
                let (file, kept_in) = (file.display(), kept_in.display());
                write!(
                    f,
                    "`{file}` was cut short inside its last record; {kept}, the torn end ({bytes} bytes) is in `{kept_in}`"
                )
            }
            Notice::NoEcho { why } => write!(
                f,
                "dhcp: addresses are offered without asking whether somebody uses them: no ICMP ({why}); run with \
                 CAP_NET_RAW"
            ),
            Notice::NotInDns(what) => write!(f, "not served over DNS: {what}"),
            Notice::OfLab { server, authority } => {
                write!(
                    f,
                    "server `{server}`: https has a certificate of this lab's own authority, which phones do not know; "
                )?;
                match authority {
                    Some(file) => {
                        let file = file.display();
                        write!(f, "they do with `{file}`: in Custom_CA_Rule, `prov phone --ca`, `curl --cacert`")
                    }
                    None => f.write_str("it ends with this process (`--state file:FOLDER` keeps one)"),
                }
            }
        }
    }
}

/// Why nothing is served: everything that stood in the way.
#[derive(Clone, Debug)]
pub struct StartError {
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum Problem {
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[cfg(unix)]
    #[error("--user: {0}")]
    User(#[from] UserError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for StartError {}

/// Why another plan is not served; the last one goes on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReloaded {
    /// It asks for other sockets than those that are bound.
    #[error("server {}: addresses or ports have changed; restart to serve them", servers.join(", "))]
    NeedsRestart { servers: Vec<String> },
    #[error("{}", .0.iter().map(TlsError::to_string).collect::<Vec<_>>().join("\n"))]
    Tls(Vec<TlsError>),
}

/// A program being served. Dropped without `stop`, it ends at once.
pub struct Running {
    endpoints: Vec<Endpoint>,
    notices: Vec<Notice>,
    context: Context,
    authority: dns::Authority,
    leasing: Arc<Leasing>,
    lab: Arc<Lab>,
    demonstration: bool,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Binds every service of the plan, opens the leases, and serves.
pub async fn start(served: Arc<Served>, settings: Settings) -> Result<Running, StartError> {
    let plan = served.plan();
    let mut problems = Vec::new();
    let bound = bind::bind(plan).map_err(|errors| problems.extend(errors.into_iter().map(Problem::Bind))).ok();
    // Whom ICMP is allowed to is decided when its socket is opened, so that this is done with the others.
    let networked = bound.as_ref().is_some_and(|bound| bound.dhcp.iter().any(|port| !on_loopback(port)));
    let prober = networked.then(dhcp::Prober::open);
    #[cfg(unix)]
    if let (Some(user), Some(_)) = (&settings.user, &bound) {
        user.become_it(&settings.state).unwrap_or_else(|error| problems.push(Problem::User(error)));
    }
    let opened = open(&settings, plan).map_err(|error| problems.push(Problem::State(error))).ok();
    let lab = Arc::new(Lab::new(&settings.state));
    let secured = Https::all(plan, &settings.files, &lab, settings.demonstration, &[]);
    let secured = secured.map_err(|errors| problems.extend(errors.into_iter().map(Problem::Tls))).ok();
    let (Some(mut bound), Some(opened), Some(secured)) = (bound, opened, secured) else {
        return Err(StartError { problems });
    };
    if !problems.is_empty() {
        return Err(StartError { problems });
    }

    let Opened { leasing, leases, seen, recovered } = opened;
    let context = Context::new(served.clone(), settings.clock, images::Images::new(settings.folder));
    context.seen.recall(seen);
    context.seen.restore(&leases, context.clock.seconds());
    let (zones, not_in_dns) = dns::Zones::new(plan, serial(&context));
    let authority = dns::Authority::new(plan, zones, context.clone());
    let mut notices: Vec<Notice> = recovered.into_iter().map(Notice::Recovered).collect();
    if let Some(Err(why)) = &prober {
        notices.push(Notice::NoEcho { why: why.to_string() });
    }
    notices.extend(not_served(plan));
    notices.extend(not_in_dns.into_iter().map(Notice::NotInDns));
    notices.extend(of_lab(plan, &secured, &lab));
    context.secure(secured);

    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let endpoints = bound.endpoints.clone();
    let reloads = settings.reloads;
    let site = status::Site::new(context.clone(), leasing.clone(), endpoints.clone(), reloads, stopping.clone());
    let site = Arc::new(site);
    for listener in std::mem::take(&mut bound.dashboard) {
        tasks.spawn(status::serve(listener, site.clone(), stopping.clone()));
    }
    context.events.metrics.loaded(context.clock.seconds());
    spawn(&mut tasks, bound, &context, &authority, &leasing, prober.and_then(Result::ok), &stopping);
    let demonstration = settings.demonstration;
    Ok(Running { endpoints, notices, context, authority, leasing, lab, demonstration, stop, tasks })
}

fn spawn(
    tasks: &mut JoinSet<()>,
    bound: bind::Bound,
    context: &Context,
    authority: &dns::Authority,
    leasing: &Arc<Leasing>,
    prober: Option<Arc<dhcp::Prober>>,
    stop: &watch::Receiver<bool>,
) {
    tasks.spawn(seen::keep(context.seen.clone(), leasing.store(), stop.clone()));
    if let Some(prober) = &prober {
        tasks.spawn(prober.clone().serve(stop.clone()));
    }
    for socket in bound.dhcp {
        let prober = prober.clone().filter(|_| !on_loopback(&socket));
        let bind::DhcpSocket { server, socket, addresses, port, interface } = socket;
        let place = Arc::new(dhcp::Place { server, addresses });
        let (leasing, context) = (leasing.clone(), context.clone());
        let at = interfaces::Bound { service: Service::Dhcp, socket, interface };
        tasks.spawn(interfaces::follow(
            at,
            stop.clone(),
            move |at| at.dhcp(port),
            move |socket, _, stop| {
                let (prober, socket, place) = (prober.clone(), Arc::new(socket), place.clone());
                let (leasing, context) = (leasing.clone(), context.clone());
                dhcp::serve(dhcp::Port { prober, socket, place, port, leasing, context }, stop)
            },
        ));
    }
    for bind::DhcpSocket { server, socket, addresses, port, interface } in bound.dhcp6 {
        let Some(server_id) = leasing.server_id.clone() else { continue };
        let (leasing, context) = (leasing.clone(), context.clone());
        let at = interfaces::Bound { service: Service::Dhcp6, socket, interface };
        tasks.spawn(interfaces::follow(
            at,
            stop.clone(),
            move |at| at.dhcp6(port),
            move |socket, at, stop| {
                let addresses = at.map_or_else(|| addresses.clone(), |at| at.v6.clone());
                let (socket, place) = (Arc::new(socket), Arc::new(dhcp6::Place { server, addresses }));
                let (server, leasing, context) = (server_id.clone(), leasing.clone(), context.clone());
                dhcp6::serve(dhcp6::Port { socket, place, port, server, leasing, context }, stop)
            },
        ));
    }
    for (server, udp, tcp) in bound.dns {
        tasks.spawn(dns::serve(authority.of(server), udp, tcp, stop.clone()));
    }
    for (server, socket) in bound.tftp {
        let port = tftp::Port::new(socket, server, context.clone());
        tasks.spawn(tftp::serve(port, stop.clone()));
    }
    for (server, scheme, listener) in bound.http {
        tasks.spawn(http::serve(http::Port { listener, server, scheme, context: context.clone() }, stop.clone()));
    }
    for socket in bound.syslog {
        tasks.spawn(syslog::serve(socket, context.clone(), stop.clone()));
    }
}

impl Running {
    /// Each service with the address and port that it really has.
    pub fn ports(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// What a person should be told once.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Everything that happens from now on. A listener that is more than 8192 events behind misses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Stamped>> {
        self.context.events.subscribe()
    }

    /// Notes how a reload went, in the figures: whether the program was taken, and how long that took.
    pub fn reloaded(&self, taken: bool, took: Duration) {
        let at = taken.then(|| self.context.clock.seconds());
        self.context.events.metrics.reloaded(at, took);
    }

    pub fn seen(&self) -> &Seen {
        &self.context.seen
    }

    /// The plan of the moment.
    pub fn served(&self) -> Arc<Served> {
        self.context.served()
    }

    /// Serves another plan from now on; what is in flight ends with the old one. Leases stay with their holders.
    pub fn replace(&self, served: Arc<Served>, files: &Files) -> Result<Vec<Notice>, NotReloaded> {
        let servers = moved(self.served().plan(), served.plan());
        if !servers.is_empty() {
            return Err(NotReloaded::NeedsRestart { servers });
        }
        let before = self.context.tls().borrow().clone();
        let secured = Https::all(served.plan(), files, &self.lab, self.demonstration, &before);
        let secured = secured.map_err(NotReloaded::Tls)?;
        let (zones, not_in_dns) = dns::Zones::new(served.plan(), serial(&self.context));
        // The allocation first: it must know a network before a message is answered from it.
        self.leasing.replan(served.plan());
        self.context.seen.reload(&served);
        self.context.replace(served.clone());
        let of_lab = of_lab(served.plan(), &secured, &self.lab);
        self.context.secure(secured);
        self.authority.replace(served.plan(), zones);
        self.context.events.publish(Event::Reloaded { phones: served.plan().phone_count() });
        let not_in_dns = not_in_dns.into_iter().map(Notice::NotInDns);
        Ok(not_served(served.plan()).chain(not_in_dns).chain(of_lab).collect())
    }

    /// The lab's own authority.
    pub fn lab(&self) -> &Arc<Lab> {
        &self.lab
    }

    /// Takes nothing new, and lets what is in flight end, for two seconds at most.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}

struct Opened {
    leasing: Arc<Leasing>,
    leases: Vec<state::Lease>,
    seen: Vec<state::Sighting>,
    recovered: Option<Recovered>,
}

fn open(settings: &Settings, plan: &Plan) -> Result<Opened, StateError> {
    let (store, recovered): (Arc<dyn LeaseStore>, _) = match &settings.state {
        StateLocation::Folder(folder) => {
            let (journal, recovered) = Journal::open(folder)?;
            (Arc::new(journal), recovered)
        }
        StateLocation::Memory => (Arc::new(Memory::default()), None),
    };
    let leases = store.load()?;
    let seen = store.load_seen()?;
    let dhcp6 = plan.servers.iter().any(|server| server.services.dhcp6.is_some());
    let server_id = dhcp6.then(|| store.server_id(&new_server_id()?)).transpose()?;
    let leasing = Leasing::new(plan, store, &leases, server_id, settings.clock.clone())?;
    Ok(Opened { leasing: Arc::new(leasing), leases, seen, recovered })
}

/// Where every address answers, whoever has it.
fn on_loopback(socket: &bind::DhcpSocket<Ipv4Addr>) -> bool {
    socket.addresses.iter().all(Ipv4Addr::is_loopback)
}

fn new_server_id() -> Result<Duid, StateError> {
    let mut chance = [0; 16];
    SystemRandom::new().fill(&mut chance).map_err(|_| StateError::NoChance)?;
    Ok(Duid::uuid(chance))
}

fn not_served(plan: &Plan) -> impl Iterator<Item = Notice> {
    plan.servers.iter().flat_map(|server| {
        let services = &server.services;
        let named = [("acs", services.acs)];
        let notice = |service, port| Notice::NotServed { server: server.id.clone(), service, port };
        named.into_iter().filter_map(move |(service, port)| Some(notice(service, port?)))
    })
}

fn of_lab(plan: &Plan, secured: &[Option<Https>], lab: &Lab) -> Vec<Notice> {
    let of_lab = plan.servers.iter().zip(secured).filter(|(_, https)| https.as_ref().is_some_and(|https| https.of_lab));
    of_lab.map(|(server, _)| Notice::OfLab { server: server.id.clone(), authority: lab.file() }).collect()
}

/// The servers whose sockets would be others.
fn moved(before: &Plan, after: &Plan) -> Vec<String> {
    let longest = before.servers.len().max(after.servers.len());
    (0..longest)
        .filter_map(|at| match (before.servers.get(at), after.servers.get(at)) {
            (Some(old), Some(new))
                if (&old.id, &old.addresses, &old.services) == (&new.id, &new.addresses, &new.services) =>
            {
                None
            }
            (old, new) => new.or(old).map(|server| format!("`{}`", server.id)),
        })
        .collect()
}

/// A zone's serial number rises with time, so that a reload is newer (RFC 1982 lets it wrap).
fn serial(context: &Context) -> u32 {
    (context.clock.seconds() & u64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests;
