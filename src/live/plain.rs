//! What goes wrong, as a person reads it.

use std::fmt::Display;

/// What the operating system says, without its numbers.
pub(super) fn plain(error: &dyn Display) -> String {
    let text = error.to_string();
    let Some((before, after)) = text.split_once(" (os error ") else { return text };
    let after = after.split_once(')').map_or("", |(_, after)| after);
    let mut letters = before.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str() + after
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Error;

    #[test]
    fn numbers_are_for_machines() {
        assert_eq!(plain(&Error::from_raw_os_error(111)), "connection refused");
        assert_eq!(plain(&Error::other("the server wants blocks of 0 octets")), "the server wants blocks of 0 octets");
        assert_eq!(plain(&"Cannot reach (os error 5), so no file"), "cannot reach, so no file");
    }
}
