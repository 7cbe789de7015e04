//! The whole way from text to plan, one type per stage. Each stage has one function to the next, and its fields are
//! private, so that none can be skipped and none be made up.
//!
//! ```text
//! Text ──parse──▶ Parsed ──resolve──▶ Resolved ──check──▶ Checked ──plan──▶ Planned
//! ```
//!
//! Findings travel along: a stage adds its own and works on with what is sound, so that independent mistakes are all
//! reported. Only [`Planned::served`] asks whether there were errors.

mod beside;
mod planned;

use crate::check;
use crate::compile::{self, Compiled, Options, TestCase};
use crate::diagnostic::{Diagnostic, SourceMap, Span, in_order};
use crate::language::{self, Allows, Files};
use crate::plan::{Secrets, Served};
use crate::platform::{LoadName, Platform};
use std::collections::HashMap;

/// A project's files, not yet read.
pub struct Text<'f> {
    files: &'f dyn Files,
    entry: String,
}

/// Every file of the program as a tree.
pub struct Parsed<'f> {
    files: &'f dyn Files,
    modules: language::Modules,
}

/// Declarations by name.
pub struct Resolved<'f> {
    files: &'f dyn Files,
    names: language::Names,
}

/// Typed declarations; data files are read.
pub struct Checked<'f> {
    files: &'f dyn Files,
    checked: language::Checked,
}

/// What the program compiles to, and everything that is wrong with it.
pub struct Planned {
    sources: SourceMap,
    served: Served,
    tests: Vec<TestCase>,
    /// Of each fleet that nothing is wrong with, where it says how its phones come.
    sound: Vec<Option<Span>>,
    findings: Vec<Diagnostic>,
    /// The data files that its phones are rows of.
    data: Vec<language::DataFile>,
    /// The loads of its own releases, by model.
    declared: HashMap<String, Vec<LoadName>>,
    /// What the certificates of its servers name.
    named: check::Named,
}

impl<'f> Text<'f> {
    /// `entry` is the program's main file, as the files know it.
    pub fn new(files: &'f dyn Files, entry: impl Into<String>) -> Self {
        Text { files, entry: entry.into() }
    }

    pub fn parse(self) -> Parsed<'f> {
        Parsed { files: self.files, modules: language::load(self.files, &self.entry) }
    }
}

impl<'f> Parsed<'f> {
    pub fn resolve(self) -> Resolved<'f> {
        Resolved { files: self.files, names: language::resolve(self.modules) }
    }
}

impl<'f> Resolved<'f> {
    pub fn check(self) -> Checked<'f> {
        Checked { files: self.files, checked: language::check(self.names, self.files) }
    }
}

impl Checked<'_> {
    /// Where an earlier plan is at hand, what is made of the same is kept of it.
    pub fn plan(self, options: &Options, before: Option<&Served>) -> Planned {
        let platform = Platform::cisco();
        let compiled = compile::compile(&self.checked, platform, options);
        let Compiled { plan, findings: compiled, sound, declared, images } = compiled;
        let (tests, untold) = compile::stories(&self.checked, platform);
        let language::Checked { sources, findings, data, .. } = self.checked;
        let mut findings: Vec<Diagnostic> = findings.into_iter().chain(compiled).chain(untold).collect();
        language::forgotten(&sources, self.files, &mut findings);
        let (served, named) = (Served::after(plan, before), check::Named::default());
        let mut planned = Planned { sources, served, tests, sound, findings, data, declared, named };
        let (beside, own) = (beside::Project(self.files), &mut planned);
        let (served, found) = (&mut own.served, &mut own.findings);
        own.named = check::all(served, &own.sources, &own.sound, &own.declared, &images, &beside, found);
        language::locate(&planned.data, self.files, &mut planned.sources, &mut planned.findings);
        Allows::of(&planned.sources).silence(&mut planned.findings);
        in_order(&mut planned.findings, &planned.sources);
        planned
    }
}

impl Planned {
    /// The same with what is no mistake, and only told on request.
    pub fn pedantic(mut self) -> Self {
        let mut more = check::pedantic(&mut self.served, &self.sources, &self.sound, &self.findings);
        Allows::of(&self.sources).silence_pedantic(&mut more, self.has_errors());
        self.findings.extend(more);
        in_order(&mut self.findings, &self.sources);
        self
    }

    /// The same with what matters where phones in the field have what an earlier revision gave them.
    pub fn against(mut self, mut before: Planned) -> Self {
        let (served, earlier) = (&mut self.served, &mut before.served);
        let (declared, named) = (&before.declared, &self.named);
        let mut more = check::against(served, &self.sources, &self.sound, earlier, declared, named, &self.findings);
        Allows::of(&self.sources).silence_of_field(&mut more, self.has_errors());
        self.findings.extend(more);
        in_order(&mut self.findings, &self.sources);
        self
    }

    /// The same with every warning an error.
    pub fn without_warnings(mut self) -> Self {
        self.findings.iter_mut().for_each(Diagnostic::deny);
        self
    }

    /// The same with a text of its own in place of each secret, for playing phones.
    pub fn with_stand_ins(mut self) -> Self {
        self.served = self.served.with_secrets(Secrets::StandIn);
        self
    }
}

/// All stages at once.
pub fn plan(files: &dyn Files, entry: &str, options: &Options) -> Planned {
    plan_after(files, entry, options, None)
}

/// The same after an earlier plan, as [`Checked::plan`].
pub fn plan_after(files: &dyn Files, entry: &str, options: &Options, before: Option<&Served>) -> Planned {
    Text::new(files, entry).parse().resolve().check().plan(options, before)
}
