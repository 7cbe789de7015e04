//! What https is served with, as it lies beside the program.

use crate::cli::Failure;
use crate::cli::project::Project;
use crate::language::Files;
use crate::live;
use crate::plan::{Plan, Served};
use crate::serve::{self, Running};
use std::path::Path;
use std::sync::Arc;

/// Certificates and keys of https. That one is not there, a note when a program is checked, keeps it from being served.
pub fn files(served: &Served, project: &Project) -> Result<serve::Files, Failure> {
    let mut files = serve::Files::default();
    let mut missing = Vec::new();
    for server in served.plan().servers.iter().filter(|server| server.services.https.is_some()) {
        for path in server.tls.iter().flat_map(|tls| tls.files()) {
            match project.read(path) {
                Ok(octets) => files.insert(path, octets),
                Err(why) => {
                    let place = project.folder.join(path);
                    missing.push(format!("server `{}`, https: cannot read {}: {why}", server.id, place.display()));
                }
            }
        }
    }
    missing.dedup();
    if missing.is_empty() { Ok(files) } else { Err(Failure::new(missing.join("\n"))) }
}

/// The certificates that https is served with, and those that vouch for them.
pub fn certificates(plan: &Plan, files: &serve::Files) -> Vec<u8> {
    let named = plan.servers.iter().filter_map(|server| server.tls.as_ref()?.certificate.as_deref());
    named.flat_map(|path| [files.get(path), b"\n"]).flatten().copied().collect()
}

/// Whom live phones accept: the lab's own authority, whoever stands in the server's own files, and what is given.
pub fn trusted(running: &Running, own: Vec<u8>, given: Option<&Path>) -> Result<Option<Arc<Vec<u8>>>, Failure> {
    let given = given.map(crate::cli::phone::ca).transpose()?;
    let mut pem = running.lab().pem().map(str::as_bytes).unwrap_or_default().to_vec();
    // Only certificates: a key that lies in the same file is no business of phones.
    pem.extend(live::certificates(&own));
    pem.extend(given.iter().flat_map(|pem| pem.iter()));
    Ok((!pem.is_empty()).then(|| Arc::new(pem)))
}
