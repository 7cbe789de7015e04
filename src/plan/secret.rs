//! Secrets in a plan are references: where the text is kept, never the text. Only bytes as sent hold it.

use crate::phone::SecretRef;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// What stands for a secret in everything that is printed.
pub const HIDDEN: &str = "•••";

/// A secret's text. It has no `Display`, and its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// For bytes as sent, and for keys.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// What rendering knows of secrets.
#[derive(Clone, Debug, Default)]
pub enum Secrets {
    /// Nothing: each is shown as dots.
    #[default]
    Hidden,
    /// A text of its own for each, made from its name: for the phone model, which has to open what was sealed.
    StandIn,
    /// The texts themselves. One that is missing is shown as dots.
    Known(HashMap<SecretRef, Secret>),
}

impl Secrets {
    pub(super) fn text(&self, reference: &SecretRef) -> Cow<'_, str> {
        match self {
            Secrets::Hidden => Cow::Borrowed(HIDDEN),
            Secrets::StandIn => Cow::Owned(stand_in(reference)),
            Secrets::Known(texts) => {
                texts.get(reference).map_or(Cow::Borrowed(HIDDEN), |secret| secret.reveal().into())
            }
        }
    }
}

/// The text that stands in for a secret where the real one is not to be read.
pub fn stand_in(reference: &SecretRef) -> String {
    format!("stand-in for {reference}").replace([' ', ':', '/'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_printed_holds_the_text() {
        let reference = SecretRef::Env("A".into());
        let known = Secrets::Known(HashMap::from([(reference.clone(), Secret::new("hunter2"))]));
        assert!(!format!("{known:?}").contains("hunter2"));
        assert_eq!(known.text(&reference), "hunter2");
        assert_eq!(Secrets::Hidden.text(&reference), HIDDEN);
    }
}
