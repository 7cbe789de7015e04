//! What actually followed, as the running server saw it.

use super::answer::Followed;
use super::whom::Chosen;
use crate::cli::Failure;
use crate::phone::Mac;
use crate::phone::model::Notification;
use crate::plan::{Scheme, Served};
use crate::serve::push::{Verdict, fetch};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is asked about one phone, and how much seldomer for each that is watched beside: 200 questions a second at
/// most.
const PERIOD: Duration = Duration::from_millis(500);
const PER_PHONE: Duration = Duration::from_millis(5);

/// A running `prov serve`, or why there is none to ask.
#[derive(Clone)]
pub struct Watch {
    server: Arc<Result<SocketAddr, String>>,
    period: Duration,
}

/// What it saw of a phone, as far as it matters here.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub address: Option<IpAddr>,
    pub firmware: Option<String>,
    leased: u64,
    requests: Vec<Request>,
    reports: Vec<Report>,
    configured: u64,
}

#[derive(Clone, Debug, Deserialize)]
struct Request {
    scheme: Scheme,
    path: String,
    status: u16,
    at: u64,
}

#[derive(Clone, Debug, Deserialize)]
struct Report {
    at: u64,
    what: String,
    verdict: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Lease {
    address: IpAddr,
    at: u64,
}

#[derive(Deserialize)]
struct Stamped {
    at: u64,
}

#[derive(Deserialize)]
struct Phone {
    lease: Option<Lease>,
    lease6: Option<Lease>,
    firmware: Option<String>,
    requests: Vec<Request>,
    syslog: Vec<Report>,
    configuration: Option<Stamped>,
}

impl From<Phone> for Seen {
    fn from(phone: Phone) -> Seen {
        let lease = phone.lease.or(phone.lease6);
        Seen {
            address: lease.as_ref().map(|lease| lease.address),
            firmware: phone.firmware,
            leased: lease.map_or(0, |lease| lease.at),
            requests: phone.requests,
            reports: phone.syslog,
            configured: phone.configuration.map_or(0, |one| one.at),
        }
    }
}

impl Seen {
    /// The last that was heard of it.
    fn last(&self) -> u64 {
        let requests = self.requests.iter().map(|request| request.at);
        let reports = self.reports.iter().map(|report| report.at);
        requests.chain(reports).chain([self.leased, self.configured]).max().unwrap_or(0)
    }
}

impl Watch {
    /// The server that was named has to be there; that of the program may be.
    pub async fn find(named: Option<&str>, served: &Served, chosen: &[Chosen]) -> Result<Watch, Failure> {
        let beside = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
        let period = PERIOD.max(PER_PHONE.saturating_mul(beside));
        let found = Watch::at(named, served, chosen).await?;
        Ok(Watch { server: Arc::new(found), period })
    }

    async fn at(
        named: Option<&str>,
        served: &Served,
        chosen: &[Chosen],
    ) -> Result<Result<SocketAddr, String>, Failure> {
        let at = match named {
            Some(url) => resolved(url).await.map_err(|why| Failure::new(format!("--serve {url}: {why}")))?,
            None => match of_program(served, chosen) {
                Some(at) => at,
                None => return Ok(Err("the program's server has no dashboard".into())),
            },
        };
        let ready = match fetch(at, "/ready", PATIENCE).await {
            Ok((200 | 503, body)) if serde_json::from_slice::<serde_json::Value>(&body).is_ok() => Ok(at),
            Ok(_) => Err(format!("what answers at {at} is no prov")),
            Err(error) => Err(format!("no `prov serve` answers at {at}: {error}")),
        };
        match (named, ready) {
            (Some(url), Err(why)) => Err(Failure::new(format!("--serve {url}: {why}"))),
            (_, ready) => Ok(ready),
        }
    }

    pub fn is_there(&self) -> bool {
        self.server.is_ok()
    }

    /// Why nothing can be seen.
    pub fn note(&self) -> Option<String> {
        self.server.as_ref().as_ref().err().cloned()
    }

    pub async fn phone(&self, mac: Mac) -> Option<Seen> {
        let at = self.server.as_ref().as_ref().ok()?;
        let (status, body) = fetch(*at, &format!("/api/phones/{mac}"), PATIENCE).await.ok()?;
        (status == 200).then(|| serde_json::from_slice::<Phone>(&body).ok().map(Seen::from)).flatten()
    }

    /// Looks until the phone has followed, or time is over. One that has refused is not waited for.
    pub async fn follows(
        &self,
        mac: Mac,
        before: Seen,
        event: Notification,
        files: &[(Scheme, String)],
        wait: Duration,
        verdict: Verdict,
    ) -> Followed {
        if verdict != Verdict::Accepted {
            return Followed::Nothing;
        }
        let begun = Instant::now();
        let since = before.last();
        loop {
            let last = self.phone(mac).await.map_or(Followed::Nothing, |seen| judge(&seen, since, event, files));
            if last != Followed::Nothing || begun.elapsed() >= wait {
                return last;
            }
            tokio::time::sleep(self.period.min(wait.saturating_sub(begun.elapsed()))).await;
        }
    }
}

/// What became of it, by what is newer than `since`, in the server's own time. What the phone itself says about its resync
/// goes before what was seen of it.
fn judge(seen: &Seen, since: u64, event: Notification, files: &[(Scheme, String)]) -> Followed {
    match event {
        Notification::Report if seen.configured > since => return Followed::Reported,
        Notification::Report => return Followed::Nothing,
        // A phone that starts takes a lease, and begins with its files.
        Notification::Reboot | Notification::Restart if seen.leased > since => return Followed::Restarted,
        _ => {}
    }
    let reports = seen.reports.iter().rev().filter(|report| report.at > since && report.what == "resync");
    for report in reports {
        match report.verdict.as_str() {
            "succeeded" if event == Notification::Resync => return Followed::Resynced,
            "succeeded" => return Followed::Restarted,
            "failed" => return Followed::Failed(report.reason.clone().unwrap_or_default()),
            _ => {}
        }
    }
    let fetched = |(scheme, path): &(Scheme, String)| {
        let mut own = seen.requests.iter().filter(|one| one.scheme == *scheme && one.path == *path);
        own.any(|one| one.at > since && one.status == 200)
    };
    match !files.is_empty() && files.iter().all(fetched) {
        // A phone that tells its verdict is waited for.
        true if seen.reports.is_empty() => Followed::Fetched,
        _ => Followed::Nothing,
    }
}

/// The dashboard of the server of the first phone.
fn of_program(served: &Served, chosen: &[Chosen]) -> Option<SocketAddr> {
    let fleet = served.fleet(chosen.first()?.phone)?;
    let servers = &served.plan().servers;
    let own = servers.get(fleet.server).filter(|server| server.services.dashboard.is_some());
    let server = own.or_else(|| servers.iter().find(|server| server.services.dashboard.is_some()))?;
    Some((*server.addresses.first()?, server.services.dashboard?).into())
}

async fn resolved(url: &str) -> Result<SocketAddr, String> {
    let rest = url.strip_prefix("http://").ok_or("a dashboard's URL begins with http://")?;
    let authority = rest.trim_end_matches('/');
    if authority.is_empty() || authority.contains(['/', '?', '@', '#']) {
        return Err("a dashboard's URL is http://HOST:PORT".into());
    }
    let port = authority.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|octet| octet.is_ascii_digit()));
    let host = if port { authority.to_owned() } else { format!("{authority}:80") };
    let mut found = tokio::net::lookup_host(host).await.map_err(|_| "there is no such host")?;
    found.next().ok_or_else(|| "there is no such host".into())
}
