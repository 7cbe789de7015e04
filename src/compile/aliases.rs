//! Aliases of zones: alone at their name, and leading somewhere in the end; and names that are given to other name servers.

use super::Compiler;
use super::records::{absolute, addresses_of, inside};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Record, Zone};
use std::collections::{HashMap, HashSet};

/// The name that a record has, whatever its kind.
fn name_of(record: &Record) -> &str {
    match record {
        Record::A(name, _) | Record::Aaaa(name, _) | Record::Cname(name, _) => name,
        Record::Ns(name, _) | Record::Txt(name, _) | Record::Srv { name, .. } => name,
        Record::Naptr(naptr) => &naptr.name,
    }
}

impl Compiler<'_> {
    /// RFC 1034 §3.6.2: where there is an alias there is nothing else, or resolvers tell different things.
    pub(super) fn aliases_stand_alone(&mut self, zone: &Zone) {
        let full = |record: &Record| absolute(name_of(record), &zone.name.value);
        let mut seen: HashMap<String, (&At<Record>, bool)> = HashMap::new();
        for record in &zone.records {
            let alias = matches!(record.value, Record::Cname(..));
            match seen.get(&full(&record.value)) {
                Some((first, was)) if alias || *was => {
                    let message = format!("`{}` is an alias, and has another record", name_of(&record.value));
                    let finding = Diagnostic::new(Code::P0202, record.span, message)
                        .because("a name with an alias has nothing else (RFC 1034 §3.6.2)")
                        .label(first.span, "the first record is here");
                    self.findings.push(finding);
                }
                Some(_) => {}
                None => drop(seen.insert(full(&record.value), (record, alias))),
            }
        }
    }

    /// An alias that comes back to itself has no address anywhere: told once for each ring, of whatever zones it is.
    pub(super) fn aliases_in_rings(&mut self) {
        let mut aliases: HashMap<String, (String, Span)> = HashMap::new();
        let mut order = Vec::new();
        for zone in &self.checked.program.zones {
            let full = |name: &str| absolute(name, &zone.name.value);
            for record in &zone.records {
                if let Record::Cname(name, target) = &record.value {
                    order.push(full(name));
                    aliases.entry(full(name)).or_insert((full(target), record.span));
                }
            }
        }
        let mut passed: HashSet<&str> = HashSet::new();
        for first in &order {
            let mut way: Vec<&str> = Vec::new();
            let mut at = first.as_str();
            while let Some((to, _)) = aliases.get(at).filter(|_| passed.insert(at)) {
                way.push(at);
                at = to;
            }
            // What was passed on an earlier way was told there.
            let Some(begin) = way.iter().position(|one| *one == at) else { continue };
            let ring = way.get(begin..).unwrap_or_default();
            let Some((_, span)) = aliases.get(at) else { continue };
            let why = match ring {
                [_] => "this leads back to itself".to_owned(),
                more => format!("after {} aliases a resolver is here again", more.len()),
            };
            let finding = Diagnostic::new(Code::P0305, *span, format!("`{at}` is an alias of itself"));
            self.findings.push(finding.because(why).help("let it lead to a host that has an address"));
        }
    }

    /// A name server of this zone, or of one below it, is found by an address that this zone has to tell.
    pub(super) fn name_servers_are_found(&mut self, zone: &Zone) {
        for record in &zone.records {
            let Record::Ns(_, target) = &record.value else { continue };
            let here = match target.ends_with('.') {
                true => inside(target, &zone.name.value),
                false => Some(target.clone()),
            };
            // Another zone's name is not ours to look up.
            let Some(name) = here else { continue };
            if addresses_of(zone, target).next().is_none() {
                let finding = Diagnostic::new(Code::P0905, record.span, format!("`{target}` has no address record"))
                    .because("nobody can ask a name server whose address nobody tells (RFC 1035 §3.3.11)")
                    .help(format!("add `a \"{name}\" ADDRESS` to zone `{}`", zone.name.value));
                self.findings.push(finding);
            }
        }
    }
}
