//! `let`, `fn` and `secret`: put in an order in which each comes after what it uses, then typed, and evaluated where the
//! value is known at build.

use super::super::names::{Let, Names, calls, refers_to};
use super::super::value::{Function, Later, Scope, Time, evaluate, handed_on};
use super::fit::Fit;
use super::inline::Inliner;
use super::kind::Type;
use super::known::Typed;
use super::place::{PhoneTypes, Place};
use super::{Checker, Inside, Signature, misfit};
use crate::diagnostic::{Code, Diagnostic};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How many calls one call may come to.
const MOST_CALLS: u64 = 1000;

impl Checker {
    /// Types every `let` and `fn`, and evaluates what is known at build.
    pub fn declarations(&mut self, names: &mut Names) {
        for (name, value) in &names.globals.lets {
            let ty = if value.is_some() { Type::Secret } else { Type::Any };
            self.lets.insert(name.clone(), Typed::build(ty));
        }
        for name in names.globals.functions.keys() {
            self.functions.insert(name.clone(), None);
        }
        for release in &names.firmware {
            self.lets.insert(release.name.text.clone(), Typed::build(Type::Firmware));
        }
        let (lets, functions) = (std::mem::take(&mut names.lets), std::mem::take(&mut names.functions));
        for (name, function) in &functions {
            let signature = self.signature(function);
            self.functions.insert(name.text.clone(), signature.map(Arc::new));
            names.globals.functions.insert(name.text.clone(), None);
        }
        // Known by name before they have a value, so that a misspelt one finds its neighbours.
        for declared in &lets {
            self.lets.insert(declared.name.text.clone(), Typed::any());
            names.globals.lets.insert(declared.name.text.clone(), None);
        }
        let (order, circular) = in_order(&lets, &functions);
        let only_functions = circular.iter().all(|node| *node >= lets.len());
        for node in circular {
            match (lets.get(node), node.checked_sub(lets.len()).and_then(|place| functions.get(place))) {
                (Some(declared), _) => {
                    let message = format!("`{}` is defined by way of itself", declared.name.text);
                    self.report(Diagnostic::new(Code::P0203, declared.name.span, message));
                }
                (None, Some((name, _))) => {
                    self.functions.insert(name.text.clone(), None);
                    let how = if only_functions { "calls itself" } else { "is defined by way of itself" };
                    let finding = Diagnostic::new(Code::P0203, name.span, format!("`{}` {how}", name.text));
                    self.report(finding.because("a function is never recursive, so that every program ends"));
                }
                (None, None) => {}
            }
        }
        let mut functions: Vec<Option<_>> = functions.into_iter().map(Some).collect();
        let mut costs: HashMap<String, u64> = HashMap::new();
        for node in order {
            match lets.get(node) {
                Some(declared) => self.value(declared, names),
                None => {
                    let place = node.checked_sub(lets.len());
                    if let Some((name, mut function)) = place.and_then(|place| functions.get_mut(place)?.take()) {
                        let sound =
                            self.function(&name.text, &function.body) && self.ends_soon(&name, &function, &mut costs);
                        let kept = match self.functions.get(&name.text) {
                            Some(Some(signature)) if sound => {
                                let types = signature.parameters.iter().map(|(_, ty)| ty.clone()).collect();
                                function.types = Some((types, signature.result.clone()));
                                Some(function)
                            }
                            _ => None,
                        };
                        if kept.is_none() {
                            self.functions.insert(name.text.clone(), None);
                        }
                        names.globals.functions.insert(name.text, kept);
                    }
                }
            }
        }
        self.later =
            lets.into_iter().filter(|declared| names.globals.later.contains_key(&declared.name.text)).collect();
    }

    fn signature(&mut self, function: &Function) -> Option<Signature> {
        let mut parameters = Vec::with_capacity(function.parameters.len());
        for (name, written) in &function.parameters {
            match super::written_type(written) {
                Ok(ty) => parameters.push((name.clone(), ty)),
                Err(finding) => {
                    self.report(*finding);
                    return None;
                }
            }
        }
        if function.result.optional {
            let finding = Diagnostic::new(Code::P0301, function.result.span, "a function always gives a value");
            self.report(finding.help("say what it gives where there is none: `x else …`"));
            return None;
        }
        match super::written_type(&function.result) {
            Ok(result) => Some(Signature { parameters, result, stated: function.result.span }),
            Err(finding) => {
                self.report(*finding);
                None
            }
        }
    }

    /// Whether a call of a function makes few enough others. Those it calls have been looked at.
    fn ends_soon(&mut self, name: &super::Ident, function: &Function, costs: &mut HashMap<String, u64>) -> bool {
        let mut called = Vec::new();
        calls(&function.body, &mut called);
        let cost = called.iter().filter_map(|other| costs.get(other)).fold(1u64, |sum, cost| sum.saturating_add(*cost));
        let told = called.iter().any(|other| costs.get(other).is_some_and(|cost| *cost > MOST_CALLS));
        costs.insert(name.text.clone(), cost);
        if cost <= MOST_CALLS || told {
            // One that calls another that calls too much has no finding of its own.
            return cost <= MOST_CALLS;
        }
        let finding = Diagnostic::new(Code::P0106, name.span, format!("`{}` calls too much", name.text));
        self.report(finding.because(format!("one call of it may make {MOST_CALLS} others")));
        false
    }

    /// A `let`: its type and time, and its value if that is known.
    fn value(&mut self, declared: &Let, names: &mut Names) {
        let Some(typed) = self.typed(declared, &PhoneTypes::unknown()) else { return };
        let Let { name, ty, value } = declared;
        if typed.time == Time::Build {
            let known = match evaluate(value, &Scope { globals: &names.globals, locals: &[], phone: None }) {
                Ok(known) => known,
                Err(finding) => return self.findings.extend(finding.map(|finding| *finding)),
            };
            let stated = ty.as_ref().and_then(|ty| Some((super::written_type(ty).ok()?, ty.span)));
            match stated.and_then(|(ty, stated)| misfit(&ty, stated, &known, value.span)) {
                Some(finding) => self.report(finding),
                None => drop(names.globals.lets.insert(name.text.clone(), Some(handed_on(known, name.span)))),
            }
            return;
        }
        let mut kept = value.clone();
        let mut inliner = Inliner::after(&names.globals.later, self.inlined);
        inliner.expr(&mut kept);
        self.inlined = inliner.used();
        if inliner.full.is_some() || kept.is_too_deep() {
            let finding = Diagnostic::new(Code::P0106, name.span, format!("`{}` is made of too much", name.text));
            self.report(finding.because("what is not known at build is put together anew wherever it stands"));
            self.lets.insert(name.text.clone(), Typed::any());
            return;
        }
        names.globals.later.insert(name.text.clone(), Later { time: typed.time, value: kept });
    }

    /// The type of a `let`, remembered under its name; nothing when it has a finding.
    fn typed(&mut self, declared: &Let, phones: &PhoneTypes) -> Option<Typed> {
        let Let { name, ty, value } = declared;
        let told = (self.findings.len(), self.strangers.len());
        self.inside = Inside::Let;
        let mut typed = self.expression(value, &Place::new(phones));
        self.inside = Inside::default();
        match ty.as_ref().map(|written| (super::written_type(written), written.span)) {
            Some((Ok(stated), span)) => {
                if stated.takes(&typed.ty) == Fit::Never {
                    let finding = self.not_taken(&stated, &typed.ty, value).label(span, "the type is stated here");
                    self.wrong(value, finding);
                }
                typed.ty = stated;
            }
            Some((Err(finding), _)) => self.report(*finding),
            None => {}
        }
        if (self.findings.len(), self.strangers.len()) != told {
            self.lets.insert(name.text.clone(), Typed::any());
            return None;
        }
        if typed.ty == Type::Firmware {
            let finding = Diagnostic::new(Code::P0301, value.span, "a release has a name already");
            self.wrong(value, finding.because("where one is wanted its own name stands"));
            return None;
        }
        let held = typed.clone().by(name.span, || format!("held by `{}`", name.text));
        self.lets.insert(name.text.clone(), held);
        Some(typed)
    }

    /// Looks at each `let` that waits for a phone once more, now that it is known what phones there are. Gives the names
    /// of those that have a finding.
    pub fn with_phones(&mut self, phones: &PhoneTypes) -> Vec<String> {
        let later = std::mem::take(&mut self.later);
        let wrong = later.iter().filter(|declared| self.typed(declared, phones).is_none());
        wrong.map(|declared| declared.name.text.clone()).collect()
    }
}

/// `let`s and functions, numbered in a row, in an order in which each comes after what it uses; and those that use
/// themselves by some way. What only waits for one of these is in neither list.
fn in_order(lets: &[Let], functions: &[(super::Ident, Function)]) -> (Vec<usize>, Vec<usize>) {
    let values: HashMap<&str, usize> =
        lets.iter().enumerate().map(|(place, declared)| (declared.name.text.as_str(), place)).collect();
    let called: HashMap<&str, usize> =
        functions.iter().enumerate().map(|(place, (name, _))| (name.text.as_str(), lets.len() + place)).collect();
    let bodies = lets.iter().map(|declared| (&declared.value, None));
    let bodies = bodies.chain(functions.iter().map(|(_, function)| (&function.body, Some(&function.parameters))));
    // For each, what it uses and who uses it.
    let mut uses: Vec<Vec<usize>> = Vec::new();
    for (body, parameters) in bodies {
        let mut names = BTreeSet::new();
        refers_to(body, &mut names);
        for (parameter, _) in parameters.into_iter().flatten() {
            names.remove(parameter.text.as_str());
        }
        let mut calls_of = Vec::new();
        calls(body, &mut calls_of);
        let mut used: Vec<usize> = names.iter().filter_map(|name| values.get(name).copied()).collect();
        used.extend(calls_of.iter().filter_map(|name| called.get(name.as_str()).copied()));
        used.sort_unstable();
        used.dedup();
        uses.push(used);
    }
    let mut used_by: Vec<Vec<usize>> = vec![Vec::new(); uses.len()];
    for (user, used) in uses.iter().enumerate() {
        for used in used {
            if let Some(users) = used_by.get_mut(*used) {
                users.push(user);
            }
        }
    }
    let (order, left) = peel(&uses, &used_by, (0..uses.len()).collect());
    // What is left and nobody left uses only waits for a circle.
    let (_, circular) = peel(&used_by, &uses, left);
    (order, circular)
}

/// Takes out, one after the other, what waits for nothing that is still in; gives them, and who is left.
fn peel(waits: &[Vec<usize>], waiting: &[Vec<usize>], among: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    let mut within = vec![false; waits.len()];
    for node in &among {
        if let Some(within) = within.get_mut(*node) {
            *within = true;
        }
    }
    let is_in = |within: &[bool], node: usize| within.get(node) == Some(&true);
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for node in &among {
        let others = waits.get(*node).into_iter().flatten().filter(|other| is_in(&within, **other)).count();
        counts.insert(*node, others);
    }
    let mut ready: Vec<usize> = among.iter().copied().filter(|node| counts.get(node) == Some(&0)).collect();
    ready.reverse();
    let mut out = Vec::new();
    while let Some(node) = ready.pop() {
        out.push(node);
        if let Some(within) = within.get_mut(node) {
            *within = false;
        }
        for other in waiting.get(node).into_iter().flatten() {
            if let Some(count) = counts.get_mut(other)
                && is_in(&within, *other)
            {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(*other);
                }
            }
        }
    }
    let left = among.into_iter().filter(|node| is_in(&within, *node)).collect();
    (out, left)
}
