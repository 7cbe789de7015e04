//! A factory-fresh phone's first contact: what leads it here, and under which names it asks for its bootstrap file.

use super::Compiler;
use super::options::authority;
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{At, Bootstrap as Declared, Fleet, OptionNumber, ServiceKind};
use crate::plan::{Bootstrap, Discovery, Macro, Piece, Scheme, Server, Shape, Template};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

impl Compiler<'_> {
    pub(super) fn first_contact(
        &mut self,
        fleet: &Fleet,
        declared: &At<Declared>,
        server: &Server,
        shape: Shape,
    ) -> Bootstrap {
        let how = match &declared.value {
            Declared::Dhcp { .. } => Discovery::Dhcp,
            Declared::Srv => Discovery::Srv,
            Declared::ActivationCode => Discovery::ActivationCode,
            Declared::Edos => Discovery::Edos,
            Declared::Manual => Discovery::Manual,
        };
        // A URL that we make can name the fleet; names that the phone makes cannot (PB §5).
        let name = self.collides(fleet).then_some(fleet.name.value.as_str());
        let derived = self.bootstrap_options(declared, server, name);
        self.options_are_told(&derived, &fleet.networks, declared.span);
        let models: Vec<&str> = models(fleet).into_iter().collect();
        self.options_agree(&derived, &fleet.networks, declared, server, &models);
        let usual = self.bootstrap_paths();
        let told = matches!(how, Discovery::ActivationCode | Discovery::Edos | Discovery::Manual);
        let paths = match name {
            Some(name) if (derived.url && !derived.bare) || told => below(name, &usual),
            Some(name) if derived.url => below(name, &usual).into_iter().chain(usual).collect(),
            _ => usual,
        };
        if let Declared::Dhcp { options, .. } = &declared.value {
            self.dhcp_is_offered(options, &fleet.networks, declared.span);
        }
        if how == Discovery::Srv {
            self.bootstrap_srv(&fleet.networks, server, declared.span);
        }
        let told = if told { self.told(declared, server, &paths) } else { None };
        Bootstrap { how, options: derived.v4, options6: derived.v6, told, paths, shape }
    }

    /// An option reaches a phone in the answer of its network's server.
    fn dhcp_is_offered(&mut self, options: &[At<OptionNumber>], networks: &[At<usize>], span: Span) {
        let checked = self.checked;
        let mut told = HashSet::new();
        for network in networks.iter().filter_map(|at| checked.program.networks.get(at.value)) {
            let (Some(subnet), Some(number)) = (&network.subnet, network.server) else { continue };
            let Some(server) = checked.program.servers.get(number) else { continue };
            let (kind, service) = match subnet.value.0 {
                IpAddr::V4(_) => (ServiceKind::Dhcp, "dhcp"),
                IpAddr::V6(_) => (ServiceKind::Dhcp6, "dhcp6"),
            };
            let carried = options.iter().any(|at| match at.value {
                OptionNumber::V4(_) => subnet.value.0.is_ipv4(),
                OptionNumber::V6(_) => subnet.value.0.is_ipv6(),
            });
            if !carried || server.services.iter().any(|one| one.kind == kind) || !told.insert((number, service)) {
                continue;
            }
            let finding =
                Diagnostic::new(Code::P0212, span, format!("server `{}` offers no {service}", server.name.value))
                    .because(format!("nobody would answer on network `{}`, and no phone be told", network.name.value))
                    .label(network.name.span, "the network")
                    .help(format!("add `{service} {{ }}` to the server"));
            self.report(finding);
        }
    }

    /// The rule that a person enters, or that the cloud gives the phone: a URL of the strongest scheme.
    fn told(&mut self, declared: &At<Declared>, server: &Server, paths: &[Template]) -> Option<Template> {
        let strongest = [Scheme::Https, Scheme::Http, Scheme::Tftp].into_iter();
        let offered = strongest.filter_map(|scheme| Some((scheme, server.port(scheme)?))).next();
        let Some((scheme, port)) = offered else {
            let message = format!("server `{}` offers no files", server.id);
            let finding = Diagnostic::new(Code::P0212, declared.span, message);
            self.report(finding.because("a phone that is told of it finds nothing there").help("add `http { }` to it"));
            return None;
        };
        let mut rule = Template::text(authority(server, scheme, port));
        for piece in paths.first()?.rule_text().pieces() {
            rule.push(piece.clone());
        }
        Some(rule)
    }

    /// Whether another fleet has phones of the same products that would ask the same server for the same names.
    fn collides(&self, fleet: &Fleet) -> bool {
        if fleet.bootstrap.is_none() {
            return false;
        }
        let fleets = self.checked.program.fleets.iter();
        let mut others = fleets.filter(|other| {
            other.name.span != fleet.name.span && other.bootstrap.is_some() && other.server == fleet.server
        });
        let mine = models(fleet);
        others.any(|other| models(other).iter().any(|model| mine.contains(model)))
    }

    /// Bootstrap files of two fleets under one name are told apart by the lease of who asks, which only a server can do.
    pub(super) fn chosen_by_lease(&mut self) {
        let mut first: HashMap<(usize, String), usize> = HashMap::new();
        let mut findings = Vec::new();
        for (number, fleet) in self.plan.fleets.iter().enumerate() {
            let Some(bootstrap) = &fleet.bootstrap else { continue };
            // A path that names the phone tells phones apart by itself.
            let shared = bootstrap.paths.iter().filter(|path| !names_phone(path));
            let forms: HashSet<String> = shared.flat_map(|path| self.forms_of(path, fleet)).collect();
            let mut other = None;
            for form in forms {
                let known = *first.entry((fleet.server, form)).or_insert(number);
                let differs = |known: &&crate::plan::Fleet| {
                    known.bootstrap.as_ref().is_some_and(|known| known.shape != bootstrap.shape)
                };
                if known != number
                    && other.is_none_or(|other| known < other)
                    && self.plan.fleets.get(known).as_ref().is_some_and(differs)
                {
                    other = Some(known);
                }
            }
            let declared = |id: &str| {
                let fleets = &self.checked.program.fleets;
                fleets.iter().find(|fleet| fleet.name.value == id)?.bootstrap.as_ref().map(|at| at.span)
            };
            let Some(other) = other.and_then(|other| self.plan.fleets.get(other)) else { continue };
            if self.is_copy(&fleet.id, &other.id) {
                continue;
            }
            let (Some(span), Some(label)) = (declared(&fleet.id), declared(&other.id)) else { continue };
            let mut finding = Diagnostic::new(
                Code::P0408,
                span,
                format!("fleets `{}` and `{}` have bootstrap files under the same names", other.id, fleet.id),
            )
            .because("which one a phone gets is known from its lease, when it asks")
            .label(label, "the other fleet")
            .help("for a static export let an option carry a URL (`bootstrap dhcp 160`), or use two servers")
            .note("`prov serve` does this; `prov build` cannot, and refuses");
            finding.severity = Severity::Note;
            findings.push(finding);
        }
        self.findings.extend(findings);
    }

    /// The paths a factory-fresh phone may ask for, as templates (PB §5, §7).
    fn bootstrap_paths(&self) -> Vec<Template> {
        let mut paths = Vec::new();
        for text in &self.catalogue.discovery().paths {
            let mut template = Template::default();
            let mut rest = text.as_str();
            while let Some((before, from)) = rest.split_once('$') {
                template.push(Piece::Text(before.to_owned()));
                let end = from.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(from.len());
                let (name, after) = from.split_at(end);
                template.push(match Macro::from_name(name) {
                    Some(known) => Piece::Macro(known),
                    None => Piece::Text(format!("${name}")),
                });
                rest = after;
            }
            template.push(Piece::Text(rest.to_owned()));
            paths.push(template);
        }
        paths
    }
}

/// The names below a URL. Phones ask for the URL itself first and go on when it is not there (PB §5); a file of that name
/// could not lie beside a folder of that name in an export.
fn below(name: &str, usual: &[Template]) -> Vec<Template> {
    let longer = |path: &Template| {
        let mut longer = Template::text(format!("/{name}"));
        path.pieces().iter().for_each(|piece| longer.push(piece.clone()));
        longer
    };
    usual.iter().map(longer).collect()
}

/// The product names of a fleet's phones, each once.
fn models(fleet: &Fleet) -> HashSet<&str> {
    let column = fleet.phones.column("model").map(|(_, column)| column);
    let mut models = HashSet::new();
    let mut before = "";
    for model in column.into_iter().flat_map(|column| column.cells.iter().flatten()) {
        // Most rows are like the one above them.
        if model != before {
            models.insert(model);
            before = model;
        }
    }
    models
}
