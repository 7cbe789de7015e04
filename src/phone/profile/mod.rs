//! Profiles as the phone reads them: flat XML, perhaps compressed (WF §1, §2).

mod compress;
mod write;

pub use compress::gzip;
pub use write::{FOOTER, HEADER, close, escape, open, write_access};
