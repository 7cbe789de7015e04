//! DHCP for networks behind a relay, and beside devices that took an address without asking.

use super::bench::{Bench, FRONT, PROGRAM, SERVER, STRANGER};
use crate::support::until;

/// The bench's program with a network behind the host between.
fn program() -> String {
    let far = r#"network far {
  subnet 10.78.0.0/24
  pool 10.78.0.100 .. 10.78.0.149
  router 10.78.0.1
  relay 10.78.0.1
  lease 8h
  server prov
}
zone "#;
    PROGRAM.replacen("zone ", far, 1).replace("  network lab\n", "  network lab, far\n")
}

#[test]
fn clients_behind_a_relay_get_addresses_of_their_own_network_and_renew_past_it() {
    let bench = Bench::behind_a_relay(&program());
    let _serving = bench.serve();
    // -a: with option 82, without which it would not take the answer back.
    let _relay = bench.dhcrelay(&["-a", "-m", "discard"]);
    let first = bench.udhcpc(FRONT);
    assert!(first.address().octets().starts_with(&[10, 78, 0]), "{first:?}");
    assert_eq!(
        (first.get("router"), first.get("serverid"), first.get("tftp")),
        (Some("10.78.0.1"), Some(SERVER), Some(SERVER))
    );
    let (client, told) = bench.udhcpc_stays(FRONT);
    let event = |event: &str| {
        until(event, || {
            let text = std::fs::read_to_string(&told).ok()?;
            text.contains(&format!("event={event}\n")).then_some(text)
        })
    };
    event("bound");
    let route = bench.run("ip", &["route", "replace", "default", "via", "10.78.0.1"]);
    assert_eq!(route.status, Some(0), "{}", route.stderr);
    crate::support::signal_to(client.id(), "USR1");
    assert!(event("renew").contains(&format!("ip={}\n", first.address())));
    drop(client);
    // The other client is refused what it does not have, through the relay, and then gets its own.
    assert_ne!(bench.udhcpc(STRANGER).address(), first.address());
    bench.plug(FRONT);
    assert!(bench.dhclient("leases").contains("option dhcp-server-identifier 10.77.0.1;"));
}

#[test]
fn dhcpcd_gets_what_the_others_get() {
    let bench = Bench::new();
    let _serving = bench.serve();
    let lease = bench.dhcpcd(FRONT);
    let told = ["new_routers", "new_domain_name", "new_domain_name_servers", "new_url_66", "new_dhcp_lease_time"];
    let expected = [SERVER, "lab.example", SERVER, SERVER, "28800"];
    assert_eq!(told.map(|name| lease.get(name).unwrap_or("nothing")), expected);
    let address = lease.get("new_ip_address").expect("an address");
    assert_eq!(bench.seen(FRONT)["lease"]["address"], address);
    // It names itself by option 61, and udhcpc by another: one device, one address.
    assert_eq!(bench.udhcpc(FRONT).address().to_string(), address);
}

#[test]
fn an_address_that_answers_is_given_to_nobody() {
    let bench = Bench::new();
    let serving = bench.serve();
    bench.plug(FRONT);
    // Somebody at the desk took the first addresses of the pool by hand.
    bench.address("10.77.0.100");
    bench.address("10.77.0.101");
    assert_eq!(bench.udhcpc_again().address().to_string(), "10.77.0.102");
    let said = serving.wait_for("10.77.0.101 is used by a device that was not given it");
    assert!(said.contains("network lab"), "{said}");
    serving.stop();
    // It is on disk: the next start leaves them alone too.
    let serving = bench.serve();
    assert_eq!(bench.udhcpc(STRANGER).address().to_string(), "10.77.0.103");
    serving.stop();
}
