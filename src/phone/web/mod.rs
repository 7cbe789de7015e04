//! The phone's own web server, as far as it is told things by it: the administration URLs (PB §17) and XML push (PB §18).

use super::credentials::{AuthMethod, Authorization, Request, challenge};
use super::model::Command;
use super::{Age, Nonces, Scheme, Settings};
use std::net::Ipv4Addr;

/// The account that may change things; its name is fixed (PB §29).
const ADMIN: &str = "admin";
/// What the phone calls itself in challenges (inferred).
const REALM: &str = "phone";

/// Where it listens; none: it is switched off. Which scheme and port are the factory's changed with 12.0(3).
pub fn place(settings: &Settings, from_12_0_3: bool) -> Option<(Scheme, u16)> {
    if !settings.yes_or("Enable_Web_Server", true) {
        return None;
    }
    let scheme = match settings.get("Enable_Protocol") {
        text if text.eq_ignore_ascii_case("http") => Scheme::Http,
        text if text.eq_ignore_ascii_case("https") => Scheme::Https,
        _ if from_12_0_3 => Scheme::Https,
        _ => Scheme::Http,
    };
    let default = if from_12_0_3 { Scheme::Https } else { Scheme::Http };
    Some((scheme, settings.port_or("Web_Server_Port", default.default_port())))
}

/// A request to it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// As it stands in the request line.
    pub target: String,
    /// The header Authorization.
    pub authorization: Option<String>,
    pub from: Option<Ipv4Addr>,
    pub body: Vec<u8>,
}

/// What it says, and what the phone is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub status: u16,
    /// The header WWW-Authenticate.
    pub challenge: Option<String>,
    pub text: &'static str,
    pub command: Option<Command>,
}

impl Said {
    fn of(status: u16, text: &'static str) -> Said {
        Said { status, challenge: None, text, command: None }
    }

    fn done(text: &'static str, command: Command) -> Said {
        Said { command: Some(command), ..Said::of(200, text) }
    }
}

/// The octets behind `%`; what is no such number stays as it is.
fn decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let number = (*first == b'%').then(|| after.get(..2)).flatten();
        let number = number.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match number {
            Some(number) => {
                octets.push(number);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                octets.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// A query without the login behind it, and the login (PB §17: `&xuser=admin&xpassword=…`).
fn without_login(query: &str) -> (&str, Option<(String, String)>) {
    let at = query.find("&xuser=").map(|at| (at, 1)).or_else(|| query.starts_with("xuser=").then_some((0, 0)));
    let Some((at, sign)) = at else { return (query, None) };
    let (before, login) = query.split_at(at);
    let login = login.get(sign + "xuser=".len()..).unwrap_or_default();
    let login = login.split_once("&xpassword=").map(|(user, password)| (decoded(user), decoded(password)));
    (before, login)
}

/// Answers one request. `now` is in seconds.
pub fn answer(asked: &Asked, settings: &Settings, nonces: &Nonces, now: u64) -> Said {
    let (path, query) = match asked.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (asked.target.as_str(), None),
    };
    if path.eq_ignore_ascii_case("/CGI/Execute") {
        return execute(asked, settings, nonces, now);
    }
    let Some(action) = path.strip_prefix("/admin/") else { return Said::of(404, "there is no such page") };
    if !settings.yes_or("Enable_Web_Admin_Access", true) {
        return Said::of(403, "Enable_Web_Admin_Access is No");
    }
    let (query, login) = without_login(query.unwrap_or_default());
    let argument = Some(decoded(query)).filter(|text| !text.is_empty());
    let by_url = matches!(action, "resync" | "upgrade" | "reboot");
    if by_url && !settings.yes_or("Enable_Direct_Action_Url", true) {
        return Said::of(403, "Enable_Direct_Action_Url is No");
    }
    if !by_url && action != "config.xml" {
        return Said::of(404, "there is no such page");
    }
    let password = settings.get("Admin_Password");
    let typed = login.is_some_and(|(user, typed)| user == ADMIN && typed == password);
    if let (false, Err(refused)) = (typed, prove(asked, nonces, now, ADMIN, password)) {
        return refused;
    }
    match (action, argument, asked.method.as_str()) {
        ("resync", rule, "GET" | "POST") => {
            Said::done("the phone resyncs when it is idle", Command::ResyncUrl { rule, from: asked.from })
        }
        ("upgrade", Some(url), "GET" | "POST") => {
            Said::done("the phone upgrades when it is idle", Command::UpgradeUrl(url))
        }
        ("upgrade", None, _) => Said::of(400, "an upgrade needs a URL"),
        ("reboot", _, "GET" | "POST") => Said::done("the phone restarts when it is idle", Command::Reboot),
        ("config.xml", _, "POST") => Said::done("the configuration is applied", Command::Configure(asked.body.clone())),
        _ => Said::of(405, "not by this method"),
    }
}

/// PB §18: who may push is the matter of CISCO_XML_EXE_Auth_Mode. The local credential is taken for the admin's, the
/// remote one for that of XML_User_Name and XML_Password (inferred).
fn execute(asked: &Asked, settings: &Settings, nonces: &Nonces, now: u64) -> Said {
    if asked.method != "POST" {
        return Said::of(405, "an XML object is posted");
    }
    if !settings.yes("CISCO_XML_EXE_Enable") {
        return Said::of(403, "CISCO_XML_EXE_Enable is No");
    }
    let allowed = match settings.get("CISCO_XML_EXE_Auth_Mode") {
        text if text.eq_ignore_ascii_case("trusted") => Ok(()),
        text if text.eq_ignore_ascii_case("remote credential") => {
            prove(asked, nonces, now, settings.get("XML_User_Name"), settings.get("XML_Password"))
        }
        _ => prove(asked, nonces, now, ADMIN, settings.get("Admin_Password")),
    };
    if let Err(refused) = allowed {
        return refused;
    }
    // The object itself, or as a form has it (WF §10).
    let body = match asked.body.strip_prefix(b"XML=") {
        Some(form) => decoded(&String::from_utf8_lossy(form).replace('+', " ")).into_bytes(),
        None => asked.body.clone(),
    };
    Said::done("the object was taken", Command::Execute(body))
}

/// Without a password nobody is asked (PB §18 says so of the local credential; of the admin pages it is inferred).
fn prove(asked: &Asked, nonces: &Nonces, now: u64, user: &str, password: &str) -> Result<(), Said> {
    if password.is_empty() {
        return Ok(());
    }
    let given = asked.authorization.as_deref().and_then(Authorization::parse);
    let request = Request { method: &asked.method, target: &asked.target };
    let proven = |given: &Authorization| given.proves(AuthMethod::Digest, REALM, request, user, password);
    let nonce = given.as_ref().and_then(Authorization::nonce).unwrap_or_default();
    let stale = match (given.as_ref().is_some_and(proven), nonces.age(nonce, now)) {
        (true, Age::Fresh) => return Ok(()),
        (proven, age) => proven && age == Age::Stale,
    };
    let challenge = challenge(AuthMethod::Digest, REALM, &nonces.give(now, 0), stale);
    Err(Said { challenge: Some(challenge), ..Said::of(401, "who are you?") })
}

#[cfg(test)]
mod tests;
