//! The shape of a file: its declarations, and what may be folded away.

use super::index::declaration;
use super::view::View;
use super::wire::each_statement;
use crate::diagnostic::{FileId, Span};
use crate::language::syntax::lexis::{TokenKind, tokens};
use crate::language::syntax::tree::{Argument, Head, Ident, Item, ItemKind, Statement, StatementKind};
use crate::workflow::why::names::Kind;
use crate::workflow::why::program::{body, word};
use tower_lsp_server::ls_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolKind};

/// The declarations of a file, each with the blocks and columns in it.
pub fn symbols(view: &View, file: FileId) -> Vec<DocumentSymbol> {
    items(view, file).filter_map(|item| of_item(view, item)).collect()
}

fn items(view: &View, file: FileId) -> impl Iterator<Item = &Item> {
    view.trees.iter().filter(move |(id, _)| *id == file).flat_map(|(_, tree)| &tree.items)
}

fn of_item(view: &View, item: &Item) -> Option<DocumentSymbol> {
    let (word, name) = match (&item.kind, declaration(item)) {
        (_, Some((kind, name))) => (kind.word(), name),
        // A test has a text for a name.
        (ItemKind::Block { word, heads, .. }, None) => match heads.first()? {
            Head::Text(text) => (word.text.as_str(), Ident { text: text.as_text()?, span: text.span }),
            Head::Name(_) => return None,
        },
        _ => return None,
    };
    let inside: Vec<DocumentSymbol> = match &item.kind {
        ItemKind::Inventory { columns, .. } => columns
            .iter()
            .filter_map(|column| symbol(view, &column.name, "column", SymbolKind::FIELD, column.name.span, Vec::new()))
            .collect(),
        _ => body(item).into_iter().flat_map(|body| &body.statements).filter_map(|one| of_block(view, one)).collect(),
    };
    symbol(view, &name, word, shown(word), item.span, inside)
}

/// A setting that has a block: `resync { … }`, `phone 00:0e:08:ab:cd:01 { … }`.
fn of_block(view: &View, statement: &Statement) -> Option<DocumentSymbol> {
    let word = word(statement)?;
    let block = *statement.blocks().first()?;
    let StatementKind::Setting { groups, .. } = &statement.kind else { return None };
    let named = groups.iter().flatten().next().and_then(|argument| match argument {
        Argument::Expr(expr) => Some(expr.span),
        Argument::Block(_) => None,
    });
    let name = named.map_or(word.clone(), |span| Ident {
        text: view.sources.slice(word.span.to(span)).to_owned(),
        span: word.span,
    });
    let inside = block.statements.iter().filter_map(|one| of_block(view, one)).collect();
    symbol(view, &name, "", SymbolKind::NAMESPACE, statement.span, inside)
}

#[expect(deprecated, reason = "the field has to be written, and is replaced by tags")]
fn symbol(
    view: &View,
    name: &Ident,
    word: &str,
    kind: SymbolKind,
    whole: Span,
    children: Vec<DocumentSymbol>,
) -> Option<DocumentSymbol> {
    // A name without signs in it is shown by no client.
    let shown = if name.text.trim().is_empty() { word } else { &name.text };
    Some(DocumentSymbol {
        name: if shown.is_empty() { return None } else { shown.to_owned() },
        detail: (!word.is_empty()).then(|| word.to_owned()),
        kind,
        tags: None,
        deprecated: None,
        range: view.range(whole.to(name.span))?,
        selection_range: view.range(name.span)?,
        children: (!children.is_empty()).then_some(children),
    })
}

fn shown(word: &str) -> SymbolKind {
    match Kind::ALL.into_iter().find(|kind| kind.word() == word) {
        Some(Kind::Let | Kind::Secret) => SymbolKind::CONSTANT,
        Some(Kind::Function) => SymbolKind::FUNCTION,
        Some(Kind::Inventory) => SymbolKind::ARRAY,
        Some(Kind::Server | Kind::Network | Kind::Zone) => SymbolKind::MODULE,
        Some(Kind::Firmware) => SymbolKind::PACKAGE,
        Some(Kind::Profile) => SymbolKind::FILE,
        Some(Kind::Fleet) => SymbolKind::CLASS,
        Some(Kind::Column) => SymbolKind::FIELD,
        None => SymbolKind::METHOD,
    }
}

/// Blocks over several lines, and comments that stand together.
pub fn folds(view: &View, file: FileId) -> Vec<FoldingRange> {
    let mut spans: Vec<Span> = items(view, file).map(|item| item.span).collect();
    each_statement(view, file, &mut |statement| spans.extend(statement.blocks().iter().map(|block| block.span)));
    let lines = |span: Span| view.range(span).map(|range| (range.start.line, range.end.line));
    let fold = |(start_line, end_line): (u32, u32), kind| FoldingRange {
        start_line,
        end_line,
        kind,
        ..FoldingRange::default()
    };
    let mut folds: Vec<FoldingRange> =
        spans.into_iter().filter_map(lines).filter(|(start, end)| start < end).map(|lines| fold(lines, None)).collect();
    let mut comments: Option<(u32, u32)> = None;
    let (tokens, _) = tokens(file, view.sources.text(file));
    let alone = tokens.iter().enumerate().filter(|(place, token)| {
        let first =
            place.checked_sub(1).and_then(|before| tokens.get(before)).is_none_or(|one| one.kind == TokenKind::Newline);
        token.kind == TokenKind::Comment && first
    });
    let alone = alone.filter_map(|(_, token)| lines(Span::new(file, token.start, token.start))).map(|(line, _)| line);
    for line in alone.chain([u32::MAX]) {
        comments = match comments {
            Some((start, end)) if end.checked_add(1) == Some(line) => Some((start, line)),
            Some(run @ (start, end)) => {
                if start < end {
                    folds.push(fold(run, Some(FoldingRangeKind::Comment)));
                }
                Some((line, line))
            }
            None => Some((line, line)),
        };
    }
    folds
}
