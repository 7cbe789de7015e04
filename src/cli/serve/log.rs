//! What `prov serve` says while it runs: lines for people, or one JSON object a line for whoever collects logs.

use crate::cli::{Global, output};
use crate::diagnostic::{Diagnostic, Document, SourceMap};
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Info,
    Warn,
    Error,
}

/// The way to stderr.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    form: Form,
}

impl Log {
    /// What the services say by `tracing` takes the same way in the same form.
    pub fn start(form: Form, global: &Global) -> Self {
        let level = match global.verbose {
            0 => "warn",
            1 => "info",
            _ => "debug",
        };
        let filter = tracing_subscriber::EnvFilter::new(format!("prov={level}"));
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        // A process has one; a second `prov serve` in it, as in tests, goes on with the first.
        let _ = match form {
            Form::Human => lines.try_init(),
            Form::Json => lines.json().flatten_event(true).try_init(),
        };
        Log { form }
    }

    pub fn is_json(self) -> bool {
        self.form == Form::Json
    }

    /// Says something to people; `fields` are for those who read JSON.
    pub fn say(self, level: Level, text: &str, fields: Value) {
        match self.form {
            Form::Human => output::message(&format!("{text}\n")),
            Form::Json => self.line(level, text, fields),
        }
    }

    pub fn note(self, text: &str) {
        match self.form {
            Form::Human => output::message(&format!("note: {text}\n")),
            Form::Json => self.line(Level::Warn, text, Value::Null),
        }
    }

    /// What happened to a phone.
    pub fn event(self, text: &str, document: &impl serde::Serialize) {
        match self.form {
            Form::Human => output::message(text),
            Form::Json => self.line(Level::Info, text.trim_end(), serde_json::to_value(document).unwrap_or_default()),
        }
    }

    pub fn findings(self, findings: &[Diagnostic], sources: &SourceMap, global: &Global) {
        match self.form {
            Form::Human => output::findings(findings, sources, global),
            Form::Json => {
                for entry in Document::new(findings, sources, 0).diagnostics {
                    let level = match entry.severity.as_str() {
                        "error" => Level::Error,
                        "warning" => Level::Warn,
                        _ => Level::Info,
                    };
                    let fields = json!({
                        "code": entry.code, "file": entry.file, "line": entry.line, "column": entry.column,
                        "help": entry.help,
                    });
                    self.line(level, &entry.message, fields);
                }
            }
        }
    }

    fn line(self, level: Level, text: &str, fields: Value) {
        let mut line = Map::new();
        let mut timestamp = String::new();
        let _ = SystemTime.format_time(&mut Writer::new(&mut timestamp));
        line.insert("timestamp".into(), timestamp.into());
        let level = match level {
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        };
        line.insert("level".into(), level.into());
        line.insert("target".into(), "prov".into());
        line.insert("message".into(), text.into());
        if let Value::Object(fields) = fields {
            line.extend(fields);
        }
        output::message(&format!("{}\n", Value::Object(line)));
    }
}
