//! Reports: where phones send their configuration, and how it differs from what the plan has for them. Values that hold a
//! secret are compared here and leave in no form.

use super::{Fleet, PhoneRef, Piece, Scheme, Served, SettingValue, Template};
use crate::phone::profile::{Profile, Value};
use crate::phone::seal::open_content_by_text;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A place that phones report to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Report {
    pub content: ReportContent,
    /// Position in `Plan::servers`.
    pub server: usize,
    pub scheme: Scheme,
    /// Variables that only the phone knows stand in it as in a rule, `$(SWVER)`.
    pub path: Template,
}

/// What a report tells (PB §16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportContent {
    /// The whole configuration.
    Full,
    /// What was changed last.
    Delta,
    Status,
}

/// A parameter that is another on the phone than the plan has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub element: String,
    /// What both sides have; nothing where it is a secret.
    pub values: Option<Values>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    pub intended: String,
    /// None: the report does not have the parameter.
    pub reported: Option<String>,
}

/// Never in a report (PB §16).
const UNTOLD: [&str; 5] = ["GPP_SA", "GPP_SB", "GPP_SC", "GPP_SD", IKM];
const IKM: &str = "IKM_HTTP_Encrypt_Content";

impl Served {
    /// What a phone reports under a path; nothing: it reports nothing there.
    pub fn report(&self, phone: PhoneRef, server: usize, scheme: Scheme, path: &str) -> Option<ReportContent> {
        let fleet = self.fleet(phone)?;
        let here = fleet.reports.iter().filter(|report| report.server == server && report.scheme == scheme);
        let mut here = here.filter(|report| fits(&self.expand(phone, &report.path), path));
        here.next().map(|report| report.content)
    }

    /// A report as it was sent, opened with the key that the phone was given for it (RFC 8188, WF §4).
    pub fn open_report(&self, phone: PhoneRef, octets: Vec<u8>, sealed: bool) -> Result<Vec<u8>, &'static str> {
        if octets.starts_with(b"Salted__") {
            return Err("it is sealed with a key of Report_Rule, which no program gives");
        }
        if !sealed {
            return Ok(octets);
        }
        let fleet = self.fleet(phone).ok_or("the phone is of no fleet")?;
        let key = intended(fleet, phone).remove(IKM).ok_or("it is sealed, and the program gives the phone no key")?;
        let mut text = String::new();
        fleet.phones.expand_with(key, phone.row as usize, &self.plan().models, self.secrets(), &mut text);
        open_content_by_text(&text, &octets).map_err(|_| "it does not open with the phone's key")
    }

    /// Where a reported configuration is another than the plan's: of the whole one also what is missing. The reading is the
    /// phone's own; parameters that the plan does not set are the user's.
    pub fn differences(&self, phone: PhoneRef, reported: &Profile, content: ReportContent) -> Vec<Difference> {
        let Some(fleet) = self.fleet(phone) else { return Vec::new() };
        let told: HashMap<&str, &Value> =
            reported.elements.iter().map(|element| (element.name.as_str(), &element.value)).collect();
        let mut differences = Vec::new();
        let mut known: Vec<_> = intended(fleet, phone).into_iter().collect();
        known.sort_unstable_by_key(|(element, _)| *element);
        for (element, template) in known.into_iter().filter(|(element, _)| !UNTOLD.contains(element)) {
            let reported = match told.get(element) {
                Some(Value::Set(text)) => Some(text.trim()),
                // The phone's own way to say that there is none.
                Some(Value::Absent) => Some(""),
                Some(Value::Keep) => continue,
                None if content == ReportContent::Full => None,
                None => continue,
            };
            let secret = template.pieces().iter().any(Piece::is_secret);
            let mut wanted = String::new();
            fleet.phones.expand_with(template, phone.row as usize, &self.plan().models, self.secrets(), &mut wanted);
            // What a phone holds back of a secret says nothing.
            if reported == Some(wanted.trim()) || secret && reported.is_none_or(is_dotted) {
                continue;
            }
            let values = (!secret).then(|| Values { intended: wanted, reported: reported.map(str::to_owned) });
            differences.push(Difference { element: element.to_owned(), values });
        }
        differences
    }
}

/// What stands for a value that is not shown.
fn is_dotted(text: &str) -> bool {
    text.chars().all(|sign| sign == '*' || sign == '•')
}

/// What a phone has in the end, by element: of its profiles the later wins (PB §9). What the bootstrap file alone says is
/// the phone's from then on.
fn intended(fleet: &Fleet, phone: PhoneRef) -> HashMap<&str, &Template> {
    let shapes = fleet.profiles.iter().filter_map(|profile| profile.shape(phone.row as usize));
    let mut intended = HashMap::new();
    for setting in shapes.flat_map(|shape| &shape.settings) {
        if let SettingValue::Set(value) = &setting.value {
            intended.insert(setting.element.as_str(), value);
        }
    }
    intended
}

/// Whether a path is what a pattern comes to: `$(NAME)` stands for some text without a slash.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((before, rest)) = pattern.split_once("$(") else { return pattern == path };
    let Some((_, after)) = rest.split_once(')') else { return pattern == path };
    let Some(tail) = path.strip_prefix(before) else { return false };
    let longest = tail.find('/').unwrap_or(tail.len());
    (0..=longest).any(|length| tail.get(length..).is_some_and(|tail| fits(after, tail)))
}
