//! A text on the wire as a value of the language: what compiles to the same text, or to one that phones read alike.

use crate::language::{Value, Wait, duration};
use crate::phone::Schedule;
use crate::platform::{Parameter, ParameterType, TextType, on_wire, wire};

/// How a value is written, and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// In a program.
    pub literal: String,
    /// On the wire, as compiled.
    pub wired: String,
}

/// What a cell of a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellKind {
    Text,
    Bool,
    Int,
    Decimal,
    Duration,
    Time,
    /// No column holds schedules: the program chooses by a word.
    Chosen,
    Secret,
}

impl CellKind {
    pub fn of(ty: &ParameterType) -> CellKind {
        match ty {
            ParameterType::Bool => CellKind::Bool,
            ParameterType::Int(_) | ParameterType::Port(..) => CellKind::Int,
            ParameterType::Decimal(_) => CellKind::Decimal,
            ParameterType::Duration(_) => CellKind::Duration,
            ParameterType::Schedule => CellKind::Chosen,
            ParameterType::Time | ParameterType::Clock => CellKind::Time,
            ParameterType::Text(TextType::Secret) => CellKind::Secret,
            ParameterType::OneOf(_) | ParameterType::Text(_) | ParameterType::List(_) => CellKind::Text,
        }
    }

    /// The column's type.
    pub const fn name(self) -> &'static str {
        match self {
            CellKind::Text | CellKind::Chosen => "string",
            CellKind::Bool => "bool",
            CellKind::Int => "int",
            CellKind::Decimal => "decimal",
            CellKind::Duration => "duration",
            CellKind::Time => "time",
            CellKind::Secret => "secret",
        }
    }
}

/// The value, if the language has one that phones read as they read the text.
pub fn value(parameter: &Parameter, text: &str) -> Option<Written> {
    let (literal, value) =
        if text.is_empty() { (String::new(), Value::Text(String::new())) } else { read(parameter, text)? };
    let literal = if literal.is_empty() { quoted(text) } else { literal };
    let wired = wire(parameter, &value).ok()?;
    Some(Written { literal, wired })
}

fn read(parameter: &Parameter, text: &str) -> Option<(String, Value)> {
    if CellKind::of(&parameter.ty) == CellKind::Text || parameter.ty == ParameterType::Text(TextType::Secret) {
        return Some((String::new(), Value::Text(text.to_owned())));
    }
    // A macro in it is expanded by nobody: the phone refuses the value.
    if text.contains('$') || on_wire(parameter, text).is_err() {
        return None;
    }
    let minutes = |hours: &str, minutes: &str| Some(hours.parse::<u16>().ok()? * 60 + minutes.parse::<u16>().ok()?);
    let time = |time: u16| (format!("{:02}:{:02}", time / 60, time % 60), Value::Time(time));
    match &parameter.ty {
        ParameterType::Bool => {
            let yes = text.eq_ignore_ascii_case("yes");
            Some((if yes { "yes" } else { "no" }.to_owned(), Value::Bool(yes)))
        }
        ParameterType::Int(_) | ParameterType::Port(..) => {
            let number: i64 = text.parse().ok()?;
            Some((number.to_string(), Value::Int(number)))
        }
        ParameterType::Decimal(_) => decimal(text),
        ParameterType::Duration(_) => {
            let millis = text.parse::<u64>().ok()?.checked_mul(parameter.unit)?;
            Some((duration(millis), Value::Duration(millis)))
        }
        ParameterType::Schedule => schedule(text, parameter.unit),
        ParameterType::Time => Some(time(minutes(text.get(..2)?, text.get(2..)?)?)),
        ParameterType::Clock => {
            let (hours, rest) = text.split_once(':')?;
            Some(time(minutes(hours, rest)?))
        }
        ParameterType::OneOf(_) | ParameterType::Text(_) | ParameterType::List(_) => None,
    }
}

/// A number with digits on both sides of its point is one of the language.
fn decimal(text: &str) -> Option<(String, Value)> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    let bare = text.strip_prefix('-').unwrap_or(text);
    match bare.split_once('.') {
        Some((whole, rest)) if digits(whole) && digits(rest) => {
            Some((text.to_owned(), Value::Decimal(text.to_owned())))
        }
        None if digits(bare) => {
            let number: i64 = text.parse().ok()?;
            Some((number.to_string(), Value::Int(number)))
        }
        _ => None,
    }
}

fn schedule(text: &str, unit: u64) -> Option<(String, Value)> {
    let schedule: Schedule = text.parse().ok()?;
    let millis = |number: u32| u64::from(number).checked_mul(unit);
    let mut literals = Vec::new();
    let mut waits = Vec::new();
    for wait in schedule.delays() {
        let (delay, jitter) = (millis(wait.seconds)?, millis(wait.random)?);
        literals.push(match jitter {
            0 => duration(delay),
            jitter => format!("{} jitter {}", duration(delay), duration(jitter)),
        });
        waits.push(Wait { delay, jitter });
    }
    Some((literals.join(", "), Value::Schedule(waits)))
}

/// A text as a string of the language.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' | '{' | '}' => quoted.extend(['\\', sign]),
            '\n' => quoted.push_str("\\n"),
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Catalogue;

    #[test]
    fn every_default_has_a_value_that_comes_to_it() {
        let catalogue = Catalogue::cisco_mpp();
        let mut read = 0;
        for family in catalogue.families() {
            let parameter = catalogue.parameter(family).expect(family);
            let lows: Vec<u32> = parameter.ranges().iter().map(|(low, _)| *low).collect();
            let Some(default) = parameter.default_at(&lows) else { continue };
            let written = value(&parameter, &default).unwrap_or_else(|| panic!("{family} {default}"));
            assert_eq!(written.wired, default, "{family}");
            read += 1;
        }
        assert!(read > 300, "{read}");
    }

    #[test]
    fn values_are_written_as_people_write_them() {
        let catalogue = Catalogue::cisco_mpp();
        for (family, text, literal, wired) in [
            ("Resync_On_Reset", "yes", "yes", "Yes"),
            ("Resync_Periodic", "3600+600", "1h jitter 10m", "3600+600"),
            ("Resync_Error_Retry_Delay", "60,120,240", "1m, 2m, 4m", "60,120,240"),
            ("Resync_Random_Delay", "2", "40s", "2"),
            ("Resync_At__HHmm_", "0230", "02:30", "0230"),
            ("Ringer_Volume", "09", "9", "9"),
            ("Ringer_Volume", "", "\"\"", ""),
            ("Display_Name[]", "a \"b\" {c} \\", "\"a \\\"b\\\" \\{c\\} \\\\\"", "a \"b\" {c} \\"),
            ("GPP_A", "$5", "\"$5\"", "$5"),
        ] {
            let parameter = catalogue.parameter(family).expect(family);
            let wanted = Written { literal: literal.into(), wired: wired.into() };
            assert_eq!(value(&parameter, text), Some(wanted), "{family} {text}");
        }
        for (family, text) in [
            ("Resync_On_Reset", "Ja"),
            ("Resync_On_Reset", "1"),
            ("Ringer_Volume", "loud"),
            ("Ringer_Volume", "16"),
            ("Ringer_Volume", "$A"),
            ("Resync_Periodic", "1h"),
            ("Dial_Plan[]", "(xx."),
            ("Time_Zone", "Europe"),
        ] {
            let parameter = catalogue.parameter(family).expect(family);
            assert_eq!(value(&parameter, text), None, "{family} {text}");
        }
    }
}
