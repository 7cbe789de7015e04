//! Whose hardware addresses are whose, as `cisco.vendor` declares it.

use super::declared::items;
use crate::language::syntax::tree::{Argument, Head, ItemKind, StatementKind};
use crate::phone::Mac;
use std::sync::LazyLock;

/// `stdlib/cisco/vendor.prov`.
const VENDOR: &str = include_str!("../../stdlib/cisco/vendor.prov");

static CISCO: LazyLock<Vendor> = LazyLock::new(|| Vendor::read(VENDOR));

/// A vendor, and the prefixes of the addresses that it gives its phones.
#[derive(Debug, Default)]
pub struct Vendor {
    pub name: String,
    /// Where the prefixes are from.
    pub source: String,
    /// In order.
    prefixes: Vec<[u8; 3]>,
}

impl Vendor {
    pub fn cisco() -> &'static Vendor {
        &CISCO
    }

    /// Whether the address is one of the vendor's.
    pub fn has(&self, mac: Mac) -> bool {
        let [a, b, c, ..] = mac.octets();
        self.prefixes.binary_search(&[a, b, c]).is_ok()
    }

    fn read(text: &str) -> Vendor {
        let mut vendor = Vendor::default();
        for item in items(text) {
            let ItemKind::Block { word, heads, body } = &item else { continue };
            if let (Some(Head::Text(name)), "vendor") = (heads.first(), word.text.as_str()) {
                vendor.name = name.as_text().unwrap_or_default();
            }
            for statement in &body.statements {
                let StatementKind::Setting { word, groups } = &statement.kind else { continue };
                let texts = groups.iter().flatten().filter_map(|argument| match argument {
                    Argument::Expr(expr) => expr.as_text(),
                    Argument::Block(_) => None,
                });
                for text in texts {
                    match word.text.as_str() {
                        "prefixes" => vendor.prefixes.extend(text.split_whitespace().filter_map(prefix)),
                        _ => vendor.source = text,
                    }
                }
            }
        }
        vendor.prefixes.sort_unstable();
        vendor
    }
}

/// `000e08`.
fn prefix(text: &str) -> Option<[u8; 3]> {
    let number = u32::from_str_radix(text, 16).ok().filter(|_| text.len() == 6)?;
    let [_, a, b, c] = number.to_be_bytes();
    Some([a, b, c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_read() {
        let vendor = Vendor::cisco();
        let written = VENDOR.lines().filter_map(|line| line.trim().strip_prefix("prefixes "));
        let written: usize = written.map(|line| line.trim_matches('"').split(' ').count()).sum();
        assert_eq!((vendor.prefixes.len(), written, vendor.name.as_str()), (1188, 1188, "Cisco"));
        assert!(vendor.source.contains("IEEE"));
    }

    #[test]
    fn addresses_are_known_by_their_first_half() {
        let vendor = Vendor::cisco();
        for (address, known) in [
            ("00:0e:08:ab:cd:01", true),
            ("00:00:0c:00:00:00", true),
            ("00:0e:09:ab:cd:01", false),
            ("02:0e:08:ab:cd:01", false),
            ("ff:ff:ff:ff:ff:ff", false),
        ] {
            assert_eq!(address.parse().map(|mac| vendor.has(mac)), Ok(known), "{address}");
        }
    }
}
