//! Which phones somebody wants to see: by fleet, model, network, how far they are, what keeps them, and a text that is in
//! their address, name or another cell. Looked for without a copy of anything but those that are shown.

use crate::phone::{Mac, SecretRef};
use crate::plan::{Fleet, PhoneRef, Served};
use crate::serve::seen::{Gap, PhoneSeen, Seen, Standing};
use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer};
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;

/// As it stands in an address.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Filter {
    #[serde(default, deserialize_with = "filled")]
    pub fleet: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    pub model: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    pub network: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    pub state: Option<Wanted>,
    #[serde(default, deserialize_with = "filled")]
    pub cause: Option<Gap>,
    #[serde(default, deserialize_with = "filled")]
    pub q: Option<String>,
    #[serde(default)]
    page: Option<NonZeroUsize>,
}

/// How far a phone is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wanted {
    Lagging,
    Done,
    Intended,
    Served,
    Acknowledged,
    Reported,
}

impl Wanted {
    pub const ALL: [Wanted; 6] =
        [Wanted::Lagging, Wanted::Done, Wanted::Intended, Wanted::Served, Wanted::Acknowledged, Wanted::Reported];

    pub const fn name(self) -> &'static str {
        match self {
            Wanted::Lagging => "lagging",
            Wanted::Done => "done",
            Wanted::Intended => "intended",
            Wanted::Served => "served",
            Wanted::Acknowledged => "acknowledged",
            Wanted::Reported => "reported",
        }
    }

    fn fits(self, standing: Standing) -> bool {
        match self {
            Wanted::Lagging => standing.gap.is_some(),
            Wanted::Done => standing.gap.is_none(),
            furthest => furthest == reached(standing),
        }
    }
}

/// The furthest of the four states.
pub(super) const fn reached(standing: Standing) -> Wanted {
    if standing.reported {
        Wanted::Reported
    } else if standing.acknowledged {
        Wanted::Acknowledged
    } else if standing.served {
        Wanted::Served
    } else {
        Wanted::Intended
    }
}

/// A form sends every field, and what was left open is empty.
fn filled<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(from)?.unwrap_or_default();
    match text.trim() {
        "" => Ok(None),
        text => T::deserialize(IntoDeserializer::<D::Error>::into_deserializer(text.to_owned())).map(Some),
    }
}

/// The phones that are shown, and how many there are.
pub(super) struct Found {
    pub phones: Vec<PhoneRef>,
    pub total: usize,
    pub page: usize,
    pub pages: usize,
}

impl Filter {
    /// A page of the phones that fit, in the program's order.
    pub fn find(&self, served: &Served, seen: &Seen, per_page: usize) -> Found {
        let looking = Looking::new(self, served, seen);
        let total = looking.count();
        let pages = total.div_ceil(per_page).max(1);
        let page = self.page.map_or(1, NonZeroUsize::get).min(pages);
        let phones = looking.all().skip((page - 1) * per_page).take(per_page).collect();
        Found { phones, total, page, pages }
    }
}

/// A filter with what its words mean in a plan.
struct Looking<'a> {
    filter: &'a Filter,
    served: &'a Served,
    seen: &'a Seen,
    /// A position in `Plan::models`; one beyond all where there is no such model.
    model: Option<usize>,
    /// In small letters, and without what separates the parts of an address.
    text: Option<(String, String)>,
}

impl<'a> Looking<'a> {
    fn new(filter: &'a Filter, served: &'a Served, seen: &'a Seen) -> Self {
        let models = &served.plan().models;
        let model = filter.model.as_ref();
        let model = model.map(|name| models.iter().position(|model| model.name == *name).unwrap_or(models.len()));
        let text = filter.q.as_ref().map(|text| {
            let text = text.to_lowercase();
            let bare = text.replace([':', '-', '.'], "");
            (text, bare)
        });
        Looking { filter, served, seen, model, text }
    }

    fn fleets(&self) -> impl Iterator<Item = (u16, &'a Fleet)> {
        let wanted = self.filter.fleet.as_ref();
        let all = (0..).zip(&self.served.plan().fleets);
        all.filter(move |(_, fleet)| wanted.is_none_or(|wanted| *wanted == fleet.id))
    }

    /// How many fit: without a look at each where every one of a fleet does.
    fn count(&self) -> usize {
        let Filter { fleet: _, model: None, network: None, state: None, cause: None, q: None, page: _ } = self.filter
        else {
            return self.all().count();
        };
        self.fleets().map(|(_, fleet)| fleet.phones.len()).sum()
    }

    fn all(&self) -> impl Iterator<Item = PhoneRef> {
        self.fleets().flat_map(move |(number, fleet)| {
            let rows = (0..).take(fleet.phones.len());
            rows.filter(move |row| self.fits(fleet, *row as usize)).map(move |row| PhoneRef { fleet: number, row })
        })
    }

    fn fits(&self, fleet: &Fleet, row: usize) -> bool {
        let phones = &fleet.phones;
        let Some(mac) = phones.macs.get(row).copied() else { return false };
        let model = self.model.is_none_or(|model| phones.models.get(row).map(|of| usize::from(*of)) == Some(model));
        if !model || !self.text.as_ref().is_none_or(|text| says(fleet, row, mac, text)) {
            return false;
        }
        let Filter { network, state, cause, .. } = self.filter;
        if network.is_none() && state.is_none() && cause.is_none() {
            return true;
        }
        self.seen.look(mac, |seen, standing| {
            cause.is_none_or(|cause| standing.gap == Some(cause))
                && state.is_none_or(|state| state.fits(standing))
                && network.as_ref().is_none_or(|wanted| network_of(self.served, fleet, row, seen) == Some(wanted))
        })
    }
}

/// Where a phone is: by its lease; else where the program has it.
pub(super) fn network_of<'a>(
    served: &'a Served,
    fleet: &'a Fleet,
    row: usize,
    seen: Option<&'a PhoneSeen>,
) -> Option<&'a str> {
    let lease = seen.and_then(|seen| seen.lease.as_ref().or(seen.lease6.as_ref()));
    lease.map(|lease| lease.network.as_str()).or_else(|| fleet.phones.home(row)).or_else(|| match *fleet.networks {
        [only] => served.plan().networks.get(only).map(|network| network.id.as_str()),
        _ => None,
    })
}

/// Whether a text is in a phone's address or cells. What names a secret is no cell to look at.
fn says(fleet: &Fleet, row: usize, mac: Mac, (text, bare): &(String, String)) -> bool {
    let digits = mac.octets().map(|octet| [octet >> 4, octet & 15]);
    let digits = digits.as_flattened().iter().map(|digit| char::from_digit(u32::from(*digit), 16).unwrap_or('0') as u8);
    let mut address = [0; 12];
    address.iter_mut().zip(digits).for_each(|(into, digit)| *into = digit);
    if !bare.is_empty() && address.windows(bare.len()).any(|part| part == bare.as_bytes()) {
        return true;
    }
    let mut cells = fleet.phones.columns.iter().filter_map(|column| column.cells.get(row));
    cells.any(|cell| holds(cell, text) && cell.parse::<SecretRef>().is_err())
}

/// Whether a text in small letters is in another, whatever its letters.
fn holds(cell: &str, text: &str) -> bool {
    if !cell.is_ascii() {
        return cell.to_lowercase().contains(text);
    }
    text.is_empty() || cell.as_bytes().windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes()))
}
