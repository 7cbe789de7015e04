//! The program's releases as loads by model: those it names itself, and those the standard library gives.

use crate::diagnostic::{Code, Diagnostic, closest};
use crate::language::syntax::literal::release_meant;
use crate::language::{At, Checked, Firmware};
use crate::platform::{LoadName, Platform, ReleaseOrder, Releases};
use std::collections::BTreeMap;

/// A release of the program, read.
#[derive(Clone, Debug, Default)]
pub(super) struct Loads {
    pub by_model: BTreeMap<String, LoadName>,
    /// Models for which the release exists, under a name that no text gives.
    unnamed: Vec<String>,
    /// Something is wrong with it, and was said: what lacks a load here has no finding of its own.
    pub faulty: bool,
    /// Where the release stands; of the oldest load where no release is named.
    pub order: Option<ReleaseOrder>,
}

impl Loads {
    pub fn for_model(&self, model: &str) -> Option<&LoadName> {
        self.by_model.get(model)
    }

    pub fn is_unnamed(&self, model: &str) -> bool {
        self.unnamed.iter().any(|known| known == model)
    }
}

/// A program may declare so many releases: ways through them are followed one within the other.
const MOST_RELEASES: usize = 1000;

/// The loads of every release, in the order of the program, and what is wrong with them.
pub(super) fn loads(checked: &Checked, platform: Platform) -> (Vec<Loads>, Vec<Diagnostic>) {
    let library = checked.library.iter().any(|(module, _)| module == "cisco.firmware");
    let mut findings = Vec::new();
    if let Some(over) = checked.program.firmware.get(MOST_RELEASES) {
        let finding = Diagnostic::new(Code::P0106, over.name.span, "a program has too many releases");
        findings.push(finding.because(format!("the limit is {MOST_RELEASES}")));
        return (Vec::new(), findings);
    }
    let all = checked.program.firmware.iter().map(|firmware| of(firmware, platform, library, &mut findings)).collect();
    circles(&checked.program.firmware, &mut findings);
    (all, findings)
}

fn of(firmware: &Firmware, platform: Platform, library: bool, findings: &mut Vec<Diagnostic>) -> Loads {
    let before = findings.len();
    let mut loads = Loads::default();
    let mut order = None;
    if let Some(named) = &firmware.release {
        match platform.releases.release(&named.value).filter(|_| library) {
            Some(release) => {
                order = Some(release.order);
                loads.unnamed.clone_from(&release.unnamed);
                for load in &release.loads {
                    let Some(name) = &load.name else { continue };
                    loads.by_model.extend(load.models.iter().map(|model| (model.clone(), name.clone())));
                }
            }
            None => {
                order = named.value.parse().ok();
                findings.push(unknown_release(named, platform.releases, library));
            }
        }
    }
    let catalogue = platform.catalogue;
    let mut own: BTreeMap<String, LoadName> = BTreeMap::new();
    for load in &firmware.loads {
        let name: LoadName = match load.file.value.parse() {
            Ok(name) => name,
            Err(fault) => {
                let message = format!("`{}` is no load", load.file.value);
                let mut finding = Diagnostic::new(Code::P0305, load.file.span, message).because(format!("{fault}"));
                let stem = load.file.value.rsplit_once('.').map_or(load.file.value.as_str(), |(stem, _)| stem);
                let named = [format!("{stem}.loads"), format!("{}.loads", load.file.value)];
                let meant = named.iter().find(|name| name.parse::<LoadName>().is_ok());
                finding.help = meant.map(|name| format!("write `\"{name}\"`"));
                findings.push(finding.note("RS §10"));
                continue;
            }
        };
        if let (Some(release), Some(stated)) = (&firmware.release, order)
            && name.order() != stated
        {
            let message = format!("`{name}` is a load of {}", name.order());
            findings.push(
                Diagnostic::new(Code::P0703, load.file.span, message)
                    .because("its own name says so")
                    .label(release.span, format!("the release here is {stated}"))
                    .help(format!("write `release \"{}\"`, or name a load of {stated}", name.order())),
            );
            continue;
        }
        for model in &load.models {
            let Some(known) = catalogue.model(&model.value) else {
                let message = format!("unknown model `{}`", model.value);
                let mut finding = Diagnostic::new(Code::P0211, model.span, message);
                finding.help = catalogue.model_meant(&model.value).map(|meant| format!("did you mean `{meant}`?"));
                findings.push(finding.because("no such phone is in the catalogue").breaks());
                continue;
            };
            if !platform.runs(&known.name, &name) {
                let message = format!("a {} cannot run `{name}`", model.value);
                findings.push(
                    Diagnostic::new(Code::P0702, model.span, message)
                        .because(format!("its loads are named {}", known.load))
                        .label(load.file.span, format!("this is a load for phones of {}", name.family()))
                        .help(format!("name a load of {}, or a model of {}", known.load, name.family()))
                        .note("PB §20"),
                );
                continue;
            }
            if own.insert(model.value.clone(), name.clone()).is_some() {
                let message = format!("`{}` has two loads for the {}", firmware.name.value, model.value);
                let finding = Diagnostic::new(Code::P0202, model.span, message);
                findings.push(finding.because("a release is one load for each model"));
            }
        }
    }
    loads.order = order.or_else(|| own.values().map(LoadName::order).min());
    loads.by_model.extend(own);
    loads.faulty = findings.len() > before;
    loads
}

fn unknown_release(named: &At<String>, releases: &Releases, library: bool) -> Diagnostic {
    let names: Vec<&str> = releases.all().iter().map(|release| release.name.as_str()).collect();
    if !library {
        return Diagnostic::new(Code::P0212, named.span, "no list of releases is in use")
            .because("what the loads of a release are called is the standard library's to say")
            .help("add `use cisco.firmware` at the top");
    }
    let finding = Diagnostic::new(Code::P0201, named.span, format!("unknown release `{}`", named.value))
        .because("the standard library has no such release")
        .note(format!("releases near it are {}", near(&named.value, releases).join(", ")));
    match closest(&named.value, names) {
        Some(close) => finding.help(format!("did you mean `{close}`?")),
        None if let Some(meant) = release_meant(&named.value) => finding.help(format!("write `\"{meant}\"`")),
        None if let Some(meant) = by_numbers(&named.value).filter(|meant| releases.release(meant).is_some()) => {
            finding.help(format!("write `\"{meant}\"`"))
        }
        None => {
            finding.help("releases are written `11.3(7)` or `11.3(1)SR2`; a build of your own is named by its `load`")
        }
    }
}

/// `11-3-7MPP`, as loads are named, and the like: the first three numbers of a text as a release.
fn by_numbers(written: &str) -> Option<String> {
    let behind = written.split_once("xx.").map_or(written, |(_, behind)| behind);
    let mut numbers = behind.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let (major, minor, micro) = (numbers.next()?, numbers.next()?, numbers.next()?);
    Some(format!("{major}.{minor}({micro})"))
}

/// The releases round one that there is not, oldest first; of what is none at all, the newest.
fn near<'r>(written: &str, releases: &'r Releases) -> Vec<&'r str> {
    const ON_EACH_SIDE: usize = 3;
    let all = releases.all();
    let meant = release_meant(written).or_else(|| by_numbers(written)).unwrap_or_else(|| written.to_owned());
    let order = meant.parse::<ReleaseOrder>();
    let place = order.map_or(all.len(), |order| all.partition_point(|release| release.order < order));
    let from = place.saturating_sub(ON_EACH_SIDE).min(all.len().saturating_sub(2 * ON_EACH_SIDE));
    all.iter().skip(from).take(2 * ON_EACH_SIDE).map(|release| release.name.as_str()).collect()
}

/// Releases that wait for each other are never installed.
fn circles(all: &[Firmware], findings: &mut Vec<Diagnostic>) {
    let mut settled = vec![false; all.len()];
    for start in 0..all.len() {
        let mut path = vec![start];
        circle(start, all, &mut path, &mut settled, findings);
    }
}

fn circle(at: usize, all: &[Firmware], path: &mut Vec<usize>, settled: &mut [bool], findings: &mut Vec<Diagnostic>) {
    if settled.get(at).copied().unwrap_or(true) {
        return;
    }
    for after in all.get(at).map(|firmware| firmware.after.as_slice()).unwrap_or_default() {
        match path.iter().position(|known| *known == after.value) {
            Some(from) => {
                let round = path.iter().skip(from).chain([&after.value]);
                let names: Vec<&str> =
                    round.filter_map(|position| Some(all.get(*position)?.name.value.as_str())).collect();
                let finding = Diagnostic::new(Code::P0701, after.span, "releases wait for each other in a circle");
                findings.push(
                    finding
                        .because(names.join(" after "))
                        .help("remove the `after` that is not so: a release is installed on top of an older one"),
                );
            }
            None => {
                path.push(after.value);
                circle(after.value, all, path, settled, findings);
                path.pop();
            }
        }
    }
    if let Some(settled) = settled.get_mut(at) {
        *settled = true;
    }
}
