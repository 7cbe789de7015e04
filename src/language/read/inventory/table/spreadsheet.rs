//! Cells that a spreadsheet has changed: a number in scientific notation, a date, a number without its leading zeros, a
//! time with seconds. What was entered is gone, so no cell is mended here; the help says how it comes to stay.

use super::super::super::super::column::ColumnType;
use super::super::super::super::list_cell;
use crate::diagnostic::closest;

pub(super) const ZEROS: &str = "a spreadsheet takes leading zeros away: format the column as text, and enter it anew";
pub(super) const SUM: &str = "if the row is no phone, as a sum is none, take it out of the file";
const FEW_DIGITS: &str = "were there zeros before it? A spreadsheet takes them away: format the column as text";
const NUMBER: &str = "a spreadsheet made a number of it: format the column as text, and enter it anew";
const FORMULA: &str = "a spreadsheet's formula failed there: enter what it was to give";
const DATE: &str = "a spreadsheet made a date of it: format the column as text, and enter it anew";

/// Whether the first cell of a row is a word: `Total`, `Site B`.
pub(super) fn of_no_phone(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
        && cell.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | ':' | '.' | '-'))
}

/// What a spreadsheet has made of a cell that does not fit its column.
pub(super) fn damage(cell: &str, ty: &ColumnType) -> Option<String> {
    if let ColumnType::List(item) = ty {
        return damage(cell, item);
    }
    if let Some(unseen) = cell.chars().find(|c| is_unseen(*c)) {
        let code = u32::from(unseen);
        return Some(format!("it holds U+{code:04X}, which nobody sees: type it anew, or take that sign out"));
    }
    if let (ColumnType::Bool, Some(meant)) = (ty, truth(cell)) {
        return Some(format!("write `{meant}`"));
    }
    if let (ColumnType::Time, Some(time)) = (ty, without_seconds(cell)) {
        return Some(format!("write `{time}`: a time of day has two digits each, and no seconds"));
    }
    if let Some(sign) = ["'", "="].into_iter().find(|sign| cell.starts_with(sign)) {
        return Some(format!("take the `{sign}` away: a spreadsheet has it for itself"));
    }
    if formula(cell) {
        return Some(FORMULA.to_owned());
    }
    if let ColumnType::OneOf(words) = ty {
        let same = words.iter().find(|word| word.eq_ignore_ascii_case(cell));
        let near = same.map(String::as_str).or_else(|| closest(cell, words.iter().map(String::as_str)));
        return near.map(|near| format!("did you mean `{near}`?"));
    }
    if scientific(cell) {
        return Some(NUMBER.to_owned());
    }
    if date(cell) {
        return Some(DATE.to_owned());
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    match ty {
        ColumnType::Digits(low, _) if digits(cell) && cell.len() < *low as usize => Some(FEW_DIGITS.to_owned()),
        ColumnType::Digits(..) | ColumnType::Int | ColumnType::Port => {
            let (whole, fraction) = cell.split_once(['.', ','])?;
            (digits(whole) && digits(fraction)).then(|| NUMBER.to_owned())
        }
        _ => None,
    }
}

/// Signs that look like a blank or like nothing, as they come with a copied text.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}' | '\u{2060}' | '\u{feff}')
}

/// Why a text is doubted that fits its column: nobody writes a name, or an extension, so. A date in digits may be one.
pub(super) fn doubt(cell: &str, ty: &ColumnType) -> Option<&'static str> {
    match ty {
        ColumnType::List(item) => list_cell::items(cell).find_map(|cell| doubt(cell, item)),
        ColumnType::Text if scientific(cell) || whole_with_fraction(cell) => Some(NUMBER),
        ColumnType::Text if date(cell) && cell.contains(|c: char| c.is_alphabetic()) => Some(DATE),
        ColumnType::Text if formula(cell) => Some(FORMULA),
        _ => None,
    }
}

/// `2005.0`, as an integer is written that went through a column of decimals.
fn whole_with_fraction(cell: &str) -> bool {
    cell.strip_suffix(".0").is_some_and(|whole| !whole.is_empty() && whole.bytes().all(|octet| octet.is_ascii_digit()))
}

/// `#N/A`, `#REF!`, `#NAME?` and what they are in other languages (`#BEZUG!`, `#VERW!`, `#NOM?`), and a cell that was too narrow.
fn formula(cell: &str) -> bool {
    let Some(word) = cell.strip_prefix('#') else { return false };
    let upper = |word: &str| word.chars().all(|c| c.is_uppercase() || matches!(c, '/' | '0' | '_'));
    let marked = word.strip_suffix(['!', '?']).is_some_and(|word| word.chars().count() > 2 && upper(word));
    marked
        || matches!(word, "N/A" | "NV" | "N/B" | "N/D")
        || (word.len() > 2 && word.bytes().all(|octet| octet == b'#'))
}

/// `1.4E+10`, `1,4E+10`, `1E+05`: with the sign that spreadsheets write.
fn scientific(cell: &str) -> bool {
    // One digit, and then the point or the exponent: most texts are told from that by two octets.
    let [b'0'..=b'9', b'.' | b',' | b'E' | b'e', ..] = cell.as_bytes() else { return false };
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    whole.len() == 1 && digits(whole) && digits(fraction) && exponent.strip_prefix(['+', '-']).is_some_and(digits)
}

/// Octets of the longest first part of a date: a year, or the name of a month.
const LONGEST_PART: usize = 4;

/// `05-Jan`, `Jan-24`, `2024-01-05`, `5.1.2024`, `01/05/2024`.
fn date(cell: &str) -> bool {
    // Every text of every phone is looked at, and nearly none has a sign of a date behind its first few letters.
    if !cell.bytes().take(LONGEST_PART + 1).any(|octet| matches!(octet, b'-' | b'/' | b'.')) {
        return false;
    }
    let parts: Vec<&str> = cell.split(['-', '/', '.']).collect();
    let number = |text: &str, most: u32| text.len() <= 4 && text.parse().is_ok_and(|number: u32| number <= most);
    match parts.as_slice() {
        [one, other] => (month(one) && number(other, 9999)) || (number(one, 31) && month(other)),
        [day, middle, year] if month(middle) => number(day, 31) && number(year, 9999),
        [one, middle, last] => {
            let year_first = one.len() == 4 && number(one, 2100) && number(middle, 12) && number(last, 31);
            let year_last = last.len() == 4 && number(last, 2100) && number(one, 31) && number(middle, 31);
            year_first || year_last
        }
        _ => false,
    }
}

/// The short names that spreadsheets write, in the languages that phones of this vendor are sold with most.
fn month(text: &str) -> bool {
    const MONTHS: [&str; 24] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mrt", "mei", "okt", "mär",
        "mai", "dez", "ene", "abr", "ago", "dic", "fév", "aoû",
    ];
    let lower = text.to_lowercase();
    MONTHS.contains(&lower.trim_end_matches('.'))
}

fn truth(cell: &str) -> Option<&'static str> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "1" | "y" | "x" | "wahr" | "vrai" | "waar" | "ja" | "verdadero" => Some("yes"),
        "no" | "false" | "0" | "n" | "falsch" | "faux" | "onwaar" | "nee" | "nein" | "falso" => Some("no"),
        _ => None,
    }
}

/// `2:30`, `02:30:00` as `02:30`.
fn without_seconds(cell: &str) -> Option<String> {
    let mut parts = cell.split(':');
    let (hours, minutes) = (parts.next()?.parse::<u8>().ok()?, parts.next()?);
    let seconds = parts.next().is_none_or(|seconds| seconds == "00") && parts.next().is_none();
    let minutes = (minutes.len() == 2).then(|| minutes.parse::<u8>().ok()).flatten()?;
    (seconds && hours <= 24 && minutes < 60).then(|| format!("{hours:02}:{minutes:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_did_is_known() {
        for (cell, ty, wanted) in [
            ("1.40E+10", ColumnType::Mac, Some(NUMBER)),
            ("1,23457E+11", ColumnType::Mac, Some(NUMBER)),
            ("1E+05", ColumnType::Digits(3, 5), Some(NUMBER)),
            ("101.0", ColumnType::Digits(3, 5), Some(NUMBER)),
            ("1,234", ColumnType::Int, Some(NUMBER)),
            ("05-Jan", ColumnType::Digits(3, 5), Some(DATE)),
            ("mrt-24", ColumnType::Digits(3, 5), Some(DATE)),
            ("2024-01-05", ColumnType::Version, Some(DATE)),
            ("5.1.2024", ColumnType::Ip, Some(DATE)),
            ("01/05/2024", ColumnType::Prefix, Some(DATE)),
            ("11", ColumnType::Digits(3, 5), Some(FEW_DIGITS)),
            ("2:30", ColumnType::Time, Some("write `02:30`: a time of day has two digits each, and no seconds")),
            ("02:30:00", ColumnType::Time, Some("write `02:30`: a time of day has two digits each, and no seconds")),
            ("WAHR", ColumnType::Bool, Some("write `yes`")),
            ("1E+05", ColumnType::List(Box::new(ColumnType::Int)), Some(NUMBER)),
            ("'101", ColumnType::Digits(3, 5), Some("take the `'` away: a spreadsheet has it for itself")),
            ("Desk", ColumnType::OneOf(vec!["desk".into(), "lab".into()]), Some("did you mean `desk`?")),
            ("desks", ColumnType::OneOf(vec!["desk".into(), "lab".into()]), Some("did you mean `desk`?")),
            ("hall", ColumnType::OneOf(vec!["desk".into()]), None),
            ("20x1", ColumnType::Digits(3, 5), None),
            ("123456", ColumnType::Digits(3, 5), None),
            ("000e08abcd0g", ColumnType::Mac, None),
            ("10.1.2.300", ColumnType::Ip, None),
            ("sip88xx.11", ColumnType::Version, None),
            ("02:30:17", ColumnType::Time, None),
            ("maybe", ColumnType::Bool, None),
            ("", ColumnType::Int, None),
            ("#N/A", ColumnType::Mac, Some(FORMULA)),
            ("#BEZUG!", ColumnType::Digits(3, 5), Some(FORMULA)),
            ("#REF!", ColumnType::OneOf(vec!["desk".into()]), Some(FORMULA)),
        ] {
            assert_eq!(damage(cell, &ty).as_deref(), wanted, "{cell} {ty:?}");
        }
    }

    #[test]
    fn only_a_number_that_nobody_writes_is_doubted_in_a_text() {
        for (cell, doubted) in [
            ("1.01E+02", true),
            ("1.23E+12", true),
            ("1E5", false),
            ("12E+2", false),
            ("101", false),
            ("E+02", false),
            ("5-Jan", true),
            ("Jan-24", true),
            ("12. Mrt. 2024", false),
            ("5-Jan-2005", true),
            ("2024-01-05", false),
            ("Jan-Willem", false),
            ("Mai", false),
            ("2005.0", true),
            ("2005.5", false),
            ("v2.0", false),
            (".0", false),
            ("#N/A", true),
            ("#REF!", true),
            ("#NAME?", true),
            ("#DIV/0!", true),
            ("#VERW!", true),
            ("########", true),
            ("#1", false),
            ("#Desk", false),
            ("#!", false),
            ("N/A", false),
        ] {
            assert_eq!(doubt(cell, &ColumnType::Text).is_some(), doubted, "{cell}");
            assert_eq!(doubt(cell, &ColumnType::List(Box::new(ColumnType::Text))).is_some(), doubted, "{cell}");
        }
        assert_eq!(doubt("1E+05", &ColumnType::Url), None);
    }
}
