//! `prov completions`

use super::{Cli, Failure, Status, output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "prov", &mut script);
    output::result(&String::from_utf8_lossy(&script));
    Ok(Status::Clean)
}
