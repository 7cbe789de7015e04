//! What the first page says: fleets, servers, networks, zones.

use super::Documented;
use crate::diagnostic::{counted, thousands};
use crate::plan::{Answers, Clients, Network, Network6, Scheme, Server};
use crate::workflow::records::records;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Overview {
    pub root: &'static str,
    pub title: String,
    pub program: String,
    phones: String,
    pub fleets: Vec<FleetLine>,
    pub servers: Vec<ServerLine>,
    pub networks: Vec<NetworkLine>,
    zones: Vec<Zone>,
}

#[derive(Debug, Serialize)]
pub(super) struct FleetLine {
    pub name: String,
    phones: String,
    models: Vec<String>,
    partitions: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ServerLine {
    pub name: String,
    pub host: Option<String>,
    pub addresses: Vec<String>,
    services: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct NetworkLine {
    pub name: String,
    pub subnet: String,
    pools: Vec<String>,
    told: Vec<String>,
    relays: Vec<String>,
    answers: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Zone {
    name: String,
    records: Vec<(String, Vec<String>)>,
}

pub(super) fn overview(program: &Documented<'_>) -> Overview {
    let plan = program.served.plan();
    let fleet = |fleet: &crate::plan::Fleet| {
        let mut models: Vec<(usize, &str)> = Vec::new();
        for (at, model) in plan.models.iter().enumerate() {
            let count = fleet.phones.models.iter().filter(|own| usize::from(**own) == at).count();
            models.extend((count > 0).then_some((count, model.name.as_str())));
        }
        FleetLine {
            name: fleet.id.clone(),
            phones: thousands(fleet.phones.len()),
            models: models.iter().map(|(count, name)| format!("{name} ×{}", thousands(*count))).collect(),
            partitions: fleet.profiles.iter().map(|profile| profile.id.clone()).collect(),
        }
    };
    let v4 = plan.networks.iter().map(network);
    let v6 = plan.networks6.iter().map(network6);
    Overview {
        root: "",
        title: plan.program.clone(),
        program: plan.program.clone(),
        phones: counted(plan.phone_count(), "phone"),
        fleets: plan.fleets.iter().map(fleet).collect(),
        servers: plan.servers.iter().map(server).collect(),
        networks: v4.chain(v6).collect(),
        zones: zones(program),
    }
}

fn server(server: &Server) -> ServerLine {
    let services = &server.services;
    let named = [
        ("dhcp", services.dhcp),
        ("dhcp6", services.dhcp6),
        ("dns", services.dns),
        ("tftp", services.tftp),
        ("http", services.http),
        ("https", services.https),
        ("syslog", services.syslog),
        ("dashboard", services.dashboard),
    ];
    let named = named.into_iter().filter_map(|(name, port)| Some(format!("{name} {}", port?)));
    let certificates = server.tls.as_ref().and_then(|tls| match tls.clients {
        Clients::None => None,
        Clients::Request => Some("asks phones for certificates".to_owned()),
        Clients::Require => Some("requires phones' certificates".to_owned()),
    });
    let moved = [Scheme::Http, Scheme::Https].into_iter().flat_map(|scheme| {
        let moved = move |one: &crate::plan::Redirect| format!("{scheme} {} has moved to {}", one.from, one.to);
        server.redirects(scheme).iter().map(moved)
    });
    let capacity = server.capacity.map(|most| format!("bears {most} requests per second"));
    ServerLine {
        name: server.id.clone(),
        host: server.host.clone(),
        addresses: server.addresses.iter().map(|address| address.to_string()).collect(),
        services: named.chain(certificates).chain(capacity).chain(moved).collect(),
    }
}

fn texts<A: ToString>(addresses: &[A]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn whom(answers: Answers) -> Option<&'static str> {
    match answers {
        Answers::Everybody => None,
        Answers::KnownPhones => Some("answers phones of the program only"),
        Answers::InformOnly => Some("gives no addresses: another server does"),
    }
}

fn network6(network: &Network6) -> NetworkLine {
    let domain = network.domain.clone().map(|domain| ("domain", domain));
    let listed = [("DNS", texts(&network.dns)), ("NTP", texts(&network.ntp))];
    let usual = domain.into_iter().chain(listed).filter(|(_, text)| !text.is_empty());
    let options = network.options.iter().map(|option| format!("option {}: {}", option.code, option.value.text()));
    NetworkLine {
        name: network.id.clone(),
        subnet: network.subnet.to_string(),
        pools: network.pools.iter().map(|pool| format!("{} – {}", pool.first, pool.last)).collect(),
        told: usual.map(|(name, text)| format!("{name} {text}")).chain(options).collect(),
        relays: network.relays.iter().map(ToString::to_string).collect(),
        answers: whom(network.answers),
    }
}

fn network(network: &Network) -> NetworkLine {
    let listed = [("DNS", texts(&network.dns)), ("NTP", texts(&network.ntp))];
    let router = network.router.map(|router| ("router", router.to_string()));
    let domain = network.domain.clone().map(|domain| ("domain", domain));
    let usual = router.into_iter().chain(domain).chain(listed).filter(|(_, text)| !text.is_empty());
    let options = network.options.iter().map(|option| format!("option {}: {}", option.code, option.value.text()));
    NetworkLine {
        name: network.id.clone(),
        subnet: network.subnet.to_string(),
        pools: network.pools.iter().map(|pool| format!("{} – {}", pool.first, pool.last)).collect(),
        told: usual.map(|(name, text)| format!("{name} {text}")).chain(options).collect(),
        relays: network.relays.iter().map(|relay| relay.to_string()).collect(),
        answers: whom(network.answers),
    }
}

fn zones(program: &Documented<'_>) -> Vec<Zone> {
    let plan = program.served.plan();
    let records = records(plan);
    let zone = |zone: &crate::plan::Zone| {
        let apex = zone.name.to_ascii_lowercase();
        let own = |name: &str| {
            let host = name.split(' ').next().unwrap_or_default();
            // Of two zones, one within the other, the nearer has it.
            let within = |apex: &str| host == apex || host.ends_with(&format!(".{apex}"));
            let nearest = plan.zones.iter().map(|zone| zone.name.to_ascii_lowercase()).filter(|apex| within(apex));
            nearest.max_by_key(String::len).as_deref() == Some(apex.as_str())
        };
        let all = records.iter().filter(|(name, _)| own(name));
        let all = all.map(|(name, texts)| (name.clone(), texts.iter().cloned().collect())).collect();
        Zone { name: zone.name.clone(), records: all }
    };
    plan.zones.iter().map(zone).collect()
}
