//! Findings as one types. Two go on at once: one reads the program and tells what it says of itself, which takes a moment; the
//! other makes the plan, which takes longer where there are many phones. Either tells of the newest text only.

use super::projects::{Key, Projects};
use crate::cli::project::Project;
use crate::compile::Options;
use crate::editor::{Published, View, publish};
use crate::language::Files;
use crate::pipeline::{self, Planned};
use crate::plan::Served;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use tower_lsp_server::Client;
use tower_lsp_server::ls_types::Uri;

/// All that is found in a program, and what it compiles to.
pub fn plan(files: &dyn Files, (folder, entry): &Key, before: Option<&Served>) -> Planned {
    let program = Project::at(folder.clone(), entry.clone()).name;
    pipeline::plan_after(files, entry, &Options { program, port_offset: 0 }, before)
}

/// The client, what it told, and what is to be checked.
#[derive(Clone)]
pub struct Checking {
    pub client: Client,
    pub projects: Arc<Mutex<Projects>>,
    waiting: Arc<Mutex<BTreeSet<Key>>>,
    wake: Arc<Notify>,
}

impl Checking {
    pub fn new(client: Client, projects: Arc<Mutex<Projects>>) -> Self {
        Checking { client, projects, waiting: Arc::default(), wake: Arc::default() }
    }

    /// Has programs checked as soon as what is under way is done.
    pub fn ask(&self, keys: impl IntoIterator<Item = Key>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
        self.wake.notify_one();
    }

    /// Checks what is waiting, for ever.
    pub async fn run(self) {
        loop {
            self.wake.notified().await;
            loop {
                let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_first();
                let Some(key) = next else { break };
                self.check(&key).await;
            }
        }
    }

    async fn check(&self, key: &Key) {
        let (revision, view, files, before) = {
            let mut projects = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
            (projects.revision, projects.view(key), projects.files(key), projects.planned(key))
        };
        let of = key.clone();
        let planning =
            tokio::task::spawn_blocking(move || plan(&files, &of, before.as_deref().and_then(Planned::served)));
        // A program that cannot be judged to its end is no reason to end.
        if let Ok(planned) = planning.await {
            self.tell(key, revision, &view, &Arc::new(planned)).await;
        }
    }

    /// Tells the client, unless there is a newer text: that is checked next.
    async fn tell(&self, key: &Key, revision: u64, view: &View, planned: &Arc<Planned>) {
        let told: Vec<(Uri, Vec<_>, Option<i32>)> = {
            let mut projects = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
            if projects.revision != revision {
                return;
            }
            projects.keep(key, revision, planned.clone());
            let uri = |path: &str| projects.uri(key, path);
            let published = publish(planned.findings(), planned.sources(), view, &uri);
            let before = projects.shown.insert(key.clone(), published.clone()).unwrap_or_default();
            // A file that is of the program no more keeps nothing.
            let gone: Published = before
                .into_keys()
                .filter(|path| !published.contains_key(path))
                .map(|path| (path, Vec::new()))
                .collect();
            let all = published.into_iter().chain(gone);
            all.filter_map(|(path, found)| Some((projects.uri(key, &path)?, found, projects.version(key, &path))))
                .collect()
        };
        for (uri, found, version) in told {
            self.client.publish_diagnostics(uri, found, version).await;
        }
    }
}
