//! DHCPv6 with the clients that everybody has: ISC's and dhcpcd, heard directly and through ISC's relay.

use super::bench::{CABLE, FRONT, Namespace, SERVER, STRANGER, Stays, WORKSHOP, ip};
use crate::support::{PROV, Project, Serving, run, until};
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const PROGRAM: &str = r#"use cisco.mpp
server prov {
  name "prov.lab.example"
  address 10.77.0.1, 2001:db8:77::1
  http { port 80 }
  dhcp6 { port 547 }
  dashboard { port 8080 }
}
network near {
  subnet 2001:db8:77::/64
  pool 2001:db8:77::100 .. 2001:db8:77::1ff
  domain "lab.example"
  dns 2001:db8:77::1
  lease 8h
  server prov
  reserve 00:0e:08:ab:cd:02 2001:db8:77::20
}
network far {
  subnet 2001:db8:78::/64
  pool 2001:db8:78::100 .. 2001:db8:78::1ff
  lease 8h
  server prov
  relay 2001:db8:78::1
}
profile common {
  fetch http "/common/$PSN.xml"
  Time_Zone = "GMT+01:00"
}
fleet desks {
  server prov
  network near, far
  profiles common
  bootstrap dhcp v6 17, v6 159, v6 160
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
  phone 00:0e:08:ab:cd:02 { model "CP-7841-3PCC" }
}
"#;

struct Bench6 {
    server: Namespace,
    desk: Namespace,
    /// Between the two, where there is one.
    relay: Option<Namespace>,
    project: Project,
}

/// A host whose addresses are good at once: waiting for duplicates is not what is tried here.
fn host(role: &str) -> Namespace {
    let host = Namespace::new(role);
    let file = "/proc/sys/net/ipv6/conf";
    let quick = format!("echo 0 > {file}/default/accept_dad; echo 0 > {file}/all/accept_dad");
    assert_eq!(run(host.command("sh").args(["-c", &quick])).status, Some(0));
    host
}

fn cable(one: (&Namespace, &str), other: (&Namespace, &str)) {
    let ends =
        ["link", "add", one.1, "netns", one.0.name(), "type", "veth", "peer", "name", other.1, "netns", other.0.name()];
    ip(&ends);
    one.0.ip(&["link", "set", "dev", one.1, "up"]);
    other.0.ip(&["link", "set", "dev", other.1, "up"]);
}

impl Bench6 {
    fn new(relay: bool) -> Self {
        let (server, desk) = (host("server"), host("desk"));
        let relay = relay.then(|| host("relay"));
        match &relay {
            None => cable((&server, "rack"), (&desk, CABLE)),
            Some(relay) => {
                cable((&server, "rack"), (relay, "uplink"));
                cable((relay, "downlink"), (&desk, CABLE));
                relay.ip(&["addr", "add", "2001:db8:77::fe/64", "dev", "uplink"]);
                relay.ip(&["addr", "add", "2001:db8:78::1/64", "dev", "downlink"]);
            }
        }
        server.ip(&["addr", "add", &format!("{SERVER}/24"), "dev", "rack"]);
        server.ip(&["addr", "add", "2001:db8:77::1/64", "dev", "rack"]);
        let project = Project::new(&[("main.prov", PROGRAM)]);
        let script = "#!/bin/sh\n{ echo \"event=$reason\"; env; } > \"$TOLD.$reason.new\" && mv \"$TOLD.$reason.new\" \"$TOLD.$reason\"\n";
        std::fs::write(project.join("script"), script).expect("a script");
        assert_eq!(run(Command::new("chmod").arg("755").arg(project.join("script"))).status, Some(0));
        Bench6 { server, desk, relay, project }
    }

    fn serve(&self) -> Serving {
        Serving::start(self.server.command(PROV).arg("serve").arg(self.project.path()))
    }

    fn plug(&self, mac: &str) {
        self.desk.ip(&["link", "set", CABLE, "down"]);
        self.desk.ip(&["link", "set", CABLE, "address", mac, "up"]);
        // A client of DHCPv6 speaks from its address on the link.
        until("an address on the link", || {
            let shown = run(self.desk.command("ip").args(["-6", "addr", "show", "dev", CABLE, "scope", "link"]));
            (shown.text().contains("fe80::") && !shown.text().contains("tentative")).then_some(())
        });
    }

    fn dhclient(&self, arguments: &[&str], lease_file: &str) -> Command {
        let configuration = self.project.join("dhclient.conf");
        let wanted = "option dhcp6.url-159 code 159 = text;\noption dhcp6.url-160 code 160 = text;\n\
            also request dhcp6.name-servers, dhcp6.domain-search, dhcp6.vendor-opts, dhcp6.url-159, dhcp6.url-160;\n";
        std::fs::write(&configuration, wanted).expect("a configuration");
        let mut command = self.desk.command("dhclient");
        command.args(["-6", "-d", "-D", "LL"]).args(arguments).arg("-cf").arg(configuration);
        command.arg("-sf").arg(self.project.join("script")).arg("-lf").arg(self.project.join(lease_file));
        command.arg("-pf").arg(self.project.join("dhclient.pid")).arg("-e");
        command.arg(format!("TOLD={}", self.project.join("told").display())).arg(CABLE);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// What the client tells its script when something happens, after it is started for that.
    fn told(&self, event: &str, command: &mut Command) -> Told {
        let file = self.told_file(event);
        let _ = std::fs::remove_file(&file);
        let _stays = Stays::new(command.spawn().expect("a client"));
        Told(until(event, || std::fs::read_to_string(&file).ok()))
    }

    fn told_file(&self, event: &str) -> PathBuf {
        self.project.join(&format!("told.{event}"))
    }

    fn seen(&self, mac: &str) -> serde_json::Value {
        let url = format!("http://{SERVER}:8080/api/phones/{mac}");
        run(self.server.command("curl").args(["-s", &url])).ok().json()
    }
}

/// What a client was told, by name.
struct Told(String);

impl Told {
    fn get(&self, name: &str) -> &str {
        let mut pairs = self.0.lines().filter_map(|line| line.split_once('='));
        pairs.find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    #[track_caller]
    fn address(&self) -> Ipv6Addr {
        self.get("new_ip6_address").parse().unwrap_or_else(|_| panic!("an address in\n{}", self.0))
    }
}

fn is_near(address: Ipv6Addr) -> bool {
    let at = |last| Ipv6Addr::new(0x2001, 0xdb8, 0x77, 0, 0, 0, 0, last);
    (at(0x100)..=at(0x1ff)).contains(&address)
}

#[test]
fn dhclient_gets_an_address_and_everything_with_it_and_keeps_it() {
    let bench = Bench6::new(false);
    let serving = bench.serve();
    bench.plug(FRONT);
    let first = bench.told("BOUND6", &mut bench.dhclient(&[], "leases"));
    assert!(is_near(first.address()));
    let names = ["new_dhcp6_name_servers", "new_dhcp6_domain_search", "new_renew", "new_rebind", "new_max_life"];
    let expected = ["2001:db8:77::1", "lab.example.", "14400", "23040", "28800"];
    assert_eq!(names.map(|name| first.get(name)), expected, "{}", first.0);
    let url = "http://prov.lab.example";
    let urls = ["new_dhcp6_url_159", "new_dhcp6_url_160"].map(|name| first.get(name));
    assert_eq!(urls, [url, url]);
    // Option 17: the Broadband Forum's number, then its option 1 with the URL.
    let octets: Vec<String> = url.bytes().map(|octet| format!("{octet:x}")).collect();
    assert_eq!(first.get("new_dhcp6_vendor_opts"), format!("0:0:d:e9:0:1:0:17:{}", octets.join(":")));
    assert_eq!(bench.seen(FRONT)["lease6"]["address"], first.address().to_string());
    // The server goes and comes back; the client confirms, renews, and finds everything as it was.
    serving.stop();
    let serving = bench.serve();
    let again = bench.told("BOUND6", &mut bench.dhclient(&[], "leases"));
    assert_eq!(
        (again.address(), again.get("new_dhcp6_server_id")),
        (first.address(), first.get("new_dhcp6_server_id"))
    );
    bench.plug(STRANGER);
    let other = bench.told("BOUND6", &mut bench.dhclient(&[], "leases.of-another"));
    assert!(is_near(other.address()) && other.address() != first.address());
    assert_eq!((other.get("new_dhcp6_url_159"), other.get("new_dhcp6_domain_search")), ("", "lab.example."));
    bench.plug(FRONT);
    // It ends when its release is answered.
    assert!(bench.dhclient(&["-r"], "leases").status().is_ok_and(|status| status.success()));
    assert!(bench.seen(FRONT)["lease6"].is_null());
    serving.stop();
}

#[test]
fn an_interface_that_goes_comes_back_with_its_groups() {
    let bench = Bench6::new(false);
    let serving = bench.serve();
    bench.plug(FRONT);
    let first = bench.told("BOUND6", &mut bench.dhclient(&[], "leases"));
    let address = |bench: &Bench6| {
        bench.server.ip(&["addr", "replace", &format!("{SERVER}/24"), "dev", "rack"]);
        bench.server.ip(&["addr", "replace", "2001:db8:77::1/64", "dev", "rack"]);
    };
    // Down and up: the same interface, which loses its addresses of IPv6 on the way.
    bench.server.ip(&["link", "set", "rack", "down"]);
    bench.server.ip(&["link", "set", "rack", "up"]);
    address(&bench);
    bench.plug(FRONT);
    assert_eq!(bench.told("BOUND6", &mut bench.dhclient(&[], "leases.2")).address(), first.address());
    // Another of its name.
    let from = serving.now();
    bench.server.ip(&["link", "del", "rack"]);
    cable((&bench.server, "rack"), (&bench.desk, CABLE));
    address(&bench);
    serving.wait_after(from, "dhcp6: interface `rack` has come in the place of an earlier one");
    bench.plug(FRONT);
    assert_eq!(bench.told("BOUND6", &mut bench.dhclient(&[], "leases.3")).address(), first.address());
    serving.stop();
}

#[test]
fn a_client_that_has_an_address_is_told_the_rest() {
    let bench = Bench6::new(false);
    let _serving = bench.serve();
    bench.plug(FRONT);
    let told = bench.told("RENEW6", &mut bench.dhclient(&["-S"], "leases"));
    assert_eq!(
        (told.get("new_dhcp6_url_160"), told.get("new_ip6_address")),
        ("http://prov.lab.example", ""),
        "{}",
        told.0
    );
    assert_eq!(told.get("new_dhcp6_name_servers"), "2001:db8:77::1");
    assert!(bench.seen(FRONT)["lease6"].is_null());
}

#[test]
fn dhcpcd_gets_the_address_that_is_reserved_for_its_hardware() {
    let configuration = "duid ll\nnoipv6rs\nipv6only\nia_na 1\noption dhcp6_name_servers, dhcp6_domain_search\n";
    for (mac, expected) in [(WORKSHOP, Some("2001:db8:77::20")), (STRANGER, None)] {
        // It takes the interface's own ways with addresses away, so that the next has a bench of its own.
        let bench = Bench6::new(false);
        let _serving = bench.serve();
        std::fs::write(bench.project.join("dhcpcd.conf"), configuration).expect("a configuration");
        bench.plug(mac);
        // It goes to the root of all folders before it looks for its own.
        let at = |name: &str| bench.project.join(name).display().to_string();
        let (told, file, script) = (at("told"), at("dhcpcd.conf"), at("script"));
        // What it keeps of other runs is out of its sight.
        let dhcpcd = format!(
            "mount -t tmpfs none /var/lib/dhcpcd; mkdir -p /run/dhcpcd; mount -t tmpfs none /run/dhcpcd; \
             exec dhcpcd -6 -1 -B -t 30 -e TOLD={told} -f {file} -c {script} {CABLE}"
        );
        let mut command = bench.desk.command("sh");
        let ran = run(command.args(["-c", &dhcpcd]));
        assert_eq!(ran.status, Some(0), "{}{}", ran.text(), ran.stderr);
        let told = Told(std::fs::read_to_string(bench.told_file("BOUND6")).expect("what it was told"));
        let address: Ipv6Addr = told.get("new_dhcp6_ia_na1_ia_addr1").parse().expect("an address");
        match expected {
            Some(expected) => assert_eq!(address.to_string(), expected),
            None => assert!(is_near(address)),
        }
        assert_eq!(told.get("new_dhcp6_domain_search"), "lab.example");
    }
}

#[test]
fn a_relay_gets_its_clients_addresses_of_their_own_network() {
    let bench = Bench6::new(true);
    let _serving = bench.serve();
    let relay = bench.relay.as_ref().expect("a relay");
    // -I: with option 18, which it needs back to know where an answer goes.
    let mut dhcrelay = relay.command("dhcrelay");
    dhcrelay.args(["-6", "-d", "-I", "-l", "downlink", "-u", "2001:db8:77::1%uplink", "-pf"]);
    dhcrelay.arg(bench.project.join("dhcrelay.pid")).stdout(Stdio::null()).stderr(Stdio::null());
    let _relay = Stays::new(dhcrelay.spawn().expect("dhcrelay"));
    bench.plug(FRONT);
    let told = bench.told("BOUND6", &mut bench.dhclient(&[], "leases"));
    assert_eq!(told.address().segments()[..3], [0x2001, 0xdb8, 0x78]);
    assert_eq!((told.get("new_dhcp6_url_159"), told.get("new_dhcp6_name_servers")), ("http://prov.lab.example", ""));
}
