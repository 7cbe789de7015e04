//! What the pages and the JSON say: one shape for both.

use super::Site;
use super::cause::{self, Cause};
use super::filter::{Filter, Found, network_of};
use crate::phone::{Mac, Scheme};
use crate::plan::{PhoneRef, ReportContent, Served};
use crate::serve::bind::Service;
use crate::serve::seen::{
    AskedSeen, ConfigurationSeen, FileSeen, FleetStanding, Gap, LeaseSeen, PhoneSeen, ReportSeen, State, hears, reports,
};
use crate::serve::syslog::{Subject, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use std::net::IpAddr;
use std::sync::atomic::Ordering;

/// Devices that are not of the program, shown at most.
const MOST_STRANGERS: usize = 20;

/// How it stands with the whole.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Overview {
    pub program: String,
    /// Phones that had everything, and phones of the program.
    pub done: usize,
    pub total: usize,
    /// How each fleet stands.
    pub fleets: Vec<Fleet>,
    /// Phones that fit what was asked for.
    pub found: usize,
    pub page: usize,
    pub pages: usize,
    pub phones: Vec<Phone>,
    pub strangers: Vec<Phone>,
    pub services: Vec<String>,
    pub dns_queries: u64,
}

/// A fleet's phones by the states that they reached. Where nobody can hear of one, it is absent.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Fleet {
    pub fleet: String,
    pub intended: usize,
    pub served: usize,
    pub acknowledged: Option<usize>,
    pub reported: Option<usize>,
    pub lagging: usize,
    /// Phones that lag, by what keeps them.
    pub causes: Vec<Kept>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Kept {
    pub cause: Gap,
    pub phones: usize,
}

/// The states that a phone reached. Where nobody can hear of one, it is absent.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Reached {
    pub served: bool,
    pub acknowledged: Option<bool>,
    pub reported: Option<bool>,
    /// What keeps it from all of them.
    pub cause: Option<Cause>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Phone {
    /// None: a device that nobody told the hardware address of.
    pub mac: Option<Mac>,
    /// By what such a device is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Whether it is of the program.
    pub known: bool,
    pub fleet: Option<String>,
    pub model: Option<String>,
    pub label: Option<String>,
    pub state: State,
    /// How it stands to the program; of one that is not of it, nothing.
    pub reached: Option<Reached>,
    /// Where it has its lease, or the program has it.
    pub network: Option<String>,
    /// When it was last heard of, in milliseconds since 1970.
    pub last: Option<u64>,
    pub lease: Option<Lease>,
    /// Over DHCPv6.
    pub lease6: Option<Lease>,
    /// What it runs, as it last said when it asked for a file.
    pub firmware: Option<String>,
    pub requests: Vec<Request>,
    /// What else it asked for: of a phone of the program the names that it looked up last.
    pub asked: Vec<Asked>,
    pub syslog: Vec<Report>,
    pub configuration: Option<Configuration>,
}

/// What it last reported of its configuration.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Configuration {
    pub at: u64,
    pub content: ReportContent,
    pub parameters: usize,
    /// How many are not as the program has them.
    pub different: usize,
    pub differences: Vec<Difference>,
}

/// Values are absent where they are a secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Difference {
    pub parameter: String,
    pub intended: Option<String>,
    pub reported: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Lease {
    pub address: IpAddr,
    pub network: String,
    pub at: u64,
    /// Unix seconds.
    pub expires: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Request {
    pub scheme: Scheme,
    pub path: String,
    pub status: u16,
    pub bytes: u64,
    pub at: u64,
    pub times: u64,
    pub agent: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Asked {
    pub service: Service,
    pub what: String,
    pub answer: String,
    pub at: u64,
    pub times: u64,
}

/// Devices that are not of the program, the latest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Strangers {
    pub total: usize,
    pub page: usize,
    pub pages: usize,
    pub strangers: Vec<Phone>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Report {
    pub at: u64,
    pub what: Subject,
    pub verdict: Verdict,
    pub url: Option<String>,
    pub reason: Option<String>,
    pub text: String,
}

/// That the process answers at all.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Health {
    pub alive: bool,
    pub version: String,
    /// Seconds since the start.
    pub uptime: u64,
}

/// Whether phones get what they ask for.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Readiness {
    pub ready: bool,
    pub program: String,
    pub phones: usize,
    /// Every socket of the program; all are bound before any is answered on.
    pub services: Vec<Bound>,
    /// What keeps it from being ready.
    pub why: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Bound {
    pub server: String,
    pub service: String,
    pub address: IpAddr,
    pub port: u16,
    pub interface: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Problem {
    pub error: String,
}

pub(super) fn health(site: &Site) -> Health {
    Health { alive: true, version: env!("CARGO_PKG_VERSION").into(), uptime: site.begun.elapsed().as_secs() }
}

pub(super) fn readiness(site: &Site) -> Readiness {
    let served = site.context.served();
    let why = if site.is_stopping() {
        Some("it is stopping")
    } else if site.context.events.store_fails() {
        Some("leases cannot be kept, and none is given")
    } else {
        None
    };
    let bound = site.endpoints.iter().map(|end| Bound {
        server: end.server.clone(),
        service: end.service.to_string(),
        address: end.address.ip(),
        port: end.address.port(),
        interface: end.interface.clone(),
    });
    Readiness {
        ready: why.is_none(),
        program: served.plan().program.clone(),
        phones: served.plan().phone_count(),
        services: bound.collect(),
        why: why.map(str::to_owned),
    }
}

/// A page of the program's phones that fit, in the program's order.
pub(super) fn overview(site: &Site, filter: &Filter, per_page: usize) -> Overview {
    let (served, standings) = site.context.seen.fleets();
    let Found { phones, total: found, page, pages } = filter.find(&served, &site.context.seen, per_page);
    Overview {
        program: served.plan().program.clone(),
        done: site.context.seen.progress().done,
        total: served.plan().phone_count(),
        fleets: fleets(&served, &standings),
        found,
        page,
        pages,
        phones: phones.into_iter().filter_map(|phone| known(site, &served, phone)).collect(),
        strangers: all_strangers(site).into_iter().take(MOST_STRANGERS).collect(),
        services: site.endpoints.iter().map(|at| format!("{} {}", at.service, at.address)).collect(),
        dns_queries: site.context.events.counters.dns_queries.load(Ordering::Relaxed),
    }
}

fn fleets(served: &Served, standings: &[FleetStanding]) -> Vec<Fleet> {
    let hears = hears(served);
    let all = (0..).zip(&served.plan().fleets).zip(standings);
    all.map(|((number, fleet), standing)| Fleet {
        fleet: fleet.id.clone(),
        intended: standing.phones,
        served: standing.served,
        acknowledged: hears.then_some(standing.acknowledged),
        reported: reports(served, PhoneRef { fleet: number, row: 0 }).then_some(standing.reported),
        lagging: standing.lagging(),
        causes: standing
            .gaps
            .iter()
            .filter(|(_, phones)| *phones > 0)
            .map(|(cause, phones)| Kept { cause: *cause, phones: *phones })
            .collect(),
    })
    .collect()
}

/// A page of those who are not of the program.
pub(super) fn strangers(site: &Site, page: usize, per_page: usize) -> Strangers {
    let all = all_strangers(site);
    let total = all.len();
    let pages = total.div_ceil(per_page).max(1);
    let page = page.min(pages);
    Strangers { total, page, pages, strangers: all.into_iter().skip((page - 1) * per_page).take(per_page).collect() }
}

fn all_strangers(site: &Site) -> Vec<Phone> {
    let seen = &site.context.seen;
    let named = seen.strangers().into_iter().map(|(mac, seen)| shape(Some(mac), Some(seen)));
    let nameless = seen.nameless().into_iter();
    let nameless = nameless.map(|(at, seen)| Phone { address: Some(at), ..shape(None, Some(seen)) });
    let mut all: Vec<Phone> = named.chain(nameless).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.last));
    all
}

/// One device, if it is of the program or was seen.
pub(super) fn phone(site: &Site, mac: Mac) -> Option<Phone> {
    let served = site.context.served();
    match served.phone(mac) {
        Some(phone) => known(site, &served, phone),
        None => site.context.seen.phone(mac).map(|seen| shape(Some(mac), Some(seen))),
    }
}

fn known(site: &Site, served: &Served, phone: PhoneRef) -> Option<Phone> {
    let mac = served.mac(phone)?;
    let fleet = served.fleet(phone)?;
    let label = fleet.phones.label(phone.row as usize);
    let now = site.context.clock.milliseconds();
    let (seen, reached, network) = site.context.seen.look(mac, |seen, standing| {
        let cause = standing.gap.map(|gap| cause::of(gap, seen, served, phone, now));
        let reached = Reached {
            served: standing.served,
            acknowledged: hears(served).then_some(standing.acknowledged),
            reported: reports(served, phone).then_some(standing.reported),
            cause,
        };
        let network = network_of(served, fleet, phone.row as usize, seen).map(str::to_owned);
        (seen.cloned(), reached, network)
    });
    Some(Phone {
        known: true,
        fleet: Some(fleet.id.clone()),
        model: served.model(phone).map(|model| model.name.clone()),
        label: (!label.is_empty()).then(|| label.to_owned()),
        reached: Some(reached),
        network,
        ..shape(Some(mac), seen)
    })
}

fn shape(mac: Option<Mac>, seen: Option<PhoneSeen>) -> Phone {
    let state = seen.as_ref().map_or(State::Waiting, PhoneSeen::state);
    let last = seen.as_ref().map(|seen| seen.last).filter(|last| *last > 0);
    let seen = seen.unwrap_or_default();
    let lease = |lease: LeaseSeen| Lease {
        address: lease.address,
        network: lease.network,
        at: lease.at,
        expires: lease.expires,
    };
    let (lease, lease6) = (seen.lease.map(lease), seen.lease6.map(lease));
    let firmware = seen.files.iter().rev().find_map(|file| agent_firmware(file.agent.as_deref()?)).map(str::to_owned);
    let asked = seen.asked.into_iter().map(|asked| {
        let AskedSeen { service, what, answer, at, times } = asked;
        Asked { service, what, answer, at, times }
    });
    let asked = asked.collect();
    let requests = seen.files.into_iter().map(request).collect();
    let syslog = seen.reports.into_iter().map(report).collect();
    let configuration = seen.configuration.map(configuration);
    Phone {
        mac,
        address: None,
        known: false,
        fleet: None,
        model: None,
        label: None,
        state,
        reached: None,
        network: None,
        last,
        lease,
        lease6,
        firmware,
        requests,
        asked,
        syslog,
        configuration,
    }
}

/// `11.0` in `Cisco-CP-8841-3PCC/11.0 (000e08abcd01)` (PB §11).
pub(super) fn agent_firmware(agent: &str) -> Option<&str> {
    let (product, rest) = agent.split_once('/')?;
    let version = rest.split(' ').next().filter(|version| !version.is_empty())?;
    product.starts_with("Cisco-").then_some(version)
}

fn request(file: FileSeen) -> Request {
    let FileSeen { scheme, path, status, bytes, at, times, agent, .. } = file;
    Request { scheme, path, status, bytes, at, times, agent }
}

fn configuration(seen: ConfigurationSeen) -> Configuration {
    let ConfigurationSeen { at, content, told, .. } = seen;
    let differences = told.differences.into_iter().map(|one| {
        let (intended, reported) = one.values.map_or((None, None), |values| (Some(values.intended), values.reported));
        Difference { parameter: one.element, intended, reported }
    });
    let differences = differences.collect();
    Configuration { at, content, parameters: told.parameters, different: told.different, differences }
}

fn report(seen: ReportSeen) -> Report {
    let report = seen.report;
    Report {
        at: seen.at,
        what: report.what,
        verdict: report.verdict,
        url: report.url,
        reason: report.reason,
        text: seen.text,
    }
}
