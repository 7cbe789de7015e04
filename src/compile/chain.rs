//! The way to a release: which loads a phone of a model has to pass, and the alternatives of Upgrade_Rule that lead it
//! along them from any older one.

use super::loads::Loads;
use crate::language::Firmware;
use crate::phone::rule::Operator;
use crate::platform::{Cut, LoadName, Platform, whole};
use std::collections::HashSet;

/// Why there is no way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoWay {
    /// The release at this position has no load for the model; whether it exists under an unknown name.
    NoLoad { release: usize, unnamed: bool },
    /// The library's release that must run before has none.
    NoStep { load: String, before: String },
    /// What must run before is newer than what it must run before.
    Backwards { first: Box<LoadName>, then: Box<LoadName> },
    /// What stands in it has a finding already: a circle, a load that is none.
    Told,
}

/// The loads to pass, oldest first; the last is the target's.
pub(super) fn chain(
    target: usize,
    model: &str,
    declared: &[Firmware],
    loads: &[Loads],
    platform: Platform,
) -> Result<Vec<LoadName>, NoWay> {
    let mut search =
        Search { platform, model, declared, loads, steps: Vec::new(), path: Vec::new(), done: HashSet::new() };
    search.visit(target, true)?;
    let mut steps = search.steps;
    let last = steps.pop();
    steps.sort_by_key(|load| (load.order(), load.build()));
    steps.dedup();
    steps.extend(last);
    for (first, then) in steps.iter().zip(steps.iter().skip(1)) {
        if (first.order(), first.build()) >= (then.order(), then.build()) {
            return Err(NoWay::Backwards { first: Box::new(first.clone()), then: Box::new(then.clone()) });
        }
    }
    Ok(steps)
}

struct Search<'s> {
    platform: Platform,
    model: &'s str,
    declared: &'s [Firmware],
    loads: &'s [Loads],
    steps: Vec<LoadName>,
    path: Vec<usize>,
    /// What was visited whole: ways meet again.
    done: HashSet<usize>,
}

impl Search<'_> {
    fn visit(&mut self, at: usize, target: bool) -> Result<(), NoWay> {
        let (Some(firmware), Some(loads)) = (self.declared.get(at), self.loads.get(at)) else { return Ok(()) };
        if self.done.contains(&at) {
            return Ok(());
        }
        if self.path.contains(&at) {
            return Err(NoWay::Told);
        }
        let Some(load) = loads.for_model(self.model) else {
            // A phone that came out later never ran the older release.
            if !target && self.came_later(loads) {
                return Ok(());
            }
            if loads.faulty {
                return Err(NoWay::Told);
            }
            return Err(NoWay::NoLoad { release: at, unnamed: loads.is_unnamed(self.model) });
        };
        self.path.push(at);
        for after in &firmware.after {
            self.visit(after.value, false)?;
        }
        self.path.pop();
        self.done.insert(at);
        self.listed(load)
    }

    fn came_later(&self, loads: &Loads) -> bool {
        let info = self.platform.catalogue.model(self.model);
        let first = info.and_then(|info| info.facts.iter().find(|(fact, _)| fact == "first_firmware"));
        let first = first.and_then(|(_, release)| release.parse().ok());
        matches!((first, loads.order), (Some(first), Some(order)) if order < first)
    }

    /// The load, behind those that the release notes put before it.
    fn listed(&mut self, load: &LoadName) -> Result<(), NoWay> {
        if self.steps.contains(load) {
            return Ok(());
        }
        let releases = self.platform.releases;
        let known = releases.for_model(self.model).find(|known| known.file == load.file());
        if let Some(before) = known.and_then(|known| known.after.as_deref()) {
            let step = releases.release(before).and_then(|release| release.load_for(self.model)?.name.clone());
            match step {
                Some(step) => self.listed(&step)?,
                None => return Err(NoWay::NoStep { load: load.file().into(), before: before.into() }),
            }
        }
        self.steps.push(load.clone());
        Ok(())
    }
}

/// One alternative: comparisons that must all hold, and the load it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alternative {
    pub comparisons: Vec<String>,
    pub load: LoadName,
}

/// The alternatives that lead along the chain. `known` are the loads a phone may run, newer ones than the target too.
///
/// Where versions can be cut, only what all forms of them share is compared. Service releases of one micro, which have no
/// documented order, are told apart as text.
pub(super) fn alternatives(chain: &[LoadName], known: &[LoadName]) -> Vec<Alternative> {
    let mut all = Vec::new();
    for load in chain {
        let Some(cut) = Cut::of(load, known) else {
            all.push(Alternative { comparisons: vec![whole(Operator::Less, load)], load: load.clone() });
            continue;
        };
        all.push(Alternative { comparisons: vec![cut.numbers(Operator::Less, load)], load: load.clone() });
        let mut siblings: Vec<&LoadName> =
            known.iter().filter(|other| same_micro(other, load) && other.order() < load.order()).collect();
        siblings.sort_by_key(|other| other.order());
        siblings.dedup_by_key(|other| other.release_part());
        all.extend(
            siblings
                .into_iter()
                .map(|other| Alternative { comparisons: vec![cut.is_release(other)], load: load.clone() }),
        );
    }
    // Another build of the target's own release gives way to the one that was asked for.
    if let Some((last, cut)) = chain.last().and_then(|last| Some((last, Cut::of(last, known)?))) {
        all.push(Alternative { comparisons: vec![cut.is_release(last), cut.is_not(last)], load: last.clone() });
    }
    all
}

/// The phone's own version against a load, in a way that both readings of C-20 take alike where there is one: an order among
/// service releases of one micro has none.
pub(super) fn comparison(operator: Operator, load: &LoadName, known: &[LoadName]) -> String {
    let plain = || whole(operator, load);
    let Some(cut) = Cut::of(load, known) else { return plain() };
    let mut siblings = known.iter().filter(|other| same_micro(other, load) && *other != load);
    match operator {
        Operator::Equal => cut.is(load),
        Operator::NotEqual => cut.is_not(load),
        Operator::Less | Operator::GreaterOrEqual if siblings.all(|other| other.order() > load.order()) => {
            cut.numbers(operator, load)
        }
        Operator::LessOrEqual | Operator::Greater if siblings.all(|other| other.order() < load.order()) => {
            cut.numbers(operator, load)
        }
        _ => plain(),
    }
}

fn same_micro(one: &LoadName, other: &LoadName) -> bool {
    let (one, other) = (one.order(), other.order());
    (one.major, one.minor, one.micro) == (other.major, other.minor, other.micro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::macros::Macros;
    use crate::phone::rule::{AcrossForms, Kind, Target, evaluate, evaluate_trigger};
    use std::borrow::Cow;

    struct Running<'r>(&'r str);

    impl Macros for Running<'_> {
        fn value(&self, name: &str) -> Option<Cow<'_, str>> {
            (name == "SWVER").then(|| self.0.into())
        }
    }

    fn rule(alternatives: &[Alternative]) -> String {
        let all = alternatives.iter().map(|one| format!("({})? http://h/{}", one.comparisons.join(" and "), one.load));
        all.collect::<Vec<_>>().join(" | ")
    }

    /// The loads a phone passes that follows a rule until it is quiet.
    fn passed(rule: &str, start: &str, across: AcrossForms) -> Vec<String> {
        let mut way = vec![start.to_owned()];
        loop {
            let running = way.last().cloned().unwrap_or_default();
            let taken = evaluate(rule, Kind::Upgrade, &Running(&running), across).taken.expect("the rule is read");
            let Some(Some(Target::Url(url))) = taken.map(|taken| taken.target) else { return way };
            let load = url.path.trim_start_matches('/').trim_end_matches(".loads").to_owned();
            assert!(!way.contains(&load), "{rule}: a loop from {start}: {way:?}");
            way.push(load);
        }
    }

    /// The chain of the library's own steps to a load.
    fn library_chain(model: &str, target: &LoadName) -> Vec<LoadName> {
        let mut search = Search {
            platform: Platform::cisco(),
            model,
            declared: &[],
            loads: &[],
            steps: Vec::new(),
            path: Vec::new(),
            done: HashSet::new(),
        };
        search.listed(target).expect("a way");
        search.steps
    }

    #[test]
    fn from_every_known_load_the_way_ends_on_the_target_under_both_readings_of_c_20() {
        let releases = Platform::cisco().releases;
        let mut ways = 0;
        for model in Platform::cisco().catalogue.models() {
            let known: Vec<LoadName> = releases.for_model(&model.name).filter_map(|load| load.name.clone()).collect();
            for target in &known {
                let chain = library_chain(&model.name, target);
                let rule = rule(&alternatives(&chain, &known));
                for start in &known {
                    for across in [AcrossForms::Error, AcrossForms::ByParts] {
                        let way = passed(&rule, start.version(), across);
                        let last = way.last().map(String::as_str);
                        let newer = start.order() > target.order();
                        let end = if newer { start } else { target };
                        assert_eq!(last, Some(end.version()), "{} to {target}: {rule}", model.name);
                        // No step is left out that the release notes want taken.
                        for step in chain.iter().filter(|step| step.order() > start.order() && !newer) {
                            assert!(way.iter().any(|load| load == step.version()), "{way:?} without {step}");
                        }
                        ways += 1;
                    }
                }
            }
        }
        assert!(ways > 5_000, "{ways}");
    }

    #[test]
    fn a_comparison_with_a_release_means_the_same_under_both_readings() {
        let releases = Platform::cisco().releases;
        let known: Vec<LoadName> = releases.for_model("CP-8841-3PCC").filter_map(|load| load.name.clone()).collect();
        let plain = |text: &str| text.starts_with("$(SWVER) ");
        let mut safe = 0;
        for load in &known {
            for operator in Operator::ALL {
                let text = comparison(operator, load, &known);
                for start in known.iter().filter(|_| !plain(&text)) {
                    let expected = match operator {
                        Operator::Equal => start == load,
                        Operator::NotEqual => start != load,
                        Operator::Less => start.order() < load.order(),
                        Operator::LessOrEqual => start.order() <= load.order(),
                        Operator::Greater => start.order() > load.order(),
                        Operator::GreaterOrEqual => start.order() >= load.order(),
                    };
                    for across in [AcrossForms::Error, AcrossForms::ByParts] {
                        let verdict = evaluate_trigger(&text, &Running(start.version()), across).verdict;
                        assert_eq!(verdict, Ok(Some(expected)), "{text} on {start}");
                        safe += 1;
                    }
                }
            }
        }
        assert!(safe > 5_000, "{safe}");
    }

    #[test]
    fn an_odd_family_is_compared_whole() {
        let load: LoadName = "sip88xx.12-0-10MPP0001-5.loads".parse().expect("a load");
        let one = alternatives(std::slice::from_ref(&load), &[]);
        assert_eq!(rule(&one), "($(SWVER) lt sip88xx.12-0-10MPP0001-5)? http://h/sip88xx.12-0-10MPP0001-5.loads");
    }

    #[test]
    fn another_build_of_the_target_gives_way_to_it() {
        let load: LoadName = "sip88xx.11-3-7MPP0001-352.loads".parse().expect("a load");
        let rule = rule(&alternatives(std::slice::from_ref(&load), &[]));
        let way = passed(&rule, "sip88xx.11-3-7MPP0001-300", AcrossForms::Error);
        assert_eq!(way, ["sip88xx.11-3-7MPP0001-300", "sip88xx.11-3-7MPP0001-352"]);
        assert_eq!(passed(&rule, "sip88xx.11-3-7MPP0001-352", AcrossForms::Error).len(), 1);
    }
}
