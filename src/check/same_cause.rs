//! What two checks find of one cause is told once, by the one that says most. Each pair is a line of the table.

use crate::diagnostic::{Code, Diagnostic, Severity, Span};

/// The one that is told, and the one that only follows from it.
const PAIRS: [(Code, Code); 4] = [
    // A trigger that never or always holds: on which reading that depends does not matter any more.
    (Code::P0513, Code::P0514),
    // A comparison across 11.3(2), and the story of a phone that is held up by it.
    (Code::P1003, Code::P0504),
    // A trigger that never holds, and that keeps phones from ever coming back.
    (Code::P0607, Code::P0513),
    (Code::P0607, Code::P0514),
];

/// Leaves out what follows from another finding on the same words.
pub(super) fn left_out(findings: &mut Vec<Diagnostic>) {
    let told: Vec<(Code, Span)> = findings
        .iter()
        .filter(|finding| PAIRS.iter().any(|(told, _)| *told == finding.code))
        .map(|finding| (finding.code, finding.span()))
        .collect();
    let follows = |finding: &Diagnostic| {
        // An error is a mistake of its own.
        let known = |(told, span): &(Code, Span)| {
            PAIRS.contains(&(*told, finding.code)) && (holds(*span, finding.span()) || holds(finding.span(), *span))
        };
        finding.severity < Severity::Error && told.iter().any(known)
    };
    findings.retain(|finding| !follows(finding));
}

/// Whether one place lies in another.
fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileId;

    #[test]
    fn only_what_lies_on_the_same_words_follows() {
        let at = |code, start, end| Diagnostic::new(code, Span::new(FileId(0), start, end), "m");
        let left = |mut findings: Vec<Diagnostic>| {
            left_out(&mut findings);
            findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!(left(vec![at(Code::P0514, 0, 30), at(Code::P0513, 10, 20)]), [Code::P0513]);
        assert_eq!(left(vec![at(Code::P0514, 0, 30), at(Code::P0513, 40, 50)]).len(), 2);
        // The other way round nothing follows.
        assert_eq!(left(vec![at(Code::P0513, 0, 30)]), [Code::P0513]);
        let note = Diagnostic { severity: Severity::Note, ..at(Code::P0504, 5, 9) };
        assert_eq!(left(vec![note.clone(), at(Code::P1003, 0, 30)]), [Code::P1003]);
        assert_eq!(left(vec![at(Code::P0504, 5, 9), at(Code::P1003, 0, 30)]).len(), 2);
    }
}
