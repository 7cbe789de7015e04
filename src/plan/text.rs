//! Texts with holes: what varies from phone to phone in a value or a path.

use super::{RequestValue, SecretRef};
use crate::phone::Mac;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    Text(String),
    /// The phone's cell in this column of its fleet's phone table.
    Column(usize),
    /// A name that the phone itself expands; written `$(NAME)` in a rule.
    Macro(Macro),
    /// A text for each model, by position in `Plan::models`.
    #[serde(rename = "models")]
    ByModel(Vec<String>),
    /// What the server knows of who asks, when it answers.
    Request(RequestValue),
    /// A secret's text.
    Secret(SecretRef),
    /// The text of the secret that the phone's cell in this column refers to; nothing where the cell is empty.
    SecretColumn(usize),
    /// A key made from the secret that the phone's cell in this column refers to; nothing where the cell is empty.
    #[serde(rename = "derived_column")]
    DerivedColumn {
        secret: usize,
        about: Template,
    },
    /// A key made from a secret for one phone: HKDF with the given info, as hexadecimal.
    Derived {
        secret: SecretRef,
        about: Template,
    },
}

impl Piece {
    /// Whether the piece stands for something that is never printed.
    pub const fn is_secret(&self) -> bool {
        matches!(self, Piece::Secret(_) | Piece::SecretColumn(_) | Piece::Derived { .. } | Piece::DerivedColumn { .. })
    }
}

/// The macro variables whose value the compiler knows for each phone (RS §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Macro {
    Ma,
    Mau,
    Mac,
    Pn,
    Psn,
}

impl Macro {
    pub const ALL: [Macro; 5] = [Macro::Ma, Macro::Mau, Macro::Mac, Macro::Pn, Macro::Psn];

    pub const fn name(self) -> &'static str {
        match self {
            Macro::Ma => "MA",
            Macro::Mau => "MAU",
            Macro::Mac => "MAC",
            Macro::Pn => "PN",
            Macro::Psn => "PSN",
        }
    }

    pub fn from_name(name: &str) -> Option<Macro> {
        Macro::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether the value names one phone (and not only its product).
    pub const fn names_phone(self) -> bool {
        matches!(self, Macro::Ma | Macro::Mau | Macro::Mac)
    }

    pub fn expand(self, mac: Mac, product: &str, series: &str, into: &mut String) {
        match self {
            Macro::Ma => mac.push_plain(into),
            Macro::Mau => into.push_str(&mac.plain_upper()),
            Macro::Mac => into.push_str(&mac.to_string()),
            Macro::Pn => into.push_str(product),
            Macro::Psn => into.push_str(series),
        }
    }
}

/// A text made of pieces. Equal neighbours of text are always joined, so equal templates compare equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    pub fn text(text: impl Into<String>) -> Self {
        let mut template = Template::default();
        template.push(Piece::Text(text.into()));
        template
    }

    pub fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
            (_, piece) => self.pieces.push(piece),
        }
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The whole text, when nothing in it varies.
    pub fn constant(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text as it stands in a rule: macros are left for the phone, in the delimited form (RS §2).
    pub fn rule_text(&self) -> Template {
        let mut rule = Template::default();
        for piece in &self.pieces {
            rule.push(match piece {
                Piece::Macro(name) => Piece::Text(format!("$({})", name.name())),
                other => other.clone(),
            });
        }
        rule
    }
}

/// The cells of one column, one text per phone, in one block of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextColumn {
    text: Arc<String>,
    ends: Arc<Vec<u32>>,
}

impl TextColumn {
    /// Takes over cells that lie end to end in a text already, and where each ends.
    pub fn shared(text: Arc<String>, ends: Arc<Vec<u32>>) -> Self {
        TextColumn { text, ends }
    }

    /// Adds a cell. A column holds at most 4 GiB of text; `false` says that it is full.
    pub fn push(&mut self, cell: &str) -> bool {
        let Ok(end) = u32::try_from(self.text.len() + cell.len()) else { return false };
        Arc::make_mut(&mut self.text).push_str(cell);
        Arc::make_mut(&mut self.ends).push(end);
        true
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)? as usize;
        let start = match row.checked_sub(1) {
            Some(previous) => *self.ends.get(previous)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row).unwrap_or_default())
    }
}

impl<T: AsRef<str>> FromIterator<T> for TextColumn {
    fn from_iter<I: IntoIterator<Item = T>>(cells: I) -> Self {
        let mut column = TextColumn::default();
        for cell in cells {
            column.push(cell.as_ref());
        }
        column
    }
}

impl Serialize for TextColumn {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for TextColumn {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer).map(|cells| cells.iter().collect())
    }
}

impl schemars::JsonSchema for TextColumn {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TextColumn".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Vec::<String>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_went_in() {
        let cells = ["", "Front desk", "", "Müller, Jörg"];
        let column: TextColumn = cells.iter().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), cells);
        assert_eq!(column.get(4), None);
    }

    #[test]
    fn text_pieces_join_and_macros_are_written_delimited() {
        let mut path = Template::text("/phones/");
        path.push(Piece::Macro(Macro::Ma));
        path.push(Piece::Text(".c".into()));
        path.push(Piece::Text("fg".into()));
        assert_eq!(path.pieces().len(), 3);
        assert_eq!(path.rule_text().constant(), Some("/phones/$(MA).cfg"));
        assert_eq!(path.constant(), None);
    }
}
