//! The model in virtual time: the exercises of PB §13 and the rules of PB §8.

mod accounts;
mod clock;
mod conflicts;
mod customization;
mod discovery;
mod errands;
mod exercises;
mod passes;
mod properties;
mod reports;
mod requests;
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
