//! P0604: what has moved is said to be at one of our own services, where nothing is served. What stands at other ports of our hosts
//! is nobody's to know.

use super::place;
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::phone::Scheme;
use crate::phone::rule::Url;
use crate::plan::{Redirect, Served};

pub(super) fn check(served: &Served, sources: &SourceMap) -> Vec<Diagnostic> {
    let schemes = [Scheme::Http, Scheme::Https];
    let all = served.plan().servers.iter().flat_map(|server| schemes.map(|scheme| server.redirects(scheme))).flatten();
    all.filter_map(|redirect| {
        let (message, why) = nowhere(served, redirect)?;
        let finding = Diagnostic::new(Code::P0604, place(redirect.origin, sources), message).because(why);
        Some(finding.help("let it lead to where a profile is fetched from, or to another server"))
    })
    .collect()
}

/// Why nobody who is sent on finds anything; nothing: they do, or nobody can tell.
pub(super) fn nowhere(served: &Served, redirect: &Redirect) -> Option<(String, String)> {
    let url = Url::parse(&redirect.to).ok()?;
    let (host, scheme) = (url.host.as_ref()?, url.scheme());
    let servers = &served.plan().servers;
    let ours = servers.iter().position(|one| one.is_at(host.as_str()) && one.port(scheme) == Some(url.port()))?;
    let server = servers.get(ours)?;
    let path = url.path.split('?').next().unwrap_or_default();
    if redirect.from.ends_with('/') {
        let why = format!("server `{}` serves nothing below it", server.id);
        return (!served.serves_below(ours, scheme, path))
            .then(|| (format!("no file is behind `{}`", redirect.to), why));
    }
    let there = server.redirect(scheme, path).is_some()
        || served.image(ours, path).is_some()
        || served.find(ours, scheme, path).is_some();
    let why = format!("server `{}` would be asked for it", server.id);
    (!there).then(|| (format!("no file is behind `{}`", redirect.to), why))
}
