//! Every program of ours as every system's files, read back by the systems themselves.

use super::{files, projects, text};
use crate::lab::HOSTILE;
use crate::support::{Project, authority, prov, run, server, signed};
use std::path::Path;
use std::process::Command;

fn built(project: &Path, folder: &Project, target: &str) -> std::path::PathBuf {
    let out = folder.join(target);
    prov(["build", text(project), "-o", text(&out), "--target", target]).ok();
    // Same input, same bytes.
    let again = folder.join("again");
    prov(["build", text(project), "-o", text(&again), "--target", target]).ok();
    run(Command::new("diff").arg("-r").arg(&out).arg(&again)).ok();
    out
}

/// Runs a reader over each file of a name; how many there were.
fn read_back(out: &Path, name: &str, command: impl Fn(&Path) -> Command) -> usize {
    let mut count = 0;
    for file in files(out).iter().filter(|file| file.file_name().is_some_and(|found| found == name)) {
        run(&mut command(file)).ok();
        count += 1;
    }
    count
}

/// The hostile program beside the others.
fn programs() -> (Project, Vec<std::path::PathBuf>) {
    let hostile = Project::new(&[("main.prov", HOSTILE)]);
    let mut all = projects();
    all.push(crate::support::root().join("examples/acme"));
    all.push(hostile.path().to_owned());
    (hostile, all)
}

#[test]
fn kea_reads_our_exports() {
    let (folder, programs) = programs();
    let (v4, v6) = (server("kea-dhcp4", folder.path()), server("kea-dhcp6", folder.path()));
    let check = |program: &Path, file: &Path| {
        let mut command = Command::new(program);
        command.arg("-t").arg(file).env("KEA_LOCKFILE_DIR", folder.path()).env("KEA_PIDFILE_DIR", folder.path());
        command
    };
    let mut count = (0, 0);
    for project in programs {
        let out = built(&project, &folder, "kea");
        count.0 += read_back(&out, "kea-dhcp4.conf", |file| check(&v4, file));
        count.1 += read_back(&out, "kea-dhcp6.conf", |file| check(&v6, file));
    }
    assert!(count.0 > 5, "{count:?}");
    let out = built(six().path(), &folder, "kea");
    assert_eq!(read_back(&out, "kea-dhcp6.conf", |file| check(&v6, file)), 1);
}

#[test]
fn dnsmasq_reads_our_exports() {
    let (folder, programs) = programs();
    let dnsmasq = server("dnsmasq", folder.path());
    let check = |file: &Path| {
        let mut command = Command::new(&dnsmasq);
        command.arg("--test").arg("-C").arg(file);
        command
    };
    let count: usize =
        programs.iter().map(|project| read_back(&built(project, &folder, "dnsmasq"), "dnsmasq.conf", check)).sum();
    assert!(count > 5);
    assert_eq!(read_back(&built(six().path(), &folder, "dnsmasq"), "dnsmasq.conf", check), 1);
}

#[test]
fn dhcpd_reads_our_exports() {
    let (folder, programs) = programs();
    let dhcpd = server("dhcpd", folder.path());
    let check = |family: &'static str| {
        let dhcpd = dhcpd.clone();
        move |file: &Path| {
            let mut command = Command::new(&dhcpd);
            command.args(["-t", family, "-cf"]).arg(file);
            command
        }
    };
    let mut count = 0;
    for project in programs {
        let out = built(&project, &folder, "isc-dhcpd");
        count += read_back(&out, "dhcpd.conf", check("-4"));
        read_back(&out, "dhcpd6.conf", check("-6"));
    }
    assert!(count > 5);
    assert_eq!(read_back(&built(six().path(), &folder, "isc-dhcpd"), "dhcpd6.conf", check("-6")), 1);
    // A phone that is told nothing of its own keeps its address all the same.
    let quiet = SIX.replace("bootstrap dhcp 160, v6 17, v6 159, v6 160", "bootstrap manual");
    let quiet = Project::new(&[("main.prov", quiet.as_str())]);
    let out = built(quiet.path(), &folder, "isc-dhcpd");
    assert_eq!(read_back(&out, "dhcpd6.conf", check("-6")), 1);
    let written = std::fs::read_to_string(out.join("prov/dhcpd6.conf")).expect("built");
    assert!(written.contains("fixed-address6 2001:db8:77::20"), "{written}");
}

#[test]
fn bind_reads_our_zones_alone() {
    let folder = Project::new(&[]);
    let out = built(&crate::programs::folder("acme"), &folder, "zone");
    let found = files(&out);
    let zones: Vec<&str> = found.iter().filter_map(|file| file.file_name()?.to_str()).collect();
    assert_eq!(zones, [".prov-build", "acme.example.zone"]);
    run(Command::new("named-checkzone").arg("acme.example").arg(out.join("zones/acme.example.zone"))).ok();
}

#[test]
fn nginx_reads_our_exports() {
    let (folder, programs) = programs();
    let nginx = server("nginx", folder.path());
    let pid = format!("pid {};", text(&folder.join("nginx.pid")));
    let mut count = 0;
    for project in programs {
        // What the programs name and nobody has in a checkout: certificates and secrets.
        let copy = Project::new(&[]);
        run(Command::new("cp").args(["-rT"]).arg(&project).arg(copy.path())).ok();
        std::fs::create_dir_all(copy.join("tls")).expect("a folder");
        authority(copy.path(), "tls/phones-ca");
        signed(copy.path(), "tls/phones-ca", "tls/prov", "/CN=prov", Some("DNS:prov.acme.example"));
        let out = folder.join("nginx");
        let mut build = Command::new(crate::support::PROV);
        build.args(["build", text(copy.path()), "-o", text(&out), "--target", "nginx"]);
        build.env("ACME_FLEET_KEY", "key");
        for extension in ["2010", "2011", "2012", "2013"] {
            build.env(format!("ACME_SIP_{extension}"), "word");
        }
        run(&mut build).ok();
        count += read_back(&out, "nginx.conf", |file| {
            let mut command = Command::new(&nginx);
            command
                .args(["-t", "-e", "stderr", "-c", "nginx.conf", "-g", &pid, "-p"])
                .arg(file.parent().expect("a folder"));
            command
        });
    }
    assert!(count > 5, "{count}");
}

/// A program of DHCPv6, with every kind of option that one may have.
fn six() -> Project {
    Project::new(&[("main.prov", SIX)])
}

const SIX: &str = r#"use cisco.mpp
server prov {
  name    "prov.lab.example"
  address 10.77.0.1, 2001:db8:77::1
  http    { port 80 }
  dhcp    { port 67 }
  dhcp6   { port 547 }
}
network four {
  subnet  10.77.0.0/24
  pool    10.77.0.100 .. 10.77.0.149
  server  prov
}
network six {
  subnet  2001:db8:77::/64
  pool    2001:db8:77::100 .. 2001:db8:77::1ff
  domain  "lab.example"
  dns     2001:db8:77::1, 2001:db8:77::2
  ntp     2001:db8:77::1
  lease   8h
  server  prov
  relay   2001:db8:77::fe
  reserve 00:0e:08:ab:cd:02 2001:db8:77::20
  option 21 = "sip.lab.example"
  option 31 = 2001:db8:77::9
  option 200 = hex("00ff22")
  option 201 = "a \"quoted\"; \\ \{ text"
}
profile account {
  fetch http "/phones/$MA.cfg"
  Display_Name[1] = phone.name
}
fleet desks {
  server    prov
  network   four, six
  profiles  account
  bootstrap dhcp 160, v6 17, v6 159, v6 160
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  name "Front" }
  phone 00:0e:08:ab:cd:02 { model "CP-7841-3PCC"  name "Workshop" }
}
"#;
