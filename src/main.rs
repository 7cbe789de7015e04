#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    prov::cli::run(std::env::args_os())
}
