//! P0205: a parameter that the catalogue lacks, and which of its own is likely meant.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span, closest};

impl Compiler<'_> {
    pub(super) fn unknown_parameter(&mut self, family: &str, written: &str, span: Span) {
        if let Some(meant) = self.catalogue.written(written).filter(|meant| meant != written) {
            let finding = Diagnostic::new(Code::P0205, span, format!("`{written}` is the element, not the parameter"))
                .because("an index is written in brackets, so that its range can be checked");
            return self.report(finding.help(format!("write `{meant}`")));
        }
        let finding = Diagnostic::new(Code::P0205, span, format!("unknown parameter `{written}`"))
            .because("no MPP phone has this; it would be ignored without a word");
        if let Some((base, number)) = numbered(written)
            && self.catalogue.family_named(&format!("{base}[{number}]")).is_some()
        {
            return self.report(finding.help(format!("write `{base}[{number}]`: an index stands in brackets")));
        }
        let meant = self.catalogue.family_named(family).filter(|found| found != family);
        // `Speed_Dial[2]` for one of `Speed_Dial[2]_Name` and `Speed_Dial[2]_Number`.
        let goes_on = |other: &&str| other.strip_prefix(family).is_some_and(|rest| rest.starts_with(['_', '[']));
        let longer: Vec<String> = self.catalogue.families().filter(goes_on).map(shown).take(MOST_LONGER + 1).collect();
        if meant.is_none() && (1..=MOST_LONGER).contains(&longer.len()) {
            let named: Vec<String> = longer.iter().map(|name| format!("`{name}`")).collect();
            return self.report(finding.help(format!("the catalogue has {}", named.join(" and "))));
        }
        let close = meant.or_else(|| closest(family, self.catalogue.families()).map(str::to_owned));
        let finding = match close {
            Some(close) => {
                let summary = self.catalogue.parameter(&close).map(|parameter| parameter.summary());
                finding.help(format!("did you mean `{}`? ({})", shown(&close), summary.unwrap_or_default()))
            }
            None => match self.with_like_words(family) {
                Some(others) => finding.help(others),
                None => finding.help(UNLISTED),
            },
        };
        self.report(finding);
    }

    /// What is meant by a parameter in quotes, if the catalogue has one of this name or nearly.
    pub(super) fn in_quotes(&mut self, name: &str) -> Option<String> {
        let family: String = name
            .split_inclusive('[')
            .fold(String::new(), |family, part| family + part.trim_start_matches(|c: char| c.is_ascii_digit()));
        if self.catalogue.parameter(&family).is_some() {
            return Some(format!("write `{name}`, without quotes"));
        }
        if let Some(meant) = self.catalogue.written(name) {
            return Some(format!("write `{meant}`, without quotes"));
        }
        let close = closest(&family, self.catalogue.families()).map(shown);
        close.map(|close| format!("did you mean `{close}`, without quotes?")).or_else(|| self.with_like_words(&family))
    }

    /// The parameters that share words with a name, where no name is close to it as it is spelled: `NTP_Server` is a part of
    /// `Primary_NTP_Server`, and `User_ID[]` begins as `User_Name[]` does.
    fn with_like_words(&mut self, family: &str) -> Option<String> {
        const SHOWN: usize = 3;
        // A flood of unknown names is one mistake: the first of them are told by what they are like.
        self.likened += 1;
        if self.likened > MOST_LIKENED || family.len() > LONGEST_NAME {
            return None;
        }
        let wanted = words_of(family);
        let indexes = family.matches("[]").count();
        let mut like: Vec<(usize, &str)> = Vec::new();
        for other in self.catalogue.families().filter(|other| other.matches("[]").count() == indexes) {
            let words = words_of(other);
            let shared = wanted.iter().filter(|word| words.contains(word)).count();
            let all = wanted.len() + words.len() - shared;
            let within = shared == wanted.len() || shared == words.len();
            let begins = shared > 0 && wanted.first() == words.first() && wanted.len() == words.len();
            if shared > 0 && (within && 2 * shared >= all || begins) {
                like.push((100 * shared / all.max(1), other));
            }
        }
        like.sort_by_key(|(score, other)| (std::cmp::Reverse(*score), other.len()));
        let best = like.first()?.0;
        let named: Vec<String> = like
            .iter()
            .filter(|(score, _)| *score == best)
            .take(SHOWN)
            .map(|(_, other)| format!("`{}`", shown(other)))
            .collect();
        Some(format!("like it the catalogue has {}", named.join(", ")))
    }
}

pub(super) const UNLISTED: &str = "an element that the catalogue lacks is set with `unlisted \"X_Name\" = \"v\"`";
/// So many unknown parameters are held against the words of every other.
const MOST_LIKENED: usize = 200;
const LONGEST_NAME: usize = 80;
/// So many that go on where the name ends are named: more are a group of them.
const MOST_LONGER: usize = 2;

/// A family as it is written, with letters for its indexes.
fn shown(family: &str) -> String {
    family.replacen("[]", "[n]", 1).replacen("[]", "[m]", 1)
}

/// The words of a name, in lower case.
fn words_of(family: &str) -> Vec<String> {
    let words = family.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

/// `Proxy1` and `Proxy_1`, as a name and its index.
fn numbered(written: &str) -> Option<(&str, u32)> {
    let name = written.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = written.get(name.len()..)?.parse().ok()?;
    Some((name.trim_end_matches('_'), number)).filter(|(name, _)| !name.is_empty())
}
