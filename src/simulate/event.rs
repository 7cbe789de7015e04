//! What happens in a simulation, as it is written: `power-cut@8h`, `outage@8h+30m:prov`, `push@9h+10m:desks`.

use crate::diagnostic::closest;
use std::fmt;
use std::str::FromStr;

/// Seconds that somebody wrote: `90s`, `1h30m`, `2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub u64);

/// No simulation is longer.
pub const LONGEST: u64 = 31 * 86_400;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    #[error("`{0}` is no time: write hours, minutes and seconds as in `8h`, `1h30m`, `45s`, or days, `2d`")]
    Form(String),
    #[error("`{0}` is longer than 31 days")]
    TooLong(String),
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let form = || SpanError::Form(text.to_owned());
        let mut rest = text;
        let (mut total, mut last) = (0_u64, u64::MAX);
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(digits).ok_or_else(form)?;
            let mut signs = after.chars();
            let unit = match signs.next() {
                Some('d') => 86_400,
                Some('h') => 3600,
                Some('m') => 60,
                Some('s') => 1,
                _ => return Err(form()),
            };
            // Larger units come first, each once.
            if digits == 0 || unit >= last {
                return Err(form());
            }
            last = unit;
            let number = number.parse::<u64>().map_err(|_| SpanError::TooLong(text.to_owned()))?;
            total = number.checked_mul(unit).and_then(|span| total.checked_add(span)).unwrap_or(u64::MAX);
            if total > LONGEST {
                return Err(SpanError::TooLong(text.to_owned()));
            }
            rest = signs.as_str();
        }
        if last == u64::MAX { Err(form()) } else { Ok(Span(total)) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0;
        for (unit, name) in [(86_400, 'd'), (3600, 'h'), (60, 'm')] {
            // A day is 24h, two are 2d.
            if left >= unit && (unit != 86_400 || left.is_multiple_of(unit) && left > unit) {
                write!(f, "{}{name}", left / unit)?;
                left %= unit;
            }
        }
        if left > 0 || self.0 == 0 { write!(f, "{left}s") } else { Ok(()) }
    }
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Phones lose their power, and have it again after the time.
    PowerCut,
    /// Nobody answers at a server.
    Outage,
    /// NOTIFY `Event: resync`, over the time.
    Push,
    /// Files are others from then on.
    Change,
    /// Loads are there from then on.
    Firmware,
}

impl What {
    const ALL: [(What, &'static str); 5] = [
        (What::PowerCut, "power-cut"),
        (What::Outage, "outage"),
        (What::Push, "push"),
        (What::Change, "change"),
        (What::Firmware, "firmware"),
    ];

    pub fn name(self) -> &'static str {
        What::ALL.iter().find(|(what, _)| *what == self).map_or("", |(_, name)| name)
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub what: What,
    /// Since the beginning, in seconds.
    pub at: Span,
    pub lasts: Option<Span>,
    /// Whom it concerns; nothing: all.
    pub of: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    #[error(
        "`{0}` is no event: write WHAT@TIME, as in `power-cut@8h`, `outage@8h+30m`, `push@9h`, `change@10h` or `firmware@22h`"
    )]
    Form(String),
    #[error("`{given}` is no event that is known{}; there are power-cut, outage, push, change and firmware", told(.meant))]
    Unknown { given: String, meant: Option<&'static str> },
    #[error("in `{event}`: {fault}")]
    Time { event: String, fault: SpanError },
    #[error("`{0}` does not say how long it lasts: `outage@8h+30m` lasts half an hour")]
    Endless(String),
    #[error("`{0}` has no length: {1} is there from then on, write `{1}@TIME`")]
    Length(String, &'static str),
    #[error("`{0}` names nothing behind its colon")]
    Nobody(String),
    #[error("`{0}` is for the whole program: write `firmware@TIME`")]
    Whole(String),
}

fn told(meant: &Option<&'static str>) -> String {
    meant.map(|name| format!("; is `{name}` meant?")).unwrap_or_default()
}

impl FromStr for Event {
    type Err = EventError;

    fn from_str(text: &str) -> Result<Self, EventError> {
        let text = text.trim();
        let owned = || text.to_owned();
        let (name, rest) = text.split_once('@').ok_or_else(|| match known(text) {
            Ok(_) => EventError::Form(owned()),
            Err(error) if text.contains([' ', '+', ':']) || text.is_empty() => {
                let _ = error;
                EventError::Form(owned())
            }
            Err(error) => error,
        })?;
        let what = known(name)?;
        let (when, of) = match rest.split_once(':') {
            Some((_, "")) => return Err(EventError::Nobody(owned())),
            Some((when, of)) => (when, Some(of.to_owned())),
            None => (rest, None),
        };
        let (at, lasts) = match when.split_once('+') {
            Some((at, lasts)) => (at, Some(lasts)),
            None => (when, None),
        };
        let span = |text: &str| text.parse::<Span>().map_err(|fault| EventError::Time { event: owned(), fault });
        let event = Event { what, at: span(at)?, lasts: lasts.map(span).transpose()?, of };
        match what {
            What::Outage if event.lasts.is_none_or(|lasts| lasts.0 == 0) => Err(EventError::Endless(owned())),
            What::Change | What::Firmware if event.lasts.is_some() => Err(EventError::Length(owned(), what.name())),
            What::Firmware if event.of.is_some() => Err(EventError::Whole(owned())),
            _ => Ok(event),
        }
    }
}

fn known(name: &str) -> Result<What, EventError> {
    let found = What::ALL.iter().find(|(_, known)| *known == name);
    found.map(|(what, _)| *what).ok_or_else(|| EventError::Unknown { given: name.to_owned(), meant: close(name) })
}

/// Other words that people have for the same, and slips of the pen.
fn close(name: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 12] = [
        ("power", "power-cut"),
        ("blackout", "power-cut"),
        ("reboot", "power-cut"),
        ("down", "outage"),
        ("notify", "push"),
        ("resync", "push"),
        ("profile", "change"),
        ("update", "change"),
        ("deploy", "change"),
        ("upgrade", "firmware"),
        ("load", "firmware"),
        ("cut", "power-cut"),
    ];
    let name = name.to_ascii_lowercase().replace(['_', ' '], "-");
    let word = WORDS.iter().find(|(word, _)| name == *word).map(|(_, meant)| *meant);
    let known = What::ALL.iter().map(|(_, known)| *known);
    word.or_else(|| closest(&name, known))
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.what.name(), self.at)?;
        if let Some(lasts) = self.lasts {
            write!(f, "+{lasts}")?;
        }
        match &self.of {
            Some(of) => write!(f, ":{of}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, seconds, written) in [
            ("8h", 28_800, "8h"),
            ("1h30m", 5400, "1h30m"),
            ("90m", 5400, "1h30m"),
            ("45s", 45, "45s"),
            ("2d", 172_800, "2d"),
            ("1d1h", 90_000, "25h"),
            ("1d", 86_400, "24h"),
            ("0s", 0, "0s"),
            ("31d", LONGEST, "31d"),
        ] {
            let span: Span = text.parse().expect(text);
            assert_eq!((span, span.to_string()), (Span(seconds), written.to_owned()), "{text}");
            assert_eq!(written.parse(), Ok(span), "{written}");
        }
        for wrong in ["", "8", "h", "8x", "30m1h", "1h1h", "-1h", "1.5h", "8 h", "é"] {
            assert!(matches!(wrong.parse::<Span>(), Err(SpanError::Form(_))), "{wrong}");
        }
        for long in ["32d", "99999999999999999999d", "9999999999999999999s", "31d1s"] {
            assert!(matches!(long.parse::<Span>(), Err(SpanError::TooLong(_))), "{long}");
        }
    }

    #[test]
    fn events_are_read_and_written() {
        for text in [
            "power-cut@8h",
            "power-cut@8h+30m:utrecht",
            "outage@8h+30m",
            "outage@8h+1h:prov",
            "push@9h",
            "push@9h+10m:desks",
            "change@10h",
            "change@10h:account",
            "firmware@22h",
        ] {
            assert_eq!(text.parse::<Event>().map(|event| event.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_was_meant() {
        for (text, told) in [
            ("powercut@8h", "is `power-cut` meant?"),
            ("blackout@8h", "is `power-cut` meant?"),
            ("notify@8h", "is `push` meant?"),
            ("upgrade@8h", "is `firmware` meant?"),
            ("earthquake@8h", "there are power-cut, outage, push, change and firmware"),
            ("power-cut", "write WHAT@TIME"),
            ("", "write WHAT@TIME"),
            ("power-cut@8", "`8` is no time"),
            ("power-cut@8h+", "`` is no time"),
            ("outage@8h", "does not say how long it lasts"),
            ("outage@8h+0s", "does not say how long it lasts"),
            ("change@8h+1h", "write `change@TIME`"),
            ("firmware@8h:desks", "for the whole program"),
            ("push@8h:", "names nothing"),
            ("push@99d", "longer than 31 days"),
        ] {
            let error = text.parse::<Event>().expect_err(text).to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
