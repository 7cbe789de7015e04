//! The JSON documents of commands that answer with little more than what they did.

use crate::language::Passage;
use crate::live::{CrowdLine, LiveEvent};
use crate::plan::Plan;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use std::borrow::Cow;
use std::path::Path;

/// What `prov build --format json` wrote.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Built<'a> {
    /// The folder or archive, as it was named.
    pub output: &'a Path,
    pub files: usize,
    /// What the target cannot say, and what has to be put beside the files by hand.
    pub notes: Vec<&'a str>,
}

/// What `prov schema build` describes: the plan that `build` writes to `plan.json`, or what it says of itself.
pub struct Build;

impl JsonSchema for Build {
    fn schema_name() -> Cow<'static, str> {
        "Build".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let either = [generator.subschema_for::<Plan>(), generator.subschema_for::<Built>()];
        schemars::json_schema!({
            "description": "plan.json, or the answer of `prov build --format json`",
            "anyOf": either,
        })
    }
}

/// What `prov schema phone` describes: a line of `prov phone --json`, of one phone or of a crowd.
pub struct PhoneLine;

impl JsonSchema for PhoneLine {
    fn schema_name() -> Cow<'static, str> {
        "PhoneLine".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let either = [generator.subschema_for::<LiveEvent>(), generator.subschema_for::<CrowdLine>()];
        schemars::json_schema!({
            "description": "a line of `prov phone --json`: of one phone, or of a crowd (`--count`, `--from`)",
            "anyOf": either,
        })
    }
}

/// What `prov fmt --format json` looked at and what it changed; with `--check`, what it would change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LaidOut {
    pub files: usize,
    pub changed: Vec<String>,
}

/// What `prov new --format json` wrote.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Created<'a> {
    pub folder: &'a Path,
    /// Below the folder.
    pub files: Vec<&'static str>,
}

/// What `prov explain --format json` knows of a topic: its page, or what speaks of it where no page has its name.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Explained<'a> {
    Page {
        topic: &'a str,
        page: &'a str,
    },
    Found {
        topic: &'a str,
        /// The first of them, by name.
        parameters: Vec<&'a str>,
        /// How many parameters there are in all.
        found: usize,
        codes: Vec<&'static str>,
        /// Passages of the language's reference.
        language: Vec<Mention<'a>>,
    },
}

/// A passage that speaks of a topic.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Mention<'a> {
    pub section: &'static str,
    pub text: &'a str,
}

impl<'a> Mention<'a> {
    pub fn of(passage: &'a Passage) -> Self {
        Mention { section: passage.section, text: &passage.text }
    }
}
