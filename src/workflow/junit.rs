//! The outcome of the program's tests as JUnit XML, for whatever shows test results of other programs.

use super::testing::{Outcome, Report};

impl Report {
    /// JUnit XML: a suite for each file, a failure with its reason and the phone's timeline.
    pub fn junit(&self) -> String {
        let (tests, failures) = (self.tests.len(), self.summary.failed);
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"prov\" tests=\"{tests}\" failures=\"{failures}\">\n"
        );
        let mut files: Vec<&str> = Vec::new();
        for outcome in &self.tests {
            if !files.contains(&outcome.file.as_str()) {
                files.push(&outcome.file);
            }
        }
        for file in files {
            let of_file: Vec<&Outcome> = self.tests.iter().filter(|outcome| outcome.file == file).collect();
            let failures = of_file.iter().filter(|outcome| !outcome.passed).count();
            xml.push_str(&format!(
                "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n",
                attribute(file),
                of_file.len()
            ));
            of_file.into_iter().for_each(|outcome| case(outcome, &mut xml));
            xml.push_str("  </testsuite>\n");
        }
        xml.push_str("</testsuites>\n");
        xml
    }
}

fn case(outcome: &Outcome, xml: &mut String) {
    let file = attribute(&outcome.file);
    xml.push_str(&format!(
        "    <testcase name=\"{}\" classname=\"{file}\" file=\"{file}\" line=\"{}\"",
        attribute(&outcome.name),
        outcome.line
    ));
    if outcome.passed {
        return xml.push_str("/>\n");
    }
    let broken = outcome.expectations.iter().filter(|expectation| !expectation.holds);
    let (mut message, mut reasons) = (Vec::new(), String::new());
    for one in broken {
        let why = one.why(one.actual.clone());
        message.push(format!("{}: {why}", one.text));
        reasons.push_str(&format!("{}:{}: {}\n  {why}\n", one.file, one.line, one.text));
    }
    xml.push_str(&format!(
        ">\n      <failure type=\"expectation\" message=\"{}\">{}\nthe phone's timeline:\n{}\n</failure>\n    </testcase>\n",
        attribute(&message.join("; ")),
        content(&reasons),
        content(&outcome.timeline.join("\n"))
    ));
}

/// Text between tags. What XML 1.0 has no way to write becomes a replacement character.
pub(super) fn content(text: &str) -> String {
    let legal = |sign: char| match sign {
        '\t' | '\n' => sign,
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        sign if sign < ' ' => '\u{fffd}',
        sign => sign,
    };
    quick_xml::escape::escape(text.chars().map(legal).collect::<String>()).into_owned()
}

/// Text in an attribute: a reader makes blanks of line breaks that are not escaped.
pub(super) fn attribute(text: &str) -> String {
    content(text).replace('\t', "&#9;").replace('\n', "&#10;")
}
