//! What is wrong with a life.

use super::channel::in_clear;
use super::life::{End, Leg, Life, Lives};
use super::reach::{Rest, Standing, lacking};
use super::telling::{Begins, Teller, told};
use crate::diagnostic::{Code, Story};
use crate::phone::model::Event;
use crate::phone::rule::Url;
use crate::phone::{Schedule, Settings};
use crate::plan::{Discovery, Fleet, Origin, PhoneRef, Served, concerns};
use crate::platform::LoadName;

/// More restarts than this on the way are told (P1005): each is some minutes without a phone.
pub(super) const RESTARTS: usize = 5;

/// One thing that is wrong with one life.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub code: Code,
    /// What sets it apart from other faults of the code: equal ones are one finding.
    pub cause: String,
    /// The element whose setting is the place; none: where the fleet says how its phones come.
    pub element: Option<String>,
    /// Where that is, of several places the one that counts for the phone of the story.
    pub place: Option<Origin>,
    pub message: String,
    pub why: String,
    pub story: Story,
    pub begins: Begins,
    pub help: Option<String>,
    pub note: Option<String>,
}

/// Whose lives are judged.
#[derive(Clone)]
pub(super) struct Judge<'p> {
    pub served: &'p Served,
    pub fleet: &'p Fleet,
    pub phone: PhoneRef,
    pub mac: crate::phone::Mac,
    pub product: &'p str,
    /// More than one load makes a difference.
    pub loads_matter: bool,
    /// What rules have assigned before the life begins.
    pub assigned: Vec<&'p str>,
}

impl Judge<'_> {
    /// All that is wrong with a life.
    pub fn faults(&self, lives: &Lives<'_>, life: &Life, begins: Begins) -> Vec<Fault> {
        let mut faults = self.found(lives, life, begins);
        for fault in faults.iter_mut().filter(|fault| fault.place.is_none()) {
            fault.place = fault.element.as_deref().and_then(|element| self.place_of(element));
        }
        faults
    }

    /// Where the files of this phone set an element; the later wins.
    fn place_of(&self, element: &str) -> Option<Origin> {
        let shapes = self.fleet.profiles.iter().rev().filter_map(|one| one.shape(self.phone.row as usize));
        let mut settings = shapes.flat_map(|shape| &shape.settings);
        settings.find(|setting| setting.element == element).map(|setting| setting.origin)
    }

    fn found(&self, lives: &Lives<'_>, life: &Life, begins: Begins) -> Vec<Fault> {
        let mut faults = Vec::new();
        let legs: Vec<&Leg> = life.legs.iter().filter_map(|leg| lives.legs.get(*leg)).collect();
        let Some(first) = legs.first() else { return faults };
        let who = self.who(&first.start.firmware, begins);
        let teller = Teller { lives, life, begins, mac: self.mac };
        let story = |ends: &str| (begins, told(teller, ends, false));
        let short = |ends: &str| (begins, told(teller, ends, true));
        if let Some(circle) = life.circle {
            let round = legs.iter().skip(circle).map(|leg| leg.start.firmware.as_str());
            let mut versions: Vec<&str> = round.collect();
            let mut cause = versions.clone();
            cause.sort_unstable();
            versions.extend(versions.first().copied());
            let message = format!("{who} never comes to rest: its upgrades go round in a circle");
            let why = versions.join(" → ");
            faults.push(Fault {
                help: Some("let no alternative of the rule hold for the load that another one installs".into()),
                ..fault(
                    Code::P0705,
                    cause.join(" "),
                    Some("Upgrade_Rule"),
                    message,
                    why,
                    story("the same again, for ever"),
                )
            });
            return faults;
        }
        let restarts = legs.iter().flat_map(|leg| &leg.entries);
        let restarts = restarts.filter(|entry| matches!(entry.event, Event::Reboot { .. })).count();
        // A leg that ends in an upgrade tells of the next one's start too.
        let restarts = restarts.saturating_sub(2 * legs.len() - 1) + legs.len() - 1;
        if restarts > RESTARTS {
            let message = format!("{who} restarts {restarts} times on its way");
            let why = format!("more than {RESTARTS}: each is some minutes without a phone");
            let help =
                "let phones go to a nearer release first, and on from there with a later change of the program".into();
            let told = fault(Code::P1005, String::new(), Some("Upgrade_Rule"), message, why, short(""));
            faults.push(Fault { help: Some(help), ..told });
        }
        faults.extend(legs.windows(2).find_map(|two| match two {
            [from, to] => self.back(&from.start.firmware, &to.start.firmware, &short),
            _ => None,
        }));
        let Some(Leg { end: End::Rest(rest), .. }) = legs.last() else { return faults };
        self.rest(&who, begins, rest, &legs, lives, life, &mut faults);
        faults
    }

    #[expect(clippy::too_many_arguments, reason = "one life, looked at from all sides")]
    fn rest(
        &self,
        who: &str,
        begins: Begins,
        rest: &Rest,
        legs: &[&Leg],
        lives: &Lives<'_>,
        life: &Life,
        faults: &mut Vec<Fault>,
    ) {
        let teller = Teller { lives, life, begins, mac: self.mac };
        let story = |ends: &str| (begins, told(teller, ends, false));
        let short = |ends: &str| (begins, told(teller, ends, true));
        let entries = legs.last().map(|leg| leg.entries.as_slice()).unwrap_or_default();
        if let (Some(found), Standing::Home | Standing::Missing(_)) = (in_clear(entries), &rest.standing) {
            let message = format!("{who} has in clear what it asks for over TLS");
            let why = format!("`{}` is answered with a redirect, and `{}` with the file", found.asked, found.came);
            let cause = self.generic(&found.asked);
            let ends = "whoever is on the way reads the file, and may change it";
            let help = "let the redirect lead to `https://`, or ask for it over http where everybody may read it";
            let element = Some(found.parameter.as_str());
            faults.push(Fault {
                help: Some(help.into()),
                place: self.redirect_of(&found.asked),
                ..fault(Code::P1002, cause, element, message, why, story(ends))
            });
            if rest.standing != Standing::Home {
                return;
            }
        }
        let reason = match &rest.standing {
            Standing::Held => return,
            // What comes by request only may be meant so.
            Standing::Silent if begins != Begins::Fresh && !(begins == Begins::Assigned && is_shut(&rest.settings)) => {
                return;
            }
            Standing::Home => {
                if let Some(element) = &rest.flips {
                    let message = format!("`{element}` never comes to rest: it changes with every resync");
                    let why = "one resync sets it, and the next sets it back";
                    let story = story("the same again, with every resync");
                    let help = Some("let rules set it to one value, whatever it was before".into());
                    let told = fault(Code::P0603, element.clone(), Some(element), message, why.into(), story);
                    faults.push(Fault { help, ..told });
                }
                faults.extend(self.stuck(who, rest, &short));
                return;
            }
            Standing::Looping => {
                let message = format!("{who} resyncs without end: its files change the rules that fetch them");
                let changed = entries.iter().rev().find_map(|entry| match &entry.event {
                    Event::Resync(crate::phone::model::Resync::Again { changed }) => changed.first().cloned(),
                    _ => None,
                });
                let why = match &changed {
                    Some(rule) => format!("`{rule}` changes each time, and each change is a resync at once"),
                    None => "each change is a resync at once".into(),
                };
                let cause = changed.clone().unwrap_or_default();
                let told = story("the same again, for ever");
                let told = fault(Code::P1004, cause, changed.as_deref(), message, why, told);
                let help = "let each rule be set to one text, whichever file or rule sets it";
                faults.push(Fault { help: Some(help.into()), ..told });
                return;
            }
            Standing::Failed(reason) => reason.clone(),
            Standing::Silent => "it makes no resync".into(),
            Standing::Missing(profiles) => {
                let rules: Vec<&str> =
                    profiles.iter().filter_map(|one| Some(self.fleet.profiles.get(*one)?.parameter.as_str())).collect();
                format!("the resync ends well without what {} fetches", rules.join(", "))
            }
        };
        let generic = self.generic(&reason);
        let ends = "the same again, for ever";
        if let Some(element) = self.guilty(lives, life, &reason) {
            // What a server makes of a POST is not known here.
            if rest.settings.get(&element).contains("--post")
                || waits_for_register(rest.settings.get(&element), &rest.settings)
            {
                return;
            }
            let after = match rest.home.is_some() || begins != Begins::Fresh {
                true => "phones that have it never come back",
                false => "phones that have it get no further",
            };
            let message = format!("`{element}` cuts the phones' own way back");
            let why = format!("{after}: {reason}");
            let help = help_for(&element);
            faults
                .push(Fault { help, ..fault(Code::P0607, element.clone(), Some(&element), message, why, story(ends)) });
            return;
        }
        let missing = match (&rest.standing, rest.home) {
            (_, Some(_)) => Vec::new(),
            _ => lacking(self.served, self.fleet, self.phone, entries),
        };
        let names: Vec<String> =
            missing.iter().filter_map(|one| Some(format!("`{}`", self.fleet.profiles.get(*one)?.id))).collect();
        let message = match names.as_slice() {
            [] if rest.home.is_some() => format!("{who} reaches its target once, and never again"),
            // Its files come, and what it asks for besides does not.
            [] => format!("{who} gets its files, and every resync fails all the same"),
            some => format!("{who} never gets {}", some.join(", ")),
        };
        let how = self.fleet.bootstrap.as_ref().map(|bootstrap| bootstrap.how);
        let help = how.filter(|_| reason.contains("no provisioning server")).and_then(|how| match how {
            Discovery::Srv => Some(
                "let DHCP lead phones here: `bootstrap dhcp 160`; those before 11.3(1) ask for no SRV record".into(),
            ),
            Discovery::ActivationCode => Some(
                "let DHCP lead phones here: `bootstrap dhcp 160`; those before 11.2(3) take no activation code".into(),
            ),
            _ => None,
        });
        let help = help.or_else(|| (begins == Begins::InField).then(|| two_steps(&reason)));
        let help = help.or_else(|| Some(way_home(&reason).into()));
        faults.push(Fault { help, ..fault(Code::P1001, generic, None, message, reason, story(ends)) });
    }

    /// The redirect that one of our servers answers a URL with.
    fn redirect_of(&self, url: &str) -> Option<Origin> {
        let url = Url::parse(url).ok()?;
        let host = url.host.as_ref()?.as_str();
        let path = url.path.split('?').next().unwrap_or_default();
        let servers = self.served.plan().servers.iter();
        let mut here = servers.filter(|one| one.is_at(host) && one.port(url.scheme()) == Some(url.port()));
        here.find_map(|server| server.redirect(url.scheme(), path)).map(|(redirect, _)| redirect.origin)
    }

    /// What differs by phone or by model only is one cause.
    fn generic(&self, text: &str) -> String {
        let series = self.served.model(self.phone).map_or("", |model| model.series.as_str());
        let generic = text.replace(&self.mac.plain(), "$MA").replace(&self.mac.plain_upper(), "$MAU");
        [(self.product, "$PN"), (series, "$PSN")].into_iter().fold(generic, |text, (name, macro_name)| {
            if name.is_empty() { text } else { text.replace(name, macro_name) }
        })
    }

    /// `a CP-8841-3PCC that starts on 11.0(0)`.
    fn who(&self, firmware: &str, begins: Begins) -> String {
        let release = format!("{firmware}.loads").parse::<LoadName>();
        let release = release.map_or_else(|_| firmware.to_owned(), |load| load.order().to_string());
        match (self.loads_matter, begins) {
            (true, Begins::Fresh) => format!("a {} that starts on {release}", self.product),
            (true, Begins::Provisioned | Begins::Assigned) => {
                format!("a {} with these settings on {release}", self.product)
            }
            (false, Begins::Fresh) => format!("a {}", self.product),
            (false, Begins::Provisioned | Begins::Assigned) => format!("a {} with these settings", self.product),
            (true, Begins::InField) => format!("a {} in the field on {release}", self.product),
            (false, Begins::InField) => format!("a {} in the field", self.product),
        }
    }

    /// The element without which the phone would get home.
    fn guilty(&self, lives: &Lives<'_>, life: &Life, reason: &str) -> Option<String> {
        let start = &lives.legs.get(*life.legs.first()?)?.start;
        let shapes = self.fleet.profiles.iter().filter_map(|profile| profile.shape(self.phone.row as usize));
        let settings = shapes.flat_map(|shape| &shape.settings).filter(|setting| concerns(&setting.element));
        let mut elements: Vec<&str> = settings.map(|setting| setting.element.as_str()).collect();
        if !self.assigned.is_empty() {
            elements.clone_from(&self.assigned);
        }
        // What the phone itself names is to blame before what led it there.
        elements.sort_by_key(|element| !reason.ends_with(&format!(" {element}")));
        let mut tried: Vec<&str> = Vec::new();
        for element in elements {
            if tried.contains(&element) {
                continue;
            }
            tried.push(element);
            let mut others = lives.without(element);
            let start = others.from(&start.firmware, start.settings.clone(), start.path);
            let life = others.live(start);
            let last = life.legs.last().and_then(|leg| others.legs.get(*leg));
            let home = matches!(last, Some(Leg { end: End::Rest(rest), .. }) if rest.standing == Standing::Home);
            if home && life.circle.is_none() {
                return Some(element.to_owned());
            }
        }
        None
    }
}

/// How a change is made that phones in the field do not follow at once.
fn two_steps(reason: &str) -> String {
    if reason.contains("corrupt file") {
        "change a seal or its key in two steps: first give every phone the new rule and key by files that it can still \
         read, then seal by them"
            .into()
    } else {
        "change an address in two steps: serve what phones in the field ask for until each has been told the new one"
            .into()
    }
}

/// Whether phones with these settings make no resync by themselves, and take none that is asked for.
fn is_shut(settings: &Settings) -> bool {
    let period = settings.get("Resync_Periodic").parse::<Schedule>();
    let by_time = !settings.get("Resync_At__HHmm_").is_empty() || period.is_ok_and(|period| !period.is_off());
    !by_time && !settings.yes("Resync_On_Reset") && !settings.yes("Resync_From_SIP")
}

/// Whether a text asks for a register that nothing in the program sets: somebody does, and knows with what.
pub(super) fn waits_for_register(text: &str, settings: &Settings) -> bool {
    let registers = 'A'..='P';
    registers.filter(|name| settings.value_set(&format!("GPP_{name}")).is_none()).any(|name| {
        let bare = text.match_indices(&format!("${name}")).any(|(at, found)| {
            let after = text.get(at + found.len()..).unwrap_or_default();
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        });
        bare || text.contains(&format!("$({name})"))
    })
}

pub(super) fn fault(
    code: Code,
    cause: String,
    element: Option<&str>,
    message: String,
    why: String,
    (begins, story): (Begins, Story),
) -> Fault {
    Fault {
        code,
        cause,
        element: element.map(str::to_owned),
        place: None,
        message,
        why,
        story,
        begins,
        help: None,
        note: None,
    }
}

/// What lets phones come home that fail for a reason.
fn way_home(reason: &str) -> &'static str {
    if reason.contains("no provisioning server") {
        "say how a factory-fresh phone finds us on its network: `bootstrap dhcp 160`, and `network` in the fleet"
    } else if reason.contains("corrupt file") {
        "give phones the key before the file that needs it, and each file one seal"
    } else if reason.contains("File not found") || reason.contains("404") {
        "serve a file by that name, or name one that is served"
    } else {
        "see the last steps of the story: serve what is asked for there, or let the rule lead elsewhere"
    }
}

fn help_for(element: &str) -> Option<String> {
    Some(match element {
        "Provision_Enable" => "leave it out: a phone that makes no resync is changed by hand only".into(),
        "Restricted_Access_Domains" => "list every server that phones of this fleet are to use".into(),
        "Resync_On_Reset" | "Resync_Periodic" | "Resync_At__HHmm_" | "Resync_From_SIP" | "Resync_Trigger_1"
        | "Resync_Trigger_2" => "leave phones one way back: `on boot`, `every 1h` or `on notify`".into(),
        rule if rule.starts_with("Profile_Rule") => "let it lead where a file is, on every resync".into(),
        _ => format!("leave `{element}` out, or set it so that the next resync still brings every file"),
    })
}
