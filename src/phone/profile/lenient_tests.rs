use super::*;

fn read(text: &[u8]) -> (Vec<(String, String)>, Vec<String>) {
    let salvaged = salvage(text).unwrap_or_default();
    let shown = |element: Element| match element.value {
        Value::Set(value) => (element.name, value),
        other => (element.name, format!("{other:?}")),
    };
    let mended = salvaged.mended.iter().map(|one| format!("{}: {}", one.line, one.about)).collect();
    (salvaged.profile.elements.into_iter().map(shown).collect(), mended)
}

#[test]
fn what_phones_read_is_read_as_they_do() {
    for text in [
        "<flat-profile><A>1 &amp; 2</A><B ua=\"rw\"/><A>3</A></flat-profile>",
        "\u{feff}<?xml version=\"1.0\"?><device><flat-profile>\n<A>\n1\n</A></flat-profile></device>",
    ] {
        let (strict, salvaged) = (super::super::decode(text.as_bytes()), salvage(text.as_bytes()));
        assert_eq!(
            salvaged.map(|one| (one.profile, one.mended)),
            strict.map(|profile| (profile, Vec::new())),
            "{text}"
        );
    }
}

#[test]
fn each_damage_is_told_and_mended() {
    for (text, elements, damage) in [
        ("<flat-profile>\n<A>a & b</A></flat-profile>", [("A", "a & b")].as_slice(), "2: `&` begins"),
        ("<flat-profile><A>&nbsp;x</A></flat-profile>", &[("A", "&nbsp;x")], "1: `&` begins"),
        ("<flat-profile><A>(S0 <:1800>)</A></flat-profile>", &[("A", "(S0 <:1800>)")], "1: `<` in the value of `A`"),
        ("<flat-profile><A>1\n<B>2</B></flat-profile>", &[("A", "1"), ("B", "2")], "1: nothing closes `<A>`"),
        ("<flat-profile><A>1</a><B>2</B></flat-profile>", &[("A", "1"), ("B", "2")], "1: `<A>` is closed by `</a>`"),
        ("<flat-profile><A>1</A></B></flat-profile>", &[("A", "1")], "1: `</B>` closes nothing"),
        ("<flat-profile><A>1</A>", &[("A", "1")], "1: nothing closes `<flat-profile>`"),
        ("<A>1</A>\n<B>2</B>", &[("A", "1"), ("B", "2")], "1: no `<flat-profile>`"),
        ("<flat-profile><A>1</A><!-- x\n<B>2</B></flat-profile>", &[("A", "1")], "1: a tag or a comment"),
        ("<flat-profile><A>1</A><B\n<C>2</C></flat-profile>", &[("A", "1"), ("C", "2")], "1: a tag or a comment"),
        ("<flat-profile><A>a\u{1}b</A></flat-profile>", &[("A", "ab")], "1: the sign \\u{1}"),
        ("<flat-profile\n<A>1</A></flat-profile>", &[("A", "1")], "1: a tag or a comment"),
        ("<flat-profile><A>1</flat-profile>", &[("A", "1")], "1: nothing closes `<A>`"),
        ("<x><A>no</A></x><flat-profile><B>1&2</B></flat-profile>", &[("B", "1&2")], "1: `&` begins"),
    ] {
        let (found, mended) = read(text.as_bytes());
        let wanted: Vec<(String, String)> = elements.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(found, wanted, "{text}: {mended:?}");
        assert!(mended.iter().any(|one| one.starts_with(damage)), "{text}: {mended:?}");
    }
}

#[test]
fn other_encodings_are_read_and_told() {
    let windows = b"<flat-profile><A>M\xfcller \x96 \x80</A></flat-profile>";
    assert_eq!(read(windows).0, [("A".to_owned(), "Müller – €".to_owned())]);
    assert!(read(windows).1[0].contains("Windows-1252"));
    let text = "<flat-profile><A>ü</A></flat-profile>";
    let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for octets in [little, big] {
        assert_eq!(read(&octets).0, [("A".to_owned(), "ü".to_owned())]);
        assert!(read(&octets).1[0].contains("UTF-16"));
    }
}

#[test]
fn what_holds_no_parameter_is_none() {
    for octets in
        [b"".as_slice(), b"hello", b"\xff\xd8\xff\xe0 a picture < x", b"Salted__12345678", b"<html", b"<flat-profile>"]
    {
        assert!(salvage(octets).is_err(), "{}", String::from_utf8_lossy(octets));
    }
}

#[test]
fn nothing_makes_it_slow() {
    for piece in ["<A>", "<A>1", "</A>", "<", "<!", "<A x=\"", "<A b='>", "&"] {
        let text = format!("<flat-profile><Z>1</Z>{}", piece.repeat((1 << 20) / piece.len()));
        let _ = salvage(text.as_bytes());
    }
}

proptest::proptest! {
    /// Whatever stands there: it ends, and what a reader of XML takes has the same elements.
    #[test]
    fn any_octets_are_survived(octets in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let _ = salvage(&octets);
    }

    #[test]
    fn any_heap_of_tags_is_survived(text in "(<flat-profile>)?(</?[AB]/?>|<A|<!--|-->|x|&amp;|&|<|>| ua=\"rw\"|\"|ü){0,40}") {
        let _ = salvage(text.as_bytes());
    }

    /// One octet lost from a sound file: every parameter but those beside it is still found.
    #[test]
    fn a_lost_octet_costs_little(lost in 0usize..400) {
        let whole: String = (0..20).map(|number| format!("<P{number}_>v{number}</P{number}_>\n")).collect();
        let mut octets = format!("<flat-profile>\n{whole}</flat-profile>").into_bytes();
        if lost < octets.len() {
            octets.remove(lost);
        }
        let found = salvage(&octets).map_or(0, |one| one.profile.elements.len());
        proptest::prop_assert!(found >= 18, "{found} of 20");
    }
}
