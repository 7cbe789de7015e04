//! The JSON lines of `prov phone --json`.

use super::Hidden;
use crate::phone::Settings;
use crate::phone::model::{Event, Millis};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// One line: `{"t":0.104,"event":"dhcp",…}`, and `{"event":"done",…}` at the end.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum LiveEvent {
    Happened {
        /// Seconds of the phone's time since it was started.
        #[serde(serialize_with = "seconds")]
        #[schemars(with = "f64")]
        t: Millis,
        #[serde(flatten)]
        event: Event,
    },
    Done(Outcome),
}

/// How a live phone ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "event", rename = "done")]
pub struct Outcome {
    pub state: State,
    /// Everything that was set, by element; secrets as dots.
    pub parameters: BTreeMap<String, String>,
    pub firmware: String,
    pub took: Timings,
}

/// How long answers took, in microseconds: of the first ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Timings {
    /// From the question for a lease to the lease.
    pub dhcp: Vec<u64>,
    /// From the beginning of a fetch to its end.
    pub fetches: Vec<u64>,
}

impl Timings {
    /// A phone that lives for years tells of its first days.
    pub(super) const MOST: usize = 64;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Resynced,
    Converged,
    Failed,
}

fn seconds<S: Serializer>(t: &Millis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(*t as f64 / 1000.0)
}

/// What was set, for people to read: secrets as dots, and what a phone itself never shows (PB §8.3).
pub(super) fn shown(settings: &Settings, hidden: &Hidden) -> BTreeMap<String, String> {
    let never = ["GPP_SA", "GPP_SB", "GPP_SC", "GPP_SD", "IKM_HTTP_Encrypt_Content"];
    let secret = |element: &str| never.contains(&element) || hidden.hides(element);
    let one = |element: &str, value: &str| match value {
        "" => String::new(),
        _ if secret(element) => "•••".into(),
        value => without_assigned(&without_arguments(value), secret),
    };
    settings
        .iter()
        .filter_map(|(element, parameter)| Some((element.to_owned(), one(element, parameter.value.as_deref()?))))
        .collect()
}

/// A rule, or part of one in a register, with the arguments of `--key` and `--pwd` as dots; names of registers stay, since
/// they say nothing.
fn without_arguments(rule: &str) -> String {
    let mut shown = String::new();
    let mut rest = rule;
    while let Some(at) = ["--key ", "--pwd "].iter().filter_map(|option| rest.find(option)).min() {
        let (before, argument) = rest.split_at(at + "--key ".len());
        let argument = argument.trim_start_matches(' ');
        let length = match argument.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map_or(argument.len(), |end| end + 2),
            None => argument.find([' ', ']']).unwrap_or(argument.len()),
        };
        let (argument, after) = argument.split_at(length);
        shown.push_str(before);
        shown.push_str(if argument.trim_matches('"').starts_with('$') { argument } else { "•••" });
        rest = after;
    }
    shown + rest
}

/// A rule, or part of one, with what it assigns to secret elements as dots.
fn without_assigned(rule: &str, secret: impl Fn(&str) -> bool) -> String {
    let mut shown = String::new();
    let mut rest = rule;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at);
        let name =
            before.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let value = after.get(1..).unwrap_or_default().trim_start();
        shown.push_str(before);
        shown.push('=');
        rest = after.get(1..).unwrap_or_default();
        if let Some(text) = value.strip_prefix('"').filter(|text| !text.starts_with('$') && secret(name)) {
            shown.push_str(" •••");
            rest = text.find('"').and_then(|end| text.get(end + 1..)).unwrap_or_default();
        }
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::model::{Cause, Class, Obstacle, Outcome as Fetched, Resync};

    #[test]
    fn keys_in_rules_are_not_shown() {
        for (rule, shown) in [
            (
                "[--key My] http://h/x | [--uid u --pwd \"a b\"] http://h/y",
                "[--key •••] http://h/x | [--uid u --pwd •••] http://h/y",
            ),
            ("[--key $SA] http://h/x", "[--key $SA] http://h/x"),
            ("[--key \"open", "[--key •••"),
            ("[--key ", "[--key •••"),
        ] {
            assert_eq!(without_arguments(rule), shown);
        }
    }

    #[test]
    fn what_rules_assign_to_secrets_is_not_shown() {
        let secret = |element: &str| element == "GPP_SA";
        for (rule, shown) in [
            ("(GPP_SA = \"a b\"; GPP_A = \"c\";)! http://h/x", "(GPP_SA = •••; GPP_A = \"c\";)! http://h/x"),
            ("(GPP_SA=\"a\";)!", "(GPP_SA= •••;)!"),
            ("(GPP_SA = \"open", "(GPP_SA = •••"),
            ("(GPP_SA = \"$B\";)!", "(GPP_SA = \"$B\";)!"),
            ("http://h/x?a=\"b\"=", "http://h/x?a=\"b\"="),
            ("=", "="),
            ("", ""),
        ] {
            assert_eq!(without_assigned(rule, secret).replace("=  ", "= "), shown);
        }
    }

    #[test]
    fn lines_have_the_shape_that_tools_rely_on() {
        let line = |event| serde_json::to_string(&LiveEvent::Happened { t: 104, event }).unwrap_or_default();
        assert_eq!(
            line(Event::Fetch {
                parameter: "Profile_Rule".into(),
                url: "http://h/x".into(),
                outcome: Fetched::File { bytes: 9, gzip: true }
            }),
            r#"{"t":0.104,"event":"fetch","parameter":"Profile_Rule","url":"http://h/x","outcome":{"file":{"bytes":9,"gzip":true}}}"#
        );
        assert_eq!(
            line(Event::Resync(Resync::Begun { cause: Cause::PowerUp })),
            r#"{"t":0.104,"event":"resync","phase":"begun","cause":"power-up"}"#
        );
        assert_eq!(
            line(Event::Resync(Resync::Failed {
                reason: "x".into(),
                class: Class::C,
                next: Some(60),
                by: Obstacle::Fetching
            })),
            r#"{"t":0.104,"event":"resync","phase":"failed","reason":"x","class":"C","next":60}"#
        );
        let mut settings = Settings::factory();
        settings.set("GPP_SA", "secret");
        settings.set("GPP_A", "open");
        settings.set("GPP_B", "[--key deep] http://h/x");
        settings.set("WEP_Key_1_", "abcde");
        settings.set("WEP_Key_2_", "");
        let hidden = Hidden::new(|element| element.starts_with("WEP_Key"));
        let done = Outcome {
            state: State::Resynced,
            parameters: shown(&settings, &hidden),
            firmware: "f".into(),
            took: Timings { dhcp: vec![1500], fetches: vec![] },
        };
        assert_eq!(
            serde_json::to_string(&LiveEvent::Done(done)).unwrap_or_default(),
            r#"{"event":"done","state":"resynced","parameters":{"GPP_A":"open","GPP_B":"[--key •••] http://h/x","GPP_SA":"•••","WEP_Key_1_":"•••","WEP_Key_2_":""},"firmware":"f","took":{"dhcp":[1500],"fetches":[]}}"#
        );
    }
}
