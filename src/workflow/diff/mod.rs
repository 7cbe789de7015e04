//! What one program does to phones that another did not: phones with the same change together, found by forms of files and
//! columns of cells. No file is rendered, and no secret is read.

mod cells;
mod effect;
mod general;
mod groups;
mod human;
mod markdown;
mod nested;
mod pairs;
mod requests;
mod words;

use crate::plan::Served;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The document of `prov diff REV [REV] --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// The two programs, as they were named.
    pub before: String,
    pub after: String,
    /// The largest first; what is of no phone in particular has none and comes last.
    pub groups: Vec<Group>,
    /// Servers that are asked more or less often.
    pub requests: Vec<Requests>,
    pub summary: Summary,
}

/// Phones for which the same changes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// Hardware addresses, in the order of the program.
    pub phones: Vec<String>,
    pub count: usize,
    /// The fleets that they are of.
    pub fleets: Vec<String>,
    /// How many are of each model.
    pub models: BTreeMap<String, usize>,
    pub changes: Vec<Change>,
    /// Whether new firmware restarts them.
    pub reboots: bool,
    /// They are all phones of their fleets.
    #[serde(skip)]
    pub whole: bool,
}

/// One thing that is another than before.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Change {
    pub what: What,
    /// An XML element, a profile, the number of an option, a record.
    pub name: String,
    /// Null: not set, not told, not there.
    pub before: Option<String>,
    pub after: Option<String>,
    /// The text is secret: that it is another is all that is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// Each phone has its own: `before` and `after` are patterns, and this is the first phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub such_as: Option<Example>,
}

/// What one phone has of a value of which each has its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Example {
    pub phone: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// The phone itself: it is new, or gone, or of another model.
    Phone,
    Firmware,
    Rule,
    File,
    /// What a file is sealed with.
    Key,
    Dhcp,
    Dns,
    Parameter,
    /// How a server or a network works for everybody.
    Service,
}

/// How often a server is asked by phones of the program, per second.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Requests {
    pub server: String,
    pub before: Rates,
    pub after: Rates,
}

/// Requests a second, to a thousandth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Rates {
    /// Over a day.
    pub average: f64,
    /// In the busiest minute of a day.
    pub peak: f64,
    /// When the power comes back everywhere at once.
    pub power_cut: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Phones that there are now.
    pub phones: usize,
    pub unchanged: usize,
    pub changed: usize,
    pub added: usize,
    pub removed: usize,
    pub reboots: usize,
}

/// One of the two programs.
#[derive(Clone, Copy)]
pub struct Side<'s> {
    pub name: &'s str,
    pub served: &'s Served,
}

/// Holds one against the other. `full`: phones are together only where every value is the same for all of them.
pub fn diff(before: Side<'_>, after: Side<'_>, full: bool) -> Difference {
    let records = general::Records::of(before.served.plan(), after.served.plan());
    let pairs = pairs::pairs(before.served, after.served);
    let (mut groups, attributed) = groups::groups(&pairs, &records, full);
    let of_phones = |groups: &[Group]| groups.iter().map(|group| group.count).sum::<usize>();
    let changed = of_phones(&groups);
    let reboots = of_phones(&groups.iter().filter(|group| group.reboots).cloned().collect::<Vec<_>>());
    let summary = Summary {
        phones: after.served.plan().phone_count(),
        unchanged: pairs.both.len() - changed,
        changed,
        added: pairs.added.len(),
        removed: pairs.removed.len(),
        reboots,
    };
    groups.extend(groups::arrivals(&pairs));
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups.extend(general::group(before.served.plan(), after.served.plan(), &records, &attributed));
    Difference {
        before: before.name.to_owned(),
        after: after.name.to_owned(),
        groups,
        requests: requests::requests(before.served, after.served),
        summary,
    }
}

impl Difference {
    /// Whether nothing is another.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}
