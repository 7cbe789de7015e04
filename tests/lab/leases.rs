//! DHCP with the clients that everybody has: busybox's and ISC's.

use super::bench::{Bench, FRONT, Lease, RESERVED, SERVER, STRANGER, WORKSHOP};
use crate::support::until;

#[test]
fn udhcpc_gets_an_address_of_the_pool_and_everything_with_it() {
    let bench = Bench::new();
    let _serving = bench.serve();
    let lease = bench.udhcpc(FRONT);
    assert!(lease.is_of_pool(), "{lease:?}");
    let told = ["subnet", "mask", "router", "dns", "domain", "ntpsrv", "lease", "serverid", "tftp"];
    let told = told.map(|name| lease.get(name).unwrap_or("nothing"));
    let expected = ["255.255.255.0", "24", SERVER, SERVER, "lab.example", SERVER, "28800", SERVER, SERVER];
    assert_eq!(told, expected);
    // What the client was told is what the program says of itself.
    let shown = bench.show(FRONT);
    assert_eq!(lease.get("tftp"), shown["dhcp"]["4"]["66"].as_str());
    assert_eq!(lease.get("router"), shown["dhcp"]["4"]["3"].as_str());
    assert_eq!(lease.get("domain"), shown["dhcp"]["4"]["15"].as_str());
    let seen = bench.seen(FRONT);
    assert_eq!(seen["lease"]["address"], lease.address().to_string(), "{seen}");
}

#[test]
fn a_device_that_is_no_phone_of_ours_gets_an_address_and_no_option_66() {
    let bench = Bench::new();
    let _serving = bench.serve();
    let lease = bench.udhcpc(STRANGER);
    assert!(lease.is_of_pool(), "{lease:?}");
    assert_eq!((lease.get("tftp"), lease.get("domain")), (None, Some("lab.example")), "{lease:?}");
    assert_eq!(bench.seen(STRANGER)["known"], false);
}

#[test]
fn a_lease_that_is_renewed_keeps_its_address() {
    let bench = Bench::new();
    let _serving = bench.serve();
    let (client, told) = bench.udhcpc_stays(FRONT);
    let read = |event: &str| {
        until(event, || {
            let lease = Lease::read(&std::fs::read_to_string(&told).ok()?);
            (lease.get("event") == Some(event)).then_some(lease)
        })
    };
    let first = read("bound");
    // Renewing is a datagram from the leased address to the server's, not a broadcast.
    crate::support::signal_to(client.id(), "USR1");
    let again = read("renew");
    assert_eq!(again.address(), first.address());
    assert_eq!(again.get("tftp"), first.get("tftp"));
}

#[test]
fn a_lease_outlives_the_server() {
    let bench = Bench::new();
    let serving = bench.serve();
    let first = bench.udhcpc(FRONT);
    let other = bench.udhcpc(STRANGER);
    assert_ne!(first.address(), other.address());
    serving.stop();
    let serving = bench.serve();
    // The other way round, so that the order of asking does not give the same addresses by chance.
    assert_eq!(bench.udhcpc(STRANGER).address(), other.address());
    assert_eq!(bench.udhcpc(FRONT).address(), first.address());
    serving.stop();
}

#[test]
fn a_reservation_is_for_its_phone_and_for_nobody_else() {
    let bench = Bench::new();
    let _serving = bench.serve();
    let lease = bench.udhcpc(WORKSHOP);
    assert_eq!(lease.address().to_string(), RESERVED);
    assert!(bench.udhcpc(FRONT).is_of_pool());
}

#[test]
fn dhclient_reads_its_lease_and_keeps_it_after_a_reboot() {
    let bench = Bench::new();
    let _serving = bench.serve();
    bench.plug(FRONT);
    let first = bench.dhclient("leases");
    for line in [
        format!("option tftp-server-name \"{SERVER}\";"),
        "option domain-name \"lab.example\";".into(),
        format!("option domain-name-servers {SERVER};"),
        format!("option routers {SERVER};"),
        format!("option dhcp-server-identifier {SERVER};"),
        "option dhcp-lease-time 28800;".into(),
        "option subnet-mask 255.255.255.0;".into(),
    ] {
        assert!(first.contains(&line), "no `{line}` in\n{first}");
    }
    let address = fixed_address(&first);
    assert!(address.starts_with("10.77.0.1"), "{address}");
    // With its lease file, the client asks for the address that it had (RFC 2131 §3.2).
    assert_eq!(fixed_address(&bench.dhclient("leases")), address);
    bench.plug(STRANGER);
    let other = bench.dhclient("leases.of-another");
    assert!(!other.contains("tftp-server-name"), "{other}");
    assert_ne!(fixed_address(&other), address);
}

/// The address of the last lease in a file.
fn fixed_address(leases: &str) -> &str {
    let (_, rest) = leases.rsplit_once("fixed-address ").expect("an address");
    rest.split(';').next().unwrap_or_default()
}
