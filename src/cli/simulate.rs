//! `prov simulate`

use super::build::{self, discard, put_in_place};
use super::project::{self, Argument, Project};
use super::writer::Writer;
use super::{Failure, Format, Global, Status, output, revision};
use crate::export::Exported;
use crate::phone::rule::Version;
use crate::platform::{Platform, bench_load};
use crate::simulate::{Comparison, Event, Fault, Loads, Report, Scenario, Span, Written, simulate};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    /// So many phones, in the proportions of the program; without it as many as the program has
    #[arg(long, value_name = "N")]
    phones: Option<u64>,
    /// How long: `24h`, `1h30m`, `7d`
    #[arg(long = "for", value_name = "TIME", default_value = "24h")]
    lasts: Span,
    /// Another seed is another course of chance; the same one gives the same figures
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// What happens, several with commas: power-cut@T[+D][:NAME], outage@T+D[:SERVER], push@T[+D][:NAME], change@T[:PROFILE], firmware@T
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    events: Vec<Event>,
    /// The local time of day at the beginning
    #[arg(long, value_name = "HH:MM", default_value = "00:00", value_parser = time_of_day)]
    starts: u64,
    /// Requests a second that each server bears; without it as the program says (`capacity`)
    #[arg(long, value_name = "N", value_parser = positive)]
    capacity: Option<f64>,
    /// Bytes a second that each server's line carries: `125MB`
    #[arg(long, value_name = "BYTES", value_parser = size)]
    line: Option<u64>,
    /// Bytes of a load's images: `60MB`
    #[arg(long, value_name = "BYTES", value_parser = size)]
    image: Option<u64>,
    /// An earlier program under the same scenario beside this one: a revision in git, or a folder
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// A folder for the report, its data and its plots
    #[arg(short, long = "out", value_name = "DIR")]
    output: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Stands in every folder that this command wrote; a folder without it is not ours to replace.
const MARK: &str = ".prov-simulate";

/// What `prov simulate --format json` says: of one program, or of two.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    One(Box<Report>),
    Two(Box<Comparison>),
}

impl Answer {
    fn human(&self) -> String {
        match self {
            Answer::One(report) => report.human(),
            Answer::Two(both) => both.human(),
        }
    }

    fn files(&self) -> Vec<Written> {
        match self {
            Answer::One(report) => report.files(),
            Answer::Two(both) => both.files(),
        }
    }
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let project = Project::find(&arguments.project)?;
    let planned = project.plan(0).with_stand_ins();
    let Some(served) = project::served(planned, global) else { return Ok(Status::Findings) };
    if let Some(target) = &arguments.output {
        build::folder_is_ours(target, MARK, "prov simulate")?;
    }
    let scenario = scenario(arguments);
    let after = simulate(&served, &scenario, &Known).map_err(|faults| failure("", &faults))?;
    let answer = match &arguments.against {
        None => Answer::One(Box::new(after)),
        Some(revision) => {
            let earlier = revision::plan(&project, revision, global)?.with_stand_ins();
            let Some(earlier) = earlier.into_served() else { return Ok(Status::Findings) };
            let told = format!("`{revision}`: ");
            let before = simulate(&earlier, &scenario, &Known).map_err(|faults| failure(&told, &faults))?;
            Answer::Two(Box::new(Comparison { against: revision.clone(), before, after }))
        }
    };
    if let Some(target) = &arguments.output {
        write(target, &answer)?;
    }
    match arguments.format {
        Format::Json => output::json(&answer)?,
        Format::Human => output::result(&answer.human()),
    }
    Ok(Status::Clean)
}

/// Written beside the folder first, then put in its place in one step.
fn write(target: &Path, answer: &Answer) -> Result<(), Failure> {
    let document = serde_json::to_string_pretty(answer)
        .map_err(|error| Failure::new(format!("cannot write the document: {error}")))?;
    let file = |path: &str, text: String| Exported { path: path.into(), bytes: text.into_bytes() };
    let mut files = vec![
        file(MARK, "written by prov simulate\n".into()),
        file("report.json", document + "\n"),
        file("report.txt", answer.human()),
    ];
    files.extend(answer.files().into_iter().map(|written| file(&written.name, written.text)));
    let fresh = build::beside(target)?;
    discard(&fresh);
    let mut writer = Writer::new(&fresh, false);
    let written = files
        .into_iter()
        .try_for_each(|file| writer.put(file))
        .and_then(|()| writer.flush())
        .and_then(|()| put_in_place(&fresh, target));
    if written.is_err() {
        discard(&fresh);
    }
    written
}

fn scenario(arguments: &Arguments) -> Scenario {
    Scenario {
        phones: arguments.phones,
        lasts: arguments.lasts,
        seed: arguments.seed,
        starts: arguments.starts,
        events: arguments.events.clone(),
        capacity: arguments.capacity,
        line: arguments.line.map(|line| line as f64),
        image: arguments.image.unwrap_or(0),
    }
}

/// All that is wrong, a line each.
fn failure(whose: &str, faults: &[Fault]) -> Failure {
    let told: Vec<String> = faults.iter().map(|fault| format!("{whose}{fault}")).collect();
    Failure::new(told.join("\nerror: "))
}

/// The releases that are known.
struct Known;

impl Loads for Known {
    fn settled(&self, model: &str) -> String {
        bench_load(model)
    }

    /// The newest release before the target; where none is known, the load that phones run when nobody says.
    fn before(&self, model: &str, target: &str) -> String {
        let version = |text: &str| text.parse::<Version>().ok();
        let target = version(target);
        let older = |load: &str| {
            let order = version(load).zip(target.clone()).and_then(|(load, target)| {
                load.compare(&target, crate::phone::stance::AcrossForms::ByParts).ok().flatten()
            });
            order == Some(Ordering::Less)
        };
        let known = Platform::cisco().releases.for_model(model).filter_map(|load| load.name.as_ref());
        let last = known.map(|load| load.version().to_owned()).filter(|load| older(load)).last();
        last.unwrap_or_else(|| bench_load(model))
    }
}

fn time_of_day(text: &str) -> Result<u64, String> {
    let wrong = || "write a time of day as in 08:30".to_owned();
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str, below: u64| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|number| digits && *number < below).ok_or_else(wrong)
    };
    Ok(number(hours, 24)? * 3600 + number(minutes, 60)? * 60)
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "write a number above 0".to_owned())
}

/// Octets: powers of ten, or with an `i` of two.
fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 8] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("kB", 1000),
        ("KB", 1000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("B", 1),
    ];
    let unit = UNITS.iter().find(|(name, _)| text.ends_with(name));
    let (digits, unit) = unit.map_or((text, 1), |(name, unit)| (text.strip_suffix(name).unwrap_or(text), *unit));
    let octets = digits.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    let octets = octets.filter(|octets| *octets > 0 && *octets <= 1 << 50);
    octets.ok_or_else(|| "write bytes above 0 as in 60MB, 512kB or 1000000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_of_day_are_read() {
        assert_eq!(
            ["60MB", "1 kB", "2KiB", "17"].map(|text| size(text).ok()),
            [Some(60_000_000), Some(1000), Some(2048), Some(17)]
        );
        for wrong in ["", "MB", "0", "-1", "1.5MB", "99999999GB", "1e9"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(time_of_day("08:30"), Ok(30_600));
        for wrong in ["24:00", "8:30", "08:60", "0830", "+8:30", ""] {
            assert!(time_of_day(wrong).is_err(), "{wrong}");
        }
        for wrong in ["0", "-1", "nan", "inf", "many"] {
            assert!(positive(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_firmware_day_begins_below_its_target() {
        let before = Known.before("CP-8841-3PCC", "sip88xx.11-3-7MPP0001-1");
        assert!(before.starts_with("sip88xx.") && before != "sip88xx.11-3-7MPP0001-1", "{before}");
        assert_eq!(Known.before("CP-8841-3PCC", "nothing"), bench_load("CP-8841-3PCC"));
    }
}
