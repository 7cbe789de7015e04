//! `prov fmt`

use super::documents::LaidOut;
use super::project::{Argument, Project, plain};
use super::{Failure, Format, Global, Status, output};
use crate::diagnostic::Diagnostic;
use crate::language::{self, layout};
use clap::Args;
use similar::TextDiff;
use std::path::Path;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    /// Change nothing; show what would change, with status 1 if anything would
    #[arg(long)]
    check: bool,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let project = Project::find(&arguments.project)?;
    let modules = language::load(&project, &project.entry);
    let sources = &modules.sources;
    // A text that does not parse has no layout; the others still get theirs.
    let broken = |file| modules.findings.iter().any(|finding: &Diagnostic| finding.span().file == file);
    let faults: Vec<Diagnostic> =
        modules.findings.iter().filter(|finding| !is_empty_program(finding)).cloned().collect();
    output::findings(&faults, sources, global);
    let mut changed = Vec::new();
    for file in sources.ids().filter(|file| !broken(*file)) {
        let text = sources.text(file);
        let laid = layout::lay_out(text);
        if laid == text {
            continue;
        }
        let name = sources.name(file);
        changed.push(name.to_owned());
        if !arguments.check {
            write(&project.folder.join(name), &laid)?;
        } else if arguments.format == Format::Human {
            let diff = TextDiff::from_lines(text, &laid);
            output::result(&diff.unified_diff().header(name, &format!("{name} as laid out")).to_string());
        }
    }
    let findings = !faults.is_empty() || (arguments.check && !changed.is_empty());
    match arguments.format {
        Format::Json => output::json(&LaidOut { files: sources.len(), changed })?,
        Format::Human if !global.quiet && !arguments.check => {
            output::message(&format!("{} laid out, {} changed\n", output::count(sources.len(), "file"), changed.len()));
        }
        Format::Human => {}
    }
    Ok(if findings { Status::Findings } else { Status::Clean })
}

/// An empty file is no program, but it has a layout.
fn is_empty_program(finding: &Diagnostic) -> bool {
    finding.message == "the program is empty"
}

/// Written beside the file first: a full disk or a crash leaves the old text.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let fresh = path.with_extension("prov.new");
    std::fs::write(&fresh, text)
        .and_then(|()| std::fs::rename(&fresh, path))
        .map_err(|error| Failure::new(format!("cannot write {}: {}", path.display(), plain(&error))))
}
