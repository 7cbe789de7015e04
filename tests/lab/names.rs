//! DNS with dig.

use super::bench::{Bench, PROGRAM, SERVER};
use std::collections::BTreeMap;

/// What dig prints, taken apart.
pub(super) struct Dig {
    pub status: String,
    pub flags: Vec<String>,
    /// What the pseudosection says.
    pub edns: Option<String>,
    /// By section: records, their fields divided by one blank.
    sections: BTreeMap<String, Vec<String>>,
}

impl Dig {
    pub fn section(&self, name: &str) -> Vec<&str> {
        self.sections.get(name).into_iter().flatten().map(String::as_str).collect()
    }
}

#[track_caller]
fn dig(bench: &Bench, arguments: &[&str]) -> Dig {
    dig_recursive(bench, &[&["+norecurse"], arguments].concat())
}

/// The same, asking that others be asked.
#[track_caller]
pub(super) fn dig_recursive(bench: &Bench, arguments: &[&str]) -> Dig {
    let server = format!("@{SERVER}");
    let arguments = [&[server.as_str(), "+tries=3", "+time=5"], arguments].concat();
    let text = bench.run("dig", &arguments).ok().text();
    let mut dig = Dig { status: String::new(), flags: Vec::new(), edns: None, sections: BTreeMap::new() };
    let mut section = None;
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("status: ") {
            dig.status = rest.split(',').next().unwrap_or_default().to_owned();
        } else if let Some(rest) = line.strip_prefix(";; flags: ") {
            dig.flags = rest.split(';').next().unwrap_or_default().split(' ').map(str::to_owned).collect();
        } else if let Some(edns) = line.strip_prefix("; EDNS: ") {
            dig.edns = Some(edns.to_owned());
        } else if let Some(name) = line.strip_prefix(";; ").and_then(|line| line.strip_suffix(" SECTION:")) {
            section = Some(name.to_owned());
        } else if line.starts_with(';') || line.is_empty() {
            continue;
        } else if let Some(section) = &section {
            let fields: Vec<&str> = line.split_whitespace().collect();
            dig.sections.entry(section.clone()).or_default().push(fields.join(" "));
        }
    }
    assert!(!dig.status.is_empty(), "{text}");
    dig
}

#[test]
fn names_are_answered_with_authority() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let address = dig(&bench, &["prov.lab.example", "A"]);
    assert_eq!(
        (address.status.as_str(), address.section("ANSWER")),
        ("NOERROR", vec!["prov.lab.example. 86400 IN A 10.77.0.1"])
    );
    assert!(address.flags.contains(&"aa".into()) && !address.flags.contains(&"ra".into()), "{:?}", address.flags);
    // Whatever way the phone writes it (RFC 4343).
    assert_eq!(dig(&bench, &["PROV.Lab.Example", "A"]).section("ANSWER").len(), 1);
}

#[test]
fn services_come_with_their_addresses() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    for transport in ["+notcp", "+tcp"] {
        let service = dig(&bench, &["_ciscoprov-http._tcp.lab.example", "SRV", transport]);
        assert_eq!(
            service.section("ANSWER"),
            ["_ciscoprov-http._tcp.lab.example. 86400 IN SRV 10 50 80 prov.lab.example."],
            "{transport}"
        );
        assert_eq!(service.section("ADDITIONAL"), ["prov.lab.example. 86400 IN A 10.77.0.1"], "{transport}");
    }
}

#[test]
fn the_apex_names_its_server() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let soa = dig(&bench, &["lab.example", "SOA"]);
    let [record] = soa.section("ANSWER")[..] else { panic!("one SOA: {:?}", soa.section("ANSWER")) };
    assert!(record.starts_with("lab.example. 86400 IN SOA prov.lab.example. hostmaster.lab.example. "), "{record}");
    let ns = dig(&bench, &["lab.example", "NS"]);
    assert_eq!(ns.section("ANSWER"), ["lab.example. 86400 IN NS prov.lab.example."]);
    assert_eq!(ns.section("ADDITIONAL"), ["prov.lab.example. 86400 IN A 10.77.0.1"]);
}

#[test]
fn what_is_not_there_is_said_with_the_zone_s_authority() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    for transport in ["+notcp", "+tcp"] {
        let missing = dig(&bench, &["nobody.lab.example", "A", transport]);
        assert_eq!((missing.status.as_str(), missing.section("ANSWER").len()), ("NXDOMAIN", 0));
        assert!(missing.section("AUTHORITY")[0].contains(" IN SOA prov.lab.example. "), "{transport}");
    }
    // The name is there, a record of this type is not (RFC 2308 §2.2).
    let other = dig(&bench, &["prov.lab.example", "AAAA"]);
    assert_eq!((other.status.as_str(), other.section("ANSWER").len()), ("NOERROR", 0));
    assert!(other.section("AUTHORITY")[0].contains(" IN SOA "));
    // A name above one that has records is no missing name (RFC 8020).
    assert_eq!(dig(&bench, &["_tcp.lab.example", "A"]).status, "NOERROR");
}

#[test]
fn other_people_s_names_are_refused() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    for transport in ["+notcp", "+tcp"] {
        for name in ["www.example.com", "example", "xlab.example", "."] {
            let refused = dig(&bench, &[name, "A", transport]);
            assert_eq!((refused.status.as_str(), refused.section("ANSWER").len()), ("REFUSED", 0), "{name}");
        }
    }
}

#[test]
fn the_size_of_answers_is_what_both_sides_take() {
    let mut zone = String::from("  txt \"short\" \"a\"\n");
    for number in 0..60 {
        zone += &format!("  a \"many\" 10.1.0.{number}\n");
    }
    let bench = Bench::of(&PROGRAM.replace("  srv \"_cisco", &format!("{zone}  srv \"_cisco")));
    bench.address("10.77.0.200");
    let _serving = bench.serve();
    for (size, ours) in [("512", "512"), ("1232", "1232"), ("4096", "1232"), ("100", "512")] {
        let answer = dig(&bench, &[&format!("+bufsize={size}"), "short.lab.example", "TXT"]);
        assert_eq!(answer.edns.as_deref(), Some(format!("version: 0, flags:; udp: {ours}").as_str()), "{size}");
    }
    // Without EDNS there is none in the answer, and with the flag for signatures it comes back.
    assert_eq!(dig(&bench, &["+noedns", "short.lab.example", "TXT"]).edns, None);
    let signed = dig(&bench, &["+dnssec", "short.lab.example", "TXT"]);
    assert_eq!(signed.edns.as_deref(), Some("version: 0, flags: do; udp: 1232"));
    // What does not fit is cut, and said to be; over TCP it comes whole.
    for edns in ["+noedns", "+bufsize=512"] {
        let cut = dig(&bench, &[edns, "+ignore", "many.lab.example", "A"]);
        assert!(cut.flags.contains(&"tc".into()) && cut.section("ANSWER").len() < 60, "{edns}");
        assert_eq!(dig(&bench, &[edns, "many.lab.example", "A"]).section("ANSWER").len(), 60, "{edns}, then TCP");
    }
    assert_eq!(dig(&bench, &["many.lab.example", "A"]).section("ANSWER").len(), 60);
}

#[test]
fn another_version_of_edns_is_told_ours() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let other = dig(&bench, &["+edns=1", "+noednsnegotiation", "prov.lab.example", "A"]);
    assert_eq!((other.status.as_str(), other.section("ANSWER").len()), ("BADVERS", 0));
    assert!(other.edns.is_some_and(|edns| edns.starts_with("version: 0")));
    // An option that is not known changes nothing (RFC 6891 §6.1.2).
    assert_eq!(dig(&bench, &["+ednsopt=65001:aabb", "+cookie", "prov.lab.example", "A"]).status, "NOERROR");
    assert_eq!(dig(&bench, &["+opcode=5", "prov.lab.example", "A"]).status, "NOTIMP");
    assert_eq!(dig(&bench, &["-c", "CH", "version.bind", "TXT"]).status, "REFUSED");
}

#[test]
fn a_denial_may_be_remembered_for_a_minute() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    for (name, kind) in [("nobody.lab.example", "A"), ("prov.lab.example", "AAAA"), ("_tcp.lab.example", "SRV")] {
        let denied = dig(&bench, &[name, kind]);
        let authority = denied.section("AUTHORITY");
        let [soa] = authority.as_slice() else { panic!("{authority:?}") };
        assert!(soa.starts_with("lab.example. 60 IN SOA ") && soa.ends_with(" 60"), "{name}: {soa}");
    }
}

#[test]
fn one_connection_carries_many_questions() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let names = ["prov.lab.example", "nobody.lab.example", "lab.example", "www.example.com"];
    let server = format!("@{SERVER}");
    let once = ["+norecurse", "+tcp", "+keepopen"];
    let questions = names.iter().flat_map(|name| [&once[..], &[name]].concat());
    let arguments: Vec<&str> = std::iter::once(server.as_str()).chain(questions).collect();
    let text = bench.run("dig", &arguments).ok().text();
    let statuses: Vec<&str> =
        text.lines().filter_map(|line| line.split_once("status: ")?.1.split(',').next()).collect();
    assert_eq!(statuses, ["NOERROR", "NXDOMAIN", "NOERROR", "REFUSED"], "{text}");
}

#[test]
fn a_crowd_of_questions_loses_none() {
    let bench = Bench::with_address();
    let serving = bench.serve();
    let mut questions = String::new();
    for number in 0..200 {
        questions += &format!("prov.lab.example A\n_ciscoprov-http._tcp.lab.example SRV\nn{number}.lab.example A\n");
    }
    bench.project.write("questions", &questions);
    for mode in ["udp", "tcp"] {
        let arguments = ["-s", SERVER, "-d", "questions", "-n", "20", "-c", "8", "-T", "2", "-t", "20", "-m", mode];
        let text = bench.run("dnsperf", &arguments).ok().text();
        let count = |what: &str| {
            let line = text.lines().find(|line| line.trim_start().starts_with(what)).expect("a count");
            line.split_whitespace().nth(2).and_then(|number| number.parse::<u32>().ok()).expect("a number")
        };
        assert_eq!(
            (count("Queries sent"), count("Queries completed"), count("Queries lost")),
            (12_000, 12_000, 0),
            "{text}"
        );
        assert!(text.contains("NOERROR 8000 (66.67%)") && text.contains("NXDOMAIN 4000 (33.33%)"), "{mode}: {text}");
    }
    serving.stop();
}
