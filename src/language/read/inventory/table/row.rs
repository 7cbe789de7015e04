//! Rows and cells, as every format shows them to the table.

use std::borrow::Cow;
use std::ops::Range;

/// A row as a format sees it.
pub trait Row {
    fn line(&self) -> u32;
    fn cell(&self, column: usize) -> Cell<'_>;
    /// The line of a cell, when it is known better than its row's.
    fn line_of(&self, _column: usize) -> u32 {
        self.line()
    }
    /// How the file calls the column: `column 3 (extension)`, `key extension`.
    fn column(&self, column: usize) -> String;
    /// Whether the format has lists of its own: then a text is none.
    fn has_arrays(&self) -> bool {
        true
    }
    /// The whole file.
    fn text(&self) -> &str;
    /// Where the row begins in the text.
    fn start(&self) -> usize;
    /// Where a cell stands in the text, if the row has it.
    fn range(&self, column: usize) -> Option<Range<usize>>;
    /// What is shown of the text with a cell, and the pieces of it that may be nobody's to read: those of columns that
    /// are not `open`.
    fn window(&self, column: usize, open: &dyn Fn(usize) -> bool) -> Option<(Range<usize>, Vec<Range<usize>>)>;
}

/// What a row has in a column.
pub enum Cell<'r> {
    Text(Cow<'r, str>),
    /// A list, as a cell keeps it, or why none can.
    List(Result<String, String>),
    /// The row, or the whole file, has nothing there.
    Missing,
    /// Something that is no cell, and why.
    Fault(Cow<'static, str>),
}
