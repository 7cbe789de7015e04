//! What servers say has moved: where that is with this run's ports, whether it leads anywhere, and what it takes from phones.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::Redirect as Declared;
use crate::phone::Scheme;
use crate::phone::rule::Url;
use crate::plan::{Origin, Redirect, Server};

impl Compiler<'_> {
    pub(super) fn redirects(&self, declared: &[Declared]) -> Vec<Redirect> {
        let planned = |redirect: &Declared| Redirect {
            status: redirect.status,
            from: redirect.from.value.clone(),
            to: redirect.to.value.clone(),
            origin: self.origin(redirect.to.span),
        };
        declared.iter().map(planned).collect()
    }

    /// Services of our own have other ports in a run that shifts them: once all servers are known, URLs move along.
    pub(super) fn redirects_with_ports(&mut self) {
        let offset = self.options.port_offset;
        let here: Vec<Server> = if offset == 0 { return } else { self.plan.servers.clone() };
        let moved = |redirect: &mut Redirect| {
            let Ok(mut url) = Url::parse(&redirect.to) else { return };
            let Some(host) = url.host.as_ref().map(ToString::to_string) else { return };
            let port = url.port().checked_add(offset);
            if here.iter().any(|server| server.is_at(&host) && server.port(url.scheme()) == port && port.is_some()) {
                url.port = port;
                redirect.to = url.to_string();
            }
        };
        let all = self.plan.servers.iter_mut().map(|server| &mut server.redirects);
        all.flat_map(|redirects| redirects.http.iter_mut().chain(&mut redirects.https)).for_each(moved);
    }

    /// A redirect that comes back to itself leads nowhere: told once for each ring.
    pub(super) fn redirects_in_rings(&mut self) {
        let mut findings = Vec::new();
        let mut told: Vec<Origin> = Vec::new();
        for server in &self.plan.servers {
            for first in [Scheme::Http, Scheme::Https].into_iter().flat_map(|scheme| server.redirects(scheme)) {
                let ring = self.ring(first);
                if ring.is_empty() || ring.iter().any(|one| told.contains(&one.origin)) {
                    continue;
                }
                told.push(first.origin);
                let span = self.redirect_span(first);
                let message = format!("what is asked for under `{}` is sent in a circle", first.from);
                let why = match ring.as_slice() {
                    [_] => "this leads back to itself".to_owned(),
                    more => format!("after {} redirects a phone is here again", more.len()),
                };
                findings.push(
                    Diagnostic::new(Code::P0305, span, message)
                        .because(why)
                        .help("let it lead to where the file is served"),
                );
            }
        }
        self.findings.extend(findings);
    }

    /// The redirects that lead from this one back to it; none: it ends somewhere.
    fn ring<'p>(&'p self, first: &'p Redirect) -> Vec<&'p Redirect> {
        let mut ring = vec![first];
        let mut to = first.to.clone();
        // Each is passed once, or the ring is not this one's.
        let all: usize = self.plan.servers.iter().map(|one| one.redirects.http.len() + one.redirects.https.len()).sum();
        for _ in 0..=all {
            let Some((next, further)) = self.next(&to) else { return Vec::new() };
            if std::ptr::eq(next, first) {
                return ring;
            }
            ring.push(next);
            to = further;
        }
        Vec::new()
    }

    fn next(&self, to: &str) -> Option<(&Redirect, String)> {
        let url = Url::parse(to).ok()?;
        let host = url.host.as_ref()?;
        let is_there = |server: &&Server| server.is_at(host.as_str()) && server.port(url.scheme()) == Some(url.port());
        let path = url.path.split('?').next().unwrap_or_default();
        self.plan.servers.iter().find(is_there)?.redirect(url.scheme(), path)
    }

    pub(super) fn redirect_span(&self, redirect: &Redirect) -> Span {
        let services = self.checked.program.servers.iter().flat_map(|server| &server.services);
        let mut spans = services.flat_map(|service| &service.redirects).map(|one| one.to.span);
        spans.find(|span| self.origin(*span) == redirect.origin).unwrap_or_default()
    }
}
