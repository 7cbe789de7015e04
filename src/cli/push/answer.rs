//! The document of `prov push --format json`, and the same for people.

use crate::phone::Mac;
use crate::phone::model::Notification;
use crate::serve::push::{Answer, Order, Verdict, Via};
use schemars::JsonSchema;
use serde::Serialize;
use std::net::IpAddr;

#[derive(Debug, Serialize, JsonSchema)]
pub struct Pushed {
    /// `resync`, `report` or `reboot_now`.
    pub event: &'static str,
    pub phones: Vec<Phone>,
    pub summary: Summary,
    /// Why nobody saw what followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unwatched: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    pub phones: usize,
    pub accepted: usize,
    /// How many were seen to do it.
    pub followed: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Phone {
    pub mac: Mac,
    /// Null: nobody knows where it is.
    pub address: Option<IpAddr>,
    pub via: Option<Via>,
    /// What it said; null: it was not told.
    pub answer: Option<Verdict>,
    /// The same in words.
    pub words: String,
    pub followed: Followed,
}

/// What was seen of a phone after it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "what", content = "reason", rename_all = "lowercase")]
pub enum Followed {
    /// It says that its resync succeeded.
    Resynced,
    /// It fetched all its files; it says nothing about it.
    Fetched,
    Reported,
    Restarted,
    /// It says that its resync failed, and why.
    Failed(String),
    /// Nothing that it was told to do was seen in time.
    Nothing,
    /// Nobody looked.
    Unwatched,
}

impl Followed {
    fn words(&self) -> String {
        match self {
            Followed::Resynced => "resynced".into(),
            Followed::Fetched => "fetched its files".into(),
            Followed::Reported => "reported".into(),
            Followed::Restarted => "restarted".into(),
            Followed::Failed(reason) if reason.is_empty() => "its resync failed".into(),
            Followed::Failed(reason) => format!("its resync failed: {reason}"),
            Followed::Nothing => "nothing followed".into(),
            Followed::Unwatched => "nobody looked what followed".into(),
        }
    }

    fn is_done(&self) -> bool {
        matches!(self, Followed::Resynced | Followed::Fetched | Followed::Reported | Followed::Restarted)
    }
}

impl Phone {
    pub fn told(mac: Mac, order: &Order, answer: Answer, followed: Followed) -> Phone {
        Phone {
            mac,
            address: Some(order.address),
            via: Some(order.via),
            answer: Some(answer.verdict),
            words: answer.words,
            followed,
        }
    }

    /// Nobody knows its address.
    pub fn nowhere(mac: Mac, watched: bool) -> Phone {
        let words = match watched {
            true => "the server has no lease of it; --address says where it is",
            false => "no running server knows where it is; --address says so, or --serve URL names one that does",
        };
        Phone { mac, address: None, via: None, answer: None, words: words.into(), followed: Followed::Nothing }
    }

    fn is_well(&self) -> bool {
        let accepted = self.answer == Some(Verdict::Accepted);
        self.followed.is_done() || (accepted && self.followed == Followed::Unwatched)
    }
}

impl Pushed {
    pub fn of(event: Notification, phones: Vec<Phone>, unwatched: Option<String>) -> Pushed {
        let summary = Summary {
            phones: phones.len(),
            accepted: phones.iter().filter(|phone| phone.answer == Some(Verdict::Accepted)).count(),
            followed: phones.iter().filter(|phone| phone.followed.is_done()).count(),
        };
        Pushed { event: event.event(), phones, summary, unwatched }
    }

    /// Whether every phone did it, or said that it would where nobody looked.
    pub fn is_well(&self) -> bool {
        self.phones.iter().all(Phone::is_well)
    }

    pub fn human(&self) -> String {
        let mut text = String::new();
        for phone in &self.phones {
            let at = phone.address.map(|address| format!("  {address}")).unwrap_or_default();
            let followed = match phone.answer {
                Some(Verdict::Accepted) => format!("; {}", phone.followed.words()),
                _ => String::new(),
            };
            text.push_str(&format!("{}{at}  {}{followed}\n", phone.mac, phone.words));
        }
        let Summary { phones, accepted, followed } = self.summary;
        text.push_str(&format!("{} of {phones} said yes, {followed} seen to follow\n", accepted));
        if let Some(why) = &self.unwatched {
            text.push_str(&format!("what followed was not seen: {why}\n"));
        }
        text
    }
}
