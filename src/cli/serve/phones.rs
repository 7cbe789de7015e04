//! Live phones beside the server: a demonstration without hardware.

use super::host::Host;
use crate::cli::{Failure, bench, output};
use crate::live::{self, ClientCertificate, DhcpTarget, LiveEvent, LiveOptions};
use crate::phone::Identity;
use crate::phone::model::{Event as PhoneEvent, Resync};
use crate::plan::{Clients, PhoneRef, Served, Server};
use crate::platform::bench_load;
use crate::serve::{self, Service};
use std::net::SocketAddr;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// More do not show anything more, and cost sockets.
const MOST: usize = 500;

/// A live phone for each phone of the program.
pub fn start(host: &Host<'_>) -> Result<JoinSet<()>, Failure> {
    let served = host.running.served();
    let mut set = JoinSet::new();
    let count = served.plan().phone_count();
    if count > MOST {
        output::message(&format!("note: {MOST} of {count} phones are started\n"));
    }
    for phone in served.all_phones().take(MOST) {
        let options = options(host, &served, phone)?;
        let mac = options.identity.mac;
        let (tell, mut told) = mpsc::channel(64);
        set.spawn(async move {
            let _ = live::run(options, tell).await;
        });
        set.spawn(async move {
            while let Some(event) = told.recv().await {
                if let LiveEvent::Happened { event: PhoneEvent::Resync(Resync::Failed { reason, .. }), .. } = event {
                    output::message(&format!("phone {mac}: resync failed: {reason}\n"));
                }
            }
        });
    }
    Ok(set)
}

fn options(host: &Host<'_>, served: &Served, phone: PhoneRef) -> Result<LiveOptions, Failure> {
    let endpoint = |service: Service| -> Option<SocketAddr> {
        let plan = served.plan();
        let fleet = served.fleet(phone)?;
        let server = match service {
            Service::Dhcp | Service::Dns => plan.networks.get(*fleet.networks.first()?)?.server,
            _ => fleet.server,
        };
        let id = &plan.servers.get(server)?.id;
        let mut ports = host.running.ports().iter();
        ports.find(|port| port.service == service && port.server == *id).map(|port| port.address)
    };
    let dhcp = endpoint(Service::Dhcp).filter(|at| at.ip().is_loopback()).ok_or_else(|| {
        Failure::new(
            "--with-phones needs a program whose server is on a loopback address with dhcp, as examples/quickstart; \
             on a network, start `prov phone --dhcp IFACE` on another host",
        )
    })?;
    let (Some(mac), Some(model)) = (served.mac(phone), served.model(phone)) else {
        return Err(Failure::new("the plan has a phone without a model"));
    };
    let identity = Identity::new(mac, &model.name, &bench_load(&model.name))
        .and_then(|identity| identity.with_series(&model.series))
        .map_err(|error| Failure::new(format!("cannot start the phone {mac}: {error}")))?;
    Ok(LiveOptions {
        dhcp: Some(DhcpTarget::Server(dhcp)),
        dns: endpoint(Service::Dns),
        syslog: endpoint(Service::Syslog),
        profile_rule: served.told(phone),
        listens: Some(host.arguments.ports),
        until: None,
        no_delay: true,
        ca: host.trusted.clone(),
        client: client(host, served, phone)?,
        stances: bench::stances(&host.arguments.stance),
        ..LiveOptions::new(identity, bench::hidden())
    })
}

/// What a phone shows where https asks for it: a certificate as from its maker, by the lab's own authority.
fn client(host: &Host<'_>, served: &Served, phone: PhoneRef) -> Result<Option<ClientCertificate>, Failure> {
    let asks = |server: &&Server| server.tls.as_ref().is_some_and(|tls| tls.clients != Clients::None);
    let Some(server) = served.plan().servers.iter().find(asks) else { return Ok(None) };
    let identity = server.tls.as_ref().and_then(|tls| tls.identity.as_deref());
    let (Some(mac), Some(model)) = (served.mac(phone), served.model(phone)) else { return Ok(None) };
    let name = serve::tls::common_name(identity, mac, &model.name, &model.series);
    let fault = |why: &str| Failure::new(format!("no certificate can be made for the phone {mac}: {why}"));
    let device = host.running.lab().device(&name, mac).map_err(|why| fault(&why))?;
    ClientCertificate::from_pem(device.certificate.as_bytes(), device.key.as_bytes()).map(Some).map_err(fault)
}
