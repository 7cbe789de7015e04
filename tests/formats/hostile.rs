//! Files that mean harm, or were damaged on the way: an error that says where, in time and memory that follow from the
//! length of what came.

use prov::phone::Schedule;
use prov::phone::profile::{AliasMap, DEEPEST, Fault, LIMIT, decode, decode_with, gunzip, gzip};
use prov::phone::script::{self, Fault as ScriptFault};
use prov::phone::seal::{
    ContentError, Digest, SaltedError, open_content, open_profile, open_salted, seal_content, seal_salted,
};

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    gzip(plain, &mut file);
    file
}

fn profile(inside: &str) -> Vec<u8> {
    format!("<flat-profile>{inside}</flat-profile>").into_bytes()
}

/// A document whose last entity would be a thousand million of its first.
fn billion_laughs() -> Vec<u8> {
    let mut text = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY lol \"lol\">\n");
    let mut before = "lol".to_owned();
    for n in 1..10 {
        text.push_str(&format!("<!ENTITY lol{n} \"{}\">\n", format!("&{before};").repeat(10)));
        before = format!("lol{n}");
    }
    text.push_str("]>\n<flat-profile><GPP_A>&lol9;</GPP_A></flat-profile>");
    text.into_bytes()
}

/// Names of all files here, the files, and what is said of them.
fn files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let xml = |text: &str| text.as_bytes().to_vec();
    let quadratic = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\">]><flat-profile><A>{}</A></flat-profile>",
        "x".repeat(100_000),
        "&a;".repeat(100_000)
    );
    let mut cut = packed(&profile("<A>1</A>"));
    cut.truncate(cut.len() / 2);
    let mut sum = packed(&profile("<A>1</A>"));
    let crc = sum.len() - 8;
    sum[crc] ^= 1;
    let mut tail = packed(&profile("<A>1</A>"));
    tail.extend_from_slice(b"no member of the file");
    let mut salted = Vec::new();
    seal_salted(b"k", Digest::Sha256, [1; 8], &profile("<A>1</A>"), &mut salted);
    vec![
        ("empty", vec![], "the file is empty"),
        ("a NUL", xml("\0"), "does not hold the character \\0 (offset 0)"),
        ("a NUL inside", profile("<A>1\x002</A>"), "does not hold the character \\0 (offset 18)"),
        ("a NUL by number", profile("<A>1&#0;2</A>"), "(offset 18)"),
        ("a control character", profile("<A>\u{1}</A>"), "(offset 17)"),
        ("not UTF-8", b"<flat-profile>\xff\xfe</flat-profile>".to_vec(), "not UTF-8 (offset 14)"),
        ("UTF-8 cut short", b"<flat-profile><A>\xc3".to_vec(), "not UTF-8 (offset 17)"),
        ("too long a form", b"<flat-profile><A>\xc0\xaf".to_vec(), "not UTF-8 (offset 17)"),
        ("a surrogate", b"<flat-profile><A>\xed\xa0\x80".to_vec(), "not UTF-8 (offset 17)"),
        ("UTF-16", b"\xff\xfe<\0f\0".to_vec(), "UTF-16"),
        ("UTF-16 the other way", b"\xfe\xff\0<\0f".to_vec(), "UTF-16"),
        (
            "Latin-1",
            b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><flat-profile><A>\xe9</A></flat-profile>".to_vec(),
            "not UTF-8 (offset 60)",
        ),
        ("zlib", b"\x78\x9c\x03\x00".to_vec(), "compressed by zlib, and phones know the gzip format only"),
        ("text", xml("hello"), "there is no <flat-profile> in the file"),
        ("a page of a web server", xml("<html><body>404</body></html>"), "there is no <flat-profile> in the file"),
        ("a page that is not closed", xml("<html><body>404<br></body></html>"), "(offset 19)"),
        ("a tag that is cut", xml("<flat-profile><A"), "(offset 14)"),
        ("a profile that is cut", xml("<flat-profile><A>1</A>"), "the file ends inside an element (offset 22)"),
        ("an attribute that is cut", xml("<flat-profile><A ua=\""), "(offset 14)"),
        ("a comment that is cut", xml("<flat-profile><!-- "), "(offset 14)"),
        ("data that is cut", profile("<A><![CDATA[x</A>"), "(offset 17)"),
        ("a name that is none", profile("< A>1</ A>"), "(offset 14)"),
        ("a billion laughs", billion_laughs(), "unknown entity `&lol9;` (offset 775)"),
        ("quadratic blowup", xml(&quadratic), "unknown entity `&a;` (offset 100046)"),
        (
            "an external entity",
            xml("<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><flat-profile><A>&f;</A></flat-profile>"),
            "unknown entity `&f;` (offset 71)",
        ),
        (
            "a parameter entity",
            xml(
                "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x\"> %p;]><flat-profile><A>&q;</A></flat-profile>",
            ),
            "unknown entity `&q;`",
        ),
        ("a DTD that is cut", xml("<!DOCTYPE x [<!ENTITY a \"b\">"), "(offset 0)"),
        ("an entity with a long name", profile(&format!("<A>&{};</A>", "x".repeat(1 << 20))), "xxxx;` (offset 17)"),
        ("deep", "<x>".repeat(1_000_000).into_bytes(), "elements lie more than 128 deep (offset 384)"),
        ("deep parameters", profile(&"<x>".repeat(1_000_000)), "elements lie more than 128 deep (offset 395)"),
        ("an attribute twice", profile("<A a=\"\" a=\"\">1</A>"), "(offset 14)"),
        ("too long", vec![b' '; LIMIT + 1], "the file is longer than 4194304 octets"),
        ("10 MB of text", vec![b'x'; 10 << 20], "the file is longer than 4194304 octets"),
        ("a bomb of 10 MB", packed(&vec![b' '; 10 << 20]), "the file is longer than 4194304 octets"),
        ("a bomb of 1 GB", packed(&vec![b' '; 1 << 20]).repeat(1 << 10), "the file is longer than 4194304 octets"),
        ("a bomb in a bomb", packed(&packed(&vec![b' '; 10 << 20])), "the file is compressed twice"),
        ("members without end", packed(b"").repeat(5_000), "the file is empty"),
        ("a member that is cut", cut, "the compressed file is damaged"),
        (
            "a wrong sum",
            sum,
            "the compressed file is damaged: corrupt gzip stream does not have a matching checksum (offset",
        ),
        (
            "something behind",
            tail,
            "the compressed file is damaged: octets follow its end that are no part of it (offset",
        ),
        ("a header alone", b"\x1f\x8b".to_vec(), "the compressed file is damaged"),
        ("a method that is none", b"\x1f\x8b\x07\0\0\0\0\0\0\0\0\0\0".to_vec(), "the compressed file is damaged"),
        (
            "a name without end",
            [&b"\x1f\x8b\x08\x08\0\0\0\0\0\0"[..], &[b'x'; 1 << 20]].concat(),
            "the compressed file is damaged",
        ),
        ("a key is needed", salted.clone(), "sealed with a key"),
        ("a key is needed, and it is packed", packed(&salted), "sealed with a key"),
    ]
}

#[test]
fn profiles_that_mean_harm_are_refused_with_the_place() {
    let alias = AliasMap::parse("/x = /flat-profile/A ;").expect("a map");
    for (name, file, said) in files() {
        let error = decode(&file).expect_err(name);
        let text = error.to_string();
        assert!(text.contains(said), "{name}: {text}");
        assert!(text.len() < 300, "{name}: {} octets are said", text.len());
        // With aliases no flat profile is needed; all else is as it was.
        match decode_with(&file, &alias) {
            Ok(read) => assert_eq!((error, read.elements.len()), (Fault::NoProfile, 0), "{name}"),
            Err(other) => assert_eq!(other, error, "{name}"),
        }
    }
}

#[test]
fn what_is_odd_and_harmless_is_read() {
    for (name, file, elements) in [
        (
            "a DTD that nobody uses",
            b"<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x\"><flat-profile><A>1</A></flat-profile>".to_vec(),
            1,
        ),
        (
            "entities that nobody uses",
            b"<!DOCTYPE x [<!ENTITY a \"b\">]><flat-profile><A>1</A></flat-profile>".to_vec(),
            1,
        ),
        (
            "as deep as may be",
            format!("{}<flat-profile/>{}", "<x>".repeat(DEEPEST - 1), "</x>".repeat(DEEPEST - 1)).into_bytes(),
            0,
        ),
        ("many elements", profile(&(0..20_000).map(|n| format!("<A{n}/>")).collect::<String>()), 20_000),
        (
            "many attributes",
            profile(&format!("<A {}>1</A>", (0..20_000).map(|n| format!("a{n}=\"\" ")).collect::<String>())),
            1,
        ),
        (
            "attributes without end",
            profile(&format!("<A {}>1</A>", (0..300_000).map(|n| format!("a{n}=\"\" ")).collect::<String>())),
            1,
        ),
        ("one element many times", profile(&"<A>1</A>".repeat(20_000)), 1),
        ("a long value", profile(&format!("<A>{}</A>", "x".repeat(LIMIT - 100))), 1),
        ("a long name", profile(&format!("<{0}>1</{0}>", "x".repeat(LIMIT / 2 - 100))), 1),
        ("many comments", profile(&"<!---->".repeat(50_000)), 0),
        ("many references", profile(&format!("<A>{}</A>", "&#65;".repeat(50_000))), 1),
        ("as long as may be", [b"<flat-profile/>".to_vec(), vec![b' '; LIMIT - 15]].concat(), 0),
    ] {
        let read = decode(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.elements.len(), elements, "{name}");
        // What is held is less than what was read.
        let held: usize = read.elements.iter().map(|element| element.name.len()).sum();
        assert!(held <= file.len(), "{name}");
        if file.len() < LIMIT / 4 {
            assert_eq!(decode(&packed(&file)), Ok(read), "{name}, packed");
        }
    }
}

/// Every way to cut a file and every octet changed: an answer each time.
#[test]
fn cut_and_changed_everywhere() {
    let plain = b"<?xml version=\"1.0\"?><!-- c --><d><flat-profile><A ua=\"rw\">a&amp;b</A><B/><![CDATA[x]]></flat-profile></d>";
    let mut salted = Vec::new();
    seal_salted(b"k", Digest::Md5, [1; 8], plain, &mut salted);
    let mut content = Vec::new();
    seal_content(b"k", [1; 16], 40, b"name", plain, &mut content).expect("seals");
    for file in [plain.to_vec(), packed(plain), salted, content] {
        for at in 0..file.len() {
            let mut changed = file.clone();
            for octet in [0, b'<', b'&', 0xff, file[at] ^ 1] {
                changed[at] = octet;
                let _ = (decode(&changed), open_profile(b"k", &changed), open_content(b"k", &changed));
            }
            let cut = &file[..at];
            assert!(decode(cut).is_err() || cut.ends_with(b"</flat-profile></d"), "{}", String::from_utf8_lossy(cut));
            assert!(open_salted(b"k", Digest::Md5, cut).is_err() && open_content(b"k", cut).is_err());
        }
    }
}

#[test]
fn sealed_files_that_mean_harm_are_refused_with_the_place() {
    let salted = |text: &[u8]| {
        let mut file = Vec::new();
        seal_salted(b"k", Digest::Sha256, [1; 8], text, &mut file);
        file
    };
    let good = salted(b"<flat-profile/>");
    for (name, file, said) in [
        ("empty", vec![], "it does not begin with `Salted__`"),
        ("a header alone", b"Salted__".to_vec(), "this has 8"),
        ("a short salt", b"Salted__1234567".to_vec(), "this has 15"),
        ("no block", b"Salted__12345678".to_vec(), "nothing follows the salt"),
        ("half a block", good[..24].to_vec(), "this has 24"),
        ("a tail", [&good[..], b"x"].concat(), "this has 33"),
        ("another text", b"hello".to_vec(), "it does not begin with `Salted__`"),
        ("no profile", salted(b"hello"), "it opens to what is no profile"),
        (
            "1 MB of nothing",
            [&b"Salted__12345678"[..], &vec![0; 1 << 20]].concat(),
            "another, or the file is changed (bad padding, offset 1048576)",
        ),
    ] {
        let error = open_profile(b"k", &file).expect_err(name);
        assert!(error.to_string().contains(said), "{name}: {error}");
    }
    assert!(matches!(open_profile(b"other", &good), Err(SaltedError::Padding { offset: 16 } | SaltedError::NoProfile)));

    let head = |record: u32, name: u8| [&[7; 16][..], &record.to_be_bytes(), &[name]].concat();
    for (name, body, error) in [
        ("empty", vec![], ContentError::Header { length: 0 }),
        ("a short salt", vec![7; 15], ContentError::Header { length: 15 }),
        ("a short record size", vec![0; 18], ContentError::Header { length: 18 }),
        ("no key name", vec![1; 20], ContentError::Header { length: 20 }),
        ("a record size of 0", head(0, 0), ContentError::RecordSize(0)),
        ("a record size of 17", [head(17, 0), vec![0; 17]].concat(), ContentError::RecordSize(17)),
        (
            "the largest record size",
            [head(u32::MAX, 0), vec![0; 17]].concat(),
            ContentError::Record { record: 0, offset: 21 },
        ),
        ("a key name beyond the end", [head(4096, 255), vec![0; 254]].concat(), ContentError::Header { length: 275 }),
        ("a key name to the end", [head(4096, 255), vec![0; 255]].concat(), ContentError::Empty),
        ("no record", head(4096, 0), ContentError::Empty),
        ("less than a tag", [head(4096, 0), vec![0; 15]].concat(), ContentError::Record { record: 0, offset: 21 }),
        ("a tag alone", [head(4096, 0), vec![0; 16]].concat(), ContentError::Record { record: 0, offset: 21 }),
        ("10 MB of nothing", [head(18, 0), vec![0; 10 << 20]].concat(), ContentError::Record { record: 0, offset: 21 }),
    ] {
        assert_eq!(open_content(b"k", &body), Err(error), "{name}");
    }
    let mut body = Vec::new();
    seal_content(b"k", [7; 16], 4096, b"", b"<flat-profile/>", &mut body).expect("seals");
    assert_eq!(open_content(b"k", &[&body[..], b"x"].concat()), Err(ContentError::Record { record: 0, offset: 21 }));
    assert_eq!(open_content(b"", &body), Err(ContentError::Record { record: 0, offset: 21 }));
    // Records of one octet each.
    let mut many = Vec::new();
    seal_content(b"k", [7; 16], 18, b"", &vec![b'x'; 2_000], &mut many).expect("seals");
    assert_eq!(open_content(b"k", &many).map(|plain| plain.len()), Ok(2_000));
}

#[test]
fn schedules_that_mean_harm_are_refused_with_the_place() {
    for (text, offset) in [
        ("", 0),
        (",", 0),
        ("1,", 2),
        ("1,,2", 2),
        ("+", 0),
        ("1+", 0),
        ("+1", 0),
        ("1+2+3", 0),
        ("1,-2", 2),
        ("1, 2", 2),
        ("4294967296", 0),
        ("1,4294967296", 2),
        ("1+4294967296", 0),
        ("1,99999999999999999999999999", 2),
        ("1,1e9", 2),
        ("1,\0", 2),
        ("1,\u{661}", 2),
        ("1,0x10", 2),
    ] {
        assert_eq!(text.parse::<Schedule>().map_err(|error| error.offset), Err(offset), "{text:?}");
    }
    let long = "1,".repeat(5 << 20);
    assert_eq!(long.parse::<Schedule>().map_err(|error| error.offset), Err(long.len()));
    let waits = &long[..99_999];
    assert_eq!(waits.parse::<Schedule>().map(|schedule| schedule.delays().len()), Ok(50_000));
    let largest: Schedule = "4294967295+4294967295".parse().expect("the largest wait");
    assert_eq!(u64::from(largest.delay(7).seconds) + u64::from(largest.delay(7).random), 2 * u64::from(u32::MAX));
}

/// Ten million signs of each small language, and as many brackets.
#[test]
fn long_texts_of_the_small_languages_are_refused_at_once() {
    type Reads = fn(&str) -> Result<(), ScriptFault>;
    let languages: [(&str, Reads, &str); 8] = [
        ("dial plan", |text| script::dial_plan::parse(text).map(|_| ()), "("),
        ("cadence", |text| script::cadence::parse(text).map(|_| ()), "60(1/1,"),
        ("tone", |text| script::tone::parse(text).map(|_| ()), "350@-19,"),
        ("frequencies", |text| script::frequency::parse(text).map(|_| ()), "1@1,"),
        ("function", |text| script::function::parse(text).map(|_| ()), "fnc=sd;"),
        ("keys", |text| script::key_list(text).map(|_| ()), "a|1;;"),
        ("host", |text| script::host(text).map(|_| ()), "a."),
        ("options", |text| script::option_list(text, 254).map(|_| ()), "66,"),
    ];
    for (name, read, unit) in languages {
        for text in [unit.repeat((10 << 20) / unit.len()), "\u{fc}".repeat(1000), "\0".repeat(1000)] {
            let fault = read(&text).expect_err(name);
            assert!(fault.at <= text.len() && fault.message.len() < 300, "{name}: {}", fault.message.len());
        }
    }
}

/// All of it once more, in a process of its own, whose memory is looked at: some times the 4 MiB of a file, and not
/// what the files say that they hold.
#[test]
fn memory_follows_from_the_length_of_what_came() {
    if std::env::var_os("PROV_TEST_HOSTILE").is_some() {
        for (_, file, _) in files() {
            let _ = decode(&file);
            let _ = gunzip(&file, LIMIT);
            let _ = open_profile(b"k", &file);
            let _ = open_content(b"k", &file);
        }
        let status = std::fs::read_to_string("/proc/self/status").expect("a status");
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).expect("the peak");
        return println!("{peak}");
    }
    let name = "formats::hostile::memory_follows_from_the_length_of_what_came";
    let child = std::process::Command::new(std::env::current_exe().expect("this"))
        .args(["--exact", name, "--nocapture"])
        .env("PROV_TEST_HOSTILE", "1")
        .output()
        .expect("runs");
    let told = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success(), "{told}{}", String::from_utf8_lossy(&child.stderr));
    let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kilobytes: usize = peak.trim().trim_end_matches(" kB").trim().parse().expect("a number");
    // The files themselves are some 40 MB of it.
    assert!(kilobytes < 160 * 1024, "{kilobytes} kB");
}
