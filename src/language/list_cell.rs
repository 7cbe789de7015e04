//! A list in one cell. It is kept as its items, each ended by U+001F, so that a list of none is told from nothing; whoever
//! types a cell by hand divides the items by `;`.

/// Ends an item of a list that is kept.
const END: char = '\u{1f}';

/// A kept list of items as they are given, none of them empty.
pub fn kept<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Result<String, String> {
    let mut text = String::new();
    for item in items {
        let item = item.as_ref().trim();
        if item.is_empty() {
            return Err("an item of the list is empty".into());
        }
        if item.contains(END) {
            return Err("an item holds the control character U+001F".into());
        }
        text.push_str(item);
        text.push(END);
    }
    if text.is_empty() {
        text.push(END);
    }
    Ok(text)
}

/// The items of a cell: kept, or typed by hand.
pub fn items(cell: &str) -> impl Iterator<Item = &str> {
    let divider = if cell.contains(END) { END } else { ';' };
    let cell = cell.strip_suffix(divider).unwrap_or(cell);
    cell.split(divider).map(str::trim).filter(move |_| !cell.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cell_by_hand_is_divided_by_semicolons() {
        assert_eq!(items("a; b ;c").collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(items("a").collect::<Vec<_>>(), ["a"]);
        assert_eq!(items("a;").collect::<Vec<_>>(), ["a"]);
        assert_eq!(kept(items("a;;b")), Err("an item of the list is empty".into()));
        assert_eq!(kept([""; 0]).as_deref(), Ok("\u{1f}"));
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back(list in prop::collection::vec("[^\u{1f}\\s]([^\u{1f}]{0,5}[^\u{1f}\\s])?", 0..5)) {
            let cell = kept(&list).expect("no item is empty");
            prop_assert_eq!(items(&cell).collect::<Vec<_>>(), list);
        }
    }
}
