//! Any world, any command, any answer: a phone goes on.

use super::*;
use crate::phone::stance::{Matter, Stances};
use proptest::prelude::*;

/// A world that says anything at all.
struct Chaos(Random);

impl World for Chaos {
    fn lease(&mut self, _: Millis, _: &Identity) -> Timed<Option<Lease>> {
        let mut lease = Lease::bare([10, 0, 0, 1].into());
        let texts = ["10.0.0.1", "http://a", "https://a/x", "a;b", "\0", "", "tftp://10.0.0.1:99/p"];
        if let Some(text) = texts.get(self.0.up_to(9) as usize) {
            lease.options.push((66, text.as_bytes().to_vec()));
            lease.options6.push((160, text.as_bytes().to_vec()));
        }
        lease.domain = (self.0.up_to(1) == 1).then(|| "lab.example".into());
        Timed::new(self.0.up_to(100), (self.0.up_to(3) > 0).then_some(lease))
    }

    fn resolve(&mut self, _: Millis, _: &Query) -> Timed<DnsAnswer> {
        let service = |priority, target: &str| Service { priority, weight: 1, port: 80, target: target.into() };
        Timed::new(
            self.0.up_to(10),
            match self.0.up_to(4) {
                0 => DnsAnswer::Timeout,
                1 => DnsAnswer::None,
                2 => DnsAnswer::Services(vec![service(2, "b."), service(1, "10.0.0.1"), service(1, ".")]),
                _ => DnsAnswer::Addresses(vec![[10, 0, 0, 1].into(), [10, 0, 0, 2].into()]),
            },
        )
    }

    fn fetch(&mut self, _: Millis, _: &FetchRequest) -> Timed<FetchAnswer> {
        let files = [
            "<flat-profile><Profile_Rule>(\"$A\" eq \"\")? (a=\"x\";)! /x | http://b/y</Profile_Rule></flat-profile>",
            "<flat-profile><Profile_Rule_B>[--srv] https://c/$MA</Profile_Rule_B></flat-profile>",
            "<flat-profile><Profile_Rule_C>[--post a --uid u] http://c/</Profile_Rule_C></flat-profile>",
            "<flat-profile><Resync_Periodic>0,5+7</Resync_Periodic><Profile_Rule>gds://</Profile_Rule></flat-profile>",
            "<flat-profile><Resync_Trigger_1>$PRVTMR gt 90</Resync_Trigger_1><GPP_A/></flat-profile>",
            "<flat-profile><Resync_At__HHmm_>1200</Resync_At__HHmm_><Syslog_Server>s</Syslog_Server></flat-profile>",
            "<flat-profile><Restricted_Access_Domains>a, b</Restricted_Access_Domains></flat-profile>",
            "<flat-profile><Profile_Rule>/$PSN.xml</Profile_Rule><Provision_Enable>No</Provision_Enable></flat-profile>",
            "<flat-profile><Upgrade_Rule>($SWVER ne sip88xx.1-0-1MPP-4)? http://a/x.loads</Upgrade_Rule></flat-profile>",
            "<flat-profile><Report_Rule>[--delta]http://a/r http://b/s</Report_Rule>\
             <Report_to_Server>Periodically</Report_to_Server></flat-profile>",
            "<flat-profile><Custom_CA_Rule>/x</Custom_CA_Rule><Trans_Auth_Rule>http://a/l</Trans_Auth_Rule>\
             <MIC_Cert_Refresh_Enable>Yes</MIC_Cert_Refresh_Enable></flat-profile>",
        ];
        let http = |status, location: Option<&str>, challenge: Option<&str>| FetchAnswer::Http {
            status,
            location: location.map(str::to_owned),
            challenge: challenge.map(str::to_owned),
            encoding: None,
            body: vec![],
        };
        Timed::new(
            self.0.up_to(100),
            match self.0.up_to(18) {
                9 => {
                    let places = ["/again", "again", "?x", "//b", "HTTP://b/x#y", "../..", ""];
                    http(302, places.get(self.0.up_to(6) as usize).copied(), None)
                }
                10 => http(301, Some("http://d/"), None),
                11 => http(401, None, Some("Basic realm=x")),
                12 => http(404, None, None),
                13 => http(500, Some("x"), None),
                14 => FetchAnswer::Timeout,
                15 => FetchAnswer::TftpError { code: 1, text: String::new() },
                n @ 16.. => FetchAnswer::ok(files.get(n as usize - 7).copied().unwrap_or_default()),
                n => FetchAnswer::ok(files.get(n as usize).copied().unwrap_or_default()),
            },
        )
    }
}

proptest! {
    #[test]
    fn whatever_the_world_says_the_phone_comes_to_rest(seed: u64, notify: bool) {
        let mut world = Chaos(Random::new(seed));
        let mut chance = Random::new(seed);
        let stances = Matter::ALL.iter().fold(Stances::default(), |stances, matter| {
            stances.with(*matter, chance.up_to(matter.choices().len() as u64 - 1) as usize)
        });
        let mut player = Player::new(phone(&[]).with_stances(stances), &mut world);
        player.power_on();
        for hour in 1..6 {
            player.until(hours(hour));
            if notify {
                let commands = [
                    Command::Notify(Notification::Resync),
                    Command::Notify(Notification::Report),
                    Command::ActivationCode("#123".into()),
                    Command::UpgradeUrl("http://a/sip88xx.11-3-1MPP-678.loads".into()),
                    Command::Lines { busy: hour % 2 == 0 },
                    Command::ResyncUrl { rule: Some("/x".into()), from: Some([10, 0, 0, 1].into()) },
                    Command::Set { element: "GPP_A".into(), value: "by hand".into() },
                    Command::Configure(b"<flat-profile><GPP_B>1</GPP_B></flat-profile>".into()),
                    Command::Menu { rule: Some("http://b/menu".into()) },
                    Command::ProfileAccount(Login { user: "u".into(), password: "p".into() }),
                    Command::FactoryReset,
                ];
                for command in commands {
                    if chance.up_to(2) == 0 {
                        player.command(command);
                    }
                }
            }
        }
        player.command(Command::Lines { busy: false });
        player.until_quiet(hours(9));
        let cut = player.timeline().to_string().contains("it is cut here");
        prop_assert!(player.phone().is_quiet() && !cut, "{}", player.timeline());
    }
}
