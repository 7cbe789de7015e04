//! How what happens is noted: one device's record is changed, and with it how it is counted.

use super::record::{AskedSeen, ConfigurationSeen, FileSeen, HandshakeSeen, LeaseSeen, PhoneSeen, ReportSeen};
use super::standing::standing;
use super::{Current, MOST_HOLDERS, Seen, lock};
use crate::phone::Mac;
use crate::plan::ReportContent;
use crate::serve::bind::Service;
use crate::serve::events::Event;
use std::net::IpAddr;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

impl Seen {
    pub(in crate::serve) fn note(&self, at: u64, event: &Event) {
        let current = self.current();
        let generation = current.generation;
        match event {
            Event::Lease { mac, address, network, expires, .. } => {
                let mut holders = self.holders.write().unwrap_or_else(PoisonError::into_inner);
                if holders.len() < MOST_HOLDERS || holders.contains_key(address) {
                    holders.insert(*address, *mac);
                }
                drop(holders);
                let lease = LeaseSeen { address: *address, network: network.clone(), expires: *expires, at };
                self.update(&current, *mac, at, |seen| *seen.lease_of(*address) = Some(lease));
            }
            Event::LeaseEnded { mac, address, .. } => {
                let mut holders = self.holders.write().unwrap_or_else(PoisonError::into_inner);
                if holders.get(address) == Some(mac) {
                    holders.remove(address);
                }
                drop(holders);
                self.update(&current, *mac, at, |seen| {
                    let lease = seen.lease_of(*address);
                    if lease.as_ref().is_some_and(|lease| lease.address == *address) {
                        *lease = None;
                    }
                });
            }
            Event::File { scheme, path, status, bytes, part, phone, mac, peer, agent, .. } => {
                let file = FileSeen {
                    scheme: *scheme,
                    path: path.clone(),
                    status: *status,
                    bytes: *bytes,
                    part: *part,
                    agent: agent.clone(),
                    at,
                    times: 1,
                    generation,
                };
                match mac {
                    Some(mac) => {
                        self.update(&current, *mac, at, |seen| seen.note_file(file));
                        lock(&self.changed).insert(*mac);
                    }
                    None if phone.is_none() => self.note_nameless(peer.ip(), at, |seen| seen.note_file(file)),
                    None => {}
                }
            }
            Event::Asked { mac, peer, service, what, answer } => {
                let (service, what, answer) = (*service, what.clone(), answer.clone());
                let asked = AskedSeen { service, what, answer, at, times: 1 };
                match (mac, peer) {
                    // A phone of the program is known by what it has, and never fills a list of questions.
                    (Some(mac), _) if current.served.phone(*mac).is_none() => {
                        self.update(&current, *mac, at, |seen| seen.note_asked(asked));
                        lock(&self.changed).insert(*mac);
                    }
                    (None, Some(peer)) => self.note_nameless(*peer, at, |seen| seen.note_asked(asked)),
                    _ => {}
                }
            }
            // A status is not read, and says nothing of what is configured.
            Event::Report { content: ReportContent::Status, .. } => {}
            Event::Report { mac, content, configuration: Ok(told), .. } => {
                let configuration = ConfigurationSeen { at, content: *content, told: told.clone(), generation };
                self.update(&current, *mac, at, |seen| seen.configuration = Some(configuration));
                lock(&self.changed).insert(*mac);
            }
            Event::Syslog { mac: Some(mac), report: Some(report), text, .. } => {
                let report = ReportSeen { at, text: text.clone(), report: report.clone(), generation };
                self.update(&current, *mac, at, |seen| seen.note_report(report));
                lock(&self.changed).insert(*mac);
            }
            Event::Syslog { mac, peer, text, .. } if mac.is_none_or(|mac| current.served.phone(mac).is_none()) => {
                let (service, what) = (Service::Syslog, text.clone());
                let asked = AskedSeen { service, what, answer: String::new(), at, times: 1 };
                match mac {
                    Some(mac) => {
                        self.update(&current, *mac, at, |seen| seen.note_asked(asked));
                        lock(&self.changed).insert(*mac);
                    }
                    None => self.note_nameless(*peer, at, |seen| seen.note_asked(asked)),
                }
            }
            Event::HandshakeFailed { peer, why } => {
                // Whose lease the address is; of others nobody knows who they are.
                if let Some(mac) = self.holder(peer.ip()).filter(|mac| current.served.phone(*mac).is_some()) {
                    let failed = HandshakeSeen { at, why: why.clone(), generation };
                    self.update(&current, mac, at, |seen| seen.note_handshake(failed));
                }
            }
            _ => {}
        }
    }

    /// A phone of the program looked up a name.
    pub(in crate::serve) fn note_lookup(&self, at: u64, mac: Mac, what: String, answer: String) {
        let asked = AskedSeen { service: Service::Dns, what, answer, at, times: 1 };
        self.update(&self.current(), mac, at, |seen| seen.note_lookup(asked));
    }

    /// Changes the record of a device that is known by its address alone.
    fn note_nameless(&self, address: IpAddr, at: u64, change: impl FnOnce(&mut PhoneSeen)) {
        // Who made room for it is on no disk.
        let _ = lock(&self.nameless).update(address.to_canonical(), |seen| {
            seen.last = at;
            change(seen);
        });
    }

    /// Changes one device's record, and with it the count of those that had everything.
    fn update(&self, current: &Current, mac: Mac, at: u64, change: impl FnOnce(&mut PhoneSeen)) {
        let Some(phone) = current.served.phone(mac) else {
            let gone = lock(&self.strangers).update(mac, |seen| {
                seen.last = at;
                change(seen);
            });
            lock(&self.feed).push(mac);
            return self.forget(gone);
        };
        lock(&self.feed).push(mac);
        let mut table = lock(self.shard(mac));
        let seen = current.record(&mut table, mac, phone);
        let counted = seen.counted.filter(|(generation, _)| *generation == current.generation);
        let before = counted.map(|(_, before)| before);
        seen.last = at;
        change(seen);
        let after = standing(seen, &current.served, phone, current.generation);
        seen.counted = Some((current.generation, after));
        current.tally(phone).into_iter().for_each(|tally| tally.follow(before, after));
        match (before.is_some_and(|before| before.is_complete(&current.served)), after.is_complete(&current.served)) {
            (false, true) => drop(self.done.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(self.done.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
    }

    /// Who made room for others goes on disk too, if anything of it is there.
    pub(super) fn forget(&self, gone: Option<(Mac, PhoneSeen)>) {
        if let Some((mac, gone)) = gone
            && (!gone.files.is_empty() || !gone.reports.is_empty() || !gone.asked.is_empty())
        {
            lock(&self.changed).insert(mac);
        }
    }
}
