//! What the macro variables stand for at one moment (RS §3).

use super::{Cause, Lease, Phone};
use crate::phone::macros::Macros;
use crate::phone::{Identity, Random, Scheme, Settings};
use std::borrow::Cow;
use std::net::Ipv4Addr;

/// The target of a fetch, for the log templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aim {
    pub scheme: Scheme,
    pub host: String,
    /// None: DNS did not say.
    pub address: Option<Ipv4Addr>,
    pub port: u16,
    pub path: String,
}

/// A phone's variables; those of scope L only where a target is given.
pub(super) struct Facts<'a> {
    pub phone: &'a Phone,
    pub cause: Cause,
    pub aim: Option<&'a Aim>,
    pub error: &'a str,
}

impl Macros for Facts<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let phone = self.phone;
        let identity = phone.identity();
        let setting = |element: String| Cow::Owned(phone.settings().get(&element).to_owned());
        Some(match name {
            "MA" => identity.mac.plain().into(),
            "MAU" => identity.mac.plain_upper().into(),
            "MAC" => identity.mac.to_string().into(),
            "PN" => identity.product().into(),
            "PSN" => identity.series().into(),
            "SN" => identity.serial().into(),
            // Phones leave the factory with a certificate (PB §14).
            "CCERT" => "Installed".into(),
            "IP" => phone.address().map(|address| address.to_string()).unwrap_or_default().into(),
            "EXTIP" => "".into(),
            "SWVER" => identity.firmware().into(),
            "HWVER" => identity.hardware().into(),
            "PRVST" => self.cause.state().into(),
            "UPGST" => if phone.upgrades.failed() { "2" } else { "1" }.into(),
            "UPGERR" => phone.upgrades.error.as_str().into(),
            "PRVTMR" => phone.since_resync().to_string().into(),
            "UPGTMR" => phone.since_upgrade().to_string().into(),
            // Lines of the model are registered, always.
            "REGTMR1" | "REGTMR2" => "0".into(),
            "UPGCOND" => "1".into(),
            "ISCUST" => if phone.customization().is_customized() { "1" } else { "0" }.into(),
            // A phone of this kind from the factory (PB §25).
            "ORIGTYPE" => "orig_mpp".into(),
            "AUTHSTATUS" => match phone.errands.authorization() {
                Some(kind) => kind.to_ascii_lowercase().into(),
                None => "none".into(),
            },
            // Nobody logs in to the model (RS §3).
            "EMS" | "MUID" | "MPWD" => "".into(),
            "SCHEME" | "METH" => self.aim?.scheme.name().into(),
            "SERV" => self.aim?.host.as_str().into(),
            "SERVIP" => self.aim?.address.map(|address| address.to_string()).unwrap_or_default().into(),
            "PORT" => self.aim?.port.to_string().into(),
            "PATH" => self.aim?.path.as_str().into(),
            "ERR" => self.error.into(),
            _ => match name.as_bytes() {
                [b'A'..=b'P'] | [b'S', b'A'..=b'D'] => setting(format!("GPP_{name}")),
                _ => setting(format!("User_ID_{}_", line(name.strip_prefix("UID")?)?)),
            },
        })
    }
}

/// The number of a line, as a macro's name has it: 1 to 16.
fn line(number: &str) -> Option<u8> {
    number.parse().ok().filter(|line| (1..=16).contains(line) && !number.starts_with(['0', '+']))
}

/// What macros stand for on a phone that was just powered up and has a lease, about to fetch its first file: what is
/// assumed of a phone of which nothing else is said.
#[derive(Clone, Debug)]
pub struct FirstFacts {
    phone: Phone,
    aim: Aim,
}

impl FirstFacts {
    pub fn of(identity: &Identity) -> FirstFacts {
        let path = format!("/{}.xml", identity.series());
        let mut phone = Phone::new(identity.clone(), Settings::factory(), Random::new(0));
        phone.lease = Some(Lease::bare(Ipv4Addr::new(192, 168, 1, 100)));
        let address = Some(Ipv4Addr::new(192, 168, 1, 200));
        let scheme = Scheme::Http;
        let aim = Aim { scheme, host: "prov.example.com".into(), address, port: scheme.default_port(), path };
        FirstFacts { phone, aim }
    }
}

impl Macros for FirstFacts {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let facts = Facts { phone: &self.phone, cause: Cause::PowerUp, aim: Some(&self.aim), error: "" };
        facts.value(name).map(|value| Cow::Owned(value.into_owned()))
    }
}
