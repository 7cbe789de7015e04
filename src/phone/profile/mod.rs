//! Profiles as the phone reads them: flat XML, perhaps compressed (WF §1, §2).

mod alias;
mod attribute;
mod compress;
mod deflate;
mod fault;
mod lenient;
mod read;
mod remark;
mod remembered;
mod write;

pub use alias::{AliasError, AliasMap};
pub use compress::{GunzipError, gunzip, gzip, gzip_of, is_gzip};
pub use deflate::Form;
pub use fault::Fault;
pub use lenient::{Damage, Mended, Salvaged, decoded, salvage};
pub use read::{DEEPEST, Element, LIMIT, Profile, Value, decode, decode_noting, decode_with, is_xml};
pub use remark::{Noted, Passed, Remark};
pub use remembered::Remembered;
pub use write::{FOOTER, HEADER, close, escape, open, write_access};
