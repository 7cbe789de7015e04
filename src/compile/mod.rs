//! Program to plan: what every phone gets, and what cannot be given.

mod accounts;
mod aliases;
mod applied;
mod beyond;
mod bootstrap;
mod by_hand;
mod capacity;
mod carrier;
mod chain;
mod clash;
mod classes;
mod collide;
mod columns;
mod comparison;
mod concerned;
mod condition;
mod covered;
mod delivery;
mod depends;
mod dollar;
mod final_dots;
mod first_contact;
mod flatten;
mod fleet;
mod garbled;
mod given_rules;
mod homes;
mod hosts;
mod keys;
mod keys_alike;
mod loads;
mod macros;
mod misfit;
mod named_phone;
mod near_domains;
mod networks;
mod networks6;
mod newcomers;
mod on_model;
mod one_fleet;
mod option_types;
mod options;
mod options_agree;
mod path;
mod prefixes;
mod quick;
mod raw;
mod raw_assignments;
mod raw_conditions;
mod raw_loads;
mod raw_releases;
mod records;
mod redirected;
mod redirects;
mod registers;
mod report;
mod rules;
mod secret_columns;
mod senseless;
mod servers;
mod services;
mod settings;
mod share;
mod signs;
mod spelled_alike;
mod stories;
mod taken;
mod trigger;
mod twice;
mod typed;
mod unknown_parameter;
mod unused;
mod upgrade;
mod values;
mod varies;
mod written;

pub use stories::{TestCase, stories};

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Checked};
use crate::phone::Mac;
use crate::plan::{Origin, PLAN_VERSION, Plan};
use crate::platform::{Catalogue, LoadName, Platform, Releases};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

/// What a compilation is told besides the program.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The program's name.
    pub program: String,
    /// Added to every port, for a run without privileges.
    pub port_offset: u16,
}

/// A plan, as far as it goes.
#[derive(Debug)]
pub struct Compiled {
    pub plan: Plan,
    pub findings: Vec<Diagnostic>,
    /// For each fleet of the plan where it says how its phones come to us, if nothing was wrong with it.
    pub sound: Vec<Option<Span>>,
    /// The loads of the program's own releases, by model.
    pub declared: HashMap<String, Vec<LoadName>>,
    /// Where each server of the plan says in what folder its loads lie.
    pub images: Vec<Option<Span>>,
}

/// Compiles as much of a program as can be: a declaration with an error of its own does not hide those of others.
pub fn compile(checked: &Checked, platform: Platform, options: &Options) -> Compiled {
    let sources = checked.sources.ids().map(|file| checked.sources.name(file).to_owned()).collect();
    let mut compiler = Compiler {
        checked,
        catalogue: platform.catalogue,
        releases: platform.releases,
        options,
        findings: Vec::new(),
        sound: Vec::new(),
        targets: on_model::Targets::new(),
        placed: Vec::new(),
        settled: HashSet::new(),
        misfit_lets: HashSet::new(),
        hosts_assigned: Vec::new(),
        likened: 0,
        beyond: Vec::new(),
        copied: HashSet::new(),
        dotless: HashSet::new(),
        signs: RefCell::default(),
        loads: Vec::new(),
        products: BTreeSet::new(),
        macs: Vec::new(),
        addresses: OnceCell::new(),
        given: Vec::new(),
        plan: Plan {
            version: PLAN_VERSION,
            program: options.program.clone(),
            sources,
            servers: Vec::new(),
            networks: Vec::new(),
            networks6: Vec::new(),
            zones: Vec::new(),
            models: Vec::new(),
            fleets: Vec::new(),
        },
    };
    compiler.platform();
    compiler.servers();
    compiler.redirects_with_ports();
    compiler.redirects_in_rings();
    compiler.networks();
    compiler.zones();
    compiler.hosts();
    compiler.final_dots();
    compiler.assignments();
    compiler.near_domains();
    compiler.firmware();
    compiler.fleets();
    compiler.newcomers();
    compiler.capacity();
    compiler.unused();
    compiler.concerned();
    let mut declared: HashMap<String, Vec<LoadName>> = HashMap::new();
    for (model, load) in compiler.loads.iter().flat_map(|loads| &loads.by_model) {
        declared.entry(model.clone()).or_default().push(load.clone());
    }
    let images = checked.program.servers.iter().map(|server| server.images.as_ref().map(|at| at.span)).collect();
    Compiled { plan: compiler.plan, findings: compiler.findings, sound: compiler.sound, declared, images }
}

struct Compiler<'c> {
    checked: &'c Checked,
    catalogue: &'static Catalogue,
    releases: &'static LazyLock<Releases>,
    options: &'c Options,
    findings: Vec<Diagnostic>,
    sound: Vec<Option<Span>>,
    /// What the phones of the fleet at hand are to run.
    targets: on_model::Targets,
    /// Where each declared network is in the plan.
    placed: Vec<networks::Placed>,
    /// Assignments and names of parameters that have a finding without a phone: nothing more is said about them.
    settled: HashSet<Span>,
    /// Each `let` that does not fit where it is used, with what would mend it.
    misfit_lets: HashSet<(String, Option<String>)>,
    /// Hosts that parameters name, as they stand in the program.
    hosts_assigned: Vec<At<String>>,
    /// How many unknown parameters were held against the words of all others.
    likened: usize,
    /// Indexes beyond what there is, which are told together.
    beyond: Vec<beyond::Beyond>,
    /// Fleets of which one has all phones of the other: what else they have in common follows from that.
    copied: HashSet<[String; 2]>,
    /// Records whose names lack a final dot, of which something else tells.
    dotless: HashSet<Span>,
    /// The string that was last looked at sign by sign.
    signs: RefCell<signs::Signs>,
    /// The loads of the program's releases, in its order.
    loads: Vec<loads::Loads>,
    /// The models of the phones at hand, as positions in the plan.
    products: BTreeSet<u16>,
    /// Their addresses, and the same for looking one up, made when a condition first asks.
    macs: Vec<Mac>,
    addresses: OnceCell<HashSet<Mac>>,
    /// Rules that the phones of the fleet at hand are given by parameters.
    given: Vec<given_rules::GivenRule>,
    plan: Plan,
}

impl Compiler<'_> {
    fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Without a platform nobody knows what a parameter is.
    fn platform(&mut self) {
        let known = self.checked.library.iter().any(|(module, _)| module == "cisco.mpp");
        if let (Some(fleet), false) = (self.checked.program.fleets.first(), known) {
            let finding = Diagnostic::new(Code::P0212, fleet.name.span, "no platform is in use")
                .because("parameters and models are a platform's")
                .help("add `use cisco.mpp` at the top");
            self.report(finding);
        }
    }

    fn origin(&self, span: Span) -> Origin {
        let position = self.checked.sources.position(span.file, span.start);
        Origin { source: Some(span.file.0), line: position.line as u32, column: position.column as u32 }
    }
}
