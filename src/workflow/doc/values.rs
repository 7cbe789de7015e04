//! A value as a page shows it: what follows from the model is filled in, cells are named, secrets are too.

use crate::plan::{PhoneRef, Served, SettingValue, Template};
use crate::workflow::text::{has_cells, is_secret, of_model, shown};
use serde::Serialize;

/// What a statement does to a parameter.
#[derive(Clone, Copy)]
pub(super) enum Said<'p> {
    Set(&'p Template),
    /// It is the user's own.
    Keep,
}

impl<'p> Said<'p> {
    pub fn of(value: &'p SettingValue) -> Self {
        match value {
            SettingValue::Set(template) => Said::Set(template),
            SettingValue::Keep => Said::Keep,
        }
    }
}

/// A value for eyes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(super) struct Read {
    /// A text, or a pattern with `{phone.COLUMN}` in it.
    pub text: String,
    /// Each phone has its own.
    pub varies: bool,
    pub secret: bool,
    /// Nothing is set: the phone and its user decide.
    pub left: bool,
    pub empty: bool,
}

pub(super) fn read(said: &Said<'_>, served: &Served, phone: PhoneRef) -> Read {
    let Said::Set(template) = said else {
        return Read { text: String::new(), varies: false, secret: false, left: true, empty: false };
    };
    let template = of_model(template, served, phone);
    let secret = is_secret(&template);
    let text = shown(&template, served.fleet(phone), served, None);
    Read { varies: has_cells(&template), secret, left: false, empty: text.is_empty(), text }
}
