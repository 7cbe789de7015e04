//! SIP as far as NOTIFY needs it (RFC 3261, RFC 6665): messages as octets and back, on datagrams and on streams, the client's
//! transaction in handed-in time, and what a phone answers (PB §19). Nothing here has a socket or a clock.

mod answering;
mod asking;
mod fields;
mod message;
mod name;
mod read;
mod stream;
#[cfg(test)]
mod tests;
mod transaction;
mod write;

pub use answering::{Answerer, Heard, Line, Place, lines};
pub use asking::{Ask, Asking, Denial, Outcome, Step, Transport};
pub use fields::{CSeq, Via};
pub use message::{Message, Start};
pub use name::Name;
pub use read::{SipError, read};
pub use stream::Frames;
pub use transaction::{T1, T2, TIMEOUT};

/// The port of SIP without TLS (RFC 3261 §18.1.1).
pub const PORT: u16 = 5060;
