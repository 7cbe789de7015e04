//! One thing that phones of a kind have, before and now: the same for all of them, or each its own.

use super::pairs::{Kind, Pair, Pairs};
use super::{Change, What};
use crate::plan::{PhoneRef, Served, Template};
use crate::workflow::text::{has_cells, is_secret, of_model, same_pieces, shown, varies};

/// What may be another for each phone.
pub(super) struct Cell {
    pub what: What,
    pub name: String,
    pub held: Held,
}

pub(super) enum Held {
    Text {
        before: Option<Template>,
        after: Option<Template>,
    },
    /// What a network keeps for the phone: of IPv4, or of IPv6.
    Address(usize),
}

/// What comes of looking at a kind's texts.
pub(super) enum Verdict {
    Same,
    /// It is another for every phone of the kind.
    Another(Change),
    /// It is to be looked at for each.
    Each(Cell),
}

/// Holds two texts of a kind of phones against each other.
pub(super) fn verdict(
    what: What,
    name: &str,
    before: Option<&Template>,
    after: Option<&Template>,
    pairs: &Pairs<'_>,
    kind: &Kind,
) -> Verdict {
    let before = before.map(|text| of_model(text, pairs.before.served, kind.before.0));
    let after = after.map(|text| of_model(text, pairs.after.served, kind.after.0));
    let any = |ask: fn(&Template) -> bool| before.iter().chain(&after).any(ask);
    if before == after && !any(has_cells) {
        return Verdict::Same;
    }
    if any(varies) {
        return Verdict::Each(Cell { what, name: name.to_owned(), held: Held::Text { before, after } });
    }
    let text = |template: &Option<Template>, served: &Served, phone| {
        template.as_ref().map(|one| shown(one, served.fleet(phone), served, Some(phone)))
    };
    Verdict::Another(Change {
        what,
        name: name.to_owned(),
        secret: any(is_secret),
        before: text(&before, pairs.before.served, kind.before.0),
        after: text(&after, pairs.after.served, kind.after.0),
        such_as: None,
    })
}

impl Cell {
    /// Whether it is another for one phone.
    pub fn differs(&self, pairs: &Pairs<'_>, pair: &Pair, kind: &Kind, buffers: &mut [String; 2]) -> bool {
        match &self.held {
            Held::Address(family) => {
                let before = pairs.before.addresses(pair.before, &kind.before.1);
                before.get(*family) != pairs.after.addresses(pair.after, &kind.after.1).get(*family)
            }
            Held::Text { before: Some(before), after: Some(after) } => {
                let (was, now) = (pairs.before.served, pairs.after.served);
                let (Some(fleet_before), Some(fleet_after)) = (was.fleet(pair.before), now.fleet(pair.after)) else {
                    return true;
                };
                let (row_before, row_after) = (pair.before.row as usize, pair.after.row as usize);
                if same_pieces((fleet_before, row_before, before), (fleet_after, row_after, after)) {
                    return false;
                }
                buffers.iter_mut().for_each(String::clear);
                let [left, right] = buffers;
                fleet_before.phones.expand_to_compare(before, row_before, &was.plan().models, left);
                fleet_after.phones.expand_to_compare(after, row_after, &now.plan().models, right);
                left != right
            }
            Held::Text { .. } => true,
        }
    }

    /// What one phone has.
    pub fn values(&self, pairs: &Pairs<'_>, pair: &Pair, kind: &Kind) -> (Option<String>, Option<String>) {
        match &self.held {
            Held::Address(family) => {
                let before = pairs.before.addresses(pair.before, &kind.before.1);
                let after = pairs.after.addresses(pair.after, &kind.after.1);
                (before.get(*family).cloned().flatten(), after.get(*family).cloned().flatten())
            }
            Held::Text { .. } => self.texts(pairs, pair, true),
        }
    }

    /// What they have, told without a phone.
    pub fn patterns(&self, pairs: &Pairs<'_>, pair: &Pair) -> (Option<String>, Option<String>) {
        match &self.held {
            Held::Address(_) => (Some("{address}".into()), Some("{address}".into())),
            Held::Text { .. } => self.texts(pairs, pair, false),
        }
    }

    fn texts(&self, pairs: &Pairs<'_>, pair: &Pair, own: bool) -> (Option<String>, Option<String>) {
        let Held::Text { before, after } = &self.held else { return (None, None) };
        let text = |template: &Option<Template>, served: &Served, phone: PhoneRef| {
            template.as_ref().map(|one| shown(one, served.fleet(phone), served, own.then_some(phone)))
        };
        (text(before, pairs.before.served, pair.before), text(after, pairs.after.served, pair.after))
    }

    pub fn secret(&self) -> bool {
        let Held::Text { before, after } = &self.held else { return false };
        before.iter().chain(after).any(is_secret)
    }
}
