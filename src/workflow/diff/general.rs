//! What changes for nobody in particular: records of zones, and how servers and networks work.

use super::{Change, Group, What};
use crate::plan::{Plan, Server};
use crate::workflow::records::records;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A name and a type: `prov.lab.example A`.
pub(super) type Record = String;

/// The records that are other ones than before.
pub(super) struct Records {
    changed: BTreeMap<Record, (Option<String>, Option<String>)>,
}

impl Records {
    pub fn of(before: &Plan, after: &Plan) -> Self {
        let (was, now) = (records(before), records(after));
        let names: BTreeSet<&Record> = was.keys().chain(now.keys()).collect();
        let told = |all: &BTreeMap<Record, BTreeSet<String>>, name: &str| {
            all.get(name).map(|texts| texts.iter().cloned().collect::<Vec<_>>().join("; "))
        };
        let changed = names.into_iter().map(|name| (name.clone(), (told(&was, name), told(&now, name))));
        Records { changed: changed.filter(|(_, (before, after))| before != after).collect() }
    }

    /// Those that say where a host is.
    pub fn of_host(&self, host: &str) -> Vec<Change> {
        let host = host.to_ascii_lowercase();
        let names = ["A", "AAAA", "CNAME"].map(|kind| format!("{host} {kind}"));
        names.iter().filter_map(|name| self.change(name)).collect()
    }

    fn change(&self, name: &str) -> Option<Change> {
        let (before, after) = self.changed.get(name)?.clone();
        Some(Change { what: What::Dns, name: name.to_owned(), before, after, secret: false, such_as: None })
    }
}

/// All of it as one group without phones; nothing: nothing is another.
pub(super) fn group(before: &Plan, after: &Plan, records: &Records, told: &BTreeSet<Record>) -> Option<Group> {
    let mut changes: Vec<Change> =
        records.changed.keys().filter(|name| !told.contains(*name)).filter_map(|name| records.change(name)).collect();
    let servers = |plan: &Plan| plan.servers.iter().map(|one| (format!("server {}", one.id), of_server(one))).collect();
    fields(&servers(before), &servers(after), &mut changes);
    let networks = |plan: &Plan| {
        let fourth = plan.networks.iter().map(|one| (&one.id, of_network(one, one.server, one.unknown_as, plan)));
        let sixth = plan.networks6.iter().map(|one| (&one.id, of_network(one, one.server, one.unknown_as, plan)));
        fourth.chain(sixth).map(|(id, fields)| (format!("network {id}"), fields)).collect()
    };
    fields(&networks(before), &networks(after), &mut changes);
    let (phones, fleets, models) = (Vec::new(), Vec::new(), BTreeMap::new());
    (!changes.is_empty()).then_some(Group { phones, count: 0, fleets, models, changes, reboots: false, whole: false })
}

type Things = BTreeMap<String, Map<String, Value>>;

/// Things by name, field by field.
fn fields(before: &Things, after: &Things, changes: &mut Vec<Change>) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let mut push = |name: String, before: Option<String>, after: Option<String>| {
            // What is another and reads the same is a password.
            let secret = before == after;
            changes.push(Change { what: What::Service, name, before, after, secret, such_as: None });
        };
        match (before.get(name), after.get(name)) {
            (Some(was), Some(now)) => {
                let keys: BTreeSet<&String> = was.keys().chain(now.keys()).collect();
                for key in keys {
                    if was.get(key) != now.get(key) {
                        push(format!("{name} {key}"), was.get(key).map(told), now.get(key).map(told));
                    }
                }
            }
            (was, _) => {
                let there = || Some("there".to_owned());
                push(name.clone(), was.and_then(|_| there()), if was.is_some() { None } else { there() });
            }
        }
    }
}

/// What a field holds, in few signs.
fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match name.as_str() {
                "password" => format!("{name} •••"),
                _ => format!("{name} {}", told(value)),
            };
            fields.iter().map(field).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

fn of_server(server: &Server) -> Map<String, Value> {
    let mut fields = object(server);
    fields.remove("id");
    fields
}

/// What no answer to a phone holds, of either family.
fn of_network(
    network: &impl serde::Serialize,
    server: usize,
    unknown_as: Option<usize>,
    plan: &Plan,
) -> Map<String, Value> {
    let mut fields = object(network);
    // Phones are told the rest, and what is kept for each is looked at there.
    let kept = ["subnet", "pools", "relays", "answers", "classes", "busy"];
    fields.retain(|name, _| kept.contains(&name.as_str()));
    let server = plan.servers.get(server).map(|server| server.id.clone());
    fields.extend(server.map(|server| ("server".to_owned(), Value::String(server))));
    let unknown = unknown_as.and_then(|fleet| plan.fleets.get(fleet));
    fields.extend(unknown.map(|fleet| ("unknown_as".to_owned(), Value::String(fleet.id.clone()))));
    fields
}

/// As JSON, without where it is said in the program.
fn object(thing: &impl serde::Serialize) -> Map<String, Value> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(thing) else { return Map::new() };
    fields.values_mut().for_each(without_origins);
    fields
}

fn without_origins(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("origin");
            fields.values_mut().for_each(without_origins);
        }
        Value::Array(all) => all.iter_mut().for_each(without_origins),
        _ => {}
    }
}
