//! Options as Kea takes them. Kea has its own idea of what most numbers hold, reads octets by it and writes them anew:
//! under 159, which is another thing in RFC 7618, it would send four octets of our URL. Where its idea and our octets
//! differ they are put in by the flexible option hook, which writes what it is given.

use super::config::{Comment, FlexOption, Hook, OptionData, OptionDef};
use crate::export::dhcp::{Scope, is_plain};
use crate::export::note::Notes;
use std::collections::{BTreeSet, HashSet};

/// Where Debian and Ubuntu on 64-bit PCs have it.
const FLEX_OPTION: &str = "/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_flex_option.so";

const VENDOR_SPECIFIC: u8 = 43;

/// What Kea makes of the octets of a number (`std_option_defs.h`).
fn is_kept(code: u8, octets: &[u8]) -> bool {
    let length = octets.len();
    match code {
        // Addresses.
        3..=11 | 21 | 33 | 41 | 42 | 44 | 45 | 48 | 49 | 65 | 68..=76 | 85 | 112 | 138 | 150 => {
            length > 0 && length.is_multiple_of(4)
        }
        1 | 16 | 28 | 32 => length == 4,
        19 | 20 | 27 | 29 | 30 | 31 | 34 | 36 | 39 => matches!(octets, [0 | 1]),
        23 | 37 | 46 | 116 => length == 1,
        13 | 22 | 26 => length == 2,
        2 | 24 | 35 | 38 | 91 | 108 => length == 4,
        25 | 117 => length > 0 && length.is_multiple_of(2),
        // Texts: a final NUL would be taken off.
        12 | 14 | 15 | 17 | 18 | 40 | 47 | 60 | 62 | 64 | 66 | 67 | 86 | 87 | 98 | 100 | 101 | 113 | 114 => {
            length > 0 && octets.last() != Some(&0)
        }
        // Redefined where it is used, as octets.
        VENDOR_SPECIFIC => length > 0,
        // Numbers that Kea knows nothing of.
        102..=107 | 109..=111 | 115 | 126..=135 | 139 | 140 | 142..=145 | 147..=149 | 158 | 160..=211 | 214..=254 => {
            length > 0
        }
        _ => false,
    }
}

/// The numbers that the hook has to write, on one server: if one value of a number needs it all do, since the hook
/// comes last and would win over what is stronger.
pub(super) fn by_hook(networks: &[Scope<'_>]) -> HashSet<u8> {
    let all = networks.iter().flat_map(|network| &network.layers).flat_map(|layer| &layer.options);
    all.filter(|told| !is_kept(told.code, &told.value.octets())).map(|told| told.code).collect()
}

pub(super) fn data(code: u16, octets: &[u8], text: String, always_send: bool) -> OptionData {
    let plain = is_plain(octets);
    let data = if plain { format!("'{text}'") } else { hexadecimal(octets) };
    OptionData { code, csv_format: false, data, always_send, user_context: (!plain).then(|| Comment::new(text)) }
}

/// Number 43 as the octets that it is, for the class that sends it.
pub(super) fn definitions(data: &[OptionData]) -> Vec<OptionDef> {
    let vendor = data.iter().find(|option| option.code == u16::from(VENDOR_SPECIFIC));
    let definition =
        OptionDef { name: "vendor-encapsulated-options", code: u16::from(VENDOR_SPECIFIC), kind: "binary" };
    vendor.map(|_| definition).into_iter().collect()
}

pub(super) fn flexible(code: u16, client_class: &str, octets: &[u8], text: String) -> FlexOption {
    let supersede = if is_plain(octets) { format!("'{text}'") } else { format!("0x{}", hexadecimal(octets)) };
    FlexOption { code, client_class: client_class.to_owned(), supersede }
}

/// The hook, where something needs it.
pub(super) fn hook(options: Vec<FlexOption>, notes: &mut Notes) -> Vec<Hook> {
    if options.is_empty() {
        return Vec::new();
    }
    let codes: BTreeSet<u16> = options.iter().map(|option| option.code).collect();
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    notes.add(format!(
        "Kea gives option {} another form than phones read; libdhcp_flex_option.so writes the octets as they are. Its path \
         is that of Debian on 64-bit PCs: change it where Kea's hooks lie elsewhere",
        codes.join(", ")
    ));
    vec![Hook { library: FLEX_OPTION, parameters: super::config::FlexOptions { options } }]
}

pub(super) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |text, octet| text + &format!("{octet:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts_and_nothing_else_ends_a_quote() {
        let plain = data(160, b"http://a,b", "http://a,b".into(), true);
        assert_eq!((plain.data.as_str(), plain.user_context.is_none()), ("'http://a,b'", true));
        for hostile in ["it's", "a\"b", " blank ", "a\\", "a\nb", "\u{e9}"] {
            let option = data(160, hostile.as_bytes(), hostile.into(), true);
            assert_eq!(option.data, hexadecimal(hostile.as_bytes()), "{hostile}");
        }
    }

    #[test]
    fn what_kea_would_write_anew_is_not_left_to_it() {
        assert!(!is_kept(159, b"https://prov.acme.example"));
        assert!(!is_kept(13, &[0, 1, 2]) && is_kept(13, &[0, 1]));
        assert!(!is_kept(150, &[10, 0, 0]) && is_kept(150, &[10, 0, 0, 1]));
        assert!(!is_kept(66, b"x\0") && is_kept(66, b"x") && is_kept(160, b"x\0"));
        assert!(!is_kept(19, &[2]) && !is_kept(119, &[1, b'a', 0]));
    }
}
