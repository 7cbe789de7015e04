//! What the way to a server says of the server: PB §6, WF §5.6.

use super::*;

fn by_srv(set: &[(&str, &str)], bench: &mut Bench) -> Vec<(String, String, String)> {
    let service = |priority, target: &str| Service { priority, weight: 1, port: 8443, target: target.into() };
    for domain in ["lab.example", "prov.example"] {
        let services = vec![service(1, "pr1.lab.example."), service(2, "pr2.lab.example.")];
        bench.services.insert(format!("_ciscoprov-https._tls.{domain}"), services);
    }
    bench.domain = Some("lab.example.".into());
    let mut bench = bench.clone().name("pr1.lab.example", &[1]).name("pr2.lab.example", &[2]);
    run(running(phone(set), "sip88xx.11-3-1MPP-678"), &mut bench, 60_000);
    let said = |request: &FetchRequest| (request.url(), request.authority(), request.certificate.clone());
    bench.requests.iter().map(said).collect()
}

#[test]
fn behind_srv_the_certificate_is_that_of_the_domain() {
    // PB §6: host and port of the record make the URL; certificates are checked against the domain that DHCP gave.
    let asked = by_srv(&[], &mut Bench::default());
    let first = asked.first().expect("a request");
    assert_eq!(first.0, "https://pr1.lab.example:8443/8841-3PCC.xml");
    assert_eq!((first.1.as_str(), first.2.as_str()), ("pr1.lab.example:8443", "lab.example"));
    assert!(asked.iter().all(|(_, _, certificate)| certificate == "lab.example"), "{asked:?}");
    assert!(asked.iter().any(|(url, ..)| url.contains("pr2")), "{asked:?}");
    // In a rule the domain is the URL's own host.
    let asked = by_srv(&[("Profile_Rule", "[--srv] https://prov.example/$PSN.xml")], &mut Bench::default());
    assert!(asked.iter().all(|(_, _, certificate)| certificate == "prov.example"), "{asked:?}");
    // The file itself may lie elsewhere, and that is another server.
    let moved = |to: &str| FetchAnswer::Http {
        status: 302,
        location: Some(to.into()),
        challenge: None,
        encoding: None,
        body: vec![],
    };
    for (to, certificate) in [("other.xml", "lab.example"), ("HTTPS://10.0.0.9/x#y", "10.0.0.9")] {
        let mut bench = Bench::default().answer("https://pr1.lab.example:8443/8841-3PCC.xml", moved(to));
        let asked = by_srv(&[], &mut bench);
        assert_eq!(asked.get(1).map(|one| one.2.as_str()), Some(certificate), "{asked:?}");
    }
    // Without SRV it is the host's.
    let mut bench = Bench::default();
    run(phone(&[("Profile_Rule", "https://10.0.0.9/x")]), &mut bench, 60_000);
    assert_eq!(bench.requests.first().map(|one| one.certificate.as_str()), Some("10.0.0.9"));
}

#[test]
fn dhcpv6_leads_a_phone_as_dhcp_does() {
    let mut bench = Bench::default().file("http://10.0.0.1/8841-3PCC.xml", "<X>6</X>");
    bench.options6 = vec![(160, b"http://10.0.0.1".to_vec())];
    let (found, timeline) = run(phone(&[]), &mut bench, 60_000);
    assert_eq!(found.settings().get("X"), "6", "{timeline}");
    assert!(timeline.to_string().contains("DHCPv6 option 160: http://10.0.0.1/8841-3PCC.xml"), "{timeline}");
    // What the phone is told not to use leads nowhere.
    let (found, timeline) = run(phone(&[("DHCPv6_Option_To_Use", "17")]), &mut bench, 60_000);
    assert_eq!(found.settings().get("X"), "", "{timeline}");
}

#[test]
fn redirects_lead_where_a_browser_would_go() {
    let moved = |to: &str| FetchAnswer::Http {
        status: 301,
        location: Some(to.into()),
        challenge: None,
        encoding: None,
        body: vec![],
    };
    for to in ["b", "./b", "../a/b", "/a/b", "//10.0.0.1/a/b", "HTTP://10.0.0.1:80/a/b", "http://10.0.0.1/a/b#top"] {
        let mut bench =
            Bench::default().answer("http://10.0.0.1/a/x", moved(to)).file("http://10.0.0.1/a/b", "<X>1</X>");
        let (phone, timeline) = run(phone(&[("Profile_Rule", "http://10.0.0.1/a/x")]), &mut bench, 60_000);
        assert_eq!(phone.settings().get("X"), "1", "{to}: {timeline}");
    }
    // Round and round has an end.
    let mut bench = Bench::default().answer("http://10.0.0.1/a/x", moved(""));
    let (_, timeline) = run(phone(&[("Profile_Rule", "http://10.0.0.1/a/x")]), &mut bench, 45_000);
    assert!(timeline.to_string().contains("too many redirects"), "{timeline}");
}
