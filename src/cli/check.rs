//! `prov check`

use super::project::{Argument, Project};
use super::{Failure, Global, Status, output, revision};
use crate::diagnostic::{Diagnostic, Document, Severity, SourceMap, render_short};
use crate::pipeline::Planned;
use crate::workflow::findings::Findings;
use clap::{Args, ValueEnum};
use std::time::Instant;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// Treat warnings as errors: `-D warnings`
    #[arg(short = 'D', value_name = "LEVEL", value_parser = ["warnings"])]
    deny: Option<String>,
    /// Tell also what is no mistake, such as values that the phone has by itself
    #[arg(long)]
    pedantic: bool,
    /// Tell also what matters when this is in the field: a revision in git, or a folder with an earlier program
    #[arg(long, value_name = "REV")]
    against: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    Human,
    Json,
    /// One line a finding
    Short,
    /// The log that scanners of code write (2.1.0)
    Sarif,
    /// Workflow commands, shown beside lines
    Github,
    /// A code quality report
    Gitlab,
    /// Cases that pass and fail
    Junit,
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let begun = Instant::now();
    let project = Project::find(&arguments.project)?;
    let mut planned = project.plan(0);
    if let Some(revision) = &arguments.against {
        planned = planned.against(revision::plan(&project, revision, global)?);
    }
    if arguments.pedantic {
        planned = planned.pedantic();
    }
    if arguments.deny.is_some() {
        planned = planned.without_warnings();
    }
    let (sources, findings) = (planned.sources(), planned.findings());
    let told = || format!("{} · {} ms\n", summary(&planned), begun.elapsed().as_millis());
    let folder = revision::from_top(&project.folder);
    print(arguments.format, findings, sources, planned.plan().phone_count(), &folder, &told, global)?;
    Ok(if planned.has_errors() { Status::Findings } else { Status::Clean })
}

/// Findings in the form that is wanted; `told` is the last line for people.
pub(super) fn print(
    form: Form,
    findings: &[Diagnostic],
    sources: &SourceMap,
    phones: usize,
    folder: &str,
    told: &dyn Fn() -> String,
    global: &Global,
) -> Result<(), Failure> {
    let document = || Document::new(findings, sources, phones);
    match form {
        Form::Json => output::json(&document())?,
        Form::Sarif | Form::Github | Form::Gitlab | Form::Junit => {
            let entries = document().diagnostics;
            let files = sources.ids().map(|file| sources.name(file)).collect();
            let found = Findings { entries: &entries, files, folder };
            match form {
                Form::Sarif => output::json(&found.sarif())?,
                Form::Gitlab => output::json(&found.gitlab())?,
                Form::Junit => output::result(&found.junit()),
                _ => output::result(&found.github()),
            }
        }
        Form::Short => {
            let lines = findings.iter().map(|finding| render_short(finding, sources) + "\n");
            output::result(&lines.collect::<String>());
        }
        Form::Human => {
            output::findings(findings, sources, global);
            if !global.quiet {
                output::result(&told());
            }
        }
    }
    Ok(())
}

/// `1 error · 4 files, 3 profiles, 412 phones`.
fn summary(planned: &Planned) -> String {
    let plan = planned.plan();
    let mut profiles: Vec<&str> =
        plan.fleets.iter().flat_map(|fleet| &fleet.profiles).map(|profile| profile.id.as_str()).collect();
    profiles.sort_unstable();
    profiles.dedup();
    format!(
        "{} · {}, {}, {}",
        verdict(planned.findings()),
        output::count(planned.sources().len(), "file"),
        output::count(profiles.len(), "profile"),
        output::count(plan.phone_count(), "phone")
    )
}

/// `1 error, 2 warnings`.
pub(super) fn verdict(findings: &[Diagnostic]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let mut verdict = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let number = count(severity);
        if number > 0 {
            verdict.push(output::count(number, severity.name()));
        }
    }
    if verdict.is_empty() { "no findings".to_owned() } else { verdict.join(", ") }
}
