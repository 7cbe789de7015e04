//! What an editor asks of a program while it is written: each question is a function of a [`View`], the program as the
//! buffers have it. A text that is broken in the middle of a word is the usual case here. How questions come in and go
//! out is the protocol's (`cli/lsp`).

mod actions;
mod complete;
mod context;
mod diagnostics;
mod format;
mod hints;
mod hover;
mod index;
mod keyword;
mod outline;
mod overlaid;
mod readable;
mod rename;
mod sampled;
mod symbols;
mod text;
mod view;
mod wire;

pub use actions::{Mend, mends};
pub use complete::complete;
pub use diagnostics::{Found, Published, publish, publish_quick, shown};
pub use format::format;
pub use hints::hints;
pub use hover::hover;
pub use outline::{folds, symbols};
pub use rename::{nameable, rename};
pub use sampled::Sampled;
pub use symbols::{definition, references};
pub use text::{Encoding, Text};
pub use view::{Place, SharedFiles, View};
