//! Reports of its configuration that a phone sends (PB §16, RS §14): when, to whom, and what stands in them.

use super::discovery::Attempt;
use super::facts::Facts;
use super::pass::{Goal, Pass};
use super::{Cause, Event, Millis, Phone};
use crate::phone::Settings;
use crate::phone::profile::{FOOTER, HEADER, close, escape, open};
use crate::phone::rule::{Options, Target, evaluate_report};
use crate::phone::seal::{self, AES128GCM, ContentError, Digest};
use crate::phone::stance::LongestReportPeriod;
use std::collections::VecDeque;

const RULE: &str = "Report_Rule";
/// Spelled in two ways, as the period is.
const WHEN: [&str; 2] = ["Report_To_Server", "Report_to_Server"];
/// The newer tables write it so, the older in small letters (PB §8.3); tags are case-sensitive, and both are taken
/// (inferred).
const PERIOD: [&str; 2] = ["Periodic_Upload_To_Server", "periodic_upload_to_server"];
pub(super) const IKM: &str = "IKM_HTTP_Encrypt_Content";
/// What never leaves a phone (PB §16).
const SECRET: [&str; 5] = ["GPP_SA", "GPP_SB", "GPP_SC", "GPP_SD", IKM];

/// What a phone knows of its reports.
#[derive(Clone, Debug, Default)]
pub(super) struct Reports {
    /// Somebody asked for one.
    requested: bool,
    /// When the next is due by itself.
    due: Option<Millis>,
    /// What is still to be sent of the report at hand.
    outbox: VecDeque<Composed>,
    /// The configuration as the last report of changes had it.
    reported: Option<Box<Settings>>,
}

/// A report, where it goes, and how.
#[derive(Clone, Debug)]
struct Composed {
    options: Options,
    attempt: Attempt,
    plain: Vec<u8>,
}

/// A report as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub octets: Vec<u8>,
    /// Content-Encoding.
    pub encoding: Option<&'static str>,
}

impl Reports {
    pub fn due(&self) -> Option<Millis> {
        self.due
    }
}

impl Phone {
    fn report_when(&self, word: &str) -> bool {
        let set = WHEN.iter().find_map(|element| self.settings.value_set(element));
        set.unwrap_or("On Request").eq_ignore_ascii_case(word)
    }

    fn reports(&self) -> bool {
        !self.settings.get(RULE).trim().is_empty()
    }

    /// PB §16: a restart is a request.
    pub(super) fn report_after_start(&mut self) {
        let on_request = self.report_when("On Request");
        let reported = self.errands.reports.reported.take();
        self.errands.reports = Reports { requested: on_request && self.reports(), reported, ..Reports::default() };
    }

    /// NOTIFY `Event: report`.
    pub(super) fn report_requested(&mut self) {
        if !self.reports() {
            self.tell(Event::Error { message: "a report was asked for, and Report_Rule is empty".into() });
            return self.go_on_with_requests();
        }
        // During a call it is kept in mind.
        self.errands.reports.requested = true;
        if !self.consider() {
            self.rest_again();
            self.go_on_with_requests();
        }
    }

    /// Somebody changed a parameter at the phone; changes that follow at once go into the same report.
    pub(super) fn changed_locally(&mut self) {
        if self.reports() && self.report_when("On Local Change") {
            let delay = self.settings.number("Upload_Delay_On_Local_Change");
            let delay = if (10..=900).contains(&delay) { delay } else { 60 };
            self.errands.reports.due = Some(self.now() + u64::from(delay) * 1000);
        }
    }

    /// Keeps the time of the next periodic report.
    pub(super) fn plan_reports(&mut self) {
        let periodic = self.report_when("Periodically");
        if !self.reports() {
            self.errands.reports.due = None;
        } else if periodic && self.errands.reports.due.is_none() {
            self.errands.reports.due = Some(self.now() + u64::from(self.report_period()) * 1000);
        }
    }

    /// In seconds; what is out of range leaves the default in force (inferred).
    fn report_period(&self) -> u32 {
        let set = PERIOD.iter().find_map(|element| self.settings.value_set(element));
        let seconds = set.and_then(|text| text.parse().ok()).unwrap_or(0);
        match seconds {
            600..=259_200 => seconds,
            259_201..=2_592_000 if self.stances.longest_report_period() == LongestReportPeriod::ThirtyDays => seconds,
            _ => 3600,
        }
    }

    pub(super) fn consider_report(&mut self) -> bool {
        let due = self.errands.reports.due.is_some_and(|due| due <= self.now());
        if self.errands.reports.outbox.is_empty() && (due || self.errands.reports.requested) {
            self.errands.reports.requested = false;
            self.errands.reports.due = None;
            self.compose();
        }
        let Some(Composed { options, attempt, plain }) = self.errands.reports.outbox.pop_front() else { return false };
        match self.sealed(&options, plain) {
            Ok(content) => self.start_errand(Pass::errand(Goal::Report(content), options, attempt)),
            Err(error) => {
                self.tell(Event::Error { message: format!("report not sealed, and not sent: {error}") });
                return self.consider_report();
            }
        }
        true
    }

    /// One report to each destination of the rule, all of one moment: two that want the changes get the same ones.
    fn compose(&mut self) {
        let text = self.settings.get(RULE).to_owned();
        let facts = Facts { phone: self, cause: Cause::Errand, aim: None, error: "" };
        let destinations = match evaluate_report(&text, &facts).destinations {
            Ok(destinations) => destinations,
            Err(error) => return self.tell(Event::Error { message: format!("{RULE}: {error}") }),
        };
        let mut changes = false;
        for (options, target) in destinations {
            let attempt = match &target {
                Target::Url(url) => Attempt::of(url),
                Target::ActivationCode => None,
            };
            let Some(attempt) = attempt else {
                self.tell(Event::Error { message: format!("{RULE}: the URL names no server") });
                continue;
            };
            let plain = match (options.status, options.delta) {
                (true, _) => self.status_report(),
                (false, true) => configuration(&self.settings, self.errands.reports.reported.as_deref()),
                (false, false) => configuration(&self.settings, None),
            };
            changes |= options.delta && !options.status;
            self.errands.reports.outbox.push_back(Composed { options, attempt, plain });
        }
        if changes {
            self.errands.reports.reported = Some(Box::new(self.settings.clone()));
        }
    }

    /// A report as it is sent: sealed by the rule's key, else by RFC 8188 where the phone has a key for it (PB §16).
    fn sealed(&mut self, options: &Options, plain: Vec<u8>) -> Result<Content, ContentError> {
        let mut sealed = Vec::new();
        if let Some(key) = &options.key {
            let salt = self.random.number().to_be_bytes();
            // Which digest is undocumented; the reference suggests the newer from 11.3(1) on (WF §3, inferred).
            let digest = if self.runs_from(11, 3, 1) { Digest::Sha256 } else { Digest::Md5 };
            seal::seal_salted(key.as_bytes(), digest, salt, &plain, &mut sealed);
            return Ok(Content { octets: sealed, encoding: None });
        }
        let ikm = self.settings.get(IKM).to_owned();
        if ikm.is_empty() {
            return Ok(Content { octets: plain, encoding: None });
        }
        let mut salt = [0; 16];
        for (part, chance) in salt.chunks_mut(8).zip([self.chance(), self.chance()]) {
            part.copy_from_slice(&chance.to_be_bytes());
        }
        seal::seal_content(ikm.as_bytes(), salt, seal::RECORD_SIZE, &[], &plain, &mut sealed)?;
        Ok(Content { octets: sealed, encoding: Some(AES128GCM) })
    }

    /// What `--status` sends is not documented; the fields are those of the page Info > Status.
    fn status_report(&self) -> Vec<u8> {
        let identity = self.identity();
        let address = self.address().map(|address| address.to_string()).unwrap_or_default();
        let fields = [
            ("Product_Name", identity.product().to_owned()),
            ("Serial_Number", identity.serial().to_owned()),
            ("MAC_Address", identity.mac.plain_upper()),
            ("Software_Version", identity.firmware().to_owned()),
            ("Hardware_Version", identity.hardware().to_owned()),
            ("Customization", self.customization().to_string()),
            ("Current_IP", address),
        ];
        let mut xml = b"<phone-status>\n".to_vec();
        for (name, value) in fields {
            write(&mut xml, name, &value, None);
        }
        xml.extend_from_slice(b"</phone-status>\n");
        xml
    }
}

/// The configuration, or what of it is no longer as it was.
fn configuration(settings: &Settings, before: Option<&Settings>) -> Vec<u8> {
    let mut xml = HEADER.to_vec();
    for (element, parameter) in settings.iter().filter(|(element, _)| !SECRET.contains(element)) {
        let Some(value) = &parameter.value else { continue };
        if before.is_none_or(|before| before.value_set(element) != Some(value)) {
            write(&mut xml, element, value, parameter.user);
        }
    }
    xml.extend_from_slice(FOOTER);
    xml
}

fn write(xml: &mut Vec<u8>, element: &str, value: &str, user: Option<crate::phone::Access>) {
    open(xml, element, user);
    escape(xml, value);
    close(xml, element);
}
