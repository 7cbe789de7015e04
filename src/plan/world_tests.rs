//! The quickstart's plan, built by hand, and phones that converge on it.

use crate::phone::model::{DnsAnswer, Event, Phone, Query, Resync, World, run};
use crate::phone::seal::Digest;
use crate::phone::stance::{Matter, Stances};
use crate::phone::story::{Compare, Ended, Expectation, Line, Start, Step, Story, What, play_with};
use crate::phone::{Mac, Random, Settings};
use crate::plan::*;

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

fn template(pieces: Vec<Piece>) -> Template {
    let mut template = Template::default();
    pieces.into_iter().for_each(|piece| template.push(piece));
    template
}

fn text(text: &str) -> Piece {
    Piece::Text(text.into())
}

pub(super) fn mac(last: u8) -> Mac {
    Mac::new([0, 0x0e, 8, 0xab, 0xcd, last])
}

fn plan(option: DhcpOption, shape: Vec<Setting>) -> Plan {
    let common = Profile {
        id: "common".into(),
        parameter: "Profile_Rule".into(),
        scheme: Scheme::Http,
        server: 0,
        path: template(vec![text("/common/"), Piece::Macro(Macro::Psn), text(".xml")]),
        gzip: false,
        seal: None,
        account: None,
        service_domain: None,
        post: None,
        shapes: vec![Shape { settings: vec![set("Proxy_1_", Template::text("sip.lab.example"))] }],
        shape_of: vec![],
    };
    let account = Profile {
        id: "account".into(),
        parameter: "Profile_Rule_B".into(),
        path: template(vec![text("/phones/"), Piece::Macro(Macro::Ma), text(".cfg")]),
        gzip: true,
        seal: None,
        account: None,
        service_domain: None,
        post: None,
        shapes: vec![Shape { settings: vec![set("Display_Name_1_", template(vec![Piece::Column(0)]))] }],
        ..common.clone()
    };
    let paths = vec![
        template(vec![text("/"), Piece::Macro(Macro::Psn), text(".xml")]),
        template(vec![text("/Cisco/"), Piece::Macro(Macro::Pn), text("/"), Piece::Macro(Macro::Ma), text(".cfg")]),
        template(vec![text("/Cisco/"), Piece::Macro(Macro::Ma), text(".cfg")]),
    ];
    Plan {
        version: PLAN_VERSION,
        program: "quickstart".into(),
        sources: vec![],
        servers: vec![Server {
            id: "prov".into(),
            host: Some("prov.lab.example".into()),
            addresses: vec![[127, 0, 0, 1].into()],
            services: Services { tftp: Some(6069), http: Some(6080), ..Services::default() },
            ..Server::default()
        }],
        networks: vec![Network {
            id: "lab".into(),
            server: 0,
            subnet: "127.0.0.0/8".parse().expect("valid"),
            pools: vec![Pool { first: [127, 0, 10, 1].into(), last: [127, 0, 10, 99].into() }],
            router: None,
            domain: Some("lab.example".into()),
            dns: vec![],
            ntp: vec![],
            lease: 28_800,
            relays: vec![],
            reservations: vec![Reservation { mac: mac(2), address: [127, 0, 10, 77].into() }],
            options: vec![],
            classes: vec![],
            answers: Default::default(),
            busy: vec![],
            unknown_as: None,
        }],
        networks6: vec![],
        zones: vec![Zone {
            name: "lab.example".into(),
            ttl: 86_400,
            name_server: "prov".into(),
            records: vec![
                ZoneRecord::A { name: "real".into(), address: [127, 0, 0, 1].into() },
                ZoneRecord::Cname { name: "prov".into(), target: "real".into() },
                ZoneRecord::Srv(Srv {
                    name: "_ciscoprov-http._tcp".into(),
                    priority: 10,
                    weight: 50,
                    port: 6080,
                    target: "prov".into(),
                }),
            ],
        }],
        models: vec![Model { name: "CP-8841-3PCC".into(), series: "8841-3PCC".into() }],
        fleets: vec![Fleet {
            id: "desks".into(),
            server: 0,
            networks: vec![0],
            networks6: vec![],
            bootstrap: Some(Bootstrap {
                how: Discovery::Dhcp,
                options6: vec![],
                told: None,
                options: vec![option],
                paths,
                shape: Shape { settings: shape },
            }),
            profiles: vec![common, account],
            rules: vec![],
            upgrade: None,
            reports: vec![],
            applies_within: None,
            phones: PhoneTable {
                macs: vec![mac(1), mac(2)],
                models: vec![0, 0],
                columns: vec![Column { name: "name".into(), cells: ["Front desk", "Workshop"].into_iter().collect() }],
                label: Some(0),
                home: None,
            },
        }],
    }
}

pub(super) fn quickstart() -> Served {
    Served::new(plan(
        DhcpOption { code: 66, value: DhcpValue::Text("tftp://127.0.0.1:6069".into()) },
        vec![
            set("Profile_Rule", Template::text("http://prov.lab.example:6080/common/$(PSN).xml")),
            set("Profile_Rule_B", Template::text("http://prov.lab.example:6080/phones/$(MA).cfg")),
            set("Resync_Periodic", Template::text("3600+600")),
        ],
    ))
}

const LOAD: &str = "sip88xx.11-3-1MPP-678";

#[test]
fn a_factory_fresh_phone_converges() {
    let served = quickstart();
    for (last, name, address) in [(1, "Front desk", [127, 0, 10, 1]), (2, "Workshop", [127, 0, 10, 77])] {
        let mut world = PlanWorld::new(&served, mac(last)).expect("in the plan");
        let identity = world.identity(LOAD).expect("valid");
        let (phone, timeline) =
            run(Phone::new(identity, Settings::factory(), Random::new(last.into())), &mut world, 120_000);
        assert_eq!(phone.address(), Some(address.into()));
        assert_eq!(phone.settings().get("Display_Name_1_"), name, "{timeline}");
        assert_eq!(phone.settings().get("Proxy_1_"), "sip.lab.example", "{timeline}");
        let fetched: Vec<&str> = timeline
            .entries
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::Fetch { url, .. } => Some(url.as_str()),
                _ => None,
            })
            .collect();
        let phones = format!("http://prov.lab.example:6080/phones/{}.cfg", mac(last).plain());
        let common = "http://prov.lab.example:6080/common/8841-3PCC.xml";
        assert_eq!(fetched, ["tftp://127.0.0.1:6069/8841-3PCC.xml", common, &phones], "{timeline}");
        let done =
            timeline.entries.iter().any(|entry| matches!(entry.event, Event::Resync(Resync::Done { files: 2, .. })));
        assert!(done, "{timeline}");
    }
    assert!(PlanWorld::new(&served, mac(9)).is_none());
}

#[test]
fn sealed_files_are_opened_on_the_way() {
    let rule = |key: &str| format!("{key}http://prov.lab.example:6080/phones/$(MA).cfg");
    for (cipher, register, key) in [
        (Cipher::Aes128Gcm, "IKM_HTTP_Encrypt_Content", ""),
        (Cipher::Aes256Cbc(Digest::Sha256), "GPP_SA", "[--key $SA] "),
        (Cipher::Aes256Cbc(Digest::Md5), "GPP_SA", "[--key $SA] "),
    ] {
        for (phone_key, opens) in [("the key", true), ("another", false)] {
            let option = DhcpOption { code: 66, value: DhcpValue::Text("tftp://127.0.0.1:6069".into()) };
            let shape =
                vec![set(register, Template::text(phone_key)), set("Profile_Rule_B", Template::text(rule(key)))];
            let mut plan = plan(option, shape);
            plan.fleets[0].profiles[1].seal = Some(Seal { cipher, key: Template::text("the key") });
            let served = Served::new(plan);
            let mut world = PlanWorld::new(&served, mac(1)).expect("in the plan");
            let phone = Phone::new(world.identity(LOAD).expect("valid"), Settings::factory(), Random::new(3));
            let (phone, timeline) = run(phone, &mut world, 120_000);
            let expected = if opens { "Front desk" } else { "" };
            assert_eq!(phone.settings().get("Display_Name_1_"), expected, "{cipher:?}: {timeline}");
        }
    }
}

#[test]
fn the_srv_way_leads_there_too() {
    // An option that phones do not read leaves DNS.
    let option = DhcpOption { code: 224, value: DhcpValue::Text("x".into()) };
    let rule = set("Profile_Rule", Template::text("http://127.0.0.1:6080/phones/$(MA).cfg"));
    let served = Served::new(plan(option, vec![rule]));
    let mut world = PlanWorld::new(&served, mac(1)).expect("in the plan");
    let phone = Phone::new(world.identity(LOAD).expect("valid"), Settings::factory(), Random::new(3));
    let (phone, timeline) = run(phone, &mut world, 120_000);
    assert_eq!(phone.settings().get("Display_Name_1_"), "Front desk", "{timeline}");
}

#[test]
fn a_name_in_our_zone_is_what_its_records_say() {
    let option = DhcpOption { code: 66, value: DhcpValue::Text("tftp://127.0.0.1:6069".into()) };
    let asked = |host: &str| {
        let mut plan = plan(option.clone(), vec![]);
        for server in &mut plan.servers {
            server.host = Some(host.into());
        }
        let served = Served::new(plan);
        let mut world = PlanWorld::new(&served, mac(1)).expect("in the plan");
        world.resolve(0, &Query::Address(host.into())).answer
    };
    let here = DnsAnswer::Addresses(vec![[127, 0, 0, 1].into()]);
    assert_eq!(asked("prov.lab.example"), here);
    assert_eq!(asked("prv.lab.example"), DnsAnswer::None);
    assert_eq!(asked("lab.example"), DnsAnswer::None);
    // Somebody else's zone, whose name only ends like ours.
    assert_eq!(asked("prv.otherlab.example"), here);
}

#[test]
fn a_story_with_every_kind_of_line() {
    let step = |id, step| Line { id, what: What::Step(step) };
    let expect = |id, expectation| Line { id, what: What::Expect(expectation) };
    let equal = Compare::Equal;
    let parameter = |element: &str, value: &str| Expectation::Parameter {
        element: element.into(),
        compare: equal,
        value: value.into(),
    };
    let story = Story {
        name: "an evening without a server".into(),
        start: Start::FactoryFresh,
        seed: 1,
        stances: Default::default(),
        code: None,
        secrets: vec!["Front desk".into(), "nowhere".into()],
        lines: vec![
            step(0, Step::Boot),
            expect(1, parameter("Display_Name_1_", "Front desk")),
            expect(2, parameter("Resync_Periodic", "3600+600")),
            expect(3, Expectation::Resyncs { compare: equal, count: 1 }),
            expect(4, Expectation::Requests { compare: equal, count: 3 }),
            expect(5, Expectation::LastResync(Ended::Success)),
            step(6, Step::ServerAnswers { status: 503, seconds: 60 }),
            step(7, Step::Notify),
            expect(8, Expectation::LastResync(Ended::Failure)),
            step(9, Step::After(300)),
            expect(10, Expectation::LastResync(Ended::Success)),
            step(11, Step::ServerDown { seconds: 7200 }),
            step(12, Step::Boot),
            expect(13, Expectation::LastResync(Ended::Failure)),
            expect(14, Expectation::Reboots { compare: equal, count: 1 }),
            step(15, Step::Set { element: "GPP_A".into(), value: "10".into() }),
            expect(
                16,
                Expectation::Parameter { element: "GPP_A".into(), compare: Compare::Greater, value: "9".into() },
            ),
            expect(17, Expectation::Firmware { compare: Compare::Less, value: "sip88xx.12-0-3MPP0001-1".into() }),
            expect(18, Expectation::NoSecretInClear),
            expect(19, parameter("Display_Name_1_", "Somebody")),
            expect(20, parameter("Resync_From_SIP", "Yes")),
            expect(21, parameter("Web_Server_Port", "443")),
            step(21, Step::Set { element: "Resync_Periodic".into(), value: "0".into() }),
            step(22, Step::After(u64::MAX)),
            step(23, Step::Boot),
            expect(24, Expectation::LastResync(Ended::Success)),
        ],
    };
    let served = quickstart();
    let mut world = PlanWorld::new(&served, mac(1)).expect("in the plan");
    let identity = world.identity(LOAD).expect("valid");
    let defaults = |element: &str| (element == "Web_Server_Port").then(|| "443".to_owned());
    let verdict = play_with(&story, &mut world, identity, &defaults);
    let failed: Vec<usize> = verdict.checks.iter().filter(|check| !check.holds).map(|check| check.id).collect();
    // The secret does travel over plain HTTP, and the name is not Somebody.
    assert_eq!(failed, [18, 19]);
    let somebody = verdict.checks.iter().find(|check| check.id == 19);
    assert_eq!(somebody.map(|check| check.actual.as_str()), Some("Front desk"));
}

/// What a phone finds without the index of all phones' files is what everyone finds with it.
#[test]
fn a_phone_s_own_file_is_the_one_that_the_index_gives() {
    let served = quickstart();
    let (one, other) = (PhoneRef { fleet: 0, row: 0 }, PhoneRef { fleet: 0, row: 1 });
    for (phone, scheme, path, own) in [
        (one, Scheme::Http, "/phones/000e08abcd01.cfg", true),
        (other, Scheme::Http, "/phones/000e08abcd02.cfg", true),
        // Another's, one that phones share, one over another scheme, and none.
        (one, Scheme::Http, "/phones/000e08abcd02.cfg", false),
        (one, Scheme::Http, "/common/8841-3PCC.xml", false),
        (one, Scheme::Tftp, "/phones/000e08abcd01.cfg", false),
        (one, Scheme::Http, "/nothing", false),
        (PhoneRef { fleet: 0, row: 2 }, Scheme::Http, "/phones/000e08abcd01.cfg", false),
        (PhoneRef { fleet: 1, row: 0 }, Scheme::Http, "/phones/000e08abcd01.cfg", false),
    ] {
        let found = served.own(phone, 0, scheme, path);
        assert_eq!(found.is_some(), own, "{path}");
        assert!(!own || found == served.find(0, scheme, path), "{path}");
        assert_eq!(served.own(phone, 1, scheme, path), None, "another server");
    }
}

#[test]
fn a_call_holds_a_resync_back_in_a_story() {
    let step = |step| Line { id: 0, what: What::Step(step) };
    let resyncs = |id, count| Line { id, what: What::Expect(Expectation::Resyncs { compare: Compare::Equal, count }) };
    let idle = || step(Step::Set { element: "Forced_Resync_Delay".into(), value: "60".into() });
    for (stances, lines) in [
        // The call of 5 minutes is the longer, and its end is what the phone waits a minute from.
        (
            Stances::default(),
            vec![
                step(Step::Boot),
                idle(),
                step(Step::Call { seconds: 300 }),
                step(Step::Call { seconds: 10 }),
                step(Step::Notify),
                resyncs(1, 1),
                step(Step::After(350)),
                resyncs(2, 1),
                step(Step::After(20)),
                resyncs(3, 2),
            ],
        ),
        // By the other reading of C-11 a call holds it back for a minute at most.
        (
            Stances::default().with(Matter::C11, 1),
            vec![
                step(Step::Boot),
                idle(),
                step(Step::Call { seconds: 300 }),
                step(Step::Notify),
                step(Step::After(50)),
                resyncs(1, 1),
                step(Step::After(15)),
                resyncs(2, 2),
            ],
        ),
        // A call that is over before anything else happens, one that a restart ends, and one on a phone that is off.
        (
            Stances::default(),
            vec![
                step(Step::Call { seconds: 60 }),
                step(Step::Boot),
                resyncs(1, 1),
                step(Step::Call { seconds: 0 }),
                step(Step::Notify),
                resyncs(2, 2),
                step(Step::Call { seconds: u64::MAX }),
                step(Step::Boot),
                resyncs(3, 3),
            ],
        ),
    ] {
        let story = Story {
            name: "a call".into(),
            start: Start::FactoryFresh,
            seed: 1,
            stances,
            code: None,
            secrets: vec![],
            lines,
        };
        let served = quickstart();
        let mut world = PlanWorld::new(&served, mac(1)).expect("in the plan");
        let identity = world.identity(LOAD).expect("valid");
        let verdict = play_with(&story, &mut world, identity, &|_| None);
        assert!(verdict.passed(), "{:?}\n{}", verdict.checks, verdict.timeline);
    }
}

/// A phone that nobody gives a lease asks again for ever, and nothing else can happen: the story does not wait for days.
#[test]
fn without_a_lease_a_story_ends_at_once() {
    let step = |step| Line { id: 0, what: What::Step(step) };
    let resyncs = |id, count| Line { id, what: What::Expect(Expectation::Resyncs { compare: Compare::Equal, count }) };
    let mut plan = quickstart().plan().clone();
    plan.networks.iter_mut().for_each(|network| network.pools.clear());
    let served = Served::new(plan);
    let day = 86_400;
    let story = Story {
        name: "no address".into(),
        start: Start::FactoryFresh,
        seed: 1,
        stances: Stances::default(),
        code: None,
        secrets: vec![],
        lines: vec![
            step(Step::Boot),
            resyncs(1, 0),
            step(Step::After(30 * day)),
            step(Step::Boot),
            step(Step::Notify),
            step(Step::After(day)),
            resyncs(2, 0),
        ],
    };
    let mut world = PlanWorld::new(&served, mac(1)).expect("in the plan");
    let identity = world.identity(LOAD).expect("valid");
    let verdict = play_with(&story, &mut world, identity, &|_| None);
    assert!(verdict.checks.iter().all(|check| check.holds), "{:?}", verdict.checks);
    assert!(verdict.timeline.entries.len() < 10, "{:?}", verdict.timeline.entries);
}
