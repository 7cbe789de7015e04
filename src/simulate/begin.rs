//! How phones are when a simulation begins: provisioned, and at rest. One of each class is played by the model from its rules
//! until it is.

use crate::phone::model::{Event, Phone, Player, Resync};
use crate::phone::{Random, Settings};
use crate::plan::{PhoneRef, PlanWorld, Served};

/// In virtual time a phone is at rest by then, or it never is.
const PATIENCE: u64 = 2 * super::timing::DAY;
/// And so much happens to it at most.
const THINGS: usize = 20_000;

/// A phone that is at rest, and whether all its files came.
pub struct Begun {
    pub phone: Phone,
    pub home: bool,
}

/// None: there is no such phone, or no such load.
pub fn begin(served: &Served, phone: PhoneRef, load: &str) -> Option<Begun> {
    let fleet = served.fleet(phone)?;
    let mut world = PlanWorld::of(served, phone)?;
    let identity = world.identity(load).ok()?;
    let mut settings = Settings::factory();
    for rule in &fleet.rules {
        let mut text = String::new();
        fleet.phones.expand_to_compare(&rule.text, phone.row as usize, &served.plan().models, &mut text);
        settings.set(&rule.parameter, &text);
    }
    let phone = Phone::new(identity, settings, Random::new(0));
    let mut player = Player::new(phone, &mut world).cut_after(THINGS);
    player.power_on();
    let ended = |event: &Event| matches!(event, Event::Resync(Resync::Done { .. } | Resync::Failed { .. }));
    player.until_quiet(PATIENCE);
    // What a file changed is in force when the next resync is through.
    let limit = player.now() + PATIENCE;
    player.until_told(limit, ended);
    player.until_quiet(player.now() + PATIENCE);
    let last = player.timeline().entries.iter().rev().find(|entry| ended(&entry.event));
    let home = last.is_some_and(|entry| matches!(entry.event, Event::Resync(Resync::Done { .. })));
    let (phone, _) = player.finish();
    Some(Begun { phone, home })
}
