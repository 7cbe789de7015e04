//! The plan's zones, and what stands in them for a name and a type.

use crate::plan::{Plan, Zone, ZoneRecord};
use hickory_server::proto::ProtoError;
use hickory_server::proto::op::ResponseCode;
use hickory_server::proto::rr::rdata::{A, AAAA, CNAME, NAPTR, NS, SOA, SRV, TXT};
use hickory_server::proto::rr::{LowerName, Name, RData, Record, RecordType};
use std::collections::HashMap;

/// How long "there is no such name" may be remembered, in seconds: short, since a lab changes often.
const NEGATIVE: u32 = 60;
/// So many zones are looked at one after the other.
const FEW: usize = 4;
/// How many aliases are followed.
const MOST_ALIASES: usize = 8;

#[derive(Debug, Default)]
pub struct Zones {
    zones: HashMap<LowerName, Data>,
}

#[derive(Debug)]
struct Data {
    apex: LowerName,
    /// What says that something is not there, for as long as that may be remembered (RFC 2308 §3).
    denial: Record,
    /// The records of each name; a name above one that has records exists too, with none (RFC 8020).
    names: HashMap<LowerName, Vec<Record>>,
    /// Whether some name below the apex is somebody else's.
    gives_away: bool,
}

/// An answer, borrowed from the zones.
#[derive(Debug)]
pub struct Answer<'a> {
    pub code: ResponseCode,
    /// What another name server would have to be asked for: an alias that leads out of our zones, or a name below one that
    /// is somebody else's.
    pub elsewhere: Option<LowerName>,
    pub authoritative: bool,
    pub answers: Vec<&'a Record>,
    pub authorities: Vec<&'a Record>,
    pub additionals: Vec<&'a Record>,
}

impl Answer<'_> {
    pub fn error(code: ResponseCode) -> Self {
        let (answers, authorities, additionals) = (vec![], vec![], vec![]);
        Answer { code, elsewhere: None, authoritative: false, answers, authorities, additionals }
    }
}

impl Zones {
    /// `serial` rises with every reload. A zone or record whose name is none is left out and told as text.
    pub fn new(plan: &Plan, serial: u32) -> (Self, Vec<String>) {
        let mut zones = Zones::default();
        let mut refused = Vec::new();
        for zone in &plan.zones {
            match Data::new(zone, serial, &mut refused) {
                Ok((apex, data)) => {
                    zones.zones.insert(apex, data);
                }
                Err(error) => refused.push(format!("zone `{}`: {error}", zone.name)),
            }
        }
        (zones, refused)
    }

    pub fn answer(&self, name: &LowerName, kind: RecordType) -> Answer<'_> {
        let Some(zone) = self.zone(name) else { return Answer::error(ResponseCode::Refused) };
        let mut answer = Answer { authoritative: true, ..Answer::error(ResponseCode::NoError) };
        let (mut zone, mut name) = (zone, name.clone());
        for _ in 0..=MOST_ALIASES {
            if let Some(servers) = zone.given_away(&name) {
                // It is not our word to give (RFC 1034 §4.3.2, 3b), unless an alias of ours led here.
                answer.authoritative = !answer.answers.is_empty();
                answer.authorities.extend(servers);
                answer.elsewhere = Some(name);
                self.add_addresses(&mut answer);
                return answer;
            }
            let Some(records) = zone.names.get(&name) else {
                answer.code = ResponseCode::NXDomain;
                answer.authorities.push(&zone.denial);
                return answer;
            };
            let fits = |record: &&Record| kind == RecordType::ANY || record.record_type() == kind;
            let before = answer.answers.len();
            answer.answers.extend(records.iter().filter(fits));
            if answer.answers.len() > before {
                break;
            }
            let alias = records.iter().find_map(|record| match &record.data {
                RData::CNAME(target) => Some((record, LowerName::new(&target.0))),
                _ => None,
            });
            let Some((record, target)) = alias else {
                answer.authorities.push(&zone.denial);
                return answer;
            };
            answer.answers.push(record);
            // An alias that leads elsewhere is for the resolver to follow.
            let Some(next) = self.zone(&target) else {
                answer.elsewhere = Some(target);
                break;
            };
            (zone, name) = (next, target);
        }
        self.add_addresses(&mut answer);
        answer
    }

    /// The addresses of everything that the answers point to, every target of an SRV set included: a phone in a lab
    /// may have no resolver that would ask again.
    fn add_addresses<'a>(&'a self, answer: &mut Answer<'a>) {
        let mut told: Vec<LowerName> = Vec::new();
        for record in answer.answers.iter().chain(&answer.authorities) {
            let target = match &record.data {
                RData::SRV(srv) => LowerName::new(&srv.target),
                RData::NS(ns) => LowerName::new(&ns.0),
                _ => continue,
            };
            if told.contains(&target) {
                continue;
            }
            let records = self.zone(&target).and_then(|zone| zone.names.get(&target)).into_iter().flatten();
            let is_address = |record: &&Record| matches!(record.record_type(), RecordType::A | RecordType::AAAA);
            answer.additionals.extend(records.filter(is_address));
            told.push(target);
        }
    }

    /// The zone that a name is in: the longest that fits.
    fn zone(&self, name: &LowerName) -> Option<&Data> {
        // Most programs have one or two; then no names are cut.
        if self.zones.len() <= FEW {
            let fitting = self.zones.values().filter(|zone| zone.apex.zone_of(name));
            return fitting.max_by_key(|zone| zone.apex.num_labels());
        }
        let mut apex = name.clone();
        loop {
            if let Some(zone) = self.zones.get(&apex) {
                return Some(zone);
            }
            if apex.is_root() {
                return None;
            }
            apex = apex.base_name();
        }
    }
}

impl Data {
    fn new(zone: &Zone, serial: u32, refused: &mut Vec<String>) -> Result<(LowerName, Data), ProtoError> {
        let apex = absolute(&zone.name)?;
        let server = absolute(&zone.name_server)?;
        let contact = Name::from_ascii("hostmaster")?.append_domain(&apex)?;
        let soa = SOA::new(server.clone(), contact, serial, 3600, 600, 604_800, NEGATIVE);
        let soa = Record::from_rdata(apex.clone(), zone.ttl, RData::SOA(soa));
        let key = LowerName::new(&apex);
        let mut denial = soa.clone();
        denial.ttl = zone.ttl.min(NEGATIVE);
        let mut data = Data { apex: key.clone(), denial, names: HashMap::new(), gives_away: false };
        data.add(&key, soa);
        data.add(&key, Record::from_rdata(apex.clone(), zone.ttl, RData::NS(NS(server))));
        for record in &zone.records {
            match read(record, &apex) {
                // Another zone's name is not ours to speak about (RFC 2181 §5.4.1), and would never be found here.
                Ok((name, _)) if !apex.zone_of(&name) => {
                    refused.push(format!("zone `{}`, {record:?}: `{name}` is outside of the zone", zone.name));
                }
                Ok((name, value)) => {
                    data.gives_away |= name != apex && matches!(value, RData::NS(_));
                    data.add(&key, Record::from_rdata(name, zone.ttl, value));
                }
                Err(error) => refused.push(format!("zone `{}`, {record:?}: {error}", zone.name)),
            }
        }
        Ok((key, data))
    }

    /// The name servers of a name that a record gives to others: its own, or those of a name above it.
    fn given_away<'a>(&'a self, name: &LowerName) -> Option<impl Iterator<Item = &'a Record> + use<'a>> {
        if !self.gives_away {
            return None;
        }
        let is_server = |record: &&Record| record.record_type() == RecordType::NS;
        let (mut at, mut found) = (name.clone(), None);
        while at != self.apex && !at.is_root() {
            // The one nearest to the apex counts.
            found = self.names.get(&at).filter(|records| records.iter().any(|record| is_server(&record))).or(found);
            at = at.base_name();
        }
        found.map(|records| records.iter().filter(is_server))
    }

    fn add(&mut self, apex: &LowerName, record: Record) {
        let name = LowerName::new(&record.name);
        let mut above = name.clone();
        while above != *apex && !above.is_root() {
            above = above.base_name();
            self.names.entry(above.clone()).or_default();
        }
        self.names.entry(name).or_default().push(record);
    }
}

fn read(record: &ZoneRecord, apex: &Name) -> Result<(Name, RData), ProtoError> {
    Ok(match record {
        ZoneRecord::A { name, address } => (relative(name, apex)?, RData::A(A(*address))),
        ZoneRecord::Aaaa { name, address } => (relative(name, apex)?, RData::AAAA(AAAA(*address))),
        ZoneRecord::Cname { name, target } => (relative(name, apex)?, RData::CNAME(CNAME(relative(target, apex)?))),
        ZoneRecord::Ns { name, target } => (relative(name, apex)?, RData::NS(NS(relative(target, apex)?))),
        ZoneRecord::Txt { name, texts } => (relative(name, apex)?, RData::TXT(TXT::new(texts.clone()))),
        ZoneRecord::Naptr(naptr) => {
            let string = |text: &String| text.as_bytes().to_vec().into_boxed_slice();
            let target = if naptr.replacement.is_empty() { Name::root() } else { relative(&naptr.replacement, apex)? };
            let [flags, service, pattern] = [&naptr.flags, &naptr.service, &naptr.pattern].map(string);
            let data = NAPTR::new(naptr.order, naptr.preference, flags, service, pattern, target);
            (relative(&naptr.name, apex)?, RData::NAPTR(data))
        }
        ZoneRecord::Srv(srv) => {
            let target = relative(&srv.target, apex)?;
            (relative(&srv.name, apex)?, RData::SRV(SRV::new(srv.priority, srv.weight, srv.port, target)))
        }
    })
}

/// `@` is the apex, a final dot makes a name absolute, everything else is inside the zone.
fn relative(name: &str, apex: &Name) -> Result<Name, ProtoError> {
    match name {
        "@" => Ok(apex.clone()),
        _ if name.ends_with('.') => Name::from_ascii(name),
        _ => Name::from_ascii(name)?.append_domain(apex),
    }
}

fn absolute(name: &str) -> Result<Name, ProtoError> {
    let mut name = Name::from_ascii(name)?;
    name.set_fqdn(true);
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Srv;

    fn zones() -> Zones {
        let srv = |target: &str, weight| {
            ZoneRecord::Srv(Srv {
                name: "_ciscoprov-http._tcp".into(),
                priority: 10,
                weight,
                port: 80,
                target: target.into(),
            })
        };
        let a = |name: &str, last| ZoneRecord::A { name: name.into(), address: [10, 0, 0, last].into() };
        let alias = |name: &str, target: &str| ZoneRecord::Cname { name: name.into(), target: target.into() };
        let zone =
            |name: &str, records| Zone { name: name.into(), ttl: 600, name_server: "pr1.example.com".into(), records };
        let plan = Plan {
            version: 1,
            program: String::new(),
            sources: vec![],
            servers: vec![],
            networks: vec![],
            networks6: vec![],
            models: vec![],
            fleets: vec![],
            zones: vec![
                zone(
                    "example.com",
                    vec![
                        a("@", 1),
                        a("pr1", 1),
                        a("pr2", 2),
                        srv("pr1", 60),
                        srv("pr2.example.com.", 20),
                        alias("www", "pr2"),
                        alias("loop", "loop"),
                        alias("out", "elsewhere.org."),
                        alias("gone", "missing"),
                        ZoneRecord::Ns { name: "branch".into(), target: "ns.branch".into() },
                        a("ns.branch", 9),
                        a("host.branch", 9),
                        alias("there", "host.branch"),
                        a("bad..name", 9),
                        a("host.elsewhere.org.", 9),
                        a("com.", 9),
                        a("notexample.com.", 9),
                        a(&"x".repeat(64), 9),
                        alias("long", &"y.".repeat(130)),
                    ],
                ),
                zone("sub.example.com", vec![a("x", 7)]),
            ],
        };
        let (zones, refused) = Zones::new(&plan, 7);
        assert_eq!(refused.len(), 6, "{refused:?}");
        let outside = refused.iter().filter(|refused| refused.ends_with("is outside of the zone"));
        assert_eq!(outside.count(), 3, "{refused:?}");
        zones
    }

    #[test]
    fn each_kind_of_answer() {
        use ResponseCode::{NXDomain, NoError, Refused};
        let zones = zones();
        for (name, kind, code, answers, authorities, additionals) in [
            ("example.com.", RecordType::SOA, NoError, 1, 0, 0),
            ("example.com.", RecordType::NS, NoError, 1, 0, 1),
            ("example.com.", RecordType::A, NoError, 1, 0, 0),
            ("PR1.Example.COM.", RecordType::A, NoError, 1, 0, 0),
            ("pr1.example.com.", RecordType::AAAA, NoError, 0, 1, 0),
            ("_ciscoprov-http._tcp.example.com.", RecordType::SRV, NoError, 2, 0, 2),
            ("_ciscoprov-https._tls.example.com.", RecordType::SRV, NXDomain, 0, 1, 0),
            ("_tcp.example.com.", RecordType::SRV, NoError, 0, 1, 0),
            ("nothing.example.com.", RecordType::A, NXDomain, 0, 1, 0),
            ("www.example.com.", RecordType::A, NoError, 2, 0, 0),
            ("www.example.com.", RecordType::CNAME, NoError, 1, 0, 0),
            ("out.example.com.", RecordType::A, NoError, 1, 0, 0),
            ("gone.example.com.", RecordType::A, NXDomain, 1, 1, 0),
            ("x.sub.example.com.", RecordType::A, NoError, 1, 0, 0),
            ("pr1.sub.example.com.", RecordType::A, NXDomain, 0, 1, 0),
            ("branch.example.com.", RecordType::A, NoError, 0, 1, 1),
            ("x.y.branch.example.com.", RecordType::SRV, NoError, 0, 1, 1),
            ("there.example.com.", RecordType::A, NoError, 1, 1, 1),
            ("example.org.", RecordType::A, Refused, 0, 0, 0),
            (".", RecordType::NS, Refused, 0, 0, 0),
        ] {
            let answer = zones.answer(&LowerName::new(&Name::from_ascii(name).expect("a name")), kind);
            let counts = (answer.answers.len(), answer.authorities.len(), answer.additionals.len());
            assert_eq!((answer.code, counts), (code, (answers, authorities, additionals)), "{name} {kind}");
            let given_away = name.ends_with("branch.example.com.");
            assert_eq!(answer.authoritative, code != Refused && !given_away, "{name}");
            for denial in answer.authorities.iter().filter(|record| record.record_type() == RecordType::SOA) {
                assert_eq!(denial.ttl, NEGATIVE, "{name}: for as long as it may be remembered");
            }
        }
    }

    #[test]
    fn the_longest_zone_that_fits_is_a_names_zone_among_few_and_among_many() {
        for more in [0, 1, FEW, 50] {
            let mut zones = zones();
            for n in 0..more {
                let apex = LowerName::new(&Name::from_ascii(format!("other{n}.example.")).expect("a name"));
                let denial = Record::from_rdata(Name::root(), 1, RData::A(A::new(10, 0, 0, 1)));
                let other = Data { apex: apex.clone(), denial, names: HashMap::new(), gives_away: false };
                zones.zones.insert(apex, other);
            }
            for (name, apex) in [
                ("x.sub.example.com.", Some("sub.example.com.")),
                ("sub.example.com.", Some("sub.example.com.")),
                ("xsub.example.com.", Some("example.com.")),
                ("EXAMPLE.com.", Some("example.com.")),
                ("com.", None),
                (".", None),
                ("example.org.", None),
            ] {
                let found = zones.zone(&LowerName::new(&Name::from_ascii(name).expect("a name")));
                assert_eq!(found.map(|zone| zone.apex.to_string()).as_deref(), apex, "{name} among {more}");
            }
        }
    }

    #[test]
    fn what_others_would_have_to_be_asked_is_known() {
        let zones = zones();
        let name = |text: &str| LowerName::new(&Name::from_ascii(text).expect("a name"));
        for (asked, elsewhere) in [
            ("out.example.com.", Some("elsewhere.org.")),
            ("there.example.com.", Some("host.branch.example.com.")),
            ("a.branch.example.com.", Some("a.branch.example.com.")),
            ("www.example.com.", None),
            ("gone.example.com.", None),
            ("example.org.", None),
        ] {
            assert_eq!(zones.answer(&name(asked), RecordType::A).elsewhere, elsewhere.map(name), "{asked}");
        }
    }

    #[test]
    fn an_alias_of_itself_ends() {
        let zones = zones();
        let name = LowerName::new(&Name::from_ascii("loop.example.com.").expect("a name"));
        assert!(zones.answer(&name, RecordType::A).answers.len() <= MOST_ALIASES + 1);
    }
}
