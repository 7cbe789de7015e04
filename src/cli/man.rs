//! `prov man`

use super::project::plain;
use super::{Cli, Failure, Global, Status, output};
use crate::diagnostic::closest;
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The command whose page is printed [default: prov itself, whose page lists them]
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Option<String>,
    /// Write the pages of all commands to this folder, as packages install them
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let pages = pages();
    if let Some(folder) = &arguments.output {
        return write(&pages, folder, global);
    }
    let Some(command) = &arguments.command else { return print(pages.first()) };
    let found = pages.iter().skip(1).find(|page| page.get_name() == command);
    if found.is_none() {
        let close = closest(command, pages.iter().skip(1).map(|page| page.get_name()));
        let hint = close.map(|close| format!("; did you mean `{close}`?")).unwrap_or_default();
        return Err(Failure::new(format!("there is no command `{command}`{hint}")));
    }
    print(found)
}

fn print(page: Option<&Command>) -> Result<Status, Failure> {
    if let Some(page) = page {
        output::result(&String::from_utf8_lossy(&roff(page)?));
    }
    Ok(Status::Clean)
}

/// `prov`, and each of its commands.
fn pages() -> Vec<Command> {
    let mut whole = Cli::command().disable_help_subcommand(true);
    // Options of every command are handed down, and a command is called `prov-check` where pages are named.
    whole.build();
    let commands: Vec<Command> = whole.get_subcommands().cloned().collect();
    std::iter::once(whole).chain(commands).collect()
}

fn roff(page: &Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let page = Man::new(page.clone()).manual("prov").source(format!("prov {}", env!("CARGO_PKG_VERSION")));
    page.render(&mut text).map_err(|error| Failure::new(format!("cannot make the page: {error}")))?;
    Ok(text)
}

fn write(pages: &[Command], folder: &Path, global: &Global) -> Result<Status, Failure> {
    let fault = |error: std::io::Error| Failure::new(format!("cannot write {}: {}", folder.display(), plain(&error)));
    std::fs::create_dir_all(folder).map_err(fault)?;
    for page in pages {
        let name = page.get_display_name().unwrap_or_else(|| page.get_name());
        std::fs::write(folder.join(format!("{name}.1")), roff(page)?).map_err(fault)?;
    }
    if !global.quiet {
        output::message(&format!("{} in {}\n", output::count(pages.len(), "page"), folder.display()));
    }
    Ok(Status::Clean)
}
