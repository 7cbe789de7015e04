//! What people and servers tell a phone to do: SIP NOTIFY (PB §19), the administration URLs (PB §17), XML push (PB §18),
//! its own keys and web page (PB §10).

use super::account::AccountKind;
use super::phone::{Start, State};
use super::{Cause, Command, Event, Notification, Phone, Resync};
use crate::phone::profile::{self, AliasMap};
use quick_xml::events::Event as Xml;
use std::net::Ipv4Addr;

impl Phone {
    pub(super) fn command(&mut self, command: Command) {
        let command = match command {
            // What happens at the phone itself happens at once.
            Command::Set { element, value } => return self.set_by_hand(&element, &value),
            Command::Lines { busy } => return self.lines(busy),
            command => command,
        };
        match (&self.state, self.refusal(&command)) {
            (State::Off | State::Leasing(_) | State::Migrated, _) => self.ignore("the phone is not up".into()),
            (_, Some(reason)) => self.ignore(reason),
            (State::Passing(_), None) => self.postpone(command),
            (State::Waiting(_), None) => self.follow(command),
        }
    }

    fn ignore(&mut self, reason: String) {
        self.tell(Event::Resync(Resync::Ignored { reason }));
    }

    /// Why a phone does not do what it is told.
    fn refusal(&self, command: &Command) -> Option<String> {
        let needs = |element: &str| (!self.settings.yes(element)).then(|| format!("{element} is No"));
        match command {
            Command::Notify(Notification::Resync) => needs("Provision_Enable").or_else(|| needs("Resync_From_SIP")),
            Command::ResyncUrl { .. } => needs("Provision_Enable"),
            // Hidden: nobody can choose it.
            Command::Menu { .. } => needs("User_Configurable_Resync").or_else(|| needs("Provision_Enable")),
            Command::ProfileAccount(_) if self.account_kind() == AccountKind::None => {
                Some("Profile_Authentication_Type is Disabled".into())
            }
            Command::UpgradeUrl(_) => needs("Upgrade_Enable"),
            Command::Execute(_) => needs("CISCO_XML_EXE_Enable").or_else(|| needs("Provision_Enable")),
            Command::ActivationCode(_) if !self.cloud.customization.takes_code() => {
                Some(format!("no activation code is asked for ({})", self.cloud.customization))
            }
            _ => None,
        }
    }

    /// Requests pass the triggers by (PB §8.1).
    pub(super) fn follow(&mut self, command: Command) {
        match command {
            Command::Notify(Notification::Resync) => self.begin(Cause::Notify, None),
            Command::Notify(Notification::Report) => self.report_requested(),
            // A cold restart and a warm one are alike to whoever watches from outside.
            Command::Notify(Notification::Reboot | Notification::Restart) => self.restart(Start::Request),
            // PB §17: when idle. A cold restart by NOTIFY does not wait.
            Command::Reboot if self.plans.busy => self.postpone(Command::Reboot),
            Command::Reboot => self.restart(Start::Request),
            Command::FactoryReset => self.factory_reset(),
            Command::ResyncUrl { rule, from } => self.resync_by_url(rule, from, Cause::Url),
            Command::Menu { rule } => {
                if let Some(rule) = rule {
                    self.settings.set("Profile_Rule", &rule);
                    self.provisioned_by_hand();
                    self.changed_locally();
                }
                self.begin(Cause::Menu, None);
            }
            Command::ProfileAccount(login) => {
                self.account = Some(login);
                self.go_on_with_requests();
            }
            Command::UpgradeUrl(url) => self.upgrade_by_url(&url),
            Command::Configure(file) => self.configure(&file),
            Command::Execute(xml) => match pushed_rule(&xml) {
                Ok(rule) => self.resync_by_url(rule, None, Cause::Push),
                Err(reason) => {
                    self.ignore(format!("XML push: {reason}"));
                    self.go_on_with_requests();
                }
            },
            Command::ActivationCode(code) => self.code_entered(&code),
            Command::Set { .. } | Command::Lines { .. } => {}
        }
    }

    fn resync_by_url(&mut self, rule: Option<String>, from: Option<Ipv4Addr>, cause: Cause) {
        self.plans.requester = from;
        // A login may stand behind the rule, and is no part of it (PB §17).
        let rule = rule.map(|rule| match rule.split_once("&xuser=") {
            Some((rule, _)) => rule.to_owned(),
            None => rule,
        });
        self.begin(cause, rule.filter(|rule| !rule.is_empty()));
    }

    /// Someone provisions the phone by its keys or its page: Cisco's cloud is asked no more (PB §3).
    fn set_by_hand(&mut self, element: &str, value: &str) {
        self.settings.set(element, value);
        if crate::phone::PROFILE_RULES.contains(&element) {
            self.provisioned_by_hand();
        }
        self.changed_locally();
        // What the change makes due is done as soon as the phone is idle, which it may be now (RS §8).
        if matches!(self.state, State::Waiting(_)) && !self.consider() {
            self.rest_again();
        }
    }

    /// A configuration posted to the phone (PB §17): applied as a profile is.
    fn configure(&mut self, file: &[u8]) {
        match profile::decode_with(file, &AliasMap::default()) {
            Ok(profile) => {
                let parameters = self.apply(&profile);
                let (parameter, url) = ("config.xml".into(), "/admin/config.xml".into());
                self.tell(Event::Apply { parameter, url, parameters, rules: Vec::new() });
                self.provisioned_by_hand();
                // PB §8.1: what the page submits restarts the phone, which resyncs at once.
                self.restart(Start::Request);
            }
            Err(fault) => {
                self.ignore(format!("config.xml: {fault}"));
                self.go_on_with_requests();
            }
        }
    }
}

/// The rule of an XML push, `<…Execute><ExecuteItem URL="Resync:RULE"/></…Execute>` (PB §18); none: the phone's own rules.
fn pushed_rule(xml: &[u8]) -> Result<Option<String>, String> {
    let text = std::str::from_utf8(xml).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Xml::Start(start) | Xml::Empty(start) if start.name().as_ref() == "ExecuteItem" => {
                let mut attributes = start.attributes();
                let url = attributes.find_map(|one| one.ok().filter(|one| one.key.as_ref() == "URL"));
                let url = url.ok_or("ExecuteItem has no URL")?;
                let url = quick_xml::escape::unescape(&url.value).map_err(|error| error.to_string())?;
                let rule = url.strip_prefix("Resync:").ok_or("the model follows URLs that begin with Resync: only")?;
                return Ok(Some(rule.trim()).filter(|rule| !rule.is_empty()).map(str::to_owned));
            }
            Xml::Eof => return Err("it holds no ExecuteItem".into()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn pushed_rules_as_the_guide_has_them() {
        let push = |item: &str| {
            let xml = format!("<CP-8841-3PCCExecute>{item}</CP-8841-3PCCExecute>");
            pushed_rule(xml.as_bytes())
        };
        assert_eq!(
            push("<ExecuteItem URL=\"Resync:[--key $B] http://h/$MA.cfg?a&amp;b\"/>"),
            Ok(Some("[--key $B] http://h/$MA.cfg?a&b".into()))
        );
        assert_eq!(push("<ExecuteItem URL=\"Resync:\"></ExecuteItem>"), Ok(None));
        // The form that the guide prints has no quotes round the value, and is no XML (PB §18).
        for bad in ["<ExecuteItem URL=Resync:http://h/x/>", "<ExecuteItem/>", "", "<ExecuteItem URL=\"Dial:1\"/>"] {
            assert!(push(bad).is_err(), "{bad}");
        }
        assert!(pushed_rule(&[0xff, 0xfe]).is_err());
    }
}
