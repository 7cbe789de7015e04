//! What a server knows of who asks, as far as files may hold it: such a file is made for each request.

use serde::{Deserialize, Serialize};

/// One thing that is known of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum RequestValue {
    #[serde(rename = "certificate.subject.cn")]
    CommonName,
    #[serde(rename = "certificate.subject.o")]
    Organization,
    #[serde(rename = "certificate.subject.ou")]
    Unit,
    #[serde(rename = "certificate.subject.l")]
    Locality,
    #[serde(rename = "certificate.subject.st")]
    State,
    #[serde(rename = "certificate.subject.c")]
    Country,
    #[serde(rename = "certificate.subject.serial")]
    Serial,
    /// The load that the User-Agent header names.
    #[serde(rename = "agent.firmware")]
    Firmware,
    /// What the phone posts.
    #[serde(rename = "body")]
    Body,
}

impl RequestValue {
    pub const ALL: [RequestValue; 9] = [
        RequestValue::CommonName,
        RequestValue::Organization,
        RequestValue::Unit,
        RequestValue::Locality,
        RequestValue::State,
        RequestValue::Country,
        RequestValue::Serial,
        RequestValue::Firmware,
        RequestValue::Body,
    ];

    /// As a program writes it after `request.`.
    pub const fn name(self) -> &'static str {
        match self {
            RequestValue::CommonName => "certificate.subject.cn",
            RequestValue::Organization => "certificate.subject.o",
            RequestValue::Unit => "certificate.subject.ou",
            RequestValue::Locality => "certificate.subject.l",
            RequestValue::State => "certificate.subject.st",
            RequestValue::Country => "certificate.subject.c",
            RequestValue::Serial => "certificate.subject.serial",
            RequestValue::Firmware => "agent.firmware",
            RequestValue::Body => "body",
        }
    }

    pub fn from_name(name: &str) -> Option<RequestValue> {
        RequestValue::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// What is known of one request. What is not known is empty.
pub trait Asking {
    fn value(&self, of: RequestValue) -> &str;
}
