//! What rules assign under a condition: a story comes to it by chance at most (a retry, a register), so phones are begun from there as
//! well, with what one way through the rules leaves them.

use super::super::about::About;
use super::super::assigned::{Assigned, Course, courses};
use super::super::wholes::Whole;
use super::judge::{Fault, Judge, waits_for_register};
use super::life::Lives;
use super::telling::Begins;
use crate::diagnostic::Code;
use crate::phone::Settings;

/// The ways through the rules of one phone.
pub(super) fn of_phone(about: &About<'_>, row: usize) -> Vec<Course> {
    courses(about, &Whole::of_row(about.fleet, row))
}

/// What is wrong with phones at home that such a way has changed.
pub(super) fn faults(
    judge: &Judge<'_>,
    lives: &Lives<'_>,
    load: &str,
    settings: &Settings,
    courses: &[Course],
) -> Vec<Fault> {
    let mut found: Vec<Fault> = Vec::new();
    for course in courses {
        let anew: Vec<&Assigned> = course.iter().filter(|one| is_new(one, settings)).collect();
        if anew.is_empty() {
            continue;
        }
        let mut begun = settings.clone();
        for one in &anew {
            begun.set(&one.element, &one.value);
        }
        let mut lives = lives.again();
        let start = lives.from(load, begun, 0);
        let life = lives.live(start);
        let judge = Judge { assigned: anew.iter().map(|one| one.element.as_str()).collect(), ..judge.clone() };
        for fault in judge.faults(&lives, &life, Begins::Assigned) {
            let by = |element: &String| anew.iter().find(|one| one.element == *element);
            let Some(one) = fault.element.as_ref().and_then(by) else { continue };
            let known = found.iter().any(|known| known.code == fault.code && known.cause == fault.cause);
            if fault.code != Code::P0607 || known {
                continue;
            }
            let when = match one.condition.as_str() {
                "" => String::new(),
                condition => format!(" where `{condition}` holds"),
            };
            found.push(Fault {
                place: Some(one.origin),
                note: Some(format!("`{}` assigns it{when}", one.rule)),
                ..fault
            });
        }
    }
    found
}

/// Whether a way changes anything, by itself: what somebody else's register switches is meant so.
fn is_new(one: &Assigned, settings: &Settings) -> bool {
    one.by_profile_rule()
        && one.constant().is_some_and(|value| settings.get(&one.element) != value)
        && !waits_for_register(&one.condition, settings)
}
