//! `prov phone --count`: many phones, and what it came to.

use super::{Arguments, options};
use crate::cli::project::{self, Argument, Project};
use crate::cli::{Failure, Global, Status, bench, output};
use crate::live::{self, CrowdLine, LiveOptions, Pace, Summary, Took};
use crate::phone::Mac;
use std::path::Path;
use tokio::sync::mpsc;

/// More have no addresses in one network, nor a reason.
const MOST: u32 = 1_000_000;

/// Who they are: counted up, or as a program or a table has them.
enum Members {
    Counted { first: u64, count: u32 },
    Listed(Vec<(Mac, String)>),
}

pub fn run(arguments: Arguments, global: &Global) -> Result<Status, Failure> {
    let members = members(&arguments, global)?;
    let (json, quiet, rate, at_a_time) = (arguments.json, global.quiet, arguments.rate, arguments.at_a_time);
    let firmware = arguments.firmware.clone();
    let mut example = options(arguments)?;
    // A crowd asks; whoever tells so many things has one phone for it. And it ends.
    example.listens = None;
    example.remarks = None;
    example.until = Some(example.until.unwrap_or(live::Until::Resynced));
    let count = match &members {
        Members::Counted { count, .. } => *count as usize,
        Members::Listed(all) => all.len(),
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    if let Some(target) = &example.dhcp {
        runtime.block_on(live::probe(target)).map_err(|error| Failure::new(error.to_string()))?;
    }
    let pace = Pace { rate, at_a_time: usize::try_from(at_a_time).unwrap_or(usize::MAX) };
    let summary = runtime.block_on(async {
        let (lines, mut told) = mpsc::channel::<CrowdLine>(1024);
        let printing = tokio::spawn(async move {
            let mut ended = 0;
            let mut next = std::time::Instant::now() + std::time::Duration::from_secs(1);
            while let Some(line) = told.recv().await {
                ended += usize::from(matches!(&line, CrowdLine::Phone { event: live::LiveEvent::Done(_), .. }));
                if json {
                    output::json_line(&line);
                }
                if !quiet && std::time::Instant::now() >= next {
                    output::message(&format!("{ended} of {count} phones have ended\n"));
                    next += std::time::Duration::from_secs(1);
                }
            }
        });
        let phones = each(members, example, firmware);
        let summary = tokio::select! {
            summary = live::crowd(phones, pace, Some(lines)) => Some(summary),
            _ = tokio::signal::ctrl_c() => None,
        };
        let _ = printing.await;
        summary
    });
    runtime.shutdown_background();
    let Some(summary) = summary else { return Ok(Status::Clean) };
    let failed = summary.failed > 0;
    match json {
        true => output::json_line(&CrowdLine::Summary(summary)),
        false => output::result(&human(&summary)),
    }
    Ok(if failed { Status::Findings } else { Status::Clean })
}

fn members(arguments: &Arguments, global: &Global) -> Result<Members, Failure> {
    if !(arguments.rate.is_finite() && arguments.rate > 0.0) {
        return Err(Failure::new(format!("--rate {}: a rate is a number above 0, of starts a second", arguments.rate)));
    }
    let Some(from) = &arguments.from else {
        let count = arguments.count.unwrap_or(1);
        let first = arguments.mac.octets().iter().fold(0u64, |number, octet| number << 8 | u64::from(*octet));
        if count > MOST || first + u64::from(count) > 1 << 48 {
            return Err(Failure::new(format!(
                "--count {count}: there are not so many addresses from {}",
                arguments.mac
            )));
        }
        return Ok(Members::Counted { first, count });
    };
    let mut listed = match from.extension().is_some_and(|end| end == "csv") {
        true => of_table(from, &arguments.model)?,
        false => of_program(from, global)?,
    };
    if listed.is_empty() {
        return Err(Failure::new(format!("{} has no phones", from.display())));
    }
    if let Some(count) = arguments.count {
        listed.truncate(count as usize);
    }
    Ok(Members::Listed(listed))
}

fn of_program(path: &Path, global: &Global) -> Result<Vec<(Mac, String)>, Failure> {
    let project = Project::find(&Argument { project: path.to_owned() })?;
    let served = project::served(project.plan(0), global);
    let served = served.ok_or_else(|| Failure::new(format!("{} has errors", path.display())))?;
    let named = |phone| Some((served.mac(phone)?, served.model(phone)?.name.clone()));
    Ok(served.all_phones().filter_map(named).collect())
}

/// A table with a column `mac`, and perhaps one `model`.
fn of_table(path: &Path, model: &str) -> Result<Vec<(Mac, String)>, Failure> {
    let fault = |why: String| Failure::new(format!("{}: {why}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| fault(error.to_string()))?;
    let heads = reader.headers().map_err(|error| fault(error.to_string()))?.clone();
    let column = |name: &str| heads.iter().position(|head| head.trim().eq_ignore_ascii_case(name));
    let mac = column("mac").ok_or_else(|| fault("there is no column `mac`".into()))?;
    let of_model = column("model");
    let (mut listed, mut wrong) = (Vec::new(), Vec::new());
    for row in reader.records() {
        let row = row.map_err(|error| fault(error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        match row.get(mac).unwrap_or_default().trim().parse::<Mac>() {
            Ok(mac) => {
                let own = of_model.and_then(|column| row.get(column)).map(str::trim).filter(|model| !model.is_empty());
                listed.push((mac, own.unwrap_or(model).to_owned()));
            }
            Err(error) => wrong.push(format!("line {line}: {error}")),
        }
    }
    if let Some(first) = wrong.first() {
        let more = wrong.len() - 1;
        let more = if more > 0 { format!(", and {more} more lines") } else { String::new() };
        return Err(fault(format!("{first}{more}")));
    }
    Ok(listed)
}

/// Each phone as it starts; one that is none (a model that nobody has) is told and left out.
fn each(members: Members, example: LiveOptions, firmware: Option<String>) -> impl Iterator<Item = LiveOptions> {
    let model = example.identity.product().to_owned();
    let all: Box<dyn Iterator<Item = (Mac, String)> + Send> = match members {
        Members::Counted { first, count } => Box::new((first..first + u64::from(count)).map(move |number| {
            let [_, _, a, b, c, d, e, f] = number.to_be_bytes();
            (Mac::new([a, b, c, d, e, f]), model.clone())
        })),
        Members::Listed(listed) => Box::new(listed.into_iter()),
    };
    all.filter_map(move |(mac, model)| {
        let made = bench::phone(mac, &model, firmware.as_deref());
        let identity = made.map_err(|Failure(why)| output::message(&format!("phone {mac}: {why}\n"))).ok()?;
        Some(LiveOptions { identity, ..example.clone() })
    })
}

fn human(summary: &Summary) -> String {
    let mut text = format!(
        "{} phones in {:.1} s: {} resynced, {} converged, {} failed\n",
        summary.phones, summary.seconds, summary.resynced, summary.converged, summary.failed
    );
    for (name, took) in [("dhcp", summary.dhcp), ("fetch", summary.fetch), ("whole", summary.whole)] {
        if let Some(Took { count, median, p99, max }) = took {
            text +=
                &format!("  {name:<6} {count:>8}   median {median:.1} ms   99 % {p99:.1} ms   longest {max:.1} ms\n");
        }
    }
    for (reason, phones) in &summary.reasons {
        text += &format!("  failed {phones:>8}   {reason}\n");
    }
    text
}
