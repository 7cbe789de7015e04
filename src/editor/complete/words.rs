//! Words that are arguments of settings, and what names follow a word.

use crate::workflow::why::names::Kind;

/// Words before the name of a parameter.
pub const BEFORE_NAMES: [&str; 7] = ["seed", "user", "reset", "override", "set", "unlisted", "expect"];

/// What has a value of its own accord.
pub const VALUES: [(&str, &str); 6] = [
    ("phone", "the phone at hand: its columns follow a dot"),
    ("request", "who asks: known when the server answers"),
    ("yes", "bool"),
    ("no", "bool"),
    ("absent", "what a `T?` holds where there is no `T`"),
    ("derive", "derive(SECRET, x): a key of its own for each x"),
];

/// What is known of a request.
pub const REQUEST: [(&str, &str); 9] = [
    ("certificate", "the certificate that the phone shows"),
    ("agent", "what the phone says of itself"),
    ("body", "what the phone sends"),
    ("vendor_class", "option 60, in the condition of a class"),
    ("user_class", "option 77, in the condition of a class"),
    ("host_name", "option 12, in the condition of a class"),
    ("mac", "who asks, in the condition of a class"),
    ("known", "whether it is a phone of the program"),
    ("model", "the product name that it has in the program"),
];

/// The arguments of settings that are words, by the block and the words before.
const ARGUMENTS: [(&str, &[&str], &[&str]); 30] = [
    ("profile", &["fetch"], &["http", "https", "tftp", "srv", "post", "on"]),
    ("profile", &["fetch", "srv"], &["http", "https", "tftp"]),
    ("profile", &["fetch", "post"], &["http", "https"]),
    ("profile", &["seal"], &["aes256cbc", "aes128gcm"]),
    ("profile", &["seal", "aes256cbc"], &["key"]),
    ("profile", &["seal", "aes128gcm"], &["key"]),
    ("profile", &["account"], &["digest", "basic"]),
    ("rule's arm", &["fetch"], &["http", "https", "tftp"]),
    ("upgrade block", &["fetch"], &["http", "https", "tftp"]),
    ("upgrade block", &["not"], &["below"]),
    ("service", &["clients"], &["none", "request", "require"]),
    ("service", &["single"], &["port"]),
    ("service", &["key"], &["file"]),
    ("fleet", &["bootstrap"], &["dhcp", "srv", "activation", "edos", "manual"]),
    ("fleet", &["bootstrap", "activation"], &["code"]),
    ("fleet", &["bootstrap", "dhcp"], &["43", "66", "150", "159", "160", "v6"]),
    ("fleet", &["log"], &["syslog"]),
    ("resync block", &["on"], &["boot", "notify"]),
    ("resync block", &["on", "boot"], &["spread"]),
    ("resync block", &["never"], &["on"]),
    ("resync block", &["never", "on"], &["boot"]),
    ("resync block", &["not"], &["on"]),
    ("resync block", &["not", "on"], &["notify"]),
    ("resync block", &["idle"], &["for"]),
    ("resync block", &["after"], &["upgrade"]),
    ("resync block", &["missing"], &["file", "is", "success"]),
    ("resync block", &["applies"], &["within"]),
    ("resync block", &["only"], &["when"]),
    ("network", &["answer"], &["known", "unknown", "inform"]),
    ("test", &["factory"], &["fresh"]),
];

/// The words that may follow those of a line, looked at from its last setting on.
pub fn arguments_of(what: &str, line: &[&str]) -> Vec<&'static str> {
    let fits = |(block, before, _): &&(&str, &[&str], &[&str])| *block == what && line.ends_with(before);
    ARGUMENTS.iter().filter(fits).flat_map(|(_, _, words)| words.iter().copied()).collect()
}

/// What the names after a word, and after the commas that follow it, are names of.
pub fn kind_after(line: &[&str]) -> Option<Kind> {
    let kind = |word: &str| {
        Some(match word {
            "server" | "on" => Kind::Server,
            "network" => Kind::Network,
            "profiles" | "include" => Kind::Profile,
            "phones" => Kind::Inventory,
            "to" | "after" | "below" => Kind::Firmware,
            "as" => Kind::Fleet,
            _ => return None,
        })
    };
    let (last, before) = line.split_last()?;
    if *last != "," {
        return kind(last);
    }
    // `profiles common, `: back over the names of the list, where there is one.
    let first = before.split(|word| *word == ",").next()?;
    let (_, words) = first.split_last()?;
    kind(words.last()?).filter(|kind| matches!(kind, Kind::Network | Kind::Profile | Kind::Firmware))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_of_what_its_word_says() {
        for (line, wanted) in [
            (&["profiles"][..], Some(Kind::Profile)),
            (&["profiles", "a", ","], Some(Kind::Profile)),
            (&["profiles", "a", ",", "b", ","], Some(Kind::Profile)),
            (&["profiles", "a"], None),
            (&["fetch", "http", "on"], Some(Kind::Server)),
            (&["on", "boot", ","], None),
            (&[","], None),
            (&[], None),
        ] {
            assert_eq!(kind_after(line), wanted, "{line:?}");
        }
    }
}
