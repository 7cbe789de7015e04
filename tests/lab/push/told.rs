//! Our live phone, told by others.

use crate::support::{Serving, own_address, run};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

/// A phone of line 101 whose resyncs find nothing; it says so each time.
fn phone(ports: u16, more: &str) -> (Serving, SocketAddr) {
    let address = own_address();
    let rule = format!(
        "(User_ID_1_=\"101\";Password_1_=\"s3cret\";SIP_Transport_1_=\"AUTO\";Resync_Error_Retry_Delay=\"0\";{more})!\
         http://127.0.0.1:1/x"
    );
    let (own, shift) = (address.to_string(), format!("+{ports}"));
    let arguments = ["--address", &own, "--ports", &shift, "--no-delay", "--profile-rule", &rule];
    (Serving::phone(&arguments, "resync fails"), (address, 5060 + ports).into())
}

/// Runs a scenario once; SIPp's status is 0 when every call went as the scenario has it.
pub(super) fn sipp(scenario: &str, arguments: &[&str]) -> Command {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lab/push");
    let mut command = Command::new("sipp");
    command.arg("-sf").arg(folder.join(scenario)).args(["-m", "1", "-nostdin", "-timeout", "60s"]).args(arguments);
    command
}

#[test]
fn a_pbx_by_sipp_tells_a_live_phone_to_resync() {
    let (phone, at) = phone(1000, "");
    let own = own_address().to_string();
    // Over datagrams, over a stream, and where one datagram in three is lost.
    for (number, way) in [&["-t", "u1"][..], &["-t", "t1"], &["-t", "u1", "-lost", "30"]].into_iter().enumerate() {
        let said = phone.now();
        let port = (7000 + number).to_string();
        let ran =
            run(sipp("notifier.xml", &[&[&at.to_string(), "-i", &own, "-p", &port], way].concat()).arg("-trace_err"));
        assert_eq!(ran.status, Some(0), "{way:?}: {}\n{}\n{}", ran.text(), ran.stderr, phone.said());
        phone.wait_after(said, "resync begins (NOTIFY)");
        phone.wait_after(said, "resync fails");
    }
    run(&mut sipp("unknown_event.xml", &[&at.to_string(), "-i", &own, "-p", "7010"])).ok();
}

#[test]
fn sipsak_finds_a_live_phone() {
    let (_phone, at) = phone(2000, "");
    let ran = run(Command::new("sipsak").args(["-vv", "-s", &format!("sip:101@{at}")]));
    assert_eq!(ran.status, Some(0), "{}{}", ran.text(), ran.stderr);
    assert!(ran.text().contains("200 OK"), "{}", ran.text());
}

#[test]
fn curl_tells_a_live_phone_what_to_do() {
    let (phone, at) = phone(3000, "Admin_Password=\"p w\";");
    let web = format!("http://{}:3080", at.ip());
    let curl = |arguments: &[&str]| {
        run(Command::new("curl").args(["-sS", "-o", "/dev/null", "-w", "%{http_code}"]).args(arguments)).ok().text()
    };
    assert_eq!(curl(&[&format!("{web}/admin/reboot")]), "401");
    assert_eq!(curl(&["--digest", "-u", "admin:wrong", &format!("{web}/admin/reboot")]), "401");
    let said = phone.now();
    assert_eq!(curl(&["--digest", "-u", "admin:p w", &format!("{web}/admin/resync?http://127.0.0.1:1/by-url")]), "200");
    phone.wait_after(said, "resync begins (resync URL)");
    phone.wait_after(said, "/by-url");
    phone.wait_after(said, "resync fails");
    let login = format!("{web}/admin/resync?http://127.0.0.1:1/login&xuser=admin&xpassword=p%20w");
    assert_eq!(curl(&[&login]), "200");
    phone.wait_after(said, "/login");
    assert_eq!(curl(&["--digest", "-u", "admin:p w", &format!("{web}/admin/reboot")]), "200");
    phone.wait_after(said, "boots on");
}

#[test]
fn a_phone_of_newer_firmware_speaks_https() {
    let address = own_address();
    let rule = "(Resync_Error_Retry_Delay=\"0\";)!http://127.0.0.1:1/x";
    let firmware = "sip88xx.12-0-4MPP0001-125.loads";
    let own = address.to_string();
    let arguments =
        ["--address", &own, "--ports", "+4000", "--no-delay", "--firmware", firmware, "--profile-rule", rule];
    let phone = Serving::phone(&arguments, "resync fails");
    assert!(phone.said().contains(&format!("https {address}:4443")), "{}", phone.said());
    let said = phone.now();
    let web = format!("https://{address}:4443/admin/resync");
    let ran = run(Command::new("curl").args(["-sS", "-k", &web])).ok();
    assert!(ran.text().contains("resyncs when it is idle"), "{}", ran.text());
    phone.wait_after(said, "resync begins (resync URL)");
}
