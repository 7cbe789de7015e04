//! P0802: a wait of 0 in Resync_Error_Retry_Delay or Upgrade_Error_Retry_Delay is no retry at all (PB §8.3).

use super::{constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::plan::Shape;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Vec<Diagnostic> {
    let resync = told(
        ("Resync_Error_Retry_Delay", "a phone whose resync fails once would never try again"),
        ("0 disables the retry (PB §8.3)", "`retry 30m jitter 5m, 1h jitter 10m`"),
        shape,
        sources,
    );
    let upgrade = told(
        (
            "Upgrade_Error_Retry_Delay",
            "a phone whose upgrade fails once would stay on its load until the rule changes or it restarts",
        ),
        ("0 disables the retry of resyncs (PB §8.3), and is taken to do so here", "`retry 1h, 2h jitter 30m`"),
        shape,
        sources,
    );
    resync.into_iter().chain(upgrade).collect()
}

fn told(
    (element, why): (&str, &str),
    (fact, such): (&str, &str),
    shape: &Shape,
    sources: &SourceMap,
) -> Option<Diagnostic> {
    let (setting, waits) = constant(shape, element)?;
    let zero = waits.split(',').any(|wait| wait.split('+').next().is_some_and(|delay| delay.trim() == "0"));
    zero.then(|| {
        Diagnostic::new(Code::P0802, place(setting.origin, sources), "a retry of zero")
            .because(why)
            .help(format!("write the wait, such as {such}"))
            .note(fact)
    })
}
