//! The command line: one file per command, each arguments, calls and output. Results go to stdout, messages to stderr.
//! Status 0: done and clean; 1: the program has findings; 2: wrong use, or a file, port or permission problem.

mod archive;
mod audit;
mod bench;
mod build;
mod check;
mod completions;
mod diff;
mod doc;
mod documents;
mod explain;
mod fmt;
mod import;
mod lsp;
mod man;
mod narrate;
mod new;
mod output;
mod phone;
mod project;
mod push;
mod revision;
mod rule;
mod schema;
mod secrets;
mod serve;
mod show;
mod simulate;
mod sink;
mod test;
mod tree;
mod unfinished;
mod watch;
mod why;
mod writer;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::process::ExitCode;

/// For those who read the help or the manual page.
const STATUSES: &str = "Exit status: 0 done and clean; 1 the program has findings, or a test or comparison fails; 2 wrong use, or a \
                        file, port or permission problem.";

/// Describes, checks and serves the provisioning of a phone fleet.
#[derive(Debug, Parser)]
#[command(name = "prov", version, propagate_version = true, arg_required_else_help = true, after_help = STATUSES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
struct Global {
    /// When to colour messages
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Say only what went wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// For people, or one JSON document on stdout and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a small complete project to start from
    New(new::Arguments),
    /// Find everything that can be known without serving
    Check(check::Arguments),
    /// Lay sources out in the one canonical way
    Fmt(fmt::Arguments),
    /// Run the program's tests on the phone model
    Test(test::Arguments),
    /// Write the plan and all files to a folder
    Build(build::Arguments),
    /// Run the program: DHCP, DNS, TFTP, HTTP, syslog, dashboard
    Serve(serve::Arguments),
    /// Show what one phone gets
    Show(show::Arguments),
    /// Tell where a phone's value comes from, or what a line touches
    Why(why::Arguments),
    /// Make a program of profiles that another system serves
    Import(import::Arguments),
    /// Find what is wrong with profiles that another system serves
    Audit(audit::Arguments),
    /// Tell what changes for which phones between two revisions
    Diff(diff::Arguments),
    /// Play the whole fleet in virtual time: what servers are asked, and when all is through
    Simulate(simulate::Arguments),
    /// Make a static site about the program
    Doc(doc::Arguments),
    /// Tell what a rule, trigger, report or log text comes to on a phone, and why
    Rule(rule::Arguments),
    /// Be a phone on the network, or a crowd of them
    Phone(phone::Arguments),
    /// Tell phones to resync, report or restart now
    Push(push::Arguments),
    /// Explain a code, a parameter, a model or a macro
    Explain(explain::Arguments),
    /// Speak to an editor: the language server protocol on stdin and stdout
    Lsp(lsp::Arguments),
    /// Print the JSON Schema of a command's output
    Schema(schema::Arguments),
    /// Print what a shell completes `prov` by
    Completions(completions::Arguments),
    /// Print the manual page of prov or of a command
    Man(man::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Clean,
    Findings,
}

/// Why a command could not do its work; a person reads it after `error: `.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Failure(message.into())
    }
}

/// Runs the command that the arguments name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // clap's own status for wrong use is 2, and 0 for help.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let global = cli.global;
    let done = match cli.command {
        Command::New(arguments) => new::run(&arguments, &global),
        Command::Check(arguments) => check::run(&arguments, &global),
        Command::Fmt(arguments) => fmt::run(&arguments, &global),
        Command::Test(arguments) => test::run(&arguments, &global),
        Command::Build(arguments) => build::run(&arguments, &global),
        Command::Serve(arguments) => serve::run(arguments, &global),
        Command::Show(arguments) => show::run(&arguments, &global),
        Command::Why(arguments) => why::run(&arguments, &global),
        Command::Import(arguments) => import::run(&arguments, &global),
        Command::Audit(arguments) => audit::run(&arguments, &global),
        Command::Diff(arguments) => diff::run(&arguments, &global),
        Command::Simulate(arguments) => simulate::run(&arguments, &global),
        Command::Doc(arguments) => doc::run(&arguments, &global),
        Command::Rule(arguments) => rule::run(&arguments, &global),
        Command::Phone(arguments) => phone::run(arguments, &global),
        Command::Push(arguments) => push::run(arguments, &global),
        Command::Explain(arguments) => explain::run(&arguments, &global),
        Command::Lsp(arguments) => lsp::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments, &global),
    };
    match done {
        Ok(Status::Clean) => ExitCode::SUCCESS,
        Ok(Status::Findings) => ExitCode::from(1),
        Err(Failure(message)) => {
            output::error(&message, &global);
            ExitCode::from(2)
        }
    }
}
