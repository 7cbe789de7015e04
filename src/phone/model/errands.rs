//! What a phone does beside resyncs when it is idle: firmware first, then the licence for firmware of another kind (PB
//! §25), the custom CA (PB §26), its own certificate (PB §27), reports (PB §16). One at a time.

use super::discovery::Attempt;
use super::facts::Facts;
use super::pass::{Goal, Pass};
use super::phone::{Start, State};
use super::report::Reports;
use super::waiting::LEAST_WAIT;
use super::{Cause, Event, Millis, Phone, Purpose, StatusField};
use crate::phone::rule::{Options, Url, expand_log};

/// Where the manufacturer renews certificates; no other place works (PB §27).
const RENEWAL: &str = "http://sudirenewal.cisco.com/";

#[derive(Clone, Debug, Default)]
pub(super) struct Errands {
    custom_ca: CustomCa,
    licence: Licence,
    renewal: Renewal,
    pub reports: Reports,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct CustomCa {
    /// The URL that the CA in use came from.
    installed: Option<String>,
    /// The URL that failed since the last resync: tried again after the next (undocumented, inferred).
    failed: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Licence {
    /// The URL that gave one, and the authorization that it is for.
    authorized: Option<(String, String)>,
    /// When a URL that failed is tried again.
    due: Option<(Millis, String)>,
    failures: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Renewal {
    renewed: bool,
    /// Once each time the phone starts (undocumented, inferred).
    tried: bool,
}

impl Errands {
    pub fn has_custom_ca(&self) -> bool {
        self.custom_ca.installed.is_some()
    }

    /// The authorization in hand, `Classic` or `WxC`.
    pub fn authorization(&self) -> Option<&str> {
        self.licence.authorized.as_ref().map(|(_, kind)| kind.as_str())
    }

    /// Whether the same comes of both, but for reports and for when it is due.
    pub fn rests_as(&self, other: &Errands) -> bool {
        self.custom_ca == other.custom_ca
            && self.licence.authorized == other.licence.authorized
            && self.renewal == other.renewal
    }

    /// When something is due next.
    pub fn due(&self) -> Option<Millis> {
        let licence = self.licence.due.as_ref().map(|(due, _)| *due).filter(|due| *due < Millis::MAX);
        [licence, self.reports.due()].into_iter().flatten().min()
    }

    /// A factory reset: only what is burnt into the phone stays (PB §27).
    pub fn forget(&mut self) {
        *self = Errands { renewal: Renewal { renewed: self.renewal.renewed, tried: false }, ..Errands::default() };
    }
}

impl Goal {
    pub const fn purpose(&self) -> Purpose {
        match self {
            Goal::Rules => Purpose::Profile,
            Goal::Load(_) => Purpose::Firmware,
            Goal::Report(_) => Purpose::Report,
            Goal::CustomCa => Purpose::CustomCa,
            Goal::Licence => Purpose::Licence,
            Goal::Renewal => Purpose::Renewal,
        }
    }
}

impl Phone {
    /// Starts what is due, if the phone is idle; says whether.
    pub(super) fn consider(&mut self) -> bool {
        let idle = matches!(self.state, State::Waiting(_)) && !self.plans.is_before_first();
        idle && !self.plans.busy
            && (self.consider_licence()
                || self.consider_upgrade()
                || self.consider_custom_ca()
                || self.consider_renewal()
                || self.consider_report())
    }

    pub(super) fn errands_restarted(&mut self) {
        self.errands.renewal.tried = false;
        self.errands.custom_ca.failed = None;
        self.report_after_start();
    }

    pub(super) fn errands_after_resync(&mut self) {
        self.errands.custom_ca.failed = None;
    }

    /// A URL parameter as it is followed: macros expanded.
    fn url_of(&self, element: &str) -> Option<Result<Attempt, String>> {
        let facts = Facts { phone: self, cause: Cause::Errand, aim: None, error: "" };
        let text = expand_log(self.settings.get(element).trim(), &facts);
        if text.is_empty() {
            return None;
        }
        let attempt = Url::parse(&text).map_err(|(_, why)| why.to_owned());
        Some(attempt.and_then(|url| Attempt::of(&url).ok_or_else(|| "the URL names no server".into())))
    }

    fn run(&mut self, goal: Goal, attempt: Attempt) -> bool {
        self.start_errand(Pass::errand(goal, Options::default(), attempt));
        true
    }

    pub(super) fn start_errand(&mut self, pass: Pass) {
        self.go_on(Box::new(pass));
    }

    fn status(&mut self, field: StatusField, succeeded: bool, text: String) {
        self.tell(Event::Status { field, succeeded, text });
    }

    fn consider_custom_ca(&mut self) -> bool {
        let attempt = match self.url_of("Custom_CA_Rule") {
            None => return false,
            Some(attempt) => attempt,
        };
        let known = &self.errands.custom_ca;
        match attempt {
            Ok(attempt) => {
                let url = attempt.to_string();
                if known.installed.as_ref() == Some(&url) || known.failed.as_ref() == Some(&url) {
                    return false;
                }
                self.errands.custom_ca.failed = Some(url);
                self.run(Goal::CustomCa, attempt)
            }
            Err(reason) => {
                if known.failed.as_ref() != Some(&reason) {
                    self.errands.custom_ca.failed = Some(reason.clone());
                    self.status(StatusField::CustomCa, false, format!("failed: {reason}"));
                }
                false
            }
        }
    }

    fn consider_licence(&mut self) -> bool {
        // From 11.3(5) on (PB §34).
        let Some(attempt) = self.url_of("Trans_Auth_Rule").filter(|_| self.runs_from(11, 3, 5)) else {
            self.errands.licence.due = None;
            return false;
        };
        let url = attempt.as_ref().map_or_else(String::clone, Attempt::to_string);
        let known = &self.errands.licence;
        let done = known.authorized.as_ref().is_some_and(|(from, _)| *from == url);
        let waits = known.due.as_ref().is_some_and(|(due, of)| *due > self.now() && *of == url);
        if done || waits {
            return false;
        }
        match attempt {
            Ok(attempt) => self.run(Goal::Licence, attempt),
            Err(reason) => {
                self.licence_failed(url, &reason);
                false
            }
        }
    }

    fn licence_failed(&mut self, url: String, reason: &str) {
        let schedule = self.settings.schedule("Transition_Authorization_Error_Retry_Delay");
        let seconds = schedule.map(|schedule| self.draw(&schedule, self.errands.licence.failures).max(LEAST_WAIT));
        let due = seconds.map_or(Millis::MAX, |seconds| self.now() + seconds * 1000);
        self.errands.licence.failures += 1;
        self.errands.licence.due = Some((due, url));
        self.status(StatusField::Transition, false, format!("not authorized: {reason}"));
    }

    /// The kind of firmware that a licence is for (PB §25).
    fn authorization_type(&self) -> String {
        match self.settings.get("Trans_Auth_Type") {
            "" => "Classic".into(),
            kind => kind.to_owned(),
        }
    }

    fn consider_renewal(&mut self) -> bool {
        let known = &self.errands.renewal;
        if known.renewed || known.tried || !self.settings.yes("MIC_Cert_Refresh_Enable") || !self.runs_from(11, 3, 5) {
            return false;
        }
        self.errands.renewal.tried = true;
        match self.url_of("MIC_Cert_Refresh_Rule") {
            Some(Ok(attempt)) if attempt.to_string() == RENEWAL => self.run(Goal::Renewal, attempt),
            _ => {
                let text = format!("Not Renewed: only {RENEWAL} renews certificates");
                self.status(StatusField::Renewal, false, text);
                false
            }
        }
    }

    /// What an errand asked for came, or was taken.
    pub(super) fn errand_received(&mut self, pass: Box<Pass>, url: &str, body: &[u8]) {
        match pass.goal {
            Goal::CustomCa if !body.windows(PEM.len()).any(|part| part == PEM) => {
                return self.errand_failed(&pass, format!("{url}: there is no certificate in the file"));
            }
            Goal::Licence | Goal::Renewal if body.is_empty() => {
                return self.errand_failed(&pass, format!("{url}: the file is empty"));
            }
            Goal::CustomCa => {
                self.errands.custom_ca.installed = Some(url.to_owned());
                self.status(StatusField::CustomCa, true, format!("succeeded: {url}"));
            }
            Goal::Licence => {
                let kind = self.authorization_type();
                self.errands.licence =
                    Licence { authorized: Some((url.to_owned(), kind.clone())), ..Licence::default() };
                self.status(StatusField::Transition, true, format!("authorized: {kind}"));
            }
            Goal::Renewal => {
                self.errands.renewal.renewed = true;
                self.status(StatusField::Renewal, true, "Renewed".into());
                return self.restart(Start::Renewal);
            }
            Goal::Rules | Goal::Load(_) | Goal::Report(_) => {}
        }
        self.errand_over();
    }

    pub(super) fn errand_failed(&mut self, pass: &Pass, reason: String) {
        match pass.goal {
            Goal::CustomCa => self.status(StatusField::CustomCa, false, format!("failed: {reason}")),
            Goal::Licence => {
                let url = self.url_of("Trans_Auth_Rule").and_then(Result::ok);
                self.licence_failed(url.map(|url| url.to_string()).unwrap_or_default(), &reason);
            }
            Goal::Renewal => self.status(StatusField::Renewal, false, format!("Not Renewed: {reason}")),
            // One attempt, and no more (PB §16).
            Goal::Report(_) => self.tell(Event::Error { message: format!("report not delivered: {reason}") }),
            Goal::Rules | Goal::Load(_) => {}
        }
        self.errand_over();
    }

    fn errand_over(&mut self) {
        self.state = State::Waiting(None);
        self.rest_again();
        self.go_on_with_requests();
    }
}

const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";
