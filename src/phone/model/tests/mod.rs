//! The model in virtual time: the exercises of PB §13 and the rules of PB §8.

mod accounts;
mod clock;
mod conflicts;
mod customization;
mod discovery;
mod errands;
mod exercises;
mod sealed;
mod upgrades;

use super::*;
use crate::phone::credentials::Login;
use crate::phone::{Identity, Mac, Random, Scheme, Settings, profile};
use std::collections::HashMap;

/// A world with some files, in which every address answers.
#[derive(Clone, Default)]
struct Bench {
    options: Vec<(u8, Vec<u8>)>,
    options6: Vec<(u16, Vec<u8>)>,
    domain: Option<String>,
    names: HashMap<String, Vec<std::net::Ipv4Addr>>,
    services: HashMap<String, Vec<Service>>,
    files: HashMap<String, FetchAnswer>,
    asked: Vec<String>,
    agents: Vec<String>,
    log: Vec<String>,
    dead: Vec<std::net::Ipv4Addr>,
    /// What Cisco's cloud says; nothing: it cannot be reached.
    cloud: Vec<(CloudQuery, CloudAnswer)>,
    /// What the phone sent: method, URL, content.
    sent: Vec<(&'static str, String, Vec<u8>)>,
    requests: Vec<FetchRequest>,
}

impl Bench {
    fn file(mut self, url: &str, body: &str) -> Self {
        let body = format!("<flat-profile>{body}</flat-profile>");
        let answer = if url.starts_with("tftp") { FetchAnswer::Tftp(body.into()) } else { FetchAnswer::ok(body) };
        self.files.insert(url.into(), answer);
        self
    }

    fn answer(mut self, url: &str, answer: FetchAnswer) -> Self {
        self.files.insert(url.into(), answer);
        self
    }

    fn option(mut self, code: u8, text: &str) -> Self {
        self.options.push((code, text.into()));
        self
    }

    fn name(mut self, name: &str, last: &[u8]) -> Self {
        self.names.insert(name.into(), last.iter().map(|octet| [10, 0, 0, *octet].into()).collect());
        self
    }
}

impl World for Bench {
    fn lease(&mut self, _: Millis, _: &Identity) -> Timed<Option<Lease>> {
        let mut lease = Lease::bare([10, 0, 0, 100].into());
        lease.options.clone_from(&self.options);
        lease.options6.clone_from(&self.options6);
        lease.domain.clone_from(&self.domain);
        Timed::new(100, Some(lease))
    }

    fn resolve(&mut self, _: Millis, query: &Query) -> Timed<DnsAnswer> {
        Timed::new(
            10,
            match query {
                Query::Address(name) => self.names.get(name).map(|to| DnsAnswer::Addresses(to.clone())),
                Query::Service(name) => self.services.get(name).map(|to| DnsAnswer::Services(to.clone())),
            }
            .unwrap_or(DnsAnswer::None),
        )
    }

    fn cloud(&mut self, _: Millis, _: &Identity, query: &CloudQuery) -> Timed<CloudAnswer> {
        let known = self.cloud.iter().find(|(asked, _)| asked == query).map(|(_, answer)| answer.clone());
        let otherwise = if self.cloud.is_empty() { CloudAnswer::Unreachable } else { CloudAnswer::Unknown };
        Timed::new(500, known.unwrap_or(otherwise))
    }

    fn fetch(&mut self, _: Millis, request: &FetchRequest) -> Timed<FetchAnswer> {
        self.requests.push(request.clone());
        if let Method::Put { body } | Method::Post { body } = &request.method {
            self.sent.push((request.method.name(), request.url(), body.clone()));
        }
        self.asked.push(request.url());
        self.agents.push(request.user_agent.clone());
        if self.dead.contains(&request.address) {
            return Timed::new(1000, FetchAnswer::Timeout);
        }
        let missing = match request.scheme {
            Scheme::Tftp => FetchAnswer::TftpError { code: 1, text: "no".into() },
            _ => FetchAnswer::status(404),
        };
        Timed::new(50, self.files.get(&request.url()).cloned().unwrap_or(missing))
    }

    fn syslog(&mut self, _: Millis, server: &str, text: &str) {
        self.log.push(format!("{server} {text}"));
    }
}

fn phone(set: &[(&str, &str)]) -> Phone {
    let mac = Mac::new([0, 0x0e, 8, 1, 0x23, 0x45]);
    let identity = Identity::new(mac, "CP-8841-3PCC", "sip88xx.11-0-0MPP-7").expect("valid");
    let mut settings = Settings::factory();
    for (element, value) in set {
        settings.set(element, value);
    }
    Phone::new(identity, settings, Random::new(1))
}

/// The phone, running other firmware.
fn running(phone: Phone, firmware: &str) -> Phone {
    let identity = phone.identity().clone().with_firmware(firmware).expect("valid");
    let mut other = Phone::new(identity, phone.settings().clone(), Random::new(1));
    if phone.settings().is_factory() {
        other = other.with_customization(Customization::Open);
    }
    other
}

fn hours(hours: u64) -> Millis {
    hours * 3_600_000
}

fn resyncs(timeline: &Timeline) -> Vec<(Millis, bool)> {
    let of = |entry: &Entry| match entry.event {
        Event::Resync(Resync::Done { .. }) => Some((entry.t, true)),
        Event::Resync(Resync::Failed { .. }) => Some((entry.t, false)),
        _ => None,
    };
    timeline.entries.iter().filter_map(of).collect()
}

#[test]
fn basic_txt_over_tftp_by_resync_url() {
    let mut bench = Bench::default().file("tftp://192.168.1.200/basic.txt", "<GPP_A> 12345678 </GPP_A>");
    let mut player = Player::new(phone(&[("Resync_On_Reset", "No")]), &mut bench);
    player.power_on();
    player.until_quiet(hours(1));
    assert_eq!(player.phone().settings().get("GPP_A"), "");
    player.command(Command::ResyncUrl { rule: Some("tftp://192.168.1.200/basic.txt".into()), from: None });
    player.until_quiet(hours(1));
    assert_eq!(player.phone().settings().get("GPP_A"), "12345678");
}

#[test]
fn a_resync_url_without_a_server_goes_to_the_option_and_no_further() {
    let mut bench = Bench::default().option(66, "10.0.0.1").file("tftp://10.0.0.1/basic.txt", "<GPP_A>1</GPP_A>");
    let mut player = Player::new(phone(&[("Resync_On_Reset", "No")]), &mut bench);
    player.power_on();
    player.until_quiet(hours(1));
    for path in ["/basic.txt", "/missing.txt"] {
        player.command(Command::ResyncUrl { rule: Some(path.into()), from: None });
        player.until_quiet(hours(1));
    }
    assert_eq!(player.phone().settings().get("GPP_A"), "1");
    assert_eq!(bench.asked, ["tftp://10.0.0.1/basic.txt", "tftp://10.0.0.1/missing.txt"]);
}

#[test]
fn basic_txt_over_http_periodically() {
    let mut bench = Bench::default().file("http://192.168.1.200/basic.txt", "<GPP_A>1</GPP_A>");
    let rule =
        [("Profile_Rule", "http://192.168.1.200/basic.txt"), ("Resync_Periodic", "30"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&rule), &mut bench, 300_000);
    assert_eq!(resyncs(&timeline).len(), 10);
    assert!(bench.agents.iter().all(|agent| agent == "Cisco-CP-8841-3PCC/11.0 (000e08012345)"));
}

#[test]
fn names_ports_registers_and_gzip() {
    let mut packed = Vec::new();
    profile::gzip(b"<flat-profile><GPP_A>z</GPP_A></flat-profile>", &mut packed);
    let mut bench = Bench::default()
        .name("prov.telco.com", &[1])
        .file("tftp://prov.telco.com/cisco/Dj6Lmp23Q/000e08012345.cfg", "<X>register</X>")
        .file("tftp://prov.telco.com:6900/cisco/config/CP-8841-3PCC.cfg", "<Y>port</Y>")
        .answer("tftp://10.0.0.1/basic.txt.gz", FetchAnswer::Tftp(packed));
    let set = [
        ("GPP_B", "Dj6Lmp23Q"),
        ("Profile_Rule", "tftp://prov.telco.com/cisco/$B/$MA.cfg"),
        ("Profile_Rule_B", "tftp://prov.telco.com:6900/cisco/config/$PN.cfg"),
        ("Profile_Rule_D", "tftp://10.0.0.1/basic.txt.gz"),
    ];
    let (phone, timeline) = run(phone(&set), &mut bench, 60_000);
    let get = |element| phone.settings().get(element);
    assert_eq!((get("X"), get("Y"), get("GPP_A")), ("register", "port", "z"), "{timeline}");
}

#[test]
fn a_file_of_another_shape_by_alias() {
    let file = FetchAnswer::ok("<account><sip><name>101</name></sip></account>");
    let mut bench = Bench::default().answer("http://10.0.0.1/a", file);
    let set = |map| [("GPP_B", map), ("Profile_Rule", "[--alias b] http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
    let (played, _) = run(phone(&set("/sip/name = /flat-profile/User_ID_1_ ;")), &mut bench, 1000);
    assert_eq!(played.settings().get("User_ID_1_"), "101");
    let (_, timeline) = run(phone(&set("broken")), &mut bench, 1000);
    assert!(resyncs(&timeline).iter().all(|(_, good)| !good), "{timeline}");
}

#[test]
fn a_fresh_phone_finds_its_way_and_comes_to_rest() {
    let mut bench = Bench::default()
        .option(66, "10.0.0.1")
        .file(
            "http://10.0.0.1/8841-3PCC.xml",
            "<Profile_Rule>http://10.0.0.1/common/$PSN.xml</Profile_Rule>\
             <Profile_Rule_B>http://10.0.0.1/phones/$(MA).cfg</Profile_Rule_B>",
        )
        .file("http://10.0.0.1/common/8841-3PCC.xml", "<Resync_Periodic>7200</Resync_Periodic>")
        .file("http://10.0.0.1/phones/000e08012345.cfg", "<Display_Name_1_>Desk</Display_Name_1_>");
    let (phone, timeline) = run(phone(&[("Resync_Random_Delay", "0")]), &mut bench, hours(3));
    assert_eq!(phone.settings().get("Display_Name_1_"), "Desk", "{timeline}");
    assert_eq!(
        bench.asked,
        [
            "tftp://10.0.0.1/8841-3PCC.xml",
            "tftp://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg",
            "http://10.0.0.1/8841-3PCC.xml",
            "http://10.0.0.1/common/8841-3PCC.xml",
            "http://10.0.0.1/phones/000e08012345.cfg",
            "http://10.0.0.1/common/8841-3PCC.xml",
            "http://10.0.0.1/phones/000e08012345.cfg",
        ],
        "bootstrap, at once again with the new rules, and then every two hours"
    );
    assert_eq!(resyncs(&timeline).len(), 2);
}

#[test]
fn discovery_by_srv_when_dhcp_names_nothing() {
    let service = |weight, target: &str| Service { priority: 10, weight, port: 6080, target: target.into() };
    let mut bench = Bench { domain: Some("lab.example".into()), ..Bench::default() };
    bench.services.insert(
        "_ciscoprov-http._tcp.lab.example".into(),
        vec![service(60, "pr1.lab.example."), service(20, "pr2.lab.example.")],
    );
    let mut bench = bench
        .name("pr1.lab.example", &[1])
        .name("pr2.lab.example", &[2, 3])
        .file("http://pr2.lab.example:6080/Cisco/000e08012345.cfg", "<X>srv</X>");
    bench.dead = vec![[10, 0, 0, 2].into()];
    let new = running(phone(&[]), "sip88xx.11-3-1MPP-678");
    let (_, timeline) = run(phone(&[]), &mut bench.clone(), 120_000);
    assert!(!timeline.to_string().contains("_ciscoprov"), "phones know SRV from 11.3(1) on: {timeline}");
    let (phone, timeline) = run(new, &mut bench, 120_000);
    assert_eq!(phone.settings().get("X"), "srv", "{timeline}");
}

#[test]
fn an_absolute_rule_switches_discovery_off() {
    let mut bench = Bench::default().option(66, "10.0.0.1").file("tftp://10.0.0.1/8841-3PCC.xml", "<X>1</X>");
    let (_, timeline) = run(phone(&[("Profile_Rule", "http://10.0.0.9/a")]), &mut bench, 50_000);
    assert!(bench.asked.iter().all(|url| url == "http://10.0.0.9/a"), "{timeline}");
}

#[test]
fn failure_stops_the_pass_and_starts_over_from_the_first_rule() {
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>").file("http://10.0.0.1/c", "<Y>1</Y>");
    let set = [
        ("Profile_Rule", "http://10.0.0.1/a"),
        ("Profile_Rule_B", "http://10.0.0.1/missing"),
        ("Profile_Rule_C", "http://10.0.0.1/c"),
        ("Resync_Random_Delay", "0"),
        ("Resync_Error_Retry_Delay", "60,120"),
    ];
    let (played, timeline) = run(phone(&set), &mut bench, 500_000);
    assert_eq!((played.settings().get("X"), played.settings().get("Y")), ("1", ""));
    let times: Vec<u64> = resyncs(&timeline).iter().map(|(t, _)| t / 1000).collect();
    assert_eq!(times, [0, 60, 180, 300, 420], "{timeline}");

    let mut lenient = set.to_vec();
    lenient.push(("Resync_Fails_On_FNF", "No"));
    let (played, timeline) = run(phone(&lenient), &mut bench, 500_000);
    assert_eq!((played.settings().get("Y"), resyncs(&timeline).len()), ("1", 1), "{timeline}");
}

#[test]
fn no_retry_when_the_delay_is_zero() {
    let mut bench = Bench::default();
    let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_Error_Retry_Delay", "0"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set), &mut bench, hours(24));
    assert_eq!(resyncs(&timeline).len(), 1);
}

#[test]
fn corrupt_files_and_redirects() {
    let moved = |status, to: &str| FetchAnswer::Http {
        status,
        location: Some(to.into()),
        challenge: None,
        encoding: None,
        body: vec![],
    };
    for (answer, class) in [
        (FetchAnswer::ok(""), Some(Class::B)),
        (FetchAnswer::ok("<flat-profile><A>"), Some(Class::B)),
        (FetchAnswer::status(404), Some(Class::B)),
        (FetchAnswer::status(503), Some(Class::C)),
        (FetchAnswer::status(204), Some(Class::C)),
        (FetchAnswer::Timeout, Some(Class::C)),
        (moved(302, "/b"), None),
        (moved(301, "http://10.0.0.1/b"), None),
        (moved(307, "http://10.0.0.1/b"), Some(Class::C)),
        (moved(302, "http://10.0.0.1/a"), Some(Class::C)),
        (moved(302, "tftp://10.0.0.1/b"), Some(Class::C)),
    ] {
        let mut bench = Bench::default().answer("http://10.0.0.1/a", answer.clone()).file("http://10.0.0.1/b", "");
        let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
        let (_, timeline) = run(phone(&set), &mut bench, 30_000);
        let found = timeline.entries.iter().find_map(|entry| match &entry.event {
            Event::Resync(Resync::Failed { class, .. }) => Some(*class),
            _ => None,
        });
        assert_eq!(found, class, "{answer:?}\n{timeline}");
    }
}

#[test]
fn credentials_answer_a_challenge_twice_at_most() {
    let challenge = FetchAnswer::Http {
        status: 401,
        location: None,
        challenge: Some("Basic realm=\"p\"".into()),
        encoding: None,
        body: vec![],
    };
    let mut bench = Bench::default().answer("http://10.0.0.1/a", challenge);
    let set = [("Profile_Rule", "[--uid u --pwd p] http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
    let (_, _) = run(phone(&set), &mut bench, 30_000);
    assert_eq!(bench.asked.len(), 3);
}

#[test]
fn files_that_change_the_rules_for_ever_are_given_up() {
    let mut bench = Bench::default()
        .file("http://10.0.0.1/a", "<Profile_Rule>http://10.0.0.1/b</Profile_Rule>")
        .file("http://10.0.0.1/b", "<Profile_Rule>http://10.0.0.1/a</Profile_Rule>");
    let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set), &mut bench, 60_000);
    assert!(timeline.entries.iter().any(|entry| matches!(entry.event, Event::Resync(Resync::Looping { .. }))));
    assert_eq!((bench.asked.len(), resyncs(&timeline).len()), (8, 1), "{timeline}");
}

#[test]
fn two_messages_a_pass_and_none_without_a_server() {
    let mut bench = Bench::default().file("tftp://192.168.1.200/basic.txt", "<X>1</X>");
    let rule = ("Profile_Rule", "tftp://192.168.1.200/basic.txt");
    run(phone(&[rule]), &mut bench, 60_000);
    assert!(bench.log.is_empty());
    run(phone(&[rule, ("Syslog_Server", "10.74.30.84"), ("Syslog_Identifier", "$MA")]), &mut bench, 60_000);
    assert_eq!(
        bench.log,
        [
            "10.74.30.84 000e08012345 CP-8841-3PCC 00:0e:08:01:23:45 -- Requesting resync tftp://192.168.1.200:69/basic.txt",
            "10.74.30.84 000e08012345 CP-8841-3PCC 00:0e:08:01:23:45 -- Successful resync tftp://192.168.1.200:69/basic.txt",
        ]
    );
    bench.log.clear();
    let failing = [
        ("Profile_Rule", "http://10.0.0.1/x"),
        ("Syslog_Server", "s:5514"),
        ("Log_Request_Msg", ""),
        ("Resync_Random_Delay", "0"),
    ];
    run(phone(&failing), &mut bench, 30_000);
    assert_eq!(bench.log, ["s:5514 CP-8841-3PCC 00:0e:08:01:23:45 -- Resync failed: http://10.0.0.1/x: 404"]);
}

#[test]
fn triggers_hold_back_what_nobody_asked_for() {
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
    let set = [
        ("Profile_Rule", "http://10.0.0.1/a"),
        ("Resync_Trigger_1", "$PRVTMR ge 600"),
        ("Resync_Periodic", "120"),
        ("Resync_Random_Delay", "0"),
    ];
    let mut player = Player::new(phone(&set), &mut bench);
    player.power_on();
    player.until(590_000);
    assert_eq!(resyncs(player.timeline()), []);
    player.command(Command::Notify(Notification::Resync));
    player.until(595_000);
    assert_eq!(resyncs(player.timeline()).len(), 1, "NOTIFY passes the trigger by");
    player.until(1_180_000);
    assert_eq!(resyncs(player.timeline()).len(), 1);
    player.until(1_260_000);
    assert_eq!(resyncs(player.timeline()).len(), 2, "{}", player.timeline());
}

#[test]
fn provisioning_can_be_switched_off_and_notify_refused() {
    let mut bench = Bench::default();
    for (set, reason) in
        [(("Provision_Enable", "No"), "Provision_Enable is No"), (("Resync_From_SIP", "No"), "Resync_From_SIP is No")]
    {
        let mut player = Player::new(phone(&[set, ("Resync_On_Reset", "No")]), &mut bench);
        player.power_on();
        player.until_quiet(1000);
        player.command(Command::Notify(Notification::Resync));
        let ignored = Event::Resync(Resync::Ignored { reason: reason.into() });
        assert!(player.timeline().entries.iter().any(|entry| entry.event == ignored), "{}", player.timeline());
    }
}

#[test]
fn the_wait_after_power_up_is_spread() {
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
    let mut longest = 0;
    for seed in 0..50 {
        let mut settings = Settings::factory();
        settings.set("Profile_Rule", "http://10.0.0.1/a");
        let identity = phone(&[]).identity().clone();
        let (_, timeline) = run(Phone::new(identity, settings, Random::new(seed)), &mut bench, 60_000);
        let first = resyncs(&timeline).first().map_or(0, |(t, _)| *t);
        assert!(first <= 41_000);
        longest = longest.max(first);
    }
    assert!(longest > 30_000);
}

#[test]
fn waits_of_no_time_do_not_stop_the_clock() {
    let mut bench = Bench::default();
    let set = [("Resync_Error_Retry_Delay", "0,0"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set), &mut bench, 20_000);
    assert_eq!(resyncs(&timeline).len(), 20, "{timeline}");
    let set = [("Profile_Rule", ""), ("Resync_Periodic", "1"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set), &mut bench, Millis::MAX / 2);
    assert!(matches!(timeline.entries.last(), Some(Entry { event: Event::Error { .. }, .. })));
}

mod properties {
    use super::*;
    use crate::phone::stance::{Matter, Stances};
    use proptest::prelude::*;

    /// A world that says anything at all.
    struct Chaos(Random);

    impl World for Chaos {
        fn lease(&mut self, _: Millis, _: &Identity) -> Timed<Option<Lease>> {
            let mut lease = Lease::bare([10, 0, 0, 1].into());
            let texts = ["10.0.0.1", "http://a", "https://a/x", "a;b", "\0", "", "tftp://10.0.0.1:99/p"];
            if let Some(text) = texts.get(self.0.up_to(9) as usize) {
                lease.options.push((66, text.as_bytes().to_vec()));
                lease.options6.push((160, text.as_bytes().to_vec()));
            }
            lease.domain = (self.0.up_to(1) == 1).then(|| "lab.example".into());
            Timed::new(self.0.up_to(100), (self.0.up_to(3) > 0).then_some(lease))
        }

        fn resolve(&mut self, _: Millis, _: &Query) -> Timed<DnsAnswer> {
            let service = |priority, target: &str| Service { priority, weight: 1, port: 80, target: target.into() };
            Timed::new(
                self.0.up_to(10),
                match self.0.up_to(4) {
                    0 => DnsAnswer::Timeout,
                    1 => DnsAnswer::None,
                    2 => DnsAnswer::Services(vec![service(2, "b."), service(1, "10.0.0.1"), service(1, ".")]),
                    _ => DnsAnswer::Addresses(vec![[10, 0, 0, 1].into(), [10, 0, 0, 2].into()]),
                },
            )
        }

        fn fetch(&mut self, _: Millis, _: &FetchRequest) -> Timed<FetchAnswer> {
            let files = [
                "<flat-profile><Profile_Rule>(\"$A\" eq \"\")? (a=\"x\";)! /x | http://b/y</Profile_Rule></flat-profile>",
                "<flat-profile><Profile_Rule_B>[--srv] https://c/$MA</Profile_Rule_B></flat-profile>",
                "<flat-profile><Profile_Rule_C>[--post a --uid u] http://c/</Profile_Rule_C></flat-profile>",
                "<flat-profile><Resync_Periodic>0,5+7</Resync_Periodic><Profile_Rule>gds://</Profile_Rule></flat-profile>",
                "<flat-profile><Resync_Trigger_1>$PRVTMR gt 90</Resync_Trigger_1><GPP_A/></flat-profile>",
                "<flat-profile><Resync_At__HHmm_>1200</Resync_At__HHmm_><Syslog_Server>s</Syslog_Server></flat-profile>",
                "<flat-profile><Restricted_Access_Domains>a, b</Restricted_Access_Domains></flat-profile>",
                "<flat-profile><Profile_Rule>/$PSN.xml</Profile_Rule><Provision_Enable>No</Provision_Enable></flat-profile>",
                "<flat-profile><Upgrade_Rule>($SWVER ne sip88xx.1-0-1MPP-4)? http://a/x.loads</Upgrade_Rule></flat-profile>",
                "<flat-profile><Report_Rule>[--delta]http://a/r http://b/s</Report_Rule>\
                 <Report_to_Server>Periodically</Report_to_Server></flat-profile>",
                "<flat-profile><Custom_CA_Rule>/x</Custom_CA_Rule><Trans_Auth_Rule>http://a/l</Trans_Auth_Rule>\
                 <MIC_Cert_Refresh_Enable>Yes</MIC_Cert_Refresh_Enable></flat-profile>",
            ];
            let http = |status, location: Option<&str>, challenge: Option<&str>| FetchAnswer::Http {
                status,
                location: location.map(str::to_owned),
                challenge: challenge.map(str::to_owned),
                encoding: None,
                body: vec![],
            };
            Timed::new(
                self.0.up_to(100),
                match self.0.up_to(18) {
                    9 => {
                        let places = ["/again", "again", "?x", "//b", "HTTP://b/x#y", "../..", ""];
                        http(302, places.get(self.0.up_to(6) as usize).copied(), None)
                    }
                    10 => http(301, Some("http://d/"), None),
                    11 => http(401, None, Some("Basic realm=x")),
                    12 => http(404, None, None),
                    13 => http(500, Some("x"), None),
                    14 => FetchAnswer::Timeout,
                    15 => FetchAnswer::TftpError { code: 1, text: String::new() },
                    n @ 16.. => FetchAnswer::ok(files.get(n as usize - 7).copied().unwrap_or_default()),
                    n => FetchAnswer::ok(files.get(n as usize).copied().unwrap_or_default()),
                },
            )
        }
    }

    proptest! {
        #[test]
        fn whatever_the_world_says_the_phone_comes_to_rest(seed: u64, notify: bool) {
            let mut world = Chaos(Random::new(seed));
            let mut chance = Random::new(seed);
            let stances = Matter::ALL.iter().fold(Stances::default(), |stances, matter| {
                stances.with(*matter, chance.up_to(matter.choices().len() as u64 - 1) as usize)
            });
            let mut player = Player::new(phone(&[]).with_stances(stances), &mut world);
            player.power_on();
            for hour in 1..6 {
                player.until(hours(hour));
                if notify {
                    let commands = [
                        Command::Notify(Notification::Resync),
                        Command::Notify(Notification::Report),
                        Command::ActivationCode("#123".into()),
                        Command::UpgradeUrl("http://a/sip88xx.11-3-1MPP-678.loads".into()),
                        Command::Lines { busy: hour % 2 == 0 },
                        Command::ResyncUrl { rule: Some("/x".into()), from: Some([10, 0, 0, 1].into()) },
                        Command::Set { element: "GPP_A".into(), value: "by hand".into() },
                        Command::Configure(b"<flat-profile><GPP_B>1</GPP_B></flat-profile>".into()),
                        Command::Menu { rule: Some("http://b/menu".into()) },
                        Command::ProfileAccount(Login { user: "u".into(), password: "p".into() }),
                        Command::FactoryReset,
                    ];
                    for command in commands {
                        if chance.up_to(2) == 0 {
                            player.command(command);
                        }
                    }
                }
            }
            player.command(Command::Lines { busy: false });
            player.until_quiet(hours(9));
            let cut = player.timeline().to_string().contains("it is cut here");
            prop_assert!(player.phone().is_quiet() && !cut, "{}", player.timeline());
        }
    }
}

#[test]
fn unasked_answers_change_nothing() {
    let mut phone = phone(&[]);
    for input in [
        Input::Timer,
        Input::Fetched(FetchAnswer::ok("x")),
        Input::Resolved(DnsAnswer::None),
        Input::LeaseFailed,
        Input::Lease(Lease::bare([1, 1, 1, 1].into())),
    ] {
        assert_eq!(phone.handle(5, input), []);
    }
    assert!(!phone.is_quiet());
}

#[test]
fn two_partitions_in_order_and_the_later_wins() {
    let mut bench = Bench::default()
        .file("http://10.0.0.1/basic.txt", "<GPP_A>1</GPP_A><GPP_B>first</GPP_B>")
        .file("http://10.0.0.1/basic2.txt", "<GPP_B>ABCD</GPP_B>");
    let set = [("Profile_Rule", "http://10.0.0.1/basic.txt"), ("Profile_Rule_B", "http://10.0.0.1/basic2.txt")];
    let (phone, _) = run(phone(&set), &mut bench, 60_000);
    assert_eq!((phone.settings().get("GPP_A"), phone.settings().get("GPP_B")), ("1", "ABCD"));
    assert_eq!(bench.asked, ["http://10.0.0.1/basic.txt", "http://10.0.0.1/basic2.txt"]);
}
