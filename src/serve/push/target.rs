//! What the program says of a phone that is to be told something.

use crate::phone::credentials::Login;
use crate::phone::sip::{Line, lines};
use crate::phone::{Scheme, Settings, web};
use crate::plan::{PhoneRef, Served};

/// How many phones a second are told where the program does not say what its servers bear.
const USUAL: f64 = 10.0;

/// One phone, as its settings make it.
#[derive(Clone)]
pub struct Target {
    /// As XML objects name it.
    pub model: String,
    /// The line that is spoken to: the first that listens.
    pub line: Option<Line>,
    /// Scheme and port of its web server; none: it has none.
    pub web: Option<(Scheme, u16)>,
    /// Whoever may use it; none: nobody is asked.
    pub admin: Option<Login>,
    /// Whoever may push XML.
    pub pusher: Option<Login>,
}

impl std::fmt::Debug for Target {
    /// Passwords are not for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("model", &self.model).finish_non_exhaustive()
    }
}

impl Target {
    /// What a phone of the program holds once it had its files. `firmware` is what it says that it runs: where nobody knows,
    /// a new one is taken.
    pub fn of(served: &Served, phone: PhoneRef, firmware: Option<&str>) -> Target {
        let model = served.model(phone).map_or_else(String::new, |model| model.name.clone());
        Target::by(&served.held(phone), model, firmware.is_none_or(is_from_12_0_3))
    }

    fn by(settings: &Settings, model: String, from_12_0_3: bool) -> Target {
        let login = |user: &str, element: &str| {
            let password = settings.get(element);
            (!password.is_empty()).then(|| Login { user: user.to_owned(), password: password.to_owned() })
        };
        let mode = settings.get("CISCO_XML_EXE_Auth_Mode");
        let admin = login("admin", "Admin_Password");
        let pusher = match () {
            () if mode.eq_ignore_ascii_case("trusted") => None,
            () if mode.eq_ignore_ascii_case("remote credential") => {
                login(settings.get("XML_User_Name"), "XML_Password")
            }
            () => admin.clone(),
        };
        let line = lines(settings).into_iter().find(|line| !line.transports.is_empty());
        Target { model, line, web: web::place(settings, from_12_0_3), admin, pusher }
    }
}

/// `11.3.1` as a User-Agent has it (PB §11).
fn is_from_12_0_3(firmware: &str) -> bool {
    let mut numbers =
        firmware.split(['.', '-', '(']).map(|part| part.trim_end_matches(')').parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next()) >= (12, 0, 3)
}

/// What the servers of some phones bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Requests a second.
    pub requests: u32,
    /// How many requests a phone makes at most.
    pub each: usize,
}

/// How many phones a second may be told, and by what that was found: each fetches all its files from servers of which the
/// weakest counts.
pub fn default_rate(served: &Served, phones: &[PhoneRef]) -> (f64, Option<Capacity>) {
    let mut least: Option<Capacity> = None;
    for phone in phones {
        let files = served.files_of(*phone);
        for file in &files {
            let Some(requests) = served.plan().servers.get(served.server_of(*file)).and_then(|one| one.capacity) else {
                continue;
            };
            let here = Capacity { requests, each: files.len() };
            let rate = |one: Capacity| f64::from(one.requests) / one.each.max(1) as f64;
            if least.is_none_or(|least| rate(here) < rate(least)) {
                least = Some(here);
            }
        }
    }
    match least {
        Some(least) => (f64::from(least.requests) / least.each.max(1) as f64, Some(least)),
        None => (USUAL, None),
    }
}
