use super::*;

const ISC: &str = r#"
# The lab.
option voip-tftp code 150 = array of ip-address;
option prov-url code 160 = text;
option domain-name "lab.example";
default-lease-time 28800;
subnet 10.1.0.0 netmask 255.255.255.0 {
  range 10.1.0.100 10.1.0.199;
  option routers 10.1.0.1;
  option domain-name-servers 10.1.0.53, 10.1.0.54;
  option voip-tftp 10.1.0.9, 10.1.0.8;
  option prov-url "http://prov.lab.example/$PSN.xml";
}
class "phones" {
  match if substring(option vendor-class-identifier, 0, 5) = "Cisco";
  option tftp-server-name "10.1.0.9";
}
host hall { hardware ethernet 00:0e:08:ab:cd:01; fixed-address 10.1.0.20; }
"#;

const KEA: &str = r#"// The lab.
{ "Dhcp4": {
  "valid-lifetime": 28800,
  "option-data": [ { "name": "domain-name", "data": "lab.example" } ],
  "client-classes": [ { "name": "phones", "test": "substring(option[60].hex,0,5) == 'Cisco'",
    "option-data": [ { "name": "tftp-server-name", "data": "10.1.0.9" } ] } ],
  "subnet4": [ { "id": 1, "subnet": "10.1.0.0/24", /* one
    pool */ "pools": [ { "pool": "10.1.0.100 - 10.1.0.199" } ],
    "option-data": [
      { "name": "routers", "data": "10.1.0.1" },
      { "name": "domain-name-servers", "data": "10.1.0.53, 10.1.0.54" },
      { "code": 150, "data": "10.1.0.9, 10.1.0.8" },
      { "code": 160, "data": "http://prov.lab.example/$PSN.xml" } ],
    "reservations": [ { "hw-address": "00:0e:08:ab:cd:01", "ip-address": "10.1.0.20" } ] } ]
} }
"#;

const DNSMASQ: &str = r#"
# The lab.
domain=lab.example
dhcp-range=10.1.0.100,10.1.0.199,255.255.255.0,8h
dhcp-option=option:router,10.1.0.1
dhcp-option=option:dns-server,10.1.0.53,10.1.0.54
dhcp-option=150,10.1.0.9,10.1.0.8
dhcp-option=160,"http://prov.lab.example/$PSN.xml"
dhcp-vendorclass=set:phones,Cisco
dhcp-option=tag:phones,option:tftp-server,10.1.0.9
dhcp-host=00:0e:08:ab:cd:01,10.1.0.20,hall
"#;

const WANTED: &str = r#"
network net_10_1_0_0 {
server prov
subnet 10.1.0.0/24
pool 10.1.0.100 .. 10.1.0.199
lease 8h
router 10.1.0.1
dns 10.1.0.53, 10.1.0.54
domain "lab.example"
option 150 = 10.1.0.9, 10.1.0.8
option 160 = "http://prov.lab.example/$PSN.xml"
reserve 00:0e:08:ab:cd:01 10.1.0.20
class "phones" when "Cisco" in request.vendor_class {
option 66 = "10.1.0.9"
}
}
"#;

fn understood(name: &str, text: &str) -> (String, Vec<String>) {
    let mut found = Vec::new();
    let networks = read(name, text.as_bytes(), &mut found).unwrap_or_default();
    let phones = ["00:0e:08:ab:cd:01".parse().expect("an address")].into();
    let told = found.iter().map(|one| format!("{}: {}", one.place.line, one.message)).collect();
    (networks_text(&networks, &phones, &|_| false).0, told)
}

#[test]
fn one_network_is_the_same_in_every_server_s_words() {
    for (name, text) in [("dhcpd.conf", ISC), ("kea-dhcp4.conf", KEA), ("dnsmasq.conf", DNSMASQ)] {
        assert_eq!(understood(name, text), (WANTED.to_owned(), Vec::new()), "{name}");
    }
}

#[test]
fn what_is_not_understood_is_told_with_its_line() {
    for (name, text, told) in [
        ("dhcpd.conf", ISC.replace("  range", "  strange words;\n  range"), "8: `strange` is not brought over"),
        ("dhcpd.conf", ISC.replace("routers", "unheard-of"), "9: `option unheard-of` is not brought over"),
        ("dhcpd.conf", ISC.replace("0, 5) =", "0, 5) !="), "`match of a class` is not"),
        ("kea-dhcp4.conf", KEA.replace("\"routers\"", "\"unheard-of\""), "10: `option unheard-of` is not brought over"),
        (
            "kea-dhcp4.conf",
            KEA.replace("== 'Cisco'", "== 'a' and member('x')"),
            "5: `class phones` is not brought over",
        ),
        ("kea-dhcp4.conf", KEA.replace("10.1.0.0/24", "10.1.0.0"), "7: `subnet 10.1.0.0` is not brought over"),
        (
            "dnsmasq.conf",
            DNSMASQ.replace("dhcp-vendorclass", "dhcp-userclass"),
            "9: `dhcp-userclass` is not brought over",
        ),
        ("dnsmasq.conf", format!("{DNSMASQ}dhcp-range=x\n"), "12: `dhcp-range` is not brought over"),
    ] {
        let found = understood(name, &text).1;
        assert!(found.iter().any(|one| one.contains(told)), "{told}: {found:?}");
    }
}

#[test]
fn a_range_that_is_none_is_kept_for_the_compiler_to_refuse() {
    let text = understood("dhcpd.conf", &ISC.replace("10.1.0.100 10.1.0.199", "10.1.0.199 10.1.0.100")).0;
    assert!(text.contains("pool 10.1.0.199 .. 10.1.0.100"), "{text}");
}

#[test]
fn other_files_are_no_servers() {
    for text in ["", "hello", "{}", "server { listen 80; }", "<flat-profile/>"] {
        assert_eq!(read("x.conf", text.as_bytes(), &mut Vec::new()), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_stands_there_is_survived(text in "(subnet |netmask |10\\.0\\.0\\.0 |[{};\"#,=]|range |option |\n|x ){0,60}") {
        for (name, head) in [("a.conf", "subnet 1.1.1.0 netmask 255.255.255.0 "), ("b.conf", "dhcp-range=1.1.1.1\n"), ("c.json", "{\"Dhcp4\":")] {
            let _ = read(name, format!("{head}{text}").as_bytes(), &mut Vec::new());
        }
    }
}
