//! Workflow commands: what GitHub shows beside the lines of a change.

use super::{Findings, told};

impl Findings<'_> {
    /// A command a line.
    pub fn github(&self) -> String {
        let mut text = String::new();
        for entry in self.entries {
            let command = match entry.severity.as_str() {
                "error" => "error",
                "warning" => "warning",
                _ => "notice",
            };
            // The end of a line's part is its last sign, and only said where the finding ends on its line.
            let columns = match entry.line == entry.end_line {
                true => format!(",endColumn={}", entry.end_column.saturating_sub(1).max(entry.column)),
                false => String::new(),
            };
            text.push_str(&format!(
                "::{command} file={},line={},endLine={},col={}{columns},title={}::{}\n",
                property(&self.path(&entry.file)),
                entry.line,
                entry.end_line.max(entry.line),
                entry.column,
                property(&entry.code),
                message(&told(entry))
            ));
        }
        text
    }
}

/// A command ends with its line.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
