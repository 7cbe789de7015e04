//! P1003 for C-10: an empty Resync_Periodic switches the period off by one text, and leaves the default by others (PB §8.3).
//! Either phones come by themselves or they never do.

use super::{constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::phone::stance::Matter;
use crate::plan::Shape;

const PERIOD: &str = "Resync_Periodic";

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    // With a time of day the period is not read.
    let timed = shape.settings.iter().any(|setting| setting.element == "Resync_At__HHmm_")
        && constant(shape, "Resync_At__HHmm_").is_none_or(|(_, time)| !time.trim().is_empty());
    let (setting, period) = constant(shape, PERIOD).filter(|_| !timed)?;
    if !period.trim().is_empty() {
        return None;
    }
    let message = format!("whether phones come again by themselves depends on {}", Matter::C10.title());
    Some(
        Diagnostic::new(Code::P1003, place(setting.origin, sources), message)
            .because("an empty value is no resync at all by one text, and an hour, the default, by others")
            .help("write `resync { every 0s }` for none, or a period")
            .note(format!("{}: PB §8.3, PB §31", Matter::C10.id())),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;

    #[test]
    fn empty_and_only_without_a_time() {
        let found = |elements: &[(&str, &str)]| check(&shape(elements), &SourceMap::default()).is_some();
        for (period, time, wanted) in [
            ("", None, true),
            (" ", Some(""), true),
            ("", Some("0230"), false),
            ("0", None, false),
            ("3600", None, false),
            ("3600", Some(""), false),
        ] {
            let mut elements = vec![(PERIOD, period)];
            elements.extend(time.map(|time| ("Resync_At__HHmm_", time)));
            assert_eq!(found(&elements), wanted, "{period:?} {time:?}");
        }
        assert!(!found(&[]));
    }
}
