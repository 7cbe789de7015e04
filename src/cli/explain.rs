//! `prov explain`

use super::documents::{Explained, Mention};
use super::{Failure, Format, Global, Status, output};
use crate::diagnostic::{Code, closest};
use crate::language::{Passage, passages};
use crate::phone::stance::Matter;
use crate::platform::{Catalogue, Releases, type_names, type_page};
use clap::Args;

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
    if topic.is_empty() {
        return Err(Failure::new(format!("nothing is asked for: {ASKED}")));
    }
    let page = match matter(topic) {
        Some(Ok(matter)) => Some(matter.page()),
        Some(Err(unknown)) => return Err(Failure::new(unknown)),
        None => Code::from_name(topic)
            .map(|code| code.page().to_owned())
            .or_else(|| ["stance", "stances", "contradictions"].contains(&topic).then(register))
            .or_else(|| type_page(topic).filter(|_| type_names().any(|name| name == topic)))
            .or_else(|| catalogue.explain(topic))
            .or_else(|| type_page(topic))
            .or_else(|| type_page(&topic.replace([' ', '-'], "_")))
            .or_else(|| Releases::cisco().explain(topic)),
    };
    if let Some(page) = page {
        match arguments.format {
            Format::Human => output::result(&page),
            Format::Json => output::json(&Explained::Page { topic, page: &page })?,
        }
        return Ok(Status::Clean);
    }
    let words: Vec<String> =
        topic.split([' ', '_', '-']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let of = |words: &[String]| Found {
        parameters: catalogue.holding(words),
        codes: Code::holding(words),
        passages: passages(words),
    };
    let mut found = of(&words);
    if found.is_empty() {
        // `redirects` are spoken of one at a time.
        let single = |word: &String| word.strip_suffix('s').unwrap_or(word).to_owned();
        found = of(&words.iter().map(single).filter(|word| !word.is_empty()).collect::<Vec<_>>());
    }
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
    let hint = match closest(topic, names) {
        Some(close) => format!("; did you mean `{close}`?"),
        None => format!(": {ASKED}"),
    };
    Err(Failure::new(format!("nothing is known about `{topic}`{hint}")))
}

/// What may be asked for.
const ASKED: &str = "name a code (P0205), a parameter (Proxy[1]), a model (8841), a macro ($MA), a type (schedule), a \
                     release (\"11.3(7)\"), a contradiction of the vendor's texts (C-08), or a word";

/// The matter of a number in any spelling (`c-8`, `C08`); none: it is no such number. Of a number that no matter has it is
/// said which there are.
fn matter(topic: &str) -> Option<Result<Matter, String>> {
    let digits = topic.strip_prefix(['C', 'c'])?.trim_start_matches(['-', ' ', '_']);
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let known = Matter::from_id(&format!("C-{digits:0>2}"));
    let (first, last) = (Matter::ALL.first(), Matter::ALL.last());
    Some(known.ok_or_else(|| {
        let ends = [first, last].map(|matter| matter.map_or("", |matter| matter.id()));
        format!("there is no contradiction `{topic}`: {} to {}; `prov explain stance` lists them", ends[0], ends[1])
    }))
}

/// All contradictions of the vendor's texts.
fn register() -> String {
    let mut page =
        "stance: what a phone is taken to do where the vendor's texts contradict each other (PB §31)\n\n".to_owned();
    for matter in Matter::ALL {
        let words: Vec<&str> = matter.choices().iter().map(|choice| choice.word).collect();
        page.push_str(&format!("  {}  {}: {}\n", matter.id(), matter.title(), words.join(", ")));
    }
    page.push_str("\nThe first reading of each is taken. `prov explain C-08` shows one; `prov test --stance C-08=1-second` plays another.\n");
    page
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
                let parameters = self.parameters.iter().take(MOST_LISTED).map(|(name, _)| name.as_str()).collect();
                let codes = self.codes.iter().take(MOST_PASSAGES).map(|code| code.name()).collect();
                output::json(&Explained::Found {
                    topic,
                    parameters,
                    found: self.parameters.len(),
                    codes,
                    language: self.passages.iter().take(MOST_PASSAGES).map(Mention::of).collect(),
                })?;
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
