//! Why a value is what it is: `value` tells of one phone's parameter who set it, what it is made of and what it beat; `line`
//! tells the inverse, what a line of the program or of a data file does to which phones. The plan says what phones get and
//! where each statement stands; the text at that place says the rest.

mod cell;
mod delivered;
mod human;
mod line;
mod line_human;
mod made;
pub mod names;
mod parameter;
pub mod program;
mod reach;
mod row;
mod server;
mod statement;
mod touched;
mod value;

pub use line::{LineAnswer, line};
pub use value::{ValueAnswer, value};

use crate::diagnostic::SourceMap;
use crate::language::{DataFile, Files};
use crate::plan::Served;
use serde::Serialize;

/// A program, as it is asked about.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub served: &'a Served,
    pub sources: &'a SourceMap,
    /// The data files that inventories read.
    pub data: &'a [DataFile],
    pub files: &'a dyn Files,
}

/// The document of `prov why --format json`: of a phone's parameter, or of a line.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    Value(Box<ValueAnswer>),
    Line(Box<LineAnswer>),
}

impl Answer {
    /// As a person reads it.
    pub fn human(&self) -> String {
        match self {
            Answer::Value(answer) => answer.human(),
            Answer::Line(answer) => answer.human(),
        }
    }
}

/// A question about something that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);
