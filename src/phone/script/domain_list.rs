//! Domains (DT §21): `voiceip.com, voiceip1.com`.

use super::fault::{Fault, plain};
use super::host;

/// The domains in order.
pub fn parse(text: &str) -> Result<Vec<String>, Fault> {
    plain(text)?;
    let mut domains = Vec::new();
    let mut at = 0;
    for part in text.split(',') {
        let domain = part.trim_start();
        let start = at + part.len() - domain.len();
        if domain.contains("://") {
            return Err(Fault::new(start, "a domain stands alone, not in a URL"));
        }
        host::parse(domain).map_err(|fault| fault.behind(start))?;
        domains.push(domain.to_owned());
        at += part.len() + 1;
    }
    Ok(domains)
}
