//! Fleets, their profiles and what stands in them.

use super::{DhcpOption, DhcpOption6, PhoneTable, Report, Scheme, Template};
use crate::phone::Access;
use crate::phone::AuthMethod;
use crate::phone::seal::Digest;
use serde::{Deserialize, Serialize};

/// Phones, and everything that applies to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fleet {
    pub id: String,
    /// Position in `Plan::servers`.
    pub server: usize,
    /// Positions in `Plan::networks`.
    pub networks: Vec<usize>,
    /// Positions in `Plan::networks6`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks6: Vec<usize>,
    pub bootstrap: Option<Bootstrap>,
    /// In the order of Profile_Rule, _B, _C, _D.
    pub profiles: Vec<Profile>,
    /// The rules the phones end up with, by parameter name; derived, for people and tools to read.
    pub rules: Vec<RuleText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade: Option<Upgrade>,
    /// Where its phones send their configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
    /// Within what time a change is to arrive at its phones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies_within: Option<Promise>,
    pub phones: PhoneTable,
}

/// A time that a program promises, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Promise {
    pub seconds: u64,
    pub origin: Origin,
}

/// Where the fleet's firmware lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Upgrade {
    /// Position in `Plan::servers`.
    pub server: usize,
    pub scheme: Scheme,
    /// The path before the load's name, without a slash at its end.
    pub directory: String,
    /// Every load that some phone may ask for.
    pub loads: Vec<String>,
    /// What phones of each model run in the end (`$SWVER`), if they are to: nothing, where a condition decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Template>,
}

/// How a factory-fresh phone finds us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Bootstrap {
    pub how: Discovery,
    /// What the DHCP answer to a phone of this fleet adds.
    pub options: Vec<DhcpOption>,
    /// The same for DHCPv6.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options6: Vec<DhcpOption6>,
    /// The rule that a person or the cloud gives the phone, where neither DHCP nor DNS leads it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Template>,
    /// Paths such a phone may ask for, in the order it tries them (PB §5, §7). The first is the one we count.
    pub paths: Vec<Template>,
    pub shape: Shape,
}

/// By what a factory-fresh phone comes to us (PB §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Discovery {
    Dhcp,
    Srv,
    ActivationCode,
    Edos,
    Manual,
}

/// A partition: one file, or one file per group of phones whose paths expand alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Profile {
    pub id: String,
    /// The rule parameter that fetches it: `Profile_Rule`, `Profile_Rule_B`, …
    pub parameter: String,
    pub scheme: Scheme,
    /// Position in `Plan::servers`.
    pub server: usize,
    pub path: Template,
    pub gzip: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// What the phone answers when it is asked who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// The domain whose SRV record names the host; absent: the host is the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_domain: Option<String>,
    /// The phone sends this, and takes the file as the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
    /// The forms the file takes. Phones that differ only in cells share one.
    pub shapes: Vec<Shape>,
    /// The shape of each phone; empty when there is only one shape.
    pub shape_of: Vec<u16>,
}

impl Profile {
    pub fn shape(&self, row: usize) -> Option<&Shape> {
        let shape = self.shape_of.get(row).map_or(0, |shape| usize::from(*shape));
        self.shapes.get(shape)
    }
}

/// Credentials of a profile's phones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Account {
    pub method: AuthMethod,
    pub user: Template,
    pub password: Template,
}

/// What a phone posts: the text of a register, its macros expanded by the phone (RS §13).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Post {
    /// `a` to `p`.
    pub register: char,
    pub body: String,
}

/// How a file is sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Seal {
    pub cipher: Cipher,
    pub key: Template,
}

/// What the phone can open (WF §3, §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cipher {
    /// `--key`: AES-256-CBC, the key derived with this digest.
    Aes256Cbc(Digest),
    /// RFC 8188, the key in IKM_HTTP_Encrypt_Content.
    Aes128Gcm,
}

/// What stands in a file, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Shape {
    pub settings: Vec<Setting>,
}

/// One element of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Setting {
    /// The XML element: `Proxy_1_`.
    pub element: String,
    pub value: SettingValue,
    /// The `ua` attribute; absent leaves the phone's access as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Access>,
    /// Whether it is meant to win over an earlier profile of the fleet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overrides: bool,
    pub origin: Origin,
    /// What the same profile said of it before, and is heard no more: the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beats: Vec<Beaten>,
}

/// A statement that an `override` in its own profile won over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Beaten {
    pub value: SettingValue,
    pub origin: Origin,
}

/// What an element does to the phone's parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingValue {
    /// Sets it.
    Set(Template),
    /// Changes only who may change it (WF §1.4: `<X ua="rw"/>`).
    Keep,
}

/// Where something was said: position in `Plan::sources` (absent: derived by the compiler), line and column from 1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct Origin {
    pub source: Option<u32>,
    pub line: u32,
    pub column: u32,
}

impl Fleet {
    /// Which form of each of its files a phone has.
    pub fn forms(&self, row: usize) -> Vec<u16> {
        self.profiles.iter().map(|profile| profile.shape_of.get(row).copied().unwrap_or(0)).collect()
    }
}

/// A rule parameter's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RuleText {
    pub parameter: String,
    pub text: Template,
}
