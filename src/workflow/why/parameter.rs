//! Which element a person means: `Proxy[1]` and `Proxy_1_` are one; what is no name of any is told with the one that was
//! most likely meant.

use super::Refusal;
use crate::diagnostic::closest;
use crate::platform::{Catalogue, Parameter};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An element of profiles.
#[derive(Clone, Debug)]
pub struct Element {
    /// In XML: `Proxy_1_`.
    pub name: String,
    /// In the language: `Proxy[1]`.
    pub written: String,
    /// None: the catalogue does not know it, and the program sets it as `unlisted`.
    pub parameter: Option<Arc<Parameter>>,
    pub indexes: Vec<u32>,
}

/// The element that is meant; `set` are those that the phone gets. As to `prov explain`, the case of letters is nothing.
pub fn named(catalogue: &Catalogue, set: &BTreeSet<&str>, text: &str) -> Result<Element, Refusal> {
    let text = text.trim();
    exactly(catalogue, set, text).unwrap_or_else(|| match in_another_case(catalogue, set, text) {
        Some(meant) => exactly(catalogue, set, &meant).unwrap_or_else(|| Err(unknown(catalogue, set, text))),
        None => Err(unknown(catalogue, set, text)),
    })
}

/// The element with this very name; nothing where no family has it.
fn exactly(catalogue: &Catalogue, set: &BTreeSet<&str>, text: &str) -> Option<Result<Element, Refusal>> {
    if let Some((parameter, indexes)) = catalogue.of_element(text) {
        let written = catalogue.written(text).unwrap_or_else(|| text.to_owned());
        return Some(Ok(Element { name: text.to_owned(), written, parameter: Some(parameter), indexes }));
    }
    if set.contains(text) {
        let (name, written) = (text.to_owned(), text.to_owned());
        return Some(Ok(Element { name, written, parameter: None, indexes: Vec::new() }));
    }
    let (family, given) = family_of(text);
    let parameter = catalogue.parameter(&family)?;
    let mut indexes = Vec::new();
    for (index, (low, high)) in given.iter().zip(parameter.ranges()) {
        match index.parse::<u32>() {
            Ok(index) if (low..=high).contains(&index) => indexes.push(index),
            _ => return Some(Err(Refusal(format!("there is no `{text}`; the index runs from {low} to {high}")))),
        }
    }
    let written = with_indexes(&family, &given);
    Some(Ok(Element { name: parameter.element(&indexes), written, parameter: Some(parameter), indexes }))
}

/// The name that is spelled like a text but for the case of its letters.
fn in_another_case(catalogue: &Catalogue, set: &BTreeSet<&str>, text: &str) -> Option<String> {
    let same = |one: &str| one.eq_ignore_ascii_case(text);
    if let Some(element) = set.iter().find(|element| same(element)) {
        return Some((*element).to_owned());
    }
    let (bracketed, given) = family_of(text);
    let digits: Vec<String> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).map(str::to_owned).collect();
    let spelled = letters(text);
    catalogue.families().filter(|family| letters(family) == spelled).find_map(|family| {
        if family.eq_ignore_ascii_case(&bracketed) {
            return Some(with_indexes(family, &given));
        }
        let indexes: Vec<u32> = digits.iter().map(|one| one.parse().ok()).collect::<Option<_>>()?;
        let holes = family.matches("[]").count();
        let parameter = catalogue.parameter(family).filter(|_| holes == indexes.len())?;
        same(&parameter.element(&indexes)).then(|| with_indexes(family, &digits))
    })
}

fn unknown(catalogue: &Catalogue, set: &BTreeSet<&str>, text: &str) -> Refusal {
    let (family, given) = family_of(text);
    let range = |family: &str| catalogue.parameter(family).map(|parameter| parameter.ranges()).unwrap_or_default();
    let indexed = [format!("{family}[]"), format!("{family}[][]")];
    if let Some([(low, high), ..]) =
        indexed.iter().map(|family| range(family)).find(|ranges| !ranges.is_empty()).as_deref()
    {
        return Refusal(format!(
            "`{text}` is one of several: name it with its index, `{text}[{low}]` to `{text}[{high}]`"
        ));
    }
    let digits: Vec<String> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).map(str::to_owned).collect();
    let holes = |family: &str| family.matches("[]").count();
    let same = |family: &&str| letters(family) == letters(text) && holes(family) == digits.len();
    let meant = catalogue.families().find(same).map(|family| with_indexes(family, &digits));
    let meant =
        meant.or_else(|| set.iter().find(|element| element.eq_ignore_ascii_case(text)).map(|one| (*one).to_owned()));
    let meant = meant.or_else(|| {
        let close = closest(&family, catalogue.families().chain(set.iter().copied()))?;
        Some(with_indexes(close, if given.is_empty() { &digits } else { &given }))
    });
    let meant = meant.or_else(|| {
        // `Porxy_1_` is close to no family, its letters are.
        let bare = letters(text);
        let all: Vec<(String, &str)> = catalogue.families().map(|family| (letters(family), family)).collect();
        let close = closest(&bare, all.iter().map(|(letters, _)| letters.as_str()))?;
        let (_, family) = all.iter().find(|(letters, family)| letters == close && holes(family) == digits.len())?;
        Some(with_indexes(family, &digits))
    });
    Refusal(match meant {
        Some(meant) => format!("no phone has a parameter `{text}`; did you mean `{meant}`?"),
        None => format!(
            "no phone has a parameter `{text}`, and the program sets no such element (`prov explain WORDS` finds parameters)"
        ),
    })
}

/// `Unit[1]_Key[3]` as `Unit[]_Key[]` and its indexes.
fn family_of(text: &str) -> (String, Vec<String>) {
    let mut pieces = text.split('[');
    let mut family = pieces.next().unwrap_or_default().to_owned();
    let mut indexes = Vec::new();
    for piece in pieces {
        let (index, rest) = piece.split_once(']').unwrap_or((piece, ""));
        indexes.push(index.trim().to_owned());
        family.push_str("[]");
        family.push_str(rest);
    }
    (family, indexes)
}

/// The name of a family with its indexes, `n` where one is not known.
fn with_indexes(family: &str, indexes: &[String]) -> String {
    let mut indexes = indexes.iter();
    let mut pieces = family.split("[]");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |name, piece| {
        let index = indexes.next().map_or("n", String::as_str);
        name + "[" + index + "]" + piece
    })
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_both_spellings() {
        let set = BTreeSet::from(["X_Own"]);
        let catalogue = Catalogue::cisco_mpp();
        for (text, element, written) in [
            ("Proxy[1]", "Proxy_1_", "Proxy[1]"),
            (" Proxy_1_ ", "Proxy_1_", "Proxy[1]"),
            ("Resync_Periodic", "Resync_Periodic", "Resync_Periodic"),
            ("Profile_Rule_B", "Profile_Rule_B", "Profile_Rule_B"),
            ("X_Own", "X_Own", "X_Own"),
            ("resync_periodic", "Resync_Periodic", "Resync_Periodic"),
            ("proxy[2]", "Proxy_2_", "Proxy[2]"),
            ("PROXY_2_", "Proxy_2_", "Proxy[2]"),
            ("unit[1]_key[3]", "Unit_1_Key_3_", "Unit[1]_Key[3]"),
            ("x_own", "X_Own", "X_Own"),
        ] {
            let found = named(catalogue, &set, text).expect(text);
            assert_eq!((found.name.as_str(), found.written.as_str()), (element, written), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_told_with_the_one_that_was_meant() {
        let set = BTreeSet::from(["X_Own"]);
        for (text, meant) in [
            ("Resync_Perodic", "did you mean `Resync_Periodic`?"),
            ("proxy[17]", "the index runs from 1 to 16"),
            ("proxy_0_", "the index runs from 1 to 16"),
            ("proxy_99999999999_", "no phone has a parameter"),
            ("proxy[", "the index runs from 1 to 16"),
            ("Proxy2", "did you mean `Proxy[2]`?"),
            ("Porxy_2_", "did you mean `Proxy[2]`?"),
            ("Porxy[2]", "did you mean `Proxy[2]`?"),
            ("Proxy", "`Proxy[1]` to `Proxy[16]`"),
            ("Proxy[17]", "the index runs from 1 to 16"),
            ("Proxy[x]", "the index runs from 1 to 16"),
            ("", "no phone has a parameter"),
            ("Quite_Something_Else_Altogether", "prov explain"),
        ] {
            let Err(Refusal(why)) = named(Catalogue::cisco_mpp(), &set, text) else { panic!("{text} is known") };
            assert!(why.contains(meant), "{text}: {why}");
        }
    }
}
