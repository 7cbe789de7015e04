//! The client's side of a transaction that is no INVITE (RFC 3261 §17.1.2), in handed-in time: over datagrams the request is
//! sent again until something comes; over a stream it is waited for.

use crate::phone::model::Millis;

/// The round trip that is taken for granted.
pub const T1: Millis = 500;
/// The longest wait between two sendings.
pub const T2: Millis = 4000;
/// A transaction ends without an answer after 64 T1 (timer F).
pub const TIMEOUT: Millis = 64 * T1;

/// When to send again, and when to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    /// Timer E; none over a stream.
    again: Option<(Millis, Millis)>,
    /// Timer F.
    ends: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Again,
    Over,
    Nothing,
}

impl Transaction {
    /// The request was sent just now.
    pub fn begin(now: Millis, reliable: bool) -> Self {
        Transaction { again: (!reliable).then_some((now + T1, T1)), ends: now + TIMEOUT }
    }

    /// A provisional response: whoever gave it has the request, and is asked seldom (Proceeding).
    pub fn proceed(&mut self, now: Millis) {
        if let Some(again) = &mut self.again {
            *again = (now + T2, T2);
        }
    }

    /// The next time something is due.
    pub fn wait(&self) -> Millis {
        self.again.map_or(self.ends, |(at, _)| at.min(self.ends))
    }

    pub fn due(&mut self, now: Millis) -> Due {
        if now >= self.ends {
            return Due::Over;
        }
        match &mut self.again {
            Some((at, wait)) if now >= *at => {
                *wait = (*wait * 2).min(T2);
                *at = now + *wait;
                Due::Again
            }
            _ => Due::Nothing,
        }
    }
}
