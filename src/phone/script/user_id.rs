//! The user part of a SIP address, as a URL writes it (DT §12).

use super::fault::{Fault, at_most, plain};
use super::reader::Reader;

pub fn parse(text: &str) -> Result<(), Fault> {
    let mut reader = Reader::new(text)?;
    if text.is_empty() {
        return Err(reader.expected("the user part of an address"));
    }
    read(&mut reader)?;
    match reader.peek() {
        None => at_most(text, 63),
        Some('@') => Err(reader.fault("the user part ends before the `@`; the host is another parameter's")),
        Some(' ') => Err(reader.fault("no blank stands in a URL; write `%20`")),
        Some(sign) => {
            let message = format!("`{sign}` does not stand in a URL as it is; write `%{:02x}`", u32::from(sign));
            Err(reader.fault(message))
        }
    }
}

/// The name of an account, which need not stand in a URL: `user@realm` (RFC 4282), `DOMAIN\user`. The length of DT §12 is
/// taken for it (inferred).
pub fn login(text: &str) -> Result<(), Fault> {
    plain(text)?;
    at_most(text, 63)
}

/// Signs that a user part takes as they are (RFC 3261, `user`).
pub fn stands_in_user(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "-_.!~*'()&=+$,;?/#".contains(sign)
}

pub(super) fn read(reader: &mut Reader<'_>) -> Result<(), Fault> {
    loop {
        reader.take_while(stands_in_user);
        if !reader.eat('%') {
            return Ok(());
        }
        for _ in 0..2 {
            if !reader.next().is_some_and(|c| c.is_ascii_hexdigit()) {
                reader.at = reader.at.saturating_sub(usize::from(!reader.at_end()));
                return Err(reader.fault("`%` is followed by two hexadecimal digits; itself is `%25`"));
            }
        }
    }
}
