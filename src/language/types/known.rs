//! When a value is known, the way that took it there, and the finding for a value that is used before.

use super::super::names::when;
use super::super::value::Time;
use super::kind::Type;
use crate::diagnostic::{Code, Diagnostic, Span};

/// What is known of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub ty: Type,
    pub time: Time,
    /// How the value came to be known no sooner, first step first; none for what is known at build.
    pub way: Vec<Step>,
    /// What in the expression at hand brings the time.
    pub site: Span,
}

/// A place that a value came by.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub span: Span,
    pub text: String,
}

/// Longer ways are told by their first step and their last.
const MOST_STEPS: usize = 8;

impl Typed {
    pub fn build(ty: Type) -> Typed {
        Typed { ty, time: Time::Build, way: Vec::new(), site: Span::default() }
    }

    /// What is not known before a time, beginning here.
    pub fn since(ty: Type, time: Time, span: Span) -> Typed {
        let text = match time {
            Time::OnPhone => "known on the phone only".to_owned(),
            time => format!("known {}", when(time)),
        };
        Typed { ty, time, way: vec![Step { span, text }], site: span }
    }

    pub fn any() -> Typed {
        Typed::build(Type::Any)
    }

    /// The same value with another type.
    pub fn with(mut self, ty: Type) -> Typed {
        self.ty = ty;
        self
    }

    /// A value of a type that is made of several: known when the last of them is.
    pub fn made_of<'t>(ty: Type, parts: impl IntoIterator<Item = &'t Typed>) -> Typed {
        let mut made = Typed::build(ty);
        for part in parts {
            made.known_with(part);
        }
        made
    }

    /// Known no sooner than another.
    pub fn known_with(&mut self, other: &Typed) {
        if other.time > self.time {
            (self.time, self.way, self.site) = (other.time, other.way.clone(), other.site);
        }
    }

    /// One step further on its way, if it is on one.
    pub fn by(mut self, span: Span, text: impl FnOnce() -> String) -> Typed {
        if self.time > Time::Build {
            if self.way.len() >= MOST_STEPS {
                self.way.remove(1);
            }
            self.way.push(Step { span, text: text() });
        }
        self
    }

    /// The same as another expression sees it, by name.
    pub fn seen_at(mut self, span: Span) -> Typed {
        self.site = span;
        self
    }

    /// The finding for its use where `latest` is as late as can be; `place` says why.
    pub fn too_late(&self, latest: Time, place: &str) -> Option<Diagnostic> {
        if self.time <= latest {
            return None;
        }
        let finding = Diagnostic::new(Code::P0401, self.site, "this value is used before it is known");
        let finding = match self.way.as_slice() {
            [] => finding.because(place),
            [only] if only.span == self.site => finding.because(format!("{}; {place}", only.text)),
            way => {
                let mut finding = finding.because(format!("{}. {place}", way.len() + 1));
                for (number, step) in way.iter().enumerate() {
                    finding = finding.label(step.span, format!("{}. {}", number + 1, step.text));
                }
                finding
            }
        };
        Some(match (self.time, latest) {
            (Time::OnPhone, Time::Request) => {
                finding.help("in a string, `$` is just a character: the phone expands macros in rules only")
            }
            (Time::OnPhone, _) => {
                finding.help("on-phone values stand in rules, conditions, fetch paths and log messages")
            }
            _ => finding,
        })
    }
}
