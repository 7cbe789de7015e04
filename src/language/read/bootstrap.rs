//! `bootstrap`: how a factory-fresh phone finds us.

use super::super::program::{At, Bootstrap, OptionNumber};
use super::super::settings::Setting;
use super::super::syntax::tree::{Argument, Expr};
use super::Reader;
use crate::diagnostic::{Code, Diagnostic};

/// The options that phones look at (PB §5).
const V4: [i64; 5] = [43, 66, 150, 159, 160];
const V6: [i64; 3] = [17, 159, 160];
/// Phones look at them, and no text says what of ours they could hold.
const OF_TR069: [i64; 2] = [60, 125];

impl Reader<'_> {
    pub(super) fn bootstrap(&mut self, setting: &Setting<'_>) -> Option<Bootstrap> {
        match setting.words().as_slice() {
            ["srv"] => Some(Bootstrap::Srv),
            ["manual"] => Some(Bootstrap::Manual),
            ["activation", "code"] => Some(Bootstrap::ActivationCode),
            ["edos"] => Some(Bootstrap::Edos),
            ["dhcp", ..] => self.bootstrap_dhcp(setting),
            _ => {
                let finding = Diagnostic::new(Code::P0101, setting.span, "a bootstrap is not written so").because(
                    "`bootstrap dhcp 160`, `dhcp 66, 150`, `dhcp v6 159`, each perhaps with a scheme; `srv`, `activation code`, \
                     `edos`, `manual`",
                );
                let mut words = setting.exprs().map(|expr| self.sources.slice(expr.span).trim_matches('"'));
                let number = words.find(|word| ["17", "43", "66", "150", "159", "160"].contains(word)).unwrap_or("66");
                let named =
                    setting.words().iter().any(|word| ["gds", "cda", "webex"].contains(&word.to_lowercase().as_str()));
                let written = setting.expr(0).map(|expr| self.sources.slice(expr.span)).unwrap_or_default();
                // `activation-code` and `activation_code` are its first word, and more.
                let first = written.trim_matches('"').split(['-', '_', ' ']).next().unwrap_or_default().to_lowercase();
                self.report(finding.help(match (named, first.as_str()) {
                    (true, _) | (_, "activation" | "code" | "onboarding") => {
                        "write `bootstrap activation code`".to_owned()
                    }
                    (_, "manually" | "hand" | "none" | "no") => "write `bootstrap manual`".to_owned(),
                    (_, "dns" | "srv") => "write `bootstrap srv`".to_owned(),
                    (_, "dhcp6" | "dhcpv6") => {
                        let known = ["17", "159", "160"].into_iter().find(|known| *known == number);
                        format!("write `bootstrap dhcp v6 {}`", known.unwrap_or("159"))
                    }
                    _ => format!("write `bootstrap dhcp {number}`"),
                }));
                None
            }
        }
    }

    /// `dhcp 66, 160 http`, `dhcp 160, v6 159`.
    fn bootstrap_dhcp(&mut self, setting: &Setting<'_>) -> Option<Bootstrap> {
        let (mut options, mut scheme) = (Vec::<At<OptionNumber>>::new(), None);
        let mut sixth = false;
        let mut sound = true;
        self.options_divided(setting);
        for expr in setting.exprs().skip(1) {
            match expr.as_name() {
                Some("v6") => sixth = true,
                Some("option" | "options") => {
                    let finding = Diagnostic::new(Code::P0101, expr.span, "a bootstrap is not written so");
                    let numbers = setting.exprs().skip(2).map(|expr| self.sources.slice(expr.span)).collect::<Vec<_>>();
                    self.report(finding.help(format!("write `bootstrap dhcp {}`", numbers.join(", "))).breaks());
                    return None;
                }
                Some(_) => {
                    let Some(value) = self.scheme(expr) else {
                        sound = false;
                        continue;
                    };
                    if scheme.is_some() {
                        let finding = Diagnostic::new(Code::P0202, expr.span, "a scheme is named twice");
                        self.report(finding.because("one URL stands in all of these options"));
                    }
                    scheme = Some(At { value, span: expr.span });
                }
                None => {
                    let number = self.bootstrap_option(expr, std::mem::take(&mut sixth));
                    sound &= number.is_some();
                    let Some(value) = number else { continue };
                    if let Some(first) = options.iter().find(|option| option.value == value) {
                        let finding = Diagnostic::new(Code::P0202, expr.span, format!("option {value} is named twice"));
                        self.report(finding.label(first.span, "first here").because("again here"));
                    }
                    options.push(At { value, span: expr.span });
                }
            }
        }
        if options.is_empty() && sound {
            let finding = Diagnostic::new(Code::P0101, setting.span, "no option is named");
            self.report(finding.help("write `bootstrap dhcp 66`"));
        }
        (sound && !options.is_empty()).then_some(Bootstrap::Dhcp { options, scheme })
    }

    /// Options are a list; `v6` and a scheme belong to the option that they stand beside.
    fn options_divided(&mut self, setting: &Setting<'_>) {
        for group in &setting.groups {
            let mut named = false;
            for argument in group {
                let Argument::Expr(expr) = argument else { continue };
                match expr.as_name() {
                    Some("v6") | None if named => {
                        let help = format!("write `bootstrap {}`", self.with_commas(setting));
                        return self.no_comma(expr.span, Some(help));
                    }
                    Some(_) => {}
                    None => named = true,
                }
            }
        }
    }

    /// The options of a bootstrap as a list.
    fn with_commas(&self, setting: &Setting<'_>) -> String {
        let mut text = String::new();
        let mut named = false;
        for expr in setting.exprs() {
            let begins = matches!(expr.as_name(), Some("v6") | None);
            text.push_str(match (text.is_empty(), named && begins) {
                (true, _) => "",
                (false, true) => ", ",
                (false, false) => " ",
            });
            named = expr.as_name().is_none();
            text.push_str(self.sources.slice(expr.span));
        }
        text
    }

    fn bootstrap_option(&mut self, expr: &Expr, sixth: bool) -> Option<OptionNumber> {
        let number = self.int(expr, 1, if sixth { 65535 } else { 254 })?;
        let known: &[i64] = if sixth { &V6 } else { &V4 };
        if known.contains(&number) {
            return Some(if sixth { OptionNumber::V6(number as u16) } else { OptionNumber::V4(number as u8) });
        }
        let known: Vec<String> = known.iter().map(ToString::to_string).collect();
        let finding = if !sixth && OF_TR069.contains(&number) {
            let message = format!("option {number} has no documented content that would send a phone to us");
            Diagnostic::new(Code::P0303, expr.span, message)
                .because("phones look at it for TR-069: 60 is what they say of themselves, 125 tells of a gateway")
                .note("PB §5, WF §5.4")
        } else {
            let family = if sixth { "DHCPv6 option" } else { "option" };
            Diagnostic::new(Code::P0303, expr.span, format!("no phone looks at {family} {number} for its server"))
                .note("PB §5, DHCP_Option_To_Use and DHCPv6_Option_To_Use")
        };
        self.report(finding.help(format!("use one of {}", known.join(", "))));
        None
    }
}
