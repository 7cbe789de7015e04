//! Findings that show in the plan only: what phones would do with it. One file per finding, each with its facts, its
//! message and its table of cases.

mod about;
mod absent_file;
mod assigned;
mod assigned_beside;
mod beside;
mod boot_peak;
mod busy_hours;
mod by_form;
mod certificate_in_field;
mod certificate_keys;
mod certificates;
mod change_arrives;
mod clause;
mod convergence;
mod default_restated;
mod emptied_period;
mod first_contact_clock;
mod hardware_floor;
mod https_hosts;
mod images;
mod jitter_beyond_period;
mod licence;
mod outcome_in_doubt;
mod own_turns;
mod periodic_beside_time;
mod redirect_without_file;
mod register_asked;
mod report_in_clear;
mod request_rates;
mod restricted_domains;
mod retry_in_step;
mod retry_of_zero;
mod rule_without_file;
mod rule_without_server;
mod same_cause;
mod short_retry;
mod short_spread;
mod spread_unit;
mod tftp_port;
mod trigger_beyond_period;
mod trigger_in_doubt;
mod two_values;
mod ways_back;
mod wholes;
mod withdrawn;

use crate::diagnostic::{Code, Diagnostic, FileId, Position, Severity, SourceMap, Span};
use crate::phone::default_of;
use crate::phone::rule::{Written, written};
use crate::plan::{Fleet, Origin, PhoneRef, Secrets, Served, Setting, SettingValue, Shape};
use crate::platform::LoadName;
use about::About;
pub use beside::Beside;
use by_form::ByForm;
pub use certificates::Named;
use convergence::InField;
use outcome_in_doubt::{DECISIVE, UNAVOIDABLE};
pub use request_rates::{RequestRates, request_rates};
use std::collections::HashMap;
use std::sync::Arc;
use wholes::{Whole, wholes, wholes_by_hosts};
use withdrawn::Withdrawn;

/// Adds every finding about the fleets that are `sound`, in no particular order; of these it is told where each says how
/// its phones come. Phones are played where the program has no errors: with a server missing each story ends badly.
/// `declared` are the loads of the program's own releases, by model; `images` tells where each server names the folder of
/// those that it serves, which `files` has. What the certificates there name matters to phones in the field as well.
pub fn all(
    served: &mut Served,
    sources: &SourceMap,
    sound: &[Option<Span>],
    declared: &HashMap<String, Vec<LoadName>>,
    images: &[Option<Span>],
    files: &dyn Beside,
    findings: &mut Vec<Diagnostic>,
) -> Named {
    let errors = any_error(findings);
    findings.extend(with_stand_ins(served, |served| of_fleets(served, sources, sound, declared, errors)));
    let errors = any_error(findings);
    findings.extend(images::check(served.plan(), files, sources, images, errors));
    findings.extend(certificates::check(served.plan(), files, sources, sound));
    same_cause::left_out(findings);
    Named::read(served.plan(), files)
}

/// Phones are played with stand-ins: a server admits nobody who does not know its secrets.
fn with_stand_ins(served: &mut Served, check: impl FnOnce(&Served) -> Vec<Diagnostic>) -> Vec<Diagnostic> {
    let secrets = served.swap_secrets(Secrets::StandIn);
    let findings = check(served);
    served.swap_secrets(secrets);
    findings
}

fn of_fleets(
    served: &Served,
    sources: &SourceMap,
    sound: &[Option<Span>],
    declared: &HashMap<String, Vec<LoadName>>,
    errors: bool,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let files = Arc::default();
    if !errors {
        findings.extend(boot_peak::check(served, sources, sound));
        findings.extend(retry_in_step::check(served, sources, sound));
        findings.extend(redirect_without_file::check(served, sources));
    }
    for (number, (fleet, arrival)) in served.plan().fleets.iter().zip(sound).enumerate() {
        let Some(arrival) = arrival else { continue };
        let before = findings.len();
        let about = About { served, number, fleet, arrival: *arrival, sources };
        findings.extend(rule_without_file::check(served, number, sources));
        findings.extend(rule_without_server::check(&about));
        findings.extend(two_values::check(&about));
        findings.extend(register_asked::check(&about));
        findings.extend(tftp_port::check(&about));
        findings.extend(hardware_floor::check(&about));
        // A clock that cannot be read is none that is missing.
        if !errors {
            findings.extend(first_contact_clock::check(&about));
        }
        let wholes = wholes(fleet, &served.plan().models);
        findings.extend(absent_file::check(&about, &wholes));
        let mut by_form = ByForm::default();
        for whole in &wholes {
            by_form.add(whole, of_form(&about, &whole.shape, errors));
        }
        by_form.settle();
        for whole in &wholes {
            let courses = assigned::courses(&about, whole);
            let mut found = assigned_beside::check(&about, whole, &courses);
            let shapes = courses.iter().map(|course| assigned::with(&whole.shape, course));
            found.extend(shapes.flat_map(|shape| of_form(&about, &shape, errors)));
            by_form.add(whole, found);
        }
        findings.extend(by_form.told(&about));
        let mut by_form = ByForm::default();
        let by_hosts = wholes_by_hosts(fleet, &served.plan().models);
        for whole in &by_hosts {
            by_form.add(whole, restricted_domains::check(&about, &whole.shape));
        }
        by_form.settle();
        for whole in &by_hosts {
            let courses = assigned::courses(&about, whole);
            let shapes = courses.iter().map(|course| assigned::with(&whole.shape, course));
            by_form.add(whole, shapes.flat_map(|shape| restricted_domains::check(&about, &shape)).collect());
        }
        findings.extend(by_form.told(&about));
        // What is plain already needs no story.
        let plain = findings.get(before..).is_some_and(any_error);
        if !errors && !plain {
            let stories = convergence::check(&about, declared, &files);
            let stories = of_other_fleets_too(stories, fleet, &mut findings);
            // A rule without a server that keeps phones from coming home is one cause.
            let cut_off = |finding: &Diagnostic| {
                stories.iter().any(|story| story.code == Code::P0607 && story.span() == finding.span())
            };
            findings.retain(|finding| finding.code != Code::P0608 || !cut_off(finding));
            // Phones that do not come to rest by the usual reading have nothing to compare others with.
            let in_doubt = !any_error(&stories);
            findings.extend(stories);
            if in_doubt {
                findings.extend(outcome_in_doubt::check(served, number, *arrival, sources, DECISIVE, &files));
            }
        }
    }
    findings
}

/// What shows in all that some phones have.
fn of_form(about: &About<'_>, shape: &Shape, errors: bool) -> Vec<Diagnostic> {
    let sources = about.sources;
    let mut findings: Vec<Diagnostic> = Vec::new();
    findings.extend(spread_unit::check(about, shape));
    // What is not said counts as well here, and of a statement that cannot be read nobody knows what it says.
    if !errors {
        findings.extend(change_arrives::check(about, shape));
        findings.extend(busy_hours::check(about, shape));
    }
    findings.extend(licence::check(about, shape));
    findings.extend(periodic_beside_time::check(shape, sources));
    findings.extend(emptied_period::check(shape, sources));
    findings.extend(report_in_clear::check(shape, sources));
    findings.extend(retry_of_zero::check(shape, sources));
    findings.extend(short_retry::check(shape, sources));
    findings.extend(short_spread::check(shape, sources));
    findings.extend(jitter_beyond_period::check(shape, sources));
    findings.extend(trigger_beyond_period::check(shape, sources));
    findings.extend(trigger_in_doubt::check(shape, sources));
    findings.extend(ways_back::check(shape, sources));
    findings
}

/// What matters when an earlier revision of the program is in the field; `findings` are those about the program alone.
pub fn against(
    served: &mut Served,
    sources: &SourceMap,
    sound: &[Option<Span>],
    before: &mut Served,
    declared: &HashMap<String, Vec<LoadName>>,
    named: &Named,
    findings: &[Diagnostic],
) -> Vec<Diagnostic> {
    // What a program with errors comes to is not known, nor what phones would do with it.
    if any_error(findings) {
        return Vec::new();
    }
    let mut found = certificate_in_field::check(served, sources, sound, before, named, findings);
    found.extend(with_stand_ins(before, |before| {
        with_stand_ins(served, |served| since(served, sources, sound, before, declared, findings))
    }));
    found
}

fn since(
    served: &Served,
    sources: &SourceMap,
    sound: &[Option<Span>],
    before: &Served,
    declared: &HashMap<String, Vec<LoadName>>,
    findings: &[Diagnostic],
) -> Vec<Diagnostic> {
    let mut field = InField::new(served, before, declared);
    let mut stories: Vec<(usize, Diagnostic)> = Vec::new();
    for (number, arrival) in sound.iter().enumerate() {
        let Some(arrival) = arrival else { continue };
        let told = convergence::in_field(served, number, *arrival, sources, &mut field, findings);
        stories.extend(told.into_iter().map(|story| (number, story)));
    }
    // A rule that phones keep and that leads nowhere now is one cause: the story begins with it.
    let is_lost = |story: &Diagnostic| story.severity == Severity::Error;
    let stuck = stories.iter().filter(|(_, story)| is_lost(story)).map(|(number, _)| *number).collect();
    let Withdrawn { finding, rules } = withdrawn::check(served, sound, before, &stuck);
    for (number, rule) in rules {
        let story = stories.iter_mut().find(|(fleet, story)| *fleet == number && is_lost(story));
        if let Some((_, story)) = story {
            let back = withdrawn::taken_back(&rule, &rule);
            story.notes.push(format!("`{rule}` is withdrawn, and phones in the field keep it: {back}"));
        }
    }
    finding.into_iter().chain(stories.into_iter().map(|(_, story)| story)).collect()
}

/// What is no mistake, and told on request.
pub fn pedantic(
    served: &mut Served,
    sources: &SourceMap,
    sound: &[Option<Span>],
    findings: &[Diagnostic],
) -> Vec<Diagnostic> {
    with_stand_ins(served, |served| no_mistakes(served, sources, sound, any_error(findings)))
}

fn any_error(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

fn no_mistakes(served: &Served, sources: &SourceMap, sound: &[Option<Span>], errors: bool) -> Vec<Diagnostic> {
    let shapes = served.plan().fleets.iter().flat_map(|fleet| wholes(fleet, &served.plan().models));
    let restated = shapes.flat_map(|whole| default_restated::check(&whole.shape, sources));
    let fleets =
        sound.iter().enumerate().filter(|_| !errors).filter_map(|(number, arrival)| Some((number, (*arrival)?)));
    let files = Arc::default();
    let in_doubt = fleets
        .flat_map(|(number, arrival)| outcome_in_doubt::check(served, number, arrival, sources, UNAVOIDABLE, &files));
    restated.chain(in_doubt).collect()
}

/// What is wrong with a line that fleets share is wrong once: further fleets are named with the first.
fn of_other_fleets_too(found: Vec<Diagnostic>, fleet: &Fleet, findings: &mut [Diagnostic]) -> Vec<Diagnostic> {
    let mut own = Vec::with_capacity(found.len());
    for finding in found {
        let known = findings.iter_mut().find(|one| one.code == finding.code && one.span() == finding.span());
        match known.filter(|_| finding.span() != Span::default()) {
            Some(known) => *known = known.clone().note(format!("it is so for phones of fleet `{}` too", fleet.id)),
            None => own.push(finding),
        }
    }
    own
}

/// Whether a phone of one program and of an earlier one is the same hardware.
fn same_model(served: &Served, now: PhoneRef, before: &Served, was: PhoneRef) -> bool {
    served.model(now).zip(before.model(was)).is_some_and(|(is, was)| is.name == was.name)
}

/// The element's setting, if the shape sets it to the same text for all phones.
fn constant<'s>(shape: &'s Shape, element: &str) -> Option<(&'s Setting, &'s str)> {
    let setting = shape.settings.iter().find(|setting| setting.element == element)?;
    match &setting.value {
        SettingValue::Set(value) => Some((setting, value.constant()?)),
        SettingValue::Keep => None,
    }
}

/// What phones have of an element if the shape sets it to the same for all, or not at all; nothing: each has its own.
fn constant_or_default<'s>(shape: &'s Shape, element: &str) -> Option<&'s str> {
    match shape.settings.iter().any(|setting| setting.element == element) {
        true => constant(shape, element).map(|(_, text)| text),
        false => default_of(element),
    }
}

/// The two triggers, of which one has to be true (PB §8.4).
const TRIGGERS: [&str; 2] = ["Resync_Trigger_1", "Resync_Trigger_2"];

/// The triggers that a shape sets, each with the comparisons that it is made of.
fn triggers(shape: &Shape) -> Vec<(&Setting, Vec<Written<'_>>)> {
    let set = TRIGGERS.iter().filter_map(|element| constant(shape, element));
    set.filter_map(|(setting, text)| Some((setting, written(text)?))).collect()
}

/// Where the fleet's files set an element.
fn origin(fleet: &Fleet, element: &str) -> Option<Origin> {
    let shapes = fleet.profiles.iter().flat_map(|profile| &profile.shapes);
    let mut settings = shapes.flat_map(|shape| &shape.settings);
    settings.find(|setting| setting.element == element).map(|setting| setting.origin)
}

/// The place that an origin means.
fn place(origin: Origin, sources: &SourceMap) -> Span {
    let position = Position { line: origin.line as usize, column: origin.column as usize };
    origin.source.map_or_else(Span::default, |source| sources.span_at(FileId(source), position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;
    use crate::plan::{PLAN_VERSION, PhoneTable, Plan, Profile, Scheme, Server, Template};

    /// A fleet of so many phones with two files each.
    pub fn about<T>(phones: usize, look: impl FnOnce(&About<'_>) -> T) -> T {
        about_server(phones, None, look)
    }

    /// The same, with a server that bears so many requests a second.
    pub fn about_server<T>(phones: usize, capacity: Option<u32>, look: impl FnOnce(&About<'_>) -> T) -> T {
        let profile = |id: &str| Profile {
            id: id.into(),
            parameter: "Profile_Rule".into(),
            scheme: Scheme::Http,
            server: 0,
            path: Template::text("/a"),
            gzip: false,
            seal: None,
            account: None,
            service_domain: None,
            post: None,
            shapes: vec![Shape::default()],
            shape_of: vec![],
        };
        let mac = |row: usize| Mac::new([0, 0x0e, 8, (row >> 16) as u8, (row >> 8) as u8, row as u8]);
        let fleet = Fleet {
            id: "desks".into(),
            server: 0,
            networks: vec![],
            networks6: vec![],
            bootstrap: None,
            profiles: vec![profile("common"), profile("account")],
            rules: vec![],
            upgrade: None,
            reports: vec![],
            applies_within: None,
            phones: PhoneTable {
                macs: (0..phones).map(mac).collect(),
                models: vec![0; phones],
                ..PhoneTable::default()
            },
        };
        let served = Served::new(Plan {
            version: PLAN_VERSION,
            program: String::new(),
            sources: vec![],
            servers: vec![Server { id: "s".into(), capacity, ..Server::default() }],
            networks: vec![],
            networks6: vec![],
            zones: vec![],
            models: vec![],
            fleets: vec![fleet],
        });
        let sources = SourceMap::default();
        let Some(fleet) = served.plan().fleets.first() else { unreachable!("one was made") };
        look(&About { served: &served, number: 0, fleet, arrival: Span::default(), sources: &sources })
    }

    /// A shape that sets these elements.
    pub fn shape(elements: &[(&str, &str)]) -> Shape {
        let setting = |(element, value): &(&str, &str)| Setting {
            element: (*element).to_owned(),
            value: SettingValue::Set(Template::text(*value)),
            user: None,
            overrides: false,
            origin: Origin::default(),
            beats: Vec::new(),
        };
        Shape { settings: elements.iter().map(setting).collect() }
    }
}
