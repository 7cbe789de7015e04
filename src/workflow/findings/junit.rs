//! JUnit XML: a suite of the program's files, in which errors fail.

use super::super::junit::{attribute, content};
use super::{Findings, told};
use crate::diagnostic::Entry;

impl Findings<'_> {
    /// A case for each finding, and one for each file without. Warnings and notes are told and fail nothing.
    pub fn junit(&self) -> String {
        let found = |file: &&str| self.entries.iter().any(|entry| self.path(&entry.file) == self.path(file));
        let clean: Vec<&str> = self.files.iter().copied().filter(|file| !found(file)).collect();
        let tests = clean.len() + self.entries.len();
        let failures = self.entries.iter().filter(|entry| entry.severity == "error").count();
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"prov check\" tests=\"{tests}\" failures=\"{failures}\">\n  \
             <testsuite name=\"prov check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n"
        );
        for file in clean {
            let file = attribute(&self.path(file));
            xml.push_str(&format!("    <testcase name=\"{file}\" classname=\"{file}\" file=\"{file}\"/>\n"));
        }
        self.entries.iter().for_each(|entry| self.case(entry, &mut xml));
        xml + "  </testsuite>\n</testsuites>\n"
    }

    fn case(&self, entry: &Entry, xml: &mut String) {
        let path = self.path(&entry.file);
        let file = attribute(&path);
        let place = format!("{path}:{}:{}", entry.line, entry.column);
        let text = content(&format!("{place}: {}[{}]: {}", entry.severity, entry.code, told(entry)));
        xml.push_str(&format!(
            "    <testcase name=\"{}\" classname=\"{file}\" file=\"{file}\" line=\"{}\">\n",
            attribute(&format!("{} {place}", entry.code)),
            entry.line
        ));
        xml.push_str(&match entry.severity.as_str() {
            "error" => format!(
                "      <failure type=\"{}\" message=\"{}\">{text}</failure>\n",
                entry.code,
                attribute(&entry.message)
            ),
            _ => format!("      <system-out>{text}</system-out>\n"),
        });
        xml.push_str("    </testcase>\n");
    }
}
