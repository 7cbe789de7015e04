//! How a phone stands to the program: which of the four states it reached (intended, served, acknowledged over syslog,
//! reported), and the first thing that keeps it from the next.

use super::PhoneSeen;
use crate::plan::{Part, PhoneRef, ReportContent, Served};
use crate::serve::syslog::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a phone of the program reached of it. That it is intended is what makes it one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// It had its bootstrap file and all its profiles.
    pub served: bool,
    /// The last that it said of its resyncs is that one succeeded.
    pub acknowledged: bool,
    /// It reported its configuration, and that is the program's.
    pub reported: bool,
    /// What is missing of all that the program can hear of; none: nothing is.
    pub gap: Option<Gap>,
}

/// Why a phone is not where the program wants it, the first of them in the phone's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// Nothing was ever heard of it.
    Unseen,
    /// It was heard of before the program that is served was taken, and not since.
    Silent,
    /// It has an address, and asked for no file.
    NoRequest,
    /// TLS did not come about.
    Handshake,
    /// It was asked for a password or certificate, and had none that is right.
    Refused,
    /// It asks for what is not there.
    NotThere,
    /// It had some of its files.
    Incomplete,
    /// It says that its resync failed.
    Failed,
    /// It had all, and nobody heard that it took them.
    Unsaid,
    /// It reports other values than the program's.
    Differs,
    /// The program asks for reports, and none came.
    Unreported,
}

impl Gap {
    pub const ALL: [Gap; 11] = [
        Gap::Failed,
        Gap::NotThere,
        Gap::Refused,
        Gap::Handshake,
        Gap::Incomplete,
        Gap::NoRequest,
        Gap::Unsaid,
        Gap::Differs,
        Gap::Unreported,
        Gap::Silent,
        Gap::Unseen,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Gap::Unseen => "unseen",
            Gap::Silent => "silent",
            Gap::NoRequest => "no-request",
            Gap::Handshake => "handshake",
            Gap::Refused => "refused",
            Gap::NotThere => "not-there",
            Gap::Incomplete => "incomplete",
            Gap::Failed => "failed",
            Gap::Unsaid => "unsaid",
            Gap::Differs => "differs",
            Gap::Unreported => "unreported",
        }
    }
}

/// How one phone stands, noted in its record as far as it costs to find out.
pub(super) fn standing(seen: &mut PhoneSeen, served: &Served, phone: PhoneRef, generation: u64) -> Standing {
    let had = match seen.had {
        // Looking up a phone's files costs too much to be done for each event; a request forgets this.
        Some((of, had)) if of == generation => had,
        _ => has_bootstrap(seen, served, phone, generation) && has_profiles(seen, served, phone, generation),
    };
    seen.had = Some((generation, had));
    let said = seen.last_report().filter(|report| report.generation == generation).map(|said| said.report.verdict);
    let told = seen.configuration.as_ref().filter(|told| told.generation == generation);
    let acknowledged = said == Some(Verdict::Succeeded);
    let reported = told.is_some_and(|told| told.told.different == 0);
    let gap = if said == Some(Verdict::Failed) {
        Some(Gap::Failed)
    } else if !had {
        Some(unserved(seen, generation))
    } else if hears(served) && !acknowledged {
        Some(Gap::Unsaid)
    } else if reports(served, phone) && !reported {
        Some(if told.is_some() { Gap::Differs } else { Gap::Unreported })
    } else {
        None
    };
    Standing { served: had, acknowledged, reported, gap }
}

impl Standing {
    /// Whether it is where the program wants it, as `--once` waits for.
    pub(super) fn is_complete(&self, served: &Served) -> bool {
        self.served && (self.acknowledged || !hears(served))
    }
}

/// Whether phones can say how a resync went: where no server listens, the files speak alone.
pub fn hears(served: &Served) -> bool {
    served.plan().servers.iter().any(|server| server.services.syslog.is_some())
}

/// Whether the phone is to report its configuration. A status is not read.
pub fn reports(served: &Served, phone: PhoneRef) -> bool {
    served.fleet(phone).is_some_and(|fleet| fleet.reports.iter().any(|one| one.content != ReportContent::Status))
}

/// What became of the last that it tried, of one that has not all its files.
fn unserved(seen: &PhoneSeen, generation: u64) -> Gap {
    let last = seen.files.iter().rev().find(|file| file.generation == generation);
    if let Some(failed) = &seen.handshake
        && failed.generation == generation
        && last.is_none_or(|file| file.at < failed.at)
    {
        return Gap::Handshake;
    }
    match last.map(|file| file.status) {
        None => Gap::NoRequest,
        Some(401 | 403) => Gap::Refused,
        Some(404) => Gap::NotThere,
        Some(_) => Gap::Incomplete,
    }
}

fn has_bootstrap(seen: &PhoneSeen, served: &Served, phone: PhoneRef, generation: u64) -> bool {
    let Some(bootstrap) = served.fleet(phone).and_then(|fleet| fleet.bootstrap.as_ref()) else { return true };
    bootstrap.paths.is_empty()
        || bootstrap.paths.iter().any(|template| {
            let path = served.expand(phone, template);
            seen.files.iter().any(|file| file.status == 200 && file.generation == generation && file.path == path)
        })
}

fn has_profiles(seen: &PhoneSeen, served: &Served, phone: PhoneRef, generation: u64) -> bool {
    served.files_of(phone).into_iter().filter(|file| file.part != Part::Bootstrap).all(|file| {
        let Some(profile) = served.profile(file) else { return false };
        let path = served.path(file);
        seen.files.iter().any(|seen| {
            seen.status == 200 && seen.generation == generation && seen.scheme == profile.scheme && seen.path == path
        })
    })
}

/// How many of a fleet's phones are how far. It changes with the one phone that an event is about, so that whoever asks
/// how a hundred thousand stand has it at once.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Of whom there is a record.
    pub heard: AtomicUsize,
    /// Who was noted since the program that is served was taken.
    noted: AtomicUsize,
    served: AtomicUsize,
    acknowledged: AtomicUsize,
    reported: AtomicUsize,
    gaps: [AtomicUsize; Gap::ALL.len()],
}

impl Tally {
    /// One more of whom there is a record.
    pub fn hear(&self) {
        self.heard.fetch_add(1, Ordering::Relaxed);
    }

    /// Follows one phone from how it stood to how it stands.
    pub fn follow(&self, before: Option<Standing>, after: Standing) {
        let step = |count: &AtomicUsize, before: bool, after: bool| match (before, after) {
            (false, true) => drop(count.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(count.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        };
        step(&self.noted, before.is_some(), true);
        let before = before.unwrap_or_default();
        step(&self.served, before.served, after.served);
        step(&self.acknowledged, before.acknowledged, after.acknowledged);
        step(&self.reported, before.reported, after.reported);
        if before.gap != after.gap {
            for (gap, count) in Gap::ALL.iter().zip(&self.gaps) {
                step(count, before.gap == Some(*gap), after.gap == Some(*gap));
            }
        }
    }
}

/// How a fleet stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetStanding {
    pub phones: usize,
    pub served: usize,
    pub acknowledged: usize,
    pub reported: usize,
    /// Phones that lag, by what keeps them.
    pub gaps: [(Gap, usize); Gap::ALL.len()],
}

impl FleetStanding {
    pub(super) fn of(tally: &Tally, phones: usize) -> Self {
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let (heard, noted) = (of(&tally.heard), of(&tally.noted));
        let mut gaps = Gap::ALL.map(|gap| (gap, 0));
        for ((gap, into), count) in gaps.iter_mut().zip(&tally.gaps) {
            *into = match gap {
                Gap::Unseen => phones.saturating_sub(heard),
                Gap::Silent => heard.saturating_sub(noted),
                _ => of(count),
            };
        }
        let (served, acknowledged, reported) = (of(&tally.served), of(&tally.acknowledged), of(&tally.reported));
        FleetStanding { phones, served, acknowledged, reported, gaps }
    }

    pub fn lagging(&self) -> usize {
        self.gaps.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;
    use crate::plan::{PhoneRef, Report, Scheme, Served};
    use crate::serve::seen::Seen;
    use crate::serve::syslog::recognise;
    use crate::serve::tests::program::{FRONT, WORKSHOP, plan};
    use crate::serve::{Configuration, Event};
    use std::net::SocketAddr;
    use std::sync::Arc;

    const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 10, 1)), 4);

    fn lease(mac: Mac) -> Event {
        let (network, address) = ("lab".into(), PEER.ip());
        Event::Lease { mac, phone: None, model: None, address, network, expires: 9, options: vec![] }
    }

    fn file(mac: Mac, path: &str, status: u16) -> Event {
        let (scheme, path) = (Scheme::Http, path.to_owned());
        let (bytes, parameters, part, gzip, phone, agent) = (1, 1, None, false, None, None);
        Event::File { scheme, path, status, bytes, parameters, part, gzip, phone, mac: Some(mac), peer: PEER, agent }
    }

    fn said(mac: Mac, text: &str) -> Event {
        Event::Syslog { peer: PEER.ip(), mac: Some(mac), phone: None, report: recognise(text), text: text.into() }
    }

    fn told(mac: Mac, different: usize) -> Event {
        let configuration = Ok(Configuration { parameters: 3, different, differences: vec![] });
        let (phone, path) = (PhoneRef { fleet: 0, row: 0 }, "/r".to_owned());
        let (peer, content) = (PEER, ReportContent::Full);
        Event::Report { mac, phone, peer, path, content, bytes: 1, sealed: false, configuration }
    }

    fn of(seen: &Seen, mac: Mac) -> Standing {
        seen.look(mac, |_, standing| standing)
    }

    /// What the counts come to, from the records themselves.
    fn counted_anew(seen: &Seen, served: &Served) -> FleetStanding {
        let all: Vec<Standing> =
            served.all_phones().filter_map(|phone| served.mac(phone)).map(|mac| of(seen, mac)).collect();
        let count = |is: &dyn Fn(&Standing) -> bool| all.iter().filter(|one| is(one)).count();
        FleetStanding {
            phones: all.len(),
            served: count(&|one| one.served),
            acknowledged: count(&|one| one.acknowledged),
            reported: count(&|one| one.reported),
            gaps: Gap::ALL.map(|gap| (gap, count(&|one| one.gap == Some(gap)))),
        }
    }

    #[test]
    fn each_step_is_counted_once_and_the_gap_is_the_first_in_the_way() {
        let mut plan = plan();
        let path = crate::plan::Template::text("/r");
        plan.fleets[0].reports.push(Report { content: ReportContent::Full, server: 0, scheme: Scheme::Http, path });
        let served = Arc::new(Served::new(plan.clone()));
        let seen = Seen::new(served.clone());
        let account = format!("/phones/{}.cfg", FRONT.plain());
        let failed = |why: &str| Event::HandshakeFailed { peer: PEER, why: why.into() };
        let steps: Vec<(Event, Option<Gap>)> = vec![
            (lease(FRONT), Some(Gap::NoRequest)),
            (failed("no certificate"), Some(Gap::Handshake)),
            (file(FRONT, "/nothing", 404), Some(Gap::NotThere)),
            (failed("no certificate"), Some(Gap::Handshake)),
            (file(FRONT, "/8841-3PCC.xml", 200), Some(Gap::Incomplete)),
            (file(FRONT, "/common/8841-3PCC.xml", 401), Some(Gap::Refused)),
            (file(FRONT, "/common/8841-3PCC.xml", 403), Some(Gap::Refused)),
            (file(FRONT, &account, 200), Some(Gap::Incomplete)),
            (said(FRONT, "Resync failed: no"), Some(Gap::Failed)),
            (said(FRONT, "Requesting resync http://p/x"), Some(Gap::Incomplete)),
            (file(FRONT, "/common/8841-3PCC.xml", 200), Some(Gap::Unsaid)),
            // What is asked in vain beside takes nothing away.
            (file(FRONT, "/nothing", 404), Some(Gap::Unsaid)),
            (said(FRONT, "Successful resync http://p/x"), Some(Gap::Unreported)),
            (told(FRONT, 2), Some(Gap::Differs)),
            (told(FRONT, 0), None),
            (file(FRONT, &account, 200), None),
            (file(FRONT, &account, 404), Some(Gap::NotThere)),
            (file(FRONT, &account, 200), None),
            (lease(WORKSHOP), None),
        ];
        for (at, (event, gap)) in (1..).zip(steps) {
            seen.note(at, &event);
            assert_eq!(of(&seen, FRONT).gap, gap, "{event:?}");
            assert_eq!(seen.fleets().1, [counted_anew(&seen, &served)], "{event:?}");
        }
        assert_eq!(of(&seen, WORKSHOP).gap, Some(Gap::NoRequest));
        // After a reload nothing of it counts, whether its phones are known to be the same or not.
        for next in [Served::after(plan.clone(), Some(&served)), Served::new(plan)] {
            let next = Arc::new(next);
            seen.reload(&next);
            assert_eq!((of(&seen, FRONT).gap, of(&seen, WORKSHOP).gap), (Some(Gap::Silent), Some(Gap::Silent)));
            let (_, fleets) = seen.fleets();
            assert_eq!(fleets, [counted_anew(&seen, &next)]);
            assert_eq!((fleets[0].served, fleets[0].lagging()), (0, 2));
        }
    }
}
