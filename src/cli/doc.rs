//! `prov doc`

use super::build::{self, discard, put_in_place};
use super::project::{Argument, Project};
use super::writer::Writer;
use super::{Failure, Format, Global, Status, output};
use crate::export::Exported;
use crate::workflow::doc::{Documented, site};
use clap::Args;
use std::path::PathBuf;

/// Stands in every folder that this command wrote; a folder without it is not ours to replace.
const MARK: &str = ".prov-doc";

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    /// The folder of the site
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let project = Project::find(&arguments.project)?;
    let planned = project.plan(0);
    output::findings(planned.findings(), planned.sources(), global);
    let Some(served) = planned.served() else { return Ok(Status::Findings) };
    let target = &arguments.output;
    build::folder_is_ours(target, MARK, "prov doc")?;
    let files = site(&Documented::new(served, planned.sources())).map_err(|fault| Failure::new(fault.to_string()))?;
    let fresh = build::beside(target)?;
    discard(&fresh);
    let count = files.len();
    let mark = Exported { path: MARK.into(), bytes: b"written by prov doc\n".to_vec() };
    let all = files.into_iter().map(|file| Exported { path: file.path, bytes: file.text.into_bytes() });
    let mut writer = Writer::new(&fresh, false);
    let written = std::iter::once(mark)
        .chain(all)
        .try_for_each(|file| writer.put(file))
        .and_then(|()| writer.flush())
        .and_then(|()| put_in_place(&fresh, target));
    if written.is_err() {
        discard(&fresh);
    }
    written?;
    match arguments.format {
        Format::Json => output::json(&super::documents::Built { output: target, files: count, notes: Vec::new() })?,
        Format::Human if !global.quiet => {
            let page = target.join("index.html");
            output::message(&format!(
                "{} in {}: open {}\n",
                output::count(count, "file"),
                target.display(),
                page.display()
            ));
        }
        Format::Human => {}
    }
    Ok(Status::Clean)
}
