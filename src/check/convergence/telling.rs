//! A life told step by step, each step a line.

use super::life::{End, Leg, Life, Lives};
use crate::diagnostic::{Story, StoryStep};
use crate::phone::Mac;
use crate::phone::model::{Entry, Event, Found, Outcome, Resync};

/// More lines than this nobody reads: the middle is left out.
const MOST: usize = 24;
/// So many of them stand before what is left out.
const FIRST: usize = 14;

/// How a story's phone begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    Fresh,
    Provisioned,
    /// Provisioned, and with what its rules assign under a condition.
    Assigned,
    /// Provisioned by an earlier revision of the program.
    InField,
}

/// Whose story is told, and how far.
#[derive(Clone, Copy)]
pub(super) struct Teller<'t> {
    pub lives: &'t Lives<'t>,
    pub life: &'t Life,
    pub begins: Begins,
    pub mac: Mac,
}

/// The story of a phone; `ends` is what is to be said in the end. `home`: only until it has its files.
pub(super) fn told(teller: Teller<'_>, ends: &str, home: bool) -> Story {
    let Teller { lives, life, begins, mac } = teller;
    let mut steps: Vec<StoryStep> = Vec::new();
    let mut before = 0;
    for (number, leg) in life.legs.iter().filter_map(|leg| lives.legs.get(*leg)).enumerate() {
        let at_home = match &leg.end {
            End::Rest(rest) if home => rest.home,
            _ => None,
        };
        let entries = leg.entries.get(..at_home.unwrap_or(leg.entries.len())).unwrap_or_default();
        steps.extend(leg_told(leg, entries, before, (number == 0).then_some(begins)));
        before += entries.last().map_or(0, |entry| entry.t);
    }
    if !ends.is_empty() {
        steps.push(StoryStep { at: time(before), what: ends.to_owned() });
    }
    if steps.len() > MOST {
        let rest = steps.split_off(steps.len() + FIRST - MOST);
        let left = steps.len() - FIRST;
        steps.truncate(FIRST);
        steps.push(StoryStep { at: "…".into(), what: format!("{left} more steps") });
        steps.extend(rest);
    }
    Story { title: format!("the shortest story ({mac})"), steps }
}

fn leg_told(leg: &Leg, entries: &[Entry], before: u64, begins: Option<Begins>) -> Vec<StoryStep> {
    let mut steps = Vec::new();
    let mut last_fetch: Option<String> = None;
    for (number, entry) in entries.iter().enumerate() {
        let what = match &entry.event {
            // The next load's own leg tells that it starts.
            Event::Reboot { firmware, .. } if *firmware != leg.start.firmware => continue,
            Event::Reboot { firmware, .. } => match begins.filter(|_| number == 0) {
                Some(Begins::Fresh) => format!("boots on {firmware}, factory fresh"),
                Some(Begins::Provisioned) => format!("boots on {firmware}, provisioned by this program"),
                Some(Begins::Assigned) => format!("boots on {firmware}, provisioned, and with what its rules assign"),
                Some(Begins::InField) => format!("boots on {firmware}, provisioned by the revision in the field"),
                None => format!("boots on {firmware}"),
            },
            Event::Fetch { url, outcome: Outcome::File { .. }, .. } => {
                last_fetch = Some(url.clone());
                continue;
            }
            Event::Apply { parameters, rules, .. } => {
                let rules = match rules.len() {
                    0 => String::new(),
                    1 => ", 1 rule".into(),
                    some => format!(", {some} rules"),
                };
                let many = if *parameters == 1 { "" } else { "s" };
                format!("{}  {parameters} parameter{many}{rules}", last_fetch.take().unwrap_or_default())
            }
            _ => match line(entry) {
                Some(line) => line,
                None => continue,
            },
        };
        steps.push(StoryStep { at: time(before + entry.t), what });
    }
    steps
}

/// What is worth telling of an event.
fn line(entry: &Entry) -> Option<String> {
    Some(match &entry.event {
        Event::Dhcp { address: Some(_), options, .. } => match options.as_slice() {
            [] => return None,
            some => {
                some.iter().map(|(code, text)| format!("DHCP option {code}: {text}")).collect::<Vec<_>>().join(", ")
            }
        },
        Event::Dns { found: Found::Addresses(_) | Found::Services(_), .. } | Event::Discovery { .. } => return None,
        Event::Fetch { url, outcome, .. } => format!("{url}  {outcome}"),
        Event::Resync(Resync::Begun { .. } | Resync::Again { .. } | Resync::Delayed { .. }) => return None,
        Event::Resync(Resync::Ignored { reason }) => format!("makes no resync: {reason}"),
        Event::Syslog { .. } | Event::Customization { .. } | Event::Report { .. } | Event::Status { .. } => {
            return None;
        }
        other => other.to_string(),
    })
}

fn time(millis: u64) -> String {
    let seconds = millis / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
