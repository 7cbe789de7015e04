//! P0605 of redirects: a file that is served under a path that requests are sent on from is one that nobody gets.

use super::Compiler;
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{Piece, Redirect, Scheme, Template};
use std::collections::HashMap;

/// A file that is served, and that nobody gets: who asks is sent elsewhere.
pub(super) fn redirected(form: &str, what: &str, declared: Span, redirect: Span) -> Diagnostic {
    Diagnostic::new(Code::P0605, redirect, format!("requests for `{form}` are sent elsewhere"))
        .because("by this redirect")
        .label(declared, what)
        .help("serve the file where the redirect leads to, or leave its path out of the redirect")
}

/// Phones whose own file a redirect takes.
#[derive(Debug)]
pub(super) struct Taken {
    /// What the first of them asks for.
    path: String,
    what: String,
    declared: Span,
    phones: usize,
}

impl Taken {
    pub fn finding(&self, redirect: Span) -> Diagnostic {
        let finding = redirected(&self.path, &self.what, self.declared, redirect);
        match self.phones {
            1 => finding,
            more => finding.note(format!("it is so for {more} phones")),
        }
    }
}

impl Compiler<'_> {
    /// By the path of each redirect of a server, the phones whose own file it takes: what a path is for one phone shows only when it
    /// is expanded.
    pub(super) fn phones_redirected(
        &self,
        server: usize,
        scheme: Scheme,
        redirects: &[Redirect],
    ) -> HashMap<String, Taken> {
        let mut taken: HashMap<String, Taken> = HashMap::new();
        if redirects.is_empty() {
            return taken;
        }
        let from: HashMap<&str, &Redirect> = redirects.iter().map(|one| (one.from.as_str(), one)).collect();
        for fleet in &self.plan.fleets {
            let Some(declared) = self.checked.program.fleets.iter().find(|one| one.name.value == fleet.id) else {
                continue;
            };
            let profiles = fleet
                .profiles
                .iter()
                .zip(&declared.profiles)
                .filter(|(profile, _)| profile.server == server && profile.scheme == scheme);
            let mut paths: Vec<(&Template, String, Span)> = profiles
                .map(|(profile, name)| (&profile.path, format!("profile `{}`", profile.id), name.span))
                .collect();
            if let (Some(bootstrap), Some(at)) = (&fleet.bootstrap, &declared.bootstrap)
                && fleet.server == server
            {
                paths.extend(bootstrap.paths.iter().map(|path| (path, "the bootstrap file".to_owned(), at.span)));
            }
            paths.retain(|(path, ..)| is_own(path));
            let mut expanded = String::new();
            for row in 0..fleet.phones.len() {
                for (path, what, declared) in &paths {
                    expanded.clear();
                    fleet.phones.expand(path, row, &self.plan.models, &mut expanded);
                    // The path itself, or a folder that it lies in: of several the one that names most.
                    let folders = expanded.rmatch_indices('/').map(|(at, _)| at + 1);
                    let mut of = std::iter::once(expanded.len()).chain(folders);
                    let Some(redirect) = of.find_map(|end| from.get(expanded.get(..end)?)) else { continue };
                    if let Some(known) = taken.get_mut(&redirect.from) {
                        known.phones += 1;
                        continue;
                    }
                    let mac = fleet.phones.macs.get(row).map(ToString::to_string).unwrap_or_default();
                    let what = format!("the path of {what} of fleet `{}`, for {mac}", fleet.id);
                    let one = Taken { path: expanded.clone(), what, declared: *declared, phones: 1 };
                    taken.insert(redirect.from.clone(), one);
                }
            }
        }
        taken
    }
}

/// Whether a path is another for each phone.
fn is_own(path: &Template) -> bool {
    names_phone(path) || path.pieces().iter().any(|piece| matches!(piece, Piece::Column(_)))
}
