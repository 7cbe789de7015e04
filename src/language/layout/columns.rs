//! Words that a writer lined up: a gap of several blanks stays open where it brings a word under or over another.

use super::Line;
use crate::language::syntax::lexis::TokenKind;

/// Which gaps of more than two blanks stay open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Those that bring a word under, or over, one of a neighbouring line.
    Columns,
    Nothing,
}

const MOST_PASSES: usize = 100;

/// Closing one gap can leave a neighbour's column without company, so this goes on until nothing moves; a text in which it goes
/// on and on has no columns.
pub(super) fn settle(lines: &mut [Line<'_>]) {
    let settled = (0..MOST_PASSES).any(|_| !close_gaps(lines, Keep::Columns));
    if !settled {
        close_gaps(lines, Keep::Nothing);
    }
}

/// Closes gaps that hold no column; says whether any was. Two blanks may always part two settings on one line.
fn close_gaps(lines: &mut [Line<'_>], keep: Keep) -> bool {
    let columns: Vec<Vec<usize>> = lines.iter().map(Line::columns).collect();
    let parted: Vec<bool> = lines.iter().map(|line| line.parted).collect();
    let mut moved = false;
    for (number, line) in lines.iter_mut().enumerate() {
        let columns_of = |other: usize| columns.get(other).map(Vec::as_slice).unwrap_or_default();
        let above = match (number.checked_sub(1), line.parted) {
            (Some(above), false) => columns_of(above),
            _ => &[],
        };
        let below = if parted.get(number + 1) == Some(&false) { columns_of(number + 1) } else { &[] };
        let mut end = line.indent;
        let mut beside_brace = false;
        for word in &mut line.words {
            let column = end + word.gap;
            let kept =
                keep == Keep::Columns && (above.binary_search(&column).is_ok() || below.binary_search(&column).is_ok());
            // Two blanks divide settings; a brace is none, and what follows one begins anew.
            let least =
                if beside_brace || matches!(word.kind, TokenKind::Comment | TokenKind::Close) || word.text == "{" {
                    1
                } else {
                    2
                };
            beside_brace = word.kind == TokenKind::Open;
            if word.gap > least && !kept {
                word.gap = 1;
                moved = true;
            }
            end += word.gap + word.text.chars().count();
        }
    }
    moved
}
