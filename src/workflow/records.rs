//! The records of a plan's zones, by the names that clients ask for.

use crate::plan::{Plan, ZoneRecord};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan's zones say, by name and type (`prov.lab.example A`); `lab.example zone` is how long it all lives.
pub(super) fn records(plan: &Plan) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for zone in &plan.zones {
        let apex = zone.name.to_ascii_lowercase();
        let full = |name: &str| match name {
            "@" | "" => apex.clone(),
            name if name.ends_with('.') => name.trim_end_matches('.').to_ascii_lowercase(),
            name => format!("{}.{apex}", name.to_ascii_lowercase()),
        };
        all.entry(format!("{apex} zone")).or_default().insert(format!("ttl {}", zone.ttl));
        for record in &zone.records {
            let (name, kind, text) = match record {
                ZoneRecord::A { name, address } => (name, "A", address.to_string()),
                ZoneRecord::Aaaa { name, address } => (name, "AAAA", address.to_string()),
                ZoneRecord::Cname { name, target } => (name, "CNAME", full(target)),
                ZoneRecord::Ns { name, target } => (name, "NS", full(target)),
                ZoneRecord::Txt { name, texts } => (name, "TXT", texts.join(" ")),
                ZoneRecord::Srv(srv) => {
                    let text = format!("{} {} {} {}", srv.priority, srv.weight, srv.port, full(&srv.target));
                    (&srv.name, "SRV", text)
                }
                ZoneRecord::Naptr(one) => {
                    let text = format!(
                        "{} {} {} {} {} {}",
                        one.order, one.preference, one.flags, one.service, one.pattern, one.replacement
                    );
                    (&one.name, "NAPTR", text)
                }
            };
            all.entry(format!("{} {kind}", full(name))).or_default().insert(text);
        }
    }
    all
}
