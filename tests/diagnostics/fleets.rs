//! What shows in the plan of a fleet: for each finding two programs that have it, and close neighbours that have not.

use crate::support::blocks::Block;
use prov::diagnostic::{Code, Severity};

/// One office: what the server, the network, the first profile and the fleet say beside what they say anyway.
#[derive(Clone, Copy, Default)]
pub(super) struct Office<'p> {
    pub server: &'p str,
    pub network: &'p str,
    pub profile: &'p str,
    pub fleet: &'p str,
    /// Files beside the program: a name and what is in it.
    pub files: &'p [(&'p str, &'p str)],
}

impl Office<'_> {
    /// The codes of errors and warnings, and of notes that are none of the usual ones.
    pub fn codes(&self) -> Vec<Code> {
        let (server, network, fleet) = (self.server, self.network, self.fleet);
        let profile = if self.profile.is_empty() { "fetch http \"/common/$PSN.xml\"" } else { self.profile };
        let text = format!(
            r#"use cisco.firmware
use cisco.mpp
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ port 80 }}  dhcp {{ }}
  {server}
}}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199
  {network}
}}
firmware v1137 {{ release "11.3(7)" }}
firmware v1101 {{ release "11.0(1)" }}
profile common {{
  {profile}
}}
profile account {{ fetch http "/account/$MA.xml" }}
fleet desks {{ server prov  network office  profiles common, account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-8811-3PCC" }}
  {fleet}
}}
"#
        );
        let mut blocks = vec![Block { info: "prov main.prov".into(), text }];
        blocks.extend(self.files.iter().map(|(name, text)| Block { info: (*name).into(), text: (*text).into() }));
        let planned = super::compile(&blocks);
        let usual = [Code::P0107, Code::P0204, Code::P0206, Code::P0711, Code::P0913];
        let told = planned.findings().iter().filter(|finding| {
            let quiet = finding.severity == Severity::Note
                && matches!(finding.code, Code::P0212 | Code::P0504 | Code::P0708 | Code::P0712);
            !quiet && !usual.contains(&finding.code)
        });
        told.map(|finding| finding.code).collect()
    }
}

#[track_caller]
pub(super) fn told(code: Code, bad: &[Office<'_>], good: &[Office<'_>]) {
    assert!(bad.len() > 1 && !good.is_empty());
    for (number, office) in bad.iter().enumerate() {
        assert_eq!(office.codes(), [code], "{code}, bad {number}");
    }
    for (number, office) in good.iter().enumerate() {
        assert_eq!(office.codes(), [], "{code}, good {number}");
    }
}

fn fleet(fleet: &str) -> Office<'_> {
    Office { fleet, ..Office::default() }
}

#[test]
fn files_that_may_not_be_there() {
    const LATER: &str = "rule Profile_Rule_D raw \"https://h.test/d.xml\"";
    let with = |rule: &str| format!("bootstrap dhcp 160\n  rule Profile_Rule_C raw \"{rule}\"\n  {LATER}");
    let (mac, serial) = (with("https://h.test/$MA.xml"), with("[--key $B] http://192.0.2.7/x/$(SN).xml"));
    // Whose server a register names is not known.
    let (model, posted) = (with("https://h.test/$PSN.xml"), with("[--post a] https://h.test/$MA"));
    let register = with("http://$B/users/$MA.xml");
    let allowed = format!("{mac}\n  resync {{ missing file is success }}");
    let last = "bootstrap dhcp 160\n  rule Profile_Rule_C raw \"https://h.test/$MA.xml\"";
    told(Code::P0606, &[fleet(&mac), fleet(&serial)], &[&model, &posted, &register, &allowed, last].map(fleet));
}

#[test]
fn rules_without_a_server() {
    let with = |rule: &str| format!("bootstrap dhcp 160\n  rule Profile_Rule_C raw \"{rule}\"");
    let second = with("($A eq 1)? /late/x.xml | https://h.test/x.xml");
    let bare = with("($A eq 1)? /late/x.xml");
    let (whole, alone) = (with("h.test/late/x.xml"), with("($A eq 1)? https://h.test/x.xml"));
    told(Code::P0608, &[fleet(&bare), fleet(&second)], &[fleet(&whole), fleet(&alone)]);
    // Where it keeps phones from coming home, the story tells of it.
    assert_eq!(fleet(&with("/late/x.xml")).codes(), [Code::P0607]);
}

#[test]
fn seeds_that_nobody_takes() {
    let with = |profile, fleet| Office { profile, fleet, ..Office::default() };
    const SEED: &str = "fetch http \"/common/$PSN.xml\"\n  seed Ringer_Volume = 9";
    const TWO: &str = "fetch http \"/common/$PSN.xml\"\n  seed Ringer_Volume = 9\n  seed Handset_Volume = 9";
    told(
        Code::P0612,
        &[with(SEED, ""), with(TWO, "")],
        &[with(SEED, "bootstrap dhcp 160"), with(TWO, "bootstrap manual")],
    );
}

#[test]
fn upgrades_while_people_work() {
    let with = |network, fleet| Office { network, fleet, ..Office::default() };
    const EVERY: &str = "upgrade { to v1137  fetch http \"/fw\" }\n  resync { every 2h jitter 10m }";
    const LATE: &str = "upgrade { to v1137  fetch http \"/fw\" }\n  resync { at 17:55 spread 10m }";
    const NIGHT: &str = "upgrade { to v1137  fetch http \"/fw\" }\n  resync { at 02:30 spread 10m }";
    const ASKED: &str = "upgrade { to v1137  fetch http \"/fw\" }\n  resync { every 0s }";
    let (day, night) = ("busy 08:00 .. 18:00", "busy 06:00 .. 07:00, 22:00 .. 04:00");
    told(
        Code::P0707,
        &[with(day, EVERY), with(day, LATE), with(night, NIGHT)],
        &[with(day, NIGHT), with(night, LATE), with("", EVERY), with(day, ASKED), with(day, "resync { every 2h }")],
    );
}

#[test]
fn loads_that_are_not_whole() {
    const LOAD: &str = "bytes images/sip88xx.11-3-7MPP0001-272.loads";
    // `k.sbn r.sbn`
    const LIST: &str = "6b 2e 73 62 6e 20 72 2e 73 62 6e 20 6b 65 72 6e 2e 73 62 6e";
    const UPGRADE: &str = "upgrade { to v1137  fetch http \"/fw\" }";
    let by_hand = "rule Upgrade_Rule raw \"http://prov.example.com/fw/sip88xx.11-3-7MPP0001-272.loads\"";
    let with = |fleet, files| Office { fleet, files, ..Office::default() };
    let (other, empty) = (&[("text images/readme", "")][..], &[(LOAD, "")][..]);
    let halves = &[(LOAD, LIST), ("text images/k.sbn", "x"), ("text images/kern.sbn", "x")][..];
    let whole =
        &[(LOAD, LIST), ("text images/kern.sbn", "x"), ("text images/k.sbn", "x"), ("text images/r.sbn", "x")][..];
    let elsewhere = "rule Upgrade_Rule raw \"http://h.test/fw/sip88xx.11-3-7MPP0001-272.loads\"";
    told(
        Code::P0708,
        &[with(UPGRADE, other), with(by_hand, other), with(UPGRADE, empty)],
        &[with(UPGRADE, whole), with(by_hand, whole), with(elsewhere, other), with("", other)],
    );
    // Names of one letter are too short to be told from noise.
    assert_eq!(with(UPGRADE, halves).codes(), [Code::P0708]);
}

#[test]
fn images_too_large_for_tftp() {
    const LOAD: &str = "bytes images/sip88xx.11-3-7MPP0001-272.loads";
    const LIST: &str = "72 6f 6f 74 66 73 2e 73 62 6e";
    let files = |octets: &'static str| [(LOAD, LIST), ("zeros images/rootfs.sbn", octets)];
    let (large, fits) = (files("33553920"), files("33553919"));
    let with = |fleet, files| Office { server: "tftp { }", fleet, files, ..Office::default() };
    const TFTP: &str = "upgrade { to v1137  fetch tftp \"/fw\" }";
    const HAND: &str = "rule Upgrade_Rule raw \"tftp://192.168.50.10/sip88xx.11-3-7MPP0001-272.loads\"";
    const HTTP: &str = "upgrade { to v1137  fetch http \"/fw\" }";
    told(Code::P0609, &[with(TFTP, &large), with(HAND, &large)], &[with(TFTP, &fits), with(HTTP, &large)]);
}

#[test]
fn transitions_that_phones_cannot_follow() {
    const RULE: &str = "fetch http \"/common/$PSN.xml\"\n  Trans_Auth_Rule = \"http://192.0.2.1/$MAU.lic\"";
    const BOTH: &str = "fetch http \"/common/$PSN.xml\"\n  Trans_Auth_Rule = \"http://192.0.2.1/$MAU.lic\"\n  Trans_Auth_Type = \"WxC\"";
    const TO: &str = "upgrade { to v1137  fetch http \"/fw\" }";
    let with = |profile, fleet| Office { profile, fleet, ..Office::default() };
    told(Code::P0709, &[with(RULE, ""), with(RULE, TO)], &[with(BOTH, ""), with(BOTH, TO)]);
}

#[test]
fn peaks_that_the_server_does_not_bear() {
    let with = |server, fleet| Office { server, fleet, ..Office::default() };
    const CALM: &str = "retry 1h jitter 10m";
    let at_once = format!("resync {{ on boot spread 0s  {CALM} }}");
    let spread = format!("resync {{ on boot spread 20s  {CALM} }}");
    let never = format!("resync {{ never on boot  {CALM} }}");
    // Two phones with two files each.
    told(
        Code::P0805,
        &[with("capacity 3", &at_once), with("capacity 1", &at_once)],
        &[with("capacity 4", &at_once), with("capacity 1", &spread), with("capacity 1", &never), with("", &at_once)],
    );
    // Alone they ask four times a second and twice; together six times.
    let two = format!(
        "{at_once} }}\nfleet other {{ server prov  profiles account  phone 00:0e:08:ab:cd:11 {{ model \"CP-8841-3PCC\" }}\n  phone 00:0e:08:ab:cd:12 {{ model \"CP-8841-3PCC\" }}\n {at_once}"
    );
    told(Code::P0805, &[with("capacity 4", &two), with("capacity 5", &two)], &[with("capacity 6", &two)]);
    assert_eq!(with("capacity 3", &two).codes(), [Code::P0805], "one server, one finding");
    told(
        Code::P0804,
        &[with("capacity 1", "resync { retry 1h }"), with("capacity 1", "resync { retry 1h jitter 10m, 2h }")],
        &[with("capacity 1", &spread), with("capacity 2", "resync { retry 1h }")],
    );
}

#[test]
fn changes_that_arrive_too_late() {
    let bad = ["every 6h  applies within 4h", "at 02:30 spread 1h  applies within 1d", "every 0s  applies within 7d"];
    let good = ["every 3h jitter 1h  applies within 4h", "at 02:30 spread 1h  applies within 25h", "applies within 1h"];
    let texts = |all: [&str; 3]| all.map(|resync| format!("resync {{ {resync} }}"));
    let (bad, good) = (texts(bad), texts(good));
    told(Code::P0806, &bad.each_ref().map(|text| fleet(text)), &good.each_ref().map(|text| fleet(text)));
    assert_eq!(fleet("resync { applies within 4h  applies within 5h }").codes(), [Code::P0202]);
    // A spread below 10 minutes is one of 10, and a statement that cannot be read says nothing.
    let close = fleet("resync { at 02:30 spread 1m  applies within 1445m }").codes();
    assert!(close.contains(&Code::P0806), "{close:?}");
    assert_eq!(fleet("resync { every often  applies within 10m }").codes(), [Code::P0201]);
}

#[test]
fn spreads_of_two_readings() {
    let set = Office { profile: "fetch http \"/common/$PSN.xml\"\n  Resync_Random_Delay = 2h", ..Office::default() };
    told(
        Code::P0807,
        &[fleet("resync { on boot spread 2h }"), set],
        &[fleet("resync { on boot spread 1h }"), fleet("resync { on boot }")],
    );
}

#[test]
fn contact_without_a_clock() {
    let with = |network, fleet| Office { server: "https { port 443 }", network, fleet, ..Office::default() };
    told(
        Code::P0908,
        &[with("", "bootstrap dhcp 160"), with("", "bootstrap dhcp 43, 159")],
        &[
            with("ntp 192.168.50.2", "bootstrap dhcp 160"),
            with("", "bootstrap dhcp 160 http"),
            with("answer inform only", "bootstrap dhcp 160"),
            with("", "bootstrap manual"),
        ],
    );
}

/// By SRV alone phones ask for the domain, and over http where the record is for http.
#[test]
fn certificates_of_what_phones_ask_for() {
    const TLS: &str = "https { certificate \"prov.pem\"  key file(\"prov.key\")  clients require \"ca.pem\" }";
    let records = |service: &str, port: u16| {
        format!(
            "domain \"example.com\"\n}}\nzone \"example.com\" {{ srv \"{service}\" {{ target \"prov\"  port {port} }}  a \"prov\" 192.168.50.10"
        )
    };
    let (http, https) = (records("_ciscoprov-http._tcp", 80), records("_ciscoprov-https._tls", 443));
    let files = [("text prov.pem", "no certificate")];
    let with = |network, profile| Office { server: TLS, network, profile, fleet: "bootstrap srv", files: &files };
    // In doubt is SRV itself.
    assert_eq!(with(&http, "").codes(), [Code::P1003]);
    let told = with(&https, "").codes();
    assert!(told.contains(&Code::P0907) && told.contains(&Code::P0908), "{told:?}");
    let told = with(&http, "fetch https \"/common/$PSN.xml\"").codes();
    assert!(told.contains(&Code::P0907) && !told.contains(&Code::P0908), "{told:?}");
}

#[test]
fn servers_that_the_domains_leave_out() {
    let with = |profile: &'static str, fleet: &'static str| Office { profile, fleet, ..Office::default() };
    const PROXY: &str = "fetch http \"/common/$PSN.xml\"\n  Restricted_Access_Domains = \"prov.example.com\"\n  Proxy[1] = \"sip.test\"";
    const LIST: &str = "fetch http \"/common/$PSN.xml\"\n  Restricted_Access_Domains = \"prov.example.com\"";
    const FIRMWARE: &str = "rule Upgrade_Rule raw \"http://fw.test/sip88xx.11-3-7MPP0001-272.loads\"";
    const OURS: &str = "upgrade { to v1137  fetch http \"/fw\" }";
    const SIX: &str = "fetch http \"/common/$PSN.xml\"\n  Restricted_Access_Domains = \"prov.example.com\"\n  Proxy[1] = \"[2001:db8::1]:5060\"";
    assert_eq!(with(SIX, "").codes(), []);
    told(Code::P0909, &[with(PROXY, ""), with(LIST, FIRMWARE)], &[with(LIST, OURS), with(LIST, "")]);
}

#[test]
fn tftp_where_a_firewall_shuts_it() {
    const FAR: &str = "}\nnetwork far { server prov  subnet 10.9.0.0/24  pool 10.9.0.10 .. 10.9.0.99  router 10.9.0.1  relay 10.9.0.1";
    let with = |server, profile, fleet| Office { server, network: FAR, profile, fleet, ..Office::default() };
    const TFTP: &str = "fetch tftp \"/common/$PSN.xml\"";
    let (port, usual) = ("tftp { port 6969 }", "tftp { }");
    told(
        Code::P0912,
        &[
            with(port, TFTP, "network far"),
            with(port, "", "network far  bootstrap dhcp 66"),
            with(port, "", "network far  upgrade { to v1137  fetch tftp \"/fw\" }"),
        ],
        &[with(usual, TFTP, "network far"), with(port, TFTP, ""), with(port, "", "network far")],
    );
}

#[test]
fn a_relayed_network_tells_its_phones_the_way() {
    const FAR: &str = "}\nnetwork far { server prov  subnet 10.9.0.0/24  pool 10.9.0.10 .. 10.9.0.99  relay 10.9.0.1\n";
    let with = |way: &str| {
        let network = format!("{FAR}  {way}");
        Office { network: &network, fleet: "network far", ..Office::default() }.codes()
    };
    assert_eq!(with(""), [Code::P0212]);
    for way in ["router 10.9.0.1", "option 3 = 10.9.0.1"] {
        assert_eq!(with(way), [], "{way}");
    }
}

#[test]
fn times_of_resyncs_may_have_names() {
    const NAMES: &str = "}\nlet night = 02:30\nlet wait = 20m\nlet soon = 9h\nnetwork other { subnet 10.9.0.0/24";
    for (named, written) in [
        ("at night spread wait", "at 02:30 spread 20m"),
        ("at 02:30 spread wait", "at 02:30 spread 20m"),
        ("on boot spread wait\n every soon", "on boot spread 20m\n every 9h"),
        ("every 2h\n idle for wait", "every 2h\n idle for 20m"),
        ("every 2h\n applies within soon", "every 2h\n applies within 9h"),
    ] {
        let of = |text: &str| {
            let fleet = format!("resync {{ {text} }}");
            // Names that this line does not use.
            let mut codes = Office { network: NAMES, fleet: &fleet, ..Office::default() }.codes();
            codes.retain(|code| *code != Code::P0204);
            codes
        };
        assert_eq!(of(named), of(written), "{named}");
    }
}

#[test]
fn upgrades_that_lead_back() {
    const BACK: &str = "rule Upgrade_Rule raw \"($SWVER ne sip88xx.11-3-5MPP0001-276)? http://h.test/sip88xx.11-3-5MPP0001-276.loads\"";
    const ALWAYS: &str = "rule Upgrade_Rule raw \"http://h.test/sip88xx.11-3-1MPP-678.loads\"";
    const UP: &str = "rule Upgrade_Rule raw \"http://h.test/sip88xx.12-0-7MPP0501-123.loads\"";
    told(Code::P0712, &[fleet(BACK), fleet(ALWAYS)], &[fleet(UP)]);
}
