//! Where a name is declared, and where it is used.

use super::index::Symbol;
use super::view::Place;
use crate::diagnostic::Span;

/// The places that bind what stands at a place: of a column those in every inventory, of a file its beginning.
pub fn definition(place: Place<'_>) -> Vec<Span> {
    let Place { view, file, offset, .. } = place;
    let Some(at) = view.index.at(file, offset) else { return Vec::new() };
    if let Symbol::File(path) = &at.symbol {
        return view.file(path).map(|file| Span::new(file, 0, 0)).into_iter().collect();
    }
    view.index.of(&at.symbol).filter(|one| one.binds).map(|one| one.span).collect()
}

/// Every place that means what stands at a place; `binding`: those that declare it among them.
pub fn references(place: Place<'_>, binding: bool) -> Vec<Span> {
    let Place { view, file, offset, .. } = place;
    let Some(at) = view.index.at(file, offset) else { return Vec::new() };
    view.index.of(&at.symbol).filter(|one| binding || !one.binds).map(|one| one.span).collect()
}
