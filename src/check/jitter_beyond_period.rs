//! P0809: a period with a jitter that is larger than itself: most likely the two were exchanged.

use super::{constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::plan::Shape;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    let (setting, waits) = constant(shape, "Resync_Periodic")?;
    let (period, jitter) = waits.split(',').next()?.split_once('+')?;
    let (period, jitter): (u64, u64) = (period.trim().parse().ok()?, jitter.trim().parse().ok()?);
    // A period of zero is none at all.
    if period == 0 || jitter <= period {
        return None;
    }
    let message = format!("a jitter of {jitter} s on a period of {period} s");
    let most = period.saturating_add(jitter);
    Some(
        Diagnostic::new(Code::P0809, place(setting.origin, sources), message)
            .because(format!("a phone waits {period} s to {most} s, so that the period says little"))
            .help("write the longer of the two first: `every 1h jitter 10m`")
            .note("the jitter is drawn anew and added to each wait (PB §8.3)"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;

    #[test]
    fn only_a_jitter_above_its_period() {
        for (waits, wanted) in [
            ("600+3600", true),
            ("600+601", true),
            ("600+600", false),
            ("3600+600", false),
            ("3600", false),
            ("0+60", false),
            ("", false),
            ("99999999999999999999+1", false),
        ] {
            let found = check(&shape(&[("Resync_Periodic", waits)]), &SourceMap::default());
            assert_eq!(found.is_some(), wanted, "{waits}");
        }
        assert!(check(&shape(&[]), &SourceMap::default()).is_none());
    }
}
