//! From text to tree: lexical faults first, then the grammar, which recovers at the next statement.

mod build;
mod expression;
pub mod lexis;
pub mod literal;
mod parse;
mod plain;
mod slips;
mod stumbles;
pub mod tree;

pub use parse::{MAX_FILE_BYTES, parse};
pub use plain::declaration;
pub(super) use stumbles::compares;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/prov.pest"]
struct Grammar;

type Pair<'i> = pest::iterators::Pair<'i, Rule>;
