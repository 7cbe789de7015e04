//! URLs outside of rules (RS §7): services, pictures, management servers.

use super::fault::Fault;
use super::rule::known;
use crate::phone::rule::Url;

/// A URL, perhaps with macros. A server alone is one too: only in rules does a path have to follow.
pub fn parse(text: &str) -> Result<(), Fault> {
    known(text, |expanded| {
        let whole = match expanded.split_once("://") {
            Some((_, rest)) if !rest.contains('/') && !rest.is_empty() => &format!("{expanded}/"),
            _ => expanded,
        };
        Url::parse(whole).map(|_| ()).map_err(|(at, message)| Fault::new(at.min(expanded.len()), message))
    })
}
