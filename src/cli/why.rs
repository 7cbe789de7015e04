//! `prov why`

use super::project::{Argument, Project};
use super::{Failure, Format, Global, Status, output};
use crate::phone::Mac;
use crate::workflow::why::{self, Answer, Asked};
use clap::Args;
use std::path::{Component, Path, PathBuf};

#[derive(Debug, Args)]
#[command(override_usage = "prov why MAC PARAMETER [PROJECT] [OPTIONS]\n       prov why FILE:LINE [PROJECT] [OPTIONS]")]
pub struct Arguments {
    /// MAC PARAMETER: who set the value that a phone gets, what it is made of and what it beat. FILE:LINE, of the program or of a
    /// data file: the phones and values that a line touches. PROJECT stands last
    #[arg(value_name = "ARGUMENT", required = true, num_args = 1..=3)]
    words: Vec<String>,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What is asked.
enum Question<'w> {
    Value(Mac, &'w str),
    Line { file: &'w str, line: u32, column: Option<u32> },
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let (question, project) = question(&arguments.words)?;
    let project = Project::find(&Argument { project })?;
    let planned = project.plan(0);
    let Some(served) = planned.served() else {
        output::findings(planned.findings(), planned.sources(), global);
        return Ok(Status::Findings);
    };
    let asked = Asked { served, sources: planned.sources(), data: planned.data(), files: &project };
    let answer = match question {
        Question::Value(mac, parameter) => {
            why::value(asked, mac, parameter).map(|answer| Answer::Value(Box::new(answer)))
        }
        Question::Line { file, line, column } => {
            let file = within(&project, file);
            why::line(asked, &file, line, column).map(|answer| Answer::Line(Box::new(answer)))
        }
    };
    let answer = answer.map_err(|refusal| Failure::new(refusal.to_string()))?;
    match arguments.format {
        Format::Json => output::json(&answer)?,
        Format::Human => output::result(&answer.human()),
    }
    Ok(Status::Clean)
}

/// Takes the words for what they look like: a hardware address has no other form, and a line is a number after a colon.
fn question(words: &[String]) -> Result<(Question<'_>, PathBuf), Failure> {
    let wrong = |why: &str| {
        Failure::new(format!("{why}; write `prov why MAC PARAMETER [PROJECT]` or `prov why FILE:LINE [PROJECT]`"))
    };
    let first = words.first().map(String::as_str).unwrap_or_default();
    let project = |word: Option<&String>| word.map_or_else(|| PathBuf::from("."), PathBuf::from);
    if let Ok(mac) = first.parse::<Mac>() {
        let Some(parameter) = words.get(1) else {
            return Err(wrong(&format!("which parameter of {mac}? `prov show {mac}` lists them")));
        };
        return Ok((Question::Value(mac, parameter), project(words.get(2))));
    }
    let Some((file, line, column)) = place(first) else {
        let why = first.parse::<Mac>().err().map(|error| error.to_string()).unwrap_or_default();
        return Err(wrong(&format!("`{first}` is neither a hardware address ({why}) nor FILE:LINE")));
    };
    if words.len() > 2 {
        return Err(wrong("FILE:LINE is asked about alone"));
    }
    let folder = match words.get(1) {
        Some(word) => PathBuf::from(word),
        None => beside(file),
    };
    Ok((Question::Line { file, line, column }, folder))
}

/// `main.prov:14`, and `main.prov:14:3` as findings have it.
fn place(text: &str) -> Option<(&str, u32, Option<u32>)> {
    let (before, last) = text.rsplit_once(':')?;
    let last = last.parse().ok()?;
    match before.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?))) {
        Some((file, line)) if !file.is_empty() => Some((file, line, Some(last))),
        _ if before.is_empty() => None,
        _ => Some((before, last, None)),
    }
}

/// The project of a file that is named from elsewhere: this folder, unless it is no project or the file lies outside of it in
/// another; then the nearest one above the file.
fn beside(file: &str) -> PathBuf {
    let here = PathBuf::from(".");
    let file = resolved(Path::new(file));
    let is_project = |folder: &&Path| folder.join("main.prov").is_file();
    let below = here.canonicalize().is_ok_and(|here| file.starts_with(here));
    if below && is_project(&here.as_path()) {
        return here;
    }
    file.ancestors().skip(1).find(is_project).map_or(here, Path::to_owned)
}

/// A path as the program has it: seen from the project's folder, or from where the person stands.
fn within(project: &Project, file: &str) -> String {
    let plain = Path::new(file.strip_prefix("./").unwrap_or(file));
    let as_written = plain.components().all(|part| matches!(part, Component::Normal(_)));
    if as_written && project.folder.join(plain).is_file() {
        return plain.to_string_lossy().into_owned();
    }
    let folder = resolved(&project.folder.join("main.prov"));
    let candidates = [project.folder.join(plain), plain.to_owned()];
    let existing = candidates.into_iter().filter(|path| path.is_file()).map(|path| resolved(&path));
    let inside = existing.filter_map(|path| path.strip_prefix(folder.parent()?).ok().map(Path::to_owned));
    inside
        .map(|path| path.to_string_lossy().into_owned())
        .next()
        .unwrap_or_else(|| plain.to_string_lossy().into_owned())
}

/// A path whose folder is found out. The file keeps its own name, which a link may have given it.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (whole.parent().map(Path::canonicalize), whole.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => whole,
    }
}
