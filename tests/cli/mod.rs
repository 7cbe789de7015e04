//! The contract of the command line: status, what goes to stdout and what to stderr, for every command.

mod against;
mod audit;
mod bad_input;
mod build;
mod ci;
mod diff;
mod doc;
mod findings;
mod import;
mod import_mess;
mod junit;
mod new;
mod output;
mod played;
mod rule;
mod running;
mod schema;
mod shell;
mod simulate;
mod status;
mod why;
