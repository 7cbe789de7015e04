//! Remote customization (PB §3, §4, §23): how a phone that neither DHCP nor DNS leads anywhere learns of its provider from
//! Cisco's cloud, by its address or by a code that somebody enters.

use super::pass::Pass;
use super::phone::State;
use super::{Cause, Class, CloudAnswer, CloudQuery, Event, Obstacle, Output, Phone};
use crate::phone::stance::{Aborted, Pending};
use serde::Serialize;
use std::fmt;

/// The field Customization of the phone's status page (PB §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
pub enum Customization {
    /// Out of the box.
    Open,
    /// Cisco's redirection service (EDOS) is being asked.
    Pending,
    /// It named the provider's server; the phone resyncs to it.
    #[serde(rename = "Custom-Pending")]
    CustomPending,
    /// That resync succeeded.
    Acquired,
    /// Not tried: DHCP, DNS or a person provisioned the phone.
    Aborted,
    /// The service knows no provider for it.
    Unavailable,
    /// An activation code is waited for.
    #[serde(rename = "GDS-Pending")]
    GdsPending,
    #[serde(rename = "Acquired via GDS")]
    AcquiredViaGds,
}

impl Customization {
    /// `$ISCUST` (PB §3).
    pub const fn is_customized(self) -> bool {
        matches!(self, Customization::Acquired | Customization::AcquiredViaGds)
    }

    /// Whether the cloud may still be asked: not once the phone was provisioned, until it is reset (PB §3).
    pub const fn may_ask(self) -> bool {
        !matches!(self, Customization::Aborted | Customization::Acquired | Customization::AcquiredViaGds)
    }

    /// Whether a code can be entered. Phones that the service does not know show the screen for it (PB §4).
    pub const fn takes_code(self) -> bool {
        matches!(self, Customization::GdsPending | Customization::Unavailable | Customization::Pending)
    }
}

impl fmt::Display for Customization {
    /// As the page says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Customization::Open => "Open",
            Customization::Pending => "Pending",
            Customization::CustomPending => "Custom-Pending",
            Customization::Acquired => "Acquired",
            Customization::Aborted => "Aborted",
            Customization::Unavailable => "Unavailable",
            Customization::GdsPending => "GDS-Pending",
            Customization::AcquiredViaGds => "Acquired via GDS",
        })
    }
}

/// What a phone knows of its customization.
#[derive(Clone, Debug)]
pub(super) struct Cloud {
    pub customization: Customization,
    /// The rule that the cloud gave, and what Profile_Rule was set to before.
    redirect: Option<(String, Option<String>)>,
    /// What is being asked.
    asking: Option<CloudQuery>,
}

impl Cloud {
    pub fn new(customization: Customization) -> Self {
        Cloud { customization, redirect: None, asking: None }
    }
}

impl Phone {
    fn customize(&mut self, state: Customization) {
        if self.cloud.customization != state {
            self.cloud.customization = state;
            self.tell(Event::Customization { state });
        }
    }

    /// DHCP named a server (C-02).
    pub(super) fn dhcp_informs(&mut self) {
        if self.cloud.customization.may_ask() && self.stances.aborted() == Aborted::OnQuery {
            self.customize(Customization::Aborted);
        }
    }

    pub(super) fn provisioned_by_hand(&mut self) {
        if self.cloud.customization.may_ask() {
            self.customize(Customization::Aborted);
        }
    }

    /// A resync succeeded: by the cloud's redirection, or by other means (DNS SRV: inferred).
    pub(super) fn provisioned(&mut self, by_hand: bool) {
        match self.cloud.customization {
            Customization::CustomPending if !by_hand => {
                self.cloud.redirect = None;
                self.customize(Customization::Acquired);
            }
            state if state.may_ask() => self.customize(Customization::Aborted),
            _ => {}
        }
    }

    /// The redirection is tried anew from the beginning when the resync to it failed (PB §3, §4), unless a file of the
    /// provider's has already set another rule.
    pub(super) fn forget_redirect(&mut self) {
        let Some((rule, before)) = self.cloud.redirect.take() else { return };
        if self.cloud.customization != Customization::CustomPending || self.settings.get("Profile_Rule") != rule {
            return;
        }
        match before {
            Some(before) => self.settings.set("Profile_Rule", &before),
            None => self.settings.unset("Profile_Rule"),
        }
        if self.retries_customization() {
            self.customize(Customization::Pending);
        }
    }

    /// CDA retry (PB §4).
    fn retries_customization(&self) -> bool {
        self.runs_from(12, 0, 3)
    }

    /// Whether a failed resync is tried again by itself. A phone that waits for an activation code and knows no CDA retry
    /// waits for the code.
    pub(super) fn retries(&self) -> bool {
        self.cloud.customization != Customization::GdsPending || self.retries_customization()
    }

    /// Asks Cisco's redirection service, if this phone still may; gives the pass back if not.
    pub(super) fn ask_cloud(&mut self, mut pass: Box<Pass>) -> Option<Box<Pass>> {
        let single = pass.is_single();
        if single || std::mem::replace(&mut pass.cloud_asked, true) || !self.cloud.customization.may_ask() {
            return Some(pass);
        }
        // PB §1: phones from 11.2(1) on ask another host.
        let host = if self.runs_from(11, 2, 1) { "activate.cisco.com" } else { "webapps.cisco.com" };
        // Whether Pending means the question or its answer (C-01) shows on the page only.
        let again = self.cloud.customization == Customization::CustomPending;
        if !again && self.stances.pending() == Pending::Asked {
            self.customize(Customization::Pending);
        }
        self.query_cloud(pass, CloudQuery::Redirection { host: host.into() });
        None
    }

    fn query_cloud(&mut self, pass: Box<Pass>, query: CloudQuery) {
        self.cloud.asking = Some(query.clone());
        self.out.push(Output::AskCloud(query));
        self.state = State::Passing(pass);
    }

    /// The rule is `gds://`: an activation code is needed (PB §23). A phone with CDA retry asks the redirection service
    /// meanwhile.
    pub(super) fn wait_for_code(&mut self, pass: Box<Pass>) {
        if self.cloud.customization.takes_code() && self.retries_customization() {
            match self.ask_cloud(pass) {
                None => return,
                Some(pass) => return self.fail_by(pass, WAITS.into(), Class::C, Obstacle::ActivationCode),
            }
        }
        // Whoever was provisioned before and is told gds:// is onboarded anew.
        self.customize(Customization::GdsPending);
        self.fail_by(pass, WAITS.into(), Class::C, Obstacle::ActivationCode);
    }

    /// Somebody enters a code: 16 digits, or `#` and the name of a redirection profile, 3 to 16 digits (PB §23).
    pub(super) fn code_entered(&mut self, code: &str) {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let query = match code.strip_prefix('#') {
            Some(short) if digits(short) && (3..=16).contains(&short.len()) && self.runs_from(11, 3, 1) => {
                CloudQuery::ShortCode(short.to_owned())
            }
            None if digits(code) && code.len() == 16 && self.runs_from(11, 2, 3) => {
                CloudQuery::ActivationCode(code.to_owned())
            }
            _ => {
                self.tell(Event::Error { message: INVALID.into() });
                return self.go_on_with_requests();
            }
        };
        let pass = Pass::new(Cause::Code, None, self.rules());
        self.query_cloud(Box::new(pass), query);
    }

    pub(super) fn cloud_answered(&mut self, answer: CloudAnswer) {
        let Some(mut pass) = self.passing() else { return };
        let Some(query) = self.cloud.asking.take() else {
            self.state = State::Passing(pass);
            return;
        };
        self.tell(Event::Cloud { query: query.clone(), answer: answer.clone() });
        let by_code = !matches!(query, CloudQuery::Redirection { .. });
        if by_code && matches!(answer, CloudAnswer::Rule(_)) {
            self.last_resync = Some(self.now());
            self.tell(Event::Resync(super::Resync::Begun { cause: pass.cause }));
        }
        match (query, answer) {
            (CloudQuery::ActivationCode(_), CloudAnswer::Rule(rule)) => {
                self.settings.set("Profile_Rule", &rule);
                self.customize(Customization::AcquiredViaGds);
                self.begin_again(pass);
            }
            (_, CloudAnswer::Rule(rule)) => {
                if self.stances.pending() == Pending::Downloaded {
                    self.customize(Customization::Pending);
                }
                let before = self.settings.value_set("Profile_Rule").map(str::to_owned);
                self.cloud.redirect = Some((rule.clone(), before));
                self.settings.set("Profile_Rule", &rule);
                self.customize(Customization::CustomPending);
                self.begin_again(pass);
            }
            (CloudQuery::Redirection { .. }, CloudAnswer::Unknown) => {
                self.customize(Customization::Unavailable);
                pass.nowhere.push("Cisco's redirection service knows no provider for this phone");
                self.go_on(pass);
            }
            (CloudQuery::Redirection { .. }, CloudAnswer::Unreachable) => {
                pass.nowhere.push("Cisco's redirection service does not answer");
                self.go_on(pass);
            }
            (CloudQuery::ActivationCode(_) | CloudQuery::ShortCode(_), _) => {
                self.tell(Event::Error { message: INVALID.into() });
                // The screen stays: a new code can be entered.
                self.state = State::Waiting(None);
                self.rest_again();
                self.go_on_with_requests();
            }
        }
    }

    /// The rules of the phone are others now.
    fn begin_again(&mut self, pass: Box<Pass>) {
        let mut again = Pass::new(pass.cause, None, self.rules());
        again.requested = pass.requested;
        self.begin_pass(again);
    }
}

const WAITS: &str = "waits for an activation code";
/// What the screen says (RS §15).
const INVALID: &str = "Invalid activation code";
