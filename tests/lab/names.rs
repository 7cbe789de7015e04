//! DNS with dig.

use super::bench::{Bench, SERVER};
use std::collections::BTreeMap;

/// What dig prints, taken apart.
struct Dig {
    status: String,
    flags: Vec<String>,
    /// By section: records, their fields divided by one blank.
    sections: BTreeMap<String, Vec<String>>,
}

impl Dig {
    fn section(&self, name: &str) -> Vec<&str> {
        self.sections.get(name).into_iter().flatten().map(String::as_str).collect()
    }
}

#[track_caller]
fn dig(bench: &Bench, arguments: &[&str]) -> Dig {
    let server = format!("@{SERVER}");
    let arguments = [&[server.as_str(), "+norecurse", "+tries=3", "+time=5"], arguments].concat();
    let text = bench.run("dig", &arguments).ok().text();
    let mut dig = Dig { status: String::new(), flags: Vec::new(), sections: BTreeMap::new() };
    let mut section = None;
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("status: ") {
            dig.status = rest.split(',').next().unwrap_or_default().to_owned();
        } else if let Some(rest) = line.strip_prefix(";; flags: ") {
            dig.flags = rest.split(';').next().unwrap_or_default().split(' ').map(str::to_owned).collect();
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
