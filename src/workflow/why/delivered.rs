//! What a line does beside the settings in files: how the files are fetched, what DHCP tells, what DNS answers.

use super::reach::What;
use super::server::{ServerPart, speaks_of, speaks_of_part};
use super::touched::Lookup;
use crate::plan::{Fleet, Macro, Network, Piece, Server, Template, ZoneRecord};
use serde::Serialize;

/// A file, by the profile that it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FileTouched {
    pub fleet: String,
    /// The profile's name, or `bootstrap`.
    pub profile: String,
    /// The rule that fetches it; null for the bootstrap file.
    pub rule: Option<String>,
    pub scheme: Option<String>,
    pub server: String,
    /// As a rule writes it: `/phones/$MA.cfg`.
    pub path: String,
    pub gzip: bool,
    pub sealed: bool,
    pub phones: usize,
}

/// A DHCP option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OptionTouched {
    /// The fleet whose phones are told; null: every client of the network.
    pub fleet: Option<String>,
    /// The network on which it is told; null: all of the fleet's.
    pub network: Option<String>,
    /// `66`, or `v6 159`.
    pub option: String,
    pub value: String,
}

/// A DNS record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RecordTouched {
    pub zone: String,
    pub record: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivered {
    pub files: Vec<FileTouched>,
    pub dhcp: Vec<OptionTouched>,
    pub records: Vec<RecordTouched>,
    /// Fleets all of whose phones are touched, by number.
    pub fleets: Vec<usize>,
}

impl Delivered {
    /// Adds what one touch does.
    pub fn add(&mut self, lookup: &Lookup<'_>, what: &What) {
        let plan = lookup.asked.served.plan();
        let concerned = || plan.fleets.iter().enumerate().filter(|(_, fleet)| lookup.concerns(fleet));
        match what {
            What::File(profile) => {
                for (number, fleet) in concerned() {
                    let files = fleet.profiles.iter().filter(|one| one.id == *profile);
                    let files: Vec<FileTouched> = files
                        .map(|one| FileTouched {
                            fleet: fleet.id.clone(),
                            profile: one.id.clone(),
                            rule: Some(one.parameter.clone()),
                            scheme: Some(one.scheme.name().to_owned()),
                            server: plan.servers.get(one.server).map(|server| server.id.clone()).unwrap_or_default(),
                            path: written(&one.path),
                            gzip: one.gzip,
                            sealed: one.seal.is_some(),
                            phones: self.count(lookup, fleet),
                        })
                        .collect();
                    if !files.is_empty() {
                        self.whole(number);
                    }
                    self.files.extend(files.into_iter().filter(|file| !self.files.contains(file)).collect::<Vec<_>>());
                }
            }
            What::Rule(profile) => {
                for (number, fleet) in concerned() {
                    if fleet.profiles.iter().any(|one| one.id == *profile) {
                        self.whole(number);
                    }
                }
            }
            What::Phones(name) => {
                for (number, _) in concerned().filter(|(_, fleet)| fleet.id == *name) {
                    self.whole(number);
                }
            }
            What::Arrival(name) => {
                for (number, fleet) in concerned().filter(|(_, fleet)| fleet.id == *name) {
                    self.whole(number);
                    self.arrival(lookup, fleet, &|_| true);
                    self.bootstrap_file(lookup, fleet);
                }
            }
            What::Server { name, part } => {
                let Some(server) = plan.servers.iter().find(|server| server.id == *name) else { return };
                for (number, fleet) in concerned() {
                    let before = self.dhcp.len();
                    self.arrival(lookup, fleet, &|text| leads_to(text, server, part));
                    if self.dhcp.len() > before {
                        self.whole(number);
                    }
                }
                // A fleet's server has no say in whom a network's clients ask for names.
                if lookup.limits.fleet.is_none() {
                    self.name_servers(lookup, server, part);
                }
                if matches!(part, ServerPart::Whole | ServerPart::Address) {
                    self.records_of(lookup, server);
                }
            }
            What::Network { name, word } => self.network(lookup, name, word.as_deref()),
            What::Zone { name, record } => {
                for zone in plan.zones.iter().filter(|zone| zone.name == *name) {
                    let records = zone.records.iter().enumerate();
                    let records = records.filter(|(number, _)| record.is_none_or(|wanted| wanted == *number));
                    self.records
                        .extend(records.map(|(_, one)| RecordTouched { zone: name.clone(), record: text(one) }));
                }
            }
            What::Macros(macros) => {
                let has = |path: &Template| {
                    path.pieces().iter().any(|piece| matches!(piece, Piece::Macro(one) if macros.contains(one)))
                };
                let named: Vec<String> = concerned()
                    .flat_map(|(_, fleet)| &fleet.profiles)
                    .filter(|one| has(&one.path))
                    .map(|one| one.id.clone())
                    .collect();
                named.into_iter().for_each(|profile| self.add(lookup, &What::File(profile)));
                for (_, fleet) in concerned() {
                    let first = fleet.bootstrap.as_ref().and_then(|bootstrap| bootstrap.paths.first());
                    if first.is_some_and(has) {
                        self.bootstrap_file(lookup, fleet);
                    }
                }
            }
            What::Settings(_) => {}
        }
    }

    fn whole(&mut self, fleet: usize) {
        if !self.fleets.contains(&fleet) {
            self.fleets.push(fleet);
        }
    }

    fn count(&self, lookup: &Lookup<'_>, fleet: &Fleet) -> usize {
        if lookup.limits.phone.is_some() { 1 } else { fleet.phones.len() }
    }

    /// The options that lead a fleet's phones here, as far as their values are wanted.
    fn arrival(&mut self, lookup: &Lookup<'_>, fleet: &Fleet, wanted: &dyn Fn(&str) -> bool) {
        let Some(bootstrap) = &fleet.bootstrap else { return };
        let plan = lookup.asked.served.plan();
        let mut add = |option: String, value: String, networks: Vec<&str>| {
            if wanted(&value) {
                let network = Some(networks.join(", ")).filter(|names| !names.is_empty());
                let option = OptionTouched { fleet: Some(fleet.id.clone()), network, option, value };
                if !self.dhcp.contains(&option) {
                    self.dhcp.push(option);
                }
            }
        };
        let v4 =
            || fleet.networks.iter().filter_map(|one| plan.networks.get(*one)).map(|one| one.id.as_str()).collect();
        let v6 =
            || fleet.networks6.iter().filter_map(|one| plan.networks6.get(*one)).map(|one| one.id.as_str()).collect();
        for option in &bootstrap.options {
            add(option.code.to_string(), option.value.text(), v4());
        }
        for option in &bootstrap.options6 {
            add(format!("v6 {}", option.code), option.value.text(), v6());
        }
    }

    fn bootstrap_file(&mut self, lookup: &Lookup<'_>, fleet: &Fleet) {
        let Some(path) = fleet.bootstrap.as_ref().and_then(|bootstrap| bootstrap.paths.first()) else { return };
        let server = lookup.asked.served.plan().servers.get(fleet.server);
        self.files.push(FileTouched {
            fleet: fleet.id.clone(),
            profile: "bootstrap".into(),
            rule: None,
            scheme: None,
            server: server.map(|server| server.id.clone()).unwrap_or_default(),
            path: written(path),
            gzip: false,
            sealed: false,
            phones: self.count(lookup, fleet),
        });
    }

    /// Networks on which a server that answers names is told as the one to ask (option 6).
    fn name_servers(&mut self, lookup: &Lookup<'_>, server: &Server, part: &ServerPart) {
        let told = match part {
            ServerPart::Whole | ServerPart::Address => server.services.dns.is_some(),
            ServerPart::Name => false,
            ServerPart::Service(service) => service == "dns",
        };
        let plan = lookup.asked.served.plan();
        // What a network names by hand is its own word.
        let asks = |network: &Network| network.dns.is_empty() && plan.servers.get(network.server) == Some(server);
        for network in plan.networks.iter().filter(|network| told && asks(network)) {
            self.network(lookup, &network.id, Some("dns"));
        }
    }

    /// Records that have one of the server's addresses.
    fn records_of(&mut self, lookup: &Lookup<'_>, server: &Server) {
        for zone in &lookup.asked.served.plan().zones {
            let ours = |record: &&ZoneRecord| match record {
                ZoneRecord::A { address, .. } => server.addresses.contains(&(*address).into()),
                ZoneRecord::Aaaa { address, .. } => server.addresses.contains(&(*address).into()),
                _ => false,
            };
            let records = zone.records.iter().filter(ours);
            self.records.extend(records.map(|one| RecordTouched { zone: zone.name.clone(), record: text(one) }));
        }
    }

    fn network(&mut self, lookup: &Lookup<'_>, name: &str, word: Option<&str>) {
        let plan = lookup.asked.served.plan();
        let concerned = || plan.fleets.iter().enumerate().filter(|(_, fleet)| lookup.concerns(fleet));
        let by_hand =
            word.and_then(|word| word.strip_prefix("option ")).and_then(|number| number.trim().parse::<u16>().ok());
        if let Some((number, network)) = plan.networks.iter().enumerate().find(|(_, one)| one.id == name) {
            for (fleet, _) in concerned().filter(|(_, fleet)| fleet.networks.contains(&number)) {
                self.whole(fleet);
            }
            let mut options: Vec<(u16, String)> = match word {
                Some("class") => Vec::new(),
                _ => plan
                    .dhcp_answer(number, None, None)
                    .into_iter()
                    .map(|(code, value)| (u16::from(code), value.text()))
                    .filter(|(code, _)| word.is_none_or(|word| tells(word) == Some(*code) || by_hand == Some(*code)))
                    .collect(),
            };
            let classes = network.classes.iter().flat_map(|class| &class.options);
            let classes = classes.map(|option| (u16::from(option.code), option.value.text()));
            options.extend(classes.filter(|(code, _)| matches!(word, None | Some("class")) || by_hand == Some(*code)));
            options.dedup();
            self.dhcp.extend(options.into_iter().map(|(code, value)| OptionTouched {
                fleet: None,
                network: Some(name.to_owned()),
                option: code.to_string(),
                value,
            }));
        }
        if let Some((number, _)) = plan.networks6.iter().enumerate().find(|(_, one)| one.id == name) {
            for (fleet, _) in concerned().filter(|(_, fleet)| fleet.networks6.contains(&number)) {
                self.whole(fleet);
            }
            let options = plan.dhcp_answer6(number, None, None).into_iter();
            let options = options
                .filter(|(code, _)| word.is_none_or(|word| tells6(word) == Some(*code) || by_hand == Some(*code)));
            self.dhcp.extend(options.map(|(code, value)| OptionTouched {
                fleet: None,
                network: Some(name.to_owned()),
                option: format!("v6 {code}"),
                value: value.text(),
            }));
        }
    }
}

/// The option that a setting of a network fills (RFC 2132).
fn tells(word: &str) -> Option<u16> {
    Some(match word {
        "subnet" => 1,
        "router" => 3,
        "dns" => 6,
        "domain" => 15,
        "ntp" => 42,
        "lease" => 51,
        _ => return None,
    })
}

/// The same for DHCPv6 (RFC 3646, RFC 5908).
fn tells6(word: &str) -> Option<u16> {
    Some(match word {
        "dns" => 23,
        "domain" => 24,
        "ntp" => 56,
        _ => return None,
    })
}

/// Whether an option's value leads to a server, by one of its services.
fn leads_to(text: &str, server: &Server, part: &ServerPart) -> bool {
    let ServerPart::Service(service) = part else { return speaks_of_part(text, server, part) };
    speaks_of(text, server)
        && match service.as_str() {
            // A bare address is TFTP's (PB §5).
            "tftp" => text.starts_with("tftp://") || !text.contains("://"),
            scheme @ ("http" | "https") => text.starts_with(&format!("{scheme}://")),
            _ => false,
        }
}

/// A path as one writes it.
fn written(path: &Template) -> String {
    path.pieces().iter().fold(String::new(), |text, piece| match piece {
        Piece::Text(more) => text + more,
        Piece::Macro(name) => text + dollar(*name).as_str(),
        _ => text + "{…}",
    })
}

fn dollar(name: Macro) -> String {
    format!("${}", name.name())
}

/// A record as a zone file has it.
fn text(record: &ZoneRecord) -> String {
    match record {
        ZoneRecord::A { name, address } => format!("{name} A {address}"),
        ZoneRecord::Aaaa { name, address } => format!("{name} AAAA {address}"),
        ZoneRecord::Cname { name, target } => format!("{name} CNAME {target}"),
        ZoneRecord::Ns { name, target } => format!("{name} NS {target}"),
        ZoneRecord::Txt { name, texts } => format!("{name} TXT \"{}\"", texts.join("\" \"")),
        ZoneRecord::Srv(srv) => {
            format!("{} SRV {} {} {} {}", srv.name, srv.priority, srv.weight, srv.port, srv.target)
        }
        ZoneRecord::Naptr(one) => format!(
            "{} NAPTR {} {} \"{}\" \"{}\" \"{}\" {}",
            one.name,
            one.order,
            one.preference,
            one.flags,
            one.service,
            one.pattern,
            if one.replacement.is_empty() { "." } else { &one.replacement }
        ),
    }
}
