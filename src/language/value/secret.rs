//! Texts with secrets in them, and the way by which a secret came to where it is used.

use super::Value;
use crate::diagnostic::{Diagnostic, Span};
use crate::phone::SecretRef;

/// A text with secrets in it, none of them known here.
#[derive(Clone, Debug, PartialEq)]
pub struct SecretText {
    pub parts: Vec<SecretPart>,
    pub way: SecretWay,
}

/// How a secret came to where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct SecretWay {
    /// Where it was first labelled secret.
    pub labelled: Span,
    /// What it went through since: the name of each `let` and function, in order.
    pub through: Vec<Span>,
}

/// Of a longer way the first steps are told.
const MOST_STEPS: usize = 8;

impl SecretWay {
    pub fn new(labelled: Span) -> Self {
        SecretWay { labelled, through: Vec::new() }
    }

    /// Goes on through what a name stands for.
    pub fn go_on(&mut self, through: Span) {
        if self.through.len() < MOST_STEPS {
            self.through.push(through);
        }
    }

    /// A finding with a label for each step, numbered from 1, and the number of the step to come.
    pub fn told(&self, finding: Diagnostic) -> (Diagnostic, usize) {
        let first = finding.label(self.labelled, "1. labelled secret here");
        let steps = self.through.iter().zip(2..);
        let all =
            steps.fold(first, |finding, (span, number)| finding.label(*span, format!("{number}. handed on by this")));
        (all, self.through.len() + 2)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum SecretPart {
    Text(String),
    Kept(SecretRef),
    /// `derive(S, x)`: the secret, and what the key is for.
    Derived(SecretRef, String),
}

/// A value that a name stood for; a secret remembers it.
pub fn handed_on(mut value: Value, through: Span) -> Value {
    if let Value::Secret(secret) = &mut value {
        secret.way.go_on(through);
    }
    value
}
