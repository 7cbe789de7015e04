//! What the page of the whole program shows beside its phones: what keeps those that lag, leases, certificates, firmware,
//! and the form by which phones are looked for.

use super::cause;
use super::filter::{Filter, Wanted};
use super::view::{self, Overview, agent_firmware};
use super::{Shared, Site};
use crate::plan::{PhoneRef, Served};
use crate::serve::seen::Gap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Versions that are told apart: what devices say is not bounded by anything.
const MOST_VERSIONS: usize = 64;

#[derive(Debug, Serialize)]
pub(super) struct Board {
    title: String,
    #[serde(flatten)]
    overview: Overview,
    causes: Vec<Group>,
    form: Form,
    /// The filter as it stands in an address, to which `page=N` is added.
    query: String,
    previous: Option<usize>,
    next: Option<usize>,
    leases: Vec<Leases>,
    certificates: Vec<Certificate>,
    firmware: Vec<Firmware>,
}

/// Phones that are kept by the same.
#[derive(Debug, Serialize)]
struct Group {
    cause: Gap,
    title: &'static str,
    fix: &'static str,
    phones: usize,
}

#[derive(Debug, Serialize)]
struct Form {
    q: Option<String>,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize)]
struct Field {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Leases {
    network: String,
    bound: usize,
    offered: usize,
    declined: usize,
    /// What the pools hold.
    pool: String,
}

#[derive(Debug, Serialize)]
struct Certificate {
    server: String,
    of_lab: bool,
    /// In words: how long it is good.
    ends: String,
    /// It ends within a month, or has ended.
    soon: bool,
}

/// What phones of a model say that they run.
#[derive(Debug, Serialize)]
struct Firmware {
    fleet: String,
    model: String,
    version: String,
    phones: usize,
    /// What they are to run, where the program says it.
    target: Option<String>,
}

/// A look at every phone that fits, and at every lease: not for a thread that answers others.
pub(super) fn board(site: &Shared, filter: &Filter, per_page: usize) -> Board {
    let overview = view::overview(site, filter, per_page);
    let served = site.context.served();
    let count = |gap: Gap| -> usize {
        let all = overview.fleets.iter().flat_map(|fleet| &fleet.causes);
        all.filter(|kept| kept.cause == gap).map(|kept| kept.phones).sum()
    };
    let groups = Gap::ALL.into_iter().map(|cause| Group {
        cause,
        title: cause::title(cause),
        fix: cause::fix(cause),
        phones: count(cause),
    });
    let (page, pages) = (overview.page, overview.pages);
    Board {
        title: format!("{} of {} · {}", overview.done, overview.total, overview.program),
        causes: groups.filter(|group| group.phones > 0).collect(),
        form: form(&served, filter),
        query: query(filter),
        previous: (page > 1).then(|| page - 1),
        next: (page < pages).then_some(page + 1),
        leases: leases(site),
        certificates: certificates(site, &served),
        firmware: firmware(site, &served),
        overview,
    }
}

fn form(served: &Served, filter: &Filter) -> Form {
    let plan = served.plan();
    let field = |name, label, all: Vec<(String, String)>, chosen: Option<&str>| {
        let any = Choice { value: String::new(), text: "any".into(), chosen: chosen.is_none() };
        let each = all.into_iter().map(|(value, text)| Choice { chosen: chosen == Some(&*value), value, text });
        Field { name, label, choices: std::iter::once(any).chain(each).collect() }
    };
    let same = |name: &String| (name.clone(), name.clone());
    let networks = plan.networks.iter().map(|network| &network.id);
    let networks = networks.chain(plan.networks6.iter().map(|network| &network.id));
    let states = Wanted::ALL.map(|state| (state.name().to_owned(), state.name().to_owned()));
    let causes = Gap::ALL.map(|gap| (gap.name().to_owned(), cause::title(gap).to_owned()));
    Form {
        q: filter.q.clone(),
        fields: vec![
            field("fleet", "Fleet", plan.fleets.iter().map(|fleet| same(&fleet.id)).collect(), filter.fleet.as_deref()),
            field("model", "Model", plan.models.iter().map(|one| same(&one.name)).collect(), filter.model.as_deref()),
            field("network", "Network", networks.map(same).collect(), filter.network.as_deref()),
            field("state", "State", states.to_vec(), filter.state.map(Wanted::name)),
            field("cause", "Cause", causes.to_vec(), filter.cause.map(Gap::name)),
        ],
    }
}

/// The filter as a query, with what another page needs at its end.
fn query(filter: &Filter) -> String {
    let Filter { fleet, model, network, state, cause, q, .. } = filter;
    let fields = [
        ("q", q.as_deref()),
        ("fleet", fleet.as_deref()),
        ("model", model.as_deref()),
        ("network", network.as_deref()),
        ("state", state.map(Wanted::name)),
        ("cause", cause.map(Gap::name)),
    ];
    let mut text = String::new();
    for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        text.push_str(name);
        text.push('=');
        for octet in value.bytes() {
            match octet.is_ascii_alphanumeric() || b"-_.~".contains(&octet) {
                true => text.push(char::from(octet)),
                false => text.push_str(&format!("%{octet:02X}")),
            }
        }
        text.push('&');
    }
    text
}

fn leases(site: &Site) -> Vec<Leases> {
    let all = site.leasing.tally_v4().into_iter().chain(site.leasing.tally_v6());
    let shown = all.map(|tally| Leases {
        network: tally.network,
        bound: tally.bound,
        offered: tally.offered,
        declined: tally.declined,
        // Of a /64 nobody reads the digits.
        pool: if tally.pool > 1_000_000_000 { "more than 10^9".into() } else { tally.pool.to_string() },
    });
    shown.collect()
}

fn certificates(site: &Site, served: &Served) -> Vec<Certificate> {
    const DAY: i64 = 86_400;
    let now = i64::try_from(site.context.clock.seconds()).unwrap_or(i64::MAX);
    let endpoints = site.context.tls().borrow().clone();
    let all = served.plan().servers.iter().zip(endpoints.iter());
    let shown = all.filter_map(|(server, endpoint)| {
        let endpoint = endpoint.as_ref()?;
        let left = endpoint.ends.map(|ends| ends.saturating_sub(now));
        let ends = match left {
            None => "its end cannot be read".to_owned(),
            Some(..=0) => "has ended: no phone connects that looks at it".to_owned(),
            Some(left) if left < DAY => "ends within a day".to_owned(),
            Some(left) => format!("ends in {} days", left / DAY),
        };
        let soon = left.is_none_or(|left| left < 30 * DAY);
        Some(Certificate { server: server.id.clone(), of_lab: endpoint.of_lab, ends, soon })
    });
    shown.collect()
}

/// By what phones say of themselves when they ask for files.
fn firmware(site: &Site, served: &Served) -> Vec<Firmware> {
    let mut counts: BTreeMap<(u16, u16), BTreeMap<String, (usize, PhoneRef)>> = BTreeMap::new();
    site.context.seen.each(|mac, seen| {
        let Some(version) = seen.files.iter().rev().find_map(|file| agent_firmware(file.agent.as_deref()?)) else {
            return;
        };
        let Some(phone) = served.phone(mac) else { return };
        let model = served.fleet(phone).and_then(|fleet| fleet.phones.models.get(phone.row as usize)).copied();
        let versions = counts.entry((phone.fleet, model.unwrap_or_default())).or_default();
        // The name is kept once for each version, not for each phone.
        if let Some((count, _)) = versions.get_mut(version) {
            *count += 1;
        } else if versions.len() < MOST_VERSIONS {
            versions.insert(version.to_owned(), (1, phone));
        }
    });
    let each = counts.into_iter().flat_map(|((fleet, _), versions)| {
        let fleet = served.plan().fleets.get(usize::from(fleet));
        versions.into_iter().map(move |(version, (phones, one))| {
            let target = fleet.and_then(|fleet| fleet.upgrade.as_ref()).and_then(|upgrade| upgrade.target.as_ref());
            Firmware {
                fleet: fleet.map(|fleet| fleet.id.clone()).unwrap_or_default(),
                model: served.model(one).map(|model| model.name.clone()).unwrap_or_default(),
                version,
                phones,
                target: target.map(|target| served.expand(one, target)),
            }
        })
    });
    each.collect()
}
