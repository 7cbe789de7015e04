//! The `ua` attribute: what the phone's user account may do with a parameter (WF §1.3).

use serde::{Deserialize, Serialize};

/// User-account access to a parameter. It says nothing about the admin account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Not shown.
    Na,
    /// Shown, not editable.
    Ro,
    /// Editable.
    Rw,
}

impl Access {
    pub const ALL: [Access; 3] = [Access::Na, Access::Ro, Access::Rw];

    /// As the attribute spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Access::Na => "na",
            Access::Ro => "ro",
            Access::Rw => "rw",
        }
    }

    pub fn from_name(name: &str) -> Option<Access> {
        Access::ALL.into_iter().find(|access| access.name() == name)
    }
}
