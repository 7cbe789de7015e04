//! Reading profiles, form by form.

use super::super::{FOOTER, HEADER, close, escape, gzip, open, write_access};
use super::*;

type Row = (String, Option<String>, Option<Access>);

fn values(text: &str) -> Result<Vec<Row>, Fault> {
    let one = |element: Element| {
        let value = match element.value {
            Value::Set(value) => Some(value),
            Value::Keep | Value::Absent => None,
        };
        (element.name, value, element.user)
    };
    decode(text.as_bytes()).map(|profile| profile.elements.into_iter().map(one).collect())
}

fn only(text: &str) -> Option<String> {
    values(&format!("<flat-profile>{text}</flat-profile>")).ok()?.into_iter().next()?.1
}

#[test]
fn values_are_read_as_the_reference_says() {
    for (text, value) in [
        ("<GPP_A> 12345678 </GPP_A>", Some("12345678")),
        ("<X>\n  a\n  b\r\nc\n</X>", Some("a   b c")),
        ("<X>(S0 &lt;:18005551212&gt;)</X>", Some("(S0 <:18005551212>)")),
        ("<X>&#40;&#x2e;&#x2E;&quot;&apos;&amp;amp;</X>", Some("(..\"'&amp;")),
        ("<X><![CDATA[a<b]]></X>", Some("a<b")),
        ("<X>a<!-- no -->b</X>", Some("ab")),
        ("<X>a<unknown>n</unknown>b</X>", Some("ab")),
        ("<X></X>", Some("")),
        ("<X> </X>", Some("")),
        ("<X>\"\"</X>", Some("\"\"")),
        ("<X/>", None),
        ("<X preserve-value=\"y\">new</X>", None),
    ] {
        assert_eq!(only(text).as_deref(), value, "{text}");
    }
}

#[test]
fn wrappers_case_and_repeats() {
    let text = "<?xml version=\"1.0\"?><!-- c --><device><other>x</other><flat-profile>\
        <A ua=\"ro\">1</A><a>2</a><A>3</A><B ua=\"rw\"/><C ua=\"no\" um=\"y\">4</C></flat-profile><D>5</D></device>";
    let expected = [
        ("A", Some("3"), Some(Access::Ro)),
        ("a", Some("2"), None),
        ("B", None, Some(Access::Rw)),
        ("C", Some("4"), None),
    ];
    let expected = expected.map(|(name, value, user)| (name.to_owned(), value.map(str::to_owned), user));
    assert_eq!(values(text), Ok(expected.to_vec()));
    assert_eq!(values("<flat-profile/>"), Ok(vec![]));
}

#[test]
fn what_is_not_well_formed_is_corrupt() {
    for (text, offset) in [
        ("<flat-profile><A>1</B></flat-profile>", 18),
        ("<flat-profile><A>1</A>", 22),
        ("<flat-profile><A>&bomb;</A></flat-profile>", 17),
        ("<flat-profile><A>&#x110000;</A></flat-profile>", 17),
        ("<flat-profile><A>&#20;</A></flat-profile>", 17),
        ("<flat-profile><A>a\u{14}</A></flat-profile>", 18),
        ("<flat-profile><A>a\0</A></flat-profile>", 18),
    ] {
        assert!(
            matches!(values(text), Err(Fault::Xml { offset: at, .. }) if at == offset),
            "{text}: {:?}",
            values(text)
        );
    }
    for (tag, words) in [
        ("Trans Auth Rule", "no blank stands in a name: `<Trans Auth Rule>` is `<Trans_Auth_Rule>`"),
        ("A ua=rw", "`<A>`: attribute value must be enclosed"),
        ("A ua=\"rw\" ua=\"ro\"", "`<A>`: duplicated attribute"),
    ] {
        let fault = values(&format!("<flat-profile><{tag}>1</{tag}></flat-profile>"));
        assert!(
            matches!(&fault, Err(Fault::Xml { offset: 14, message }) if message.starts_with(words)),
            "{tag}: {fault:?}"
        );
    }
    assert_eq!(values(""), Err(Fault::Empty));
    assert_eq!(values("hello"), Err(Fault::NoProfile));
    assert_eq!(decode(b"<flat-profile>\xff"), Err(Fault::Encoding(14)));
    assert_eq!(decode(b"Salted__12345678"), Err(Fault::Sealed));
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><flat-profile><A>&b;</A></flat-profile>";
    assert!(matches!(values(bomb), Err(Fault::Xml { .. })));
}

#[test]
fn depth_and_size_have_an_end() {
    assert_eq!(values(&format!("{}<flat-profile/>{}", "<x>".repeat(127), "</x>".repeat(127))), Ok(vec![]));
    assert!(matches!(values(&"<x>".repeat(1 << 20)), Err(Fault::Xml { offset: 384, .. })));
    let mut packed = Vec::new();
    gzip(&vec![b' '; LIMIT + 1], &mut packed);
    assert_eq!(decode(&packed), Err(Fault::TooLarge));
}

proptest::proptest! {
    #[test]
    fn what_is_written_reads_back(
        settings in proptest::collection::btree_map(
            "[A-Za-z][A-Za-z0-9_.-]{0,12}",
            (proptest::option::of("([!-~]([ -~]{0,20}[!-~])?)?"), 0usize..4),
            0..8,
        ),
        packed: bool,
    ) {
        let mut bytes = HEADER.to_vec();
        let mut expected = Profile::default();
        for (name, (value, user)) in settings {
            let user = Access::ALL.get(user).copied();
            match &value {
                Some(value) => {
                    open(&mut bytes, &name, user);
                    escape(&mut bytes, value);
                    close(&mut bytes, &name);
                }
                None => write_access(&mut bytes, &name, user),
            }
            expected.elements.push(Element { name, value: value.map_or(Value::Absent, Value::Set), user });
        }
        bytes.extend_from_slice(FOOTER);
        if packed {
            let plain = std::mem::take(&mut bytes);
            gzip(&plain, &mut bytes);
        }
        proptest::prop_assert_eq!(decode(&bytes), Ok(expected));
    }

    #[test]
    fn any_octets_are_answered(octets: Vec<u8>, text in "(<|>|/|flat-profile|&|;|x|=|\"| |!--|\\[CDATA\\[|#){0,60}") {
        let _ = decode(&octets);
        let _ = decode(text.as_bytes());
    }
}
