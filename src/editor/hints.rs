//! What an assignment puts on the wire, shown behind it where that is not what is written.

use super::view::View;
use super::wire::{each_statement, sent};
use crate::diagnostic::{FileId, visible};
use crate::language::syntax::tree::StatementKind;
use std::ops::Range;
use tower_lsp_server::ls_types::{InlayHint, InlayHintLabel, InlayHintTooltip};

/// A longer value says less than its beginning.
const MOST_SIGNS: usize = 40;

/// The hints between two places of a file.
pub fn hints(view: &View, file: FileId, between: Range<usize>) -> Vec<InlayHint> {
    let mut hints = Vec::new();
    let Some(text) = view.text(file) else { return hints };
    each_statement(view, file, &mut |statement| {
        let StatementKind::Assign { values, .. } = &statement.kind else { return };
        let (Some(first), Some(last)) = (values.first(), values.last()) else { return };
        let end = last.span.end as usize;
        if !between.contains(&(first.span.start as usize)) && !between.contains(&end) {
            return;
        }
        let Some(sent) = sent(view, statement) else { return };
        let written = view.sources.slice(first.span.to(last.span));
        if sent.value.is_empty() || written.trim_matches('"') == sent.value {
            return;
        }
        let mut shown: String = sent.value.chars().take(MOST_SIGNS).collect();
        if shown.len() < sent.value.len() {
            shown.push('…');
        }
        hints.push(InlayHint {
            position: text.position(end),
            label: InlayHintLabel::String(format!("→ {}", visible(&shown))),
            kind: None,
            text_edits: None,
            tooltip: Some(InlayHintTooltip::String(format!("{} on the wire", sent.element))),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        });
    });
    hints
}
