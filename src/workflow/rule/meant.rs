//! What a text that no phone can read was likely meant to be: pages, XML files and translations leave their own signs in it
//! (PB §32).

use super::RuleKind;
use super::places::Places;
use super::{Meant, Question, value_sent};
use crate::phone::{Mac, Scheme};
use crate::platform::{Catalogue, MacroScope};

/// Longer texts were not pasted from a page.
const LONGEST: usize = 64 << 10;

/// What one kind of source does to a text, undone, and what was taken for what.
type Step = (fn(&str) -> String, &'static str);

const STEPS: [Step; 10] = [
    (element, "the element round the value is no part of it"),
    (unescaped, "XML's escapes stand for signs, and only in XML"),
    (quotes, "a printed page's quotes are none; the plain one is `\"`"),
    (dashes, "a printed page's dash stands for `-`, and before an option for `--`"),
    (blanks, "a printed page's blanks are none"),
    (backslashes, "a backslash before `|` or `\"` escapes in other languages"),
    (habits, "other languages write `==` for `=` and `&&` for `and`, and schemes in any letters"),
    (translated, "a translated guide prints `en` for `and`, `toets` for `--key` and `&` for `$` (PB §32)"),
    (in_quotes, "a string that is compared stands in quotes; a version does not"),
    (round, "what stands round the text is no part of it"),
];

/// The text as it was likely meant, and what it then comes to; nothing if nothing is likely. What is suggested can be read
/// by a phone: all that may be undone is undone, and where that is no rule, what makes one.
pub(super) fn meant(question: &Question<'_>) -> Option<Meant> {
    if question.text.len() > LONGEST {
        return None;
    }
    let alone = STEPS.chunks(1);
    std::iter::once(STEPS.as_slice()).chain(alone).find_map(|steps| suggested(question, steps))
}

fn suggested(question: &Question<'_>, steps: &[Step]) -> Option<Meant> {
    let mut text = question.text.to_owned();
    let mut because = Vec::new();
    for (step, why) in steps {
        let mended = step(&text);
        if mended != text {
            text = mended;
            because.push((*why).to_owned());
        }
    }
    if because.is_empty() || text == question.text {
        return None;
    }
    let question = Question { text: &text, ..question.clone() };
    let places = Places::of(&text, question.variables, &question.variables.seen_by(question.kind));
    let verdict = question.judge(question.stances.across, &places).verdicts.into_iter().next()?;
    let nothing = verdict.alternative.is_none() && verdict.condition.is_none();
    if verdict.error.is_some() || nothing {
        return None;
    }
    Some(Meant { rule: text.clone(), because, verdict })
}

/// The kind that a text which was asked about as a profile rule is most likely of, in words.
pub fn kind_meant(question: &Question<'_>) -> Option<&'static str> {
    if question.kind != RuleKind::Profile || question.text.len() > LONGEST {
        return None;
    }
    let readable = |kind: RuleKind| super::answer(&Question { kind, ..question.clone() }).verdict.error.is_none();
    if question.text.contains(".loads") && readable(RuleKind::Upgrade) {
        return Some("it names a load: `--kind upgrade` reads it as Upgrade_Rule");
    }
    (!readable(RuleKind::Profile) && readable(RuleKind::Trigger))
        .then_some("it is a condition and no more: `--kind trigger` reads it as Resync_Trigger_1")
}

fn quotes(text: &str) -> String {
    text.replace(['“', '”', '„', '«', '»', '″'], "\"").replace(['‘', '’'], "'")
}

fn blanks(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}', '\u{2009}', '\t'], " ").replace(['\u{200b}', '\u{feff}', '\u{ad}'], "")
}

/// Between blanks and outside of quotes: not in a URL, not in what is compared.
fn habits(text: &str) -> String {
    let unquoted = |part: &str| schemes(&part.replace(" == ", " = ").replace(" && ", " and "));
    let parts =
        text.split('"').enumerate().map(|(at, part)| if at % 2 == 0 { unquoted(part) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("\"")
}

/// Macros whose values are strings.
const STRINGS: [&str; 6] = ["$MA", "$MAU", "$MAC", "$PN", "$PSN", "$SN"];

/// Both sides of a comparison between blanks, where they are strings.
fn in_quotes(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let compares = |at: Option<usize>| {
        at.and_then(|at| words.get(at)).is_some_and(|word| matches!(*word, "eq" | "ne" | "=" | "!="))
    };
    let side = |(at, word): (usize, &&str)| {
        if !compares(at.checked_sub(1)) && !compares(Some(at + 1)) {
            return (*word).to_owned();
        }
        let start = word.len() - word.trim_start_matches('(').len();
        let end = word.find(')').unwrap_or(word.len()).max(start);
        match (word.get(..start), word.get(start..end), word.get(end..)) {
            (Some(before), Some(inner), Some(after)) if is_string(inner) => format!("{before}\"{inner}\"{after}"),
            _ => (*word).to_owned(),
        }
    };
    words.iter().enumerate().map(side).collect::<Vec<_>>().join(" ")
}

/// Whether a side of a comparison can be meant as a string alone: loads begin with letters too, and are versions.
fn is_string(word: &str) -> bool {
    let named = word.starts_with(|c: char| c.is_ascii_alphabetic()) && !word.starts_with("sip");
    STRINGS.contains(&word) || (named && !word.contains('"')) || word.parse::<Mac>().is_ok()
}

/// Schemes in small letters.
fn schemes(text: &str) -> String {
    let mut parts: Vec<String> = text.split("://").map(str::to_owned).collect();
    let last = parts.len().saturating_sub(1);
    for part in parts.iter_mut().take(last) {
        let start = part.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |before| before + 1);
        let known = part.get(start..).and_then(|word| {
            Scheme::ALL.iter().map(ToString::to_string).find(|scheme| scheme.eq_ignore_ascii_case(word))
        });
        if let Some(scheme) = known {
            part.replace_range(start.., &scheme);
        }
    }
    parts.join("://")
}

fn backslashes(text: &str) -> String {
    text.replace("\\|", "|").replace("\\\"", "\"")
}

fn round(text: &str) -> String {
    value_sent(text.trim_matches('`'))
}

/// `<Profile_Rule ua="na">…</Profile_Rule>`: what is inside.
fn element(text: &str) -> String {
    let inner = || {
        let (head, rest) = text.trim().strip_prefix('<')?.split_once('>')?;
        let name = head.split(' ').next().filter(|name| !name.is_empty())?;
        rest.strip_suffix(&format!("</{name}>"))
    };
    inner().unwrap_or(text).trim().to_owned()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}

fn dashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '–' | '—' | '‒' => {
                let option = plain.ends_with([' ', '[']) && signs.peek().is_some_and(char::is_ascii_alphabetic);
                plain.push_str(if option { "--" } else { "-" });
            }
            '‐' | '‑' | '−' => plain.push('-'),
            sign => plain.push(sign),
        }
    }
    plain
}

fn translated(text: &str) -> String {
    let text = dollars(&text.replace("[toets ", "[--key "));
    // Only between comparisons, not in what is compared or fetched.
    let mut quoted = false;
    let words: Vec<&str> = text.split(' ').collect();
    let mended: Vec<&str> = words
        .iter()
        .map(|word| {
            let between = !quoted && *word == "en";
            if word.matches('"').count() % 2 == 1 {
                quoted = !quoted;
            }
            if between { "and" } else { word }
        })
        .collect();
    mended.join(" ")
}

/// `&PN` for `$PN`: a macro's whole name, and not the next part of a query, `&Model=`.
pub(super) fn dollars(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let end = after.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        // A register's one letter is rather the name of a part.
        let known = name.len() > 1
            && Catalogue::cisco_mpp().macro_info(name).is_some_and(|info| info.scope == MacroScope::Rule);
        plain.push_str(before);
        plain.push(if known && !behind.starts_with('=') { '$' } else { '&' });
        rest = after;
    }
    plain + rest
}
