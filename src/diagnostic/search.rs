//! Whether a text speaks of something: the words that a reader looks for, found where a word begins.

/// Where the first of the words stands, if all do. A word is the beginning of one in the text, a short one all of it.
pub fn speaks_of(text: &str, words: &[String]) -> Option<usize> {
    const SHORT: usize = 4;
    let lower = text.to_lowercase();
    let places = words
        .iter()
        .map(|word| places(&lower, word).find(|(_, whole)| word.len() >= SHORT || *whole).map(|(at, _)| at));
    places.collect::<Option<Vec<usize>>>()?.into_iter().min()
}

/// Whether all of the words stand in a text as they are, and not only as the beginnings of others.
pub fn has_whole(text: &str, words: &[String]) -> bool {
    let lower = text.to_lowercase();
    words.iter().all(|word| places(&lower, word).any(|(_, whole)| whole))
}

/// Where words of a text begin with this one, and whether they are no longer.
fn places<'t>(lower: &'t str, word: &'t str) -> impl Iterator<Item = (usize, bool)> + 't {
    lower.match_indices(word).map(|(at, _)| at).filter_map(move |at| {
        let before = lower.get(..at).and_then(|before| before.chars().next_back());
        let after = lower.get(at + word.len()..).and_then(|after| after.chars().next());
        let apart = |sign: Option<char>| sign.is_none_or(|c| !c.is_alphanumeric());
        apart(before).then(|| (at, apart(after)))
    })
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

    #[test]
    fn a_word_is_whole_where_it_ends() {
        for (text, words, whole) in [
            ("a boot, and on", &["boot", "on"][..], true),
            ("how a bootstrap", &["boot"], false),
            ("bootstrap, then boot", &["boot"], true),
            ("", &["boot"], false),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(has_whole(text, &words), whole, "{text}");
        }
    }
}
