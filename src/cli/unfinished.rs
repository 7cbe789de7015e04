//! What is written beside its place until it is whole. Who breaks a command off finds nothing of it.

use super::build::discard;
use std::path::PathBuf;
use std::sync::{Mutex, Once, PoisonError};

/// Paths of what is not whole yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static WATCHING: Once = Once::new();

/// As shells have it: 128, and the number of SIGINT.
const BROKEN_OFF: i32 = 130;

/// From now on this is removed when the command is told to end.
pub(super) fn register(path: PathBuf) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    WATCHING.call_once(|| {
        // Without a thread of its own the signals do what they do otherwise.
        let _ = std::thread::Builder::new().name("signals".into()).spawn(watch);
    });
}

fn watch() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(told_to_end());
    // Held to the end: nothing more begins. What another thread still writes may come back once.
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..2 {
        unfinished.iter().for_each(|path| discard(path));
    }
    std::process::exit(BROKEN_OFF);
}

#[cfg(unix)]
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
