//! The exercises of the guides (PB §13), one test for each row.

use super::*;
use crate::phone::seal::{Digest, seal_salted};

const BASIC: &str = "<flat-profile><GPP_A> 12345678 </GPP_A></flat-profile>";

const REGISTERS: [&str; 16] = [
    "GPP_A", "GPP_B", "GPP_C", "GPP_D", "GPP_E", "GPP_F", "GPP_G", "GPP_H", "GPP_I", "GPP_J", "GPP_K", "GPP_L",
    "GPP_M", "GPP_N", "GPP_O", "GPP_P",
];

/// A phone that waits for what it is told.
fn idle(bench: &mut Bench) -> Player<'_> {
    let mut player = Player::new(phone(&[("Resync_On_Reset", "No")]), bench);
    player.power_on();
    player.until_quiet(hours(1));
    player
}

/// What a phone with these parameters has become after its first resync.
fn resynced(bench: &mut Bench, set: &[(&str, &str)]) -> (Phone, Timeline) {
    let mut all = set.to_vec();
    all.push(("Resync_Random_Delay", "0"));
    run(phone(&all), bench, 30_000)
}

#[test]
fn pb_13_basic_txt_by_tftp_and_the_resync_url() {
    let mut bench = Bench::default().answer("tftp://192.168.1.200/basic.txt", FetchAnswer::Tftp(BASIC.into()));
    let mut player = idle(&mut bench);
    assert!(REGISTERS.iter().all(|register| player.phone().settings().get(register).is_empty()));
    player.command(Command::ResyncUrl { rule: Some("tftp://192.168.1.200/basic.txt".into()), from: None });
    player.until_quiet(hours(1));
    assert_eq!(player.phone().settings().get("GPP_A"), "12345678");
    assert!(REGISTERS[1..].iter().all(|register| player.phone().settings().get(register).is_empty()));
    assert_eq!(bench.asked, ["tftp://192.168.1.200/basic.txt"]);
}

#[test]
fn pb_13_basic_txt_by_http_and_periodically() {
    let url = "http://192.168.1.200/basic.txt";
    let mut bench = Bench::default().answer(url, FetchAnswer::ok(BASIC));
    let set = [("Profile_Rule", url), ("Resync_Periodic", "30"), ("Resync_Random_Delay", "0")];
    let (played, timeline) = run(phone(&set), &mut bench, 300_000);
    assert_eq!(played.settings().get("GPP_A"), "12345678");
    let times: Vec<u64> = resyncs(&timeline).iter().map(|(t, _)| t / 1000).collect();
    assert_eq!(times, [0, 30, 60, 90, 120, 150, 180, 210, 240, 270]);
    assert!(bench.agents.iter().all(|agent| agent == "Cisco-CP-8841-3PCC/11.0 (000e08012345)"), "{:?}", bench.agents);
    // The text's own host is no address; DNS does not know it either.
    let mut bench = Bench::default().answer(url, FetchAnswer::ok(BASIC));
    let (_, timeline) = resynced(&mut bench, &[("Profile_Rule", "http://192.168.1.300/basic.txt")]);
    assert!(bench.asked.is_empty() && resyncs(&timeline).iter().all(|(_, good)| !good), "{timeline}");
}

#[test]
fn pb_13_a_file_named_for_the_mac() {
    let mut bench = Bench::default()
        .file("tftp://192.168.1.200/000e08012345.cfg", "<GPP_A>mine</GPP_A>")
        .file("tftp://192.168.1.200/000E08012345.cfg", "<GPP_A>upper</GPP_A>")
        .file("tftp://192.168.1.200/000e08aabbcc.cfg", "<GPP_A>another's</GPP_A>");
    let (played, _) = resynced(&mut bench, &[("Profile_Rule", "tftp://192.168.1.200/$MA.cfg")]);
    assert_eq!(played.settings().get("GPP_A"), "mine");
    let identity = Identity::new("000e08aabbcc".parse().expect("a MAC"), "CP-8841-3PCC", "sip88xx.11-0-0MPP-7");
    let mut settings = Settings::factory();
    settings.set("Profile_Rule", "tftp://192.168.1.200/$MA.cfg");
    let other = Phone::new(identity.expect("valid"), settings, Random::new(1));
    assert_eq!(run(other, &mut bench, 120_000).0.settings().get("GPP_A"), "another's");
}

#[test]
fn pb_13_a_port_a_folder_and_the_product() {
    let mut bench = Bench::default()
        .name("prov.telco.com", &[1])
        .file("tftp://prov.telco.com:6900/cisco/config/CP-8841-3PCC.cfg", "<GPP_A>1</GPP_A>");
    let rule = "tftp://prov.telco.com:6900/cisco/config/$PN.cfg";
    assert_eq!(resynced(&mut bench, &[("Profile_Rule", rule)]).0.settings().get("GPP_A"), "1");
    assert_eq!(bench.asked, ["tftp://prov.telco.com:6900/cisco/config/CP-8841-3PCC.cfg"]);
}

#[test]
fn pb_13_a_register_in_the_path() {
    let mut bench = Bench::default()
        .name("prov.telco.com", &[1])
        .file("tftp://prov.telco.com/cisco/Dj6Lmp23Q/000e08012345.cfg", "<GPP_A>1</GPP_A>");
    let set = [("GPP_B", "Dj6Lmp23Q"), ("Profile_Rule", "tftp://prov.telco.com/cisco/$B/$MA.cfg")];
    assert_eq!(resynced(&mut bench, &set).0.settings().get("GPP_A"), "1");
    assert_eq!(bench.asked, ["tftp://prov.telco.com/cisco/Dj6Lmp23Q/000e08012345.cfg"]);
}

#[test]
fn pb_13_gzip() {
    let mut packed = Vec::new();
    profile::gzip(BASIC.as_bytes(), &mut packed);
    let url = "tftp://192.168.1.200/basic.txt.gz";
    let mut bench = Bench::default().answer(url, FetchAnswer::Tftp(packed.clone()));
    assert_eq!(resynced(&mut bench, &[("Profile_Rule", url)]).0.settings().get("GPP_A"), "12345678");
    // It must carry a gzip header: the name alone makes nothing of it, and is not needed.
    let mut bench = Bench::default().answer(url, FetchAnswer::Tftp(packed[10..].to_vec()));
    assert_eq!(resynced(&mut bench, &[("Profile_Rule", url)]).0.settings().get("GPP_A"), "");
    let url = "tftp://192.168.1.200/basic.txt";
    let mut bench = Bench::default().answer(url, FetchAnswer::Tftp(packed));
    assert_eq!(resynced(&mut bench, &[("Profile_Rule", url)]).0.settings().get("GPP_A"), "12345678");
}

#[test]
fn pb_13_encrypted_as_openssl_does() {
    let mut packed = Vec::new();
    profile::gzip(BASIC.as_bytes(), &mut packed);
    for plain in [BASIC.as_bytes(), &packed] {
        for digest in [Digest::Md5, Digest::Sha256] {
            let mut sealed = Vec::new();
            seal_salted(b"MyOwnSecret", digest, [1, 2, 3, 4, 5, 6, 7, 8], plain, &mut sealed);
            for (key, value) in [("MyOwnSecret", "12345678"), ("myownsecret", "")] {
                let mut bench =
                    Bench::default().answer("tftp://192.168.1.200/basic.cfg", FetchAnswer::Tftp(sealed.clone()));
                let rule = format!("[--key {key}] tftp://192.168.1.200/basic.cfg");
                assert_eq!(resynced(&mut bench, &[("Profile_Rule", &rule)]).0.settings().get("GPP_A"), value);
            }
        }
    }
}

#[test]
fn pb_13_two_partitions() {
    let mut bench = Bench::default()
        .answer("tftp://192.168.1.200/basic.txt", FetchAnswer::Tftp(BASIC.into()))
        .file("tftp://192.168.1.200/basic2.txt", "<GPP_B>ABCD</GPP_B>");
    let set = [
        ("Profile_Rule", "tftp://192.168.1.200/basic.txt"),
        ("Profile_Rule_B", "tftp://192.168.1.200/basic2.txt"),
        ("Resync_Periodic", "60"),
        ("Resync_Random_Delay", "0"),
    ];
    let (played, _) = run(phone(&set), &mut bench, 100_000);
    assert_eq!((played.settings().get("GPP_A"), played.settings().get("GPP_B")), ("12345678", "ABCD"));
    let once = ["tftp://192.168.1.200/basic.txt", "tftp://192.168.1.200/basic2.txt"];
    assert_eq!(bench.asked, [once, once].concat(), "both each time, in that order");
}

/// Certificates are the world's: what the model knows of TLS is whether an answer came.
#[test]
fn pb_13_https() {
    let url = "https://my.server.com/basic.txt";
    let mut bench = Bench::default().name("my.server.com", &[1]).answer(url, FetchAnswer::ok(BASIC));
    let (played, _) = resynced(&mut bench, &[("Profile_Rule", url), ("Syslog_Server", "192.168.1.200")]);
    assert_eq!(played.settings().get("GPP_A"), "12345678");
    let told = |words: &str| bench.log.iter().any(|line| line.contains(words));
    assert!(told("-- Requesting resync https://10.0.0.1:443/basic.txt"), "{:?}", bench.log);
    assert!(told("-- Successful resync https://10.0.0.1:443/basic.txt"), "{:?}", bench.log);
}

#[test]
fn pb_13_client_certificates() {
    // The phone has one, as rules can ask; a server that refuses it is a failure of class C.
    let url = "https://my.server.com/basic.txt";
    let rule = format!("(\"$CCERT\" eq \"Installed\")? {url}");
    let mut bench = Bench::default().name("my.server.com", &[1]).answer(url, FetchAnswer::ok(BASIC));
    assert_eq!(resynced(&mut bench, &[("Profile_Rule", &rule)]).0.settings().get("GPP_A"), "12345678");
    let refused = FetchAnswer::Failed("the server wants another certificate".into());
    let mut bench = Bench::default().name("my.server.com", &[1]).answer(url, refused);
    let (played, timeline) = resynced(&mut bench, &[("Profile_Rule", &rule)]);
    assert_eq!(played.settings().get("GPP_A"), "");
    let class = timeline.entries.iter().find_map(|entry| match &entry.event {
        Event::Resync(Resync::Failed { class, .. }) => Some(*class),
        _ => None,
    });
    assert_eq!(class, Some(Class::C), "{timeline}");
}

#[test]
fn pb_13_a_profile_made_from_the_certificate() {
    // What reflect.pl prints: OU, L and S of the client's certificate, which are product, MAC and serial.
    let phone_itself = phone(&[]);
    let identity = phone_itself.identity();
    let said = format!("OU={}, L={}, S={}", identity.product(), identity.mac.plain(), identity.serial());
    let url = "https://prov.server.com/cgi-bin/reflect.pl?";
    let file = format!("<flat-profile>\n<GPP_D>\n{said}\n</GPP_D>\n</flat-profile>\n");
    let mut bench = Bench::default().name("prov.server.com", &[1]).answer(url, FetchAnswer::ok(file));
    assert_eq!(resynced(&mut bench, &[("Profile_Rule", url)]).0.settings().get("GPP_D"), said);
    assert_eq!(bench.asked, [url], "the question mark goes along");
}
