//! P0607: phones make a resync by themselves only while a trigger holds (PB §8.4), and of those that never hold, whatever the phone
//! is, nothing but a request over SIP makes another. Where that is switched off too, no way back is left. That phones resync
//! neither by time nor on boot, and take no request, a story tells.

use super::{constant, place, triggers};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::phone::rule::{Operator, Written};
use crate::plan::Shape;
use crate::platform::{Catalogue, Claim, MacroKind, can_hold};

const BY_REQUEST: &str = "Resync_From_SIP";

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    let (request, _) = constant(shape, BY_REQUEST).filter(|(_, value)| value.eq_ignore_ascii_case("no"))?;
    let triggers = triggers(shape);
    let set =
        super::TRIGGERS.iter().filter_map(|element| constant(shape, element)).filter(|(_, text)| !text.is_empty());
    // One that cannot be read is another's matter.
    if triggers.is_empty() || set.count() != triggers.len() || !triggers.iter().all(|(_, all)| never(all)) {
        return None;
    }
    let (first, _) = triggers.first()?;
    Some(
        Diagnostic::new(Code::P0607, place(first.origin, sources), "this closes the phones' last way back")
            .because("it never holds, and without it no resync is made, on boot or by time")
            .label(place(request.origin, sources), "and none that is asked for")
            .help("write `on notify`, or a condition that comes true, such as `only when $PRVTMR >= 10m`")
            .note("PB §8.4; by two texts a trigger holds nothing back (C-13)"),
    )
}

/// Whether comparisons never hold together on any phone, as far as that shows in what is compared.
fn never(all: &[Written<'_>]) -> bool {
    let mut subjects: Vec<&str> = all.iter().filter_map(|one| asked(one).map(|(subject, ..)| subject)).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let alone = all.iter().any(|one| of_literals(one) == Some(false));
    alone || subjects.iter().any(|subject| !may_hold(subject, all))
}

/// What is compared with what: a variable on the left, and the text that stands against it.
fn asked<'t>(one: &Written<'t>) -> Option<(&'t str, Operator, &'t str)> {
    match (one.left.variable(), one.right.variable()) {
        (Some(subject), None) => Some((subject, one.operator, one.right.text)),
        (None, Some(subject)) => Some((subject, one.operator.flipped(), one.left.text)),
        _ => None,
    }
    .filter(|(_, _, text)| !text.contains('$'))
}

/// The verdict on a comparison that asks nothing of the phone.
fn of_literals(one: &Written<'_>) -> Option<bool> {
    let (left, right) = (one.left, one.right);
    if left.text.contains('$') || right.text.contains('$') {
        return None;
    }
    let order = match (left.number(), right.number()) {
        (Some(left), Some(right)) => left.cmp(&right),
        (None, None) if left.quoted && right.quoted => left.text.cmp(right.text),
        _ => return None,
    };
    Some(one.operator.holds(order))
}

/// Whether a variable has some value for which all that is asked of it holds.
fn may_hold(subject: &str, all: &[Written<'_>]) -> bool {
    let Some(info) = Catalogue::cisco_mpp().macro_info(subject) else { return true };
    let of_it = all.iter().filter_map(asked).filter(|(name, ..)| *name == subject);
    let claims: Option<Vec<Claim<'_>>> = of_it
        .map(|(_, operator, text)| match info.kind {
            // A number against a text is another's matter.
            MacroKind::Int | MacroKind::Duration => Some(Claim::Number(operator, text.parse().ok()?)),
            _ => Some(Claim::Text(operator, text)),
        })
        .collect();
    claims.is_none_or(|claims| can_hold(&info, &claims))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::shape;

    #[test]
    fn only_where_every_way_is_closed() {
        for (request, one, two, told) in [
            ("No", "0 eq 1", "", true),
            ("No", "$PRVST eq 7", "", true),
            ("No", "$PRVTMR lt 5 and $PRVTMR gt 9", "", true),
            ("No", "\"$CCERT\" eq \"perhaps\"", "1 gt 2", true),
            ("No", "\"$A\" eq \"x\" and \"$A\" eq \"y\"", "", true),
            ("No", "\"$A\" eq \"x\" and \"$A\" ne \"x\"", "", true),
            // Some phone, at some time, resyncs.
            ("No", "0 eq 1", "$PRVTMR ge 60", false),
            ("No", "$PRVTMR lt 5 and $UPGTMR gt 9", "", false),
            ("No", "$PRVTMR gt 5 and $PRVTMR lt 7", "", false),
            ("No", "\"$A\" eq \"x\"", "", false),
            ("No", "\"$CCERT\" eq \"Installed\"", "", false),
            ("No", "\"$A\" eq \"$B\"", "", false),
            ("No", "", "", false),
            // Somebody may ask.
            ("Yes", "0 eq 1", "", false),
        ] {
            let shape = shape(&[(BY_REQUEST, request), ("Resync_Trigger_1", one), ("Resync_Trigger_2", two)]);
            assert_eq!(check(&shape, &SourceMap::default()).is_some(), told, "{request} {one} {two}");
        }
        assert!(check(&shape(&[("Resync_Trigger_1", "0 eq 1")]), &SourceMap::default()).is_none());
    }
}
