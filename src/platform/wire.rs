//! A value of the language as a parameter writes it on the wire. The phone drops a value it does not understand
//! without a word (PB §9), so whatever does not fit is refused here, with the reason.

use super::parameter::{Parameter, ParameterType, TextType};
use crate::diagnostic::{Code, closest};
use crate::language::{Value, Wait};
use crate::platform::describe::{article, type_text, unit_text};

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    pub code: Code,
    /// The finding's message; the parameter's name is put before it.
    pub message: String,
    pub why: String,
    pub help: Option<String>,
}

impl Misfit {
    fn new(code: Code, message: impl Into<String>, why: impl Into<String>) -> Misfit {
        Misfit { code, message: message.into(), why: why.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Misfit {
        self.help = Some(help.into());
        self
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
            within(parameter, number as i64, &range.iter().copied().collect::<Vec<_>>())
        }
        (ParameterType::Duration(_), Value::Int(number)) => Err(wrong().help(format!(
            "write {} with its unit: one on the wire is {}",
            number,
            unit_text(parameter.unit)
        ))),
        (ParameterType::Schedule, _) => schedule(parameter, value).unwrap_or_else(|| Err(wrong())),
        (ParameterType::Time, Value::Time(minutes)) => Ok(format!("{:02}{:02}", minutes / 60, minutes % 60)),
        (ParameterType::Clock, Value::Time(minutes)) => Ok(format!("{:02}:{:02}", minutes / 60, minutes % 60)),
        (ParameterType::OneOf(words), Value::Text(text)) => one_of(words, text),
        (ParameterType::OneOf(words), other) if other.text().is_some_and(|text| words.contains(&text)) => {
            Err(wrong().help(format!("write it in quotes: \"{}\"", other.text().unwrap_or_default())))
        }
        (ParameterType::Text(TextType::Ip), Value::Ip(address)) => Ok(address.to_string()),
        (ParameterType::Text(TextType::Host), Value::Ip(address)) => Ok(address.to_string()),
        (ParameterType::Text(ty), Value::Text(text)) => spelling(*ty, text),
        (ParameterType::List(_), Value::Text(text)) => spelling(TextType::String, text),
        (ParameterType::Text(_), Value::Int(number)) => Err(wrong().help(format!("write it in quotes: \"{number}\""))),
        _ => Err(wrong()),
    }
}

/// How a value of the type is written.
fn expected_form(ty: &ParameterType) -> &'static str {
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
    let translated = translation(text).filter(|meant| words.iter().any(|word| word == meant));
    if let Some(meant) = translated {
        return Err(misfit.help(format!("a translated guide prints this for \"{meant}\" (PB §32)")));
    }
    let near = words.iter().find(|word| word.eq_ignore_ascii_case(text)).map(String::as_str);
    Err(match near.or_else(|| closest(text, words.iter().map(String::as_str))) {
        Some(close) => misfit.help(format!("did you mean \"{close}\"?")),
        None => misfit.help(format!("one of {}", words.join(", "))),
    })
}

/// Values that translated guides print, and what phones know (PB §32).
fn translation(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "ja" => "Yes",
        "nee" => "No",
        "geen" => "none",
        "kopregel" => "header",
        "sessie" => "session",
        "gebruiker" => "user",
        "uitgeschakeld" => "Disabled",
        "basis-http-verificatie" => "Basic Http Authentication",
        _ => return None,
    })
}

fn within(parameter: &Parameter, number: i64, ranges: &[(i64, i64)]) -> Result<String, Misfit> {
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
    .help(format!("{} or {} can be carried", unit_text(down), unit_text(down + parameter.unit))))
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
        parts.push(if jitter == 0 { delay.to_string() } else { format!("{delay}+{jitter}") });
    }
    Some(Ok(parts.join(",")))
}

/// What every text on the wire must survive, and the lengths of DT.
fn spelling(ty: TextType, text: &str) -> Result<String, Misfit> {
    if text.trim() != text || text.contains('\n') {
        return Err(Misfit::new(
            Code::P0305,
            "would lose blanks on its way",
            "the phone removes outer blanks, and reads a line break as a blank (WF §1.5)",
        ));
    }
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        let message = format!("holds the control character {}", control.escape_debug());
        return Err(Misfit::new(Code::P0305, message, "no text on the wire can hold it"));
    }
    let (limit, source) = match ty {
        TextType::Host | TextType::UserId => (63, "DT §11, §12"),
        TextType::PhoneNumber => (39, "DT §13"),
        TextType::StarCode => (7, "DT §16"),
        TextType::Cadence | TextType::Tone => (127, "DT §18, §20"),
        _ => (usize::MAX, ""),
    };
    if text.chars().count() > limit {
        return Err(Misfit::new(
            Code::P0307,
            format!("is {} characters long", text.chars().count()),
            format!("the type allows {limit} ({source})"),
        ));
    }
    match ty {
        TextType::Host if text.contains([' ', '/', '@']) => Err(Misfit::new(
            Code::P0305,
            format!("takes a host name, not \"{text}\""),
            "a host name or an address, perhaps with a port (DT §11)",
        )),
        TextType::UserId if text.contains([' ', '@']) => Err(Misfit::new(
            Code::P0305,
            format!("takes a user part, not \"{text}\""),
            "the part before the `@`, as it stands in a URL (DT §12)",
        )),
        TextType::Ip if text.parse::<std::net::IpAddr>().is_err() => {
            Err(Misfit::new(Code::P0305, format!("takes an address, not \"{text}\""), "such as 192.168.50.1"))
        }
        TextType::DialPlan if !(text.contains('(') && text.contains(')')) => Err(Misfit::new(
            Code::P0305,
            "takes a dial plan",
            "a dial plan stands in parentheses, its sequences divided by `|` (DT §22)",
        )),
        _ => Ok(text.to_owned()),
    }
}
