//! Servers, networks, zones, bootstraps and fetches, by mistake: for each two programs that have it and a close neighbour
//! that has not. All are about one office, so that only what matters stands in them.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Palette, Severity, render};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use std::fmt::Write;

/// What each part of the office says in a case, beside what it says anyway.
#[derive(Clone, Copy, Default)]
pub(super) struct Office<'p> {
    pub top: &'p str,
    pub server: &'p str,
    pub network: &'p str,
    pub zone: &'p str,
    pub account: &'p str,
    pub fleet: &'p str,
}

impl Office<'_> {
    pub fn text(&self) -> String {
        let or = |text: &str, usual: &str| if text.is_empty() { usual.to_owned() } else { text.to_owned() };
        format!(
            r#"use cisco.mpp
secret word = env("WORD")
{}
server prov {{
  name "prov.example.com"
  address 192.168.50.10
  tftp {{ port 69 }}
  dhcp {{ port 67 }}
  {}
}}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  ntp 192.168.50.2
  {}
}}
zone "example.com" {{
  a "prov" 192.168.50.10
  {}
}}
profile keys {{ fetch https "/keys/$MA.xml" }}
profile account {{
  {}
}}
fleet desks {{ server prov  network office  profiles keys, account
  {}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC"  user "u1" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-7841-3PCC"  user "u2" }}
}}
"#,
            self.top,
            format_args!("{}\n  {HTTPS}", or(self.server, "http { port 80 }")),
            self.network,
            self.zone,
            or(self.account, "fetch http \"/account/$MA.xml\""),
            or(self.fleet, "bootstrap dhcp 160"),
        )
    }

    pub fn plan(&self) -> Planned {
        let mut files = MemoryFiles::single(self.text());
        files.0.insert("a.pem".into(), include_bytes!("../support/server.pem").to_vec());
        files.0.insert("ca.pem".into(), include_bytes!("../support/server.pem").to_vec());
        files.0.insert("a.key".into(), include_bytes!("../support/server.key").to_vec());
        pipeline::plan(&files, "main.prov", &Options { program: "office".into(), port_offset: 0 })
    }
}

const HTTPS: &str = "https { port 443  certificate \"a.pem\"  key file(\"a.key\")  clients require \"ca.pem\" }";

/// What the office has anyway: not every case uses the secret.
fn of_the_office(finding: &Diagnostic) -> bool {
    finding.code == Code::P0204
}

pub(super) fn found(planned: &Planned) -> Vec<Code> {
    let codes = planned.findings().iter().filter(|finding| !of_the_office(finding));
    codes.map(|finding| finding.code).collect()
}

#[track_caller]
pub(super) fn told(name: &str, code: Code, with: &[Office<'_>], without: &[Office<'_>]) {
    let mut text = String::new();
    for office in with {
        let planned = office.plan();
        assert_eq!(found(&planned), [code], "{}\n{}", office.text(), rendered(&planned));
        let _ = writeln!(text, "{}", rendered(&planned));
    }
    for office in without {
        let planned = office.plan();
        assert_eq!(found(&planned), [], "{}\n{}", office.text(), rendered(&planned));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("services-{name}"), text);
    });
}

fn rendered(planned: &Planned) -> String {
    let shown = planned.findings().iter().filter(|finding| !of_the_office(finding));
    shown.map(|finding| render(finding, planned.sources(), Palette::Plain)).collect::<Vec<_>>().join("\n")
}

fn network(network: &str) -> Office<'_> {
    Office { network, ..Office::default() }
}

pub(super) fn zone(zone: &str) -> Office<'_> {
    Office { zone, ..Office::default() }
}

fn fleet(fleet: &str) -> Office<'_> {
    Office { fleet, ..Office::default() }
}

fn account<'p>(server: &'p str, account: &'p str) -> Office<'p> {
    Office { server, account, ..Office::default() }
}

#[test]
fn an_option_that_its_number_cannot_hold() {
    let bad = ["option 66 = 192.168.50.10", "option 26 = 67", "option 125 = \"text\"", "option 51 = 60"];
    let good = [
        "option 66 = \"192.168.50.10\"",
        "option 26 = 1500",
        "option 125 = hex(\"00 00 0d e9 02 0b 00\")",
        "option 2 = 1h",
        "option 4 = [192.168.50.1, 192.168.50.2]",
        "option 121 = 10.0.0.0/8, 192.168.50.1",
        "option 19 = no",
    ];
    told("an-option-that-its-number-cannot-hold", Code::P0902, &bad.map(network), &good.map(network));
    let long = format!("option 224 = \"{}\"", "x".repeat(256));
    assert_eq!(found(&network(&long).plan()), [Code::P0902]);
    let longest = format!("option 224 = \"{}\"", "x".repeat(255));
    assert_eq!(found(&network(&longest).plan()), []);
}

#[test]
fn an_option_of_digits_that_are_none() {
    let bad = ["option 224 = hex(\"0\")", "option 224 = hex(\"\")"].map(network);
    told("octets-that-are-none", Code::P0103, &bad, &[network("option 224 = hex(\"0a:0b\")")]);
}

#[test]
fn a_class_whose_condition_tells_nobody_apart() {
    let class = |when: &str| format!("class \"x\" when {when} {{ option 224 = \"x\" }}");
    let bad = ["request.mac", "1 == 1", "request.vendor_class < \"a\"", "request.mac == \"00\""].map(class);
    let good = [
        "request.known",
        "request.known == yes",
        "request.known != no and no == request.known",
        "not request.known and \"PXE\" in request.vendor_class",
        "request.user_class in [\"lab\", \"hall\"] or request.host_name != \"x\"",
        "request.mac == 00:0e:08:ab:cd:01 or request.relay == 10.0.0.1",
        "\"CP-8841-3PCC\" == request.model",
    ]
    .map(class);
    let (bad, good) = (bad.each_ref().map(|text| network(text)), good.each_ref().map(|text| network(text)));
    told("a-class-whose-condition-tells-nobody-apart", Code::P0301, &bad, &good);
    for (when, code) in [
        ("request.vendor == \"x\"", Code::P0211),
        ("request.known == \"yes\"", Code::P0301),
        ("request.known in [yes]", Code::P0301),
        ("request.model == \"CP-8841\"", Code::P0211),
        ("phone.model == \"CP-8841-3PCC\"", Code::P0401),
    ] {
        let class = class(when);
        assert_eq!(found(&network(&class).plan()), [code], "{when}");
    }
}

#[test]
fn options_that_disagree() {
    let at = |network, fleet| Office { network, fleet, ..Office::default() };
    let bad = [
        at("option 66 = \"192.168.50.99\"", "bootstrap dhcp 160"),
        at("class \"x\" when request.known { option 160 = \"http://other.example.com\" }", "bootstrap dhcp 160"),
        at(
            "class \"x\" when \"hall\" in request.user_class { option 160 = \"http://other.example.com\" }",
            "bootstrap dhcp 160",
        ),
        at(
            "class \"x\" when request.model == \"CP-8841-3PCC\" { option 160 = \"http://other.example.com\" }",
            "bootstrap dhcp 160",
        ),
        at("", "bootstrap dhcp 66 http"),
    ];
    let good = [
        at("option 66 = \"192.168.50.10\"", "bootstrap dhcp 160"),
        at("option 43 = \"site=hall\"", "bootstrap dhcp 160"),
        // What others are told.
        at("class \"x\" when not request.known { option 160 = \"http://other.example.com\" }", "bootstrap dhcp 160"),
        at(
            "class \"x\" when request.model == \"CP-6821-3PCC\" and \"a\" in request.user_class { option 66 = \"192.168.50.99\" }",
            "bootstrap dhcp 160",
        ),
        // Phones look at it later.
        at("option 150 = 192.168.50.99", "bootstrap dhcp 66"),
        at("option 66 = \"192.168.50.99\"", "bootstrap manual"),
        at("", "bootstrap dhcp 66, 160 http"),
    ];
    told("options-that-disagree", Code::P0903, &bad, &good);
}

#[test]
fn an_address_where_it_is_not() {
    let bad = ["reserve 00:0e:08:ab:cd:01 192.168.50.255", "reserve 00:0e:08:ab:cd:01 192.168.50.10"];
    told(
        "an-address-that-is-somebody-s",
        Code::P0901,
        &bad.map(network),
        &[network("reserve 00:0e:08:ab:cd:01 192.168.50.254")],
    );
}

#[test]
fn a_pool_with_an_address_that_is_somebodys() {
    let bad = ["pool 192.168.50.10 .. 192.168.50.20", "router 192.168.50.150"].map(network);
    let good = ["pool 192.168.50.11 .. 192.168.50.20", "router 192.168.50.99", "router 192.168.50.200"].map(network);
    told("a-pool-with-an-address-that-is-somebody-s", Code::P0901, &bad, &good);
}

#[test]
fn options_that_a_word_says_already() {
    let bad = [
        "router 192.168.50.1\n  option 3 = 192.168.50.2",
        "dns 192.168.50.1\n  option 6 = 192.168.50.2",
        "domain \"a.example\"\n  option 15 = \"b.example\"",
        "option 42 = 192.168.50.2\n  ntp 192.168.50.1",
    ];
    for network in bad.map(network) {
        assert_eq!(found(&network.plan()), [Code::P0202]);
    }
    for network in ["option 44 = 192.168.50.2", "dns 192.168.50.1\n  option 44 = 192.168.50.2"].map(network) {
        assert_eq!(found(&network.plan()), []);
    }
}

#[test]
fn a_relay_that_means_another_network() {
    let top = |relay: &str| {
        format!(
            "network wide {{ server prov  subnet 192.168.0.0/16  pool 192.168.60.1 .. 192.168.60.9  relay {relay} }}"
        )
    };
    let (same, other) = (top("192.168.50.1"), top("192.168.51.1"));
    let at = |top, network| Office { top, network, ..Office::default() };
    let bad = [at("", "relay 192.168.51.1"), at(&same, "relay 192.168.50.1")];
    let good = [at("", "relay 192.168.50.1, 192.168.50.2"), at(&other, "relay 192.168.50.1")];
    told("a-relay-that-means-another-network", Code::P0901, &bad, &good);
    assert_eq!(found(&network("relay 192.168.50.1\n  relay 192.168.50.1").plan()), [Code::P0202]);
    assert_eq!(found(&network("relay 2001:db8::1").plan()), [Code::P0301]);
}

#[test]
fn a_bootstrap_by_dhcp_that_nobody_serves() {
    let top = |dhcp: &str| {
        format!(
            "server other {{ address 192.168.60.10  {dhcp} }}\n\
             network annex {{ server other  subnet 192.168.60.0/24  pool 192.168.60.100 .. 192.168.60.199  ntp 192.168.60.2 }}"
        )
    };
    let (quiet, serving) = (top("http { port 80 }"), top("dhcp { port 67 }"));
    let at = |top, fleet| Office { top, fleet, ..Office::default() };
    let bad = [at(&quiet, "bootstrap dhcp 160\n  network annex")];
    let good = [at(&serving, "bootstrap dhcp 160\n  network annex"), at(&quiet, "bootstrap manual\n  network annex")];
    told("a-bootstrap-by-dhcp-that-nobody-serves", Code::P0212, &bad, &good);
}

#[test]
fn a_setting_that_counts_once_is_given_twice() {
    let lease = |twice: &'static str| found(&network(twice).plan());
    assert_eq!(lease("lease 1h"), []);
    assert_eq!(lease("lease 1h\n  lease 2h"), [Code::P0202]);
    assert_eq!(lease("lease = 1d"), [Code::P0101]);
    let zipped = |twice: &'static str| found(&account("", twice).plan());
    assert_eq!(zipped("fetch http \"/account/$MA.xml\"\n  gzip"), []);
    assert_eq!(zipped("fetch http \"/account/$MA.xml\"\n  gzip\n  gzip"), [Code::P0202]);
    let phone = "phone 00:0e:08:ab:cd:01";
    for (steps, codes) in [(phone.to_owned(), vec![]), (format!("{phone}\n  {phone}"), vec![Code::P0202])] {
        let top = format!("test \"a\" {{\n  {steps}\n  boot\n  expect resyncs >= 0\n}}");
        assert_eq!(found(&Office { top: &top, ..Office::default() }.plan()), codes, "{top}");
    }
}

#[test]
fn a_list_without_its_commas() {
    let at = |bootstrap: &str| found(&fleet(bootstrap).plan());
    assert_eq!(at("bootstrap dhcp 160, 66"), []);
    assert_eq!(at("bootstrap dhcp 66, 160 http"), []);
    assert_eq!(at("bootstrap dhcp 160 66"), [Code::P0101]);
    assert_eq!(at("bootstrap dhcp 160 v6 159"), [Code::P0101]);
    assert_eq!(at("bootstrap dhcp 160\n  resync { retry 1h, 2h jitter 30m }"), []);
    assert_eq!(at("bootstrap dhcp 160\n  resync { retry 1h 2h jitter 30m }"), [Code::P0101]);
    assert_eq!(at("bootstrap dhcp 160\n  resync { every 4h jitter 30m }"), []);
}

#[test]
fn a_network_of_ipv6_beside_one_of_ipv4() {
    let top = |network: &str| {
        format!(
            "network sixth {{ server prov  subnet 2001:db8:50::/64  pool 2001:db8:50::100 .. 2001:db8:50::1ff {network} }}"
        )
    };
    let server = "http { port 80 }\n  dhcp6 { port 547 }";
    let with = |top: &str, fleet: &'static str| found(&Office { top, server, fleet, ..Office::default() }.plan());
    let both = "bootstrap dhcp 160, v6 159\n  network sixth";
    assert_eq!(with(&top(""), both), []);
    assert_eq!(with(&top("dns 2001:db8::53  ntp 2001:db8::7  domain \"example.com\""), both), []);
    assert!(with(&top("router 2001:db8:50::1"), both).contains(&Code::P0902));
    assert!(with(&top("dns 192.168.50.10"), both).contains(&Code::P0301));
    assert!(with(&top("\n  option 23 = \"x\"\n"), both).contains(&Code::P0902));
    assert!(with(&top("reserve 00:0e:08:ab:cd:01 2001:db8:51::1"), both).contains(&Code::P0901));
    assert!(with(&top("pool 2001:db8:50::180 .. 2001:db8:50::2ff"), both).contains(&Code::P0901));
    assert!(with("", "bootstrap dhcp v6 159").contains(&Code::P0212));
    let bad = [network("dns 2001:db8::53"), network("router 2001:db8::1")];
    told("an-address-of-the-other-family", Code::P0301, &bad, &[network("dns 192.168.50.53")]);
}

#[test]
fn a_bootstrap_by_what_phones_do_not_look_at() {
    let bad = ["bootstrap dhcp 60", "bootstrap dhcp 125", "bootstrap dhcp 67", "bootstrap dhcp 160, v6 43"].map(fleet);
    let good =
        ["bootstrap dhcp 43", "bootstrap dhcp 66, 150", "bootstrap edos", "bootstrap activation code"].map(fleet);
    told("a-bootstrap-by-what-phones-do-not-look-at", Code::P0303, &bad, &good);
    assert_eq!(found(&fleet("bootstrap dhcp 160, 160").plan()), [Code::P0202]);
    assert_eq!(found(&fleet("bootstrap dhcp").plan()), [Code::P0101]);
    assert_eq!(found(&fleet("bootstrap by magic").plan()), [Code::P0101]);
}

#[test]
fn a_bootstrap_by_srv_without_its_records() {
    const SRV: &str = "srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }";
    let at = |network, zone| Office { network, zone, fleet: "bootstrap srv", ..Office::default() };
    let bad = [at("domain \"example.com\"", ""), at("", SRV), at("domain \"far.example.com\"", SRV)];
    let good = [at("domain \"example.com\"", SRV), at("domain \"example.org\"", SRV)];
    told("a-bootstrap-by-srv-without-its-records", Code::P0905, &bad, &[]);
    // Nothing but what is in doubt about SRV itself.
    for good in good {
        assert_eq!(found(&good.plan()), [Code::P1003]);
    }
}

const DIGEST: &str = "http { port 80  realm \"phones\" digest { account \"lab\" password word } }";
const BASIC: &str = "http { port 80  realm \"phones\" basic { } }";
const ACCOUNT: &str = "fetch http \"/account/$MA.xml\"\n  account digest user phone.user password word";

#[test]
fn credentials_over_plain_http() {
    let basic = account(BASIC, "fetch http \"/account/$MA.xml\"\n  account basic user \"desk\" password word");
    told("credentials-over-plain-http", Code::P0409, &[account(DIGEST, ACCOUNT), basic], &[account(DIGEST, "")]);
}

#[test]
fn an_account_that_nobody_asks_for() {
    let bad = [account("http { port 80 }", ACCOUNT)];
    told("an-account-that-nobody-asks-for", Code::P0212, &bad, &[]);
    told("an-account-of-another-kind", Code::P0303, &[account(BASIC, ACCOUNT)], &[]);
}

#[test]
fn an_account_with_a_mistake() {
    for (server, text, code) in [
        (DIGEST, "fetch http \"/account/$MA.xml\"\n  account digest user \"desk\" password \"open\"", Code::P0406),
        (DIGEST, "fetch http \"/account/$MA.xml\"\n  account digest user \"desk\" password 7", Code::P0301),
        (DIGEST, "fetch http \"/account/$PSN.xml\"\n  account digest user phone.user password word", Code::P0402),
        (DIGEST, "fetch tftp \"/account/$MA.xml\"\n  account digest user \"desk\" password word", Code::P0507),
        (DIGEST, "fetch http \"/account/$MA.xml\"\n  account digest \"desk\" word", Code::P0101),
        (BASIC, "fetch http \"/account/$MA.xml\"\n  account basic user phone.mac password word", Code::P0305),
        (DIGEST, "fetch http \"/account/$MA.xml\"\n  account digest user \"a b\" password word", Code::P0305),
        (DIGEST, "fetch http \"/account/$MA.xml\"\n  account ntlm user \"desk\" password word", Code::P0303),
        ("http { port 80  realm \"a\\\"b\" digest { } }", "", Code::P0305),
        ("http { port 80  realm \"a\" digest { account \"x:y\" password word } }", "", Code::P0305),
        ("http { port 80  realm \"a\" digest { account \"x\" password \"y\" } }", "", Code::P0406),
        ("http { port 80  realm \"a\" }", "", Code::P0101),
        ("http { port 80  clients none }", "", Code::P0211),
        ("http { port 80 }\n  dns { forward \"9.9.9.9\" }", "", Code::P0301),
        ("http { port 80 }\n  capacity 0", "", Code::P0302),
        ("http { port 80 }\n  address 192.168.50.10", "", Code::P0202),
        ("http { port 443 }", "", Code::P0911),
    ] {
        let office = account(server, text);
        assert_eq!(found(&office.plan()), [code], "{}\n{}", office.text(), rendered(&office.plan()));
    }
}

#[test]
fn credentials_that_do_not_reach_the_phone() {
    let first = |account: &'static str| Office {
        server: DIGEST,
        account,
        fleet: "bootstrap dhcp 160\n  profiles",
        ..Office::default()
    };
    // The account stands in the first profile: nothing comes before it.
    let text =
        first(ACCOUNT).text().replace("profiles keys, account", "profiles account").replace("\n  profiles\n", "\n");
    let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
    let errors = planned.findings().iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.map(|finding| finding.code).collect::<Vec<_>>(), [Code::P0404, Code::P0404]);
}

#[test]
fn srv_and_post() {
    const SRV: &str = "srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }";
    let at = |zone, account| Office { zone, account, ..Office::default() };
    let bad = [at("", "fetch srv http \"/account/$MA.xml\""), at(SRV, "fetch srv https \"/account/$MA.xml\"")];
    let good = [
        at(SRV, "fetch srv http \"/account/$MA.xml\""),
        at(SRV, "fetch srv post http on prov \"/account/$MA.xml\" body \"mac=$MA; $$\""),
    ];
    told("a-fetch-by-srv-without-its-record", Code::P0905, &bad, &good);
    told(
        "srv-or-post-over-tftp",
        Code::P0508,
        &[at("", "fetch srv tftp \"/$MA.xml\""), at("", "fetch post tftp \"/$MA.xml\" body \"x\"")],
        &[at("", "fetch tftp \"/$MA.xml\"")],
    );
    let sealed = |fetch: &str| format!("{fetch}\n  seal aes128gcm key derive(word, phone.mac)");
    let (bad, good) = (sealed("fetch tftp \"/account/$MA.xml\""), sealed("fetch http \"/account/$MA.xml\""));
    told("a-header-of-http-over-tftp", Code::P0508, &[at("", bad.leak())], &[at("", good.leak())]);
    for (text, code) in [
        ("fetch put http \"/$MA.xml\"", Code::P0507),
        ("fetch post http \"/$MA.xml\"", Code::P0212),
        ("fetch http \"/$MA.xml\" body \"x\"", Code::P0101),
        ("fetch post http \"/$MA.xml\" body \"$NOPE\"", Code::P0208),
        ("fetch post http \"/$MA.xml\" body \"$SA\"", Code::P0208),
        ("fetch post http \"/$MA.xml\" body \"{word}\"", Code::P0405),
        ("fetch post http \"/$MA.xml\" body 7", Code::P0301),
        ("fetch post http \"/$MA.xml\" body \"{phone.user}\"", Code::P0401),
        ("fetch http on \"/x\"", Code::P0101),
        ("fetch ftp \"/$MA.xml\"", Code::P0303),
    ] {
        let office = at("", text);
        assert_eq!(found(&office.plan()), [code], "{text}\n{}", rendered(&office.plan()));
    }
}

#[test]
fn rules_name_what_the_phone_needs() {
    let rule = |office: Office<'_>| {
        let planned = office.plan();
        let served = planned.served().unwrap_or_else(|| panic!("{}", rendered(&planned)));
        let phone = served.all_phones().next().expect("a phone");
        let rules = &served.plan().fleets[0].rules;
        served.expand(phone, &rules[1].text)
    };
    let zone = "srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }";
    let server = DIGEST;
    assert_eq!(rule(account(server, ACCOUNT)), "[--uid $SA --pwd $SB] http://prov.example.com/account/$(MA).xml");
    assert_eq!(
        rule(account(server, "fetch http \"/$MA.xml\"\n  account digest user \"desk-{phone.mac}\" password word")),
        "[--uid $SA --pwd $SB] http://prov.example.com/$(MA).xml"
    );
    let text = "fetch srv post http \"/$MA.xml\" body \"mac=$MA\"\n  seal aes256cbc key derive(word, phone.mac)\n  \
                account digest user \"desk\" password word";
    assert_eq!(
        rule(Office { server, zone, account: text, ..Office::default() }),
        "[--key $SA --uid desk --pwd $SB --post p --srv] http://example.com/$(MA).xml"
    );
}

#[test]
fn tls_files_that_are_not_there_are_a_note() {
    let office = Office { server: "http { port 80 }", ..Office::default() };
    let planned = pipeline::plan(&MemoryFiles::single(office.text()), "main.prov", &Options::default());
    let notes = planned.findings().iter().filter(|finding| finding.severity == Severity::Note);
    assert_eq!(notes.map(|finding| finding.code).collect::<Vec<_>>(), [Code::P0913]);
    assert!(!planned.has_errors());
}

#[test]
fn unknown_phones_that_are_led_nowhere() {
    let unknown = network("answer unknown phones as desks");
    let elsewhere = "network annex {
  server prov  subnet 192.168.60.0/24  router 192.168.60.1  relay 192.168.60.1  ntp 192.168.60.2
  pool 192.168.60.100 .. 192.168.60.199
}
fleet away { server prov  network annex  profiles keys  bootstrap dhcp 160
  phone 00:0e:08:ab:cd:09 { model \"CP-8861-3PCC\" }
}";
    told(
        "unknown-phones-elsewhere",
        Code::P0901,
        &[
            Office { top: elsewhere, ..network("answer unknown phones as away") },
            Office { top: &elsewhere.replace("dhcp 160", "dhcp 66"), ..network("answer unknown phones as away") },
        ],
        &[unknown],
    );
    told(
        "unknown-phones-without-an-option",
        Code::P0212,
        &[Office { fleet: "bootstrap manual", ..unknown }, Office { fleet: "bootstrap activation code", ..unknown }],
        &[Office { fleet: "bootstrap dhcp 66", ..unknown }],
    );
    for (answer, code) in [
        ("answer unknown phones", Code::P0101),
        ("answer unknown phones as", Code::P0101),
        ("answer unknown phones as \"desks\"", Code::P0301),
        ("answer unknown phones as desk", Code::P0201),
        ("answer unknown phones as desks away", Code::P0101),
        ("answer unknown phones as desks\n  answer known phones only", Code::P0202),
    ] {
        let program = network(answer).text();
        let planned = pipeline::plan(&MemoryFiles::single(program), "main.prov", &Options::default());
        assert!(found(&planned).contains(&code), "{answer}: {:?}", found(&planned));
    }
}

/// The findings that IPv6 gives the same answer: the fleet is there, and has an option that its phones look at.
#[test]
fn unknown_phones_of_ipv6_are_led_by_its_own_options() {
    let codes = |network: &str, bootstrap: &str| {
        let program = format!(
            "use cisco.mpp
server prov {{ address 192.168.50.10, 2001:db8:50::10  http {{ port 80 }}  dhcp {{ port 67 }}  dhcp6 {{ port 547 }} }}
network four {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  ntp 192.168.50.1 }}
network six {{ server prov  subnet 2001:db8:50::/64  pool 2001:db8:50::100 .. 2001:db8:50::1ff  answer unknown phones as desks }}
profile own {{ fetch http \"/$MA.xml\" }}
fleet desks {{ server prov  network {network}  profiles own  bootstrap {bootstrap}
  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }}
}}"
        );
        let planned = pipeline::plan(&MemoryFiles::single(program), "main.prov", &Options::default());
        let about = |code: &Code| matches!(code, Code::P0107 | Code::P0212 | Code::P0901);
        found(&planned).into_iter().filter(about).collect::<Vec<_>>()
    };
    assert_eq!(codes("four, six", "dhcp 160, v6 159"), []);
    assert_eq!(codes("four, six", "dhcp 160"), [Code::P0212]);
    assert_eq!(codes("four", "dhcp 160"), [Code::P0901]);
}
