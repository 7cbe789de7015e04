//! Reports, certificates, licences, calls, and what people tell a phone: PB §8.3, §16 to §19, §25 to §27.

use super::*;

pub(super) const PEM: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

pub(super) fn at_rest(set: &[(&str, &str)]) -> Phone {
    let mut all = vec![("Resync_On_Reset", "No")];
    all.extend_from_slice(set);
    phone(&all)
}

/// The same on a release that knows all of this.
pub(super) fn new(set: &[(&str, &str)]) -> Phone {
    running(at_rest(set), "sip88xx.11-3-7MPP0001-1")
}

pub(super) fn player<'b>(phone: Phone, bench: &'b mut Bench) -> Player<'b> {
    let mut player = Player::new(phone, bench);
    player.power_on();
    player.until_quiet(hours(1));
    player
}

pub(super) fn sent(bench: &Bench) -> Vec<(&str, &str, String)> {
    bench.sent.iter().map(|(how, url, body)| (*how, url.as_str(), String::from_utf8_lossy(body).into_owned())).collect()
}

#[test]
fn the_custom_ca_is_fetched_once_and_trusted() {
    let rule = ("Custom_CA_Rule", "http://10.0.0.1/$MA.pem");
    let mut bench = Bench::default().answer("http://10.0.0.1/000e08012345.pem", FetchAnswer::ok(PEM));
    let mut phone = player(at_rest(&[rule, ("Profile_Rule", "https://10.0.0.1/x")]), &mut bench);
    phone.command(Command::Notify(Notification::Resync));
    phone.until(phone.now() + 1000);
    let text = phone.timeline().to_string();
    drop(phone);
    assert!(text.contains("Custom CA Status: succeeded: http://10.0.0.1/000e08012345.pem"), "{text}");
    assert_eq!(bench.asked.iter().filter(|url| url.ends_with(".pem")).count(), 1);
    let secure: Vec<Roots> =
        bench.requests.iter().filter(|one| one.scheme == Scheme::Https).map(|one| one.roots).collect();
    assert_eq!(secure, [Roots { public: true, custom: true }]);
    for (body, said) in [("no certificate", "there is no certificate"), ("", "there is no certificate")] {
        let mut bench = Bench::default().answer("http://10.0.0.1/000e08012345.pem", FetchAnswer::ok(body));
        let phone = player(at_rest(&[rule]), &mut bench);
        assert!(phone.timeline().to_string().contains(said), "{}", phone.timeline());
    }
}

#[test]
fn migration_needs_a_licence() {
    let load = "http://10.0.0.1/sip88xx.14-1-1MN-366.loads";
    let upgrade = ("Upgrade_Rule", load);
    let mut bench = Bench::default().answer(load, FetchAnswer::ok("load"));
    let phone = player(new(&[upgrade]), &mut bench);
    assert!(phone.timeline().to_string().contains("needs a licence"), "{}", phone.timeline());
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-7MPP0001-1");
    drop(phone);
    let phone = player(at_rest(&[upgrade]), &mut bench);
    assert!(phone.timeline().to_string().contains("needs a phone on 11.3(5)"), "{}", phone.timeline());
    drop(phone);
    let mut bench = Bench::default()
        .answer(load, FetchAnswer::ok("load"))
        .answer("http://10.0.0.1/000E08012345.lic", FetchAnswer::ok("licence"));
    let set = [upgrade, ("Trans_Auth_Rule", "http://10.0.0.1/$MAU.lic"), ("Trans_Auth_Type", "WxC"), ("GPP_A", "gone")];
    let mut phone = player(new(&set), &mut bench);
    let text = phone.timeline().to_string();
    assert!(text.contains("Transition Authorization Status: authorized: WxC"), "{text}");
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.14-1-1MN-366", "{text}");
    // PB §25: migration resets the phone, which from then on answers to none of this.
    assert_eq!(phone.phone().settings().get("GPP_A"), "");
    phone.command(Command::Notify(Notification::Resync));
    phone.until(hours(100));
    assert!(phone.timeline().to_string().contains("the phone is not up"));
}

#[test]
fn a_licence_that_does_not_come_is_asked_for_by_its_schedule() {
    let set =
        |delay| [("Trans_Auth_Rule", "http://10.0.0.1/x.lic"), ("Transition_Authorization_Error_Retry_Delay", delay)];
    for (delay, asked) in [("1800", 3), ("600,1200", 4), ("0", 1)] {
        let mut bench = Bench::default();
        player(new(&set(delay)), &mut bench).until(hours(1) + 60_000);
        assert_eq!(bench.asked.len(), asked, "{delay}");
    }
}

#[test]
fn the_manufacturers_certificate_is_renewed_once() {
    let enabled = [("MIC_Cert_Refresh_Enable", "Yes")];
    let mut bench = Bench::default()
        .name("sudirenewal.cisco.com", &[1])
        .answer("http://sudirenewal.cisco.com/", FetchAnswer::ok("certificate"));
    let phone = player(new(&enabled), &mut bench);
    let text = phone.timeline().to_string();
    assert!(text.contains("MIC Cert Refresh Status: Renewed") && text.contains("(certificate renewal)"), "{text}");
    drop(phone);
    assert_eq!(bench.asked.len(), 1);
    for (set, firmware, said) in [
        (
            vec![("MIC_Cert_Refresh_Enable", "Yes"), ("MIC_Cert_Refresh_Rule", "http://10.0.0.1/")],
            "sip88xx.11-3-7MPP0001-1",
            true,
        ),
        (vec![("MIC_Cert_Refresh_Enable", "Yes")], "sip88xx.11-3-1MPP-1", false),
        (vec![], "sip88xx.11-3-7MPP0001-1", false),
    ] {
        let mut bench = Bench::default();
        let phone = player(running(at_rest(&set), firmware), &mut bench);
        assert_eq!(phone.timeline().to_string().contains("Not Renewed"), said, "{}", phone.timeline());
    }
}

#[test]
fn a_proxy_that_asks_for_credentials_gets_them_twice() {
    let asks = FetchAnswer::Http {
        status: 407,
        location: None,
        challenge: Some("Basic realm=\"p\"".into()),
        encoding: None,
        body: vec![],
    };
    let mut bench = Bench::default().answer("http://10.0.0.1/x", asks);
    let rule = ("Profile_Rule", "http://10.0.0.1/x");
    let account =
        [rule, ("Proxy_Server_Requires_Authentication", "Yes"), ("Proxy_Username", "u"), ("Proxy_Password", "p")];
    let mut phone = player(at_rest(&account), &mut bench);
    phone.command(Command::Notify(Notification::Resync));
    phone.until_quiet(hours(1));
    assert!(phone.timeline().to_string().contains("407 proxy authentication required"));
    drop(phone);
    let given: Vec<Option<&str>> = bench.requests.iter().map(|one| one.proxy_authorization.as_deref()).collect();
    assert_eq!(given, [None, Some("Basic dTpw"), Some("Basic dTpw")]);
    let mut phone = player(at_rest(&[rule]), &mut bench);
    phone.command(Command::Notify(Notification::Resync));
    phone.until_quiet(hours(1));
    drop(phone);
    assert_eq!(bench.requests.len(), 4, "without an account it is asked once");
}

#[test]
fn a_time_of_day_that_changes_is_drawn_anew() {
    let set = [("Resync_At__HHmm_", "0300"), ("Profile_Rule", "http://10.0.0.1/x")];
    let mut bench = Bench::default().file("http://10.0.0.1/x", "");
    let mut phone = player(at_rest(&set), &mut bench);
    phone.command(Command::Set { element: "Resync_At__HHmm_".into(), value: "0500".into() });
    phone.command(Command::Notify(Notification::Resync));
    phone.until(hours(4));
    assert_eq!(resyncs(phone.timeline()).len(), 1, "{}", phone.timeline());
    phone.until(hours(6));
    assert_eq!(resyncs(phone.timeline()).len(), 2, "{}", phone.timeline());
}

#[test]
fn upgrades_do_not_depend_on_provisioning() {
    let load = "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads";
    let mut bench = Bench::default().answer(load, FetchAnswer::ok("load"));
    let set = [("Provision_Enable", "No"), ("Upgrade_Rule", load), ("Resync_Random_Delay", "0")];
    let phone = player(phone(&set), &mut bench);
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-1MPP-678", "{}", phone.timeline());
}
