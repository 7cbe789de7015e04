//! A text as it stands on the wire already, held against its parameter: in a raw rule values are written as phones read them.

use super::parameter::{Parameter, ParameterType};
use super::wire::{Misfit, expected_on_wire, wire, within};
use crate::diagnostic::Code;
use crate::language::Value;
use crate::phone::script;

/// Why a phone would not take a text; nothing is known of one that holds macros.
pub fn on_wire(parameter: &Parameter, text: &str) -> Result<(), Misfit> {
    if text.is_empty() || text.contains('$') {
        return Ok(());
    }
    let wrong = || {
        let (what, why) = expected_on_wire(&parameter.ty);
        Misfit::new(Code::P0301, format!("takes {what}, not \"{text}\""), why)
    };
    match &parameter.ty {
        // Letter case does not matter (DT §1, inferred).
        ParameterType::Bool if ["yes", "no"].iter().any(|word| word.eq_ignore_ascii_case(text)) => Ok(()),
        ParameterType::Bool => {
            let misfit = Misfit::new(Code::P0303, format!("takes `Yes` or `No`, not \"{text}\""), "so phones write it");
            Err(misfit)
        }
        ParameterType::Int(ranges) => within(parameter, text.parse().map_err(|_| wrong())?, ranges).map(drop),
        ParameterType::Port(low, high) => {
            within(parameter, text.parse().map_err(|_| wrong())?, &[(*low, *high)]).map(drop)
        }
        ParameterType::Duration(range) => {
            let ranges: Vec<(i64, i64)> = range.iter().copied().collect();
            within(parameter, text.parse().map_err(|_| wrong())?, &ranges).map(drop)
        }
        ParameterType::Decimal(range) => match (text.parse::<f64>(), range) {
            (Err(_), _) => Err(wrong()),
            (Ok(number), Some((low, high))) if !(*low..=*high).contains(&number) => Err(Misfit::new(
                Code::P0302,
                format!("is outside its range: {text}"),
                format!("{low} to {high} are allowed"),
            )),
            _ => Ok(()),
        },
        ParameterType::Schedule => script::schedule(text).map(drop).map_err(|_| wrong()),
        ParameterType::Time if is_time(text.get(..2), text.get(2..)) => Ok(()),
        ParameterType::Clock
            if text.split_once(':').is_some_and(|(hour, minute)| is_time(Some(hour), Some(minute))) =>
        {
            Ok(())
        }
        ParameterType::Time | ParameterType::Clock => Err(wrong()),
        ParameterType::OneOf(_) | ParameterType::Text(_) | ParameterType::List(_) => {
            wire(parameter, &Value::Text(text.to_owned())).map(drop)
        }
    }
}

/// Two digits each. 2400 is midnight as well (inferred).
fn is_time(hour: Option<&str>, minute: Option<&str>) -> bool {
    let number = |text: Option<&str>| {
        let text = text.filter(|text| text.len() == 2 && text.bytes().all(|octet| octet.is_ascii_digit()))?;
        text.parse::<u32>().ok()
    };
    matches!((number(hour), number(minute)), (Some(0..=23), Some(0..=59)) | (Some(24), Some(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Catalogue;

    #[test]
    fn texts_are_held_against_every_kind_of_parameter() {
        for (family, text, code) in [
            ("Line_Enable[]", "No", None),
            ("Line_Enable[]", "yes", None),
            ("Line_Enable[]", "Nee", Some(Code::P0303)),
            ("Line_Enable[]", "1", Some(Code::P0303)),
            ("Ringer_Volume", "15", None),
            ("Ringer_Volume", "16", Some(Code::P0302)),
            ("Ringer_Volume", "loud", Some(Code::P0301)),
            ("Ringer_Volume", "", None),
            ("Ringer_Volume", "$A", None),
            ("SIP_Port[]", "5060", None),
            ("SIP_Port[]", "65536", Some(Code::P0302)),
            ("Resync_Periodic", "3600+600", None),
            ("Resync_Periodic", "1h", Some(Code::P0301)),
            ("Resync_Random_Delay", "2", None),
            ("Resync_Random_Delay", "2s", Some(Code::P0301)),
            ("Resync_At__HHmm_", "0230", None),
            ("Resync_At__HHmm_", "2460", Some(Code::P0301)),
            ("Resync_At__HHmm_", "02:30", Some(Code::P0301)),
            ("Resync_At__HHmm_", "é23", Some(Code::P0301)),
            ("Time_Zone", "GMT+01:00", None),
            ("Time_Zone", "Europe", Some(Code::P0303)),
            ("Dial_Plan[]", "(xx.)", None),
            ("Dial_Plan[]", "(xx.", Some(Code::P0305)),
            ("Display_Name[]", "Front", None),
        ] {
            let parameter = Catalogue::cisco_mpp().parameter(family).expect(family);
            assert_eq!(on_wire(&parameter, text).err().map(|misfit| misfit.code), code, "{family} {text}");
        }
    }

    #[test]
    fn every_known_default_stands_on_the_wire() {
        let catalogue = Catalogue::cisco_mpp();
        for family in catalogue.families() {
            let parameter = catalogue.parameter(family).expect(family);
            let low: Vec<u32> = parameter.ranges().iter().map(|(low, _)| *low).collect();
            let Some(default) = parameter.default_at(&low) else { continue };
            assert_eq!(on_wire(&parameter, &default), Ok(()), "{family} {default}");
        }
    }
}
