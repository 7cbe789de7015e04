//! `prov serve`

mod host;
mod line;
mod log;
mod phones;
mod reload;
mod signals;
mod supervisor;
mod tls;

use super::project::{Argument, Project};
use super::{Failure, Format, Global, Status, secrets, watch};
use crate::phone::stance::Stance;
use crate::serve::{self, StateLocation};
use clap::Args;
use host::{Host, Sources};
pub use line::Line;
use log::Log;
use signals::Signals;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use supervisor::Supervisor;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// How what happens is said on stderr: in lines for people, or one JSON object a line
    #[arg(long, value_enum, value_name = "FORM", default_value_t = log::Form::Human)]
    log: log::Form,
    /// Where leases are kept: file:FOLDER, or memory [default: .prov/state beside the program]
    #[arg(long, value_name = "PLACE", value_parser = place)]
    state: Option<StateLocation>,
    /// Become this user (a name, UID, or UID:GID) when every port is bound
    #[cfg(unix)]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
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

pub(super) fn offset(text: &str) -> Result<u16, String> {
    let number = text.strip_prefix('+').unwrap_or(text);
    number.parse().map_err(|_| "an offset is +N, with N up to 65535".into())
}

pub fn run(arguments: Arguments, global: &Global) -> Result<Status, Failure> {
    let begun = Instant::now();
    let log = Log::start(arguments.log, global);
    #[cfg(unix)]
    let user = user(&arguments)?;
    let project = Project::find(&arguments.project)?;
    // Watched before it is read: a change in between would never be told.
    let changes = watch::watch(&project.folder);
    let planned = project.plan(arguments.ports);
    if planned.has_errors() {
        within_ports(&project, arguments.ports)?;
    }
    log.findings(planned.findings(), planned.sources(), global);
    let Some(served) = planned.into_served() else { return Ok(Status::Findings) };
    let served = secrets::all(served, &project)?;
    let files = tls::files(&served, &project)?;
    let state = arguments.state.clone().unwrap_or_else(|| StateLocation::Folder(project.folder.join(".prov/state")));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // Each TFTP transfer has a thread of these, and the disk is to have some as well.
    let runtime = builder
        .enable_all()
        .max_blocking_threads(1024)
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let done = runtime.block_on(async {
        // Whoever reads that we are ready may send a signal at once.
        let signals = Signals::new();
        let own = tls::certificates(served.plan(), &files);
        let folder = Some(match project.folder.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => project.folder.clone(),
        });
        let (reloads, asked) = serve::reload_channel();
        let settings = serve::Settings {
            files,
            folder,
            demonstration: arguments.with_phones,
            reloads: Some(reloads),
            #[cfg(unix)]
            user,
            ..serve::Settings::new(state)
        };
        let running =
            serve::start(Arc::new(served), settings).await.map_err(|error| Failure::new(error.to_string()))?;
        let trusted = tls::trusted(&running, own, arguments.ca.as_deref())?;
        let supervisor = Supervisor::of_environment();
        let mut host = Host { trusted, project, arguments, global, running, log, supervisor, refused: None };
        // Subscribed before anything can happen.
        let events = host.running.subscribe();
        host.ready(begun);
        let phones = if host.arguments.with_phones { phones::start(&host)? } else { tokio::task::JoinSet::new() };
        host.run(Sources { events, phones, signals, changes, asked }).await;
        host.supervisor.stopping();
        host.running.stop().await;
        Ok(Status::Clean)
    });
    // Phones that wait for a timer are not waited for.
    runtime.shutdown_background();
    done
}

/// Whom to become. From here on, before there is a thread, no child of ours can gain what we have not.
#[cfg(unix)]
fn user(arguments: &Arguments) -> Result<Option<serve::User>, Failure> {
    let user = arguments.user.as_deref().map(serve::User::named).transpose();
    let user = user.map_err(|error| Failure::new(format!("--user: {error}")))?;
    if let Some(user) = &user {
        user.no_way_back().map_err(|error| Failure::new(format!("--user: {error}")))?;
    }
    Ok(user)
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
