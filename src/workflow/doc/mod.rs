//! A static site about a program: its fleets, the partitions of each, every parameter that is set, on which phones and why.
//! What is secret is named and never shown; the same program gives the same pages.

mod fleet;
mod general;
mod html;
mod index;
mod rows;
mod values;

use crate::diagnostic::{FileId, SourceMap};
use crate::plan::{Origin, Served};
use serde::Serialize;
use std::collections::HashMap;

/// A file of the site, its path relative to the site's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub path: String,
    pub text: String,
}

/// The program that the site is about.
pub struct Documented<'a> {
    served: &'a Served,
    sources: &'a SourceMap,
    files: HashMap<&'a str, FileId>,
}

/// A page that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the page {path}: {why}")]
pub struct Fault {
    path: String,
    why: String,
}

/// Where something is said, and in which words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
struct Place {
    file: String,
    line: u32,
    /// The line as it is written.
    words: Option<String>,
}

impl<'a> Documented<'a> {
    /// `sources` are what `served` was made of.
    pub fn new(served: &'a Served, sources: &'a SourceMap) -> Self {
        let files = sources.ids().map(|id| (sources.name(id), id)).collect();
        Documented { served, sources, files }
    }

    fn place(&self, origin: Origin) -> Option<Place> {
        let file = self.served.plan().sources.get(origin.source? as usize)?;
        let line = origin.line.checked_sub(1)? as usize;
        let words = self.files.get(file.as_str()).and_then(|id| self.sources.text(*id).lines().nth(line));
        // No secret is written in a program (P0406).
        let words = words.map(|words| words.trim().to_owned());
        Some(Place { file: file.clone(), line: origin.line, words })
    }
}

/// Every file of the site.
pub fn site(program: &Documented<'_>) -> Result<Vec<File>, Fault> {
    let overview = general::overview(program);
    let mut files = html::fixed();
    let mut search = index::Search::default();
    let mut parameters = index::Parameters::default();
    for (number, fleet) in program.served.plan().fleets.iter().enumerate() {
        let kinds = rows::kinds(fleet);
        let partitions = fleet::partitions(program, number, fleet, &kinds);
        let page = fleet::page(program, number, fleet, &kinds, &partitions);
        search.fleet(&page);
        files.push(html::page("fleet", format!("{}/index.html", fleet.id), &page)?);
        for profile in partitions {
            search.partition(&profile);
            parameters.add(&profile);
            files.push(html::page("partition", profile.path.clone(), &profile)?);
        }
        for model in fleet::models(program, number, fleet, &kinds) {
            search.model(&model);
            files.push(html::page("model", model.path.clone(), &model)?);
        }
    }
    search.general(&overview);
    let parameters = parameters.page(&overview.program);
    search.parameters(&parameters);
    files.push(html::page("index", "index.html".into(), &overview)?);
    files.push(html::page("parameters", "parameters.html".into(), &parameters)?);
    files.push(search.file());
    Ok(files)
}
