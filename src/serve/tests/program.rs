//! The quickstart program's plan, with ports of the system's choice.

use crate::phone::Mac;
use crate::plan::*;
use crate::serve::{Clock, Running, Service, Settings, StateLocation, start};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

pub(in crate::serve) const FRONT: Mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);
pub(in crate::serve) const WORKSHOP: Mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 2]);
pub(in crate::serve) const STRANGER: Mac = Mac::new([2, 0, 0, 0, 0, 9]);
/// When a test's clock begins.
pub(in crate::serve) const NOON: u64 = 1_000_000;

pub(in crate::serve) fn plan() -> Plan {
    let server = Server {
        id: "prov".into(),
        host: Some("prov.lab.example".into()),
        addresses: vec![Ipv4Addr::LOCALHOST.into()],
        services: Services {
            tftp: Some(0),
            http: Some(0),
            https: None,
            dhcp6: None,
            acs: None,
            dns: Some(0),
            dhcp: Some(0),
            syslog: Some(0),
            dashboard: Some(0),
        },
        ..Server::default()
    };
    let network = Network {
        id: "lab".into(),
        server: 0,
        subnet: "127.0.0.0/8".parse().expect("a prefix"),
        pools: vec![Pool { first: [127, 0, 10, 1].into(), last: [127, 0, 10, 99].into() }],
        router: None,
        domain: Some("lab.example".into()),
        dns: vec![],
        ntp: vec![],
        lease: 28_800,
        relays: vec![],
        reservations: vec![],
        options: vec![],
        classes: vec![],
        answers: Default::default(),
        busy: vec![],
        unknown_as: None,
    };
    let zone = Zone {
        name: "lab.example".into(),
        ttl: 86_400,
        name_server: "prov.lab.example".into(),
        records: vec![
            ZoneRecord::A { name: "prov".into(), address: Ipv4Addr::LOCALHOST },
            ZoneRecord::Srv(Srv {
                name: "_ciscoprov-http._tcp".into(),
                priority: 10,
                weight: 50,
                port: 6080,
                target: "prov".into(),
            }),
        ],
    };
    Plan {
        version: PLAN_VERSION,
        program: "quickstart".into(),
        sources: vec![],
        servers: vec![server],
        networks: vec![network],
        networks6: vec![],
        zones: vec![zone],
        models: vec![
            Model { name: "CP-8841-3PCC".into(), series: "8841-3PCC".into() },
            Model { name: "CP-7841-3PCC".into(), series: "7841-3PCC".into() },
        ],
        fleets: vec![fleet()],
    }
}

fn template(before: &str, hole: Macro, after: &str) -> Template {
    let mut template = Template::text(before);
    template.push(Piece::Macro(hole));
    template.push(Piece::Text(after.into()));
    template
}

fn set(element: &str, value: Template) -> Setting {
    Setting {
        element: element.into(),
        value: SettingValue::Set(value),
        user: None,
        overrides: false,
        origin: Origin::default(),
        beats: Vec::new(),
    }
}

fn fleet() -> Fleet {
    let mut name = Template::default();
    name.push(Piece::Column(0));
    let profile = |id: &str, parameter: &str, path, gzip, settings| Profile {
        id: id.into(),
        parameter: parameter.into(),
        scheme: Scheme::Http,
        server: 0,
        path,
        gzip,
        seal: None,
        account: None,
        service_domain: None,
        post: None,
        shapes: vec![Shape { settings }],
        shape_of: vec![],
    };
    let zone = vec![set("Time_Zone", Template::text("GMT+01:00"))];
    Fleet {
        id: "lab_desks".into(),
        server: 0,
        networks: vec![0],
        networks6: vec![],
        bootstrap: Some(Bootstrap {
            how: Discovery::Dhcp,
            options6: vec![],
            told: None,
            options: vec![DhcpOption { code: 66, value: DhcpValue::Text("tftp://127.0.0.1:6069".into()) }],
            paths: vec![template("/", Macro::Psn, ".xml"), template("/Cisco/", Macro::Ma, ".cfg")],
            shape: Shape { settings: vec![set("Profile_Rule", Template::text("http://127.0.0.1:6080/common"))] },
        }),
        profiles: vec![
            profile("common", "Profile_Rule", template("/common/", Macro::Psn, ".xml"), false, zone),
            profile(
                "account",
                "Profile_Rule_B",
                template("/phones/", Macro::Ma, ".cfg"),
                true,
                vec![set("Display_Name_1_", name)],
            ),
        ],
        rules: vec![],
        upgrade: None,
        reports: vec![],
        applies_within: None,
        phones: PhoneTable {
            macs: vec![FRONT, WORKSHOP],
            models: vec![0, 1],
            columns: vec![Column { name: "name".into(), cells: ["Front desk", "Workshop"].into_iter().collect() }],
            label: Some(0),
            home: None,
        },
    }
}

/// Serves a plan, without a disk, at noon.
pub(in crate::serve) async fn serve(plan: Plan) -> Running {
    let settings = Settings { clock: Clock::at(NOON), ..Settings::new(StateLocation::Memory) };
    start(Arc::new(Served::new(plan)), settings).await.expect("starts")
}

pub(in crate::serve) fn at(running: &Running, service: Service) -> SocketAddr {
    running.ports().iter().find(|end| end.service == service).map(|end| end.address).expect("is served")
}

/// Waits for what must come; the time is only there so that a failure ends.
pub(in crate::serve) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("comes")
}
