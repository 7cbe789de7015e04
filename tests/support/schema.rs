//! Documents against the schemas that prov prints for them.

use super::prov;
use serde_json::{Value, json};

/// Each document fits `prov schema COMMAND`, which would not take anything.
#[track_caller]
pub fn valid(command: &str, documents: &[(String, Value)]) {
    let schema = prov(["schema", command]).ok().json();
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("prov schema {command}: {error}"));
    let validator = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("prov schema {command}: {error}"));
    assert!(!validator.is_valid(&Value::Null) && !validator.is_valid(&json!({})), "{command} says nothing");
    assert!(!documents.is_empty());
    for (what, document) in documents {
        let errors: Vec<String> =
            validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path)).collect();
        assert!(errors.is_empty(), "{what} does not fit prov schema {command}:\n{}\n{document}", errors.join("\n"));
    }
}
