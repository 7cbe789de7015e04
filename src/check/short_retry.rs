//! P0803: retry steps below 60 s, which the vendor advises against (PB §4, §8.3).

use super::{constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::plan::Shape;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    // A failed upgrade holds the next resync up too (PB §8.3), and asks for the largest file of all.
    ["Resync_Error_Retry_Delay", "Upgrade_Error_Retry_Delay"].into_iter().find_map(|name| of(name, shape, sources))
}

fn of(name: &str, shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    let (setting, waits) = constant(shape, name)?;
    let delays = waits.split(',').filter_map(|wait| wait.split('+').next()?.trim().parse::<u64>().ok());
    let shortest = delays.filter(|delay| (1..60).contains(delay)).min()?;
    Some(
        Diagnostic::new(Code::P0803, place(setting.origin, sources), format!("a retry after {shortest} s"))
            .because("while a server is down, each phone asks it more than once a minute")
            .help("wait at least 60s")
            .note("every value must be 60 s or more during the first provisioning (PB §4)"),
    )
}
