//! What was seen, beyond the life of the process: written every few seconds, read at the start.

use super::record::{AskedSeen, ConfigurationSeen, FileSeen, PhoneSeen, ReportSeen};
use super::{Seen, lock};
use crate::phone::Mac;
use crate::serve::state::{LeaseStore, Sighting, StateError};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often what changed is written.
const EVERY: Duration = Duration::from_secs(2);

/// One device's record as it is written. Leases are kept as such, and put beside it when both are read.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    last: u64,
    files: Vec<FileSeen>,
    reports: VecDeque<ReportSeen>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    configuration: Option<ConfigurationSeen>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    asked: Vec<AskedSeen>,
}

impl Seen {
    /// Takes what was seen before this start. It counts for no pass of the program: what is asked for from now on does.
    pub(in crate::serve) fn recall(&self, sightings: Vec<Sighting>) {
        let current = self.current();
        let mut strangers = lock(&self.strangers);
        for Sighting { mac, said } in sightings {
            // What another version wrote otherwise is no loss.
            let Some(Kept { last, files, reports, configuration, asked }) =
                said.and_then(|said| serde_json::from_str(&said).ok())
            else {
                continue;
            };
            let seen = PhoneSeen { last, files, reports, configuration, asked, ..PhoneSeen::default() };
            match current.served.phone(mac) {
                Some(phone) => *current.record(&mut lock(self.shard(mac)), mac, phone) = seen,
                None => drop(strangers.update(mac, |record| *record = seen)),
            }
        }
    }

    /// What changed since this was last asked.
    pub(in crate::serve) fn changes(&self) -> Vec<Sighting> {
        let changed = std::mem::take(&mut *lock(&self.changed));
        let said = |mac: Mac| {
            let PhoneSeen { last, files, reports, configuration, asked, .. } = self.phone(mac)?;
            serde_json::to_string(&Kept { last, files, reports, configuration, asked }).ok()
        };
        changed.into_iter().map(|mac| Sighting { mac, said: said(mac) }).collect()
    }
}

/// Writes what was seen until told to stop, and then once more.
pub async fn keep(seen: Arc<Seen>, store: Arc<dyn LeaseStore>, mut stop: watch::Receiver<bool>) {
    let mut told = false;
    loop {
        let over = tokio::select! {
            () = tokio::time::sleep(EVERY) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        let (seen, store) = (seen.clone(), store.clone());
        let kept = tokio::task::spawn_blocking(move || match seen.changes() {
            changes if changes.is_empty() => Ok(()),
            changes => store.keep_seen(&changes),
        });
        let kept: Result<(), StateError> = kept.await.unwrap_or(Ok(()));
        match kept {
            Err(error) if !told => {
                told = true;
                tracing::warn!(%error, "what is seen of phones is not kept");
            }
            Err(_) => {}
            Ok(()) => told = false,
        }
        if over {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Scheme, Served};
    use crate::serve::Event;
    use crate::serve::syslog::{Verdict, recognise};
    use crate::serve::tests::program::{FRONT, STRANGER, plan};
    use std::net::SocketAddr;

    fn seen() -> Seen {
        Seen::new(Arc::new(Served::new(plan())))
    }

    fn file(mac: Mac, path: &str, status: u16) -> Event {
        Event::File {
            scheme: Scheme::Http,
            path: path.into(),
            status,
            bytes: 7,
            parameters: 1,
            part: None,
            gzip: false,
            phone: None,
            mac: Some(mac),
            peer: SocketAddr::from(([127, 0, 0, 1], 4)),
            agent: Some("Cisco-CP-8841-3PCC/11.0 (000e08abcd01)".into()),
        }
    }

    #[test]
    fn a_restart_does_not_forget() {
        let before = seen();
        let text = "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Successful resync http://prov/a.xml";
        let report = recognise(text);
        assert!(before.changes().is_empty());
        before.note(5, &file(FRONT, "/common/8841-3PCC.xml", 200));
        before.note(6, &file(STRANGER, "/nothing", 404));
        let peer = [127, 0, 0, 1].into();
        before.note(7, &Event::Syslog { peer, mac: Some(FRONT), phone: None, report, text: text.into() });
        let changes = before.changes();
        assert_eq!(changes.len(), 2);
        assert!(before.changes().is_empty());

        let after = seen();
        after.recall(changes);
        let (old, new) = (before.phone(FRONT).expect("seen"), after.phone(FRONT).expect("recalled"));
        assert_eq!((new.last, new.verdict()), (7, Some(Verdict::Succeeded)));
        assert_eq!((&new.files[0].path, &new.files[0].agent), (&old.files[0].path, &old.files[0].agent));
        assert_eq!(after.phone(STRANGER).expect("recalled").files[0].status, 404);
        // It is no success of the program that is served now.
        assert_eq!(after.progress().done, 0);
    }

    #[test]
    fn who_made_room_for_others_is_forgotten_on_disk_too() {
        let seen = seen();
        for number in 0..super::super::strangers::MOST + 9 {
            let [.., a, b] = number.to_be_bytes();
            seen.note(number as u64 + 1, &file(Mac::new([2, 0, 0, 0, a, b]), "/x", 404));
        }
        let forgotten = seen.changes().iter().filter(|sighting| sighting.said.is_none()).count();
        assert_eq!(forgotten, 9);
        let sighting = Sighting { mac: FRONT, said: Some("{\"of\":\"another version\"}".into()) };
        seen.recall(vec![sighting]);
        assert!(seen.phone(FRONT).is_none());
    }

    #[test]
    fn what_strangers_say_is_cut() {
        let seen = seen();
        let long = "/é".repeat(20_000);
        seen.note(1, &file(STRANGER, &long, 404));
        let peer = [127, 0, 0, 1].into();
        let text = format!("Resync failed: {long}");
        seen.note(2, &Event::Syslog { peer, mac: Some(STRANGER), phone: None, report: recognise(&text), text });
        let said = seen.changes().into_iter().next().and_then(|sighting| sighting.said).expect("is said");
        assert!(said.len() < 8_000, "{}", said.len());
    }
}
