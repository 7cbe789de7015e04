//! Zones, by mistake: names that lead nowhere, records that phones and resolvers read differently.

use super::services::{Office, found, told, zone};
use prov::diagnostic::Code;

#[test]
fn a_name_that_does_not_lead_to_its_server() {
    let top = |name: &str| format!("server two {{ name \"{name}\"  address 192.168.50.11  http {{ port 80 }} }}");
    let (ours, theirs) = (top("Two.example.com"), top("two.example.org"));
    let at = |top, zone| Office { top, zone, ..Office::default() };
    let bad = [
        at(&ours, ""),
        at(&ours, "a \"tow\" 192.168.50.11"),
        at(&ours, "a \"two\" 192.168.50.12"),
        at(&ours, "cname \"two\" \"gone\""),
        at(
            &ours,
            "cname \"two\" \"a\"\n  cname \"a\" \"b\"\n  cname \"b\" \"c\"\n  cname \"c\" \"d\"\n  cname \"d\" \"e\"\n  \
             cname \"e\" \"f\"\n  cname \"f\" \"g\"\n  cname \"g\" \"h\"\n  cname \"h\" \"i\"\n  a \"i\" 192.168.50.11",
        ),
    ];
    let good = [
        at(&ours, "a \"two\" 192.168.50.11"),
        at(&ours, "a \"two.example.com.\" 192.168.50.11"),
        at(&ours, "cname \"two\" \"three\"\n  a \"three\" 192.168.50.11"),
        at(&ours, "cname \"two\" \"two.example.org.\""),
        at(&theirs, ""),
    ];
    told("a-name-that-does-not-lead-to-its-server", Code::P0914, &bad, &good);
    // Aliases that go round are told as that, and once.
    for ring in ["cname \"two\" \"three\"\n  cname \"three\" \"two\"", "cname \"two\" \"two\""] {
        assert_eq!(found(&at(&ours, ring).plan()), [Code::P0305], "{ring}");
    }
    // What is missing is said once: by the record that leads there, and by the record that could not be read.
    let srv = "srv \"_ciscoprov-http._tcp\" { target \"two\"  port 80 }";
    assert_eq!(found(&at(&ours, srv).plan()), [Code::P0905]);
    assert_eq!(found(&at(&ours, "a \"two\" \"192.168.50.11\"").plan()), [Code::P0301]);
}

#[test]
fn an_srv_record_that_leads_nowhere() {
    let bad = [
        "srv \"_ciscoprov-tftp._udp\" { target \"prov\"  port 69 }",
        "srv \"_ciscoprov-http._tcp\" { target \"nobody\"  port 80 }",
        "srv \"_ciscoprov-http._tcp\" { target \"prov.example.com\"  port 80 }",
        "cname \"alias\" \"prov\"\n  srv \"_ciscoprov-http._tcp\" { target \"alias\"  port 80 }",
    ];
    let good = [
        "srv \"_ciscoprov-http._tcp\" { target \"prov.example.com.\"  port 80 }",
        "srv \"_ciscoprov-http._tcp\" { target \"host.example.org.\"  port 8080 }",
        "srv \"_sip._udp\" { target \"nobody\"  port 5060 }",
        "srv \"_ciscoprov-http._tcp\" { target \".\"  port 80 }",
    ];
    told("an-srv-record-that-leads-nowhere", Code::P0905, &bad.map(zone), &good.map(zone));
}

#[test]
fn an_srv_record_that_leads_to_somebody_else() {
    let at = |zone| Office { network: "domain \"example.com\"", zone, fleet: "bootstrap srv", ..Office::default() };
    let bad = [
        "a \"other\" 192.168.50.77\n  srv \"_ciscoprov-http._tcp\" { target \"other\"  port 80 }",
        "aaaa \"other\" 2001:db8::77\n  srv \"_ciscoprov-http._tcp\" { target \".\"  port 80 }\n  srv \"_ciscoprov-http._tcp\" { target \"other\"  port 80 }",
        "a \"other\" 192.168.50.77\n  srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }\n  srv \"_ciscoprov-http._tcp\" { target \"other\"  port 80  priority 1 }",
    ];
    told("an-srv-record-that-leads-to-somebody-else", Code::P0905, &bad.map(at), &[]);
    // One of two leads to the server; and a host of another zone is not ours to look up.
    for good in [
        "a \"other\" 192.168.50.77\n  srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }\n  srv \"_ciscoprov-http._tcp\" { target \"other\"  port 80  priority 90 }",
        "a \"prov2\" 192.168.50.10\n  srv \"_ciscoprov-http._tcp\" { target \"prov2\"  port 80 }",
    ] {
        assert_eq!(found(&at(good).plan()), [Code::P1003], "{good}");
    }
}

#[test]
fn weights_that_are_read_differently() {
    let pair = |first: &str, second: &str| {
        format!(
            "a \"two\" 192.168.50.11\n  srv \"_ciscoprov-http._tcp\" {{ target \"prov\"  port 80  {first} }}\n  \
             srv \"_ciscoprov-http._tcp\" {{ target \"two\"  port 80  {second} }}"
        )
    };
    let bad = [pair("weight 60", "weight 20"), pair("priority 5  weight 0", "priority 5  weight 1")];
    let good = [
        pair("weight 20", "weight 20"),
        pair("priority 5  weight 60", "priority 6  weight 20"),
        // Another name of the same host.
        pair("weight 60", "weight 20").replace("192.168.50.11", "192.168.50.10"),
    ];
    let (bad, good) = (bad.each_ref().map(|text| zone(text)), good.each_ref().map(|text| zone(text)));
    told("weights-that-are-read-differently", Code::P0906, &bad, &good);
}

#[test]
fn records_of_every_kind() {
    let good = [
        "ns \"@\" \"ns2.example.org.\"",
        "ns \"branch\" \"ns.branch\"\n  a \"ns.branch\" 192.168.50.9",
        "ns \"branch.example.com.\" \"ns.elsewhere.example.\"",
        "txt \"@\" \"v=spf1 -all\", \"x\"",
        "naptr \"@\" { service \"SIP+D2U\"  replacement \"_sip._udp\" }",
        "aaaa \"prov\" 2001:db8::1",
        "cname \"www\" \"prov\"",
        "cname \"www\" \"web\"\n  cname \"web\" \"prov\"\n  cname \"w\" \"web\"",
    ];
    for record in good {
        assert_eq!(found(&zone(record).plan()), [], "{record}");
    }
    for (record, code) in [
        ("ns \"sub\" \"ns2\"", Code::P0905),
        ("ns \"@\" \"ns2.example.com.\"", Code::P0905),
        ("cname \"www\" \"www\"", Code::P0305),
        ("cname \"www\" \"WWW.example.com.\"", Code::P0305),
        ("cname \"a\" \"b\"\n  cname \"b\" \"c\"\n  cname \"c\" \"b\"\n  cname \"d\" \"a\"", Code::P0305),
        ("cname \"prov\" \"other\"", Code::P0202),
        ("cname \"www\" \"bad..name\"", Code::P0305),
        ("txt \"@\" \"é\"", Code::P0305),
        ("naptr \"@\" { service \"SIP+D2U\" }", Code::P0212),
        ("naptr \"@\" { service \"x\"  pattern \"!a!b!\"  replacement \"c\" }", Code::P0212),
        ("naptr \"@\" \"x\"", Code::P0101),
    ] {
        assert_eq!(found(&zone(record).plan()), [code], "{record}");
    }
}
