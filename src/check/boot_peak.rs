//! P0805: when the power comes back, every phone of a fleet asks within the boot spread; a server that bears fewer requests a
//! second than that drops some, and they retry.

use super::{About, constant, constant_or_default, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Fleet, Shape};

/// Seconds of one unit of Resync_Random_Delay, by most texts (PB §8.3, C-08).
pub(super) const UNIT: u64 = 20;
pub(super) const DELAY: &str = "Resync_Random_Delay";

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Vec<Diagnostic> {
    if constant(shape, "Resync_On_Reset").is_some_and(|(_, value)| value == "No") {
        return Vec::new();
    }
    let set = constant(shape, DELAY);
    let Some(text) = constant_or_default(shape, DELAY) else { return Vec::new() };
    let Ok(units) = text.trim().parse::<u64>() else { return Vec::new() };
    let span = set.map_or(about.arrival, |(setting, _)| place(setting.origin, about.sources));
    let spread = units * UNIT;
    let phones = about.fleet.phones.len() as u64;
    let mut findings = Vec::new();
    for (position, server) in about.served.plan().servers.iter().enumerate() {
        let Some(capacity) = server.capacity.map(u64::from) else { continue };
        let files = requests(about.fleet, position);
        let requests = phones * files;
        // All within a second, where there is no spread.
        let peak = requests.div_ceil(spread.max(1));
        if files == 0 || peak <= capacity {
            continue;
        }
        let enough = requests.div_ceil(capacity.max(1)).div_ceil(60);
        let each = if files == 1 { "one request".into() } else { format!("{files} requests") };
        let message = format!("after a power cut `{}` is asked {peak} times a second, and bears {capacity}", server.id);
        let finding = Diagnostic::new(Code::P0805, span, message)
            .because(format!("{phones} phones with {each} each within {spread} s"));
        let finding = match units {
            0 => finding,
            _ => finding.note(format!("by other texts a unit is 1 s: then it is within {units} s (PB §8.3, C-08)")),
        };
        findings.push(match enough <= 60 {
            true => finding.help(format!("write `on boot spread {enough}m` or more in the fleet's `resync`")),
            false => {
                finding.help("no spread of an hour or less is long enough (P0807): divide the fleet among servers")
            }
        });
    }
    findings
}

/// What one phone asks of a server in one resync.
fn requests(fleet: &Fleet, server: usize) -> u64 {
    fleet.profiles.iter().filter(|profile| profile.server == server).count() as u64
}

#[cfg(test)]
mod tests {
    use super::super::tests::{about_server, shape};
    use super::*;

    #[test]
    fn the_peak_is_held_against_the_capacity() {
        // Two files a phone; a unit is 20 s.
        for (phones, capacity, delay, told) in [
            (1000, Some(49), Some("2"), true),
            (1000, Some(50), Some("2"), false),
            (1000, Some(49), None, true),
            (1000, Some(49), Some("3"), false),
            (1000, Some(1999), Some("0"), true),
            (1000, Some(2000), Some("0"), false),
            (1000, None, Some("0"), false),
            (0, Some(1), Some("0"), false),
            (1000, Some(1), Some("many"), false),
        ] {
            let elements: Vec<(&str, &str)> = delay.map(|delay| (DELAY, delay)).into_iter().collect();
            let found = about_server(phones, capacity, |about| !check(about, &shape(&elements)).is_empty());
            assert_eq!(found, told, "{phones} {capacity:?} {delay:?}");
        }
        let never = shape(&[(DELAY, "0"), ("Resync_On_Reset", "No")]);
        assert!(about_server(1000, Some(1), |about| check(about, &never).is_empty()));
    }
}
