//! `prov push`

mod answer;
mod follow;
mod whom;

pub use answer::Pushed;

use super::project::{self, Argument, Project};
use super::{Failure, Format, Global, Status, output, secrets};
use crate::phone::model::Notification;
use crate::phone::sip::Transport;
use crate::serve::push::{Order, Target, Via, default_rate};
use answer::{Followed, Phone};
use clap::{Args, ValueEnum};
use follow::Watch;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use whom::Chosen;

/// So many phones are spoken to at a time, each by a socket of its own.
const AT_A_TIME: usize = 256;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The phones' hardware addresses, in any usual spelling; the project last
    #[arg(value_name = "MAC|PROJECT")]
    what: Vec<String>,
    /// All phones of this fleet; may be repeated
    #[arg(long, value_name = "FLEET")]
    fleet: Vec<String>,
    /// Have the phones report their configuration
    #[arg(long, conflicts_with = "reboot")]
    report: bool,
    /// Have the phones restart
    #[arg(long)]
    reboot: bool,
    /// By what they are told: SIP NOTIFY, /admin/resync, or an XML object posted to /CGI/Execute
    #[arg(long, value_enum, default_value_t = Way::Sip)]
    via: Way,
    /// In place of the transport of the phone's line
    #[arg(long, value_enum)]
    transport: Option<Carrier>,
    /// Where the phone is, if there is one phone; others are where their leases are
    #[arg(long, value_name = "ADDRESS")]
    address: Option<IpAddr>,
    /// In place of the port that the phone's settings name
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Add N to every port, as `prov serve --ports` and its phones do
    #[arg(long, value_name = "+N", value_parser = super::serve::offset, default_value = "0", allow_hyphen_values = true)]
    ports: u16,
    /// The dashboard of the running `prov serve` [default: that of the program's server]
    #[arg(long, value_name = "URL")]
    serve: Option<String>,
    /// So many phones a second [default: what the program's servers bear, else 10]
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// How long to look whether they follow, in seconds; 0: not at all
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    Sip,
    Http,
    Execute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Carrier {
    Udp,
    Tcp,
}

impl Arguments {
    fn via(&self) -> Via {
        match self.via {
            Way::Sip => Via::Sip,
            Way::Http => Via::Http,
            Way::Execute => Via::Execute,
        }
    }

    fn event(&self) -> Notification {
        match (self.report, self.reboot) {
            (true, _) => Notification::Report,
            (_, true) => Notification::Reboot,
            _ => Notification::Resync,
        }
    }

    /// What no phone can be told, whoever it is.
    fn check(&self) -> Result<(), Failure> {
        if let Some(rate) = self.rate.filter(|rate| !(rate.is_finite() && *rate > 0.0)) {
            return Err(Failure::new(format!("--rate {rate}: a rate is a number above 0, of phones a second")));
        }
        match (self.via, self.event()) {
            (Way::Http, Notification::Report) => {
                Err(Failure::new("no URL of a phone asks for its report; SIP NOTIFY does (leave out --via)"))
            }
            (Way::Execute, Notification::Report | Notification::Reboot) => Err(Failure::new(
                "an XML object tells a phone to resync only; leave out --via, or --report and --reboot",
            )),
            (Way::Http | Way::Execute, _) if self.transport.is_some() => {
                Err(Failure::new("--transport is for SIP; --via names another way"))
            }
            _ => Ok(()),
        }
    }
}

pub fn run(arguments: Arguments, global: &Global) -> Result<Status, Failure> {
    arguments.check()?;
    let (macs, folder) = whom::split(&arguments.what)?;
    let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
    let project = Project::find(&Argument { project: folder })?;
    let planned = project.plan(arguments.ports);
    let Some(served) = project::served(planned, global) else { return Ok(Status::Findings) };
    let chosen = whom::choose(&served, &macs, &arguments.fleet)?;
    if arguments.address.is_some() && chosen.len() > 1 {
        return Err(Failure::new(format!("--address is where one phone is; {} are meant", chosen.len())));
    }
    // Of the phones that are meant only.
    let needed = chosen.iter().flat_map(|one| served.secrets_of(one.phone)).collect();
    let (known, missing) = secrets::load(needed, &project);
    if !missing.is_empty() {
        return Err(Failure::new(format!("secrets are missing: {}", missing.join("; "))));
    }
    let served = served.with_secrets(known);
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let pushed = runtime.block_on(async {
        tokio::select! {
            pushed = push(&arguments, &served, &chosen, global) => pushed.map(Some),
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    });
    runtime.shutdown_background();
    let Some(pushed) = pushed? else { return Ok(Status::Clean) };
    match arguments.format {
        Format::Json => output::json(&pushed)?,
        Format::Human => output::result(&pushed.human()),
    }
    Ok(if pushed.is_well() { Status::Clean } else { Status::Findings })
}

async fn push(
    arguments: &Arguments,
    served: &crate::plan::Served,
    chosen: &[Chosen],
    global: &Global,
) -> Result<Pushed, Failure> {
    let watch = Watch::find(arguments.serve.as_deref(), served, chosen).await?;
    let phones: Vec<_> = chosen.iter().map(|one| one.phone).collect();
    let (rate, by) = match arguments.rate {
        Some(rate) => (rate, None),
        None => default_rate(served, &phones),
    };
    if !global.quiet && chosen.len() > 1 {
        let why = match (arguments.rate, by) {
            (Some(_), _) => String::new(),
            (None, Some(by)) => {
                format!(" (the server bears {} requests a second, a phone makes {})", by.requests, by.each)
            }
            (None, None) => " (the program does not say what its servers bear: `capacity`, or --rate)".into(),
        };
        output::message(&format!("{} phones, {rate:.1} a second{why}\n", chosen.len()));
    }
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    let mut set: JoinSet<(usize, Phone)> = JoinSet::new();
    let mut every = tokio::time::interval(Duration::from_secs_f64((1.0 / rate).clamp(0.000_05, 86_400.0)));
    for (number, one) in chosen.iter().enumerate() {
        every.tick().await;
        let before = watch.phone(one.mac).await;
        let address = arguments.address.or_else(|| before.as_ref().and_then(|seen| seen.address));
        let firmware = before.as_ref().and_then(|seen| seen.firmware.clone());
        let target = Target::of(served, one.phone, firmware.as_deref());
        let order = address.map(|address| Order {
            via: arguments.via(),
            event: arguments.event(),
            target,
            address,
            port: arguments.port,
            offset: arguments.ports,
            transport: arguments.transport.map(|carrier| match carrier {
                Carrier::Udp => Transport::Udp,
                Carrier::Tcp => Transport::Tcp,
            }),
        });
        let permit = permits.clone().acquire_owned().await;
        let (watch, mac, wait) = (watch.clone(), one.mac, Duration::from_secs(arguments.wait));
        let (event, files) = (arguments.event(), one.paths.clone());
        set.spawn(async move {
            let Some(order) = order else { return (number, Phone::nowhere(mac, watch.is_there())) };
            let answer = order.give().await;
            drop(permit);
            let followed = match watch.is_there() && !wait.is_zero() {
                true => watch.follows(mac, before.unwrap_or_default(), event, &files, wait, answer.verdict).await,
                false => Followed::Unwatched,
            };
            (number, Phone::told(mac, &order, answer, followed))
        });
    }
    let mut told: Vec<Option<Phone>> = chosen.iter().map(|_| None).collect();
    while let Some(done) = set.join_next().await {
        let (number, phone) = done.map_err(|error| Failure::new(format!("a phone's errand broke off: {error}")))?;
        if let Some(place) = told.get_mut(number) {
            *place = Some(phone);
        }
    }
    Ok(Pushed::of(arguments.event(), told.into_iter().flatten().collect(), watch.note()))
}
