//! `prov phone`

mod crowd;

use super::{Failure, Global, Status, bench, output};
use crate::live::{self, ClientCertificate, DhcpTarget, LiveEvent, LiveOptions, State, Until};
use crate::phone::Mac;
use crate::phone::stance::Stance;
use clap::{ArgGroup, Args, ValueEnum};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// So much of an event is shown to a person; --json has all of it.
const LONGEST_LINE: usize = 2000;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("way").args(["dhcp", "profile_rule"]).required(true).multiple(true)))]
pub struct Arguments {
    /// Hardware address, in any usual spelling
    #[arg(long, value_parser = super::show::mac, default_value = "00:0e:08:00:00:01")]
    mac: Mac,
    /// Product name, as `prov explain` knows it, perhaps for short (7841)
    #[arg(long, default_value = "CP-8841-3PCC")]
    model: String,
    /// The load it runs [default: 11.3(1) for the model]
    #[arg(long)]
    firmware: Option<String>,
    #[arg(long, conflicts_with_all = ["count", "from"])]
    serial: Option<String>,
    /// Take a lease: on this interface, or in a lab from the server at ADDRESS:PORT
    #[arg(long, value_name = "IFACE|ADDRESS:PORT")]
    dhcp: Option<String>,
    /// Start with this Profile_Rule, as typed on the phone's screen
    #[arg(long, value_name = "RULE")]
    profile_rule: Option<String>,
    /// The phone's own address, where there is no lease
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["dhcp", "count", "from"])]
    address: Option<Ipv4Addr>,
    /// Add N to every port that the phone listens on (SIP, its web server), for a run without privileges
    #[arg(long, value_name = "+N", value_parser = super::serve::offset, default_value = "0", allow_hyphen_values = true)]
    ports: u16,
    /// Ask this name server instead of those of the lease
    #[arg(long, value_name = "ADDRESS:PORT")]
    dns: Option<SocketAddr>,
    /// Accept https servers whose certificates these authorities signed (PEM)
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Show this certificate to https servers that ask for one (PEM; its key may lie in the same file)
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// The key of --cert (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    cert_key: Option<PathBuf>,
    /// Send log messages here while no Syslog_Server is set
    #[arg(long, value_name = "ADDRESS:PORT")]
    syslog: Option<SocketAddr>,
    /// When to end; without it the phone lives until Ctrl-C
    #[arg(long, value_enum)]
    until: Option<End>,
    /// Do not wait after power-up (Resync_Random_Delay)
    #[arg(long)]
    no_delay: bool,
    /// Live by another reading where the vendor's texts contradict each other, such as C-08=1-second; may be repeated
    #[arg(long, value_name = "MATTER=READING")]
    stance: Vec<Stance>,
    /// End as failed after this many seconds
    #[arg(long, value_name = "SECONDS")]
    limit: Option<u64>,
    /// So many phones, their hardware addresses counted up from --mac: a crowd, which ends when all have resynced or failed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    count: Option<u32>,
    /// A crowd of the phones of this program, or of a CSV file with a column `mac` and perhaps `model`
    #[arg(long, value_name = "PROJECT|FILE.csv")]
    from: Option<PathBuf>,
    /// Of a crowd: starts a second
    #[arg(long, value_name = "N", default_value_t = 50.0)]
    rate: f64,
    /// Of a crowd: so many live at a time, each with two sockets at most; more wait
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..))]
    at_a_time: u32,
    /// One JSON document a line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum End {
    Resynced,
    Converged,
}

pub fn run(arguments: Arguments, global: &Global) -> Result<Status, Failure> {
    if arguments.count.is_some() || arguments.from.is_some() {
        return crowd::run(arguments, global);
    }
    let json = arguments.json;
    let quiet = global.quiet;
    let options = options(arguments)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    if let Some(target) = &options.dhcp {
        runtime.block_on(live::probe(target)).map_err(|error| Failure::new(error.to_string()))?;
    }
    let outcome = runtime.block_on(async {
        let (tell, mut told) = mpsc::channel(256);
        let printing = tokio::spawn(async move {
            while let Some(event) = told.recv().await {
                if json {
                    output::json_line(&event);
                } else if let (LiveEvent::Happened { t, event }, false) = (&event, quiet) {
                    let event = event.to_string();
                    let shown = event.get(..event.floor_char_boundary(LONGEST_LINE)).unwrap_or_default();
                    let more = if shown.len() < event.len() { " …" } else { "" };
                    output::message(&format!("{:>9.3}  {shown}{more}\n", *t as f64 / 1000.0));
                }
            }
        });
        let outcome = tokio::select! {
            outcome = live::run(options, tell) => Some(outcome),
            _ = tokio::signal::ctrl_c() => None,
        };
        let _ = printing.await;
        outcome
    });
    runtime.shutdown_background();
    let Some(outcome) = outcome else { return Ok(Status::Clean) };
    if !json {
        let state = match outcome.state {
            State::Resynced => "resynced",
            State::Converged => "converged",
            State::Failed => "failed",
        };
        let shown = outcome.parameters.iter().map(|(name, value)| format!("  {name} = {value}\n"));
        output::result(&format!("{state} · {}\n{}", outcome.firmware, shown.collect::<String>()));
    }
    Ok(if outcome.state == State::Failed { Status::Findings } else { Status::Clean })
}

pub fn ca(path: &Path) -> Result<Arc<Vec<u8>>, Failure> {
    let pem = std::fs::read(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
    live::is_ca(&pem).map_err(|why| Failure::new(format!("{}: {why}", path.display())))?;
    Ok(Arc::new(pem))
}

fn client(arguments: &Arguments) -> Result<Option<ClientCertificate>, Failure> {
    let Some(path) = &arguments.cert else { return Ok(None) };
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
    };
    let certificate = read(path)?;
    let key_path = arguments.cert_key.as_ref().unwrap_or(path);
    let key = read(key_path)?;
    let fault = |why: &str| Failure::new(format!("{} and {}: {why}", path.display(), key_path.display()));
    let client = ClientCertificate::from_pem(&certificate, &key).map_err(fault)?;
    live::is_client(&client).map_err(|why| fault(&why))?;
    Ok(Some(client))
}

fn options(arguments: Arguments) -> Result<LiveOptions, Failure> {
    let wrong = |error: crate::phone::IdentityError| Failure::new(format!("this is no phone: {error}"));
    let mut identity = bench::phone(arguments.mac, &arguments.model, arguments.firmware.as_deref())?;
    if let Some(serial) = &arguments.serial {
        identity = identity.with_serial(serial).map_err(wrong)?;
    }
    let client = client(&arguments)?;
    Ok(LiveOptions {
        client,
        dhcp: arguments.dhcp.map(|text| match text.parse() {
            Ok(address) => DhcpTarget::Server(address),
            Err(_) => DhcpTarget::Interface(text),
        }),
        address: arguments.address,
        listens: Some(arguments.ports),
        profile_rule: arguments.profile_rule,
        dns: arguments.dns,
        ca: arguments.ca.as_deref().map(ca).transpose()?,
        syslog: arguments.syslog,
        until: arguments.until.map(|end| match end {
            End::Resynced => Until::Resynced,
            End::Converged => Until::Converged,
        }),
        limit: arguments.limit.map(Duration::from_secs),
        no_delay: arguments.no_delay,
        stances: bench::stances(&arguments.stance),
        remarks: Some(bench::is_parameter),
        ..LiveOptions::new(identity, bench::hidden())
    })
}
