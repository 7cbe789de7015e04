//! Shapes compiled to bytes with holes, so that rendering one phone's file is copying text and filling holes.

use super::{Asking, Fleet, Model, PhoneTable, Piece, RequestValue, Secrets, SettingValue, Shape, Template};
use crate::phone::profile::{self, FOOTER, Form, HEADER};
use std::sync::OnceLock;

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
    /// What its files have in common for who packs them: found when the first of them is packed.
    form: OnceLock<Form>,
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
        let mut compiled = CompiledShape {
            chunks: vec![Chunk::Bytes(HEADER.to_vec())],
            usual: 0,
            parameters: 0,
            asks: false,
            form: OnceLock::new(),
        };
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
    pub fn render(&self, of: &Rendered<'_>, into: &mut Vec<u8>) {
        into.reserve(self.usual);
        let mut text = String::new();
        self.chunks.iter().for_each(|chunk| chunk.render(of, &mut text, into));
    }

    /// Appends the same as a gzip file.
    pub fn gzip(&self, of: &Rendered<'_>, into: &mut Vec<u8>) {
        let (mut plain, mut text) = (Vec::with_capacity(self.usual), String::new());
        let mut ends = Vec::with_capacity(self.chunks.len());
        for chunk in &self.chunks {
            chunk.render(of, &mut text, &mut plain);
            ends.push(plain.len());
        }
        into.reserve(self.usual / 2);
        profile::gzip_of(self.form.get_or_init(|| self.form()), &plain, &ends, into);
    }

    fn form(&self) -> Form {
        let pieces: Vec<Option<&[u8]>> = self
            .chunks
            .iter()
            .map(|chunk| match chunk {
                Chunk::Bytes(bytes) => Some(bytes.as_slice()),
                Chunk::Cell(_) | Chunk::Hole(_) | Chunk::Secret(_) | Chunk::Request(_) => None,
            })
            .collect();
        Form::new(&pieces)
    }
}

/// Whose file is rendered, and for whom.
#[derive(Clone, Copy)]
pub(super) struct Rendered<'r> {
    pub phones: &'r PhoneTable,
    pub row: usize,
    pub models: &'r [Model],
    pub secrets: &'r Secrets,
    pub asking: Option<&'r dyn Asking>,
}

impl Chunk {
    fn render(&self, of: &Rendered<'_>, text: &mut String, into: &mut Vec<u8>) {
        match self {
            Chunk::Bytes(bytes) => into.extend_from_slice(bytes),
            Chunk::Request(value) => match (of.asking, of.secrets) {
                (Some(asking), _) => profile::escape(into, asking.value(*value)),
                (None, Secrets::Hidden) => profile::escape(into, &format!("{{request.{}}}", value.name())),
                (None, _) => {}
            },
            Chunk::Cell(column) => profile::escape(into, of.phones.cell(*column, of.row)),
            Chunk::Hole(template) | Chunk::Secret(template) => {
                text.clear();
                of.phones.expand_with(template, of.row, of.models, of.secrets, text);
                match (self, of.secrets) {
                    // What is for eyes is not escaped.
                    (Chunk::Secret(_), Secrets::Hidden) => into.extend_from_slice(text.as_bytes()),
                    _ => profile::escape(into, text),
                }
            }
        }
    }
}
