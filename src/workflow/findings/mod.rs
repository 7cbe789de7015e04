//! The findings of a check as other machines read them: SARIF, annotations of GitHub and GitLab, JUnit.

mod github;
mod gitlab;
mod junit;
mod sarif;

use crate::diagnostic::Entry;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What was found in a program, and where its files lie.
pub struct Findings<'f> {
    pub entries: &'f [Entry],
    /// Every file of the program, as findings name them.
    pub files: Vec<&'f str>,
    /// The folder of the program from the top of its repository, with `/` between its parts and none at its end.
    pub folder: &'f str,
}

impl Findings<'_> {
    /// A file's path from the top of the repository. A finding without a place is one about the program.
    fn path(&self, file: &str) -> String {
        let file = if file.is_empty() { self.files.first().copied().unwrap_or("main.prov") } else { file };
        // Modules may lie above the folder.
        let mut parts: Vec<&str> = self.folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in file.split('/') {
            match part {
                "." | "" => {}
                ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let root = if self.folder.starts_with('/') { "/" } else { "" };
        format!("{root}{}", parts.join("/"))
    }

    /// For each finding a name that it keeps when lines above it come and go.
    fn fingerprints(&self) -> Vec<String> {
        let mut seen: HashMap<(&str, String, &str), usize> = HashMap::new();
        let print = |entry: &'_ Entry, number: usize| {
            let mut hash = Sha256::new();
            for part in [entry.code.as_str(), &self.path(&entry.file), &entry.message, &number.to_string()] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
            hash.finalize().iter().take(16).map(|octet| format!("{octet:02x}")).collect()
        };
        let mut all = Vec::with_capacity(self.entries.len());
        for entry in self.entries {
            let count = seen.entry((&entry.code, self.path(&entry.file), &entry.message)).or_default();
            all.push(print(entry, *count));
            *count += 1;
        }
        all
    }
}

/// The message with why, what helps, and what else is told; a line each.
fn told(entry: &Entry) -> String {
    let mut text = entry.message.clone();
    for related in &entry.related {
        // Other places have an entry of their own where a form has room for them.
        if !related.message.is_empty() {
            text.push_str(&format!("\n{}", related.message));
        }
    }
    text.extend(entry.help.iter().map(|help| format!("\nhelp: {help}")));
    text
}
