//! What https is served with: certificates and keys as the edge read them, or of a lab's own authority, made into what
//! answers a handshake. TLS 1.2 and 1.3; what is older rustls does not speak.

mod endpoint;
mod holder;
mod lab;
mod words;

pub use endpoint::{Endpoint, Files, TlsError};
pub use holder::{Holder, Subject, addresses, common_name, is_of};
pub use lab::{Device, Lab};
pub(super) use words::why;
