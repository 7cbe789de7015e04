//! Whether a text speaks of something: the words that a reader looks for, found where a word begins.

/// Where the first of the words stands, if all do. A word is the beginning of one in the text, a short one all of it.
pub fn speaks_of(text: &str, words: &[String]) -> Option<usize> {
    const SHORT: usize = 4;
    let lower = text.to_lowercase();
    let places = words.iter().map(|word| {
        lower.match_indices(word.as_str()).map(|(at, _)| at).find(|at| {
            let before = lower.get(..*at).and_then(|before| before.chars().next_back());
            let after = lower.get(at + word.len()..).and_then(|after| after.chars().next());
            let begins = before.is_none_or(|c| !c.is_alphanumeric());
            begins && (word.len() >= SHORT || after.is_none_or(|c| !c.is_alphanumeric()))
        })
    });
    places.collect::<Option<Vec<usize>>>()?.into_iter().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_where_one_begins() {
        for (text, words, at) in [
            ("a sealed file", &["seal"][..], Some(2)),
            ("unsealed", &["seal"], None),
            ("option 66 of DHCP", &["dhcp", "66"], Some(7)),
            ("option 660", &["66"], None),
            ("all of it", &["al"], None),
            ("", &["x"], None),
            ("x", &[], None),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(speaks_of(text, &words), at, "{text}");
        }
    }
}
