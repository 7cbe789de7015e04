//! SARIF 2.1.0 (OASIS): what scanners of code hand to whoever shows findings.

use super::Findings;
use crate::diagnostic::{Code, Entry, Related};
use serde_json::{Value, json};

/// Relative to the top of the repository.
const ROOT: &str = "%SRCROOT%";

impl Findings<'_> {
    /// The log, with one run.
    pub fn sarif(&self) -> Value {
        // Codes in the order of the table, those that were found.
        let found = |code: &&Code| self.entries.iter().any(|entry| entry.code == code.name());
        let rules: Vec<&Code> = Code::ALL.iter().filter(found).collect();
        let results = self.entries.iter().zip(self.fingerprints());
        let results: Vec<Value> = results.map(|(entry, print)| self.result(entry, &print, &rules)).collect();
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "prov",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules.iter().map(|code| rule(**code)).collect::<Vec<_>>(),
                } },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        })
    }

    fn result(&self, entry: &Entry, fingerprint: &str, rules: &[&Code]) -> Value {
        let lines: Vec<String> =
            entry.related.iter().filter(|one| one.file.is_none()).map(|one| one.message.clone()).collect();
        let why = entry.related.iter().find(|one| self.is_at(one, entry)).map(|one| one.message.clone());
        let help = entry.help.iter().map(|help| format!("help: {help}"));
        let text: Vec<String> = [entry.message.clone()].into_iter().chain(why).chain(lines).chain(help).collect();
        let elsewhere = entry.related.iter().filter(|one| one.file.is_some() && !self.is_at(one, entry));
        let related: Vec<Value> = elsewhere.enumerate().map(|(number, one)| self.related(number, one)).collect();
        let index = rules.iter().position(|code| code.name() == entry.code).map(|index| ("ruleIndex", json!(index)));
        let related = (!related.is_empty()).then_some(("relatedLocations", Value::Array(related)));
        let result = json!({
            "ruleId": entry.code,
            "level": entry.severity,
            "message": { "text": text.join("\n") },
            "locations": [{ "physicalLocation": {
                "artifactLocation": self.artifact(&entry.file),
                "region": region(entry),
            } }],
            "partialFingerprints": { "prov/v1": fingerprint },
        });
        with(result, index.into_iter().chain(related))
    }

    /// Whether another place is the finding's own.
    fn is_at(&self, related: &Related, entry: &Entry) -> bool {
        related.file.as_ref() == Some(&entry.file)
            && related.line == Some(entry.line)
            && related.column == Some(entry.column)
    }

    fn related(&self, number: usize, related: &Related) -> Value {
        let location = json!({
            "id": number,
            "physicalLocation": {
                "artifactLocation": self.artifact(related.file.as_deref().unwrap_or_default()),
                "region": {
                    "startLine": related.line.unwrap_or(1).max(1),
                    "startColumn": related.column.unwrap_or(1).max(1),
                },
            },
        });
        let said = !related.message.is_empty();
        with(location, said.then(|| ("message", json!({ "text": related.message }))))
    }

    fn artifact(&self, file: &str) -> Value {
        let path = self.path(file);
        match path.starts_with('/') {
            true => json!({ "uri": format!("file://{}", uri(&path)) }),
            false => json!({ "uri": uri(&path), "uriBaseId": ROOT }),
        }
    }
}

/// An object with what only some have.
fn with(mut object: Value, more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

/// The end is behind the last sign, in SARIF as here.
fn region(entry: &Entry) -> Value {
    let (line, column) = (entry.line.max(1), entry.column.max(1));
    let end_line = entry.end_line.max(line);
    let end_column = if end_line == line { entry.end_column.max(column) } else { entry.end_column.max(1) };
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.name(),
        "shortDescription": { "text": code.title() },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": code.severity().name() },
    })
}

/// A path as part of a URI (RFC 3986 §2.3).
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for octet in path.bytes() {
        match octet {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(octet)),
            octet if octet.is_ascii_alphanumeric() => uri.push(char::from(octet)),
            octet => uri.push_str(&format!("%{octet:02X}")),
        }
    }
    uri
}
