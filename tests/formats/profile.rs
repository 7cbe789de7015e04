//! WF §1 and §2: flat profiles, and gzip.

use prov::phone::Access;
use prov::phone::profile::{
    Element, Fault, GunzipError, HEADER, Value, close, decode, escape, gunzip, gzip, is_gzip, open, write_access,
};
use prov::platform::Catalogue;

type Row = (String, Option<String>, Option<Access>);

fn rows(file: &str) -> Result<Vec<Row>, Fault> {
    let one = |element: Element| match element.value {
        Value::Set(value) => (element.name, Some(value), element.user),
        Value::Keep | Value::Absent => (element.name, None, element.user),
    };
    decode(file.as_bytes()).map(|profile| profile.elements.into_iter().map(one).collect())
}

fn set(name: &str, value: &str) -> Row {
    (name.into(), Some(value.into()), None)
}

/// The one element of a profile that holds this text.
#[track_caller]
fn one(inside: &str) -> Row {
    let mut rows = rows(&format!("<flat-profile>{inside}</flat-profile>")).expect("a profile");
    assert_eq!(rows.len(), 1, "{inside}");
    rows.remove(0)
}

/// What the element's value becomes; `None`: it is kept.
#[track_caller]
fn value(inside: &str) -> Option<String> {
    one(inside).1
}

#[track_caller]
fn broken(file: &str, offset: usize) {
    match decode(file.as_bytes()) {
        Err(Fault::Xml { offset: at, .. }) => assert_eq!(at, offset, "{file}"),
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn wf_1_1_parameters_are_child_elements_of_flat_profile() {
    let minimal = "<flat-profile><GPP_A>12345678</GPP_A></flat-profile>";
    assert_eq!(rows(minimal), Ok(vec![set("GPP_A", "12345678")]));
    let sample = "<flat-profile>\n<Resync_On_Reset>Yes</Resync_On_Reset>\n<Resync_Periodic>7200</Resync_Periodic>\n\
        <Profile_Rule>tftp://prov.telco.com:6900/cisco/config/CP_xxxx_MPP.cfg</Profile_Rule>\n</flat-profile>\n";
    assert_eq!(
        rows(sample),
        Ok(vec![
            set("Resync_On_Reset", "Yes"),
            set("Resync_Periodic", "7200"),
            set("Profile_Rule", "tftp://prov.telco.com:6900/cisco/config/CP_xxxx_MPP.cfg"),
        ])
    );
    // A grandchild is no parameter, and none lies outside.
    assert_eq!(rows("<flat-profile><A>1<B>2</B></A></flat-profile>"), Ok(vec![set("A", "1")]));
    assert_eq!(rows("<x><A>1</A><flat-profile><B>2</B></flat-profile><C>3</C></x>"), Ok(vec![set("B", "2")]));
    assert_eq!(rows("<x><A>1</A></x>"), Err(Fault::NoProfile));
    assert_eq!(rows("<flat-profile></flat-profile>"), Ok(vec![]));
}

#[test]
fn wf_1_1_anything_may_wrap_and_what_is_unknown_is_ignored() {
    for (before, after) in [
        ("<device>", "</device>"),
        ("<a><b c=\"d\"><device>", "</device></b></a>"),
        ("<device><x>1</x><y/>text", "<z><flat></flat></z></device>"),
    ] {
        let file = format!("{before}<flat-profile g=\"1\"><A h=\"2\" i=\"\">1</A></flat-profile>{after}");
        assert_eq!(rows(&file), Ok(vec![set("A", "1")]), "{file}");
    }
    // The reader does not know which parameters there are: names that no phone has are kept like others.
    assert_eq!(rows("<flat-profile><No_Such>1</No_Such></flat-profile>"), Ok(vec![set("No_Such", "1")]));
}

#[test]
fn wf_1_1_a_header_and_comments_are_allowed() {
    for header in [
        "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n",
        "<?xml version='1.0' encoding='us-ascii'?>",
        "<?xml-stylesheet href=\"x\"?><!-- c -->",
    ] {
        assert_eq!(
            rows(&format!("{header}<flat-profile><A>1</A></flat-profile>")),
            Ok(vec![set("A", "1")]),
            "{header}"
        );
    }
    let file = "<!-- <flat-profile><A>0</A> --><flat-profile><!-- <A>2</A> --><A>1<!-- 2 --></A></flat-profile><!---->";
    assert_eq!(rows(file), Ok(vec![set("A", "1")]));
    broken("<flat-profile><!-- <A>1</A></flat-profile>", 14);
}

#[test]
fn wf_1_1_every_tag_is_closed_or_of_the_empty_form() {
    broken("<flat-profile><A>1</flat-profile>", 18);
    broken("<flat-profile><A>1</A>", 22);
    broken("<flat-profile><A>1</B></flat-profile>", 18);
    broken("<flat-profile></A></flat-profile>", 14);
    broken("<flat-profile><A", 14);
    broken("<flat-profile></flat-profile></device>", 29);
    assert_eq!(rows("<flat-profile><A/><B /></flat-profile>").map(|rows| rows.len()), Ok(2));
}

#[test]
fn wf_1_1_tags_are_case_sensitive() {
    let file = "<flat-profile><gpp_a>1</gpp_a><GPP_A>2</GPP_A></flat-profile>";
    assert_eq!(rows(file), Ok(vec![set("gpp_a", "1"), set("GPP_A", "2")]));
    broken("<flat-profile><A>1</a></flat-profile>", 18);
    assert_eq!(rows("<Flat-Profile><A>1</A></Flat-Profile>"), Err(Fault::NoProfile));
}

#[test]
fn wf_1_1_slashes_are_no_comment() {
    let file = "// one\n<flat-profile>\n// <A>1</A>\n<B>// 2</B>\n</flat-profile>\n// end";
    assert_eq!(rows(file), Ok(vec![set("A", "1"), set("B", "// 2")]));
}

/// PB §9, which WF §1 leans on.
#[test]
fn wf_1_1_of_two_alike_the_last_wins() {
    let file = "<flat-profile><A ua=\"ro\">1</A><B>x</B><A>2</A><A ua=\"rw\"/></flat-profile>";
    assert_eq!(rows(file), Ok(vec![("A".into(), Some("2".into()), Some(Access::Rw)), set("B", "x")]));
    // Two profiles in one file are read as one.
    let file = "<d><flat-profile><A>1</A></flat-profile><flat-profile><A>2</A></flat-profile></d>";
    assert_eq!(rows(file), Ok(vec![set("A", "2")]));
}

#[test]
fn wf_1_2_element_names_follow_from_the_fields() {
    // As a program writes them, with the line in brackets. Where the prose of the guides and what phones export spell a name
    // differently (`periodic_upload_to_server`, `ice_stun_enable`), the catalogue has the export's.
    for (written, element) in [
        ("Resync_On_Reset", "Resync_On_Reset"),
        ("Resync_At__HHmm_", "Resync_At__HHmm_"),
        ("Dial_Plan[1]", "Dial_Plan_1_"),
        ("User_ID[1]", "User_ID_1_"),
        ("Privacy_Header[2]", "Privacy_Header_2_"),
        ("SIP_TOS_DiffServ_Value[1]", "SIP_TOS_DiffServ_Value_1_"),
        ("GPP_A", "GPP_A"),
        // Not derivable.
        ("Trans_Auth_Rule", "Trans_Auth_Rule"),
        ("Trans_Auth_Type", "Trans_Auth_Type"),
        ("Webex_Onboard_Enable", "Webex_Onboard_Enable"),
        ("LDAP_StartTLS_Enable", "LDAP_StartTLS_Enable"),
        ("Use_Auto_Discovery__WPAD_", "Use_Auto_Discovery__WPAD_"),
        ("Proxy_Username", "Proxy_Username"),
        ("Proxy_Password", "Proxy_Password"),
        ("Phone-UI-User-Mode", "Phone-UI-User-Mode"),
        ("Speed_Dial[2]_Name", "Speed_Dial_2_Name"),
        ("Periodic_Upload_To_Server", "Periodic_Upload_To_Server"),
        ("ICE_STUN_Enable", "ICE_STUN_Enable"),
    ] {
        let catalogue = Catalogue::cisco_mpp();
        assert_eq!(catalogue.written(element).as_deref(), Some(written), "{element}");
        assert!(catalogue.family_named(written).is_some(), "{written}");
    }
}

#[test]
fn wf_1_3_ua() {
    for (attribute, user) in [
        (" ua=\"na\"", Some(Access::Na)),
        (" ua=\"ro\"", Some(Access::Ro)),
        (" ua=\"rw\"", Some(Access::Rw)),
        (" ua = \"rw\"", Some(Access::Rw)),
        ("\n  um=\"y\"\tua=\"rw\"", Some(Access::Rw)),
        // Absent, or no word of the three: access unchanged.
        ("", None),
        (" um=\"y\"", None),
        (" ua=\"\"", None),
        (" ua=\"no\"", None),
        (" ua=\"RW\"", None),
        (" ua=\"y\"", None),
        (" UA=\"rw\"", None),
        (" x:ua=\"rw\"", None),
        // It must be in double quotes.
        (" ua='rw'", None),
        (" um='y' ua='rw'", None),
    ] {
        assert_eq!(one(&format!("<A{attribute}>1</A>")), ("A".into(), Some("1".into()), user), "{attribute}");
        assert_eq!(one(&format!("<A{attribute}/>")), ("A".into(), None, user), "{attribute}");
    }
    broken("<flat-profile><A ua=rw>1</A></flat-profile>", 14);
    broken("<flat-profile><A ua=\"rw\" ua=\"na\">1</A></flat-profile>", 14);
}

#[test]
fn wf_1_3_preserve_value_updates_access_and_keeps_the_value() {
    assert_eq!(one("<A ua=\"ro\" preserve-value=\"y\">1</A>"), ("A".into(), None, Some(Access::Ro)));
    assert_eq!(one("<A preserve-value=\"y\" ua=\"ro\"/>"), ("A".into(), None, Some(Access::Ro)));
    assert_eq!(value("<A preserve-value=\"n\">1</A>").as_deref(), Some("1"));
    // That is said, and an empty element only hints at it: where texts contradict each other, the two are told apart.
    let form = |inside: &str| {
        let file = format!("<flat-profile>{inside}</flat-profile>");
        decode(file.as_bytes()).expect("a profile").elements.remove(0).value
    };
    assert_eq!(form("<A ua=\"ro\" preserve-value=\"y\">1</A>"), Value::Keep);
    assert_eq!(form("<A ua=\"ro\" preserve-value=\"y\"/>"), Value::Keep);
    assert_eq!((form("<A ua=\"ro\"/>"), form("<A/>")), (Value::Absent, Value::Absent));
    // A value set before it in the file stands.
    let file = "<flat-profile><A>1</A><A ua=\"ro\" preserve-value=\"y\">2</A></flat-profile>";
    assert_eq!(rows(file), Ok(vec![("A".into(), Some("1".into()), Some(Access::Ro))]));
}

/// The stance of WF §1.4, since the texts contradict each other (C-15).
#[test]
fn wf_1_4_empty_values() {
    for (inside, expected) in [
        ("<X/>", None),
        ("<X />", None),
        ("<X ua=\"rw\"/>", None),
        ("<X></X>", Some("")),
        ("<X> </X>", Some("")),
        ("<X>\n\t\r\n</X>", Some("")),
        ("<X ua=\"na\"></X>", Some("")),
        ("<X><!-- c --></X>", Some("")),
        ("<X>\"\"</X>", Some("\"\"")),
    ] {
        assert_eq!(value(inside).as_deref(), expected, "{inside}");
    }
    // Absent: nothing is said of it.
    assert_eq!(rows("<flat-profile><Y>1</Y></flat-profile>"), Ok(vec![set("Y", "1")]));
}

#[test]
fn wf_1_5_outer_white_space_goes_and_newlines_become_blanks() {
    for (inside, expected) in [
        (" 12345678 ", "12345678"),
        ("\t\r\n 1\n\n", "1"),
        ("a\nb", "a b"),
        ("a\r\nb", "a b"),
        ("a\rb", "a b"),
        ("a\n\nb", "a  b"),
        ("a \n b", "a   b"),
        ("a\tb", "a\tb"),
        ("a  b", "a  b"),
        // By number too: undocumented, and nothing is told of another reading.
        ("&#32;a&#10;b&#x20;", "a b"),
        // Only XML's white space is white.
        ("\u{a0}a", "\u{a0}a"),
    ] {
        assert_eq!(value(&format!("<X>{inside}</X>")).as_deref(), Some(expected), "{inside:?}");
    }
}

#[test]
fn wf_1_5_escapes() {
    for (inside, expected) in [
        ("&amp;&lt;&gt;&apos;&quot;", "&<>'\""),
        ("&#40;&#x2e;&#x2E;", "(.."),
        ("(S0 &lt;:18005551212&gt;)", "(S0 <:18005551212>)"),
        ("&amp;lt;", "&lt;"),
        ("a&amp;b", "a&b"),
        ("a>b'c\"d", "a>b'c\"d"),
        ("&#252;&#x1F600;", "ü😀"),
        ("<![CDATA[<&amp;>]]>", "<&amp;>"),
    ] {
        assert_eq!(value(&format!("<X>{inside}</X>")).as_deref(), Some(expected), "{inside}");
    }
    for bad in ["AT&T", "&", "&;", "&nbsp;", "&AMP;", "&#;", "&#x;", "&#xg;", "&#-1;", "&#0;", "&#xD800;", "&#x110000;"]
    {
        broken(&format!("<flat-profile><X>{bad}</X></flat-profile>"), 17 + bad.find('&').expect("one"));
    }
    assert!(decode(b"<flat-profile><X>a<b</X></flat-profile>").is_err());
}

#[test]
fn wf_1_6_utf_8_and_nothing_else() {
    assert_eq!(value("<X>M\u{fc}ller</X>").as_deref(), Some("Müller"));
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><flat-profile><X>M\xfcller</X></flat-profile>";
    assert_eq!(decode(latin), Err(Fault::Encoding(61)));
    // The header is ignored, whatever it says.
    let named = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><flat-profile><X>Müller</X></flat-profile>";
    assert_eq!(rows(named), Ok(vec![set("X", "Müller")]));
    let wide = |mark: &[u8], pair: fn(u16) -> [u8; 2]| {
        let text = "<flat-profile><X>1</X></flat-profile>".encode_utf16().flat_map(pair);
        decode(&mark.iter().copied().chain(text).collect::<Vec<u8>>())
    };
    assert_eq!(wide(b"\xff\xfe", u16::to_le_bytes), Err(Fault::Utf16));
    assert_eq!(wide(b"\xfe\xff", u16::to_be_bytes), Err(Fault::Utf16));
    assert!(matches!(wide(b"", u16::to_le_bytes), Err(Fault::Xml { offset: 1, .. })));
    assert!(matches!(wide(b"", u16::to_be_bytes), Err(Fault::Xml { offset: 0, .. })));
    // A byte-order mark is undocumented; it is passed by, and places count it.
    assert_eq!(rows("\u{feff}<flat-profile><X>1</X></flat-profile>"), Ok(vec![set("X", "1")]));
    broken("\u{feff}<flat-profile><X>&x;</X></flat-profile>", 20);
}

#[test]
fn wf_1_6_what_is_written_is_ascii_and_without_a_mark() {
    let mut file = HEADER.to_vec();
    for (name, text) in [("A", "M\u{fc}ller & <S\u{f6}hne>"), ("B", "😀\u{a0}\"'"), ("C", "")] {
        open(&mut file, name, None);
        escape(&mut file, text);
        close(&mut file, name);
    }
    assert!(file.is_ascii() && file.starts_with(b"<flat-profile>"));
    let text = String::from_utf8_lossy(&file).into_owned();
    assert!(text.contains("<A>M&#252;ller &amp; &lt;S&#246;hne&gt;</A>"), "{text}");
    assert!(text.contains("<B>&#128512;&#160;&quot;&apos;</B>"), "{text}");
}

/// One function for each form, since the forms do not mean the same (WF §1.4).
#[test]
fn wf_1_4_the_writer_is_exact_about_form() {
    let written = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut file = Vec::new();
        write(&mut file);
        String::from_utf8(file).expect("ASCII")
    };
    for (user, attribute) in [
        (None, ""),
        (Some(Access::Na), " ua=\"na\""),
        (Some(Access::Ro), " ua=\"ro\""),
        (Some(Access::Rw), " ua=\"rw\""),
    ] {
        assert_eq!(written(&|file| write_access(file, "X", user)), format!("  <X{attribute}/>\n"));
        let cleared = written(&|file| {
            open(file, "X", user);
            close(file, "X");
        });
        assert_eq!(cleared, format!("  <X{attribute}></X>\n"));
    }
}

#[test]
fn wf_2_gzip_is_known_by_its_header_and_by_nothing_else() {
    let plain = b"<flat-profile><GPP_A>12345678</GPP_A></flat-profile>\n";
    let mut packed = Vec::new();
    gzip(plain, &mut packed);
    assert!(is_gzip(&packed) && packed.starts_with(&[0x1f, 0x8b, 8]) && !is_gzip(plain));
    assert_eq!(decode(&packed), decode(plain));
    // Raw deflate, and zlib, which begins with 78.
    let deflated = packed[10..packed.len() - 8].to_vec();
    let mut zlib = vec![0x78, 0x9c];
    zlib.extend_from_slice(&deflated);
    for other in [deflated, zlib] {
        assert!(decode(&other).is_err());
        assert!(matches!(gunzip(&other, 1000), Err(GunzipError::Damaged { offset: _, .. })));
    }
}

#[test]
fn wf_2_every_field_of_the_header_may_be_there() {
    let plain = b"<flat-profile><GPP_A>1</GPP_A></flat-profile>";
    let mut packed = Vec::new();
    gzip(plain, &mut packed);
    let body = packed.split_off(10);
    let extra: &[u8] = &[4, 0, b'a', b'b', 0, 0];
    // FTEXT 1, FHCRC 2, FEXTRA 4, FNAME 8, FCOMMENT 16 (RFC 1952 §2.3.1).
    for flags in (0..32u8).filter(|flags| flags & 2 == 0) {
        let mut file = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 2, 3];
        for (flag, field) in [(4, extra), (8, b"basic.txt\0"), (16, b"a comment\0")] {
            if flags & flag != 0 {
                file.extend_from_slice(field);
            }
        }
        file.extend_from_slice(&body);
        assert_eq!(decode(&file), decode(plain), "flags {flags}");
    }
}

#[test]
fn wf_2_members_are_read_one_after_the_other() {
    let plain = b"<flat-profile><GPP_A>1</GPP_A></flat-profile>";
    let mut packed = Vec::new();
    gzip(&plain[..20], &mut packed);
    gzip(b"", &mut packed);
    gzip(&plain[20..], &mut packed);
    assert_eq!(decode(&packed), decode(plain));
}

#[test]
fn wf_2_compress_and_then_encrypt() {
    use prov::phone::seal::{Digest, open_profile, seal_salted};
    let plain = b"<flat-profile><GPP_A>1</GPP_A></flat-profile>";
    let (mut packed, mut right) = (Vec::new(), Vec::new());
    gzip(plain, &mut packed);
    seal_salted(b"k", Digest::Sha256, [1; 8], &packed, &mut right);
    assert_eq!(open_profile(b"k", &right).map(|opened| decode(&opened)), Ok(decode(plain)));
    // The reverse fails, and says what it found.
    let (mut sealed, mut wrong) = (Vec::new(), Vec::new());
    seal_salted(b"k", Digest::Sha256, [1; 8], plain, &mut sealed);
    gzip(&sealed, &mut wrong);
    assert!(open_profile(b"k", &wrong).is_err());
    assert_eq!(decode(&wrong), Err(Fault::Sealed));
    let mut twice = Vec::new();
    gzip(&packed, &mut twice);
    assert_eq!(decode(&twice), Err(Fault::PackedTwice));
}
