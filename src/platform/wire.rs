//! A value of the language as a parameter writes it on the wire. The phone drops a value it does not understand
//! without a word (PB §9), so whatever does not fit is refused here, with the reason.

use super::parameter::{Parameter, ParameterType, TextType};
use super::spelling::{doubts_of, plainly, spelling};
use super::translated;
use crate::diagnostic::{Code, Severity, closest};
use crate::language::syntax::literal::{Literal, zone_of_time};
use crate::language::{Value, Wait};
use crate::platform::describe::{article, type_text, unit_text};

/// Why a value does not fit, or hardly does.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    pub code: Code,
    pub severity: Severity,
    /// The finding's message; the parameter's name is put before it.
    pub message: String,
    pub why: String,
    pub help: Option<String>,
    /// How values of the type are written, with its source.
    pub note: Option<String>,
    /// Octets before the place in the text, when it is in one place.
    pub at: Option<usize>,
}

impl Misfit {
    pub fn new(code: Code, message: impl Into<String>, why: impl Into<String>) -> Misfit {
        let (message, why) = (message.into(), why.into());
        Misfit { code, severity: code.severity(), message, why, help: None, note: None, at: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Misfit {
        self.help = Some(help.into());
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Misfit {
        self.note = Some(note.into());
        self
    }

    pub(super) fn at(mut self, at: usize) -> Misfit {
        self.at = Some(at);
        self
    }
}

/// What a value that fits hardly means.
pub fn doubts(parameter: &Parameter, text: &str) -> Vec<Misfit> {
    match parameter.ty {
        ParameterType::Text(ty) => doubts_of(ty, text),
        _ => Vec::new(),
    }
}

/// Whether a text is one that the parameter takes, and ASCII. `false` is no verdict: [`wire`] gives that, and says why.
pub fn surely_fits(parameter: &Parameter, text: &str) -> bool {
    match &parameter.ty {
        ParameterType::Text(ty) => text.is_empty() || plainly(*ty, text),
        ParameterType::OneOf(words) => text.is_ascii() && words.iter().any(|word| word == text),
        _ => false,
    }
}

/// The text on the wire. The empty string is always allowed: it clears a parameter.
pub fn wire(parameter: &Parameter, value: &Value) -> Result<String, Misfit> {
    let wrong = || {
        Misfit::new(
            Code::P0301,
            format!("takes {}, not {} {}", article(&type_text(parameter)), indefinite(value.kind()), value.kind()),
            expected_form(&parameter.ty),
        )
    };
    match (&parameter.ty, value) {
        (_, Value::Text(text)) if text.is_empty() => Ok(String::new()),
        (ParameterType::Bool, Value::Bool(value)) => Ok(if *value { "Yes" } else { "No" }.to_owned()),
        (ParameterType::Bool, Value::Text(text)) => Err(misspelt_bool(text)),
        (ParameterType::Int(ranges), Value::Int(number)) => within(parameter, *number, ranges),
        (ParameterType::Port(low, high), Value::Int(number)) => within(parameter, *number, &[(*low, *high)]),
        (ParameterType::Int(_) | ParameterType::Port(..), Value::Text(text)) if text.parse::<i64>().is_ok() => {
            Err(wrong().help(format!("write {text} without quotes")))
        }
        (ParameterType::Decimal(range), Value::Int(_) | Value::Decimal(_)) => {
            let text = value.text().unwrap_or_default();
            match (text.parse::<f64>(), range) {
                (Ok(number), Some((low, high))) if !(*low..=*high).contains(&number) => Err(Misfit::new(
                    Code::P0302,
                    format!("is outside its range: {text}"),
                    format!("{low} to {high} are allowed"),
                )),
                _ => Ok(text),
            }
        }
        (ParameterType::Duration(range), Value::Duration(millis)) => {
            let number = units(parameter, *millis)?;
            within(parameter, i64::try_from(number).unwrap_or(i64::MAX), &range.iter().copied().collect::<Vec<_>>())
        }
        (ParameterType::Duration(_) | ParameterType::Schedule, Value::Int(number)) => {
            Err(wrong().help(with_unit(parameter, u64::try_from(*number).unwrap_or(0))))
        }
        (ParameterType::Duration(_) | ParameterType::Schedule, Value::Text(text))
            if text.trim().parse::<u32>().is_ok() =>
        {
            Err(wrong().help(with_unit(parameter, text.trim().parse().unwrap_or(0))))
        }
        (ty, Value::Text(text)) if is_value_in_quotes(ty, text) => {
            Err(wrong().help(format!("write {text} without quotes")))
        }
        (ParameterType::Bool, Value::Int(number @ (0 | 1))) => {
            Err(wrong().help(format!("write `{}`", if *number == 1 { "yes" } else { "no" })))
        }
        (ParameterType::Schedule, _) => schedule(parameter, value).unwrap_or_else(|| Err(wrong())),
        (ParameterType::Time, Value::Time(minutes)) => Ok(format!("{:02}{:02}", minutes / 60, minutes % 60)),
        (ParameterType::Clock, Value::Time(minutes)) => Ok(format!("{:02}:{:02}", minutes / 60, minutes % 60)),
        (ParameterType::OneOf(words), Value::Text(text)) => one_of(words, text),
        (ParameterType::OneOf(words), other) if other.text().is_some_and(|text| words.contains(&text)) => {
            Err(wrong().help(format!("write it in quotes: \"{}\"", other.text().unwrap_or_default())))
        }
        (ParameterType::Text(TextType::Ip), Value::Ip(address)) => Ok(address.to_string()),
        (ParameterType::Text(TextType::Host), Value::Ip(address)) => Ok(address.to_string()),
        (ParameterType::Text(ty), Value::Text(text)) => spelling(*ty, text).map_err(|misfit| {
            let whole = format!("({text})");
            match ty {
                TextType::DialPlan if misfit.help.is_none() && spelling(*ty, &whole).is_ok() => {
                    misfit.help(format!("write \"{whole}\""))
                }
                _ => misfit,
            }
        }),
        (ParameterType::Text(ty @ (TextType::OptionList | TextType::Option6List)), value) => {
            numbers(value).map_or_else(|| Err(wrong()), |text| spelling(*ty, &text))
        }
        (ParameterType::List(words), Value::Text(text)) => spelling(TextType::String, text).and_then(|text| {
            if words.is_empty() {
                return Ok(text);
            }
            let mut at = 0;
            for word in text.split('|') {
                one_of(words, word).map_err(|misfit| misfit.at(at))?;
                at += word.len() + 1;
            }
            Ok(text)
        }),
        (ParameterType::Text(_), Value::Int(number)) => Err(wrong().help(format!("write it in quotes: \"{number}\""))),
        _ => Err(wrong()),
    }
}

/// `"30m"`, `"1h jitter 10m"`, `"02:30"`: what is written as it should be, but for its quotes.
fn is_value_in_quotes(ty: &ParameterType, text: &str) -> bool {
    let duration = |word: &str| matches!(Literal::parse(word), Ok(Literal::Duration(_)));
    match ty {
        ParameterType::Duration(_) => duration(text),
        ParameterType::Schedule => {
            text.split(',').all(|wait| match wait.split_whitespace().collect::<Vec<_>>().as_slice() {
                [wait] => duration(wait),
                [wait, "jitter", jitter] => duration(wait) && duration(jitter),
                _ => false,
            })
        }
        ParameterType::Time | ParameterType::Clock => matches!(Literal::parse(text), Ok(Literal::Time(_))),
        ParameterType::Decimal(_) => matches!(Literal::parse(text), Ok(Literal::Decimal(_) | Literal::Int(_))),
        _ => false,
    }
}

/// `66, 160` without quotes: numbers are numbers.
fn numbers(value: &Value) -> Option<String> {
    let items = match value {
        Value::List(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let numbers: Option<Vec<String>> =
        items.iter().map(|item| if let Value::Int(number) = item { Some(number.to_string()) } else { None }).collect();
    numbers.map(|numbers| numbers.join(","))
}

/// A bare number, as the duration that it stands for on the wire.
fn with_unit(parameter: &Parameter, number: u64) -> String {
    let whole = unit_text(number.saturating_mul(parameter.unit));
    match parameter.unit {
        1_000 => format!("write {number} with its unit: `{whole}`"),
        unit => format!("write {number} with its unit: `{whole}`, since one on the wire is {}", unit_text(unit)),
    }
}

/// How a value of the type is written.
pub(super) fn expected_form(ty: &ParameterType) -> &'static str {
    match ty {
        ParameterType::Bool => "written `yes` or `no`",
        ParameterType::Int(_) | ParameterType::Port(..) => "written as a bare number, such as `16`",
        ParameterType::Decimal(_) => "written as a bare number, such as `0.5`",
        ParameterType::Duration(_) => "written with its unit, such as `40s`",
        ParameterType::Schedule => "written as durations, such as `1h jitter 10m` or `1m, 2m, 4m`",
        ParameterType::Time | ParameterType::Clock => "written as a time of day, such as `02:30`",
        ParameterType::OneOf(_) | ParameterType::Text(_) | ParameterType::List(_) => "written in quotes",
    }
}

/// What a type is on the wire, and how.
pub(super) fn expected_on_wire(ty: &ParameterType) -> (&'static str, &'static str) {
    match ty {
        ParameterType::Bool => ("`Yes` or `No`", "so phones write it"),
        ParameterType::Int(_) | ParameterType::Port(..) => ("a number", "in a rule it stands as on the wire: `16`"),
        ParameterType::Decimal(_) => ("a number", "in a rule it stands as on the wire: `0.5`"),
        ParameterType::Duration(_) => {
            ("a number", "in a rule it stands as on the wire, counted in the parameter's unit")
        }
        ParameterType::Schedule => ("a schedule", "in a rule it stands as on the wire, in seconds: `3600+600`"),
        ParameterType::Time => ("a time of day", "in a rule it stands as on the wire: `0230`"),
        ParameterType::Clock => ("a time of day", "in a rule it stands as on the wire: `02:30`"),
        ParameterType::OneOf(_) | ParameterType::Text(_) | ParameterType::List(_) => ("a text", "in quotes"),
    }
}

fn indefinite(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// Bool values as text: the vendor's spelling, and what translated guides print (PB §32).
fn misspelt_bool(text: &str) -> Misfit {
    let meant = match text.to_lowercase().as_str() {
        "yes" | "ja" | "oui" | "true" | "on" | "1" | "enabled" => Some("yes"),
        "no" | "nee" | "nein" | "non" | "false" | "off" | "0" | "disabled" => Some("no"),
        _ => None,
    };
    let misfit = Misfit::new(Code::P0303, format!("takes `yes` or `no`, not \"{text}\""), "a bool is written bare");
    match meant {
        Some(meant) => misfit.help(format!("did you mean `{meant}`?")),
        None => misfit,
    }
}

fn one_of(words: &[String], text: &str) -> Result<String, Misfit> {
    if words.iter().any(|word| word == text) {
        return Ok(text.to_owned());
    }
    let misfit = Misfit::new(
        Code::P0303,
        format!("does not take \"{text}\""),
        "the phone would ignore a value that is not on its list",
    );
    let translated = translated::word(text).filter(|meant| words.iter().any(|word| word == meant));
    if let Some(meant) = translated {
        return Err(misfit.help(format!("a translated guide prints this for \"{meant}\" (PB §32)")));
    }
    let zone = zone_of_time(text).filter(|meant| words.contains(meant));
    let near = words.iter().find(|word| word.eq_ignore_ascii_case(text)).or(zone.as_ref()).map(String::as_str);
    Err(match near.or_else(|| closest(text, words.iter().map(String::as_str))) {
        Some(close) => misfit.help(format!("did you mean \"{close}\"?")),
        None => misfit.help(format!("one of {}", words.join(", "))),
    })
}

pub(super) fn within(parameter: &Parameter, number: i64, ranges: &[(i64, i64)]) -> Result<String, Misfit> {
    if ranges.is_empty() || ranges.iter().any(|(low, high)| (*low..=*high).contains(&number)) {
        return Ok(number.to_string());
    }
    let unit = match parameter.ty {
        ParameterType::Duration(_) => format!(", in units of {}", unit_text(parameter.unit)),
        _ => String::new(),
    };
    let allowed: Vec<String> = ranges.iter().map(|(low, high)| format!("{low} to {high}")).collect();
    Err(Misfit::new(
        Code::P0302,
        format!("is outside its range: {number}"),
        format!("{} are allowed{unit}", allowed.join(", ")),
    ))
}

/// How many units a duration is; one that is no whole number of them cannot be sent.
fn units(parameter: &Parameter, millis: u64) -> Result<u64, Misfit> {
    if millis.is_multiple_of(parameter.unit) {
        return Ok(millis / parameter.unit);
    }
    let down = millis / parameter.unit * parameter.unit;
    Err(Misfit::new(
        Code::P0304,
        format!("cannot carry {}", unit_text(millis)),
        format!("the phone counts in units of {}", unit_text(parameter.unit)),
    )
    .help(format!("{} or {} can be carried", unit_text(down), unit_text(down.saturating_add(parameter.unit)))))
}

/// RS §9: `3600+600`, `60,120,240`.
fn schedule(parameter: &Parameter, value: &Value) -> Option<Result<String, Misfit>> {
    let mut waits: Vec<Wait> = Vec::new();
    let items = match value {
        Value::List(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    for item in items {
        match item {
            Value::Duration(delay) => waits.push(Wait { delay: *delay, jitter: 0 }),
            Value::Schedule(more) => waits.extend(more),
            _ => return None,
        }
    }
    let mut parts = Vec::new();
    for wait in waits {
        let (delay, jitter) = match (units(parameter, wait.delay), units(parameter, wait.jitter)) {
            (Ok(delay), Ok(jitter)) => (delay, jitter),
            (Err(misfit), _) | (_, Err(misfit)) => return Some(Err(misfit)),
        };
        if delay.max(jitter) > u64::from(u32::MAX) {
            let message = format!("is outside its range: {}", delay.max(jitter));
            return Some(Err(Misfit::new(Code::P0302, message, "a wait is at most 4294967295 s (32 bits)")));
        }
        parts.push(if jitter == 0 { delay.to_string() } else { format!("{delay}+{jitter}") });
    }
    Some(Ok(parts.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Catalogue;

    fn parameter(family: &str) -> std::sync::Arc<Parameter> {
        Catalogue::cisco_mpp().parameter(family).expect(family)
    }

    #[test]
    fn values_of_each_type_are_spelled_for_the_wire() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (family, value, wired) in [
            ("Resync_On_Reset", Value::Bool(true), "Yes"),
            ("Resync_Periodic", Value::Duration(3_600_000), "3600"),
            ("Resync_At__HHmm_", Value::Time(150), "0230"),
            ("DHCP_Option_To_Use", text("66,160"), "66,160"),
            ("DHCP_Option_To_Use", Value::List(vec![Value::Int(66), Value::Int(160)]), "66,160"),
            ("DHCP_Option_To_Use", Value::Int(66), "66"),
            ("Restricted_Access_Domains", text("a.com, b.com"), "a.com, b.com"),
            ("Downgrade_Rev_Limit", text("sip88xx.11-3-1MPP-678"), "sip88xx.11-3-1MPP-678"),
            ("Work_Days", text("Monday|Friday"), "Monday|Friday"),
            ("Idle_LED", text("c=g;p=n"), "c=g;p=n"),
            ("Hold_Key_List", text("resume|1;dnd;"), "resume|1;dnd;"),
            ("Unit[]_Key[]", text("fnc=sd;ext=101@$PROXY"), "fnc=sd;ext=101@$PROXY"),
            ("Try_Backup_RSC", text("5*, 408"), "5*, 408"),
            ("Upgrade_Rule", text("http://h/$PN.loads"), "http://h/$PN.loads"),
            ("Dial_Plan[]", text(""), ""),
        ] {
            assert_eq!(wire(&parameter(family), &value), Ok(wired.to_owned()), "{family}");
        }
    }

    #[test]
    fn what_does_not_fit_says_where() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (family, value, code, at) in [
            ("Resync_On_Reset", text("Ja"), Code::P0303, None),
            ("DHCP_Option_To_Use", text("66.160"), Code::P0305, Some(2)),
            ("DHCP_Option_To_Use", Value::List(vec![Value::Int(66), Value::Int(256)]), Code::P0302, Some(3)),
            ("DHCP_Option_To_Use", Value::Bool(true), Code::P0301, None),
            ("Downgrade_Rev_Limit", text("11.3.1"), Code::P0305, Some(0)),
            ("Work_Days", text("Monday|Vrijdag"), Code::P0303, Some(7)),
            ("Dial_Tone", text("350@-19;10(*/0/2)"), Code::P0302, Some(15)),
            ("Cadence[]", text("60(2)"), Code::P0305, Some(4)),
            ("User_ID[]", text("a@b"), Code::P0305, Some(1)),
            ("Idle_LED", text("c=green"), Code::P0305, Some(3)),
            ("Resync_Trigger[]", text("($PRVTMR gt 1)"), Code::P0506, Some(0)),
            ("SIP_TOS_DiffServ_Value[]", text("0x100"), Code::P0302, Some(0)),
        ] {
            let misfit = wire(&parameter(family), &value).expect_err(family);
            assert_eq!((misfit.code, misfit.at), (code, at), "{family}: {misfit:?}");
        }
    }

    /// Every parameter that counts time: whole units are carried, and what lies between two of them is not.
    #[test]
    fn durations_are_carried_in_whole_units_or_not_at_all() {
        let catalogue = Catalogue::cisco_mpp();
        let mut seen = std::collections::BTreeMap::new();
        for family in catalogue.families() {
            let parameter = parameter(family);
            let unit = parameter.unit;
            let low = match &parameter.ty {
                ParameterType::Duration(range) => range.map_or(1, |(low, _)| u64::try_from(low.max(1)).unwrap_or(1)),
                ParameterType::Schedule => 1,
                _ => continue,
            };
            *seen.entry((matches!(parameter.ty, ParameterType::Schedule), unit)).or_insert(0) += 1;
            let code = |value: &Value| wire(&parameter, value).map_err(|misfit| misfit.code);
            assert_eq!(code(&Value::Duration(low * unit)), Ok(low.to_string()), "{family}");
            // A millisecond more or less, and half a unit more.
            for off in [low * unit + 1, low * unit - 1, low * unit + unit / 2] {
                let expected = if unit == 1 { None } else { Some(Code::P0304) };
                let found = code(&Value::Duration(off)).err().filter(|code| *code != Code::P0302);
                assert_eq!(found, expected, "{family}: {off} ms in units of {unit} ms");
            }
            if matches!(parameter.ty, ParameterType::Schedule) {
                let wait = |delay, jitter| Value::Schedule(vec![Wait { delay, jitter }]);
                assert_eq!(code(&wait(2 * unit, unit)), Ok("2+1".into()), "{family}");
                for odd in [wait(2 * unit + 1, unit), wait(2 * unit, unit + 1)] {
                    assert_eq!(code(&odd), Err(Code::P0304), "{family}");
                }
                let list = Value::List(vec![Value::Duration(unit), Value::Duration(3 * unit / 2)]);
                assert_eq!(code(&list), Err(Code::P0304), "{family}");
            }
        }
        let units: Vec<(bool, u64)> = seen.keys().copied().collect();
        assert_eq!(units, [(false, 1), (false, 1000), (false, 20_000), (false, 60_000), (true, 1000)], "{seen:?}");
    }
}
