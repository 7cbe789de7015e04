//! `prov schema`

use super::{Failure, Status, output};
use crate::diagnostic::Document;
use crate::plan::Plan;
use crate::workflow::{diff::Difference, import, rule::Answer, show::View, testing::Report, why};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The command whose JSON is described; `build` is for the plan
    #[arg(value_enum)]
    command: Described,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Described {
    Check,
    Build,
    Show,
    Test,
    Rule,
    Why,
    Diff,
    Import,
}

pub fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let schema = match arguments.command {
        Described::Check => schemars::schema_for!(Document),
        Described::Build => Plan::schema(),
        Described::Show => schemars::schema_for!(View),
        Described::Test => schemars::schema_for!(Report),
        Described::Why => schemars::schema_for!(why::Answer),
        Described::Diff => schemars::schema_for!(Difference),
        Described::Import => schemars::schema_for!(import::Document),
        Described::Rule => schemars::schema_for!(Answer),
    };
    output::json(&schema)?;
    Ok(Status::Clean)
}
