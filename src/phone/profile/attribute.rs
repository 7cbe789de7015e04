//! What stands behind an element's name in its tag.

use quick_xml::events::BytesStart;

/// What is wrong behind an element's name: `<Trans Auth Rule>` is how one text misprints a parameter (PB §25).
pub(super) fn odd(start: &BytesStart<'_>, why: &str) -> String {
    let (name, behind) = (start.name(), start.attributes_raw());
    if !behind.contains('=') {
        let whole = format!("{}{}", name.as_ref(), behind.trim_end());
        let meant = whole.split_ascii_whitespace().collect::<Vec<_>>().join("_");
        return format!("no blank stands in a name: `<{}>` is `<{}>`", shortened(&whole), shortened(&meant));
    }
    // The library counts inside of the tag; the fault has its own place.
    let why = why.strip_prefix("position ").and_then(|rest| rest.split_once(": ")).map_or(why, |(_, why)| why);
    format!("`<{}>`: {why}", shortened(name.as_ref()))
}

/// Whether an attribute's value stands in double quotes, as `ua` has to (WF §1.3). That another quote leaves the attribute
/// unread is inferred.
pub(super) fn in_double_quotes(start: &BytesStart<'_>, value: &str) -> bool {
    let raw = start.attributes_raw();
    let at = value.as_ptr().addr().checked_sub(raw.as_ptr().addr());
    at.and_then(|at| raw.as_bytes().get(at.checked_sub(1)?)) == Some(&b'"')
}

pub(super) fn shortened(name: &str) -> &str {
    name.get(..name.floor_char_boundary(40)).unwrap_or_default()
}
