//! Sealed files: AES-256-CBC as `openssl enc` writes it (WF §3), RFC 8188 content encryption (WF §4), and the keys for
//! them. Salts are handed in: what is sealed here is the same each time.

mod content;
mod derive;
mod salted;

pub use content::{
    AES128GCM, ContentError, RECORD_SIZE, content_keys, open_content, open_content_by_text, seal_content,
};
pub use derive::derive;
pub use salted::{Digest, SALTED, SaltedError, open_profile, open_salted, salted_keys, seal_salted};
