//! `prov diff`

use super::project::{Argument, Project};
use super::{Failure, Global, Status, output, revision};
use crate::diagnostic::Severity;
use crate::workflow::diff::{Side, diff};
use clap::{Args, ValueEnum};
use std::path::Path;

/// What the program as it lies there is called.
const WORK_TREE: &str = "work tree";

#[derive(Debug, Args)]
pub struct Arguments {
    /// What is before: a revision in git, or a folder with a program
    #[arg(value_name = "REV")]
    before: String,
    /// What is after, a revision or a folder; without it the project as it lies there
    #[arg(value_name = "REV|PROJECT")]
    after: Option<String>,
    /// A folder with main.prov, or a .prov file, in whose repository the revisions are
    #[arg(value_name = "PROJECT")]
    project: Option<String>,
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// Tell every phone, every change and every value
    #[arg(long)]
    full: bool,
    /// End with 1 if anything changes
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Human,
    Json,
    /// For a comment on a change
    Markdown,
}

/// What is compared: names of revisions, and the project that they are of.
struct Compared {
    project: Project,
    after: Option<String>,
    /// What the second is called.
    name: String,
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let Compared { project, after, name: after_name } = compared(arguments)?;
    let after_name = after_name.as_str();
    let (before, now) = rayon::join(
        || revision::compiled(&project, &arguments.before),
        || match &after {
            Some(revision) => revision::compiled(&project, revision),
            None => Ok(revision::on_disk(&project)),
        },
    );
    let (before, now) = (before?, now?);
    let broken = [(&before, &arguments.before as &str, "before"), (&now, after_name, "after")];
    let broken: Vec<_> = broken.into_iter().filter(|(planned, ..)| planned.has_errors()).collect();
    for (planned, name, side) in &broken {
        output::message(&format!("`{name}` ({side}):\n"));
        // What does not stand in the way is for `prov check` to tell.
        let errors = planned.findings().iter().filter(|finding| finding.severity == Severity::Error);
        output::findings(&errors.cloned().collect::<Vec<_>>(), planned.sources(), global);
    }
    if !broken.is_empty() {
        let names: Vec<String> = broken.iter().map(|(_, name, side)| format!("`{name}` ({side})")).collect();
        let verb = if names.len() == 1 { "does" } else { "do" };
        let names = names.join(" and ");
        output::error(&format!("{names} {verb} not compile: with errors it is not known what phones get"), global);
        return Ok(Status::Findings);
    }
    let (Some(was), Some(is)) = (before.served(), now.served()) else { return Ok(Status::Findings) };
    let before = Side { name: &arguments.before, served: was };
    let difference = diff(before, Side { name: after_name, served: is }, arguments.full);
    match arguments.format {
        Form::Json => output::json(&difference)?,
        Form::Human => output::result(&difference.human(arguments.full)),
        Form::Markdown => output::result(&difference.markdown(arguments.full)),
    }
    Ok(if arguments.exit_code && !difference.is_empty() { Status::Findings } else { Status::Clean })
}

/// Of two arguments the second is a project if there is one; a folder's program is the same either way.
fn compared(arguments: &Arguments) -> Result<Compared, Failure> {
    let find = |project: &str| Project::find(&Argument { project: project.into() });
    let here = |project| Compared { project, after: None, name: WORK_TREE.to_owned() };
    let revision = |project, name: &String| Compared { project, after: Some(name.clone()), name: name.clone() };
    match (&arguments.after, &arguments.project) {
        (None, _) => Ok(here(find(".")?)),
        (Some(second), None) => match find(second) {
            // One of two folders has a name of its own.
            Ok(project) if find(&arguments.before).is_ok() => {
                Ok(Compared { project, after: None, name: second.clone() })
            }
            Ok(project) => Ok(here(project)),
            // A path that is no revision of this folder is told as the path that it is.
            Err(no_project) if Path::new(second).exists() && find(".").is_err() => Err(no_project),
            Err(_) => Ok(revision(find(".")?, second)),
        },
        (Some(second), Some(project)) => Ok(revision(find(project)?, second)),
    }
}
