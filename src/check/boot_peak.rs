//! P0805: when the power comes back, every phone asks within its fleet's boot spread; a server that bears fewer requests a
//! second than all of them make drops some, and they retry.

use super::about::{Asked, asked, by_hand_rules, readable};
use super::wholes::{Whole, wholes};
use super::{About, constant, constant_or_default, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::rule::Kind;
use crate::plan::{Fleet, Plan, Served, Server, Shape};

/// Seconds of one unit of Resync_Random_Delay, by most texts (PB §8.3, C-08).
pub(super) const UNIT: u64 = 20;
pub(super) const DELAY: &str = "Resync_Random_Delay";

/// Phones that ask a server within one spread.
#[derive(Debug, PartialEq)]
struct Crowd<'p> {
    fleet: &'p str,
    phones: u64,
    /// Requests of one phone.
    files: u64,
    units: u64,
    span: Span,
}

impl Crowd<'_> {
    fn requests(&self) -> u64 {
        self.phones * self.files
    }

    /// All within a second, where there is no spread.
    fn seconds(&self) -> u64 {
        (self.units * UNIT).max(1)
    }
}

/// Findings about all fleets of a plan that are sound, together: they have their servers in common.
pub(super) fn check(served: &Served, sources: &SourceMap, sound: &[Option<Span>]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (position, server) in served.plan().servers.iter().enumerate() {
        let Some(capacity) = server.capacity.map(u64::from) else { continue };
        let mut crowds: Vec<Crowd<'_>> = Vec::new();
        for (number, (fleet, arrival)) in served.plan().fleets.iter().zip(sound).enumerate() {
            let files = requests(served.plan(), fleet, position);
            let Some(arrival) = arrival.filter(|_| files > 0) else { continue };
            let about = About { served, number, fleet, arrival, sources };
            for Whole { shape, phones, .. } in wholes(fleet, &served.plan().models) {
                let Some((units, span)) = spread(&about, &shape) else { continue };
                match crowds.iter_mut().find(|one| one.fleet == fleet.id && one.units == units) {
                    Some(crowd) => crowd.phones += phones as u64,
                    None => crowds.push(Crowd { fleet: &fleet.id, phones: phones as u64, files, units, span }),
                }
            }
        }
        findings.extend(too_many(server, capacity, crowds));
    }
    findings
}

/// The spread after power-up in units, and where it is set; nothing: these phones do not ask then, or each has its own.
pub(super) fn spread(about: &About<'_>, shape: &Shape) -> Option<(u64, Span)> {
    if constant(shape, "Resync_On_Reset").is_some_and(|(_, value)| value == "No") {
        return None;
    }
    let span = constant(shape, DELAY).map_or(about.arrival, |(setting, _)| place(setting.origin, about.sources));
    let units = constant_or_default(shape, DELAY)?.trim().parse().ok()?;
    Some((units, span))
}

fn too_many(server: &Server, capacity: u64, mut crowds: Vec<Crowd<'_>>) -> Option<Diagnostic> {
    // What each asks in a second, in thousandths and not rounded up: a spread that is long enough for all is so for each part.
    let rate = |crowd: &Crowd<'_>| crowd.requests() * 1000 / crowd.seconds();
    let peak = crowds.iter().map(rate).sum::<u64>().div_ceil(1000);
    if peak <= capacity {
        return None;
    }
    // The one that asks most is named first.
    crowds.sort_by_key(|crowd| std::cmp::Reverse(rate(crowd)));
    let first = crowds.first()?;
    let several = crowds.iter().any(|crowd| crowd.fleet != first.fleet);
    let told = |crowd: &Crowd<'_>| {
        let phones = if crowd.phones == 1 { "1 phone".into() } else { format!("{} phones", crowd.phones) };
        let each = if crowd.files == 1 { "one request".into() } else { format!("{} requests", crowd.files) };
        let of = if several { format!(" of `{}`", crowd.fleet) } else { String::new() };
        format!("{phones}{of} with {each} each within {} s", crowd.units * UNIT)
    };
    let message = format!("after a power cut `{}` is asked {peak} times a second, and bears {capacity}", server.id);
    let because: Vec<String> = crowds.iter().map(told).collect();
    let mut finding = Diagnostic::new(Code::P0805, first.span, message).because(because.join(", "));
    for crowd in crowds.iter().skip(1).filter(|crowd| crowd.span != first.span) {
        finding = finding.label(crowd.span, format!("at the same time, phones of `{}`", crowd.fleet));
    }
    if crowds.iter().any(|crowd| crowd.units > 0) {
        let within = first.units;
        finding = finding.note(match several {
            true => "by other texts a unit of the spread is 1 s, not 20 s (PB §8.3, C-08)".into(),
            false => format!("by other texts a unit is 1 s: then it is within {within} s (PB §8.3, C-08)"),
        });
    }
    let minutes = crowds.iter().map(Crowd::requests).sum::<u64>().div_ceil(capacity.max(1)).div_ceil(60);
    let whose = if several { "each fleet's" } else { "the fleet's" };
    Some(match minutes <= 60 {
        true => finding.help(format!("write `on boot spread {minutes}m` or more in {whose} `resync`")),
        false => finding.help("no spread of an hour or less is long enough (P0807): divide the phones among servers"),
    })
}

/// What one phone asks of a server in one resync.
pub(super) fn requests(plan: &Plan, fleet: &Fleet, position: usize) -> u64 {
    let derived = fleet.profiles.iter().filter(|profile| profile.server == position).count();
    // Of a rule by hand one alternative is taken: the server counts where some of them lead to it.
    let server = plan.servers.get(position);
    let leads_here =
        |url: &Asked| url.url.host.as_ref().is_some_and(|host| server.is_some_and(|one| one.is_at(host.as_str())));
    let by_hand = by_hand_rules(fleet)
        .filter(|(rule, _)| asked(&readable(&rule.text), Kind::Profile).iter().any(leads_here))
        .count();
    (derived + by_hand) as u64
}

#[cfg(test)]
mod tests {
    use super::super::tests::{about_server, shape};
    use super::*;

    #[test]
    fn the_spread_is_what_all_have() {
        for (elements, wanted) in [
            (vec![(DELAY, "3")], Some(3)),
            (vec![(DELAY, "0")], Some(0)),
            // What nobody says is the phone's own.
            (vec![], Some(2)),
            (vec![(DELAY, "many")], None),
            (vec![(DELAY, "0"), ("Resync_On_Reset", "No")], None),
        ] {
            let found = about_server(1, None, |about| spread(about, &shape(&elements)).map(|(units, _)| units));
            assert_eq!(found, wanted, "{elements:?}");
        }
    }

    #[test]
    fn a_server_without_a_capacity_bears_whatever_comes() {
        for (capacity, told) in [(None, false), (Some(1), true)] {
            let found =
                about_server(1000, capacity, |about| check(about.served, about.sources, &[Some(about.arrival)]));
            assert_eq!(!found.is_empty(), told, "{capacity:?}");
        }
        // Nothing is said of a fleet that is not sound.
        assert!(about_server(1000, Some(1), |about| check(about.served, about.sources, &[None]).is_empty()));
    }

    fn crowd(fleet: &str, phones: u64, files: u64, units: u64) -> Crowd<'_> {
        Crowd { fleet, phones, files, units, span: Span::default() }
    }

    #[test]
    fn the_peak_is_held_against_the_capacity() {
        let server = Server { id: "s".into(), ..Server::default() };
        // A unit is 20 s.
        for (crowds, capacity, told) in [
            (vec![crowd("desks", 1000, 2, 2)], 49, true),
            (vec![crowd("desks", 1000, 2, 2)], 50, false),
            (vec![crowd("desks", 1000, 2, 3)], 49, false),
            (vec![crowd("desks", 1000, 2, 0)], 1999, true),
            (vec![crowd("desks", 1000, 2, 0)], 2000, false),
            (vec![crowd("desks", 0, 2, 0)], 1, false),
            (vec![], 1, false),
            // Each alone is no more than the server bears.
            (vec![crowd("desks", 1000, 2, 2), crowd("lobby", 20, 1, 1)], 50, true),
            (vec![crowd("desks", 1000, 2, 2), crowd("lobby", 20, 1, 1)], 51, false),
            // Two that ask once in three seconds are no two in one.
            (vec![crowd("desks", 20, 1, 3), crowd("lobby", 20, 1, 3)], 1, false),
        ] {
            let shown = format!("{crowds:?} {capacity}");
            assert_eq!(too_many(&server, capacity, crowds).is_some(), told, "{shown}");
        }
    }

    #[test]
    fn the_spread_helps_that_is_long_enough_for_all() {
        let server = Server { id: "s".into(), ..Server::default() };
        let helped = |crowds| too_many(&server, 10, crowds).and_then(|finding| finding.help).unwrap_or_default();
        assert!(helped(vec![crowd("a", 1200, 1, 0)]).contains("spread 2m"));
        assert!(helped(vec![crowd("a", 1200, 1, 0), crowd("b", 1200, 1, 0)]).contains("spread 4m"));
        assert!(helped(vec![crowd("a", 36_001, 1, 0)]).contains("divide"));
        // What is advised is quiet, however the phones are divided: 2 minutes are 6 units.
        for parts in [vec![601, 599], vec![1, 1, 1198], vec![1200], vec![7, 11, 13, 1169]] {
            let crowds = |units| parts.iter().map(|phones| crowd("a", *phones, 1, units)).collect();
            assert!(helped(crowds(0)).contains("spread 2m"), "{parts:?}");
            assert!(too_many(&server, 10, crowds(6)).is_none(), "{parts:?}");
        }
    }
}
