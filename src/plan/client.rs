//! Kinds of DHCP clients, told apart by what they say of themselves.

use crate::phone::Mac;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// Options, of either family, for clients of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Class<Option> {
    pub id: String,
    pub when: ClientTest,
    pub options: Vec<Option>,
}

/// A condition on a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClientTest {
    All(Vec<ClientTest>),
    Any(Vec<ClientTest>),
    Not(Box<ClientTest>),
    /// A phone of the program.
    Known,
    /// The field has this text.
    Is {
        field: ClientField,
        text: String,
    },
    /// The text stands somewhere in the field.
    Holds {
        field: ClientField,
        text: String,
    },
}

impl ClientTest {
    /// Whether it holds for phones of the program of these models, as far as that is known before one asks.
    pub fn for_phones(&self, models: &[&str]) -> Option<bool> {
        match self {
            ClientTest::Known => Some(true),
            ClientTest::Not(test) => test.for_phones(models).map(|holds| !holds),
            ClientTest::All(tests) => joined(tests, models, false),
            ClientTest::Any(tests) => joined(tests, models, true),
            ClientTest::Is { field: ClientField::Model, text } => whole(models.iter().map(|model| model == text)),
            ClientTest::Holds { field: ClientField::Model, text } => {
                whole(models.iter().map(|model| model.contains(text.as_str())))
            }
            ClientTest::Is { .. } | ClientTest::Holds { .. } => None,
        }
    }
}

/// One test that is `decisive` decides; all have to be the other for that.
fn joined(tests: &[ClientTest], models: &[&str], decisive: bool) -> Option<bool> {
    let mut known = Some(!decisive);
    for test in tests {
        match test.for_phones(models) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => known = None,
        }
    }
    known
}

/// What all say alike.
fn whole(mut each: impl Iterator<Item = bool>) -> Option<bool> {
    let first = each.next()?;
    each.all(|other| other == first).then_some(first)
}

/// What is known of a client when it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientField {
    /// Option 60; of DHCPv6 option 16, of several each.
    VendorClass,
    /// Option 77, of several each (RFC 3004); of DHCPv6 option 15.
    UserClass,
    /// Option 12; of DHCPv6 the name in option 39.
    HostName,
    Mac,
    /// The relay that the message came by; `0.0.0.0`, or `::`, without one.
    Relay,
    /// The product name of a phone of the program; empty for others.
    Model,
}

/// A client, as it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub mac: Mac,
    /// One that is empty: it says none.
    pub vendor_classes: Vec<String>,
    pub user_classes: Vec<String>,
    pub host_name: String,
    pub relay: IpAddr,
    /// The product name, of a phone of the program.
    pub model: Option<String>,
}

impl Client {
    /// A client that says nothing.
    pub fn silent(mac: Mac) -> Self {
        Client {
            mac,
            vendor_classes: vec![String::new()],
            user_classes: Vec::new(),
            host_name: String::new(),
            relay: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            model: None,
        }
    }
}

impl ClientTest {
    pub fn holds(&self, client: &Client) -> bool {
        match self {
            ClientTest::All(tests) => tests.iter().all(|test| test.holds(client)),
            ClientTest::Any(tests) => tests.iter().any(|test| test.holds(client)),
            ClientTest::Not(test) => !test.holds(client),
            ClientTest::Known => client.model.is_some(),
            ClientTest::Is { field, text } => said(*field, client).iter().any(|said| said == text),
            ClientTest::Holds { field, text } => said(*field, client).iter().any(|said| said.contains(text.as_str())),
        }
    }
}

fn said(field: ClientField, client: &Client) -> Vec<String> {
    match field {
        ClientField::VendorClass => client.vendor_classes.clone(),
        ClientField::UserClass => client.user_classes.clone(),
        ClientField::HostName => vec![client.host_name.clone()],
        ClientField::Mac => vec![client.mac.to_string()],
        ClientField::Relay => vec![client.relay.to_string()],
        ClientField::Model => vec![client.model.clone().unwrap_or_default()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_of_a_client() {
        let client = Client {
            vendor_classes: vec!["PXEClient:Arch:00000".into()],
            user_classes: vec!["lab".into(), "voice".into()],
            relay: [10, 0, 0, 1].into(),
            model: Some("CP-8841-3PCC".into()),
            ..Client::silent(Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]))
        };
        let is = |field, text: &str| ClientTest::Is { field, text: text.into() };
        let holds = |field, text: &str| ClientTest::Holds { field, text: text.into() };
        let yes = [
            ClientTest::Known,
            is(ClientField::UserClass, "voice"),
            is(ClientField::Mac, "00:0e:08:ab:cd:01"),
            is(ClientField::Relay, "10.0.0.1"),
            is(ClientField::Model, "CP-8841-3PCC"),
            is(ClientField::HostName, ""),
            holds(ClientField::VendorClass, "PXEClient"),
            ClientTest::All(vec![]),
            ClientTest::Not(Box::new(ClientTest::Any(vec![]))),
        ];
        for test in &yes {
            assert!(test.holds(&client), "{test:?}");
        }
        assert!(ClientTest::All(yes.to_vec()).holds(&client));
        for test in [is(ClientField::VendorClass, "PXEClient"), is(ClientField::UserClass, "voic")] {
            assert!(!test.holds(&client), "{test:?}");
        }
        let stranger = Client::silent(client.mac);
        assert!(!ClientTest::Known.holds(&stranger) && !is(ClientField::UserClass, "").holds(&stranger));
    }
}
