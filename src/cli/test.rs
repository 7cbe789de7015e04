//! `prov test`

use super::project::{Argument, Project};
use super::{Failure, Global, Status, bench, output};
use crate::phone::stance::Stance;
use crate::platform::{Catalogue, bench_load};
use crate::workflow::testing;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// Run only tests whose name holds this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Play the phones by another reading where the vendor's texts contradict each other, such as C-08=1-second
    #[arg(long, value_name = "MATTER=READING")]
    stance: Vec<Stance>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Human,
    Json,
    Junit,
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let planned = Project::find(&arguments.project)?.plan(0).with_stand_ins();
    output::findings(planned.findings(), planned.sources(), global);
    let Some(served) = planned.served() else { return Ok(Status::Findings) };
    let catalogue = Catalogue::cisco_mpp();
    let defaults = |element: &str| catalogue.default_of_element(element);
    let stances = bench::stances(&arguments.stance);
    let bench = testing::Bench { defaults: &defaults, firmware: &bench_load, stances };
    let report = testing::run(served, planned.tests(), planned.sources(), &arguments.filter, bench);
    if report.tests.is_empty() && !arguments.filter.is_empty() {
        return Err(Failure::new(format!("no test's name holds \"{}\"", arguments.filter)));
    }
    match arguments.format {
        Form::Human => output::result(&report.human()),
        Form::Json => output::json(&report)?,
        Form::Junit => output::result(&report.junit()),
    }
    Ok(if report.summary.failed == 0 { Status::Clean } else { Status::Findings })
}
