//! P0802: Resync_Error_Retry_Delay of 0 is no retry at all (PB §8.3).

use super::{constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::plan::Shape;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    let (setting, waits) = constant(shape, "Resync_Error_Retry_Delay")?;
    let zero = waits.split(',').any(|wait| wait.split('+').next().is_some_and(|delay| delay.trim() == "0"));
    zero.then(|| {
        Diagnostic::new(Code::P0802, place(setting.origin, sources), "a retry of zero")
            .because("a phone whose resync fails once would never try again")
            .help("write the wait, such as `retry 30m jitter 5m, 1h jitter 10m`")
            .note("0 disables the retry (PB §8.3)")
    })
}
