//! The language's own reference, searched: a newcomer asks for `option 150` or `sealed`, not for a page's name.

use crate::diagnostic::{has_whole, speaks_of};

const REFERENCE: &str = include_str!("../../docs/language.md");

/// What of the reference speaks of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The heading that it stands under.
    pub section: &'static str,
    pub text: String,
}

/// More of a passage is not shown.
const MOST_SHOWN: usize = 200;

/// How near a passage is: a form that is written so, one that holds the words whole, one that holds their beginnings; and how
/// early it does.
type Rank = (u8, usize);

/// Rows of tables and paragraphs that hold all of the words, best first.
pub fn passages(words: &[String]) -> Vec<Passage> {
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Rank, Passage)> = Vec::new();
    let below = REFERENCE.lines().skip(1).chain(["", ""]);
    let (mut section, mut paragraph, mut in_code) = ("", String::new(), false);
    for (line, next) in REFERENCE.lines().chain([""]).zip(below) {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        let heading = line.starts_with('#');
        let apart = in_code || heading || line.trim().is_empty() || line.starts_with(['|', '-', '`']);
        if apart && !paragraph.is_empty() {
            found.extend(
                sentence(&std::mem::take(&mut paragraph), words).map(|(at, text)| (at, Passage { section, text })),
            );
        }
        if in_code || line.starts_with("```") || line.starts_with("|--") || next.starts_with("|--") {
            continue;
        }
        if heading {
            section = line.trim_start_matches('#').trim();
        } else if line.starts_with('|') {
            let cells: Vec<&str> =
                line.trim_matches('|').split(" | ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
            let row = cells.join(": ").replace("\\|", "|");
            let form = cells.first().copied().unwrap_or_default();
            let kind = match (code_of(form).any(|code| has_whole(code, words)), has_whole(&row, words)) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => 2,
            };
            found.extend(speaks_of(&row, words).map(|at| ((kind, at), Passage { section, text: shortened(&row, at) })));
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim_start_matches("- ").trim());
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, passage)| passage).collect()
}

/// What a table of a section says of a word: how it is written, and what it means. A row that begins with the word is nearer
/// than one in which it stands further on.
pub fn told_of(section: &str, word: &str) -> Option<(String, String)> {
    let inside =
        REFERENCE.lines().skip_while(|line| line.trim_start_matches('#').trim() != section || !line.starts_with('#'));
    let rows = inside.skip(1).take_while(|line| !line.starts_with('#')).filter_map(|line| {
        let row = line.strip_prefix("| ")?.trim_end_matches('|');
        let (form, meaning) = row.split_once(" | ")?;
        let place = code_of(form).enumerate().find_map(|(number, code)| {
            let at = speaks_of(code, &[word.to_owned()])?;
            Some((at > 0, number))
        });
        Some((place?, (form.replace("\\|", "|"), meaning.trim().replace("\\|", "|"))))
    });
    rows.min_by_key(|(place, _)| *place).map(|(_, told)| told)
}

/// What is marked as code in a text: every other piece.
fn code_of(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The first sentence of a paragraph that holds all words, if there is one.
fn sentence(paragraph: &str, words: &[String]) -> Option<(Rank, String)> {
    paragraph.split_inclusive(". ").find_map(|sentence| {
        let at = speaks_of(sentence, words)?;
        let kind = if has_whole(sentence, words) { 1 } else { 2 };
        // A row of a table that begins with the word is nearer than a sentence that does.
        Some(((kind, at + MOST_SHOWN / 4), shortened(sentence.trim(), at)))
    })
}

/// What lies round a place, cut at blanks.
fn shortened(text: &str, at: usize) -> String {
    if text.chars().count() <= MOST_SHOWN {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split(' ').collect();
    let (mut start, mut passed) = (0, 0);
    for (number, word) in words.iter().enumerate() {
        if passed + MOST_SHOWN / 2 < at {
            start = number + 1;
        }
        passed += word.len() + 1;
    }
    let mut shown = if start > 0 { "… ".to_owned() } else { String::new() };
    for (number, word) in words.iter().enumerate().skip(start) {
        if shown.chars().count() + word.chars().count() > MOST_SHOWN {
            shown.push('…');
            break;
        }
        shown.push_str(word);
        if number + 1 < words.len() {
            shown.push(' ');
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(topic: &str) -> Vec<&'static str> {
        let words: Vec<String> = topic.split(' ').map(str::to_lowercase).collect();
        passages(&words).into_iter().map(|passage| passage.section).collect()
    }

    #[test]
    fn words_of_a_newcomer_find_their_section() {
        for (topic, section) in [
            ("dhcp 66", "bootstrap"),
            ("option 150", "bootstrap"),
            ("sealed", "Secrets"),
            ("resync", "fleet"),
            ("jitter", "Literals and types"),
            ("spread", "fleet"),
            ("relay", "network"),
            ("csv", "inventory"),
        ] {
            assert!(sections(topic).contains(&section), "{topic}: {:?}", sections(topic));
        }
        for (topic, first) in [
            ("boot", "`on boot [spread 40s]`"),
            ("where", "`phones INVENTORY [where"),
            ("soa", "A zone's SOA record"),
            ("interpolation", "In a string, `{ }` holds an expression (interpolation)"),
            ("redirect", "`http { redirect \"/old/\""),
        ] {
            let found = passages(&[topic.to_owned()]);
            let texts: Vec<&str> = found.iter().map(|passage| passage.text.as_str()).collect();
            assert!(texts.iter().take(2).any(|text| text.starts_with(first)), "{topic}: {texts:#?}");
        }
        assert!(sections("zebra").is_empty() && passages(&[]).is_empty());
        assert!(sections("11.3.77").is_empty());
    }

    #[test]
    fn what_is_shown_is_short_and_has_the_word() {
        for passage in passages(&["phone".to_owned()]) {
            assert!(passage.text.chars().count() <= MOST_SHOWN + 2, "{}", passage.text);
            assert!(passage.text.to_lowercase().contains("phone"), "{}", passage.text);
        }
        assert_eq!(shortened(&"ä".repeat(500), 0), "…");
    }
}
