//! P0801: a valid Resync_At__HHmm_ makes the phone ignore Resync_Periodic (PB §8.3).

use super::{constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::plan::Shape;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    let (at, time) = constant(shape, "Resync_At__HHmm_").filter(|(_, time)| !time.is_empty())?;
    let (every, period) =
        constant(shape, "Resync_Periodic").filter(|(_, period)| !period.is_empty() && *period != "0")?;
    Some(
        Diagnostic::new(Code::P0801, place(every.origin, sources), "a period beside a time of day")
            .because(format!("phones would ignore `{period}`"))
            .label(place(at.origin, sources), format!("because they resync at {time}"))
            .help("keep one of the two")
            .note("a valid Resync_At__HHmm_ switches Resync_Periodic off (PB §8.3)"),
    )
}
