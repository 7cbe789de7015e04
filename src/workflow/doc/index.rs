//! What is found: the list of all parameters that are set, and the words that the search goes through.

use super::File;
use super::fleet::{FleetPage, ModelPage, PartitionPage};
use super::general::Overview;
use serde::Serialize;
use std::collections::BTreeMap;

/// Every parameter that some partition sets.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    all: BTreeMap<String, Parameter>,
}

#[derive(Debug, Serialize)]
pub(super) struct Parameter {
    element: String,
    parameter: String,
    about: String,
    takes: String,
    set: Vec<Set>,
}

/// A partition that sets it.
#[derive(Debug, Serialize)]
struct Set {
    fleet: String,
    partition: String,
    href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ParametersPage {
    root: &'static str,
    title: &'static str,
    program: String,
    pub parameters: Vec<Parameter>,
}

impl Parameters {
    pub fn add(&mut self, page: &PartitionPage) {
        for row in &page.rows {
            let parameter = self.all.entry(row.element.clone()).or_insert_with(|| Parameter {
                element: row.element.clone(),
                parameter: row.parameter.clone(),
                about: row.about.clone(),
                takes: row.takes.clone(),
                set: Vec::new(),
            });
            parameter.set.push(Set {
                fleet: page.fleet.clone(),
                partition: page.partition.name.clone(),
                href: format!("{}#{}", page.path, row.element),
            });
        }
    }

    pub fn page(self, program: &str) -> ParametersPage {
        let parameters = self.all.into_values().collect();
        ParametersPage { root: "", title: "Parameters", program: program.to_owned(), parameters }
    }
}

/// The entries of the search, in the order in which they are shown.
#[derive(Debug, Default)]
pub(super) struct Search {
    entries: Vec<Entry>,
}

/// Short names: there are many.
#[derive(Debug, Serialize)]
struct Entry {
    /// What it is called.
    n: String,
    /// What it is.
    k: &'static str,
    h: String,
    /// More words that find it.
    #[serde(skip_serializing_if = "String::is_empty")]
    t: String,
}

impl Search {
    fn add(&mut self, name: &str, kind: &'static str, href: String, words: impl Into<String>) {
        self.entries.push(Entry { n: name.to_owned(), k: kind, h: href, t: words.into() });
    }

    pub fn fleet(&mut self, page: &FleetPage) {
        self.add(&page.fleet, "fleet", format!("{}/index.html", page.fleet), "");
        for phone in &page.listed {
            let href = format!("{}/{}", page.fleet, phone.href);
            let bare = phone.mac.replace(':', "");
            self.add(&phone.mac, "phone", href, format!("{bare} {} {}", phone.label, phone.model));
        }
    }

    pub fn partition(&mut self, page: &PartitionPage) {
        self.add(&page.partition.name, "partition", page.path.clone(), page.fleet.clone());
    }

    pub fn model(&mut self, page: &ModelPage) {
        self.add(&page.model, "model", page.path.clone(), page.fleet.clone());
    }

    pub fn general(&mut self, overview: &Overview) {
        for server in &overview.servers {
            let words = format!("{} {}", server.host.as_deref().unwrap_or_default(), server.addresses.join(" "));
            self.add(&server.name, "server", format!("index.html#server-{}", server.name), words);
        }
        for network in &overview.networks {
            let href = format!("index.html#network-{}", network.name);
            self.add(&network.name, "network", href, network.subnet.clone());
        }
    }

    pub fn parameters(&mut self, page: &ParametersPage) {
        for one in &page.parameters {
            let href = format!("parameters.html#{}", one.element);
            self.add(&one.parameter, "parameter", href, format!("{} {}", one.element, one.about));
        }
    }

    /// A script, since a page that is read from a disk may not fetch data.
    pub fn file(&self) -> File {
        let entries = serde_json::to_string(&self.entries).unwrap_or_default();
        File { path: "entries.js".into(), text: format!("window.ENTRIES = {entries};\n") }
    }
}
