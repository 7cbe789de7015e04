//! `prov schema`

use super::documents::{Build, Built, Created, Explained, LaidOut, PhoneLine};
use super::push::Pushed;
use super::serve::Line;
use super::{Failure, Status, output, simulate};
use crate::diagnostic::Document;
use crate::plan::Plan;
use crate::workflow::{diff::Difference, import, rule::Answer, show::View, testing::Report, why};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The command whose JSON is described, or the plan of `build`; of serve and phone it is that of a line
    #[arg(value_enum)]
    command: Described,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Described {
    New,
    Check,
    Fmt,
    Test,
    Build,
    Plan,
    Serve,
    Show,
    Why,
    Diff,
    Import,
    Audit,
    Doc,
    Simulate,
    Rule,
    Phone,
    Push,
    Explain,
}

pub fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let schema = match arguments.command {
        Described::Check | Described::Audit => schemars::schema_for!(Document),
        Described::New => schemars::schema_for!(Created),
        Described::Fmt => schemars::schema_for!(LaidOut),
        Described::Doc => schemars::schema_for!(Built),
        Described::Build => schemars::schema_for!(Build),
        Described::Plan => Plan::schema(),
        Described::Serve => schemars::schema_for!(Line),
        Described::Phone => schemars::schema_for!(PhoneLine),
        Described::Push => schemars::schema_for!(Pushed),
        Described::Explain => schemars::schema_for!(Explained),
        Described::Show => schemars::schema_for!(View),
        Described::Test => schemars::schema_for!(Report),
        Described::Why => schemars::schema_for!(why::Answer),
        Described::Diff => schemars::schema_for!(Difference),
        Described::Import => schemars::schema_for!(import::Document),
        Described::Simulate => schemars::schema_for!(simulate::Answer),
        Described::Rule => schemars::schema_for!(Answer),
    };
    output::json(&schema)?;
    Ok(Status::Clean)
}
