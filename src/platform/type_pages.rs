//! Each type in words, for `prov explain TYPE`: those of the language, and those of parameters, whose values are texts of a
//! small language of their own (DT).

use super::parameter::TextType;

/// What there is to know about a type.
#[derive(Debug)]
pub struct TypePage {
    /// As the language or the catalogue calls it, first; then the names of the vendor's guides.
    names: &'static [&'static str],
    holds: &'static str,
    written: &'static str,
    wire: &'static str,
    limits: &'static str,
    source: &'static str,
    /// The type of the catalogue whose texts the examples are, with some that fit.
    texts: Option<(TextType, &'static [&'static str])>,
}

/// The page about a type; its name may be a vendor's.
pub fn type_page(name: &str) -> Option<String> {
    let exact = PAGES.iter().find(|page| page.names.contains(&name));
    let page =
        exact.or_else(|| PAGES.iter().find(|page| page.names.iter().any(|known| known.eq_ignore_ascii_case(name))));
    page.map(TypePage::text)
}

/// The names by which types are looked up.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    PAGES.iter().flat_map(|page| page.names).copied()
}

impl TypePage {
    fn text(&self) -> String {
        let (name, others) = self.names.split_first().map_or(("", &[][..]), |(name, others)| (*name, others));
        let mut text = format!("{name}: {}\n\n", self.holds);
        let mut row = |name: &str, value: &str| {
            if !value.is_empty() {
                text.push_str(&format!("  {name:<10} {value}\n"));
            }
        };
        row("written", self.written);
        row("wire", self.wire);
        row("limits", self.limits);
        if let Some((_, examples)) = self.texts {
            row("examples", &examples.iter().map(|example| format!("\"{example}\"")).collect::<Vec<_>>().join("  "));
        }
        row("also", &others.join(", "));
        row("source", self.source);
        text
    }
}

/// A type of the language.
const fn of_language(
    names: &'static [&'static str],
    holds: &'static str,
    written: &'static str,
    wire: &'static str,
    limits: &'static str,
    source: &'static str,
) -> TypePage {
    TypePage { names, holds, written, wire, limits, source, texts: None }
}

/// A type of parameters whose values are strings of a form.
const fn of_texts(
    names: &'static [&'static str],
    holds: &'static str,
    limits: &'static str,
    source: &'static str,
    ty: TextType,
    examples: &'static [&'static str],
) -> TypePage {
    let (written, wire) = ("in quotes", "as it is written");
    TypePage { names, holds, written, wire, limits, source, texts: Some((ty, examples)) }
}

const LANGUAGE: &str = "docs/language.md";

static PAGES: [TypePage; 50] = [
    of_language(&["bool"], "yes or no", "`yes`, `no`, without quotes", "`Yes`, `No`", "", "DT §3"),
    of_language(
        &["int", "Uns16", "Uns32", "Sig8", "Sig16", "Sig32"],
        "a whole number",
        "`16`, `-3`",
        "in decimal digits",
        "64 bits; a parameter has a range of its own (P0302)",
        "DT §4, §5",
    ),
    of_language(
        &["decimal", "Float", "PwrLevel"],
        "a number with a fraction",
        "`-13.5`; a whole number fits too",
        "as it is written",
        "a parameter has a range of its own (P0302); nothing is rounded",
        "DT §6, §8",
    ),
    of_language(
        &["duration", "Time0", "Time3"],
        "a length of time",
        "`500ms`, `40s`, `10m`, `1h`, `2d`: always with its unit",
        "the number of the parameter's units: `40s` is 2 where one is 20 s",
        "what the unit cannot carry exactly is an error (P0304)",
        "DT §7; PB §8.3",
    ),
    of_language(&["time", "HHmm"], "a time of day", "`02:30`, without quotes", "`0230`", "00:00 to 24:00", "DT §21"),
    of_language(&["clock"], "a time of day", "`02:30`, without quotes", "`02:30`", "00:00 to 24:00", "DT §21"),
    of_language(
        &["schedule"],
        "waits, each perhaps with a part that is left to chance",
        "`1h jitter 10m`; several by comma",
        "`3600+600`; several by comma, in the parameter's units",
        "32 bits of seconds for each wait",
        "RS §9; DT §21",
    ),
    of_language(
        &["string", "Str"],
        "any text",
        "`\"text {expression}\"`; raw `r\"…\"`",
        "as it is, with XML escapes",
        "64 KiB; no outer blanks, no line break on the wire (P0305); outside ASCII at one's own risk (P0306)",
        "DT §17; WF §1.5, §1.6",
    ),
    of_language(
        &["digits"],
        "a string of so many digits; leading zeros stay",
        "`digits(3..5)`; values in quotes, or as cells",
        "as it is written",
        "the bounds that are stated",
        LANGUAGE,
    ),
    of_language(
        &["one of", "choice", "enum"],
        "one of the strings that are listed",
        "the type `\"desk\" | \"lab\"`; values in quotes",
        "as it is listed, blanks and letter case included",
        "another word is P0303",
        "DT §2",
    ),
    of_language(
        &["mac"],
        "a hardware address",
        "`00:0e:08:ab:cd:ef`, `000e08abcdef`; in data files also with `-`",
        "no parameter takes it as it is: \"{phone.mac}\" is `00:0e:08:ab:cd:ef`",
        "12 hexadecimal digits",
        "DT §21",
    ),
    of_language(
        &["ip"],
        "an address, of IPv4 or IPv6",
        "`192.168.50.1`, `2001:db8::1`, without quotes; where a parameter wants one, in quotes as well",
        "as it is written",
        "four octets of 0 to 255, without leading zeros; parameters take IPv4 only",
        "DT §9",
    ),
    of_language(
        &["prefix"],
        "a network: an address and how much of it counts",
        "`192.168.50.0/24`, without quotes",
        "no parameter takes it; networks do",
        "0 to 32, or 128",
        LANGUAGE,
    ),
    of_texts(
        &["host", "FQDN"],
        "a name of DNS or an IPv4 address, perhaps with a port",
        "63 characters; an `ip` fits where a parameter wants one",
        "DT §11",
        TextType::Host,
        &["sip.example.com", "109.12.14.12:12345"],
    ),
    of_language(
        &["port"],
        "a port",
        "`5060`, without quotes",
        "in decimal digits",
        "1 to 65535; 0 to 65535 where a parameter says so",
        "DT §10",
    ),
    of_texts(
        &["url"],
        "a URL: `scheme://server:port/path`",
        "tftp, http or https; no blanks",
        "RS §7",
        TextType::Url,
        &["http://prov.example.com/logo.jpg"],
    ),
    of_language(
        &["path"],
        "the path of a URL",
        "in quotes: `\"/phones/x.xml\"`",
        "as part of a URL",
        "begins with `/`; no blanks",
        "RS §7",
    ),
    of_language(
        &["model"],
        "a model, by the product name on its label",
        "in quotes: `\"CP-8841-3PCC\"`",
        "no parameter takes it",
        "the catalogue's; `prov explain CP-8841-3PCC` shows one",
        "RS §3",
    ),
    of_texts(
        &["version"],
        "a version of firmware, as the name of a load says it",
        "family, release and build",
        "RS §10; DT §21",
        TextType::Version,
        &["sip88xx.11-3-1MPP-678"],
    ),
    of_language(
        &["firmware"],
        "a release that a `firmware` block declares",
        "by its name",
        "as the load of each phone's family",
        "",
        LANGUAGE,
    ),
    of_language(
        &["condition"],
        "a comparison that the phone makes, with `and`, `or` and `not`",
        "`$PRVTMR >= 10m and $A == \"x\"`",
        "in a rule or a trigger, in the phone's own words",
        "stands in rules and conditions only (P0401)",
        "RS §4, §16",
    ),
    of_language(
        &["secret"],
        "a text that is kept elsewhere and never printed",
        "`secret n = env(\"NAME\")` or `file(\"PATH\")`; a column of this type holds `env:NAME`",
        "as it is kept, over channels that are strong enough (P0403)",
        "not in the source (P0406)",
        "PB §14; docs/language.md",
    ),
    of_language(
        &["list", "list of"],
        "values of one type, in order",
        "the type `list of T`; a value `[\"a\", \"b\"]`",
        "parameters that take several words write `Monday|Friday`, as one string",
        "`for x in list { … }` and `x in list`; items have no numbers",
        LANGUAGE,
    ),
    of_language(
        &["record"],
        "values by name",
        "the type `{ name: string  gateway: ip }`; a value `{ name = \"ams\"  gateway = 192.168.50.1 }`; `site.name`",
        "no parameter takes it; its fields are for that",
        "where one is wanted, one with more fields fits",
        LANGUAGE,
    ),
    of_language(
        &["range"],
        "everything from one value to another, both included",
        "`2..4`, `192.168.50.100 .. 192.168.50.199`",
        "no parameter takes it",
        "of integers or addresses; a loop has 1000 turns at most",
        LANGUAGE,
    ),
    of_language(
        &["T?", "optional", "absent"],
        "a value, or none: an empty cell of a column whose type ends in `?`",
        "`name : string?`; `x else \"…\"`, `x == absent`, `x != absent`",
        "never: what may be absent is not sent",
        "where a value is needed, one has to be given or asked for (P0301)",
        LANGUAGE,
    ),
    of_texts(
        &["user_id", "UserID"],
        "the part of a SIP address before the `@`, as it stands in a URL",
        "63 characters; no blanks, no `@`",
        "DT §12",
        TextType::UserId,
        &["jsmith", "4081001141", "a%20b"],
    ),
    of_texts(
        &["login"],
        "the name of an account",
        "63 characters, ASCII",
        "DT §12",
        TextType::Login,
        &["jsmith@example.com"],
    ),
    of_texts(
        &["phone_number", "Phone"],
        "a number to dial, or `user@host:port`",
        "39 characters; no blanks",
        "DT §13",
        TextType::PhoneNumber,
        &["14081234567", "*69", "1234@10.10.10.100:5068"],
    ),
    of_texts(
        &["star_code", "ActCode"],
        "keys that switch a service",
        "7 characters",
        "DT §16",
        TextType::StarCode,
        &["*69"],
    ),
    of_texts(
        &["tone_script", "ToneScript"],
        "a tone: its frequencies, then how they sound",
        "127 characters; 6 frequencies, 6 segments a section",
        "DT §20",
        TextType::Tone,
        &["350@-19,440@-19;10(*/0/1+2)"],
    ),
    of_texts(
        &["frequency_script", "FreqScript"],
        "frequencies, each with its level in dBm",
        "127 characters; 6 frequencies, whole Hz",
        "DT §19",
        TextType::Frequency,
        &["440@-10", "350@-19,440@-19"],
    ),
    of_texts(
        &["cadence_script", "CadScript"],
        "how long something sounds and is silent, over and over",
        "127 characters; 2 sections, 6 segments each, 3 decimals",
        "DT §18",
        TextType::Cadence,
        &["60(2/4)", "60(.3/.2,1/.2,.3/4)"],
    ),
    of_texts(
        &["dial_plan", "DialPlanScript"],
        "what a caller may dial, and what becomes of it",
        "in parentheses, alternatives by `|`; the length is not documented",
        "DT §22",
        TextType::DialPlan,
        &["([2-9]xxxxxx|<9:>0xxxx.|911S0)"],
    ),
    of_texts(
        &["rule", "ProvisioningRuleSyntax"],
        "where a phone fetches a profile: `(condition)? [options] URL | …`",
        "macros stand in it; no blanks in URLs",
        "RS §16",
        TextType::Rule,
        &["http://prov.example.com/$MA.xml"],
    ),
    of_texts(
        &["upgrade_rule"],
        "where a phone fetches firmware: `(condition)? URL | …`",
        "each URL names its server",
        "RS §8",
        TextType::UpgradeRule,
        &["http://prov.example.com/$PN.loads"],
    ),
    of_texts(
        &["report_rule"],
        "where a phone sends its configuration: `[options]URL`",
        "two at most",
        "RS §14",
        TextType::ReportRule,
        &["[--delta]http://prov.example.com/x"],
    ),
    of_texts(
        &["trigger"],
        "when a phone comes again by itself: comparisons joined by `and`",
        "no parentheses (P0506)",
        "RS §4",
        TextType::Trigger,
        &["$PRVTMR gt 86400"],
    ),
    of_texts(
        &["uns8", "Uns8"],
        "a number of 8 bits, as a string since it may be hexadecimal",
        "0 to 255, or 0x0 to 0xff",
        "DT §4",
        TextType::Uns8,
        &["104", "0x68"],
    ),
    of_texts(
        &["phone_template", "PhTmplt"],
        "patterns of phone numbers: `?` is one character, `*` any",
        "39 characters; the first that fits counts",
        "DT §14",
        TextType::PhoneTemplate,
        &["1408*, 1510*"],
    ),
    of_texts(
        &["response_template", "RscTmplt"],
        "SIP status codes, `*` and `?` for digits",
        "39 characters",
        "DT §15",
        TextType::ResponseTemplate,
        &["404, 5*", "61?"],
    ),
    of_texts(
        &["option_list"],
        "DHCP options in the order in which they are asked for",
        "each 1 to 254, by comma, no blanks; numbers `66, 160` without quotes fit as well",
        "DT §21",
        TextType::OptionList,
        &["66,160,159,150"],
    ),
    of_texts(
        &["option6_list"],
        "DHCPv6 options in the order in which they are asked for",
        "each 1 to 65535, by comma, no blanks",
        "DT §21",
        TextType::Option6List,
        &["17,160,159"],
    ),
    of_texts(
        &["domain_list"],
        "domains",
        "by comma, a blank may follow; no URLs",
        "DT §21",
        TextType::DomainList,
        &["voiceip.com, voiceip1.com"],
    ),
    of_texts(
        &["led_pattern"],
        "a lamp: `c=color;p=pattern`",
        "the color r, g, a or o, the pattern n or b",
        "parameter tables of the standard library",
        TextType::Led,
        &["c=g;p=n"],
    ),
    of_texts(
        &["key_list"],
        "softkeys, each perhaps with its place: `name|place;`",
        "",
        "parameter tables of the standard library",
        TextType::KeyList,
        &["hold|1;dnd;"],
    ),
    of_texts(
        &["function"],
        "what a line key does: `fnc=…;ext=…;nme=…`",
        "",
        "parameter tables of the standard library",
        TextType::Function,
        &["fnc=sd;ext=101@$PROXY"],
    ),
    of_texts(
        &["daylight_rule"],
        "when summer time begins and ends: `start=month/day/weekday/time;end=…;save=hours`",
        "",
        "parameter tables of the standard library",
        TextType::Daylight,
        &["start=3/-1/7/2;end=10/-1/7/3;save=1"],
    ),
    of_texts(
        &["alias_map"],
        "which elements of a foreign XML form are which parameters: `/path = /flat-profile/Name ;`",
        "",
        "RS §12",
        TextType::AliasMap,
        &["/a = /flat-profile/Proxy_1_;"],
    ),
    of_language(
        &["words"],
        "several of the words that a parameter lists",
        "in quotes, by `|`: `\"Monday|Friday\"`",
        "as it is written",
        "a word that is not listed is P0303",
        "DT §2",
    ),
];

#[cfg(test)]
mod tests {
    use super::super::spelling::spelling;
    use super::*;
    use crate::language::types::Type;
    use std::collections::BTreeSet;

    #[test]
    fn every_type_of_the_language_and_of_the_catalogue_has_a_page() {
        let library = include_str!("../../stdlib/cisco/mpp.prov");
        let of_parameters = library.lines().filter_map(|line| {
            let ty = line.strip_prefix("parameter ")?.split_once(" : ")?.1;
            let end = ty.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(ty.len());
            Some(&ty[..end]).filter(|name| !name.is_empty())
        });
        let of_language = Type::NAMED.iter().map(|(name, _)| *name).chain(["digits", "list", "record", "range", "T?"]);
        let missing: BTreeSet<&str> =
            of_parameters.chain(of_language).filter(|name| type_page(name).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn examples_are_of_their_type_and_names_stand_once() {
        let mut names = BTreeSet::new();
        for page in &PAGES {
            let examples =
                page.texts.iter().flat_map(|(ty, examples)| examples.iter().map(move |example| (*ty, *example)));
            for (ty, example) in examples {
                assert_eq!(spelling(ty, example), Ok(example.to_owned()), "{:?}", page.names);
            }
            for name in page.names {
                assert!(names.insert(*name), "{name} twice");
            }
            assert!(page.text().lines().all(|line| line.chars().count() <= 130), "{}", page.text());
        }
    }

    #[test]
    fn the_vendor_s_names_lead_to_the_same_page() {
        assert_eq!(type_page("fqdn"), type_page("host"));
        assert_eq!(type_page("CadScript"), type_page("cadence_script"));
        assert_eq!(type_page("nothing"), None);
    }
}
