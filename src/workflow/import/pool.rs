//! Texts by number: thousands of files say the same few thousand names and values over and over.

use std::collections::HashMap;
use std::sync::Arc;

/// The number of a text in its pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(u32);

#[derive(Debug, Default)]
pub struct Pool {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Text>,
}

impl Pool {
    pub fn add(&mut self, text: &str) -> Text {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let number = Text(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    pub fn get(&self, text: Text) -> &str {
        self.texts.get(text.0 as usize).map_or("", |text| text)
    }

    pub fn find(&self, text: &str) -> Option<Text> {
        self.numbers.get(text).copied()
    }
}
