//! A phone's lives from every start, played once where they meet: a life is a row of legs, one for each load it runs,
//! and a leg is known by how it begins (settings, load, way).

use super::reach::{Rest, Standing, values_differ};
use super::starts::takes_codes;
use super::world::{OneWay, Path, Retired};
use crate::phone::model::{Entry, Event, Phone, Player, Resync, Upgrade};
use crate::phone::profile::Remembered;
use crate::phone::stance::{AcrossForms, Stances};
use crate::phone::{Random, Settings};
use crate::plan::{Answers, Discovery, Fleet, PhoneRef, PlanWorld, Served};
use crate::platform::LoadName;
use std::sync::Arc;

/// A phone that has not come to rest after so long will not.
const PATIENCE: u64 = 2 * 86_400_000;
/// So long a resync that is to come by itself is awaited.
const NEXT: u64 = 86_400_000 + 3_600_000;
/// So much happens in one leg at most.
pub(in super::super) const THINGS: usize = 2_000;
/// So many resyncs without change are enough to say that there will be none.
const RESYNCS: usize = 4;

/// How a leg begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Start {
    pub firmware: String,
    pub settings: Settings,
    /// It has just been upgraded, where others are switched on.
    pub upgraded: bool,
    /// Position of the way by which a fresh phone comes.
    pub path: usize,
}

/// One load's part of a life.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub start: Start,
    pub entries: Vec<Entry>,
    pub end: End,
}

#[derive(Clone, Debug)]
pub(super) enum End {
    /// It goes on with another load.
    Upgraded(Start),
    Rest(Box<Rest>),
}

/// Every life of one phone.
pub(super) struct Lives<'p> {
    served: &'p Served,
    fleet: &'p Fleet,
    phone: PhoneRef,
    paths: &'p [Path],
    files: &'p Arc<Remembered>,
    /// What was ours, and is no more.
    retired: Option<&'p Retired>,
    /// An element that nothing sets: to ask whether it matters.
    without: Option<&'p str>,
    /// How versions across the change of form are taken (C-20).
    across: AcrossForms,
    pub legs: Vec<Leg>,
    /// Ends that were watched for what comes after.
    watched: Vec<(Settings, String)>,
}

/// The legs of one life, by position, and where they begin to repeat if they do.
pub(super) struct Life {
    pub legs: Vec<usize>,
    pub circle: Option<usize>,
}

impl<'p> Lives<'p> {
    pub fn new(
        served: &'p Served,
        fleet: &'p Fleet,
        phone: PhoneRef,
        paths: &'p [Path],
        files: &'p Arc<Remembered>,
    ) -> Self {
        Lives {
            served,
            fleet,
            phone,
            paths,
            files,
            retired: None,
            without: None,
            across: AcrossForms::ByParts,
            legs: Vec::new(),
            watched: Vec::new(),
        }
    }

    /// Where versions across the change of form are taken another way.
    pub fn reading(self, across: AcrossForms) -> Lives<'p> {
        Lives { across, ..self }
    }

    /// In a world where some of what phones were told of is gone.
    pub fn after(self, retired: &'p Retired) -> Lives<'p> {
        Lives { retired: Some(retired), ..self }
    }

    /// The same phone in the same world, of which nothing is known yet.
    pub fn again(&self) -> Lives<'p> {
        Lives {
            retired: self.retired,
            across: self.across,
            ..Lives::new(self.served, self.fleet, self.phone, self.paths, self.files)
        }
    }

    /// The same phone, if nothing ever set this element.
    pub fn without(&self, element: &'p str) -> Lives<'p> {
        Lives { without: Some(element), ..self.again() }
    }

    /// A phone from the factory that runs this load.
    pub fn fresh(&self, firmware: &str, path: usize) -> Start {
        let mut settings = Settings::factory();
        match self.fleet.bootstrap.as_ref().map(|bootstrap| bootstrap.how) {
            None => {
                for rule in &self.fleet.rules {
                    settings.set(&rule.parameter, &self.served.expand(self.phone, &rule.text));
                }
            }
            // Nobody gets further than "Invalid activation code".
            Some(Discovery::ActivationCode) if known(firmware).is_some_and(|load| !takes_codes(&load)) => {}
            // A person has entered the rule; that the cloud gives one is taken for granted.
            Some(Discovery::Manual | Discovery::ActivationCode) => {
                if let Some(told) = self.served.told(self.phone) {
                    settings.set("Profile_Rule", &told);
                }
            }
            Some(Discovery::Dhcp | Discovery::Srv | Discovery::Edos) => {}
        }
        self.from(firmware, settings, path)
    }

    /// A phone that has these settings already.
    pub fn from(&self, firmware: &str, settings: Settings, path: usize) -> Start {
        let settings = match self.without {
            Some(element) => settings.without(element),
            None => settings,
        };
        Start { firmware: firmware.to_owned(), settings, upgraded: false, path }
    }

    /// Follows a life to its end.
    pub fn live(&mut self, start: Start) -> Life {
        let mut life = Life { legs: Vec::new(), circle: None };
        let mut next = start;
        loop {
            let known = self.legs.iter().position(|leg| leg.start == next);
            let leg = known.unwrap_or_else(|| {
                let leg = self.play(next.clone());
                self.legs.push(leg);
                self.legs.len() - 1
            });
            if let Some(circle) = life.legs.iter().position(|other| *other == leg) {
                life.circle = Some(circle);
                return life;
            }
            life.legs.push(leg);
            match self.legs.get(leg).map(|leg| &leg.end) {
                Some(End::Upgraded(start)) => next = start.clone(),
                _ => return life,
            }
        }
    }

    fn play(&mut self, start: Start) -> Leg {
        let nothing = |start: Start| Leg { start, entries: Vec::new(), end: End::Rest(Box::new(Rest::nowhere())) };
        let Some((mac, path)) = self.served.mac(self.phone).zip(self.paths.get(start.path)) else {
            return nothing(start);
        };
        let Some(plan) = PlanWorld::new(self.served, mac) else { return nothing(start) };
        let Ok(identity) = plan.identity(&start.firmware) else { return nothing(start) };
        let network = self.served.network_of(self.phone);
        let network = network.and_then(|network| self.served.plan().networks.get(network));
        let others_lease = network.is_none_or(|network| network.answers == Answers::InformOnly);
        let (served, fleet) = (self.served, self.fleet);
        let mut world = OneWay { plan, served, fleet, path, others_lease, domain: None, retired: self.retired };
        // Chance decides when, not where.
        let stances = Stances { across: self.across, ..Stances::default() };
        let phone = Phone::new(identity, start.settings.clone(), Random::new(1))
            .with_stances(stances)
            .without_delay()
            .remembering(self.files);
        let phone = if start.upgraded { phone.just_upgraded() } else { phone };
        let mut player = Player::new(phone, &mut world).cut_after(THINGS);
        player.power_on();
        let end = self.course(&mut player, &start);
        let (_, timeline) = player.finish();
        let mut entries = timeline.entries;
        if let End::Rest(rest) = &end {
            entries.truncate(rest.told.unwrap_or(usize::MAX));
        }
        Leg { start, entries, end }
    }

    /// Until the phone runs another load, or it is plain where it ends.
    fn course(&mut self, player: &mut Player<'_>, start: &Start) -> End {
        let mut before: Option<(Settings, Standing)> = None;
        for _ in 0..RESYNCS {
            player.until_quiet_or_upgraded(player.now().saturating_add(PATIENCE));
            if let Some(next) = upgraded(player, start) {
                return End::Upgraded(next);
            }
            let standing = self.standing(player);
            if standing == Standing::Home {
                return self.watch(player, start);
            }
            let now = (player.phone().settings().clone(), standing);
            if before.as_ref() == Some(&now) || now.1 == Standing::Looping || player.is_cut() {
                before = Some(now);
                break;
            }
            before = Some(now);
            if !next_resync(player) {
                break;
            }
        }
        let (settings, standing) = before.unwrap_or_else(|| (Settings::factory(), Standing::Silent));
        let firmware = player.phone().identity().firmware().to_owned();
        End::Rest(Box::new(Rest { firmware, settings, standing, upgrade: last_upgrade(player), ..Rest::nowhere() }))
    }

    fn standing(&self, player: &Player<'_>) -> Standing {
        Standing::of(self.served, self.fleet, self.phone, &player.timeline().entries)
    }

    /// A phone that has its files: what comes of the next resyncs.
    fn watch(&mut self, player: &mut Player<'_>, start: &Start) -> End {
        let settings = player.phone().settings().clone();
        let home = player.timeline().entries.len();
        let upgrade = last_upgrade(player);
        let firmware = player.phone().identity().firmware().to_owned();
        let rest = |standing, flips| {
            let (firmware, settings, upgrade) = (firmware.clone(), settings.clone(), upgrade.clone());
            End::Rest(Box::new(Rest { firmware, settings, standing, home: Some(home), upgrade, flips, told: None }))
        };
        if self.watched.iter().any(|(known, firmware)| *known == settings && *firmware == start.firmware) {
            return rest(Standing::Home, None);
        }
        self.watched.push((settings.clone(), start.firmware.clone()));
        let mut seen = vec![settings.clone()];
        // A resync that fails is no end: a rule may hold on the retry and not before (`$PRVST`, RS §3). The story ends with the
        // first failure all the same, if none comes home after it.
        let mut lost: Option<(Standing, usize)> = None;
        let stays = |lost: Option<(Standing, usize)>| match lost {
            Some((standing, told)) => match rest(standing, None) {
                End::Rest(rest) => End::Rest(Box::new(Rest { told: Some(told), ..*rest })),
                other => other,
            },
            None => rest(Standing::Home, None),
        };
        for _ in 0..RESYNCS {
            if !next_resync(player) {
                if lost.is_none() && is_cut_off(player) {
                    let why = "they make no resync by themselves, and take none that is asked for";
                    return rest(Standing::Failed(why.into()), None);
                }
                break;
            }
            player.until_quiet_or_upgraded(player.now().saturating_add(PATIENCE));
            if let Some(next) = upgraded(player, start) {
                return End::Upgraded(next);
            }
            let standing = self.standing(player);
            if standing != Standing::Home {
                let told = player.timeline().entries.len();
                let looping = standing == Standing::Looping;
                let first = lost.get_or_insert((standing, told));
                if looping {
                    first.0 = Standing::Looping;
                    break;
                }
                continue;
            }
            if lost.is_some() {
                return rest(Standing::Home, None);
            }
            let now = player.phone().settings().clone();
            if seen.last() == Some(&now) {
                break;
            }
            if seen.contains(&now) {
                let flips = seen.last().and_then(|last| values_differ(last, &now));
                return rest(Standing::Home, flips);
            }
            seen.push(now);
        }
        stays(lost)
    }
}

/// The load that runs is another one now.
fn upgraded(player: &Player<'_>, start: &Start) -> Option<Start> {
    let phone = player.phone();
    let firmware = phone.identity().firmware();
    (firmware != start.firmware && !phone.is_migrated()).then(|| Start {
        firmware: firmware.to_owned(),
        settings: phone.settings().clone(),
        upgraded: true,
        path: start.path,
    })
}

/// Plays on to the end of the next resync that the phone makes by itself; whether there is one.
fn next_resync(player: &mut Player<'_>) -> bool {
    let awaited = player.timer().unwrap_or(0).saturating_add(PATIENCE / 48);
    let limit = player.now().saturating_add(NEXT).max(awaited);
    player.until_told(limit, |event| {
        matches!(event, Event::Resync(Resync::Done { .. } | Resync::Failed { .. } | Resync::Ignored { .. }))
    })
}

/// Nothing but a person at the phone makes it resync again.
fn is_cut_off(player: &Player<'_>) -> bool {
    let settings = player.phone().settings();
    player.timer().is_none() && !settings.yes("Resync_On_Reset") && !settings.yes("Resync_From_SIP")
}

fn last_upgrade(player: &Player<'_>) -> Option<Upgrade> {
    player.timeline().entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Upgrade(upgrade) => Some(upgrade.clone()),
        _ => None,
    })
}

/// The load of this name, where the name is of a form that is known.
fn known(firmware: &str) -> Option<LoadName> {
    format!("{firmware}.loads").parse().ok()
}
