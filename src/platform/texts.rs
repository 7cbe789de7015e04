//! What is known of many texts at once. The values of a fleet's phones are put together from a few columns: whether all
//! fit their parameter shows most often in which signs the columns hold and how long their cells are.

use super::parameter::{Parameter, ParameterType, TextType};
use crate::phone::script;

/// Texts, by what any of them holds. It may say less of them than there is to say, and never too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    /// A bit for each sign of ASCII.
    signs: u128,
    /// Some have others.
    foreign: bool,
    longest: usize,
    /// Some are empty.
    empty: bool,
    /// Some begin, or end, with a blank.
    blank_first: bool,
    blank_last: bool,
}

impl Texts {
    /// No text at all.
    pub const NONE: Texts =
        Texts { signs: 0, foreign: false, longest: 0, empty: false, blank_first: false, blank_last: false };

    /// One text.
    pub fn one(text: &str) -> Texts {
        Texts::all([text])
    }

    pub fn all<'t>(texts: impl IntoIterator<Item = &'t str>) -> Texts {
        let mut all = Texts::NONE;
        let mut seen = [false; 256];
        for text in texts {
            for octet in text.bytes() {
                if let Some(seen) = seen.get_mut(usize::from(octet)) {
                    *seen = true;
                }
            }
            all.longest = all.longest.max(text.len());
            all.empty |= text.is_empty();
            all.blank_first |= text.starts_with(' ');
            all.blank_last |= text.ends_with(' ');
        }
        let signs = (0..128u32).zip(&seen).filter(|(_, seen)| **seen);
        all.signs = signs.fold(0, |signs, (sign, _)| signs | 1 << sign);
        all.foreign = seen.iter().skip(128).any(|seen| *seen);
        all
    }

    /// These and those.
    pub fn or(self, other: Texts) -> Texts {
        Texts {
            signs: self.signs | other.signs,
            foreign: self.foreign || other.foreign,
            longest: self.longest.max(other.longest),
            empty: self.empty || other.empty,
            blank_first: self.blank_first || other.blank_first,
            blank_last: self.blank_last || other.blank_last,
        }
    }

    /// One of these with one of those behind it.
    pub fn then(self, other: Texts) -> Texts {
        Texts {
            signs: self.signs | other.signs,
            foreign: self.foreign || other.foreign,
            longest: self.longest.saturating_add(other.longest),
            empty: self.empty && other.empty,
            blank_first: self.blank_first || self.empty && other.blank_first,
            blank_last: other.blank_last || other.empty && self.blank_last,
        }
    }

    /// In octets.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Whether the parameter takes each of them, and each is ASCII. `false` is no verdict, as of [`super::surely_fits`].
    pub fn surely_fit(&self, parameter: &Parameter) -> bool {
        let ParameterType::Text(ty) = parameter.ty else { return false };
        let plain = !self.foreign && self.are_of(|sign| matches!(sign, ' '..='~'));
        plain && !self.blank_first && !self.blank_last && self.plainly(ty)
    }

    fn plainly(&self, ty: TextType) -> bool {
        let keys = || self.are_of(|sign| sign.is_ascii_digit() || matches!(sign, '*' | '#'));
        match ty {
            TextType::String | TextType::Secret => true,
            TextType::Login => self.longest <= 63,
            TextType::UserId => self.longest <= 63 && self.are_of(script::stands_in_user),
            TextType::PhoneNumber => self.longest <= 39 && keys(),
            TextType::StarCode => self.longest <= 7 && keys(),
            _ => false,
        }
    }

    fn are_of(&self, fits: impl Fn(char) -> bool) -> bool {
        let mut signs = self.signs;
        while signs != 0 {
            if !u8::try_from(signs.trailing_zeros()).is_ok_and(|sign| fits(char::from(sign))) {
                return false;
            }
            signs &= signs - 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Catalogue, surely_fits};
    use super::*;
    use proptest::prelude::*;

    /// A parameter of each type that holds texts.
    fn parameters() -> Vec<std::sync::Arc<Parameter>> {
        let mut seen = Vec::new();
        let catalogue = Catalogue::cisco_mpp();
        let all = catalogue.families().filter_map(|family| catalogue.parameter(family));
        all.filter(|parameter| {
            let kind = match parameter.ty {
                ParameterType::Text(ty) => Some(ty),
                _ => None,
            };
            let new = !seen.contains(&kind);
            seen.push(kind);
            new
        })
        .collect()
    }

    #[test]
    fn what_plainly_fits_is_known_without_a_look_at_each() {
        let catalogue = Catalogue::cisco_mpp();
        for (family, texts, fit) in [
            ("Station_Name", &["Anna", "B & C", "d.e/f"][..], true),
            ("Station_Name", &["Anna", ""], true),
            ("Station_Name", &[], true),
            ("Station_Name", &["Anna", " B"], false),
            ("Station_Name", &["Anna ", "B"], false),
            ("Station_Name", &["Anna", "J\u{f6}rg"], false),
            ("Station_Name", &["Anna", "a\nb"], false),
            ("Station_Name", &["Anna", "a\u{7f}"], false),
            ("User_ID[]", &["0211", "a-b_c.d"], true),
            ("User_ID[]", &["0211", "a@b"], false),
            ("User_ID[]", &["0211", "a%20b"], false),
            ("User_ID[]", &["0123456789012345678901234567890123456789012345678901234567890123"], false),
            ("Auth_ID[]", &["a@b", "DOMAIN\\user"], true),
            ("Call_Return_Code", &["*69", "#1"], true),
            ("Call_Return_Code", &["*6a"], false),
            ("Call_Return_Code", &["*1234567"], false),
            ("Ringer_Volume", &["9"], false),
        ] {
            let parameter = catalogue.parameter(family).expect(family);
            assert_eq!(Texts::all(texts.iter().copied()).surely_fit(&parameter), fit, "{family} {texts:?}");
        }
    }

    proptest! {
        /// Whatever is said of all columns put together holds of each row.
        #[test]
        fn nothing_is_said_of_all_that_does_not_hold_of_each(
            columns in prop::collection::vec(prop::collection::vec("[ -~]{0,9}|[a-z0-9*#]{0,40}|[\u{0}-\u{ff}]{0,3}", 4), 0..4)
        ) {
            let mut all = Texts::one("");
            for column in &columns {
                let halves = column.split_at(2);
                let [one, other] = [halves.0, halves.1].map(|half| Texts::all(half.iter().map(String::as_str)));
                prop_assert_eq!(one.or(other), Texts::all(column.iter().map(String::as_str)));
                all = all.then(one.or(other));
            }
            for row in 0..4 {
                let text: String = columns.iter().map(|column| column[row].as_str()).collect();
                prop_assert!(text.len() <= all.longest());
                for parameter in parameters() {
                    if all.surely_fit(&parameter) {
                        prop_assert!(surely_fits(&parameter, &text), "{:?} {:?}", parameter.ty, text);
                    }
                }
            }
        }
    }
}
