//! The pages of a fleet: itself, its partitions, its models.

use super::Documented;
use super::rows::{Kind, Part, Row, of_models, rows};
use crate::diagnostic::counted;
use crate::plan::{Cipher, Discovery, Fleet, Piece, Profile, ReportContent, Template};
use crate::workflow::text::shown;
use serde::Serialize;
use std::collections::BTreeSet;

/// Phones of a fleet that its page lists; of more it tells how many, and the command that finds one.
const MOST_LISTED: usize = 2000;

#[derive(Debug, Serialize)]
pub(super) struct FleetPage {
    pub root: &'static str,
    pub title: String,
    pub program: String,
    pub fleet: String,
    pub phones: String,
    server: Option<String>,
    networks: Vec<String>,
    arrives: Option<String>,
    options: Vec<(String, String)>,
    /// Where a factory-fresh phone looks, in order.
    paths: Vec<String>,
    upgrade: Option<Upgrade>,
    reports: Vec<String>,
    promise: Option<String>,
    pub partitions: Vec<Partition>,
    pub models: Vec<Model>,
    pub listed: Vec<Listed>,
    unlisted: usize,
}

#[derive(Debug, Serialize)]
struct Upgrade {
    from: String,
    /// By model, the load that its phones end on.
    targets: Vec<(String, String)>,
    loads: Vec<String>,
}

/// How a file is fetched.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Partition {
    pub name: String,
    pub href: String,
    rule: Option<String>,
    scheme: Option<String>,
    server: Option<String>,
    paths: Vec<String>,
    /// `gzip`, `sealed (AES-256-CBC)`, `digest account`.
    forms: Vec<String>,
    parameters: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct Model {
    pub name: String,
    pub href: String,
    pub phones: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Listed {
    pub mac: String,
    pub label: String,
    pub model: String,
    pub href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct PartitionPage {
    pub root: &'static str,
    pub title: String,
    pub program: String,
    pub fleet: String,
    #[serde(skip)]
    pub path: String,
    pub partition: Partition,
    pub rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub(super) struct ModelPage {
    pub root: &'static str,
    pub title: String,
    pub program: String,
    pub fleet: String,
    #[serde(skip)]
    pub path: String,
    pub model: String,
    pub phones: String,
    target: Option<String>,
    rules: Vec<(String, String)>,
    pub rows: Vec<Row>,
}

pub(super) fn page(
    program: &Documented<'_>,
    number: usize,
    fleet: &Fleet,
    kinds: &[Kind],
    partitions: &[PartitionPage],
) -> FleetPage {
    let plan = program.served.plan();
    let server = |at: usize| plan.servers.get(at).map(|server| server.id.clone());
    let v4 = fleet.networks.iter().filter_map(|at| plan.networks.get(*at)).map(|network| network.id.clone());
    let v6 = fleet.networks6.iter().filter_map(|at| plan.networks6.get(*at)).map(|network| network.id.clone());
    let networks: BTreeSet<String> = v4.chain(v6).collect();
    let pattern = |template: &Template| pattern(program, number, kinds, template);
    let bootstrap = fleet.bootstrap.as_ref();
    let options = bootstrap.map(|one| {
        let v4 = one.options.iter().map(|option| (format!("option {}", option.code), option.value.text()));
        let v6 = one.options6.iter().map(|option| (format!("DHCPv6 option {}", option.code), option.value.text()));
        v4.chain(v6).collect()
    });
    let report = |report: &crate::plan::Report| {
        let what = match report.content {
            ReportContent::Full => "the whole configuration",
            ReportContent::Delta => "what was changed last",
            ReportContent::Status => "the status",
        };
        let to = server(report.server).unwrap_or_default();
        format!("{what} to {} {} of {to}", report.scheme, pattern(&report.path).join(", "))
    };
    let upgrade = fleet.upgrade.as_ref().map(|upgrade| Upgrade {
        from: format!("{} {}/ of {}", upgrade.scheme, upgrade.directory, server(upgrade.server).unwrap_or_default()),
        targets: upgrade.target.as_ref().map(|target| of_models(program, number, kinds, target)).unwrap_or_default(),
        loads: upgrade.loads.clone(),
    });
    let all = &fleet.phones;
    FleetPage {
        root: "../",
        title: format!("fleet {}", fleet.id),
        program: plan.program.clone(),
        fleet: fleet.id.clone(),
        phones: counted(all.len(), "phone"),
        server: server(fleet.server),
        networks: networks.into_iter().collect(),
        arrives: bootstrap.map(|one| arrives(one.how, one.told.as_ref().map(&pattern))),
        options: options.unwrap_or_default(),
        paths: bootstrap.map(|one| one.paths.iter().flat_map(&pattern).collect()).unwrap_or_default(),
        upgrade,
        reports: fleet.reports.iter().map(report).collect(),
        promise: fleet.applies_within.map(|promise| crate::language::duration(promise.seconds * 1000)),
        partitions: partitions.iter().map(|page| page.partition.clone()).collect(),
        models: model_list(program, fleet, kinds),
        listed: all
            .macs
            .iter()
            .take(if all.len() > MOST_LISTED { 0 } else { MOST_LISTED })
            .enumerate()
            .map(|(row, mac)| {
                let model = all.models.get(row).and_then(|at| plan.models.get(usize::from(*at)));
                let model = model.map(|model| model.name.clone()).unwrap_or_default();
                Listed { mac: mac.to_string(), label: all.label(row).to_owned(), href: model_href(&model), model }
            })
            .collect(),
        unlisted: if all.len() > MOST_LISTED { all.len() } else { 0 },
    }
}

/// By what a factory-fresh phone comes to us.
fn arrives(how: Discovery, told: Option<Vec<String>>) -> String {
    let way = match how {
        Discovery::Dhcp => "DHCP",
        Discovery::Srv => "the domain of its network, by DNS SRV",
        Discovery::ActivationCode => "an activation code",
        Discovery::Edos => "Cisco's redirection service",
        Discovery::Manual => "what somebody types",
    };
    match told {
        Some(rule) => format!("{way}: {}", rule.join(", ")),
        None => way.to_owned(),
    }
}

/// One text with holes where that says it; else what each model has.
fn pattern(program: &Documented<'_>, number: usize, kinds: &[Kind], template: &Template) -> Vec<String> {
    if !template.pieces().iter().any(|piece| matches!(piece, Piece::ByModel(_))) {
        return vec![shown(template, program.served.plan().fleets.get(number), program.served, None)];
    }
    let told = of_models(program, number, kinds, template);
    let texts: BTreeSet<&String> = told.iter().map(|(_, text)| text).collect();
    match texts.len() {
        0 | 1 => texts.into_iter().cloned().collect(),
        _ => told.iter().map(|(model, text)| format!("{text} ({model})")).collect(),
    }
}

fn parts(fleet: &Fleet) -> impl Iterator<Item = Part> + use<> {
    let bootstrap = fleet.bootstrap.is_some().then_some(Part::Bootstrap);
    bootstrap.into_iter().chain((0..fleet.profiles.len()).map(Part::Profile))
}

/// The pages of a fleet's files.
pub(super) fn partitions(program: &Documented<'_>, number: usize, fleet: &Fleet, kinds: &[Kind]) -> Vec<PartitionPage> {
    parts(fleet)
        .map(|part| {
            let rows = rows(program, number, fleet, kinds.iter(), &[part]);
            let partition = partition(program, number, fleet, kinds, part, rows.len());
            PartitionPage {
                root: "../",
                title: format!("{} · fleet {}", partition.name, fleet.id),
                program: program.served.plan().program.clone(),
                fleet: fleet.id.clone(),
                path: format!("{}/{}", fleet.id, partition.href),
                rows,
                partition,
            }
        })
        .collect()
}

fn partition(
    program: &Documented<'_>,
    number: usize,
    fleet: &Fleet,
    kinds: &[Kind],
    part: Part,
    parameters: usize,
) -> Partition {
    let pattern = |template: &Template| pattern(program, number, kinds, template);
    let profile = match part {
        Part::Bootstrap => None,
        Part::Profile(at) => fleet.profiles.get(at),
    };
    let Some(profile) = profile else {
        let paths = fleet.bootstrap.iter().flat_map(|bootstrap| &bootstrap.paths);
        return Partition {
            name: "bootstrap".into(),
            href: "bootstrap.html".into(),
            rule: None,
            scheme: None,
            server: program.served.plan().servers.get(fleet.server).map(|server| server.id.clone()),
            paths: paths.flat_map(pattern).collect(),
            forms: Vec::new(),
            parameters,
        };
    };
    Partition {
        name: profile.id.clone(),
        href: format!("profile-{}.html", profile.id),
        rule: Some(profile.parameter.clone()),
        scheme: Some(profile.scheme.to_string()),
        server: program.served.plan().servers.get(profile.server).map(|server| server.id.clone()),
        paths: pattern(&profile.path),
        forms: forms(profile, fleet, program),
        parameters,
    }
}

fn forms(profile: &Profile, fleet: &Fleet, program: &Documented<'_>) -> Vec<String> {
    let mut forms = Vec::new();
    if profile.gzip {
        forms.push("gzip".to_owned());
    }
    if let Some(seal) = &profile.seal {
        let cipher = match seal.cipher {
            Cipher::Aes256Cbc(_) => "AES-256-CBC",
            Cipher::Aes128Gcm => "RFC 8188, AES-128-GCM",
        };
        let own = seal.key.pieces().iter().any(|piece| !matches!(piece, Piece::Text(_) | Piece::Secret(_)));
        forms.push(format!("sealed with {} ({cipher})", if own { "a key of each phone's own" } else { "one key" }));
    }
    if let Some(account) = &profile.account {
        let user = shown(&account.user, Some(fleet), program.served, None);
        forms.push(format!("account {user} ({})", account.method));
    }
    if let Some(domain) = &profile.service_domain {
        forms.push(format!("host by SRV of {domain}"));
    }
    if profile.post.is_some() {
        forms.push("answer to a POST".to_owned());
    }
    forms
}

fn model_href(model: &str) -> String {
    format!("model-{model}.html")
}

fn model_list(program: &Documented<'_>, fleet: &Fleet, kinds: &[Kind]) -> Vec<Model> {
    numbers(kinds)
        .into_iter()
        .filter_map(|model| {
            let name = name(program, model)?;
            let count = fleet.phones.models.iter().filter(|other| **other == model).count();
            Some(Model { href: model_href(&name), phones: counted(count, "phone"), name })
        })
        .collect()
}

fn numbers(kinds: &[Kind]) -> Vec<u16> {
    let mut all: Vec<u16> = kinds.iter().map(|kind| kind.model).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn name(program: &Documented<'_>, model: u16) -> Option<String> {
    program.served.plan().models.get(usize::from(model)).map(|model| model.name.clone())
}

/// The pages of a fleet's models.
pub(super) fn models(program: &Documented<'_>, number: usize, fleet: &Fleet, kinds: &[Kind]) -> Vec<ModelPage> {
    let all: Vec<Part> = parts(fleet).collect();
    model_list(program, fleet, kinds)
        .into_iter()
        .map(|model| {
            let own = |told: Vec<(String, String)>| told.into_iter().find(|(name, _)| *name == model.name);
            let own = |template: &Template| own(of_models(program, number, kinds, template)).map(|(_, text)| text);
            let is = |kind: &&Kind| name(program, kind.model).as_deref() == Some(model.name.as_str());
            let rule = |rule: &crate::plan::RuleText| Some((rule.parameter.clone(), own(&rule.text)?));
            ModelPage {
                root: "../",
                title: format!("{} · fleet {}", model.name, fleet.id),
                program: program.served.plan().program.clone(),
                fleet: fleet.id.clone(),
                path: format!("{}/{}", fleet.id, model.href),
                phones: model.phones.clone(),
                target: fleet.upgrade.as_ref().and_then(|upgrade| own(upgrade.target.as_ref()?)),
                rules: fleet.rules.iter().filter_map(rule).collect(),
                rows: rows(program, number, fleet, kinds.iter().filter(is), &all),
                model: model.name,
            }
        })
        .collect()
}
