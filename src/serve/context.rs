//! What every service holds: the plan of the moment, the time, and the way to the listeners.

use super::clock::Clock;
use super::events::Events;
use super::images::{Image, Images};
use super::limits::Limits;
use super::seen::Seen;
use super::tls::{Endpoint, Holder};
use super::wire::Wire;
use crate::phone::Mac;
use crate::plan::{FileRef, IMAGES, Part, PhoneRef, Piece, Served};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

#[derive(Clone)]
pub struct Context {
    plan: Arc<RwLock<Arc<Wire>>>,
    tls: Arc<watch::Sender<Endpoints>>,
    pub clock: Clock,
    pub events: Arc<Events>,
    pub seen: Arc<Seen>,
    pub limits: Arc<Limits>,
    images: Images,
}

/// What each server's https is served with, by position in the plan.
pub type Endpoints = Arc<Vec<Option<Endpoint>>>;

/// Who asks: the hardware address as far as it can be told, and the phone if it is one of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requester {
    pub mac: Option<Mac>,
    pub phone: Option<PhoneRef>,
    /// Whose bootstrap file it gets: its own fleet's; that of the fleet that its network takes unknown phones for.
    pub fleet: Option<u16>,
}

impl Context {
    pub fn new(served: Arc<Served>, clock: Clock, images: Images) -> Self {
        let seen = Arc::new(Seen::new(served.clone()));
        let events = Arc::new(Events::new(clock.clone(), seen.clone()));
        let plan = Arc::new(RwLock::new(Arc::new(Wire::new(served))));
        Context {
            plan,
            tls: Arc::new(watch::channel(Endpoints::default()).0),
            clock,
            events,
            seen,
            limits: Arc::default(),
            images,
        }
    }

    /// The plan to answer this request from. Held through one answer, never longer, so that a reload takes effect.
    pub fn served(&self) -> Arc<Served> {
        self.wire().served().clone()
    }

    /// The same with its files as they are sent.
    pub fn wire(&self) -> Arc<Wire> {
        self.plan.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn replace(&self, served: Arc<Served>) {
        let wire = Arc::new(Wire::new(served));
        let mut plan = self.plan.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *plan, wire);
        drop(plan);
        // A large plan takes its time to be given back: nobody waits for that.
        drop(before);
    }

    /// What https is served with from now on. Connections of those that have changed end after the request in flight.
    pub fn secure(&self, endpoints: Vec<Option<Endpoint>>) {
        self.tls.send_replace(Arc::new(endpoints));
    }

    /// What https is served with, and every change of it.
    pub fn tls(&self) -> watch::Receiver<Endpoints> {
        self.tls.subscribe()
    }

    /// The firmware file behind a path that no file of the plan has.
    pub async fn image(&self, served: &Served, server: usize, path: &str) -> Option<Image> {
        let name = served.image(server, path)?;
        let folder = served.plan().servers.get(server)?.images.as_deref().unwrap_or(IMAGES);
        self.images.open(folder, name).await
    }

    /// Tells who asks for a file: the path names the phone; else the certificate does, or the lease of its address; else
    /// what it says of itself.
    pub fn requester(&self, served: &Served, file: Option<FileRef>, path: &str, from: Caller<'_>) -> Requester {
        if let Some(phone) = file.and_then(|file| named(served, file, path)) {
            return Requester { mac: served.mac(phone), phone: Some(phone), fleet: Some(phone.fleet) };
        }
        let of_certificate = from.holder.and_then(Holder::mac);
        let mac = of_certificate.or_else(|| self.seen.holder(from.peer)).or_else(|| from.agent.and_then(agent_mac));
        let phone = mac.and_then(|mac| served.phone(mac));
        let fleet = phone.map(|phone| phone.fleet).or_else(|| self.newcomer(served, file, mac?));
        Requester { mac, phone, fleet }
    }

    /// The fleet that a device of no fleet is taken for, by the network of its lease; it matters for a bootstrap file only.
    fn newcomer(&self, served: &Served, file: Option<FileRef>, mac: Mac) -> Option<u16> {
        let network =
            file.filter(|file| file.part == Part::Bootstrap).and_then(|_| self.seen.network_of_stranger(mac))?;
        let plan = served.plan();
        let fourth = plan.networks.iter().map(|network| (&network.id, network.unknown_as));
        let sixth = plan.networks6.iter().map(|network| (&network.id, network.unknown_as));
        let (_, unknown_as) = fourth.chain(sixth).find(|(id, _)| **id == network)?;
        unknown_as.and_then(|fleet| u16::try_from(fleet).ok())
    }
}

/// Where a request comes from, and what it says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'r> {
    pub peer: IpAddr,
    pub holder: Option<&'r Holder>,
    pub agent: Option<&'r str>,
}

/// The one phone that asks for this path, if its own address is in it. A bootstrap file has several paths, of which
/// some may name the phone (`/Cisco/$MA.cfg`).
pub(super) fn named(served: &Served, file: FileRef, path: &str) -> Option<PhoneRef> {
    let phone = PhoneRef { fleet: file.fleet, row: file.row };
    let names = |piece: &Piece| matches!(piece, Piece::Macro(name) if name.names_phone());
    let named = match file.part {
        Part::Profile(_) => served.names_phone(file),
        Part::Bootstrap => served
            .fleet(phone)?
            .bootstrap
            .as_ref()?
            .paths
            .iter()
            .any(|template| template.pieces().iter().any(names) && served.expand(phone, template) == path),
    };
    named.then_some(phone)
}

/// The hardware address in `Cisco-CP-8841-3PCC/11.0 (000e08abcd01)` (PB §11; C-17: the text calls it a serial
/// number, the sample is an address).
pub fn agent_mac(agent: &str) -> Option<Mac> {
    let (_, inside) = agent.rsplit_once('(')?;
    let (id, _) = inside.split_once(')')?;
    id.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requester_is_known_by_path_then_by_lease_then_by_name() {
        use crate::plan::Scheme;
        use crate::serve::tests::program::{FRONT, STRANGER, WORKSHOP, plan};
        let context = Context::new(Arc::new(Served::new(plan())), Clock::at(0), Images::default());
        let (leased, other) = (IpAddr::from([127, 0, 10, 5]), IpAddr::from([127, 0, 0, 1]));
        context.events.publish(crate::serve::Event::Lease {
            mac: FRONT,
            phone: None,
            model: None,
            address: leased,
            network: "lab".into(),
            expires: 9,
            options: vec![],
        });
        let says = "Cisco-CP-8841-3PCC/11.0 (020000000009)";
        for (path, peer, agent, expected) in [
            ("/phones/000e08abcd02.cfg", leased, Some(says), Some(WORKSHOP)),
            ("/Cisco/000e08abcd02.cfg", leased, Some(says), Some(WORKSHOP)),
            ("/8841-3PCC.xml", leased, Some(says), Some(FRONT)),
            ("/8841-3PCC.xml", other, Some(says), Some(STRANGER)),
            ("/nothing", other, None, None),
        ] {
            let served = context.served();
            let file = served.find(0, Scheme::Http, path);
            let requester = context.requester(&served, file, path, Caller { peer, holder: None, agent });
            assert_eq!(requester.mac, expected, "{path}");
            assert_eq!(requester.phone.is_some(), expected.is_some_and(|mac| mac != STRANGER), "{path}");
        }
    }

    #[test]
    fn the_agent_names_its_hardware_address() {
        let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);
        for (agent, expected) in [
            ("Cisco-CP-8841-3PCC/11.0 (000e08abcd01)", Some(mac)),
            ("Cisco-CP-7832-3PCC/11.0.1 (00:0E:08:AB:CD:01)", Some(mac)),
            ("Cisco-CP-8841-3PCC/11.0 (FCH12345678)", None),
            ("curl/8.5.0", None),
            (")(", None),
        ] {
            assert_eq!(agent_mac(agent), expected, "{agent}");
        }
    }
}
