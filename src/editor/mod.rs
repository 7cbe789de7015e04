//! What an editor asks of a program while it is written: each question is a function of a [`View`], the program as the
//! buffers have it. A text that is broken in the middle of a word is the usual case here. How questions come in and go
//! out is the protocol's (`cli/lsp`).

mod complete;
mod context;
mod diagnostics;
mod hover;
mod index;
mod keyword;
mod readable;
mod symbols;
mod text;
mod view;
mod wire;

pub use complete::complete;
pub use diagnostics::{Published, publish};
pub use hover::hover;
pub use symbols::definition;
pub use text::{Encoding, Text};
pub use view::{Place, View};
