//! Types of the language that a parameter can hold no value of: found out without a value.

use super::describe::{article, type_text};
use super::parameter::{Parameter, ParameterType, TextType};
use super::wire::{Misfit, expected_form};
use crate::diagnostic::{Code, closest};
use crate::language::types::Type;

/// Why no value of a type fits a parameter; nothing when one may.
pub fn refuses(parameter: &Parameter, ty: &Type) -> Option<Misfit> {
    let fits = match (&parameter.ty, ty) {
        (_, Type::Any | Type::Condition | Type::Optional(_)) => true,
        // It clears every parameter.
        (_, Type::Word(word)) if word.is_empty() => true,
        (ParameterType::Bool, Type::Bool) => true,
        (ParameterType::Int(_) | ParameterType::Port(..), Type::Int | Type::Port) => true,
        (ParameterType::Decimal(_), Type::Int | Type::Port | Type::Decimal) => true,
        (ParameterType::Duration(_), Type::Duration) => true,
        (ParameterType::Schedule, Type::Duration | Type::Schedule) => true,
        (ParameterType::Schedule, Type::List(items)) => {
            matches!(**items, Type::Any | Type::Duration | Type::Schedule)
        }
        (ParameterType::Time | ParameterType::Clock, Type::Time) => true,
        (ParameterType::OneOf(words), given) if given.is_text() => return none_of(words, given.words()),
        (ParameterType::Text(TextType::Ip | TextType::Host), Type::Ip) => true,
        (ParameterType::Text(TextType::OptionList | TextType::Option6List), Type::Int | Type::Port) => true,
        (ParameterType::Text(TextType::OptionList | TextType::Option6List), Type::List(items)) => {
            matches!(**items, Type::Any | Type::Int | Type::Port)
        }
        (ParameterType::Text(_) | ParameterType::OneOf(_) | ParameterType::List(_), Type::Secret) => true,
        (ParameterType::Text(_) | ParameterType::List(_), given) => given.is_text(),
        _ => false,
    };
    if fits {
        return None;
    }
    if *ty == Type::Secret {
        return Some(Misfit::new(Code::P0301, "takes no secret", "a secret is a text"));
    }
    let message = format!("takes {}, not {}", article(&type_text(parameter)), ty.with_article());
    let misfit = Misfit::new(Code::P0301, message, expected_form(&parameter.ty));
    Some(match (&parameter.ty, ty) {
        (ParameterType::Text(_), Type::Int | Type::Port | Type::Mac | Type::Prefix | Type::Decimal) => {
            misfit.help("put it into a string: \"{…}\"")
        }
        _ => misfit,
    })
}

/// A choice of which no word is on the parameter's list.
fn none_of(words: &[String], given: &[String]) -> Option<Misfit> {
    let first = given.first().filter(|_| !given.iter().any(|word| word.is_empty() || words.contains(word)))?;
    let misfit = Misfit::new(
        Code::P0303,
        format!("takes none of \"{}\"", given.join("\", \"")),
        "the phone would ignore a value that is not on its list",
    );
    Some(match closest(first, words.iter().map(String::as_str)) {
        Some(close) => misfit.help(format!("did you mean \"{close}\"?")),
        None => misfit.help(format!("one of {}", words.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Catalogue;

    #[test]
    fn what_can_never_fit_is_refused_and_what_may_is_not() {
        let words =
            |words: &[&str]| Type::OneOf(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>().into());
        for (family, ty, code) in [
            ("Register[]", Type::Bool, None),
            ("Register[]", Type::String, Some(Code::P0301)),
            ("Register[]", Type::Word(String::new()), None),
            ("Resync_Periodic", Type::Duration, None),
            ("Resync_Periodic", Type::List(Box::new(Type::Schedule)), None),
            ("Resync_Periodic", Type::Int, Some(Code::P0301)),
            ("Ringer_Volume", Type::Port, None),
            ("Ringer_Volume", Type::Digits(1, 2), Some(Code::P0301)),
            ("Proxy[]", Type::Ip, None),
            ("Proxy[]", Type::Host, None),
            ("Proxy[]", Type::Prefix, Some(Code::P0301)),
            ("Display_Name[]", Type::Digits(3, 5), None),
            ("Display_Name[]", Type::Mac, Some(Code::P0301)),
            ("Display_Name[]", Type::Secret, None),
            ("Ringer_Volume", Type::Secret, Some(Code::P0301)),
            ("Time_Zone", words(&["GMT+01:00", "elsewhere"]), None),
            ("Time_Zone", words(&["Europe", "Asia"]), Some(Code::P0303)),
            ("DHCP_Option_To_Use", Type::List(Box::new(Type::Int)), None),
            ("DHCP_Option_To_Use", Type::List(Box::new(Type::Bool)), Some(Code::P0301)),
            ("Display_Name[]", Type::Any, None),
        ] {
            let parameter = Catalogue::cisco_mpp().parameter(family).expect(family);
            assert_eq!(refuses(&parameter, &ty).map(|misfit| misfit.code), code, "{family} {ty}");
        }
    }
}
