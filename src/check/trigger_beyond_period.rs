//! P0513: a trigger that needs `$PRVTMR` beyond the period is false whenever the period ends (PB §8.4, §33).

use super::{constant, constant_or_default, place, triggers};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::phone::Schedule;
use crate::phone::rule::{Operator, Written};
use crate::plan::Shape;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    // With a time of day the period is not read.
    if constant_or_default(shape, "Resync_At__HHmm_").is_none_or(|time| !time.trim().is_empty()) {
        return None;
    }
    let every = constant(shape, "Resync_Periodic").map(|(setting, _)| setting);
    let period = constant_or_default(shape, "Resync_Periodic")?;
    let period: Schedule = period.parse().ok().filter(|schedule: &Schedule| !schedule.is_off())?;
    let longest = period.delays().iter().map(|delay| u64::from(delay.seconds) + u64::from(delay.random)).max()?;
    let triggers = triggers(shape);
    // One of two is enough, so all have to be beyond it.
    let needed =
        triggers.iter().map(|(_, comparisons)| comparisons.iter().filter_map(least).max().unwrap_or(0)).min()?;
    let (trigger, _) = triggers.first()?;
    (needed > longest).then(|| {
        let finding =
            Diagnostic::new(Code::P0513, place(trigger.origin, sources), "this never holds when the period ends")
                .because(format!("it needs {needed} s since the last resync"))
                .help(format!("a period of {needed} s or more, or a condition on less"))
                .note("the resync is held back until the condition holds: no period is kept (PB §8.4)");
        match every {
            Some(every) => {
                finding.label(place(every.origin, sources), format!("the period ends after {longest} s at most"))
            }
            None => finding.note(format!("without `resync {{ every … }}` the period is {longest} s, the phones' own")),
        }
    })
}

/// The seconds since the last resync attempt that a comparison needs.
fn least(one: &Written<'_>) -> Option<u64> {
    let (subject, operator, number) = match (one.left.variable(), one.right.number()) {
        (Some(subject), Some(number)) => (subject, one.operator, number),
        _ => (one.right.variable()?, one.operator.flipped(), one.left.number()?),
    };
    let number = u64::try_from(number).ok().filter(|_| subject == "PRVTMR")?;
    match operator {
        Operator::GreaterOrEqual | Operator::Equal => Some(number),
        Operator::Greater => Some(number.saturating_add(1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::shape;

    #[test]
    fn only_what_no_period_reaches_is_told() {
        for (period, one, two, told) in [
            ("3600", "$(PRVTMR) ge 7200", "", true),
            ("3600+600", "$(PRVTMR) ge 3700", "", false),
            ("3600", "$(PRVTMR) ge 3600", "", false),
            ("3600", "$(PRVTMR) gt 3600", "", true),
            ("3600", "3601 le $PRVTMR and $UPGTMR gt 1", "", true),
            ("3600", "$UPGTMR ge 7200", "", false),
            ("3600", "$PRVTMR ge 7200", "$PRVTMR ge 60", false),
            ("3600,9000", "$PRVTMR ge 7200", "", false),
            ("0", "$PRVTMR ge 7200", "", false),
            ("nonsense", "$PRVTMR ge 7200", "", false),
            ("3600", "$PRVTMR", "", false),
        ] {
            let shape = shape(&[("Resync_Periodic", period), ("Resync_Trigger_1", one), ("Resync_Trigger_2", two)]);
            assert_eq!(check(&shape, &SourceMap::default()).is_some(), told, "{period} {one} {two}");
        }
        let by_default = |trigger| check(&shape(&[("Resync_Trigger_1", trigger)]), &SourceMap::default()).is_some();
        assert!(by_default("$PRVTMR ge 7200") && !by_default("$PRVTMR ge 3600"));
        let timed = [("Resync_Periodic", "60"), ("Resync_Trigger_1", "$PRVTMR gt 90"), ("Resync_At__HHmm_", "0230")];
        assert_eq!(check(&shape(&timed), &SourceMap::default()), None);
    }
}
