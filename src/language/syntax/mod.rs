//! From text to tree: lexical faults first, then the grammar, which recovers at the next statement.

mod assigned;
mod build;
mod columns;
mod declaring;
mod expression;
mod lettered;
pub mod lexis;
mod library;
pub mod literal;
mod mends;
mod parse;
mod slips;
mod statement;
mod stumbles;
pub mod tree;
mod type_expr;
mod unquoted;
mod walk;

pub use library::declaration;
pub use parse::{MAX_FILE_BYTES, parse};
pub(super) use stumbles::compares;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/prov.pest"]
struct Grammar;

type Pair<'i> = pest::iterators::Pair<'i, Rule>;
