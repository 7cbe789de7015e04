//! Shapes compiled to bytes with holes, so that rendering one phone's file is copying text and filling holes.

use super::{Asking, Fleet, Model, PhoneTable, Piece, RequestValue, Secrets, SettingValue, Shape, Template};
use crate::phone::profile::{self, FOOTER, HEADER};

pub(super) struct CompiledFleet {
    pub bootstrap: Option<CompiledShape>,
    pub profiles: Vec<Vec<CompiledShape>>,
}

/// A shape as bytes, with holes.
pub(super) struct CompiledShape {
    chunks: Vec<Chunk>,
    /// Octets that a file mostly has.
    usual: usize,
    pub parameters: usize,
    /// Whether it is another for who asks.
    pub asks: bool,
}

enum Chunk {
    Bytes(Vec<u8>),
    Cell(usize),
    /// Anything else that differs from phone to phone, or is not to be kept as text.
    Hole(Template),
    Secret(Template),
    Request(RequestValue),
}

impl Chunk {
    /// Octets that it mostly comes to.
    fn usual(&self) -> usize {
        match self {
            Chunk::Bytes(bytes) => bytes.len(),
            Chunk::Cell(_) | Chunk::Hole(_) | Chunk::Secret(_) | Chunk::Request(_) => 32,
        }
    }
}

impl CompiledFleet {
    pub fn new(fleet: &Fleet) -> Self {
        CompiledFleet {
            bootstrap: fleet.bootstrap.as_ref().map(|bootstrap| CompiledShape::new(&bootstrap.shape)),
            profiles: fleet
                .profiles
                .iter()
                .map(|profile| profile.shapes.iter().map(CompiledShape::new).collect())
                .collect(),
        }
    }
}

impl CompiledShape {
    fn new(shape: &Shape) -> Self {
        let mut compiled =
            CompiledShape { chunks: vec![Chunk::Bytes(HEADER.to_vec())], usual: 0, parameters: 0, asks: false };
        for setting in &shape.settings {
            match &setting.value {
                SettingValue::Keep => {
                    compiled.bytes(|bytes| profile::write_access(bytes, &setting.element, setting.user));
                }
                SettingValue::Set(value) => {
                    compiled.parameters += 1;
                    compiled.bytes(|bytes| profile::open(bytes, &setting.element, setting.user));
                    for piece in value.pieces() {
                        match piece {
                            Piece::Text(text) => compiled.bytes(|bytes| profile::escape(bytes, text)),
                            Piece::Column(column) => compiled.chunks.push(Chunk::Cell(*column)),
                            Piece::Request(value) => {
                                compiled.asks = true;
                                compiled.chunks.push(Chunk::Request(*value));
                            }
                            hole => {
                                let mut template = Template::default();
                                template.push(hole.clone());
                                let secret = hole.is_secret();
                                compiled.chunks.push(if secret {
                                    Chunk::Secret(template)
                                } else {
                                    Chunk::Hole(template)
                                });
                            }
                        }
                    }
                    compiled.bytes(|bytes| profile::close(bytes, &setting.element));
                }
            }
        }
        compiled.bytes(|bytes| bytes.extend_from_slice(FOOTER));
        compiled.usual = compiled.chunks.iter().map(Chunk::usual).sum();
        compiled
    }

    fn bytes(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        match self.chunks.last_mut() {
            Some(Chunk::Bytes(bytes)) => write(bytes),
            _ => {
                let mut bytes = Vec::new();
                write(&mut bytes);
                self.chunks.push(Chunk::Bytes(bytes));
            }
        }
    }

    /// Appends the file for the phone in a row. Without a request, what only one has is empty; for eyes it stands there by
    /// its name.
    pub fn render(
        &self,
        phones: &PhoneTable,
        row: usize,
        models: &[Model],
        secrets: &Secrets,
        asking: Option<&dyn Asking>,
        into: &mut Vec<u8>,
    ) {
        into.reserve(self.usual);
        let mut text = String::new();
        for chunk in &self.chunks {
            match chunk {
                Chunk::Bytes(bytes) => into.extend_from_slice(bytes),
                Chunk::Request(value) => match (asking, secrets) {
                    (Some(asking), _) => profile::escape(into, asking.value(*value)),
                    (None, Secrets::Hidden) => profile::escape(into, &format!("{{request.{}}}", value.name())),
                    (None, _) => {}
                },
                Chunk::Cell(column) => profile::escape(into, phones.cell(*column, row)),
                Chunk::Hole(template) | Chunk::Secret(template) => {
                    text.clear();
                    phones.expand_with(template, row, models, secrets, &mut text);
                    match (chunk, secrets) {
                        // What is for eyes is not escaped.
                        (Chunk::Secret(_), Secrets::Hidden) => into.extend_from_slice(text.as_bytes()),
                        _ => profile::escape(into, &text),
                    }
                }
            }
        }
    }
}
