//! P0514: by most texts no resync starts while the triggers are false; by others a trigger starts one when it becomes true, and holds
//! nothing back (C-13). Where a trigger becomes true by waiting alone, phones resync by either reading. Where it does not, by
//! one they may never again, and by the other they go on as before.

use super::{constant, place, triggers};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::phone::rule::{Operator, Written};
use crate::plan::Shape;
use crate::platform::{Catalogue, MacroKind};

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    let triggers = triggers(shape);
    let (first, _) = triggers.first()?;
    let finding = |message: &str| Diagnostic::new(Code::P0514, place(first.origin, sources), message);
    let sources_of = "S2, EM and WEB call a trigger a gate, P17 and ATA a starter (C-13)";
    // What asks nothing of the phone is told as such (P0513).
    let asks = |one: &Written<'_>| one.left.variable().or(one.right.variable()).is_some();
    if !triggers.iter().flat_map(|(_, comparisons)| comparisons).any(asks) {
        return None;
    }
    if !scheduled(shape) {
        return Some(
            finding("whether this starts a resync is not agreed on")
                .because("no period and no time of day starts one")
                .help("add `every 1h` or `at 02:30` to `resync`")
                .note(sources_of),
        );
    }
    let doubtful = triggers.iter().all(|(_, comparisons)| !comparisons.iter().all(comes_by_waiting));
    doubtful.then(|| {
        finding("whether this holds a resync back is not agreed on")
            .because("waiting alone does not make it true")
            .help("compare times, such as `$PRVTMR >= 10m`; what depends on a register can stand in a rule: `rule Profile_Rule_D { when … }`")
            .note(sources_of)
    })
}

/// Whether phones resync by themselves. The default is a period of an hour (PB §8.3).
fn scheduled(shape: &Shape) -> bool {
    let off = constant(shape, "Resync_Periodic").is_some_and(|(_, period)| matches!(period, "" | "0"));
    !off || constant(shape, "Resync_At__HHmm_").is_some_and(|(_, time)| !time.is_empty())
}

/// A timer that has to have passed a value.
fn comes_by_waiting(one: &Written<'_>) -> bool {
    let (subject, operator) = match (one.left.variable(), one.right.number()) {
        (Some(subject), Some(_)) => (subject, one.operator),
        _ => match (one.right.variable(), one.left.number()) {
            (Some(subject), Some(_)) => (subject, one.operator.flipped()),
            _ => return false,
        },
    };
    // A line that is registered does not count: its timer stands at 0 (RS §3).
    let timer = !subject.starts_with("REG")
        && Catalogue::cisco_mpp().macro_info(subject).is_some_and(|info| info.kind == MacroKind::Duration);
    timer && matches!(operator, Operator::Greater | Operator::GreaterOrEqual | Operator::NotEqual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::shape;

    #[test]
    fn what_waiting_makes_true_is_sound_by_every_text() {
        for (period, one, two, told) in [
            ("3600", "$PRVTMR ge 600 and $UPGTMR gt 300", "", false),
            ("3600", "\"$A\" eq \"Provisioned\"", "", true),
            ("3600", "\"$A\" eq \"Provisioned\"", "$PRVTMR ge 600", false),
            ("3600", "$PRVTMR ge 600 and \"$A\" ne \"\"", "", true),
            ("3600", "$PRVTMR lt 600", "", true),
            ("3600", "$REGTMR1 gt 300", "", true),
            ("0", "$PRVTMR ge 600", "", true),
            ("3600", "0 eq 1", "", false),
            ("3600", "", "", false),
        ] {
            let shape = shape(&[("Resync_Periodic", period), ("Resync_Trigger_1", one), ("Resync_Trigger_2", two)]);
            assert_eq!(check(&shape, &SourceMap::default()).is_some(), told, "{period} {one} {two}");
        }
        let timed = [("Resync_Periodic", "0"), ("Resync_Trigger_1", "$PRVTMR gt 90"), ("Resync_At__HHmm_", "0230")];
        assert_eq!(check(&shape(&timed), &SourceMap::default()), None);
        assert_eq!(check(&shape(&[]), &SourceMap::default()), None);
    }
}
