//! Files that come by another way than the phone's rule says: a redirect led from TLS to plain HTTP.

use crate::phone::Scheme;
use crate::phone::model::{Entry, Event, Outcome};
use crate::phone::rule::Url;

/// A file that a rule asks for over https, and that came over http.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InClear {
    /// The parameter whose rule asks for it.
    pub parameter: String,
    /// What it asked for, and where that led.
    pub asked: String,
    pub came: String,
}

/// The first of a story.
pub(super) fn in_clear(entries: &[Entry]) -> Option<InClear> {
    let mut asked: Option<&str> = None;
    for entry in entries {
        let Event::Fetch { parameter, url, outcome } = &entry.event else { continue };
        let scheme = Url::parse(url).ok()?.scheme();
        match outcome {
            // Several redirects are one way.
            Outcome::Redirect { .. } => {
                asked = asked.or(Some(url).filter(|_| scheme == Scheme::Https).map(String::as_str))
            }
            Outcome::File { .. } if scheme == Scheme::Http => {
                if let Some(asked) = asked {
                    let (parameter, asked, came) = (parameter.clone(), asked.to_owned(), url.clone());
                    return Some(InClear { parameter, asked, came });
                }
            }
            _ => asked = None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(url: &str, outcome: Outcome) -> Entry {
        Entry { t: 0, event: Event::Fetch { parameter: "Profile_Rule".into(), url: url.into(), outcome } }
    }

    fn moved(url: &str, to: &str) -> Entry {
        fetched(url, Outcome::Redirect { status: 302, to: to.into() })
    }

    fn file(url: &str) -> Entry {
        fetched(url, Outcome::File { bytes: 1, gzip: false })
    }

    #[test]
    fn only_what_came_in_clear_where_tls_was_asked_for() {
        let (safe, clear) = ("https://a/x", "http://b/x");
        let found = |entries: &[Entry]| in_clear(entries).map(|one| (one.asked, one.came));
        assert_eq!(found(&[moved(safe, clear), file(clear)]), Some((safe.into(), clear.into())));
        // By a third place.
        let between = "https://c/x";
        let entries = [moved(safe, between), moved(between, clear), file(clear)];
        assert_eq!(found(&entries), Some((safe.into(), clear.into())));
        for harmless in [
            vec![moved(clear, safe), file(safe)],
            vec![moved(safe, clear), fetched(clear, Outcome::Status(404)), file(clear)],
            vec![file(safe), file(clear)],
            vec![moved("http://a/x", clear), file(clear)],
            vec![],
        ] {
            assert_eq!(found(&harmless), None, "{harmless:?}");
        }
    }
}
