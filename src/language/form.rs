//! How settings are written: where one stands otherwise, what is there is put into the form that was most likely meant.

use super::syntax::literal::Literal;
use crate::diagnostic::closest;

/// How a setting is written, where it stands without what it needs.
pub fn form(what: &str, word: &str) -> Option<&'static str> {
    Some(match (what, word) {
        ("profile", "fetch") => "fetch http \"/phones/$MA.xml\"",
        ("profile", "seal") => "seal aes256cbc key derive(SECRET, phone.mac)",
        ("profile", "account") => "account digest user \"desk\" password desk_password",
        ("profile", "include") => "include PROFILE",
        ("upgrade block", "fetch") => "fetch http \"/firmware\"",
        ("upgrade block", "to") => "to FIRMWARE",
        ("upgrade block", "retry") => "retry 1h, 2h jitter 30m",
        ("upgrade block", "not") => "not below FIRMWARE",
        ("upgrade block", "when") => "when $A == \"pilot\"",
        ("network", "reserve") => "reserve 00:0e:08:ab:cd:01 192.168.50.20",
        ("network", "pool") => "pool 192.168.50.100 .. 192.168.50.199",
        ("network", "busy") => "busy 08:00 .. 18:00",
        ("network", "subnet") => "subnet 192.168.50.0/24",
        ("fleet", "phones") => "phones INVENTORY",
        ("fleet", "phone") => "phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }",
        ("fleet", "log") => "log syslog",
        ("fleet", "bootstrap") => "bootstrap dhcp 66",
        ("resync block", "only") => "only when $PRVTMR >= 10m",
        ("resync block", "on") => "on boot spread 40s",
        ("resync block", "at") => "at 02:30",
        ("resync block", "idle") => "idle for 10m",
        ("resync block", "after") => "after upgrade",
        ("resync block", "never") => "never on boot",
        ("resync block", "not") => "not on notify",
        ("resync block", "missing") => "missing file is success",
        ("resync block", "applies") => "applies within 4h",
        ("resync block", "retry") => "retry 30m jitter 5m",
        ("resync block", "every") => "every 1h jitter 10m",
        ("zone", "a") => "a \"prov\" 192.168.50.10",
        ("zone", "aaaa") => "aaaa \"prov\" 2001:db8::1",
        ("zone", "cname") => "cname \"www\" \"prov\"",
        ("zone", "ns") => "ns \"@\" \"ns2.example.net.\"",
        ("zone", "srv") => "srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }",
        ("test", "expect") => "expect NAME == VALUE",
        ("test", "phone") => "phone 00:0e:08:ab:cd:01",
        ("test", "server") => "server down for 1h",
        ("test", "after") => "after 10m",
        ("test", "factory") => "factory fresh",
        ("test", "running") => "running \"field.xml\"",
        ("test", "firmware") => "firmware \"sip88xx.11-3-1MPP-678\"",
        ("test", "call") => "call for 5m",
        ("service", "single") => "single port",
        ("service", "redirect") => "redirect \"/old/\" to \"https://prov.example.net/new/\"",
        ("service", "forward") => "forward 192.168.50.53",
        ("service", "certificate") => "certificate \"tls/prov.pem\"",
        ("service", "key") => "key file(\"tls/prov.key\")",
        ("service", "clients") => "clients require \"tls/phones-ca.pem\"",
        _ => return None,
    })
}

/// Settings that have several forms, told apart by their second word.
const OTHERS: &[(&str, &str)] = &[
    ("resync block", "on boot spread 40s"),
    ("resync block", "on notify"),
    ("resync block", "never on boot"),
    ("resync block", "not on notify"),
    ("network", "answer known phones only"),
    ("network", "answer inform only"),
    ("network", "answer unknown phones as FLEET"),
    ("test", "server down for 1h"),
    ("test", "server answers 503 for 1h"),
];

/// The form of a setting that is nearest to how one is written, with the values that stand there.
pub(super) fn written_as(what: &str, word: &str, written: &str) -> Option<String> {
    let pieces = pieces(written);
    let second = |form: &&'static str| form.split(' ').nth(1).unwrap_or_default();
    let forms = || OTHERS.iter().filter(|(of, _)| *of == what).map(|(_, form)| form);
    let others: Vec<&str> = forms().copied().filter(|form| form.split(' ').next() == Some(word)).collect();
    // `on sip notify`: a word of the form stands further on.
    let further = || pieces.iter().skip(2).find_map(|next| others.iter().map(second).find(|second| second == next));
    let nearest = pieces.get(1).and_then(|next| closest(next, others.iter().map(second))).or_else(further);
    let nearest = nearest.and_then(|next| others.iter().copied().find(|form| second(form) == next));
    let form = nearest.or_else(|| form(what, word))?;
    let mut rest: Vec<&str> = pieces;
    let filled = self::pieces(form).into_iter().map(|piece| {
        let alike = kind(piece).and_then(|kind_of| rest.iter().position(|other| kind(other) == Some(kind_of)));
        alike.map_or(piece, |at| rest.remove(at))
    });
    Some(filled.collect::<Vec<_>>().join(" "))
}

/// `expect NAME == VALUE`, with the name and the value that are written.
pub(super) fn comparison(written: &str) -> Option<String> {
    let pieces = pieces(written);
    let name = pieces.get(1).filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
    let value = pieces.get(2..)?.iter().rev().find(|piece| kind(piece).is_some());
    Some(format!("expect {} == {}", name.unwrap_or(&"NAME"), value.unwrap_or(&"VALUE")))
}

/// What kind of value a word is; none: it is a word.
fn kind(piece: &str) -> Option<&'static str> {
    if piece.starts_with('"') {
        return Some("string");
    }
    if matches!(piece, "http" | "https" | "tftp") {
        return Some("scheme");
    }
    piece
        .starts_with(|c: char| c.is_ascii_hexdigit())
        .then(|| Literal::parse(piece).ok())?
        .map(|literal| literal.kind())
}

/// Words and texts, each whole.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('"').and_then(|inside| inside.find('"')).map(|end| end + 2);
        let end = quoted.or_else(|| rest.find(char::is_whitespace)).unwrap_or(rest.len()).max(1);
        let Some((piece, more)) = rest.split_at_checked(end) else { break };
        pieces.push(piece.trim_end_matches([',', ';']));
        rest = more.trim_start();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_keeps_its_name_and_its_value() {
        for (written, wanted) in [
            ("expect User_ID[1] is \"201\"", "expect User_ID[1] == \"201\""),
            ("expect User_ID[1]", "expect User_ID[1] == VALUE"),
            ("expect nothing", "expect NAME == VALUE"),
        ] {
            assert_eq!(comparison(written).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn what_is_written_is_kept() {
        for (what, written, wanted) in [
            ("resync block", "on notfy", Some("on notify")),
            ("resync block", "on boto", Some("on boot spread 40s")),
            ("resync block", "on bot spread 90s", Some("on boot spread 90s")),
            ("resync block", "on reset", Some("on boot spread 40s")),
            ("resync block", "idle 5m", Some("idle for 5m")),
            ("resync block", "at 03:15 daily", Some("at 03:15")),
            ("resync block", "applies in 2h", Some("applies within 2h")),
            ("test", "server dwn 2h", Some("server down for 2h")),
            ("test", "server answer 500 2h", Some("server answers 500 for 2h")),
            ("test", "call 9m", Some("call for 9m")),
            ("zone", "a 10.1.2.3 \"mail\"", Some("a \"mail\" 10.1.2.3")),
            ("network", "pool", Some("pool 192.168.50.100 .. 192.168.50.199")),
            ("profile", "fetch https \"/a/$MA.xml\" now", Some("fetch https \"/a/$MA.xml\"")),
            ("network", "answer unknown as desks", Some("answer unknown phones as FLEET")),
            ("zone", "mx", None),
        ] {
            let word = written.split(' ').next().unwrap_or_default();
            assert_eq!(written_as(what, word, written).as_deref(), wanted, "{written}");
        }
    }
}
