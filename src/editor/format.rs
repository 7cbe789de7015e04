//! The one layout, as a change of the text that is there.

use super::text::Text;
use crate::diagnostic::FileId;
use crate::language::layout::lay_out;
use crate::language::syntax::parse;
use tower_lsp_server::ls_types::TextEdit;

/// What `prov fmt` would change; none where a text cannot be read, which has no layout.
pub fn format(text: &Text) -> Option<Vec<TextEdit>> {
    let written = text.as_str();
    if !parse(FileId(0), written).1.is_empty() {
        return None;
    }
    let laid = lay_out(written);
    if laid == written {
        return Some(Vec::new());
    }
    // Whole lines that are alike at both ends stay, and with them marks and cursors in them.
    let same = |(one, other): &(&str, &str)| one == other;
    let lines = |text| str::split_inclusive(text, '\n');
    let before: usize = lines(written).zip(lines(&laid)).take_while(same).map(|(line, _)| line.len()).sum();
    let (rest, fresh) = (written.get(before..).unwrap_or_default(), laid.get(before..).unwrap_or_default());
    let after: usize = lines(rest).rev().zip(lines(fresh).rev()).take_while(same).map(|(line, _)| line.len()).sum();
    let new_text = fresh.get(..fresh.len() - after).unwrap_or_default().to_owned();
    Some(vec![TextEdit { range: text.range(before, written.len() - after), new_text }])
}
