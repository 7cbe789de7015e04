//! What a service has beside its port: words that belong to it, and values that it cannot have.

use prov::compile::Options;
use prov::diagnostic::Code;
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

fn server(service: &str) -> Planned {
    let program = format!("use cisco.mpp\nserver prov {{ address 192.168.50.10, 2001:db8::10  {service} }}\n");
    pipeline::plan(&MemoryFiles::single(program), "main.prov", &Options::default())
}

fn codes(planned: &Planned) -> Vec<Code> {
    planned.findings().iter().map(|finding| finding.code).collect()
}

#[test]
fn one_port_for_tftp_is_said_in_two_words() {
    let single = |service: &str| {
        let planned = server(service);
        let single = planned.plan().servers.first().is_some_and(|server| server.single_port);
        (codes(&planned), single)
    };
    assert_eq!(single("tftp { port 69 }"), (vec![], false));
    assert_eq!(single("tftp { port 69  single port }"), (vec![], true));
    assert_eq!(single("tftp { single port  port 6900 }"), (vec![], true));
    for (service, code) in [
        ("tftp { single }", Code::P0101),
        ("tftp { single socket }", Code::P0101),
        ("tftp { single port 69 }", Code::P0101),
        ("tftp { single port  single port }", Code::P0202),
        ("http { single port }", Code::P0211),
    ] {
        assert_eq!(codes(&server(service)), [code], "{service}");
    }
}

#[test]
fn a_server_does_not_ask_itself_for_names() {
    for service in ["dns { forward 9.9.9.9 }", "dns { forward 9.9.9.9, 2620:fe::fe }", "dns { port 53 }"] {
        assert_eq!(codes(&server(service)), [], "{service}");
    }
    for service in ["dns { forward 192.168.50.10 }", "dns { forward 9.9.9.9, 2001:db8::10 }"] {
        let planned = server(service);
        assert_eq!(codes(&planned), [Code::P0303], "{service}");
        assert!(planned.findings()[0].message.ends_with("is this server itself"));
    }
    assert_eq!(codes(&server("dns { forward 192.168.50.10, 2001:db8::10 }")).len(), 2, "each is told");
}
