//! `fleet`: phones, and everything that applies to them.

use super::super::form;
use super::super::names::{Decl, InventoryDecl};
use super::super::program::{At, Bootstrap, Fleet, Phones, Resync};
use super::super::settings::{Schema, Setting, only_settings};
use super::super::syntax::compares;
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Block, Expr, ExprKind, Operator};
use super::super::types::{Inliner, PhoneTypes, Place};
use super::super::value::{Scope, Value, Wait, evaluate};
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic, Span};

pub(super) const FLEET: Schema = Schema {
    what: "fleet",
    words: &[
        ("phones", 1),
        ("phone", 2),
        ("server", 1),
        ("network", 1),
        ("profiles", 1),
        ("bootstrap", 1),
        ("resync", 1),
        ("upgrade", 1),
        ("report", 1),
        ("log", 1),
        ("rule", 2),
    ],
};

pub(super) const RESYNC: Schema = Schema {
    what: "resync block",
    words: &[
        ("on", 1),
        ("never", 2),
        ("every", 1),
        ("at", 1),
        ("retry", 1),
        ("not", 2),
        ("idle", 2),
        ("after", 1),
        ("missing", 3),
        ("applies", 2),
        ("only", 2),
    ],
};

impl Reader<'_> {
    pub(super) fn fleet(&mut self, decl: &Decl, inventories: &[InventoryDecl]) -> Fleet {
        let mut fleet = Fleet {
            name: at_name(&decl.name),
            server: None,
            networks: Vec::new(),
            profiles: Vec::new(),
            profiles_missing: false,
            bootstrap: None,
            bootstrap_said: false,
            resync: Vec::new(),
            syslog: None,
            log: Vec::new(),
            report: None,
            rules: Vec::new(),
            upgrade: None,
            goes_to: Vec::new(),
            phones: Phones::default(),
        };
        let mut said: Vec<String> = Vec::new();
        let mut inline: Vec<Setting<'_>> = Vec::new();
        for setting in only_settings(&decl.body, &FLEET, &mut self.findings) {
            if setting.word.text == "phones" {
                self.once(&said.iter().find(|word| *word == "phones"), &setting);
            }
            said.push(setting.word.text.clone());
            match setting.word.text.as_str() {
                "phone" => inline.push(setting),
                "phones" => match setting.exprs().collect::<Vec<_>>().as_slice() {
                    [name] => fleet.phones = self.of_inventory(name, inventories),
                    [name, word, condition] if word.as_name() == Some("where") => {
                        let all = self.of_inventory(name, inventories);
                        fleet.phones = self.filtered(&all, condition);
                    }
                    _ => {
                        let finding = Diagnostic::new(Code::P0101, setting.span, "`phones` is not written so");
                        let finding = finding.because("`phones desks` or `phones desks where phone.role == \"desk\"`");
                        let help = match self.turned_round(&setting) {
                            Some((written, meant)) => format!("write `{meant}` for `{written}`"),
                            None => "write `phones INVENTORY where CONDITION`; values are compared by `==`".to_owned(),
                        };
                        self.report(finding.help(help));
                    }
                },
                "server" => {
                    self.once(&fleet.server, &setting);
                    self.surplus(&setting, 1);
                    let name = setting.expr(0);
                    let found = name.and_then(|name| self.named(name, "server", |reader| &reader.servers));
                    fleet.server = found.map(|at| at.value);
                }
                "network" => {
                    for name in self.list(&setting) {
                        let Some(found) = self.named(name, "network", |reader| &reader.networks) else { continue };
                        match fleet.networks.iter().find(|known| known.value == found.value).map(|known| known.span) {
                            Some(first) => {
                                let finding = Diagnostic::new(Code::P0202, found.span, "a network is named twice");
                                let finding = finding.because("again here").label(first, "first here");
                                self.report(finding.help("a fleet is on it once; remove one"));
                            }
                            None => fleet.networks.push(found),
                        }
                    }
                }
                "profiles" => {
                    for name in self.list(&setting) {
                        let Some(found) = self.named(name, "profile", |reader| &reader.profiles) else {
                            fleet.profiles_missing = true;
                            continue;
                        };
                        match fleet.profiles.iter().find(|known| known.value == found.value) {
                            Some(first) => {
                                let message = "a profile is named twice";
                                let finding = Diagnostic::new(Code::P0202, found.span, message).because("again here");
                                let first = first.span;
                                self.report(
                                    finding.label(first, "first here").help("a phone fetches it once; remove one"),
                                );
                            }
                            None => fleet.profiles.push(found),
                        }
                    }
                }
                "bootstrap" => {
                    self.once(&fleet.bootstrap, &setting);
                    fleet.bootstrap_said = true;
                    fleet.bootstrap = self.bootstrap(&setting).map(|value| At { value, span: setting.span });
                }
                "resync" => match self.block_of(&setting, 0) {
                    Some(block) => fleet.resync.extend(self.resync(block)),
                    None => self.report(
                        Diagnostic::new(Code::P0101, setting.span, "`resync` has a block")
                            .help("write `resync { every 1h jitter 10m }`"),
                    ),
                },
                "log" if setting.words() == ["syslog"] => {
                    self.once(&fleet.syslog, &setting);
                    fleet.syslog = Some(setting.span);
                }
                "log" => match (setting.block(), setting.arguments().count()) {
                    (Some(block), 1) => fleet.log.extend(self.log_templates(block)),
                    _ => self.report(
                        Diagnostic::new(Code::P0101, setting.span, "`log` is not written so")
                            .help("write `log syslog`: where it is follows from the server")
                            .because("`log syslog`, or `log { request \"…\"  success \"…\"  failure \"…\" }`"),
                    ),
                },
                "report" => {
                    self.once(&fleet.report, &setting);
                    match (setting.block(), setting.arguments().count()) {
                        (Some(block), 1) => {
                            fleet.report = Some(At { value: self.reports(block), span: setting.span });
                        }
                        _ => self.report(
                            Diagnostic::new(Code::P0101, setting.span, "`report` has a block")
                                .help("write `report { full to http \"/reports/$MA.xml\"  on request }`"),
                        ),
                    }
                }
                "rule" => fleet.rules.extend(self.hand_rule(&setting)),
                "upgrade" => match self.block_of(&setting, 0) {
                    Some(block) => {
                        self.once(&fleet.upgrade, &setting);
                        let upgrade = self.upgrade(block, setting.word.span, &mut fleet.goes_to);
                        fleet.upgrade = upgrade.map(|value| At { value, span: setting.word.span });
                    }
                    None => self.report(
                        Diagnostic::new(Code::P0101, setting.span, "`upgrade` has a block")
                            .help("write `upgrade { to NAME  fetch http \"/firmware\" }`"),
                    ),
                },
                word => self.not_yet(setting.word.span, &format!("`{word}` in a fleet")),
            }
        }
        if let Some(first) = inline.first() {
            if fleet.phones.macs.is_empty() {
                fleet.phones = self.inline_phones(&inline);
            } else {
                let finding = Diagnostic::new(Code::P0202, first.span, "phones both from an inventory and here");
                self.report(finding.help("add the phone to the inventory"));
            }
        }
        self.required(decl, &fleet, &said);
        fleet
    }

    /// `=<` on the line of a setting, where the grammar saw an assignment.
    fn turned_round(&self, setting: &Setting<'_>) -> Option<(&'static str, &'static str)> {
        let behind = self.sources.text(setting.span.file).get(setting.span.end as usize..)?;
        compares(behind.lines().next()?.split_once('=')?.1)
    }

    fn of_inventory(&mut self, name: &Expr, inventories: &[InventoryDecl]) -> Phones {
        let found = self.named(name, "inventory", |reader| &reader.inventories);
        let found = found.and_then(|found| inventories.get(found.value));
        found.map(|inventory| self.inventory(inventory)).unwrap_or_default()
    }

    /// The phones for which a condition holds.
    fn filtered(&mut self, all: &Phones, condition: &Expr) -> Phones {
        let kinds = PhoneTypes::of(all);
        if !self.types.filter(condition, &Place::new(&kinds)) {
            return Phones::default();
        }
        let mut condition = condition.clone();
        Inliner::new(&self.globals.later).expr(&mut condition);
        let condition = &condition;
        let mut rows = Vec::new();
        for row in 0..all.macs.len() {
            let lookup = |name: &str| all.value(name, row);
            let scope = Scope { globals: self.globals, locals: &[], phone: Some(&lookup) };
            match evaluate(condition, &scope) {
                Ok(Value::Bool(true)) => rows.push(row),
                Ok(Value::Bool(false)) => {}
                Ok(other) => {
                    let finding = Diagnostic::new(Code::P0301, condition.span, "a condition is a bool");
                    self.report(finding.because(format!("this is a {}", other.kind())));
                    return Phones::default();
                }
                Err(finding) => {
                    let columns: Vec<&str> = all.columns.iter().map(|column| column.name.as_str()).collect();
                    let finding = finding.map(|finding| match finding.code {
                        Code::P0211 => finding.because(format!("their columns are mac, {}", columns.join(", "))),
                        _ => *finding,
                    });
                    self.findings.extend(finding);
                    return Phones::default();
                }
            }
        }
        if rows.is_empty() && !all.macs.is_empty() {
            let finding = Diagnostic::new(Code::P0212, condition.span, "no phone of the inventory fits this");
            self.report(finding.because("the fleet would be empty"));
        }
        all.keep(&rows)
    }

    /// What a fleet cannot be without. What was said, and wrongly, has its finding.
    fn required(&mut self, decl: &Decl, fleet: &Fleet, said: &[String]) {
        let unsaid = |words: &[&str]| !said.iter().any(|word| words.contains(&word.as_str()));
        let mut missing = |absent: bool, what: &str, help: &str| {
            if absent {
                let message = format!("fleet `{}` has no {what}", decl.name.text);
                self.findings.push(Diagnostic::new(Code::P0212, decl.name.span, message).help(help));
            }
        };
        missing(unsaid(&["server"]), "server", "add `server NAME`");
        missing(unsaid(&["profiles"]), "profiles", "add `profiles NAME`: the partitions its phones fetch");
        missing(unsaid(&["phones", "phone"]), "phones", "add `phones INVENTORY`, or `phone MAC { model \"…\" }`");
        if let (Some(At { value: Bootstrap::Dhcp { .. }, span }), true) = (&fleet.bootstrap, unsaid(&["network"])) {
            let message = format!("fleet `{}` has no network", decl.name.text);
            self.findings.push(
                Diagnostic::new(Code::P0212, *span, message)
                    .because("the option is part of a network's answers")
                    .help("add `network NAME`"),
            );
        }
        if let Some(fifth) = fleet.profiles.get(4) {
            self.report(
                Diagnostic::new(Code::P0601, fifth.span, "more than four profiles")
                    .because("a phone has four profile rules: Profile_Rule, _B, _C and _D")
                    .help("join two of them: `include other` in a profile takes in what another sets")
                    .note("PB §8.2"),
            );
        }
    }

    fn resync(&mut self, block: &Block) -> Vec<At<Resync>> {
        let mut all = Vec::new();
        let settings = only_settings(block, &RESYNC, &mut self.findings);
        let at_a_time = settings.iter().any(|setting| setting.word.text == "at");
        for setting in settings {
            let word = setting.word.text.as_str();
            let words = setting.words();
            // `every day at 04:00` reads as two settings, the first of which says nothing that the second does not.
            if let (true, "every", ["day" | "night" | "morning" | "evening"]) = (at_a_time, word, words.as_slice()) {
                let finding = Diagnostic::new(Code::P0101, setting.span, "`every` is not written so");
                let finding = finding.because("`at` is a time of every day, and stands alone");
                self.report(finding.help(format!("leave out `{}`", self.sources.slice(setting.span))).breaks());
                continue;
            }
            // A comma divides the waits of `every` and `retry`, and nothing else.
            if let (false, Some(late)) = (matches!(word, "every" | "retry" | "only"), setting.groups.get(1))
                && let Some(first) = late.first()
            {
                let span = super::super::settings::argument_span(first);
                let finding = Diagnostic::new(Code::P0101, span, format!("a comma divides nothing in `{word}`"));
                let finding = finding.because("what goes with it stands beside it, divided by a blank");
                self.report(finding.help("leave out the comma before it").breaks());
                continue;
            }
            let value = match (word, words.as_slice()) {
                ("on", ["boot"]) => Some(Resync::OnBoot { spread: None }),
                ("on", ["boot", "spread", _]) => {
                    let spread = setting.after("spread").and_then(|expr| self.duration(expr));
                    Some(Resync::OnBoot { spread })
                }
                ("never", ["on", "boot"]) => Some(Resync::NeverOnBoot),
                ("on", ["notify"]) => Some(Resync::OnNotify(true)),
                ("not", ["on", "notify"]) => Some(Resync::OnNotify(false)),
                _ if self.other_wait(&setting, block.span).is_some() => {
                    let (message, why, help) = self.other_wait(&setting, block.span).unwrap_or_default();
                    self.report(Diagnostic::new(Code::P0101, setting.span, message).because(why).help(help));
                    None
                }
                ("every", _) => self.schedule(&setting).map(Resync::Every),
                ("retry", _) => self.schedule(&setting).map(Resync::Retry),
                ("at", ["_"] | [_, "spread", _]) => {
                    let spread = setting.after("spread").and_then(|expr| self.duration(expr));
                    let minutes = setting.expr(0).and_then(|expr| self.time_of_day(expr));
                    minutes.map(|minutes| Resync::AtTime { minutes: minutes.value, spread })
                }
                ("idle", ["for", _]) => {
                    setting.after("for").and_then(|expr| self.duration(expr)).map(|at| Resync::IdleFor(at.value))
                }
                ("after", ["upgrade"]) => Some(Resync::AfterUpgrade),
                ("applies", ["within", _]) => setting
                    .after("within")
                    .and_then(|expr| self.duration(expr))
                    .map(|at| Resync::AppliesWithin(at.value)),
                ("missing", ["file", "is", "success"]) => Some(Resync::MissingFileIsSuccess),
                ("only", ["when", _]) => setting.expr(1).and_then(|expr| self.condition(expr)).map(Resync::OnlyWhen),
                _ => {
                    let finding = Diagnostic::new(Code::P0101, setting.span, format!("`{word}` is not written so"))
                        .because(
                            "a resync block has `on boot [spread D]`, `never on boot`, `every S`, `at T [spread D]`, \
                             `retry S`, `[not] on notify`, `idle for D`, `after upgrade`, `missing file is success`, \
                             `applies within D`, `only when C`",
                        );
                    let form = form::written_as("resync block", word, self.sources.slice(setting.span));
                    self.report(match form {
                        Some(form) => finding.help(format!("write `{form}`")),
                        None => finding,
                    });
                    None
                }
            };
            all.extend(value.map(|value| At { value, span: setting.span }));
        }
        all
    }

    /// `at T jitter D`, `every D spread D`, `on boot jitter D`, `retry every D`: the word of one setting in another.
    fn other_wait(&self, setting: &Setting<'_>, block: Span) -> Option<(String, &'static str, String)> {
        let word = setting.word.text.as_str();
        let written = |expr: &Expr| self.sources.slice(expr.span).to_owned();
        let jitter = |expr: Option<&'_ Expr>| match expr.map(|expr| &expr.kind) {
            Some(ExprKind::Binary(first, Operator::Jitter, wait)) => Some((written(first), written(wait))),
            _ => None,
        };
        let message = format!("`{word}` is not written so");
        match (word, setting.words().as_slice()) {
            ("at", ["_"]) | ("on", ["_"]) => {
                let (first, wait) = jitter(setting.expr(0))?;
                let why = "a time has a `spread`; a wait has a `jitter`";
                Some((message, why, format!("write `{word} {first} spread {wait}`")))
            }
            ("every", ["_", "spread" | "random" | "delay", "_"]) => {
                let why = "a wait has a `jitter`; a time has a `spread`";
                let (first, wait) = (setting.expr(0)?, setting.expr(2)?);
                Some((message, why, format!("write `every {} jitter {}`", written(first), written(wait))))
            }
            ("retry", ["every" | "after" | "in", _, ..]) => {
                let waits = self.sources.slice(Span { start: setting.expr(1)?.span.start, ..block });
                let waits = waits.lines().next()?.split('}').next()?.trim();
                Some((
                    message,
                    "its waits follow at once, the last of them over and over",
                    format!("write `retry {waits}`"),
                ))
            }
            _ => None,
        }
    }

    /// Minutes since midnight. `0230` is how the phone itself writes one.
    fn time_of_day(&mut self, expr: &Expr) -> Option<At<u16>> {
        let found = self.typed(expr, "time of day", |value| match value {
            Value::Time(minutes) => Some(*minutes),
            _ => None,
        });
        let written = self.sources.slice(expr.span);
        if let (None, Some((hours, minutes))) = (&found, written.split_at_checked(written.len().saturating_sub(2)))
            && let Ok(Literal::Time(_)) = Literal::parse(&format!("{hours:0>2}:{minutes}"))
            && let Some(last) = self.findings.last_mut()
        {
            last.help = Some(format!("write `{hours:0>2}:{minutes}`"));
        }
        found
    }

    /// `1h jitter 10m, 2h`: the waits in order.
    pub(super) fn schedule(&mut self, setting: &Setting<'_>) -> Option<Vec<Wait>> {
        let waits: Vec<Option<Vec<Wait>>> = self.list(setting).into_iter().map(|expr| self.waits(expr)).collect();
        waits.into_iter().collect::<Option<Vec<_>>>().map(|waits| waits.concat())
    }

    /// `1800+300` and `30m + 5m` as the phone's own pages write a wait with its chance, `[30m, 2h]` as a list.
    fn waits_meant(&self, expr: &Expr) -> Option<String> {
        let wait = |expr: &Expr| match &expr.kind {
            ExprKind::Literal(Literal::Duration(_)) => Some(self.sources.slice(expr.span).to_owned()),
            ExprKind::Literal(Literal::Int(seconds)) => Some(in_units(u64::try_from(*seconds).ok()?)),
            _ => None,
        };
        match &expr.kind {
            ExprKind::Binary(first, Operator::Plus, chance) => {
                Some(format!("{} jitter {}", wait(first)?, wait(chance)?))
            }
            ExprKind::List(items) if !items.is_empty() => {
                let waits: Option<Vec<String>> = items.iter().map(wait).collect();
                Some(waits?.join(", "))
            }
            _ => None,
        }
    }

    fn waits(&mut self, expr: &Expr) -> Option<Vec<Wait>> {
        if let Some(meant) = self.waits_meant(expr) {
            let finding = Diagnostic::new(Code::P0301, expr.span, "waits are not written so");
            let why = "what is added by chance is a `jitter`, and waits are divided by commas";
            self.report(finding.because(why).help(format!("write `{meant}`")).breaks());
            return None;
        }
        let waits = self.typed(expr, "duration", Value::waits);
        self.unit_missing(expr, waits.is_none());
        Some(waits?.value)
    }
}

/// Seconds in the largest unit of which they are a whole number.
fn in_units(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let whole = units.into_iter().find(|(size, _)| seconds > 0 && seconds.is_multiple_of(*size));
    whole.map_or_else(|| format!("{seconds}s"), |(size, unit)| format!("{}{unit}", seconds / size))
}
