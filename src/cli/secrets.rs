//! Secrets of a program, read from where they are kept.

use super::project::{Project, plain};
use crate::plan::{Secret, SecretRef, Secrets, Served};
use std::collections::{BTreeSet, HashMap};

/// Everything that is needed and that is there; and, in words, what is missing.
pub fn load(needed: BTreeSet<SecretRef>, project: &Project) -> (Secrets, Vec<String>) {
    let mut known = HashMap::new();
    let mut missing = Vec::new();
    for reference in needed {
        match read(&reference, project) {
            Ok(secret) => drop(known.insert(reference, secret)),
            Err(why) => missing.push(why),
        }
    }
    (Secrets::Known(known), missing)
}

fn read(reference: &SecretRef, project: &Project) -> Result<Secret, String> {
    let text = match reference {
        SecretRef::Env(name) => match std::env::var(name) {
            Ok(text) => text,
            Err(std::env::VarError::NotPresent) => return Err(format!("the environment has no {name}")),
            Err(std::env::VarError::NotUnicode(_)) => return Err(format!("{name} in the environment is not UTF-8")),
        },
        SecretRef::File(path) => std::fs::read_to_string(project.folder.join(path))
            .map_err(|error| format!("cannot read the secret in {path}: {}", plain(&error)))?,
    };
    // The line's end is the editor's.
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(format!("the secret {reference} is empty"));
    }
    Ok(Secret::new(text))
}

/// For commands that send or write bytes: all secrets, or why not.
pub fn all(served: Served, project: &Project) -> Result<Served, super::Failure> {
    let (secrets, missing) = load(served.secrets_needed(), project);
    match missing.as_slice() {
        [] => Ok(served.with_secrets(secrets)),
        missing => Err(super::Failure::new(format!("secrets are missing: {}", missing.join("; ")))),
    }
}
