//! Servers that are asked more or less often than before.

use super::{Rates, Requests};
use crate::check::{RequestRates, request_rates};
use crate::plan::Served;
use std::collections::BTreeSet;

pub(super) fn requests(before: &Served, after: &Served) -> Vec<Requests> {
    let (was, now) = (request_rates(before), request_rates(after));
    let names: BTreeSet<&str> = was.iter().chain(&now).map(|rates| rates.server.as_str()).collect();
    let of = |all: &[RequestRates], server: &str| {
        all.iter().find(|rates| rates.server == server).map(rounded).unwrap_or_default()
    };
    let both = names.into_iter().map(|server| Requests {
        server: server.to_owned(),
        before: of(&was, server),
        after: of(&now, server),
    });
    both.filter(|one| one.before != one.after).collect()
}

fn rounded(rates: &RequestRates) -> Rates {
    let round = |rate: f64| (rate * 1000.0).round() / 1000.0;
    Rates { average: round(rates.average), peak: round(rates.peak), power_cut: round(rates.power_cut) }
}
