//! What is written beside its place until it is whole. Who breaks a command off finds nothing of it.

use super::build::discard;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

/// Paths of what is not whole yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static WATCHING: Once = Once::new();

/// Set when the command was told to end: nothing is written any more.
static ENDED: AtomicBool = AtomicBool::new(false);

/// As shells have it: 128, and the number of SIGINT.
const BROKEN_OFF: i32 = 130;
const MOST_TIMES: usize = 100;
const PAUSE: Duration = Duration::from_millis(20);

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
    ENDED.store(true, Ordering::SeqCst);
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    // A thread that was writing a file may have made its folder anew: it writes no other.
    for _ in 0..MOST_TIMES {
        unfinished.iter().for_each(|path| discard(path));
        std::thread::sleep(PAUSE);
        if !unfinished.iter().any(|path| path.exists()) {
            break;
        }
    }
    std::process::exit(BROKEN_OFF);
}

/// Puts what is whole in its place. Who is told to end meanwhile ends behind it.
pub(super) fn put<T>(work: impl FnOnce() -> T) -> T {
    let _held = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    work()
}

/// Called before each file is written. Who gets here once the command was told to end waits for that.
pub(super) fn wait_if_ended() {
    while ENDED.load(Ordering::SeqCst) {
        std::thread::park();
    }
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
