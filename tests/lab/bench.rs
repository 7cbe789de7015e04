//! Two hosts on one cable: network namespaces with a veth pair between them. Each bench has its own, so that all can
//! run at a time with the same addresses and the standard ports.

use crate::support::{PROV, Project, Ran, Serving, run};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The server's address.
pub const SERVER: &str = "10.77.0.1";
/// In the pool of the program.
pub const FRONT: &str = "00:0e:08:ab:cd:01";
/// Has the reservation.
pub const WORKSHOP: &str = "00:0e:08:ab:cd:02";
pub const RESERVED: &str = "10.77.0.20";
/// Not of the program.
pub const STRANGER: &str = "02:00:00:00:00:09";
/// The client's end of the cable.
pub const CABLE: &str = "desk";

/// Two phones and every service on the port that it has in the field.
pub const PROGRAM: &str = include_str!("bench.prov");

/// A namespace, gone with the test.
pub(super) struct Namespace(String);

impl Namespace {
    pub(super) fn new(role: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("prov-{role}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        ip(&["netns", "add", &name]);
        let namespace = Namespace(name);
        namespace.ip(&["link", "set", "lo", "up"]);
        namespace
    }

    /// How `ip` names it where two are meant.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    pub(super) fn ip(&self, arguments: &[&str]) {
        ip(&[["-n", &self.0].as_slice(), arguments].concat());
    }

    /// A command inside. `ip netns exec` becomes the command, so that signals reach it.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.0, program]);
        command
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "del", &self.0]).status();
    }
}

#[track_caller]
pub(super) fn ip(arguments: &[&str]) {
    let ran = run(Command::new("ip").args(arguments));
    assert_eq!(ran.status, Some(0), "ip {arguments:?} (the lab tests are run as root): {}", ran.stderr);
}

pub struct Bench {
    server: Namespace,
    desk: Namespace,
    /// Between the two, where there is one.
    relay: Option<Namespace>,
    pub project: Project,
}

impl Bench {
    pub fn new() -> Self {
        let (server, desk) = (Namespace::new("server"), Namespace::new("desk"));
        let bench = Bench { server, desk, relay: None, project: Project::new(&[("main.prov", PROGRAM)]) };
        bench.cable("rack");
        bench
    }

    /// A cable from an interface of this name to the desk. Who takes either end away takes both.
    pub fn cable(&self, name: &str) {
        let (server, desk) = (&self.server, &self.desk);
        ip(&["link", "add", name, "netns", &server.0, "type", "veth", "peer", "name", CABLE, "netns", &desk.0]);
        server.ip(&["addr", "add", &format!("{SERVER}/24"), "dev", name]);
        server.ip(&["link", "set", name, "up"]);
        desk.ip(&["link", "set", CABLE, "up"]);
    }

    /// `ip` on the server's host.
    pub fn server_ip(&self, arguments: &[&str]) {
        self.server.ip(arguments);
    }

    /// A bench whose desk is on another network, 10.78.0.0/24, behind a host at 10.78.0.1 that routes and can relay.
    pub fn behind_a_relay(program: &str) -> Self {
        let (server, relay, desk) = (Namespace::new("server"), Namespace::new("relay"), Namespace::new("desk"));
        for (one, name, other, peer) in [(&server, "rack", &relay, "uplink"), (&relay, "downlink", &desk, CABLE)] {
            ip(&["link", "add", name, "netns", &one.0, "type", "veth", "peer", "name", peer, "netns", &other.0]);
            one.ip(&["link", "set", "dev", name, "up"]);
            other.ip(&["link", "set", "dev", peer, "up"]);
        }
        server.ip(&["addr", "add", &format!("{SERVER}/24"), "dev", "rack"]);
        relay.ip(&["addr", "add", "10.77.0.254/24", "dev", "uplink"]);
        relay.ip(&["addr", "add", "10.78.0.1/24", "dev", "downlink"]);
        server.ip(&["route", "add", "10.78.0.0/24", "via", "10.77.0.254"]);
        let forwards = run(relay.command("sh").args(["-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]));
        assert_eq!(forwards.status, Some(0), "{}", forwards.stderr);
        Bench { server, desk, relay: Some(relay), project: Project::new(&[("main.prov", program)]) }
    }

    /// ISC's relay on the host between, with more arguments.
    pub fn dhcrelay(&self, arguments: &[&str]) -> Stays {
        let mut command = self.relay.as_ref().expect("a host between").command("dhcrelay");
        command.args(["-4", "-d"]).args(arguments).args(["-id", "downlink", "-iu", "uplink", "-pf"]);
        command.arg(self.project.join("dhcrelay.pid")).arg(SERVER).stdout(Stdio::null()).stderr(Stdio::null());
        Stays(command.spawn().expect("dhcrelay"))
    }

    /// A bench that serves another program.
    pub fn of(program: &str) -> Self {
        Bench { project: Project::new(&[("main.prov", program)]), ..Bench::new() }
    }

    pub fn address_of_the_desk(&self) {
        self.address("10.77.0.200");
    }

    /// A bench whose desk has an address already, for tests of what comes after DHCP.
    pub fn with_address() -> Self {
        let bench = Bench::new();
        bench.desk.ip(&["addr", "add", "10.77.0.200/24", "dev", CABLE]);
        bench
    }

    pub fn serve(&self) -> Serving {
        Serving::start(self.server.command(PROV).arg("serve").arg(self.project.path()))
    }

    /// The server reaches addresses beyond the cable by the desk.
    pub fn routed(&self, subnet: &str) {
        self.server.ip(&["route", "add", subnet, "via", "10.77.0.200"]);
    }

    /// A command on the server's host.
    pub fn on_server(&self, program: &str) -> Command {
        self.server.command(program)
    }

    /// A command on the desk.
    pub fn command(&self, program: &str) -> Command {
        self.desk.command(program)
    }

    #[track_caller]
    pub fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        run(self.desk.command(program).args(arguments).current_dir(self.project.path()))
    }

    /// Puts another device at the desk.
    pub fn plug(&self, mac: &str) {
        self.desk.ip(&["link", "set", CABLE, "down"]);
        self.desk.ip(&["addr", "flush", "dev", CABLE]);
        self.desk.ip(&["link", "set", CABLE, "address", mac, "up"]);
    }

    pub fn address(&self, address: &str) {
        self.desk.ip(&["addr", "add", &format!("{address}/24"), "dev", CABLE]);
    }

    /// Takes a lease with busybox's client, and ends without giving it back.
    #[track_caller]
    pub fn udhcpc(&self, mac: &str) -> Lease {
        self.plug(mac);
        self.udhcpc_again()
    }

    /// The same with the device that is plugged in, and the addresses that it has.
    #[track_caller]
    pub fn udhcpc_again(&self) -> Lease {
        let told = self.project.join("told");
        let _ = std::fs::remove_file(&told);
        let ran = run(self.udhcpc_command().arg("-q"));
        assert_eq!(ran.status, Some(0), "udhcpc: {}{}", ran.text(), ran.stderr);
        Lease::read(&std::fs::read_to_string(&told).expect("what udhcpc was told"))
    }

    /// udhcpc that stays, renews on SIGUSR1, and writes what it is told to `told`.
    pub fn udhcpc_stays(&self, mac: &str) -> (Stays, PathBuf) {
        self.plug(mac);
        let told = self.project.join("told");
        let _ = std::fs::remove_file(&told);
        let child = self.udhcpc_command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("udhcpc");
        (Stays(child), told)
    }

    fn udhcpc_command(&self) -> Command {
        let script = self.project.join("script");
        // Told as a whole, so that a reader never sees half of it.
        let text = "#!/bin/sh\n\
            case $1 in bound|renew) ;; *) exit 0 ;; esac\n\
            ip addr replace \"$ip/$mask\" dev \"$interface\"\n\
            { echo \"event=$1\"; env; } > \"$TOLD.new\" && mv \"$TOLD.new\" \"$TOLD\"\n";
        if !script.exists() {
            std::fs::write(&script, text).expect("a script");
            let done = Command::new("chmod").arg("755").arg(&script).status();
            assert!(done.is_ok_and(|status| status.success()), "the script may be run");
        }
        let mut command = self.desk.command("udhcpc");
        command.args(["-f", "-n", "-t", "20", "-T", "1", "-i", CABLE, "-O", "tftp", "-O", "ntpsrv", "-s"]);
        command.arg(script).env("TOLD", self.project.join("told"));
        command
    }

    /// Whether busybox's client gets a lease within three seconds.
    pub fn udhcpc_is_answered(&self, mac: &str) -> bool {
        self.plug(mac);
        let mut command = self.desk.command("udhcpc");
        command.args(["-f", "-n", "-q", "-t", "3", "-T", "1", "-i", CABLE, "-s", "/bin/true"]);
        run(&mut command).status == Some(0)
    }

    /// Takes a lease with ISC's client; the lease file, as it stands after.
    #[track_caller]
    pub fn dhclient(&self, lease_file: &str) -> String {
        self.dhclient_that_says(lease_file, "")
    }

    /// As [`Bench::dhclient`], with more lines of configuration.
    #[track_caller]
    pub fn dhclient_that_says(&self, lease_file: &str, more: &str) -> String {
        let configuration = self.project.join("dhclient.conf");
        let wanted = "request subnet-mask, routers, domain-name, domain-name-servers, tftp-server-name;\n\
            backoff-cutoff 2; initial-interval 1; reboot 5;\n";
        std::fs::write(&configuration, format!("{wanted}{more}")).expect("a configuration");
        let leases = self.project.join(lease_file);
        let count = |text: &str| text.matches("lease {").count();
        let before = count(&std::fs::read_to_string(&leases).unwrap_or_default());
        let mut command = self.desk.command("dhclient");
        command.args(["-4", "-d", "-1", "-sf", "/bin/true", "-cf"]).arg(configuration).arg("-lf").arg(&leases);
        command.arg("-pf").arg(self.project.join("dhclient.pid")).arg(CABLE);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("dhclient");
        let _stays = Stays(child);
        crate::support::until("dhclient writes its lease", || {
            let text = std::fs::read_to_string(&leases).ok()?;
            (count(&text) > before && text.trim_end().ends_with('}')).then_some(text)
        })
    }

    /// Takes a lease with dhcpcd; what it tells its script.
    #[track_caller]
    pub fn dhcpcd(&self, mac: &str) -> Lease {
        self.plug(mac);
        let at = |name: &str| self.project.join(name).display().to_string();
        let (told, file, script) = (at("told.by-dhcpcd"), at("dhcpcd.conf"), at("script.of-dhcpcd"));
        let _ = std::fs::remove_file(&told);
        let configuration = "clientid\nnoipv4ll\nnoarp\nipv4only\noption domain_name_servers, domain_name, routers\n\
            define 66 string url_66\noption url_66\n";
        std::fs::write(&file, configuration).expect("a configuration");
        let text =
            "#!/bin/sh\n[ \"$reason\" = BOUND ] && { env > \"$TOLD.new\" && mv \"$TOLD.new\" \"$TOLD\"; }\nexit 0\n";
        std::fs::write(&script, text).expect("a script");
        // What it keeps of other runs is out of its sight.
        let command = format!(
            "chmod 755 {script}; mount -t tmpfs none /var/lib/dhcpcd; mkdir -p /run/dhcpcd; \
             mount -t tmpfs none /run/dhcpcd; exec dhcpcd -4 -1 -B -t 30 -e TOLD={told} -f {file} -c {script} {CABLE}"
        );
        let ran = run(self.desk.command("sh").args(["-c", &command]));
        assert_eq!(ran.status, Some(0), "dhcpcd: {}{}", ran.text(), ran.stderr);
        Lease::read(&std::fs::read_to_string(&told).expect("what dhcpcd was told"))
    }

    /// What the dashboard has seen of a device.
    #[track_caller]
    pub fn seen(&self, mac: &str) -> serde_json::Value {
        run(self.server.command("curl").args(["-s", &format!("http://{SERVER}:8080/api/phones/{mac}")])).ok().json()
    }

    /// `prov show` of a phone of the program.
    #[track_caller]
    pub fn show(&self, mac: &str) -> serde_json::Value {
        run(Command::new(PROV).args(["show", mac, "--format", "json"]).arg(self.project.path())).ok().json()
    }
}

/// A client that stays until the test ends.
pub struct Stays(Child);

impl Stays {
    pub(super) fn new(child: Child) -> Self {
        Stays(child)
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Stays {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What udhcpc tells its script, by name.
#[derive(Debug)]
pub struct Lease(BTreeMap<String, String>);

impl Lease {
    pub fn read(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        Lease(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    #[track_caller]
    pub fn address(&self) -> Ipv4Addr {
        self.get("ip").and_then(|address| address.parse().ok()).expect("an address")
    }

    pub fn is_of_pool(&self) -> bool {
        (Ipv4Addr::new(10, 77, 0, 100)..=Ipv4Addr::new(10, 77, 0, 149)).contains(&self.address())
    }
}
