//! A fleet: its phones, their files, and how a fresh phone comes to them.

use super::Compiler;
use super::columns::Columns;
use super::depends::Alike;
use super::flatten::Walk;
use super::keys::Channel;
use super::misfit::at_cell;
use super::rules::RULES;
use super::settings::Settings;
use super::varies::varies;
use crate::diagnostic::{Code, DataPlace, Diagnostic, Severity, Span};
use crate::language::{Fleet, Profile as Declared};
use crate::plan::{Fleet as Planned, Model, Profile, Scheme, Server, Setting, Shape};
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

/// Findings of one kind about phones of one table; the rest is counted.
const MOST_FINDINGS: usize = 20;

impl Compiler<'_> {
    pub(super) fn fleets(&mut self) {
        let fleets = self.distinct_fleets();
        self.one_fleet_per_phone(&fleets);
        for fleet in fleets {
            let before = self.findings.len();
            let planned = self.fleet(fleet);
            self.tell_beyond();
            if let Some(planned) = planned {
                self.plan.fleets.push(planned);
                let mut new = self.findings.iter().skip(before);
                let sound = new.all(|finding| finding.severity < Severity::Error) && !self.on_faulty_server(fleet);
                self.sound.push(sound.then(|| fleet.arrival()));
            }
        }
        self.one_file_per_path();
        self.spelled_alike();
        self.keys_alike();
        self.chosen_by_lease();
    }

    fn fleet(&mut self, fleet: &Fleet) -> Option<Planned> {
        let checked = self.checked;
        if fleet.phones.macs.is_empty() {
            return None;
        }
        let mut columns = Columns::new(&fleet.phones);
        self.prefixes(fleet);
        columns.table.home = self.home(fleet, &mut columns);
        columns.table.models = self.models(fleet)?;
        self.targets = self.targets(fleet);
        self.products = columns.table.models.iter().copied().collect();
        self.macs.clone_from(&fleet.phones.macs);
        self.addresses = OnceCell::new();
        self.given.clear();
        let default = fleet.server;
        let mut profiles: Vec<Profile> = Vec::new();
        let mut seeds: Vec<Setting> = Vec::new();
        let mut fetches: Vec<Span> = Vec::new();
        let mut channels = Vec::new();
        let mut sources = Vec::new();
        let mut lost = fleet.profiles_missing;
        for (name, rule) in fleet.profiles.iter().zip(RULES) {
            let declared = checked.program.profiles.get(name.value)?;
            let Some(fetch) = &declared.fetch else {
                lost = true;
                if declared.fetch_said {
                    continue;
                }
                let message = format!("profile `{}` is never fetched", declared.name.value);
                self.report(
                    Diagnostic::new(Code::P0212, name.span, message)
                        .because("phones of this fleet would have to find it")
                        .label(declared.name.span, "nothing here says where it is")
                        .help(format!(
                            "add `fetch {} \"/{}/$MA.xml\"` to it",
                            self.way_of(fleet, name.value),
                            declared.name.value
                        )),
                );
                continue;
            };
            let (Some(path), Some(server)) = (self.path(&fetch.path, &mut columns), fetch.server.or(default)) else {
                lost = true;
                continue;
            };
            let scheme = fetch.scheme.value;
            self.offered(server, scheme, fetch.scheme.span);
            let channel = self.channel(declared, server, scheme);
            let seal = self.seal(declared, &mut columns);
            let account = self.account(declared, server, scheme, &path, &mut columns);
            let service_domain = fetch.srv.and_then(|span| {
                let planned = self.plan.servers.get(server).cloned()?;
                self.service_domain(&planned, scheme, span)
            });
            let (shapes, shape_of, more) = self.shapes(name.value, declared, &mut columns, &channel);
            channels.push(channel);
            sources.push(declared);
            seeds.extend(more);
            profiles.push(Profile {
                id: declared.name.value.clone(),
                parameter: rule.to_owned(),
                scheme,
                server,
                path,
                gzip: declared.gzip,
                seal,
                account,
                service_domain,
                post: None,
                shapes,
                shape_of,
            });
            fetches.push(fetch.path.span);
        }
        let server: Server = self.plan.servers.get(default?)?.clone();
        let servers: Vec<usize> = default.into_iter().chain(profiles.iter().map(|profile| profile.server)).collect();
        self.reached_by_v6(fleet, &servers);
        let posted = self.posted(&mut profiles, &seeds, &sources);
        let options = self.delivered(&mut profiles, &channels, &sources, lost);
        let mut rules = self.rules(&profiles, &options);
        self.phones_read(&rules, &fetches, &columns);
        let models: BTreeSet<u16> = columns.table.models.iter().copied().collect();
        let mut derived = self.derived(fleet, &rules, &server, &models, &mut columns);
        derived.extend(posted);
        let reports = match &fleet.report {
            Some(report) => self.report_places(fleet, report, &mut columns),
            None => Vec::new(),
        };
        let upgrade = self.upgrade(fleet, &models, &mut derived);
        rules.extend(Self::upgrade_rule(&derived));
        let by_hand = self.by_hand(fleet, &models, &options, &mut columns, &mut derived);
        rules.extend(by_hand);
        self.rules_given(&options, &derived, &columns);
        self.registers_fit(fleet, &profiles, &seeds, &derived, &columns);
        self.derived_is_not_set(&profiles, &seeds, &derived);
        self.seeds_are_taken(fleet, &seeds);
        self.seeds_stand_once(&seeds);
        self.seeds_are_not_set(&profiles, &seeds);
        if let Some(first) = profiles.first_mut() {
            for shape in &mut first.shapes {
                shape.settings.splice(0..0, derived.iter().cloned());
            }
        }
        self.across_partitions(&profiles, columns.table.len());
        for (position, profile) in profiles.iter().enumerate() {
            let others: Vec<Profile> = profiles
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != position)
                .map(|(_, other)| other.clone())
                .collect();
            let fetch = fetches.get(position).copied().unwrap_or_default();
            self.sharing(profile, fetch, &columns, &others, &derived);
        }
        if seeds.is_empty() {
            self.phones_are_led(fleet);
        }
        let bootstrap = fleet.bootstrap.as_ref().map(|bootstrap| {
            let settings = derived.iter().chain(&seeds).cloned().collect();
            self.first_contact(fleet, bootstrap, &server, Shape { settings })
        });
        columns.table.label = columns.raw("name");
        let (networks, networks6) = self.placed(&fleet.networks);
        Some(Planned {
            id: fleet.name.value.clone(),
            server: default?,
            networks,
            networks6,
            bootstrap,
            profiles,
            rules,
            upgrade,
            reports,
            applies_within: self.promise(fleet),
            phones: columns.table,
        })
    }

    /// Whether a server that its phones turn to could not be read whole: that has its finding.
    fn on_faulty_server(&self, fleet: &Fleet) -> bool {
        let program = &self.checked.program;
        let fetched = fleet.profiles.iter().filter_map(|name| program.profiles.get(name.value)?.fetch.as_ref()?.server);
        let mut servers = fleet.server.into_iter().chain(fetched).filter_map(|server| program.servers.get(server));
        servers.any(|server| server.faulty)
    }

    /// The scheme for a profile that lacks its `fetch`: what comes after it may have to be opened by what it brings.
    fn way_of(&self, fleet: &Fleet, position: usize) -> Scheme {
        let server = fleet.server.and_then(|server| self.plan.servers.get(server));
        let offers = |scheme: Scheme| server.is_none_or(|server| server.port(scheme).is_some());
        let later = fleet.profiles.iter().skip_while(|name| name.value != position).skip(1);
        let carries = later
            .filter_map(|name| self.checked.program.profiles.get(name.value))
            .any(|profile| profile.seal.is_some() || profile.account.is_some());
        let ways = if carries {
            [Scheme::Https, Scheme::Http, Scheme::Tftp]
        } else {
            [Scheme::Http, Scheme::Https, Scheme::Tftp]
        };
        ways.into_iter().find(|scheme| offers(*scheme)).unwrap_or(Scheme::Http)
    }

    /// Each phone's model, as a position in the plan.
    fn models(&mut self, fleet: &Fleet) -> Option<Vec<u16>> {
        let phones = &fleet.phones;
        let Some((_, column)) = phones.column("model") else {
            if let Some(span) = phones.spans.first() {
                let finding = Diagnostic::new(Code::P0212, *span, "no phone here has a model");
                self.report(finding.because("files and lines depend on it").help("add `model \"CP-8841-3PCC\"`"));
            }
            return None;
        };
        let mut unknown = 0;
        let mut positions: HashMap<&str, Option<u16>> = HashMap::new();
        let mut models = Vec::with_capacity(phones.macs.len());
        // Most rows are like the one above them.
        let mut before: Option<(&str, Option<u16>)> = None;
        for (row, cell) in column.cells.iter().enumerate() {
            let span = phones.spans.get(row).copied().unwrap_or_default();
            let Some(name) = cell else {
                let finding = Diagnostic::new(Code::P0212, span, "this phone has no model");
                let finding = at_cell(finding, phones.place(row, Some("model")), "files and lines depend on it");
                self.report(finding.help("add `model \"CP-8841-3PCC\"`"));
                return None;
            };
            let same = before.filter(|(above, _)| *above == name).map(|(_, position)| position);
            let position = match same.or_else(|| positions.get(name).copied()) {
                Some(position) => position,
                None => {
                    let position = self.model(name);
                    positions.insert(name, position);
                    unknown += usize::from(position.is_none());
                    if position.is_none() && unknown <= MOST_FINDINGS {
                        self.unknown_model(name, span, phones.place(row, Some("model")));
                    }
                    position
                }
            };
            models.push(position.unwrap_or(0));
            before = Some((name, position));
        }
        if let (true, Some(span)) = (unknown > MOST_FINDINGS, phones.spans.first()) {
            let message = format!("{} more names of models are unknown", unknown - MOST_FINDINGS);
            self.report(Diagnostic::new(Code::P0211, *span, message));
        }
        (unknown == 0).then_some(models)
    }

    fn unknown_model(&mut self, name: &str, span: Span, cell: Option<DataPlace>) {
        let finding = Diagnostic::new(Code::P0211, span, format!("unknown model `{name}`"));
        let finding = match cell {
            Some(cell) => {
                finding.because("the file is named here").at_data(Some(cell), "no such phone is in the catalogue")
            }
            None => Diagnostic::new(Code::P0211, self.of_phone(span, name), finding.message)
                .because("no such phone is in the catalogue"),
        };
        self.report(match self.catalogue.model_meant(name) {
            Some(close) => finding.help(format!("did you mean `{close}`?")),
            None => finding.help("`prov explain CP-8841-3PCC` shows a model; names are product names, as on the label"),
        });
    }

    /// The words in quotes among what a phone of the program says, after its address.
    fn of_phone(&self, span: Span, words: &str) -> Span {
        let behind = self.checked.sources.text(span.file).get(span.end as usize..).unwrap_or_default();
        let block = behind.split('}').next().unwrap_or_default();
        let quoted = format!("\"{words}\"");
        block.find(&quoted).map_or(span, |at| {
            let start = span.end as usize + at;
            Span::new(span.file, start, start + quoted.len())
        })
    }

    fn model(&mut self, name: &str) -> Option<u16> {
        let known = self.catalogue.model(name)?;
        let position = self.plan.models.iter().position(|model| model.name == known.name).unwrap_or_else(|| {
            self.plan.models.push(Model { name: known.name.clone(), series: known.series.clone() });
            self.plan.models.len() - 1
        });
        u16::try_from(position).ok()
    }

    pub(super) fn offered(&mut self, server: usize, scheme: Scheme, span: Span) {
        if let Some(server) = self.plan.servers.get(server).filter(|server| server.port(scheme).is_none()) {
            let finding = Diagnostic::new(Code::P0212, span, format!("server `{}` offers no {scheme}", server.id))
                .because("phones would find nothing there")
                .help(format!("add `{scheme} {{ }}` to the server"));
            self.report(finding);
        }
    }

    /// The forms a profile takes among the fleet's phones.
    fn shapes(
        &mut self,
        position: usize,
        declared: &Declared,
        columns: &mut Columns<'_>,
        channel: &Channel,
    ) -> (Vec<Shape>, Vec<u16>, Vec<Setting>) {
        let phones = columns.phones;
        // Which phones decide alike.
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut shape_of: Vec<u16> = Vec::new();
        if varies(&declared.body, &self.checked.program) {
            let mut known: HashMap<Vec<u64>, usize> = HashMap::new();
            let mut alike = Alike::new(&declared.body, &self.checked.program, phones);
            for row in 0..phones.macs.len() {
                let group = alike.group(row).unwrap_or_else(|| {
                    let mut walk = Walk::new(position, phones, Some(row));
                    self.walk(&declared.body, &mut walk);
                    let group = *known.entry(walk.decisions).or_insert_with(|| {
                        groups.push(Vec::new());
                        groups.len() - 1
                    });
                    alike.learn(group);
                    group
                });
                let Ok(number) = u16::try_from(group) else {
                    let finding = Diagnostic::new(Code::P0106, declared.name.span, "phones differ in too many ways");
                    self.report(
                        finding
                            .because("conditions, loops and indexes give this profile more than 65,536 forms")
                            .help("let values differ from phone to phone, not which parameters there are"),
                    );
                    return (Vec::new(), Vec::new(), Vec::new());
                };
                if let Some(rows) = groups.get_mut(group) {
                    rows.push(row);
                }
                shape_of.push(number);
            }
        } else {
            groups.push((0..phones.macs.len()).collect());
        }
        let mut shapes = Vec::new();
        let mut seeds: Option<Vec<Setting>> = None;
        for rows in groups {
            let mut walk = Walk { list: Some(Vec::new()), ..Walk::new(position, phones, rows.first().copied()) };
            self.walk(&declared.body, &mut walk);
            let Settings { file, seeds: more } = self.settings(&walk.list.unwrap_or_default(), &rows, columns, channel);
            match &seeds {
                Some(known) => self.same_seeds(known, &more),
                None => seeds = Some(more),
            }
            shapes.push(Shape { settings: file });
        }
        (shapes, shape_of, seeds.unwrap_or_default())
    }

    /// Seeds stand in the bootstrap file, which all phones of a fleet share.
    fn same_seeds(&mut self, known: &[Setting], others: &[Setting]) {
        let lacks = |all: &[Setting], one: &Setting| {
            !all.iter().any(|other| other.element == one.element && other.value == one.value)
        };
        let odd =
            others.iter().find(|other| lacks(known, other)).or_else(|| known.iter().find(|one| lacks(others, one)));
        if let Some(odd) = odd {
            self.shared_seed(odd);
        }
    }

    pub(super) fn shared_seed(&mut self, seed: &Setting) {
        let written = self.catalogue.written(&seed.element).unwrap_or_else(|| seed.element.clone());
        let message = format!("`{written}` is seeded differently for phones that fetch the same file");
        let finding = Diagnostic::new(Code::P0402, self.place(seed.origin), message)
            .because("seeds stand in the bootstrap file, which all phones of the fleet share")
            .help("seed the same value for all, or set it in a profile whose path names the phone");
        self.report(finding);
    }
}
