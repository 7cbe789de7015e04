//! `prov audit`

use super::check::{self, Form};
use super::import::{compiled, known};
use super::tree::Folder;
use super::{Failure, Global, Status, bench, output, revision};
use crate::diagnostic::{Diagnostic, Severity};
use crate::live::{self, LiveEvent, LiveOptions, Outcome, State, Until};
use crate::phone::Mac;
use crate::phone::model::{Event, Resync};
use crate::phone::profile::{FOOTER, HEADER, close, escape, open};
use crate::workflow::import::{Audited, Listed, Order, Tree, Trouble, audit, listed};
use clap::Args;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Folders and files that another system serves; or the URL that its phones are given, with macros as in a rule
    #[arg(value_name = "PATH|URL", required = true)]
    what: Vec<String>,
    /// The phones: a hardware address a line, perhaps with a product behind it
    #[arg(long, value_name = "FILE")]
    macs: Option<PathBuf>,
    /// The product of phones of which nothing tells it
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Accept https servers whose certificates these authorities signed (PEM)
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Ask this name server for what rules name
    #[arg(long, value_name = "ADDRESS:PORT")]
    dns: Option<SocketAddr>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// Treat warnings as errors: `-D warnings`
    #[arg(short = 'D', value_name = "LEVEL", value_parser = ["warnings"])]
    deny: Option<String>,
}

/// So many phones ask at once.
const AT_ONCE: usize = 32;
/// A phone that has not got its files by then has none.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a phone tries where the URL has no path (PB §5).
const TAIL: &str = "/$PSN.xml";

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let begun = Instant::now();
    let model = arguments.model.as_deref().map(known).transpose()?;
    let phones = arguments.macs.as_deref().map(list).transpose()?;
    let urls: Vec<&String> = arguments.what.iter().filter(|what| what.contains("://")).collect();
    let (tree, trouble): (Box<dyn Tree>, Vec<Trouble>) = match urls.as_slice() {
        [] => {
            let paths: Vec<PathBuf> = arguments.what.iter().map(PathBuf::from).collect();
            (Box::new(Folder::open(&paths)?), Vec::new())
        }
        [url] if arguments.what.len() == 1 => {
            let Some(phones) = &phones else {
                return Err(Failure::new("a URL is asked for the files of phones; say which with `--macs FILE`"));
            };
            let ca = arguments.ca.as_deref().map(super::phone::ca).transpose()?;
            let (fetched, trouble) = fetched(url, phones, model.as_deref(), ca, arguments.dns)?;
            (Box::new(fetched), trouble)
        }
        _ => return Err(Failure::new("name folders and files, or one URL")),
    };
    let order = Order {
        model: model.as_deref(),
        only: phones.as_deref(),
        fetched: !urls.is_empty(),
        compile: &|files| compiled(files, "audit"),
    };
    let Audited { mut findings, sources, files, phones } = audit(tree.as_ref(), &order, trouble);
    if arguments.deny.is_some() {
        findings.iter_mut().for_each(Diagnostic::deny);
    }
    let errors = findings.iter().any(|finding| finding.severity == Severity::Error);
    let folder = if urls.is_empty() && arguments.what.len() == 1 { arguments.what.first() } else { None };
    let folder = folder.map(|folder| revision::from_top(Path::new(folder))).unwrap_or_default();
    let told = || {
        let verdict = check::verdict(&findings);
        let files = output::count(files, "file");
        format!("{verdict} · {files}, {} · {} ms\n", output::count(phones, "phone"), begun.elapsed().as_millis())
    };
    check::print(arguments.format, &findings, &sources, phones, &folder, &told, global)?;
    Ok(if errors { Status::Findings } else { Status::Clean })
}

fn list(path: &Path) -> Result<Vec<Listed>, Failure> {
    let text = std::fs::read(path).map_err(|error| super::build::failed("cannot read", path, &error))?;
    listed(&String::from_utf8_lossy(&text))
        .map_err(|(line, why)| Failure::new(format!("{}:{line}: {why}", path.display())))
}

/// What phones came to that fetched their files.
struct Fetched {
    names: Vec<String>,
    octets: Vec<Vec<u8>>,
}

impl Tree for Fetched {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, at: usize) -> Result<Vec<u8>, String> {
        self.octets.get(at).cloned().ok_or_else(|| "there is no such file".into())
    }
}

/// Has each phone fetch what the URL leads it to, as it would on the network.
fn fetched(
    url: &str,
    phones: &[Listed],
    model: Option<&str>,
    ca: Option<Arc<Vec<u8>>>,
    dns: Option<SocketAddr>,
) -> Result<(Fetched, Vec<Trouble>), Failure> {
    let behind = url.split_once("://").map_or("", |(_, behind)| behind);
    let rule = if behind.contains('/') { url.to_owned() } else { format!("{url}{TAIL}") };
    let mut options = Vec::with_capacity(phones.len());
    for phone in phones {
        let product = phone.model.as_deref().or(model).unwrap_or("CP-8841-3PCC");
        options.push((
            phone.mac,
            product.to_owned(),
            LiveOptions {
                profile_rule: Some(rule.clone()),
                ca: ca.clone(),
                dns,
                until: Some(Until::Resynced),
                attempts: Some(1),
                limit: Some(PATIENCE),
                no_delay: true,
                remarks: Some(bench::is_parameter),
                ..LiveOptions::new(bench::phone(phone.mac, product, None)?, bench::hidden())
            },
        ));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let mut done = runtime.block_on(async {
        let (room, mut all) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
        for (mac, product, options) in options {
            let room = room.clone();
            all.spawn(async move {
                let _room = room.acquire().await;
                let (tell, mut told) = mpsc::channel(256);
                let listening = tokio::spawn(async move {
                    let mut heard = Vec::new();
                    while let Some(event) = told.recv().await {
                        if let LiveEvent::Happened { event, .. } = event {
                            heard.extend(of_interest(event));
                        }
                    }
                    heard
                });
                let outcome = live::run(options, tell).await;
                (mac, product, outcome, listening.await.unwrap_or_default())
            });
        }
        all.join_all().await
    });
    runtime.shutdown_background();
    done.sort_by_key(|(mac, ..)| *mac);
    let (mut fetched, mut trouble) = (Fetched { names: Vec::new(), octets: Vec::new() }, Vec::new());
    for (mac, product, outcome, heard) in done {
        let name = name_of(mac, &product);
        let failed = outcome.state == State::Failed;
        trouble.extend(heard.into_iter().map(|(failure, text)| Trouble { file: name.clone(), failure, text }));
        if failed && !trouble.iter().any(|one| one.file == name && one.failure) {
            trouble.push(Trouble {
                file: name.clone(),
                failure: true,
                text: "the phone never got all its files".into(),
            });
        }
        fetched.octets.push(file_of(&outcome));
        fetched.names.push(name);
    }
    Ok((fetched, trouble))
}

/// `000e08abcd01 CP-8841-3PCC`: no file of the server, but all that the phone got.
fn name_of(mac: Mac, product: &str) -> String {
    format!("{} {product}", mac.plain())
}

/// What is worth telling, and whether the phone failed by it.
fn of_interest(event: Event) -> Option<(bool, String)> {
    match event {
        Event::Remark { url, text } => Some((false, format!("{url}: {text}"))),
        Event::Resync(Resync::Failed { reason, .. }) => Some((true, reason)),
        Event::Resync(Resync::Looping { .. }) | Event::Error { .. } => Some((true, event.to_string())),
        _ => None,
    }
}

/// What the phone holds, as one profile. What it hides stays hidden, and is looked at by nobody.
fn file_of(outcome: &Outcome) -> Vec<u8> {
    let mut octets = HEADER.to_vec();
    for (element, value) in outcome.parameters.iter().filter(|(_, value)| !value.contains("•••")) {
        open(&mut octets, element, None);
        escape(&mut octets, value);
        close(&mut octets, element);
    }
    octets.extend_from_slice(FOOTER);
    octets
}
