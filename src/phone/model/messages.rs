//! The two log messages of a pass, and of an upgrade (PB §8.2, §15).

use super::discovery::Attempt;
use super::facts::{Aim, Facts};
use super::fetching::Current;
use super::pass::{Goal, Pass};
use super::{Event, Output, Phone};
use crate::phone::rule::expand_log;
use crate::phone::stance::LogDash;
use std::borrow::Cow;

impl Phone {
    /// The message before: once a pass, when its first target is known (PB §8.2, §15; inferred, since the template names
    /// the target).
    pub(super) fn request_message(&mut self, pass: &mut Pass, current: &Current) {
        let Attempt { scheme, host, port, path, .. } = current.attempt.clone();
        pass.aim = Some(Aim { scheme, host, address: current.addresses.front().copied(), port, path });
        if !pass.requested {
            pass.requested = true;
            let template = match pass.goal {
                Goal::Rules => "Log_Request_Msg",
                Goal::Load(_) => "Log_Upgrade_Request_Msg",
                // PB §15 has messages for resyncs and upgrades only.
                _ => return,
            };
            self.log(template, pass, "");
        }
    }

    /// The message after: of a success when there is no error.
    pub(super) fn result_message(&mut self, pass: &Pass, error: &str) {
        self.result_message_of(&pass.goal, pass, error);
    }

    pub(super) fn result_message_of(&mut self, goal: &Goal, pass: &Pass, error: &str) {
        let template = match (goal, error) {
            (Goal::Rules, "") => "Log_Success_Msg",
            (Goal::Rules, _) => "Log_Failure_Msg",
            (Goal::Load(_), "") => "Log_Upgrade_Success_Msg",
            (Goal::Load(_), _) => "Log_Upgrade_Failure_Msg",
            _ => return,
        };
        // A pass that aimed at nothing and failed at nothing has nothing to say.
        if pass.requested || !error.is_empty() {
            self.log(template, pass, error);
        }
    }

    /// A template, the default one as one of the guides spells it (C-19).
    fn template(&self, element: &str) -> Cow<'_, str> {
        let text = self.settings.get(element);
        if self.settings.value_set(element).is_some() {
            return text.into();
        }
        let dash = match self.stances.log_dash() {
            LogDash::Double => return text.into(),
            LogDash::None => " ",
            LogDash::En => " \u{2013}",
        };
        text.replacen(" -- ", dash, 1).into()
    }

    fn log(&mut self, template: &str, pass: &Pass, error: &str) {
        let Some(server) = self.syslog_server() else { return };
        let facts = Facts { phone: self, cause: pass.cause, aim: pass.aim.as_ref(), error };
        let text = expand_log(&self.template(template), &facts);
        if text.is_empty() {
            return;
        }
        let identifier = match self.settings.get("Syslog_Identifier") {
            known @ ("$MA" | "$MAU" | "$MAC" | "$SN") => expand_log(known, &facts) + " ",
            _ => String::new(),
        };
        let text = identifier + &text;
        self.tell(Event::Syslog { server: server.clone(), text: text.clone() });
        self.out.push(Output::Syslog { server, text });
    }
}
