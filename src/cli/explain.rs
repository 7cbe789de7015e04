//! `prov explain`

use super::{Failure, Format, Global, Status, output};
use crate::diagnostic::{Code, closest};
use crate::platform::{Catalogue, Releases, type_names, type_page};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A code (P0205), a parameter (Proxy[1], Proxy_1_), a model (CP-8841-3PCC), a macro ($MA), a type
    /// (schedule) or a release (11.3(7))
    #[arg(value_name = "TOPIC")]
    topic: String,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(arguments: &Arguments, _: &Global) -> Result<Status, Failure> {
    let topic = arguments.topic.trim();
    let catalogue = Catalogue::cisco_mpp();
    let page = Code::from_name(topic)
        .map(|code| code.page().to_owned())
        .or_else(|| catalogue.explain(topic))
        .or_else(|| type_page(topic))
        .or_else(|| Releases::cisco().explain(topic));
    if let Some(page) = page {
        match arguments.format {
            Format::Human => output::result(&page),
            Format::Json => output::json(&json!({ "topic": topic, "page": page }))?,
        }
        return Ok(Status::Clean);
    }
    let found = catalogue.holding(topic);
    if !found.is_empty() {
        list(topic, &found, arguments.format)?;
        return Ok(Status::Clean);
    }
    let names: Vec<&str> = catalogue
        .families()
        .chain(catalogue.models().iter().map(|model| model.name.as_str()))
        .chain(catalogue.macros())
        .chain(type_names())
        .chain(Releases::cisco().all().iter().map(|release| release.name.as_str()))
        .chain(Code::ALL.iter().map(|code| code.name()))
        .collect();
    let hint = closest(topic, names).map(|close| format!("; did you mean `{close}`?")).unwrap_or_default();
    Err(Failure::new(format!("nothing is known about `{topic}`{hint}")))
}

/// Of more parameters the first are listed.
const MOST_LISTED: usize = 10;

/// Parameters whose name holds the topic.
fn list(topic: &str, found: &[(String, String)], format: Format) -> Result<(), Failure> {
    let listed = found.iter().take(MOST_LISTED);
    match format {
        Format::Human => {
            let width = listed.clone().map(|(name, _)| name.len()).max().unwrap_or_default();
            let mut text = format!("no page is called `{topic}`; parameters with it in their name:\n");
            text.extend(listed.map(|(name, summary)| format!("  {name:<width$}  {summary}\n")));
            if let Some(more) = found.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
                text.push_str(&format!("  and {more} more\n"));
            }
            output::result(&text);
        }
        Format::Json => {
            let names: Vec<&str> = listed.map(|(name, _)| name.as_str()).collect();
            output::json(&json!({ "topic": topic, "parameters": names, "found": found.len() }))?;
        }
    }
    Ok(())
}
