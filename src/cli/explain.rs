//! `prov explain`

use super::{Failure, Format, Global, Status, output};
use crate::diagnostic::{Code, closest};
use crate::language::{Passage, passages};
use crate::phone::stance::Matter;
use crate::platform::{Catalogue, Releases, type_names, type_page};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A code (P0205), a parameter (Proxy[1], Proxy_1_), a model (CP-8841-3PCC), a macro ($MA), a type
    /// (schedule), a release (11.3(7)) or a contradiction of the vendor's texts (C-08)
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
        .or_else(|| Matter::from_id(topic).map(Matter::page))
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
    let words: Vec<String> =
        topic.split([' ', '_', '-']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let found =
        Found { parameters: catalogue.holding(&words), codes: Code::holding(&words), passages: passages(&words) };
    if !found.is_empty() {
        found.show(topic, arguments.format)?;
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

/// And of what else speaks of a topic.
const MOST_PASSAGES: usize = 6;

/// What speaks of a topic that no page is called.
struct Found {
    parameters: Vec<(String, String)>,
    codes: Vec<Code>,
    passages: Vec<Passage>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.codes.is_empty() && self.passages.is_empty()
    }

    fn show(&self, topic: &str, format: Format) -> Result<(), Failure> {
        match format {
            Format::Human => output::result(&self.text(topic)),
            Format::Json => {
                let parameters: Vec<&str> =
                    self.parameters.iter().take(MOST_LISTED).map(|(name, _)| name.as_str()).collect();
                let codes: Vec<&str> = self.codes.iter().take(MOST_PASSAGES).map(|code| code.name()).collect();
                let language: Vec<_> = self
                    .passages
                    .iter()
                    .take(MOST_PASSAGES)
                    .map(|passage| json!({ "section": passage.section, "text": passage.text }))
                    .collect();
                output::json(&json!({
                    "topic": topic,
                    "parameters": parameters,
                    "found": self.parameters.len(),
                    "codes": codes,
                    "language": language,
                }))?;
            }
        }
        Ok(())
    }

    fn text(&self, topic: &str) -> String {
        let mut text = format!("no page is called `{topic}`\n");
        let more = |all: usize, most: usize| match all.saturating_sub(most) {
            0 => String::new(),
            more => format!("  and {more} more\n"),
        };
        if !self.passages.is_empty() {
            text.push_str("\nin the language (docs/language.md):\n");
            for passage in self.passages.iter().take(MOST_PASSAGES) {
                text.push_str(&format!("  {}: {}\n", passage.section, passage.text));
            }
            text.push_str(&more(self.passages.len(), MOST_PASSAGES));
        }
        if !self.parameters.is_empty() {
            let listed = self.parameters.iter().take(MOST_LISTED);
            let width = listed.clone().map(|(name, _)| name.len()).max().unwrap_or_default();
            text.push_str("\nparameters:\n");
            text.extend(listed.map(|(name, summary)| format!("  {name:<width$}  {summary}\n")));
            text.push_str(&more(self.parameters.len(), MOST_LISTED));
        }
        if !self.codes.is_empty() {
            text.push_str("\nfindings:\n");
            let listed = self.codes.iter().take(MOST_PASSAGES);
            text.extend(listed.map(|code| format!("  {code}  {}\n", code.title())));
            text.push_str(&more(self.codes.len(), MOST_PASSAGES));
        }
        text
    }
}
