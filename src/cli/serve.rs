//! `prov serve`

use super::project::{Argument, Project};
use super::{Failure, Format, Global, Status, bench, narrate, output, secrets, watch};
use crate::language::Files;
use crate::live::{self, ClientCertificate, DhcpTarget, LiveEvent, LiveOptions};
use crate::phone::Identity;
use crate::phone::model::{Event as PhoneEvent, Resync};
use crate::phone::stance::Stance;
use crate::plan::{Clients, PhoneRef, Plan, Served, Server};
use crate::platform::bench_load;
use crate::serve::{self, Running, Service, StateLocation};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, mpsc};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Where leases are kept: file:FOLDER, or memory [default: .prov/state beside the program]
    #[arg(long, value_name = "PLACE", value_parser = place)]
    state: Option<StateLocation>,
    /// Stop, with status 0, when every phone of the program has had all its files in one pass
    #[arg(long)]
    once: bool,
    /// Start a live phone for each phone of the program
    #[arg(long)]
    with_phones: bool,
    /// Let the live phones follow another reading where the vendor's texts contradict each other, such as C-17=serial
    #[arg(long, value_name = "MATTER=READING", requires = "with_phones")]
    stance: Vec<Stance>,
    /// Let the live phones accept https servers whose certificates these authorities signed (PEM)
    #[arg(long, value_name = "FILE", requires = "with_phones")]
    ca: Option<PathBuf>,
    /// Add N to every port, for a run without privileges
    #[arg(long, value_name = "+N", value_parser = offset, default_value = "0", allow_hyphen_values = true)]
    ports: u16,
}

fn place(text: &str) -> Result<StateLocation, String> {
    match text.split_once(':') {
        Some(("file", path)) if !path.is_empty() => Ok(StateLocation::Folder(PathBuf::from(path))),
        None if text == "memory" => Ok(StateLocation::Memory),
        _ => Err("a place is file:FOLDER or memory".into()),
    }
}

fn offset(text: &str) -> Result<u16, String> {
    let number = text.strip_prefix('+').unwrap_or(text);
    number.parse().map_err(|_| "an offset is +N, with N up to 65535".into())
}

/// Live phones beyond this many do not show anything more, and cost sockets.
const MOST_LIVE_PHONES: usize = 500;

/// How long events gather before they are shown: to be woken for each would cost the services more than to answer does.
const GATHER: Duration = Duration::from_millis(10);

pub fn run(arguments: Arguments, global: &Global) -> Result<Status, Failure> {
    let begun = Instant::now();
    log_to_stderr(global);
    let project = Project::find(&arguments.project)?;
    // Watched before it is read: a change in between would never be told.
    let watched = watch::watch(&project.folder);
    let planned = project.plan(arguments.ports);
    if planned.has_errors() {
        within_ports(&project, arguments.ports)?;
    }
    output::findings(planned.findings(), planned.sources(), global);
    let Some(served) = planned.into_served() else { return Ok(Status::Findings) };
    let served = secrets::all(served, &project)?;
    let files = tls_files(&served, &project)?;
    let state = arguments.state.clone().unwrap_or_else(|| StateLocation::Folder(project.folder.join(".prov/state")));
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let done = runtime.block_on(async {
        // Whoever reads that we are ready may send a signal at once.
        let signals = Signals::new();
        let demonstration = arguments.with_phones;
        let own = certificates(served.plan(), &files);
        let folder = Some(match project.folder.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => project.folder.clone(),
        });
        let settings = serve::Settings { files, folder, demonstration, ..serve::Settings::new(state) };
        let running =
            serve::start(Arc::new(served), settings).await.map_err(|error| Failure::new(error.to_string()))?;
        let trusted = trusted(&running, own, arguments.ca.as_deref())?;
        let mut host = Host { trusted, project, arguments, global, running };
        // Subscribed before anything can happen.
        let events = host.running.subscribe();
        host.ready(begun);
        let phones = if host.arguments.with_phones { host.phones()? } else { tokio::task::JoinSet::new() };
        host.events(events, phones, signals, watched).await;
        host.running.stop().await;
        Ok(Status::Clean)
    });
    // Phones that wait for a timer are not waited for.
    runtime.shutdown_background();
    done
}

/// Certificates and keys of https. That one is not there, a note when a program is checked, keeps it from being served.
fn tls_files(served: &Served, project: &Project) -> Result<serve::Files, Failure> {
    let mut files = serve::Files::default();
    let mut missing = Vec::new();
    for server in served.plan().servers.iter().filter(|server| server.services.https.is_some()) {
        for path in server.tls.iter().flat_map(|tls| tls.files()) {
            match project.read(path) {
                Ok(octets) => files.insert(path, octets),
                Err(why) => {
                    let place = project.folder.join(path);
                    missing.push(format!("server `{}`, https: cannot read {}: {why}", server.id, place.display()));
                }
            }
        }
    }
    missing.dedup();
    if missing.is_empty() { Ok(files) } else { Err(Failure::new(missing.join("\n"))) }
}

/// The certificates that https is served with, and those that vouch for them.
fn certificates(plan: &Plan, files: &serve::Files) -> Vec<u8> {
    let named = plan.servers.iter().filter_map(|server| server.tls.as_ref()?.certificate.as_deref());
    named.flat_map(|path| [files.get(path), b"\n"]).flatten().copied().collect()
}

/// Whom live phones accept: the lab's own authority, whoever stands in the server's own files, and what is given.
fn trusted(running: &Running, own: Vec<u8>, given: Option<&Path>) -> Result<Option<Arc<Vec<u8>>>, Failure> {
    let given = given.map(super::phone::ca).transpose()?;
    let mut pem = running.lab().pem().map(str::as_bytes).unwrap_or_default().to_vec();
    // Only certificates: a key that lies in the same file is no business of phones.
    pem.extend(live::certificates(&own));
    pem.extend(given.iter().flat_map(|pem| pem.iter()));
    Ok((!pem.is_empty()).then(|| Arc::new(pem)))
}

/// An offset that pushes a port beyond the last is wrong use of --ports, and no finding about the program.
fn within_ports(project: &Project, offset: u16) -> Result<(), Failure> {
    let planned = project.plan(0);
    for server in &planned.plan().servers {
        let services = &server.services;
        let ports = [
            services.tftp,
            services.http,
            services.https,
            services.dns,
            services.dhcp,
            services.dhcp6,
            services.acs,
            services.syslog,
            services.dashboard,
        ];
        if let Some(port) = ports.into_iter().flatten().find(|port| port.checked_add(offset).is_none()) {
            let id = &server.id;
            return Err(Failure::new(format!("server `{id}`: port {port} and {offset} is beyond 65535; add less")));
        }
    }
    Ok(())
}

fn log_to_stderr(global: &Global) {
    let level = match global.verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::new(format!("prov={level}"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

struct Host<'g> {
    /// Whom live phones accept as https servers, as PEM.
    trusted: Option<Arc<Vec<u8>>>,
    project: Project,
    arguments: Arguments,
    global: &'g Global,
    running: Running,
}

impl Host<'_> {
    fn ready(&self, begun: Instant) {
        let served = self.running.served();
        let plan = served.plan();
        for notice in self.running.notices() {
            output::message(&format!("note: {notice}\n"));
        }
        let profiles: usize = plan.fleets.iter().map(|fleet| fleet.profiles.len()).sum();
        output::message(&format!(
            "prov {} · {} · {}, {}, {} · ready in {} ms\n",
            env!("CARGO_PKG_VERSION"),
            plan.program,
            output::count(plan.phone_count(), "phone"),
            output::count(profiles, "profile"),
            output::count(served.all_files().len(), "file"),
            begun.elapsed().as_millis()
        ));
        if !self.global.quiet {
            let shown = self.running.ports().iter().map(|endpoint| match endpoint.service {
                Service::Dashboard => format!("status http://{}", endpoint.address),
                service => format!("{service} {}", endpoint.address),
            });
            output::message(&format!("  {}\n", shown.collect::<Vec<_>>().join("   ")));
        }
        if self.arguments.format == Format::Json {
            let ports: BTreeMap<String, u16> = self
                .running
                .ports()
                .iter()
                .map(|endpoint| (endpoint.service.to_string(), endpoint.address.port()))
                .collect();
            output::result(&format!("{}\n", json!({ "event": "ready", "ports": ports })));
        }
        notify_supervisor();
    }

    /// Prints what happens, reloads what changes, and ends when told to.
    async fn events(
        &mut self,
        mut events: broadcast::Receiver<Arc<serve::Stamped>>,
        mut phones: tokio::task::JoinSet<()>,
        mut signals: Signals,
        watched: Option<watch::Watched>,
    ) {
        let (_watcher, mut changes) = match watched {
            Some((watcher, changes)) => (Some(watcher), changes),
            None => (None, mpsc::channel(1).1),
        };
        let mut told = false;
        let mut gathered = tokio::time::Instant::now();
        loop {
            let event = async {
                tokio::time::sleep_until(gathered).await;
                events.recv().await
            };
            tokio::select! {
                event = event => match event {
                    Ok(event) => {
                        self.tell(&event, events.is_empty(), &mut told);
                        if events.is_empty() {
                            gathered = tokio::time::Instant::now() + GATHER;
                        }
                    }
                    Err(broadcast::error::RecvError::Lagged(missed)) => {
                        output::message(&format!("note: {missed} events are not shown; there are too many at once\n"));
                    }
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                signal = signals.next() => match signal {
                    Signal::Stop => return,
                    Signal::Reload => self.reload(),
                },
                Some(()) = changes.recv() => {
                    tokio::time::sleep(watch::SETTLE).await;
                    while changes.try_recv().is_ok() {}
                    self.reload();
                }
                Some(_) = phones.join_next() => {}
            }
            if self.arguments.once && self.running.seen().complete() {
                // The last answer may still be on its way out.
                tokio::time::sleep(watch::SETTLE).await;
                while let Ok(event) = events.try_recv() {
                    self.tell(&event, events.is_empty(), &mut told);
                }
                return;
            }
        }
    }

    /// Prints an event; after the last that waits, whether all phones are there: what was seen runs ahead of what is shown.
    fn tell(&self, event: &serve::Stamped, last: bool, told: &mut bool) {
        let served = self.running.served();
        if self.arguments.format == Format::Json {
            output::result(&format!("{}\n", narrate::json(event, &served)));
        } else if !self.global.quiet
            && let Some(line) = narrate::line(event, &served, self.global.verbose)
        {
            output::message(&line);
        }
        if matches!(event.event, serve::Event::Reloaded { .. }) {
            *told = false;
        }
        if !*told && last {
            let progress = self.running.seen().progress();
            if progress.is_complete() && progress.total > 0 {
                *told = true;
                output::message(&format!(
                    "{} of {} phones are where the program wants them\n",
                    progress.done, progress.total
                ));
            }
        }
    }

    /// The program as it is now, if it is sound; the last good one stays otherwise.
    fn reload(&mut self) {
        let planned = self.project.plan(self.arguments.ports);
        output::findings(planned.findings(), planned.sources(), self.global);
        match planned.into_served() {
            Some(served) => match secrets::all(served, &self.project) {
                Err(error) => output::message(&format!("not reloaded: {error}\n")),
                Ok(served) => {
                    let files = match tls_files(&served, &self.project) {
                        Ok(files) => files,
                        Err(error) => return output::message(&format!("not reloaded: {error}\n")),
                    };
                    match self.running.replace(Arc::new(served), &files) {
                        Ok(notices) => notices.iter().for_each(|notice| output::message(&format!("note: {notice}\n"))),
                        Err(error) => output::message(&format!("not reloaded: {error}\n")),
                    }
                }
            },
            None => output::message("not reloaded: the last good program goes on\n"),
        }
    }

    /// A live phone for each phone of the program.
    fn phones(&self) -> Result<tokio::task::JoinSet<()>, Failure> {
        let served = self.running.served();
        let mut set = tokio::task::JoinSet::new();
        let count = served.plan().phone_count();
        if count > MOST_LIVE_PHONES {
            output::message(&format!("note: {MOST_LIVE_PHONES} of {count} phones are started\n"));
        }
        for phone in served.all_phones().take(MOST_LIVE_PHONES) {
            let options = self.live(&served, phone)?;
            let mac = options.identity.mac;
            let (tell, mut told) = mpsc::channel(64);
            set.spawn(async move {
                let _ = live::run(options, tell).await;
            });
            set.spawn(async move {
                while let Some(event) = told.recv().await {
                    if let LiveEvent::Happened { event: PhoneEvent::Resync(Resync::Failed { reason, .. }), .. } = event
                    {
                        output::message(&format!("phone {mac}: resync failed: {reason}\n"));
                    }
                }
            });
        }
        Ok(set)
    }

    fn live(&self, served: &Served, phone: PhoneRef) -> Result<LiveOptions, Failure> {
        let endpoint = |service: Service| -> Option<SocketAddr> {
            let plan = served.plan();
            let fleet = served.fleet(phone)?;
            let server = match service {
                Service::Dhcp | Service::Dns => plan.networks.get(*fleet.networks.first()?)?.server,
                _ => fleet.server,
            };
            let id = &plan.servers.get(server)?.id;
            let mut ports = self.running.ports().iter();
            ports.find(|port| port.service == service && port.server == *id).map(|port| port.address)
        };
        let dhcp = endpoint(Service::Dhcp).filter(|at| at.ip().is_loopback()).ok_or_else(|| {
            Failure::new(
                "--with-phones needs a program whose server is on a loopback address with dhcp, as examples/quickstart; \
                 on a network, start `prov phone --dhcp IFACE` on another host",
            )
        })?;
        let (Some(mac), Some(model)) = (served.mac(phone), served.model(phone)) else {
            return Err(Failure::new("the plan has a phone without a model"));
        };
        let identity = Identity::new(mac, &model.name, &bench_load(&model.name))
            .and_then(|identity| identity.with_series(&model.series))
            .map_err(|error| Failure::new(format!("cannot start the phone {mac}: {error}")))?;
        Ok(LiveOptions {
            dhcp: Some(DhcpTarget::Server(dhcp)),
            dns: endpoint(Service::Dns),
            syslog: endpoint(Service::Syslog),
            profile_rule: served.told(phone),
            until: None,
            no_delay: true,
            ca: self.trusted.clone(),
            client: self.client(served, phone)?,
            stances: bench::stances(&self.arguments.stance),
            ..LiveOptions::new(identity, bench::hidden())
        })
    }
}

impl Host<'_> {
    /// What a phone shows where https asks for it: a certificate as from its maker, by the lab's own authority.
    fn client(&self, served: &Served, phone: PhoneRef) -> Result<Option<ClientCertificate>, Failure> {
        let asks = |server: &&Server| server.tls.as_ref().is_some_and(|tls| tls.clients != Clients::None);
        let Some(server) = served.plan().servers.iter().find(asks) else { return Ok(None) };
        let identity = server.tls.as_ref().and_then(|tls| tls.identity.as_deref());
        let (Some(mac), Some(model)) = (served.mac(phone), served.model(phone)) else { return Ok(None) };
        let name = serve::tls::common_name(identity, mac, &model.name, &model.series);
        let fault = |why: &str| Failure::new(format!("no certificate can be made for the phone {mac}: {why}"));
        let device = self.running.lab().device(&name, mac).map_err(|why| fault(&why))?;
        ClientCertificate::from_pem(device.certificate.as_bytes(), device.key.as_bytes()).map(Some).map_err(fault)
    }
}

enum Signal {
    Stop,
    Reload,
}

/// SIGINT and SIGTERM end, SIGHUP reloads.
struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    hangup: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).ok();
        Signals {
            interrupt: listen(SignalKind::interrupt()),
            terminate: listen(SignalKind::terminate()),
            hangup: listen(SignalKind::hangup()),
        }
    }

    #[cfg(not(unix))]
    fn new() -> Self {
        Signals {}
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Signal {
        async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = one(&mut self.interrupt) => Signal::Stop,
            () = one(&mut self.terminate) => Signal::Stop,
            () = one(&mut self.hangup) => Signal::Reload,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Signal {
        let _ = tokio::signal::ctrl_c().await;
        Signal::Stop
    }
}

/// sd_notify(3): one datagram to the socket that the supervisor names.
#[cfg(unix)]
fn notify_supervisor() {
    use std::os::unix::net::{SocketAddr, UnixDatagram};
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let Ok(socket) = UnixDatagram::unbound() else { return };
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    let sent = match bytes.split_first() {
        #[cfg(target_os = "linux")]
        Some((b'@', name)) => {
            use std::os::linux::net::SocketAddrExt;
            SocketAddr::from_abstract_name(name).and_then(|address| socket.send_to_addr(b"READY=1\n", &address))
        }
        _ => SocketAddr::from_pathname(&path).and_then(|address| socket.send_to_addr(b"READY=1\n", &address)),
    };
    if let Err(error) = sent {
        tracing::warn!(%error, "cannot tell the supervisor that we are ready");
    }
}

#[cfg(not(unix))]
fn notify_supervisor() {}
