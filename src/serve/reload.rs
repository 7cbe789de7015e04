//! A reload that somebody asks for while it is served. Whoever holds the sources does it: what serves never looks at text.

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

/// Requests that wait their turn; one reload covers what came before it began.
const WAITING: usize = 8;

/// Somebody wants the program read again, and waits for what comes of it.
#[derive(Debug)]
pub struct ReloadRequest {
    pub answer: oneshot::Sender<Reload>,
}

/// The way to whoever reloads, and its other end.
pub fn channel() -> (mpsc::Sender<ReloadRequest>, mpsc::Receiver<ReloadRequest>) {
    mpsc::channel(WAITING)
}

/// What came of a reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reload {
    /// Whether the program was taken; otherwise the last good one goes on.
    pub reloaded: bool,
    /// The program that is served now, and its phones.
    pub program: String,
    pub phones: usize,
    /// From the request's turn to the program live, or refused.
    pub milliseconds: u64,
    /// Why it was not taken.
    pub why: Option<String>,
    /// What a person should know of the program as it is served.
    pub notices: Vec<String>,
    /// How many findings there are; of very many only the first are listed.
    pub found: usize,
    pub findings: Vec<Finding>,
}

/// Something that `prov check` says of the program; lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    pub code: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    pub message: String,
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub help: Option<String>,
}
