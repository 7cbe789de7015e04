//! Words of the language in a block that is not theirs: where each belongs.

/// What a word belongs to: the kind of block, and an example of it there. Of a word that several blocks have, the first is the
/// one that a stranger to it most likely means.
const PLACES: &[(&str, &str, &str)] = &[
    ("every", "a fleet's `resync`", "resync { every 1h jitter 10m }"),
    ("retry", "a fleet's `resync`", "resync { retry 30m jitter 5m }"),
    ("on", "a fleet's `resync`", "resync { on boot spread 40s }"),
    ("never", "a fleet's `resync`", "resync { never on boot }"),
    ("at", "a fleet's `resync`", "resync { at 02:30 }"),
    ("idle", "a fleet's `resync`", "resync { idle for 10m }"),
    ("applies", "a fleet's `resync`", "resync { applies within 4h }"),
    ("only", "a fleet's `resync`", "resync { only when $PRVTMR >= 10m }"),
    ("missing", "a fleet's `resync`", "resync { missing file is success }"),
    ("to", "a fleet's `upgrade`", "upgrade { to FIRMWARE  fetch http \"/firmware\" }"),
    ("not", "a fleet's `upgrade`", "upgrade { to FIRMWARE  fetch http \"/firmware\"  not below FIRMWARE }"),
    ("full", "a fleet's `report`", "report { full to http \"/reports/$MA.xml\"  on request }"),
    ("delta", "a fleet's `report`", "report { delta to http \"/reports/$MA.xml\"  on change }"),
    ("status", "a fleet's `report`", "report { status to http \"/reports/$MA.xml\"  on request }"),
    ("method", "a fleet's `report`", "report { method put }"),
    ("resync", "a fleet", "resync { every 1h jitter 10m }"),
    ("upgrade", "a fleet", "upgrade { to FIRMWARE  fetch http \"/firmware\" }"),
    ("report", "a fleet", "report { full to http \"/reports/$MA.xml\"  on request }"),
    ("bootstrap", "a fleet", "bootstrap dhcp 66"),
    ("profiles", "a fleet", "profiles PROFILE"),
    ("phones", "a fleet", "phones INVENTORY"),
    ("phone", "a fleet", "phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }"),
    ("rule", "a fleet", "rule Profile_Rule_C { … }"),
    ("log", "a fleet", "log syslog"),
    ("network", "a fleet", "network NETWORK"),
    ("busy", "a network", "busy 08:00 .. 18:00"),
    ("pool", "a network", "pool 192.168.50.100 .. 192.168.50.199"),
    ("subnet", "a network", "subnet 192.168.50.0/24"),
    ("router", "a network", "router 192.168.50.1"),
    ("lease", "a network", "lease 8h"),
    ("relay", "a network", "relay 192.168.60.1"),
    ("reserve", "a network", "reserve 00:0e:08:ab:cd:01 192.168.50.20"),
    ("ntp", "a network", "ntp 192.168.50.10"),
    ("domain", "a network", "domain \"example.com\""),
    ("option", "a network", "option 150 = 192.168.50.10"),
    ("class", "a network", "class \"NAME\" when request.known { option N = … }"),
    ("answer", "a network", "answer known phones only"),
    ("fetch", "a profile", "fetch http \"/phones/$MA.xml\""),
    ("gzip", "a profile", "gzip"),
    ("seal", "a profile", "seal aes256cbc key derive(SECRET, phone.mac)"),
    ("account", "a profile", "account digest user \"desk\" password SECRET"),
    ("include", "a profile", "include PROFILE"),
    ("seed", "a profile", "seed NAME = value"),
    ("reset", "a profile", "reset NAME"),
    ("override", "a profile", "override NAME = value"),
    ("unlisted", "a profile", "unlisted \"X_Name\" = \"v\""),
    ("load", "a firmware", "load \"FILE.loads\" for \"MODEL\""),
    ("release", "a firmware", "release \"11.3(7)\""),
    ("boot", "a test", "boot"),
    ("notify", "a test", "notify"),
    ("expect", "a test", "expect NAME == VALUE"),
    ("running", "a test", "running \"FILE.xml\""),
    ("factory", "a test", "factory fresh"),
    ("call", "a test", "call for 5m"),
    ("capacity", "a server", "capacity 200"),
    ("images", "a server", "images \"images\""),
    ("address", "a server", "address 192.168.50.10"),
    ("tftp", "a server", "tftp { port 69 }"),
    ("http", "a server", "http { port 80 }"),
    ("https", "a server", "https { port 443 }"),
    ("dhcp", "a server", "dhcp { port 67 }"),
    ("dns", "a server", "dns { port 53 }"),
    ("syslog", "a server", "syslog { port 514 }"),
    ("dashboard", "a server", "dashboard { port 8080 }"),
    ("certificate", "a server's `https`", "https { certificate \"PEM\"  key file(\"KEY\") }"),
    ("key", "a server's `https`", "https { certificate \"PEM\"  key file(\"KEY\") }"),
    ("clients", "a server's `https`", "https { clients require \"CA\" }"),
    ("identity", "a server's `https`", "https { identity \"CP-$PN-SEP$MAU\" }"),
    ("realm", "a server's `http` or `https`", "http { realm \"NAME\" digest { … } }"),
    ("redirect", "a server's `http` or `https`", "http { redirect \"/old/\" to \"https://prov.example.net/new/\" }"),
    ("single", "a server's `tftp`", "tftp { single port }"),
    ("forward", "a server's `dns`", "dns { forward 192.168.50.53 }"),
    ("port", "a server's service", "http { port 80 }"),
    ("srv", "a zone", "srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }"),
    ("cname", "a zone", "cname \"NAME\" \"TARGET\""),
    ("aaaa", "a zone", "aaaa \"NAME\" 2001:db8::1"),
    ("naptr", "a zone", "naptr \"NAME\" { order 10  service \"SIP+D2U\"  replacement \"TARGET\" }"),
    ("ttl", "a zone", "ttl 1d"),
];

/// Whether a word is one of another block.
pub(super) fn is_elsewhere(word: &str) -> bool {
    PLACES.iter().any(|(known, ..)| *known == word)
}

/// Every word that has a place.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|(word, ..)| *word)
}

/// Where a word belongs, and how it is written there.
pub(super) fn belongs(word: &str) -> Option<String> {
    let (_, place, form) = PLACES.iter().find(|(known, ..)| *known == word)?;
    Some(format!("`{word}` stands in {place}: `{form}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_word_has_one_place() {
        let words: HashSet<&str> = PLACES.iter().map(|(word, ..)| *word).collect();
        assert_eq!(words.len(), PLACES.len());
        assert_eq!(belongs("lease").as_deref(), Some("`lease` stands in a network: `lease 8h`"));
        assert!(belongs("leese").is_none() && is_elsewhere("busy"));
    }
}
