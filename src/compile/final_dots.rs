//! P0915: names of a zone without the final dot that they were to have. A name without one is below the zone (RFC 1035 §5.1):
//! `prov.example.com` in the zone `example.com` is `prov.example.com.example.com`.

use super::Compiler;
use super::records::{absolute, inside};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Record, Zone};
use std::collections::HashSet;

impl Compiler<'_> {
    /// Looks at every name of every zone, but for those of which something else tells already.
    pub(super) fn final_dots(&mut self) {
        for zone in &self.checked.program.zones {
            let apex = zone.name.value.as_str();
            let owners: HashSet<String> =
                zone.records.iter().filter_map(|record| Some(absolute(owner(&record.value)?, apex))).collect();
            for record in &zone.records {
                let (owner, target) = (owner(&record.value), target(&record.value));
                let doubled = owner.filter(|owner| doubled(owner, apex));
                let told = match (doubled, target) {
                    (Some(owner), _) => Some(below(self.name_in(record.span, owner), owner, apex)),
                    (None, Some(target)) if doubled_name(target, apex) => {
                        Some(below(self.name_in(record.span, target), target, apex))
                    }
                    (None, Some(target)) if is_elsewhere(target) && !owners.contains(&absolute(target, apex)) => {
                        Some(elsewhere(self.name_in(record.span, target), target, apex))
                    }
                    _ => None,
                };
                if let Some(finding) = told.filter(|_| !self.dotless.contains(&record.span)) {
                    self.report(finding);
                }
            }
        }
    }

    /// The name in quotes in a record; the last of two alike is what it leads to.
    fn name_in(&self, record: Span, name: &str) -> Span {
        let quoted = format!("\"{name}\"");
        self.checked.sources.slice(record).rfind(&quoted).map_or(record, |at| {
            let start = record.start as usize + at;
            Span::new(record.file, start, start + quoted.len())
        })
    }

    /// The address record of a host whose name lacks its final dot; what is missing without it tells of it.
    pub(super) fn meant_for(&mut self, zone: &Zone, host: &str) -> Option<(Span, String)> {
        let apex = zone.name.value.as_str();
        let full = absolute(host, apex);
        let found = zone.records.iter().find_map(|At { value, span }| match value {
            Record::A(owner, _) | Record::Aaaa(owner, _) if doubled(owner, apex) => {
                (owner.to_ascii_lowercase() == full).then(|| (*span, owner.clone()))
            }
            _ => None,
        });
        let (span, owner) = found?;
        self.dotless.insert(span);
        Some((self.name_in(span, &owner), owner))
    }
}

/// What to write for a name in full.
pub(super) fn with_dot(name: &str, apex: &str) -> String {
    match inside(&format!("{name}."), apex) {
        Some(short) => format!("write `\"{short}\"`, or `\"{name}.\"` with a final dot"),
        None => format!("write `\"{name}.\"`, with a final dot"),
    }
}

fn below(span: Span, name: &str, apex: &str) -> Diagnostic {
    Diagnostic::new(Code::P0915, span, format!("`{name}` stands for `{}`", absolute(name, apex)))
        .because("a name without a final dot is below the zone")
        .help(with_dot(name, apex))
        .note("RFC 1035 §5.1")
}

fn elsewhere(span: Span, name: &str, apex: &str) -> Diagnostic {
    Diagnostic::new(Code::P0915, span, format!("`{name}` stands for `{}`", absolute(name, apex)))
        .because("a name without a final dot is below the zone, which has no such name")
        .help(format!("write `\"{name}.\"`, with a final dot, or add the record that it means"))
        .note("RFC 1035 §5.1")
}

/// Whether an owner without a final dot ends in the zone's own name. A name of one label may be called as the zone is.
fn doubled(owner: &str, apex: &str) -> bool {
    owner.contains('.') && doubled_name(owner, apex)
}

fn doubled_name(name: &str, apex: &str) -> bool {
    let (name, apex) = (name.to_ascii_lowercase(), apex.trim_end_matches('.').to_ascii_lowercase());
    !name.ends_with('.') && apex.contains('.') && (name == apex || name.ends_with(&format!(".{apex}")))
}

/// Whether a target has the look of a name in full.
fn is_elsewhere(target: &str) -> bool {
    let last = target.rsplit('.').next().unwrap_or_default();
    target.contains('.') && last.len() > 1 && last.bytes().all(|octet| octet.is_ascii_alphabetic())
}

fn owner(record: &Record) -> Option<&str> {
    match record {
        Record::A(name, _)
        | Record::Aaaa(name, _)
        | Record::Cname(name, _)
        | Record::Ns(name, _)
        | Record::Txt(name, _) => Some(name),
        Record::Srv { name, .. } => Some(name),
        Record::Naptr(naptr) => Some(&naptr.name),
    }
}

/// The name that a record leads to. Targets of SRV records that phones follow are looked at with them (P0905).
fn target(record: &Record) -> Option<&str> {
    match record {
        Record::Cname(_, target) | Record::Ns(_, target) => Some(target),
        Record::Srv { name, target, .. } if !name.starts_with("_ciscoprov") && target != "." => Some(target),
        _ => None,
    }
}
