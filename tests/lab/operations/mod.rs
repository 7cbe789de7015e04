//! What whoever runs `prov serve` works with: figures, the API, logs, the supervisor, privileges.

mod api;
mod dashboard;
mod logs;
mod metrics;
mod packaging;
mod privileges;
mod reloads;
mod secrets;
mod supervisor;

use crate::support::{Ran, run};
use std::net::SocketAddr;
use std::process::Command;

/// A request by curl; its answer's status, and its body.
#[track_caller]
fn curl(arguments: &[&str], url: &str) -> (u16, String) {
    let ran: Ran = run(Command::new("curl").args(["-s", "-w", "\n%{http_code}"]).args(arguments).arg(url)).ok();
    let text = ran.text();
    let (body, status) = text.rsplit_once('\n').expect("a status after the body");
    (status.parse().expect("a status"), body.to_owned())
}

fn url(at: SocketAddr, path: &str) -> String {
    format!("http://{at}{path}")
}
