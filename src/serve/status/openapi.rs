//! The document of the API (OpenAPI 3.1), made from the table of routes and from the types that answers are written from.

use super::routes::{Answer, Operation, Parameter, all};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// As text; it never changes while a process runs.
pub(super) static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for route in all() {
        let operation = operation(&route.operation, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.operation.method.into(), operation);
        }
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "prov serve",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What is seen of phones that are provisioned. Times are milliseconds since 1970; `expires` is in seconds.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn operation(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let parameters: Vec<Value> = operation.parameters.iter().map(|one| parameter(one, generator)).collect();
    let mut answers = Map::new();
    for answer in &operation.answers {
        answers.insert(answer.status.to_string(), response(answer, generator));
    }
    json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": answers,
    })
}

fn parameter(parameter: &Parameter, generator: &mut SchemaGenerator) -> Value {
    json!({
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.about,
        "schema": (parameter.schema)(generator),
    })
}

fn response(answer: &Answer, generator: &mut SchemaGenerator) -> Value {
    let schema = answer.schema.map(|schema| schema(generator).to_value());
    let content =
        schema.map_or_else(|| json!({ "schema": { "type": "string" } }), |schema| json!({ "schema": schema }));
    json!({ "description": answer.about, "content": { answer.kind: content } })
}
