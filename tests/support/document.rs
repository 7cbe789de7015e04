//! JSON for people to review: what fits in a line stands in one.

use serde_json::Value;

const WIDTH: usize = 150;

/// The document, laid out for a snapshot.
pub fn compact(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}

fn write(value: &Value, depth: usize, into: &mut String) {
    let flat = flat(value);
    let (open, close, parts): (char, char, Vec<(String, &Value)>) = match value {
        Value::Array(items) if depth * 2 + flat.len() > WIDTH => {
            ('[', ']', items.iter().map(|item| (String::new(), item)).collect())
        }
        Value::Object(fields) if depth == 0 || depth * 2 + flat.len() > WIDTH => {
            // What is short comes first: what a thing is, before what is in it.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(_, field)| self::flat(field).len() > WIDTH);
            ('{', '}', fields.into_iter().map(|(name, field)| (format!("\"{name}\": "), field)).collect())
        }
        _ => return into.push_str(&flat),
    };
    into.push(open);
    for (number, (name, part)) in parts.iter().enumerate() {
        into.push_str(if number == 0 { "\n" } else { ",\n" });
        into.push_str(&"  ".repeat(depth + 1));
        into.push_str(name);
        write(part, depth + 1, into);
    }
    into.push('\n');
    into.push_str(&"  ".repeat(depth));
    into.push(close);
}

fn flat(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| format!("\"{name}\": {}", flat(field)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
