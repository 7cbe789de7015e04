//! What systemd is told, by the protocol of sd_notify(3).

use crate::support::{PROV, Project, Serving, own_address, quickstart, shift};
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

struct Supervised {
    socket: UnixDatagram,
    serving: Serving,
    project: Project,
}

impl Supervised {
    fn start(more: &[(&str, &str)]) -> Self {
        let project = Project::quickstart();
        let path = project.join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        socket.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        let mut command = Command::new(PROV);
        command.arg("serve").arg(project.path()).args(["--ports", &format!("+{}", shift())]);
        command.env("NOTIFY_SOCKET", &path).envs(more.iter().copied());
        let serving = Serving::start(&mut command);
        Supervised { socket, serving, project }
    }

    /// The next message that has the field.
    #[track_caller]
    fn told(&self, field: &str) -> String {
        let mut octets = [0; 4096];
        loop {
            let length = self.socket.recv(&mut octets).unwrap_or_else(|error| panic!("never {field}: {error}"));
            let text = String::from_utf8_lossy(&octets[..length]).into_owned();
            if text.lines().any(|line| line.starts_with(field)) {
                return text;
            }
        }
    }
}

#[test]
fn ready_reloading_and_stopping_are_told() {
    let supervised = Supervised::start(&[]);
    let ready = supervised.told("READY=1");
    assert!(ready.contains("\nSTATUS=") && ready.contains("0 of 2 phones"), "{ready}");
    supervised.serving.signal("HUP");
    let reloading = supervised.told("RELOADING=1");
    let at = reloading.lines().find_map(|line| line.strip_prefix("MONOTONIC_USEC=")).expect("a time");
    assert!(at.parse::<u64>().is_ok_and(|at| at > 0), "{reloading}");
    supervised.told("READY=1");
    // A reload that is not taken ends as well, and the status says why.
    let broken = quickstart(own_address()).replace("Time_Zone ", "Time_Zona ");
    supervised.project.write("main.prov", &broken);
    supervised.told("RELOADING=1");
    let ready = supervised.told("READY=1");
    assert!(ready.contains("not reloaded: the last good program goes on"), "{ready}");
    supervised.serving.signal("TERM");
    supervised.told("STOPPING=1");
    assert!(supervised.serving.ended().0.success());
}

#[test]
fn the_watchdog_is_told_as_often_as_it_asks() {
    let supervised = Supervised::start(&[("WATCHDOG_USEC", "200000")]);
    for _ in 0..3 {
        supervised.told("WATCHDOG=1");
    }
    supervised.serving.stop();
    // Of another process's watchdog, nothing is said.
    let supervised = Supervised::start(&[("WATCHDOG_USEC", "20000"), ("WATCHDOG_PID", "1")]);
    supervised.told("READY=1");
    std::thread::sleep(Duration::from_millis(300));
    supervised.socket.set_nonblocking(true).expect("a socket");
    let mut octets = [0; 4096];
    while let Ok(length) = supervised.socket.recv(&mut octets) {
        assert!(!String::from_utf8_lossy(&octets[..length]).contains("WATCHDOG"));
    }
    supervised.serving.stop();
}
