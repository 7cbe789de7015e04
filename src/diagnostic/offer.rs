//! What a help offers word for word, as changes of the text. A help is written for people, and says what to write, not where
//! to the sign; so there are several ways to take it up, the likeliest first, and whoever does sees which of them mends.

use super::{Diagnostic, Span};
use std::ops::Range;

/// A piece of a file, and what is to stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// Words of a help that an offer stands behind.
const BEFORE: [&str; 4] = ["It is written `", "did you mean `", "write `", "put it in quotes: `"];

/// And a text in quotes: `did you mean "GMT+01:00"?`
const MEANT_TEXT: &str = "did you mean \"";

/// What stands for something that only the writer knows.
const PLACEHOLDERS: [&str; 14] = [
    "NAME",
    "VALUE",
    "SECRET",
    "TYPE",
    "CONDITION",
    "PATH",
    "MAC",
    "ADDRESS",
    "D",
    "S",
    "C",
    "P",
    "FIRMWARE",
    "INVENTORY",
];

impl Diagnostic {
    /// What its help offers word for word: nothing where something is left to fill in.
    pub fn offer(&self) -> Option<&str> {
        let help = self.help.as_deref()?;
        if let Some((_, text)) = help.split_once(MEANT_TEXT) {
            // With its quotes, as it stands in a program.
            let quoted = help.len() - text.len() - 1;
            return help.get(quoted..=quoted + 1 + text.find('"')?);
        }
        let behind = BEFORE.iter().find_map(|words| help.split_once(words))?.1;
        let text = behind.split_once('`')?.0;
        let open = text.contains('…')
            || text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| PLACEHOLDERS.contains(&word));
        (!open).then_some(text)
    }

    /// Ways to take the offer up in the text that the finding is of: for what is underlined, for the word that the message
    /// quotes, for the rest of the line, for the line, or put into it.
    pub fn taken_up(&self, text: &str) -> Vec<Edit> {
        let span = self.span();
        let (start, end) = (span.start as usize, span.end as usize);
        let (Some(offer), Some(under)) = (self.offer(), text.get(start..end)) else { return Vec::new() };
        let offer = offer.replace("[n]", "[1]").replace("[m]", "[1]");
        let line = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let rest = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |newline| end + newline);
        let mut edits: Vec<Edit> = Vec::new();
        let mut edit = |range: Range<usize>, text: String| {
            let edit = Edit { span: Span::new(span.file, range.start, range.end), text };
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        };
        if let Some(inside) = offer.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            // The string that the place is in, or the place in a string, or one of a data file.
            let before = text.get(line..start).and_then(|before| before.rfind('"')).map(|at| line + at);
            let behind = text.get(end..rest).and_then(|after| after.find('"')).map(|at| end + at + 1);
            if let (Some(open), Some(close), false) = (before, behind, under.starts_with('"')) {
                edit(open..close, offer.clone());
            }
            if !under.starts_with('"') {
                edit(start..end, inside.to_owned());
            }
        }
        edit(start..end, offer.clone());
        for word in self.message.split('`').skip(1).step_by(2) {
            for (at, _) in under.match_indices(word) {
                edit(start + at..start + at + word.len(), offer.clone());
            }
            let name = word.split('[').next().unwrap_or(word);
            if let (Some(at), Some(bare)) = (under.find(name), offer.split('[').next()) {
                edit(start + at..start + at + name.len(), bare.to_owned());
            }
        }
        edit(start..rest, offer.clone());
        edit(line..rest, offer.clone());
        edit(end..end, format!(" {offer}"));
        edit(start..start, format!("{offer} "));
        // In a data file it is the name there that may be changed, too.
        if let (Some(word), Some(at)) = (self.message.split('`').nth(3), text.find(&offer)) {
            edit(at..at + offer.len(), word.to_owned());
        }
        edits
    }
}

impl Edit {
    /// The text with the change in it.
    pub fn applied(&self, text: &str) -> String {
        let (start, end) = (self.span.start as usize, self.span.end as usize);
        let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        format!("{before}{}{after}", self.text)
    }
}
