//! Classes of clients and whom a network answers, judged by the clients that everybody has.

use super::bench::{Bench, FRONT, PROGRAM, STRANGER};

/// The bench with more in its network.
fn bench(more: &str) -> Bench {
    Bench::of(&PROGRAM.replace("  lease 8h\n", &format!("  lease 8h\n{more}")))
}

#[test]
fn dhclient_gets_the_options_of_its_classes() {
    let bench = bench(
        r#"  option 26 = 1400
  option 119 = "lab.example", "example.org"
  class "loaders" when "PXEClient" in request.vendor_class { option 67 = "pxelinux.0" }
  class "hall" when "hall" in request.user_class and not request.known { option 12 = "hall-phone" }
  class "ours" when request.model == "CP-8841-3PCC" { option 12 = "ours" }
"#,
    );
    let _serving = bench.serve();
    let asks = "also request interface-mtu, domain-search, bootfile-name, host-name;\n";
    bench.plug(STRANGER);
    let plain = bench.dhclient_that_says("plain", asks);
    // Length, then whatever the class is (RFC 3004); ISC's client sends the text as it is told to.
    let pxe = format!("{asks}send vendor-class-identifier \"PXEClient:Arch:00000\";\n");
    let pxe = bench.dhclient_that_says("pxe", &pxe);
    let hall = bench.dhclient_that_says("hall", &format!("{asks}send user-class \"hall\";\n"));
    bench.plug(FRONT);
    let ours = bench.dhclient_that_says("ours", &format!("{asks}send user-class \"hall\";\n"));
    for leases in [&plain, &pxe, &hall, &ours] {
        assert!(leases.contains("option interface-mtu 1400;"), "{leases}");
        assert!(leases.contains("option domain-search \"lab.example.\", \"example.org.\";"), "{leases}");
    }
    let (boot, host) = ("option bootfile-name \"pxelinux.0\";", "option host-name ");
    assert!(!plain.contains(boot) && !plain.contains(host), "{plain}");
    assert!(pxe.contains(boot) && !pxe.contains(host), "{pxe}");
    assert!(hall.contains("option host-name \"hall-phone\";") && !hall.contains(boot), "{hall}");
    assert!(ours.contains("option host-name \"ours\";") && !ours.contains(boot), "{ours}");
}

#[test]
fn a_network_for_known_phones_leaves_others_alone() {
    let bench = bench("  answer known phones only\n");
    let _serving = bench.serve();
    assert!(bench.udhcpc_is_answered(FRONT));
    assert!(!bench.udhcpc_is_answered(STRANGER));
}

#[test]
fn a_network_for_inform_gives_no_address() {
    let bench = bench("  answer inform only\n");
    let _serving = bench.serve();
    assert!(!bench.udhcpc_is_answered(FRONT));
}
