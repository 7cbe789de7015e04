//! `upgrade`: Upgrade_Rule and what goes with it (PB §20, RS §8), for each model of a fleet.

use super::Compiler;
use super::chain::{Alternative, NoWay, alternatives, chain, comparison};
use super::comparison::Compared;
use super::loads::{Loads, loads};
use super::options::authority;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{At, Conjunction, Fleet, Upgrade, Value};
use crate::phone::macros::Macros;
use crate::phone::rule::{AcrossForms, Kind, Operator, evaluate};
use crate::plan::{Piece, RuleText, Setting, SettingValue, Template, Upgrade as Planned};
use crate::platform::{LoadName, Platform, Releases, compares_whole};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// So many places that lead to one load are shown beside the first.
const MOST_SHOWN: usize = 4;

/// The loads that a model passes, oldest first.
struct ModelWay {
    /// In the plan.
    position: u16,
    model: String,
    steps: Vec<LoadName>,
}

/// What phones of a model are given.
struct ModelRule {
    position: u16,
    text: String,
    /// The version that they end on.
    target: String,
    /// The oldest that they may install.
    floor: Option<String>,
    /// The files that the rule names.
    loads: Vec<String>,
}

impl Compiler<'_> {
    /// The loads of the program's releases.
    pub(super) fn firmware(&mut self) {
        let (loads, findings) = loads(self.checked, self.platform_at_hand());
        self.loads = loads;
        self.findings.extend(findings);
    }

    fn platform_at_hand(&self) -> Platform {
        Platform { catalogue: self.catalogue, releases: self.releases }
    }

    /// The settings that follow from a fleet's `upgrade`, its rule among them. `models` are positions in the plan.
    pub(super) fn upgrade(
        &mut self,
        fleet: &Fleet,
        models: &BTreeSet<u16>,
        settings: &mut Vec<Setting>,
    ) -> Option<Planned> {
        let At { value: upgrade, .. } = fleet.upgrade.as_ref()?;
        let server = upgrade.fetch.server.or(fleet.server)?;
        let folder = self.folder_of_loads(upgrade, server)?;
        let when = match &upgrade.when {
            Some(condition) => self.alternatives(condition)?.all,
            None => vec![Conjunction(Vec::new())],
        };
        let ways = self.ways(upgrade, models);
        self.told_of_steps(upgrade, &ways);
        let whole = ways.len() == models.len();
        let rules: Vec<ModelRule> =
            ways.iter().filter_map(|way| self.model_rule(upgrade, way, &when, &folder)).collect();
        if !whole || rules.is_empty() || rules.len() < ways.len() {
            return None;
        }
        if rules.iter().any(|rule| compares_whole(&rule.text)) {
            self.across_the_change(upgrade.when.as_ref().map_or(upgrade.to.span, |when| when.span));
        }
        self.phones_read_upgrade(&rules, upgrade.fetch.path.span);
        self.upgrade_settings(upgrade, &rules, settings);
        let targets = rules.iter().map(|rule| (rule.position, rule.target.clone())).collect();
        let target = upgrade.when.is_none().then(|| by_model(targets));
        let loads: BTreeSet<String> = rules.into_iter().flat_map(|rule| rule.loads).collect();
        let directory = upgrade.fetch.path.value.trim_end_matches('/').to_owned();
        Some(Planned {
            server,
            scheme: upgrade.fetch.scheme.value,
            directory,
            loads: loads.into_iter().collect(),
            target,
        })
    }

    /// The URL that every load is behind.
    fn folder_of_loads(&mut self, upgrade: &Upgrade, position: usize) -> Option<String> {
        let scheme = upgrade.fetch.scheme.value;
        self.plan.servers.get(position)?;
        self.offered(position, scheme, upgrade.fetch.scheme.span);
        let server = self.plan.servers.get(position)?;
        let directory = upgrade.fetch.path.value.trim_end_matches('/');
        Some(authority(server, scheme, server.port(scheme).unwrap_or(scheme.default_port())) + directory)
    }

    /// The way of each model to the target. Models without one are told together, each fault once.
    fn ways(&mut self, upgrade: &Upgrade, models: &BTreeSet<u16>) -> Vec<ModelWay> {
        let platform = self.platform_at_hand();
        let mut ways = Vec::new();
        let mut no_way: Vec<(NoWay, Vec<String>)> = Vec::new();
        for position in models {
            let Some(model) = self.plan.models.get(usize::from(*position)).map(|model| model.name.clone()) else {
                continue;
            };
            match chain(upgrade.to.value, &model, &self.checked.program.firmware, &self.loads, platform) {
                Ok(steps) => ways.push(ModelWay { position: *position, model, steps }),
                Err(fault) => match no_way.iter_mut().find(|(known, _)| *known == fault) {
                    Some((_, models)) => models.push(model),
                    None => no_way.push((fault, vec![model])),
                },
            }
        }
        for (fault, models) in no_way {
            self.report_no_way(upgrade, fault, &models);
        }
        ways
    }

    /// P0711: what the release notes tell of the steps of the ways.
    fn told_of_steps(&mut self, upgrade: &Upgrade, ways: &[ModelWay]) {
        let mut advice: Vec<(String, Vec<String>)> = Vec::new();
        for way in ways {
            advise(self.releases, &way.model, &way.steps, &mut advice);
        }
        self.advice(advice, upgrade.to.span);
    }

    /// What the notes say of a load is told once, wherever phones are led to it.
    pub(super) fn advice(&mut self, advice: Vec<(String, Vec<String>)>, place: Span) {
        for (text, models) in advice {
            let same = |known: &&mut Diagnostic| {
                known.code == Code::P0711 && known.labels.first().is_some_and(|label| label.text == text)
            };
            if let Some(known) = self.findings.iter_mut().find(same) {
                let shown = known.labels.iter().any(|label| label.span == place);
                if !shown && known.labels.len() <= MOST_SHOWN {
                    *known = known.clone().label(place, "and by this one");
                }
                continue;
            }
            let message = "the release notes advise on a load that this upgrade installs";
            let help = "what it asks for is yours to see to: another `release`, or a `load` and an `after` of your own";
            let finding = Diagnostic::new(Code::P0711, place, message).because(text);
            self.report(finding.help(help).note(format!("for {}", models.join(", "))));
        }
    }

    /// What leads phones of one model along its way; nothing when a condition names a release that has no load for it.
    fn model_rule(
        &mut self,
        upgrade: &Upgrade,
        way: &ModelWay,
        when: &[Conjunction<Compared>],
        folder: &str,
    ) -> Option<ModelRule> {
        let floor = upgrade.floor.as_ref().and_then(|floor| self.floor(floor, &way.model, &way.steps));
        let release = |position: usize, operator| self.compared_with(position, operator, &way.model);
        let conditions: Option<Vec<String>> = when.iter().map(|one| self.phone_text(one, &release)).collect();
        let Some(conditions) = conditions else {
            self.no_load_to_compare(&way.model, upgrade.when.as_ref().map_or(upgrade.to.span, |when| when.span));
            return None;
        };
        let all = guarded(&alternatives(&way.steps, &self.known(&way.model)), &conditions);
        Some(ModelRule {
            position: way.position,
            text: rule(&all, folder),
            target: way.steps.last().map(|load| load.version().to_owned()).unwrap_or_default(),
            floor: floor.map(|load| load.version().to_owned()),
            loads: all.iter().map(|one| one.load.file().to_owned()).collect(),
        })
    }

    /// The parameters that an upgrade sets.
    fn upgrade_settings(&mut self, upgrade: &Upgrade, rules: &[ModelRule], settings: &mut Vec<Setting>) {
        let place = upgrade.to.span;
        let texts = rules.iter().map(|rule| (rule.position, rule.text.clone())).collect();
        self.emit("Upgrade_Rule", &[], by_model(texts), place, settings);
        self.derive("Upgrade_Enable", &Value::Bool(true), place, settings);
        if let Some(retry) = &upgrade.retry {
            let waits = retry.value.iter().map(|wait| Value::Schedule(vec![*wait])).collect();
            self.derive("Upgrade_Error_Retry_Delay", &Value::List(waits), retry.span, settings);
        }
        let floors: Vec<(u16, String)> =
            rules.iter().filter_map(|rule| Some((rule.position, rule.floor.clone()?))).collect();
        if let Some(floor) = upgrade.floor.as_ref().filter(|_| !floors.is_empty()) {
            self.emit("Downgrade_Rev_Limit", &[], by_model(floors), floor.span, settings);
        }
    }

    /// A derived setting whose text is made here.
    pub(super) fn emit(
        &mut self,
        family: &str,
        indexes: &[u32],
        text: Template,
        span: Span,
        settings: &mut Vec<Setting>,
    ) {
        let Some(parameter) = self.catalogue.parameter(family) else { return };
        settings.push(Setting {
            element: parameter.element(indexes),
            value: SettingValue::Set(text),
            user: None,
            overrides: false,
            origin: self.origin(span),
            beats: Vec::new(),
        });
    }

    /// One finding for all models that lack the same.
    fn report_no_way(&mut self, upgrade: &Upgrade, fault: NoWay, models: &[String]) {
        let declared = &self.checked.program.firmware;
        let name = |position: usize| declared.get(position).map_or("", |firmware| firmware.name.value.as_str());
        let model = models.join(", ");
        let at = upgrade.to.span;
        let finding = |message: String| Diagnostic::new(Code::P0701, at, message);
        let finding = match fault {
            NoWay::Told => return,
            NoWay::NoLoad { release, unnamed } => {
                let place = declared.get(release).map(|firmware| firmware.name.span).unwrap_or_default();
                let message = format!("no load of `{}` for the {model}", name(release));
                let finding = Diagnostic::new(Code::P0701, place, message).label(at, "a fleet is led to it").because(
                    if release == upgrade.to.value {
                        match models {
                            [_] => "phones of this model would stay where they are",
                            _ => "phones of these models would stay where they are",
                        }
                    } else {
                        match models {
                            [_] => "phones of this model have to pass it on the way",
                            _ => "phones of these models have to pass it on the way",
                        }
                    },
                );
                let example = format!("add `load \"FILE.loads\" for \"{}\"` to it", models.join("\", \""));
                match unnamed {
                    true => finding
                        .note("the release exists for this model, but no text gives the load's name")
                        .help(example),
                    false => finding.help(example),
                }
            }
            NoWay::NoStep { load, before } => finding(format!("no way to `{load}` for the {model}"))
                .because(format!("{before} has to run before, and no load of it is known"))
                .help(format!("declare {before} with a `load` for the {model}, and put it `after`")),
            NoWay::Backwards { first, then } => finding(format!("`{then}` comes after a newer load"))
                .because(format!("`{first}` would have to run before it"))
                .help("an `after` names an older release"),
        };
        self.report(finding);
    }

    /// What is wrong for several models is told for the first.
    fn report_once_at(&mut self, finding: Diagnostic) {
        if !self.findings.iter().any(|other| other.code == finding.code && other.span() == finding.span()) {
            self.report(finding);
        }
    }

    /// The oldest load that phones of the model may install; the way must not lead below it.
    fn floor(&mut self, floor: &At<usize>, model: &str, steps: &[LoadName]) -> Option<LoadName> {
        let loads = self.loads.get(floor.value)?;
        let Some(load) = loads.for_model(model).cloned() else {
            if !loads.faulty {
                let name = self.checked.program.firmware.get(floor.value).map_or("", |firmware| &firmware.name.value);
                let finding = Diagnostic::new(Code::P0701, floor.span, format!("no load of `{name}` for the {model}"));
                let finding = finding.because("phones of this model would have no limit");
                let help = format!("add `load \"FILE.loads\" for \"{model}\"` to it, or leave `not below` out");
                self.report_once_at(finding.help(help));
            }
            return None;
        };
        if let Some(below) = steps.iter().find(|step| (step.order(), step.build()) < (load.order(), load.build())) {
            let finding = Diagnostic::new(Code::P0704, floor.span, format!("`{below}` is below this"))
                .because(format!("phones refuse what is older than `{}` (Downgrade_Rev_Limit)", load.version()))
                .note(format!("the {model} has to pass it on its way, PB §20"));
            // The oldest step of the way is a limit that every step keeps.
            let oldest = steps.iter().min_by_key(|step| (step.order(), step.build()));
            let mut declared = self.checked.program.firmware.iter().zip(&self.loads);
            let meant = declared.find(|(_, loads)| loads.for_model(model) == oldest);
            let meant = meant.map(|(firmware, _)| &firmware.name.value);
            let help = match meant {
                Some(meant) => format!("write `not below {meant}`, or leave it out"),
                None => {
                    "leave `not below` out, or declare a release that is as old, with a `load` for every model".into()
                }
            };
            self.report_once_at(finding.help(help));
        }
        Some(load)
    }

    /// What a phone of the model may run: the library's releases, and the program's own. Newer ones than the target are among
    /// them, since how versions can be cut depends on all.
    fn known(&self, model: &str) -> Vec<LoadName> {
        let library = self.releases.for_model(model).filter_map(|load| load.name.clone());
        let own = self.loads.iter().filter_map(|loads| loads.for_model(model).cloned());
        library.chain(own).collect()
    }

    /// What is emitted is read back as a phone reads it that runs the target: it looks at every alternative.
    fn phones_read_upgrade(&mut self, rules: &[ModelRule], fetch: Span) {
        let read = |rule: &ModelRule| {
            evaluate(&rule.text, Kind::Upgrade, &Running(&rule.target), AcrossForms::ByParts).taken.err()
        };
        if let Some(error) = rules.iter().find_map(read) {
            let finding = Diagnostic::new(Code::P0501, fetch, "phones cannot read the rule that follows from this");
            self.report(finding.because(error.to_string()).help("a server needs a `name`, or an IPv4 address"));
        }
    }

    /// How a phone of the model compares its version with a release of the program; nothing where that has no load for it.
    pub(super) fn compared_with(&self, release: usize, operator: Operator, model: &str) -> Option<String> {
        let load = self.loads.get(release)?.for_model(model)?;
        Some(comparison(operator, load, &self.known(model)))
    }

    /// A note on a comparison for which the forms before and from 11.3(2) have nothing in common to compare by: service
    /// releases of one version, and numbers of two digits.
    pub(super) fn across_the_change(&mut self, span: Span) {
        let finding = Diagnostic::new(Code::P0504, span, "this is compared across the change of form in 11.3(2)");
        let mut finding = finding
            .because("phones compare their whole version here: what both forms share does not tell these releases apart")
            .note("phones on loads of the other form have a parsing error by one text, and compare part by part by another (C-20)");
        finding.severity = Severity::Note;
        self.report(finding);
    }

    /// The plan's own rule, for people and tools.
    pub(super) fn upgrade_rule(settings: &[Setting]) -> Option<RuleText> {
        let rule = settings.iter().find(|setting| setting.element == "Upgrade_Rule")?;
        match &rule.value {
            SettingValue::Set(text) => Some(RuleText { parameter: rule.element.clone(), text: text.clone() }),
            SettingValue::Keep => None,
        }
    }
}

/// What the release notes tell of the steps of a way, each text once with its models.
pub(super) fn advise(releases: &Releases, model: &str, steps: &[LoadName], into: &mut Vec<(String, Vec<String>)>) {
    for step in steps {
        let listed = releases.for_model(model).find(|load| load.file == step.file());
        let Some(text) = listed.and_then(|load| load.upgrade.as_ref()) else { continue };
        let text = format!("{step}: {text}");
        match into.iter_mut().find(|(known, _)| *known == text) {
            Some((_, models)) => models.push(model.to_owned()),
            None => into.push((text, vec![model.to_owned()])),
        }
    }
}

/// What a phone says of itself, as far as an upgrade rule asks.
struct Running<'r>(&'r str);

impl Macros for Running<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        // What else a condition asks for is a number, or a text of any kind.
        Some(match name {
            "SWVER" => self.0.into(),
            "HWVER" => "1.0.0".into(),
            _ => "0".into(),
        })
    }
}

/// Each alternative under each condition: alternatives are the phone's `or`. What is empty always holds.
fn guarded(all: &[Alternative], conditions: &[String]) -> Vec<Alternative> {
    let under = |one: &Alternative, condition: &String| {
        let conditions = Some(condition.clone()).filter(|condition| !condition.is_empty());
        Alternative {
            comparisons: conditions.into_iter().chain(one.comparisons.clone()).collect(),
            load: one.load.clone(),
        }
    };
    all.iter().flat_map(|one| conditions.iter().map(move |condition| under(one, condition))).collect()
}

fn rule(all: &[Alternative], folder: &str) -> String {
    let each = all.iter().map(|one| format!("({})? {folder}/{}", one.comparisons.join(" and "), one.load));
    each.collect::<Vec<_>>().join(" | ")
}

/// One text where all models have the same, else one for each.
pub(super) fn by_model(texts: Vec<(u16, String)>) -> Template {
    let mut template = Template::default();
    match texts.first() {
        Some((_, first)) if texts.iter().all(|(_, text)| text == first) => template.push(Piece::Text(first.clone())),
        _ => {
            let length = texts.iter().map(|(position, _)| usize::from(*position) + 1).max().unwrap_or(0);
            let mut all = vec![String::new(); length];
            for (position, text) in texts {
                if let Some(place) = all.get_mut(usize::from(position)) {
                    *place = text;
                }
            }
            template.push(Piece::ByModel(all));
        }
    }
    template
}

/// What a load of the program is for a test: the file that phones of the model run.
pub(super) fn version_of(loads: &[Loads], release: usize, model: &str) -> Option<String> {
    loads.get(release)?.for_model(model).map(|load| load.version().to_owned())
}
