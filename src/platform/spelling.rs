//! Texts on the wire: what every one of them must survive, and the small languages of DT.

use super::describe::article;
use super::parameter::TextType;
use super::translated;
use super::wire::Misfit;
use crate::diagnostic::{Code, Severity};
use crate::phone::profile::is_xml;
use crate::phone::rule::{Kind, RuleFault};
use crate::phone::script::{self, Fault, FaultKind};

/// A text as it goes on the wire, if it is of its type.
pub(super) fn spelling(ty: TextType, text: &str) -> Result<String, Misfit> {
    let outer = text.len() - text.trim_start().len();
    let lost = if outer > 0 { Some(0) } else { text.find('\n') };
    let lost = lost.or_else(|| (text.trim_end() != text).then(|| text.trim_end().len()));
    if let Some(at) = lost {
        return Err(Misfit::new(
            Code::P0305,
            "would lose blanks on its way",
            "the phone removes outer blanks, and reads a line break as a blank (WF §1.5)",
        )
        .at(at));
    }
    if let Some((at, control)) = text.char_indices().find(|(_, c)| c.is_control() || !is_xml(*c)) {
        let message = format!("holds the control character {}", control.escape_debug());
        return Err(Misfit::new(Code::P0305, message, "no text on the wire can hold it").at(at));
    }
    match read(ty, text) {
        Ok(()) => Ok(text.to_owned()),
        Err(fault) => Err(misfit(ty, fault)),
    }
}

/// Whether a text is of its type, for the many that plainly are. `false` is no verdict: [`spelling`] gives that.
pub(super) fn plainly(ty: TextType, text: &str) -> bool {
    let plain = text.bytes().all(|octet| matches!(octet, b' '..=b'~'));
    plain && !text.starts_with(' ') && !text.ends_with(' ') && read(ty, text).is_ok()
}

/// What a text that can be read hardly means.
pub(super) fn doubts_of(ty: TextType, text: &str) -> Vec<Misfit> {
    let printed = if ty == TextType::Secret { None } else { translated::found(text) };
    if let Some((at, why)) = printed {
        let mut misfit = Misfit::new(Code::P0305, "holds what a translated guide prints", why).at(at);
        misfit.severity = Severity::Warning;
        return vec![misfit.note("PB §32")];
    }
    let doubts = match ty {
        _ if text.is_empty() => Vec::new(),
        TextType::DialPlan => script::dial_plan::doubts(text),
        TextType::Function => script::function::parse(text).map(|function| function.doubts()).unwrap_or_default(),
        _ => Vec::new(),
    };
    doubts.into_iter().map(|doubt| misfit(ty, doubt)).collect()
}

fn read(ty: TextType, text: &str) -> Result<(), Fault> {
    fn done<T>(result: Result<T, Fault>) -> Result<(), Fault> {
        result.map(|_| ())
    }
    match ty {
        // A secret is any text: a message must not quote it either.
        TextType::String | TextType::Secret => Ok(()),
        TextType::Host => done(script::host(text)),
        TextType::Ip => done(script::address(text)),
        TextType::Url => script::url(text),
        TextType::UserId => script::user_id(text),
        TextType::Login => script::login(text),
        TextType::PhoneNumber => script::phone_number(text),
        TextType::StarCode => script::star_code(text),
        TextType::Tone => done(script::tone::parse(text)),
        TextType::Frequency => done(script::frequency::parse(text)),
        TextType::Cadence => done(script::cadence::parse(text)),
        TextType::DialPlan => done(script::dial_plan::parse(text)),
        TextType::Rule => script::rule(text, Kind::Profile),
        TextType::UpgradeRule => script::rule(text, Kind::Upgrade),
        TextType::ReportRule => script::report_rule(text),
        TextType::UrlRule => script::url_rule(text),
        TextType::Trigger => script::trigger(text),
        TextType::Uns8 => done(script::unsigned(text, 8)),
        TextType::PhoneTemplate => done(script::phone_template(text)),
        TextType::ResponseTemplate => done(script::response_template(text)),
        TextType::OptionList => done(script::option_list(text, 254)),
        TextType::Option6List => done(script::option_list(text, u16::MAX)),
        TextType::DomainList => done(script::domain_list(text)),
        TextType::Led => done(script::led(text)),
        TextType::KeyList => done(script::key_list(text)),
        TextType::Function => done(script::function::parse(text)),
        TextType::Version => done(script::version(text)),
        TextType::Daylight => done(script::daylight::parse(text)),
        TextType::AliasMap => done(script::alias_map(text)),
    }
}

fn misfit(ty: TextType, fault: Fault) -> Misfit {
    let name = ty.name();
    let (code, message) = match fault.kind {
        FaultKind::Form => (ty.malformed(), format!("is not {}", article(name))),
        FaultKind::Range => (Code::P0302, "holds a number outside its range".to_owned()),
        FaultKind::Length => (Code::P0307, format!("is too long for {}", article(name))),
        FaultKind::Rule(fault) => match of_rule(fault) {
            Some((code, message)) => (code, message.to_owned()),
            None => (ty.malformed(), format!("is not {}", article(name))),
        },
        FaultKind::Doubt => (Code::P0305, format!("is a {name} that may not mean what it seems to")),
    };
    let kind = fault.kind;
    let mut misfit = Misfit::new(code, message, fault.message).at(fault.at);
    if kind == FaultKind::Doubt {
        misfit.severity = Severity::Warning;
        return misfit;
    }
    let mended = match kind {
        FaultKind::Rule(fault) => Some(mended(ty, fault)),
        _ => None,
    };
    misfit.help = mended.map(str::to_owned);
    match ty.form() {
        Some(form) => misfit.note(format!("{}: {form}", article(name))),
        None => misfit,
    }
}

/// What mends a rule's fault.
fn mended(ty: TextType, fault: RuleFault) -> &'static str {
    match fault {
        RuleFault::Form => match ty {
            TextType::Trigger => "write comparisons alone, such as `$PRVTMR ge 600 and $UPGTMR gt 300`",
            TextType::ReportRule => {
                "write one URL or two, each with its options before it: `[--delta] http://prov.example.com/r.xml`"
            }
            TextType::UrlRule => "leave the URL alone: conditions, assignments and options belong to profile rules",
            _ => {
                "write each alternative as `(condition)? (assignments)! [options] URL`, each part only if there is one"
            }
        },
        RuleFault::Kinds => {
            "compare numbers with numbers, versions with versions, and what stands in quotes with what does, by `eq` and `ne`"
        }
        RuleFault::Order | RuleFault::Forms => {
            "write the version as the phone does, such as `sip88xx.11-3-1MPP-678`, or compare by `eq` and `ne`"
        }
        RuleFault::Condition => match ty {
            TextType::Trigger => {
                "write the other part of an `or` as the second trigger, and the opposite comparison for `not`"
            }
            _ => "write an `or` as alternatives, `(…)? URL | (…)? URL`, and the opposite comparison for `not`",
        },
        RuleFault::Parentheses => "take the parentheses away, with the question mark behind them",
        RuleFault::Option => "remove it, or write an option that is taken here",
        RuleFault::WebOnly => "let the URL begin with `http://` or `https://`, or remove the option",
        RuleFault::Url => {
            "write it as `http://prov.example.com/$MA.xml`: a scheme, a server, a path from `/` on, and no blank in it"
        }
        RuleFault::Assignment => {
            "write `(GPP_A = \"value\";)!`: the name as in XML, the value in quotes, a semicolon behind it"
        }
    }
}

/// The code of a rule's fault, and what is said of the parameter; nothing: the text is no rule at all.
fn of_rule(fault: RuleFault) -> Option<(Code, &'static str)> {
    Some(match fault {
        RuleFault::Form => return None,
        RuleFault::Kinds => (Code::P0503, "compares what cannot be compared"),
        RuleFault::Order | RuleFault::Forms => (Code::P0504, "compares versions that phones cannot compare"),
        RuleFault::Condition => (Code::P0505, "holds a condition that phones cannot evaluate"),
        RuleFault::Parentheses => (Code::P0506, "is not a trigger"),
        RuleFault::Option => (Code::P0507, "holds an option that phones do not take here"),
        RuleFault::WebOnly => (Code::P0508, "asks of tftp what only http and https can"),
        RuleFault::Url => (Code::P0509, "holds a URL that phones cannot fetch"),
        RuleFault::Assignment => (Code::P0515, "holds an assignment that phones cannot make"),
    })
}

impl TextType {
    /// The type in words.
    pub(super) fn name(self) -> &'static str {
        match self {
            TextType::String => "string",
            TextType::Host => "host name",
            TextType::Ip => "address",
            TextType::Url => "url",
            TextType::UserId => "user id",
            TextType::Login => "login name",
            TextType::PhoneNumber => "phone number",
            TextType::StarCode => "star code",
            TextType::Tone => "tone script",
            TextType::Frequency => "frequency script",
            TextType::Cadence => "cadence script",
            TextType::DialPlan => "dial plan",
            TextType::Rule => "rule",
            TextType::UpgradeRule => "upgrade rule",
            TextType::ReportRule => "report rule",
            TextType::UrlRule => "URL of a rule",
            TextType::Trigger => "trigger",
            TextType::Uns8 => "number of 8 bits",
            TextType::Secret => "secret",
            TextType::PhoneTemplate => "template of phone numbers",
            TextType::ResponseTemplate => "list of SIP responses",
            TextType::OptionList => "list of DHCP options",
            TextType::Option6List => "list of DHCPv6 options",
            TextType::DomainList => "list of domains",
            TextType::Led => "LED pattern",
            TextType::KeyList => "list of keys",
            TextType::Function => "key's function",
            TextType::Version => "firmware version",
            TextType::AliasMap => "alias map",
            TextType::Daylight => "summer time rule",
        }
    }

    /// The code of a text that is not of the type.
    fn malformed(self) -> Code {
        match self {
            TextType::Rule | TextType::UpgradeRule | TextType::ReportRule | TextType::UrlRule | TextType::Trigger => {
                Code::P0501
            }
            _ => Code::P0305,
        }
    }

    /// How it is written.
    fn form(self) -> Option<&'static str> {
        Some(match self {
            TextType::String | TextType::Secret => return None,
            TextType::Host => "a name or an address, perhaps with a port, 63 characters at most (DT §11)",
            TextType::Ip => "such as 192.168.50.1 (DT §9)",
            TextType::Url => "`scheme://server:port/path`, the scheme tftp, http or https (RS §7)",
            TextType::UserId => "the part before the `@`, as it stands in a URL, 63 characters at most (DT §12)",
            TextType::Login => "the name of an account in ASCII, 63 characters at most (DT §12)",
            TextType::PhoneNumber => "keys, or `user@host:port`, 39 characters at most (DT §13)",
            TextType::StarCode => "keys such as `*69`, 7 at most (DT §16)",
            TextType::Tone => "such as `350@-19,440@-19;10(*/0/1+2)`, 127 characters at most (DT §20)",
            TextType::Frequency => "such as `350@-19,440@-19`, 127 characters at most (DT §19)",
            TextType::Cadence => "such as `60(.3/.2,1/.2,.3/4)`, 127 characters at most (DT §18)",
            TextType::DialPlan => "such as `([2-9]xxxxxx|<9:>0xxxx.|911S0)` (DT §22)",
            TextType::Rule => "`(condition)? [options] URL | …` (RS §16)",
            TextType::UpgradeRule => "`(condition)? URL | …`, each URL with its server (RS §8)",
            TextType::ReportRule => "`[options]URL`, two at most (RS §14)",
            TextType::UrlRule => "a URL with its server, alone: no condition, assignments or options (RS §1)",
            TextType::Trigger => "comparisons joined by `and`, without parentheses (RS §4)",
            TextType::Uns8 => "0 to 255, or 0x0 to 0xff (DT §4)",
            TextType::PhoneTemplate => "such as `1408*, 1510*`, 39 characters at most (DT §14)",
            TextType::ResponseTemplate => "such as `404, 5*`, 39 characters at most (DT §15)",
            TextType::OptionList => "such as `66,160,159,150`, each 1 to 254 (DT §21)",
            TextType::Option6List => "such as `17,160,159` (DT §21)",
            TextType::DomainList => "such as `voiceip.com, voiceip1.com` (DT §21)",
            TextType::Led => "`c=color;p=pattern`, the color r, g, a or o, the pattern n or b",
            TextType::KeyList => "`name|place;name;`",
            TextType::Function => "`fnc=…;ext=…;nme=…`",
            TextType::Version => "a load's name, such as `sip88xx.11-3-1MPP-678` (RS §10)",
            TextType::Daylight => {
                "`start=month/day/weekday/time;end=…;save=hours`, such as `start=3/-1/7/2;end=10/-1/7/3;save=1`"
            }
            TextType::AliasMap => "`/path = /flat-profile/Parameter_Name ;` repeated (RS §12)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One good and one bad text of each type: the bad one's place, code and severity.
    #[test]
    fn every_type_says_where_a_text_is_wrong() {
        for (ty, good, bad, at, code) in [
            (TextType::Host, "sip.example.com:5060", "http://h", 0, Code::P0305),
            (TextType::Host, "h:5060", "h:99999", 2, Code::P0302),
            (TextType::Ip, "10.1.2.100", "192.168.1.300", 10, Code::P0302),
            (TextType::Url, "http://h/$MA.jpg", "http://h/a b", 10, Code::P0305),
            (TextType::UserId, "jsmith", "jsmith@h", 6, Code::P0305),
            (TextType::Login, "jsmith@h", "jsmïth", 3, Code::P0305),
            (TextType::PhoneNumber, "1234@10.10.10.100:5068", "020-123", 3, Code::P0305),
            (TextType::StarCode, "*69", "*12345678", 7, Code::P0307),
            (TextType::Tone, "350@-19;10(*/0/1)", "350@-19;10(*/0/2)", 15, Code::P0302),
            (TextType::Frequency, "600@-16.5", "350.5@-19", 3, Code::P0305),
            (TextType::Cadence, "60(2/4)", "60(2)", 4, Code::P0305),
            (TextType::DialPlan, "(x.)", "(9xxx|[2-9)", 6, Code::P0305),
            (TextType::Rule, "/$MA.xml", "http://h/$MA.xml x", 17, Code::P0509),
            (TextType::UpgradeRule, "http://h/a.loads", "/a.loads", 0, Code::P0509),
            (TextType::ReportRule, "[--delta]http://h/x", "/x", 0, Code::P0509),
            (TextType::UrlRule, "http://h/$MAU.lic", "/ca.pem", 0, Code::P0509),
            (TextType::UrlRule, "", "($PRVST eq 2)? http://h/x", 0, Code::P0501),
            (TextType::UrlRule, "tftp://h/$A", "[--key $SA] http://h/x", 0, Code::P0501),
            (TextType::UrlRule, "http://sudirenewal.cisco.com/", "gds://", 0, Code::P0509),
            (TextType::Trigger, "$PRVTMR gt 86400", "($PRVTMR gt 1)", 0, Code::P0506),
            (TextType::Trigger, "", "$PRVTMR gt", 10, Code::P0501),
            (TextType::Uns8, "0x68", "0x100", 0, Code::P0302),
            (TextType::PhoneTemplate, "1408*, 1510*", "1408%2", 6, Code::P0305),
            (TextType::ResponseTemplate, "404, 5*", "4040", 3, Code::P0305),
            (TextType::OptionList, "66,160", "66;160", 2, Code::P0305),
            (TextType::Option6List, "17,1000", "17,0", 3, Code::P0302),
            (TextType::DomainList, "a.com, b.com", "a.com, http://b", 7, Code::P0305),
            (TextType::Led, "c=g;p=b", "c=green", 3, Code::P0305),
            (TextType::KeyList, "hold|1;dnd;", "hold|1,dnd", 6, Code::P0305),
            (TextType::Function, "fnc=sd;ext=1", "fnc=;ext=1", 4, Code::P0305),
            (TextType::Version, "sip88xx.11-3-1MPP-678", "11.3.1", 0, Code::P0305),
            (TextType::AliasMap, "/a = /flat-profile/B;", "/a = B;", 0, Code::P0305),
            (TextType::Daylight, "start=3/-1/7/2;end=10/-1/7/3;save=1", "start=13/1/7;", 6, Code::P0302),
            (TextType::String, "any text", "line\nbreak", 4, Code::P0305),
            (TextType::Secret, "a b@c", "blank ", 5, Code::P0305),
        ] {
            assert_eq!(spelling(ty, good), Ok(good.to_owned()), "{ty:?}");
            let misfit = spelling(ty, bad).expect_err(bad);
            assert_eq!(
                (misfit.at, misfit.code, misfit.severity),
                (Some(at), code, Severity::Error),
                "{ty:?}: {misfit:?}"
            );
        }
    }

    #[test]
    fn doubts_are_warnings() {
        let doubts = doubts_of(TextType::DialPlan, "(x.|9xx)");
        assert_eq!(
            doubts.iter().map(|doubt| (doubt.at, doubt.severity)).collect::<Vec<_>>(),
            [(Some(4), Severity::Warning)]
        );
        assert_eq!(doubts_of(TextType::Function, "ext=1").len(), 1);
        assert_eq!(doubts_of(TextType::DialPlan, "(9xx|x.)"), []);
    }

    #[test]
    fn what_translated_guides_print_is_doubted() {
        let at = |ty, text| doubts_of(ty, text).first().and_then(|doubt| doubt.at);
        assert_eq!(at(TextType::String, "&PN $MAC -- Hersynchronisatie mislukt: $ERR"), Some(0));
        assert_eq!(at(TextType::String, "$PN $MAC -- Hersynchronisatie mislukt: $ERR"), Some(12));
        assert_eq!(at(TextType::Host, "sip.voorbeeld.com"), Some(4));
        assert_eq!(at(TextType::String, "a=1&PN=$PN&MAC=2 R&MAX"), None, "a form's fields");
        assert_eq!(at(TextType::Secret, "&PN"), None);
    }

    #[test]
    fn signs_of_a_printed_page_are_named() {
        for (ty, text, plain) in [
            (TextType::DialPlan, "([2–9]xx)", "`-`"),
            (TextType::Tone, "350@−19;10(*/0/1)", "`-`"),
            (TextType::Trigger, "“$A” eq \"1\"", "`\"`"),
            (TextType::Trigger, "$PRVTMR gt 1 en $UPGTMR gt 1", "`and`"),
            (TextType::Rule, "[toets $SA]http://h/x", "`--key`"),
        ] {
            let misfit = spelling(ty, text).expect_err(text);
            assert!(misfit.why.contains(plain), "{text}: {misfit:?}");
        }
    }
}
