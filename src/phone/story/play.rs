//! One step of a story after the other, each until the phone has come to rest.

use super::trouble::{Disturbed, Trouble};
use super::{Check, Start, Step, Story, Verdict, What};
use crate::phone::model::{Command, Entry, Event, Millis, Notification, Phone, Player, Timeline, World};
use crate::phone::{Identity, Random, Settings};

/// A phone that has not come to rest after so long will not (the longest default retry is a day).
const PATIENCE: Millis = 2 * 86_400_000;

/// Plays the story of one phone. A parameter that nothing sets reads as empty, unless the model itself knows its default.
pub fn play(story: &Story, world: &mut dyn World, identity: Identity) -> Verdict {
    play_with(story, world, identity, &|_| None)
}

/// As [`play`], with the factory defaults of a platform's catalogue, by element.
pub fn play_with(
    story: &Story,
    world: &mut dyn World,
    identity: Identity,
    defaults: &dyn Fn(&str) -> Option<String>,
) -> Verdict {
    let settings = match &story.start {
        Start::FactoryFresh => Settings::factory(),
        Start::Running(settings) => settings.clone(),
        Start::Applied(profile) => {
            let mut settings = Settings::factory();
            settings.apply_as(profile, &|| story.stances.empty);
            settings
        }
    };
    let mut disturbed = Disturbed::new(world, &story.secrets);
    let phone = Phone::new(identity, settings, Random::new(story.seed)).with_stances(story.stances);
    let mut checks = Vec::new();
    // The player owns the world while it plays, so each step borrows it anew.
    let code = story.code.clone();
    let mut play = Play {
        phone: Some(phone),
        code,
        cut: false,
        now: 0,
        timeline: Timeline::default(),
        timer: None,
        call_ends: None,
    };
    for line in &story.lines {
        match &line.what {
            What::Step(step) => play.step(step, &mut disturbed),
            What::Expect(expectation) => {
                let (holds, actual) = play.judge(expectation, &disturbed, defaults);
                let (at, entries) = (play.now, play.timeline.entries.len());
                checks.push(match play.cut {
                    true => Check { id: line.id, holds: false, actual: String::new(), unseen: Some(CUT), at, entries },
                    false => Check { id: line.id, holds, actual, unseen: None, at, entries },
                });
            }
        }
    }
    Verdict { checks, timeline: play.timeline }
}

/// Why what is expected behind a cut was not looked at.
const CUT: &str = "the story was cut before it: more happens in one step than is played";

pub(super) struct Play {
    pub(super) phone: Option<Phone>,
    code: Option<String>,
    /// More happened than is played: what is expected from then on was never looked at.
    cut: bool,
    now: Millis,
    pub(super) timeline: Timeline,
    timer: Option<Millis>,
    /// When the call that goes on is over.
    call_ends: Option<Millis>,
}

impl Play {
    fn step(&mut self, step: &Step, world: &mut Disturbed<'_>) {
        let now = self.now;
        let before = self.timeline.entries.len();
        let until = |seconds: &u64| now.saturating_add(seconds.saturating_mul(1000));
        match step {
            Step::ServerDown { seconds } => {
                self.told(before, self.now, format!("file servers do not answer, for {seconds} s"));
                return world.trouble = Some((until(seconds), Trouble::Down));
            }
            Step::ServerAnswers { status, seconds } => {
                self.told(before, self.now, format!("file servers answer {status}, for {seconds} s"));
                return world.trouble = Some((until(seconds), Trouble::Answers(*status)));
            }
            Step::Call { seconds } => {
                let word = if self.call_ends.is_some() { "a call goes on" } else { "a call begins" };
                self.told(before, self.now, format!("{word}, for {seconds} s"));
            }
            _ => {}
        }
        let Some(phone) = self.phone.take() else { return };
        let mut player = Player::resume(phone, world, self.now, self.timer);
        let mut over_at = Vec::new();
        if let Some(over) = self.call_ends.take_if(|over| *over <= player.now()) {
            over_at.push(over);
            player.command(Command::Lines { busy: false });
        }
        match step {
            Step::Boot => {
                // Whoever restarts a phone hangs up.
                over_at.extend(self.call_ends.take().map(|_| player.now()));
                player.power_on();
            }
            Step::After(seconds) => {
                let end = player.now().saturating_add(seconds.saturating_mul(1000));
                while let Some(over) = self.call_ends.take_if(|over| *over <= end) {
                    player.until(over);
                    over_at.push(over);
                    player.command(Command::Lines { busy: false });
                }
                player.until(end);
            }
            Step::Call { seconds } => {
                self.call_ends = self.call_ends.max(Some(until(seconds)));
                player.command(Command::Lines { busy: true });
            }
            Step::Notify => player.command(Command::Notify(Notification::Resync)),
            Step::Set { element, value } => {
                player.command(Command::Set { element: element.clone(), value: value.clone() });
            }
            Step::ServerDown { .. } | Step::ServerAnswers { .. } => {}
        }
        let patience = player.now().saturating_add(PATIENCE);
        player.until_quiet(self.call_ends.map_or(patience, |over| over.min(patience)));
        // The call was over before the phone came to rest.
        if let Some(over) = self.call_ends.filter(|_| !player.phone().is_quiet() && !player.is_still()) {
            player.until(over);
            self.call_ends = None;
            over_at.push(over);
            player.command(Command::Lines { busy: false });
            player.until_quiet(patience);
        }
        if let (Step::Boot, true, Some(code)) = (step, player.phone().customization().takes_code(), &self.code) {
            player.command(Command::ActivationCode(code.clone()));
            player.until_quiet(patience);
        }
        (self.now, self.timer) = (player.now(), player.timer());
        self.cut |= player.is_cut();
        let (phone, timeline) = player.finish();
        self.phone = Some(phone);
        self.timeline.entries.extend(timeline.entries);
        over_at.into_iter().for_each(|over| self.told(before, over, "the call is over".into()));
        if let Some((over, _)) = world.trouble.take_if(|(over, _)| *over <= self.now) {
            self.told(before, over, "file servers answer as before".into());
        }
    }

    /// What happens round the phone stands in its timeline where it happens, before what the phone does about it; what came of
    /// earlier steps, `before` entries, stays before it.
    fn told(&mut self, before: usize, t: Millis, text: String) {
        let entries = &mut self.timeline.entries;
        let at = entries.partition_point(|entry| entry.t < t).max(before);
        let at = if t == self.now { entries.len() } else { at };
        entries.insert(at, Entry { t, event: Event::Around { text } });
    }
}
