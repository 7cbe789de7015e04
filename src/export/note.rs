//! What a target cannot say: told, never dropped without a word.

use std::collections::HashSet;
use std::fmt;

/// One thing that differs from what the program says, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note(String);

impl Note {
    pub fn new(text: impl Into<String>) -> Self {
        // A name of the program's may hold anything; a note is one line, on a terminal and in a comment.
        Note(text.into().chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect())
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Notes in the order in which they came, each once.
#[derive(Debug, Default)]
pub(super) struct Notes {
    all: Vec<Note>,
    known: HashSet<Note>,
}

impl Notes {
    pub fn add(&mut self, text: impl Into<String>) {
        let note = Note::new(text);
        if self.known.insert(note.clone()) {
            self.all.push(note);
        }
    }

    pub fn all(self) -> Vec<Note> {
        self.all
    }

    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.all.iter()
    }
}
