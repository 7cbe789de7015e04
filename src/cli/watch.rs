//! Tells when a project's files change.

use notify::{Event, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Editors write a file in several steps; this long after the last of them the change counts.
pub const SETTLE: std::time::Duration = std::time::Duration::from_millis(60);

/// Lives as long as the watching.
pub type Watched = (notify::RecommendedWatcher, mpsc::Receiver<()>);

/// Watches a folder until the watcher is dropped. Nothing when the system cannot watch; then SIGHUP is left.
pub fn watch(folder: &Path) -> Option<Watched> {
    let (tell, told) = mpsc::channel(1);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| !event.kind.is_access() && event.paths.iter().any(|path| of_program(path))) {
            // A change that is waiting to be seen covers this one.
            let _ = tell.try_send(());
        }
    })
    .ok()?;
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() };
    watcher.watch(&folder, RecursiveMode::Recursive).ok()?;
    Some((watcher, told))
}

/// The same changes, each when its files have come to rest.
pub fn settled(mut changes: mpsc::Receiver<()>) -> mpsc::Receiver<()> {
    let (tell, told) = mpsc::channel(1);
    tokio::spawn(async move {
        while changes.recv().await.is_some() {
            tokio::time::sleep(SETTLE).await;
            while changes.try_recv().is_ok() {}
            if tell.send(()).await.is_err() {
                return;
            }
        }
    });
    told
}

/// What is read of a project, certificates and their keys among it.
const READ: [&str; 9] = ["prov", "csv", "json", "jsonl", "toml", "pem", "crt", "cer", "key"];

/// Sources and data files. What we write ourselves lies in `.prov`, a folder that nothing is read from.
fn of_program(path: &Path) -> bool {
    let hidden = path.components().any(|part| part.as_os_str() == ".prov" || part.as_os_str() == ".git");
    let known = path.extension().is_some_and(|end| READ.iter().any(|known| end == *known));
    known && !hidden
}
