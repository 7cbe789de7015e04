//! What stands in the way of serving: everything is said, with what to do, and nothing is served by halves.

use super::bench::Bench;
use crate::support::{PROV, Project, own_address, prov, run, shift};
use std::net::{TcpListener, UdpSocket};

#[test]
fn a_port_in_use_is_named_with_its_service() {
    enum Taken {
        Udp(UdpSocket),
        Tcp(TcpListener),
    }
    let services =
        [("dhcp", 6067, false), ("dns", 6053, false), ("dns", 6053, true), ("tftp", 6069, false), ("http", 6080, true)];
    for (service, port, tcp) in services.into_iter().chain([("syslog", 6514, false), ("dashboard", 6081, true)]) {
        let project = Project::quickstart();
        let shift = shift();
        let at = (own_address(), port + shift);
        let taken = match tcp {
            true => Taken::Tcp(TcpListener::bind(at).expect("a free port")),
            false => Taken::Udp(UdpSocket::bind(at).expect("a free port")),
        };
        let folder = project.path().to_str().expect("a path");
        let ran = prov(["serve", folder, "--ports", &format!("+{shift}")]).ends_with(2);
        let port = port + shift;
        let words = format!("server `prov`, {service}: port {port} on {} is in use by another program", own_address());
        let ran = ran.says(&words).says("stop that, or give another port");
        assert_eq!(ran.stderr.matches("in use").count(), 1, "only what is taken is named: {}", ran.stderr);
        assert!(!ran.stderr.contains("ready"), "{}", ran.stderr);
        match taken {
            Taken::Udp(socket) => drop(socket),
            Taken::Tcp(listener) => drop(listener),
        }
    }
}

#[test]
fn everything_in_the_way_is_said_at_once() {
    let project = Project::quickstart();
    let (one, other) = (shift(), project.path().to_str().expect("a path"));
    let _http = TcpListener::bind((own_address(), 6080 + one)).expect("a free port");
    let _tftp = UdpSocket::bind((own_address(), 6069 + one)).expect("a free port");
    prov(["serve", other, "--ports", &format!("+{one}")]).ends_with(2).says("http: port").says("tftp: port");
}

#[test]
fn without_permission_for_low_ports_each_is_named_with_the_ways_out() {
    let bench = Bench::new();
    // A copy that nobody may run, wherever this folder lies, and a project that nobody may read.
    let binary = bench.project.join("prov");
    std::fs::copy(PROV, &binary).expect("a copy");
    let opened = run(std::process::Command::new("chmod").args(["-R", "a+rX"]).arg(bench.project.path()));
    assert_eq!(opened.status, Some(0));
    let mut command = bench.on_server("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]);
    let ran = run(command.arg(&binary).arg("serve").arg(bench.project.path()).args(["--state", "memory"]));
    let ran = ran.ends_with(2);
    for (service, port) in [("dhcp", 67), ("dns", 53), ("tftp", 69), ("http", 80), ("syslog", 514)] {
        let words = format!("server `prov`, {service}: no permission for port {port} on ");
        assert!(ran.stderr.contains(&words), "no `{words}` in\n{}", ran.stderr);
    }
    let ran = ran.says("run as root or with CAP_NET_BIND_SERVICE, or shift all ports with --ports +");
    assert!(!ran.stderr.contains("dashboard"), "8080 is anybody's: {}", ran.stderr);
    // Nor can a phone speak DHCP.
    let mut command = bench.on_server("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]);
    let ran = run(command.arg(&binary).args(["phone", "--dhcp", "lo"])).ends_with(2);
    ran.says("error: cannot speak DHCP on lo: permission denied; port 68 needs root or ");
}

#[test]
fn an_address_of_another_machine_is_no_riddle() {
    let bench = Bench::new();
    let text = super::bench::PROGRAM
        .replace("address 10.77.0.1", "address 10.77.0.2")
        .replace("\"prov\" 10.77.0.1", "\"prov\" 10.77.0.2");
    bench.project.write("main.prov", &text);
    let ran = run(bench.on_server(PROV).arg("serve").arg(bench.project.path())).ends_with(2);
    ran.says("10.77.0.2 is not an address of this machine").says("add it to an interface");
}

#[test]
fn a_state_folder_serves_one_prov_at_a_time() {
    let project = Project::quickstart();
    let first = crate::support::Serving::project(project.path());
    let folder = project.path().to_str().expect("a path");
    let ran = prov(["serve", folder, "--ports", &format!("+{}", shift())]).ends_with(2);
    ran.says("in use by another prov").says("--state");
    first.stop();
}

#[test]
fn ports_beyond_the_last_are_refused() {
    let project = Project::quickstart();
    let folder = project.path().to_str().expect("a path");
    prov(["serve", folder, "--ports", "+60000"]).ends_with(2).says("is beyond 65535");
}
