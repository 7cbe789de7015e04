//! What a planned program is asked for.

use super::Planned;
use crate::compile::TestCase;
use crate::diagnostic::{Diagnostic, Severity, SourceMap};
use crate::language::DataFile;
use crate::plan::{Plan, Served};

impl Planned {
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The program's tests.
    pub fn tests(&self) -> &[TestCase] {
        &self.tests
    }

    /// The plan as far as it goes; with errors it is for looking at only.
    pub fn plan(&self) -> &Plan {
        self.served.plan()
    }

    /// The plan to be served, unless the program has errors.
    pub fn served(&self) -> Option<&Served> {
        (!self.has_errors()).then_some(&self.served)
    }

    /// As [`Planned::served`], by value.
    pub fn into_served(self) -> Option<Served> {
        if self.has_errors() { None } else { Some(self.served) }
    }

    /// The data files that its phones are rows of.
    pub fn data(&self) -> &[DataFile] {
        &self.data
    }
}
