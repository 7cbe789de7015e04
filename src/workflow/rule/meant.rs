//! What a text that no phone can read was likely meant to be: pages, XML files and translations leave their own signs in it
//! (PB §32).

use super::places::Places;
use super::{Meant, Question, RuleKind, value_sent};

/// Longer texts were not pasted from a page.
const LONGEST: usize = 64 << 10;

/// The text as it was likely meant, and what it then comes to; nothing if nothing is likely.
pub(super) fn meant(question: &Question<'_>) -> Option<Meant> {
    if question.text.len() > LONGEST {
        return None;
    }
    let mut because = Vec::new();
    let text = mended(question.text, question.kind, &mut because);
    if text == question.text {
        return None;
    }
    let question = Question { text: &text, ..question.clone() };
    let places = Places::of(&text, question.variables, &question.variables.seen_by(question.kind));
    let verdict = question.judge(question.stances.across, &places).verdicts.into_iter().next()?;
    // What the phone could not read either is no help.
    verdict.error.is_none().then(|| Meant { rule: text.clone(), because, verdict })
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

fn mended(text: &str, kind: RuleKind, because: &mut Vec<String>) -> String {
    let mut text = text.to_owned();
    let mut step = |text: &mut String, mended: String, why: &str| {
        if mended != *text {
            *text = mended;
            because.push(why.to_owned());
        }
    };
    let inner = element(&text);
    step(&mut text, inner, "the element round the value is no part of it");
    let plain = unescaped(&text);
    step(&mut text, plain, "XML's escapes stand for signs, and only in XML");
    let plain = text.replace(['“', '”', '„', '«', '»', '″'], "\"").replace(['‘', '’'], "'");
    step(&mut text, plain, "a printed page's quotes are none; the plain one is `\"`");
    let plain = dashes(&text);
    step(&mut text, plain, "a printed page's dash stands for `-`, and before an option for `--`");
    let plain =
        text.replace(['\u{a0}', '\u{202f}', '\u{2009}', '\t'], " ").replace(['\u{200b}', '\u{feff}', '\u{ad}'], "");
    step(&mut text, plain, "a printed page's blanks are none");
    let plain = text.replace("\\|", "|").replace("\\\"", "\"");
    step(&mut text, plain, "a backslash before `|` or `\"` escapes in other languages");
    if kind != RuleKind::Log {
        let plain = translated(&text);
        step(
            &mut text,
            plain,
            "a translated guide prints `en` for `and`, `toets` for `--key` and `&` for `$` (PB §32)",
        );
    }
    let plain = value_sent(text.trim_matches('`'));
    step(&mut text, plain, "what stands round the text is no part of it");
    text
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
    let text = text.replace("[toets ", "[--key ").replace("&P", "$P").replace("&M", "$M");
    let text = ["SA", "SB", "SC", "SD"]
        .iter()
        .fold(text, |text, name| text.replace(&format!("&{name}]"), &format!("${name}]")));
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
