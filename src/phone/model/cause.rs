//! What makes a phone resync (PB §8.1).

use serde::Serialize;
use std::fmt;

/// What started a resync.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    PowerUp,
    Periodic,
    TimeOfDay,
    Retry,
    /// An attempt to upgrade was made.
    AfterUpgrade,
    Notify,
    Url,
    /// XML push.
    Push,
    /// The phone's own menu.
    Menu,
    /// A trigger became true (C-13).
    Trigger,
    /// An activation code was entered.
    Code,
    /// No resync at all: a fetch of another kind.
    Errand,
}

impl Cause {
    /// `$PRVST` (PB §8.1).
    pub const fn state(self) -> &'static str {
        match self {
            // After an upgrade attempt, by a trigger, a push or a code it is undocumented (inferred).
            Cause::PowerUp | Cause::AfterUpgrade | Cause::Errand => "0",
            Cause::Periodic | Cause::TimeOfDay | Cause::Trigger => "1",
            Cause::Retry => "2",
            Cause::Notify | Cause::Url | Cause::Push | Cause::Menu | Cause::Code => "-1",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::PowerUp => "power-up",
            Cause::Periodic => "period elapsed",
            Cause::TimeOfDay => "time of day",
            Cause::Retry => "retry after failure",
            Cause::AfterUpgrade => "after an upgrade attempt",
            Cause::Notify => "NOTIFY",
            Cause::Url => "resync URL",
            Cause::Push => "XML push",
            Cause::Menu => "phone menu",
            Cause::Trigger => "trigger",
            Cause::Code => "activation code",
            Cause::Errand => "errand",
        })
    }
}
