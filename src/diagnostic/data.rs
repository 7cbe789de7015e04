//! Places in data files, as a finding names them before they are looked up. A file of a million rows is not held, so the
//! few places that findings speak of are found by going through it once more.

/// A row or a cell of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataPlace {
    /// As the program names it.
    pub file: String,
    pub row: RowKey,
    /// The column, by its declared name; none: the row as a whole.
    pub column: Option<String>,
}

/// Which row is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKey {
    /// The row of this number, from 1.
    Number(u32),
    /// The row of this hardware address that begins on this line.
    Phone { line: u32, address: String },
    /// A line, and an octet in it, from 1 each; of no row, or of none that can be read.
    Line { line: u32, octet: Option<u32> },
    /// The line that names the columns.
    Header { line: u32 },
}

/// Words at such a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataLabel {
    pub place: DataPlace,
    pub text: String,
}
