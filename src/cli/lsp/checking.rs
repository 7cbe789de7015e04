//! Findings as one types. Few phones show what is wrong with a program's own text, and that is told at once; all of them are
//! looked at beside that, as soon as the writer pauses. Either tells of the newest text only.

use super::projects::{Key, Projects};
use crate::cli::project::Project;
use crate::compile::Options;
use crate::editor::{Found, Published, Sampled, View, publish, publish_quick};
use crate::language::Files;
use crate::pipeline::{self, Planned};
use crate::plan::Served;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tower_lsp_server::Client;
use tower_lsp_server::ls_types::Uri;

/// All phones are looked at when nothing was typed for so long.
const PAUSE: Duration = Duration::from_millis(150);

/// All that is found in a program, and what it compiles to.
pub fn plan(files: &dyn Files, (folder, entry): &Key, before: Option<&Served>) -> Planned {
    let program = Project::at(folder.clone(), entry.clone()).name;
    pipeline::plan_after(files, entry, &Options { program, port_offset: 0 }, before)
}

/// The client, what it told, and what is to be checked.
#[derive(Clone)]
pub struct Checking {
    pub client: Client,
    projects: Arc<Mutex<Projects>>,
    quick: Waiting,
    whole: Waiting,
}

/// Programs that wait to be checked.
#[derive(Clone, Default)]
struct Waiting {
    keys: Arc<Mutex<BTreeSet<Key>>>,
    wake: Arc<Notify>,
}

impl Waiting {
    fn add(&self, keys: impl IntoIterator<Item = Key>) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
        self.wake.notify_one();
    }

    async fn next(&self) -> Key {
        loop {
            if let Some(key) = self.keys.lock().unwrap_or_else(PoisonError::into_inner).pop_first() {
                return key;
            }
            self.wake.notified().await;
        }
    }
}

impl Checking {
    pub fn new(client: Client, projects: Arc<Mutex<Projects>>) -> Self {
        Checking { client, projects, quick: Waiting::default(), whole: Waiting::default() }
    }

    /// Has programs checked as soon as what is under way is done.
    pub fn ask(&self, keys: impl IntoIterator<Item = Key>) {
        self.quick.add(keys);
    }

    fn projects(&self) -> MutexGuard<'_, Projects> {
        self.projects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks what is waiting, for ever.
    pub async fn run(self) {
        let whole = self.clone();
        tokio::spawn(async move {
            loop {
                let key = whole.whole.next().await;
                whole.check(&key).await;
            }
        });
        loop {
            let key = self.quick.next().await;
            self.check_few(&key).await;
        }
    }

    /// Looks at few phones. Where there are no more, that is all.
    async fn check_few(&self, key: &Key) {
        let (revision, files) = {
            let projects = self.projects();
            (projects.revision, projects.files(key))
        };
        let of = key.clone();
        let planning = tokio::task::spawn_blocking(move || {
            let sampled = Sampled::new(&files);
            let planned = plan(&sampled, &of, None);
            (planned, sampled.is_cut())
        });
        // Read beside that, as the editor has it: of a newer text nothing is told here.
        let view = self.projects().view(key);
        // A program that cannot be judged to its end is no reason to end.
        let Ok((planned, cut)) = planning.await else { return };
        if cut {
            self.tell(key, revision, &view, Told::Few(&planned)).await;
            self.whole.add([key.clone()]);
        } else {
            self.tell(key, revision, &view, Told::All(Arc::new(planned))).await;
        }
    }

    /// Looks at all phones, once the writer pauses.
    async fn check(&self, key: &Key) {
        let asked = self.projects().revision;
        tokio::time::sleep(PAUSE).await;
        let (revision, view, files, before) = {
            let mut projects = self.projects();
            (projects.revision, projects.view(key), projects.files(key), projects.planned(key))
        };
        if revision != asked {
            // Whoever changed it asks again; of another program's change nobody does.
            self.whole.add([key.clone()]);
            return;
        }
        let of = key.clone();
        let planning =
            tokio::task::spawn_blocking(move || plan(&files, &of, before.as_deref().and_then(Planned::served)));
        if let Ok(planned) = planning.await {
            self.tell(key, revision, &view, Told::All(Arc::new(planned))).await;
        }
    }

    /// Tells the client, unless there is a newer text: that is checked next.
    async fn tell(&self, key: &Key, revision: u64, view: &View, told: Told<'_>) {
        let told: Vec<(Uri, Vec<_>, Option<i32>)> = {
            let mut projects = self.projects();
            if projects.revision != revision {
                return;
            }
            let published = {
                let uri = |path: &str| projects.uri(key, path);
                match &told {
                    Told::All(planned) => publish(found(planned), view, &uri),
                    Told::Few(planned) => {
                        let before = projects.planned(key);
                        publish_quick(found(planned), before.as_deref().map(found), view, &uri)
                    }
                }
            };
            if let Told::All(planned) = told {
                projects.keep(key, revision, planned);
            }
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

/// What was looked at.
enum Told<'p> {
    Few(&'p Planned),
    All(Arc<Planned>),
}

fn found(planned: &Planned) -> Found<'_> {
    Found { findings: planned.findings(), sources: planned.sources() }
}
