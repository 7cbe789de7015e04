//! `prov lsp`: the language server protocol on stdin and stdout. What is answered stands in `editor`; here are the protocol,
//! the buffers, and who checks when.

mod buffers;
mod checking;
mod frames;
mod projects;
mod server;

use super::{Failure, Status};
use clap::Args;
use server::Backend;
use std::sync::atomic::Ordering;
use tower_lsp_server::{LspService, Server};

/// Octets that wait to be read.
const PIPE: usize = 64 << 10;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Speak on stdin and stdout; nothing else is spoken, and clients that say so may
    #[arg(long)]
    stdio: bool,
}

pub fn run(_: &Arguments) -> Result<Status, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let asked = runtime.block_on(async {
        let (service, socket) = LspService::new(Backend::new);
        let shut_down = service.inner().shut_down();
        let (whole, messages) = tokio::io::duplex(PIPE);
        // It ends with the input, or with the process.
        tokio::spawn(frames::pass_on(tokio::io::stdin(), whole));
        Server::new(messages, tokio::io::stdout(), socket).serve(service).await;
        shut_down.load(Ordering::Relaxed)
    });
    // Whoever reads stdin waits for a client that may not end it.
    runtime.shutdown_background();
    // The protocol's own: an exit that no shutdown came before is a failure.
    Ok(if asked { Status::Clean } else { Status::Findings })
}
