//! Other people's gzip, OpenSSL, RFC 8188 and XML, against what we write and read.

use super::text;
use crate::support::{Project, root, tool};
use prov::phone::Access;
use prov::phone::profile::{
    FOOTER, HEADER, Value as Setting, close, decode, escape, gunzip, gzip, is_gzip, open, write_access,
};
use prov::phone::seal::{Digest, open_content, open_profile, open_salted, salted_keys, seal_content, seal_salted};
use serde_json::{Value, json};
use std::path::Path;

/// Debian's own, where the packages of `tests/run` are.
const PYTHON: &str = "/usr/bin/python3";

const PROFILE: &[u8] = b"<flat-profile><GPP_A>12345678</GPP_A></flat-profile>\n";

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("digits")).collect()
}

/// Octets that look like nothing, the same each time.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// What is sealed and packed: nothing, around a block, a profile, and more than a record.
fn plains() -> Vec<Vec<u8>> {
    let mut plains: Vec<Vec<u8>> = [0, 1, 15, 16, 17, 4078, 4079, 4080, 20_000].map(|n| noise(n, n as u64)).into();
    plains.push(PROFILE.to_vec());
    plains
}

fn write(path: &Path, octets: &[u8]) {
    std::fs::write(path, octets).expect("a file in the test's own folder");
}

const DIGESTS: [(Digest, &str); 2] = [(Digest::Md5, "md5"), (Digest::Sha256, "sha256")];

#[test]
fn openssl_opens_what_we_seal() {
    let folder = Project::new(&[]);
    let (from, to) = (folder.join("profile.cfg"), folder.join("profile.xml"));
    for (digest, name) in DIGESTS {
        for (number, plain) in plains().into_iter().enumerate() {
            for phrase in ["SecretPhrase1234", "two words & \"quotes\"", "gr\u{fc}n"] {
                let mut sealed = Vec::new();
                seal_salted(phrase.as_bytes(), digest, [number as u8; 8], &plain, &mut sealed);
                write(&from, &sealed);
                let arguments =
                    ["enc", "-d", "-aes-256-cbc", "-md", name, "-k", phrase, "-in", text(&from), "-out", text(&to)];
                tool("openssl", arguments).ok();
                assert_eq!(std::fs::read(&to).expect("what was opened"), plain, "{name}, {} octets", plain.len());
            }
        }
    }
}

#[test]
fn we_open_what_openssl_seals() {
    let folder = Project::new(&[]);
    let (from, to) = (folder.join("profile.xml"), folder.join("profile.cfg"));
    for (digest, name) in DIGESTS {
        for plain in plains() {
            for phrase in ["SecretPhrase1234", "two words & \"quotes\"", "gr\u{fc}n"] {
                write(&from, &plain);
                let arguments =
                    ["enc", "-e", "-aes-256-cbc", "-md", name, "-k", phrase, "-in", text(&from), "-out", text(&to)];
                tool("openssl", arguments).ok();
                let sealed = std::fs::read(&to).expect("what was sealed");
                assert_eq!(open_salted(phrase.as_bytes(), digest, &sealed), Ok(plain.clone()), "{name}");
                let opened = open_profile(phrase.as_bytes(), &sealed);
                assert_eq!(opened.ok(), (plain == PROFILE).then_some(plain.clone()), "by whichever digest");
                assert!(open_salted(b"another", digest, &sealed) != Ok(plain.clone()));
            }
        }
    }
    // The commands of the guide, which name no digest: the newer of the two.
    write(&from, PROFILE);
    tool("openssl", ["enc", "-e", "-aes-256-cbc", "-k", "SecretPhrase1234", "-in", text(&from), "-out", text(&to)])
        .ok();
    let sealed = std::fs::read(&to).expect("what was sealed");
    assert_eq!(open_salted(b"SecretPhrase1234", Digest::Sha256, &sealed).as_deref(), Ok(PROFILE));
    // Another derivation makes what no phone opens (WF §3).
    tool("openssl", ["enc", "-e", "-aes-256-cbc", "-pbkdf2", "-k", "k", "-in", text(&from), "-out", text(&to)]).ok();
    assert!(open_profile(b"k", &std::fs::read(&to).expect("what was sealed")).is_err());
}

#[test]
fn openssl_derives_the_same_key_and_vector() {
    for (digest, name) in DIGESTS {
        for phrase in
            ["SecretPhrase1234", "k", "a long phrase that is longer than any block of any digest, which is 64 octets"]
        {
            let salt = [0, 1, 2, 3, 4, 5, 6, 7];
            let pass = format!("pass:{phrase}");
            let arguments = ["enc", "-aes-256-cbc", "-md", name, "-pass", &pass, "-S", "0001020304050607", "-P"];
            let told = tool("openssl", arguments).ok().text().to_lowercase();
            let field = |name: &str| {
                let line = told.lines().find(|line| line.starts_with(name)).expect("a line");
                line.split('=').nth(1).expect("a value").trim().to_owned()
            };
            let (key, iv) = salted_keys(phrase.as_bytes(), digest, salt);
            assert_eq!((hex(&key), hex(&iv)), (field("key"), field("iv")), "{name}, {phrase}");
        }
    }
}

/// What the judge makes of each case; `None`: it refuses.
fn judged(cases: &[Value]) -> Vec<Option<Vec<u8>>> {
    let folder = Project::new(&[]);
    let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
    folder.write("cases", &(lines.join("\n") + "\n"));
    let script = root().join("tests/interop/rfc8188.py");
    let told = tool(PYTHON, [text(&script), text(&folder.join("cases"))]).ok().text();
    let results: Vec<_> = told.lines().map(|line| (line != "-").then(|| unhex(line))).collect();
    assert_eq!(results.len(), cases.len());
    results
}

/// Keying material, salt, record size, name.
type Sealing = (Vec<u8>, [u8; 16], u32, Vec<u8>);

fn sealings() -> Vec<Sealing> {
    let mut all = Vec::new();
    for (ikm, name) in
        [(b"0123456789abcdef".to_vec(), vec![]), (b"k".to_vec(), b"a1".to_vec()), (noise(100, 7), noise(255, 8))]
    {
        for record in [18, 25, 4096, 1 << 20] {
            all.push((ikm.clone(), std::array::from_fn(|n| (n * 7) as u8 ^ record as u8), record, name.clone()));
        }
    }
    all
}

/// What records of a size are filled with: some hundred of them at most.
fn of_size(record: u32) -> impl Iterator<Item = Vec<u8>> {
    plains().into_iter().filter(move |plain| record > 100 || plain.len() < 100)
}

#[test]
fn another_rfc_8188_opens_what_we_seal() {
    let (mut cases, mut expected) = (Vec::new(), Vec::new());
    for (ikm, salt, record, name) in sealings() {
        for plain in of_size(record) {
            let mut body = Vec::new();
            seal_content(&ikm, salt, record, &name, &plain, &mut body).expect("seals");
            cases.push(json!({"do": "open", "ikm": hex(&ikm), "body": hex(&body)}));
            expected.push(Some(plain));
        }
    }
    assert!(judged(&cases) == expected);
}

#[test]
fn we_open_what_another_rfc_8188_seals_with_padding_too() {
    let (mut cases, mut expected) = (Vec::new(), Vec::new());
    for (ikm, salt, record, name) in sealings() {
        for plain in of_size(record) {
            for pad in [0, 1, 5, 1000] {
                cases.push(json!({"do": "seal", "ikm": hex(&ikm), "salt": hex(&salt), "rs": record, "name": hex(&name), "plain": hex(&plain), "pad": pad}));
                expected.push((ikm.clone(), salt, record, name.clone(), plain.clone(), pad));
            }
        }
    }
    for (body, (ikm, salt, record, name, plain, pad)) in judged(&cases).into_iter().zip(expected) {
        let body = body.expect("a body");
        assert!(open_content(&ikm, &body).as_ref() == Ok(&plain), "{record}, {pad}, {} octets", plain.len());
        if pad == 0 {
            let mut ours = Vec::new();
            seal_content(&ikm, salt, record, &name, &plain, &mut ours).expect("seals");
            assert!(ours == body, "octet for octet: {record}, {} octets", plain.len());
        }
    }
}

#[test]
fn another_rfc_8188_refuses_what_we_refuse() {
    let mut body = Vec::new();
    seal_content(b"k", [3; 16], 30, b"id", PROFILE, &mut body).expect("seals");
    let mut bodies: Vec<Vec<u8>> = (0..=body.len()).map(|length| body[..length].to_vec()).collect();
    for at in 0..body.len() {
        let mut changed = body.clone();
        changed[at] ^= 0x10;
        bodies.push(changed);
    }
    bodies.push([&body[..], b"x"].concat());
    let cases: Vec<Value> =
        bodies.iter().map(|body| json!({"do": "open", "ikm": hex(b"k"), "body": hex(body)})).collect();
    for (theirs, body) in judged(&cases).into_iter().zip(bodies) {
        assert_eq!(open_content(b"k", &body).ok(), theirs, "{}", hex(&body));
    }
}

#[test]
fn gunzip_reads_what_we_pack() {
    let folder = Project::new(&[]);
    let file = folder.join("file.gz");
    for plain in plains() {
        let mut packed = Vec::new();
        gzip(&plain, &mut packed);
        write(&file, &packed);
        assert_eq!(tool("gzip", ["-t", text(&file)]).ok().stderr, "");
        let read = tool("gzip", ["-dc", text(&file)]).ok();
        assert_eq!((read.stdout, read.stderr), (plain, String::new()));
    }
}

#[test]
fn we_read_what_gzip_packs() {
    let folder = Project::new(&[]);
    let (file, members) = (folder.join("basic.txt"), folder.join("members.gz"));
    let mut all = (Vec::new(), Vec::new());
    for plain in plains() {
        write(&file, &plain);
        // With the file's name and time, and without, as the two commands of the guide have it.
        let shell = |command: &str| tool("sh", ["-c", command, "sh", text(&file)]).ok().stdout;
        for command in ["gzip -c \"$1\"", "gzip -9 -c \"$1\"", "gzip -1 -n -c \"$1\"", "cat \"$1\" | gzip"] {
            let packed = shell(command);
            assert!(is_gzip(&packed));
            assert_eq!(gunzip(&packed, plain.len()), Ok(plain.clone()), "{command}");
            all.0.extend_from_slice(&packed);
            all.1.extend_from_slice(&plain);
        }
    }
    // One behind the other they are one file, for both.
    write(&members, &all.0);
    assert!(tool("gzip", ["-dc", text(&members)]).ok().stdout == all.1);
    assert!(gunzip(&all.0, all.1.len()) == Ok(all.1));
}

#[test]
fn gzip_agrees_on_every_field_of_a_header() {
    let folder = Project::new(&[]);
    let file = folder.join("file.gz");
    let mut packed = Vec::new();
    gzip(PROFILE, &mut packed);
    for flags in (0..32u8).filter(|flags| flags & 2 == 0) {
        let mut with = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3];
        for (flag, field) in [(4, &b"\x05\0ab\x01\0x"[..]), (8, b"basic.txt\0"), (16, b"a comment\0")] {
            if flags & flag != 0 {
                with.extend_from_slice(field);
            }
        }
        with.extend_from_slice(&packed[10..]);
        write(&file, &with);
        assert_eq!(tool("gzip", ["-dc", text(&file)]).ok().stdout, PROFILE, "flags {flags}");
        assert_eq!(gunzip(&with, 1000).as_deref(), Ok(PROFILE), "flags {flags}");
    }
}

/// Rows of a profile: name, value and access.
fn profiles() -> Vec<Vec<(String, String, Option<Access>)>> {
    let values = [
        "12345678",
        "",
        "(S0 <:18005551212>)",
        "a & b",
        "\"quoted\" and 'single'",
        "]]>",
        "&amp;",
        "M\u{fc}ller \u{1f600}",
        "http://h/$MA.cfg?a=1&b=2",
        "a  b",
        "<flat-profile>",
        "<!-- no -->",
        "-",
    ];
    let row = |(n, value): (usize, &&str)| {
        let user = [None, Some(Access::Na), Some(Access::Ro), Some(Access::Rw)][n % 4];
        (format!("P{n}_x-y.z"), (*value).to_owned(), user)
    };
    let all: Vec<_> = values.iter().enumerate().map(row).collect();
    let mut profiles: Vec<Vec<_>> = all.iter().map(|row| vec![row.clone()]).collect();
    profiles.push(vec![]);
    profiles.push(all);
    profiles
}

#[test]
fn expat_reads_what_we_write() {
    let folder = Project::new(&[]);
    let script = root().join("tests/interop/expat.py");
    for rows in profiles() {
        let mut file = HEADER.to_vec();
        let mut expected = Vec::new();
        for (name, value, user) in &rows {
            open(&mut file, name, *user);
            escape(&mut file, value);
            close(&mut file, name);
            let attributes = user.map_or(json!({}), |user| json!({"ua": user.name()}));
            expected.push(json!([name, value, attributes]));
        }
        write_access(&mut file, "Only_Access", Some(Access::Rw));
        expected.push(json!(["Only_Access", "", {"ua": "rw"}]));
        file.extend_from_slice(FOOTER);
        write(&folder.join("file.xml"), &file);
        let read = tool(PYTHON, [text(&script), "read", text(&folder.join("file.xml"))]).ok().json();
        assert_eq!(read, Value::Array(expected), "{}", String::from_utf8_lossy(&file));
    }
}

#[test]
fn we_read_what_expat_writes() {
    let folder = Project::new(&[]);
    let script = root().join("tests/interop/expat.py");
    let lines: Vec<String> = profiles()
        .iter()
        .map(|rows| {
            let rows: Vec<Value> = rows
                .iter()
                .map(|(name, value, user)| {
                    json!([name, value, user.map_or(json!({}), |user| json!({"ua": user.name()}))])
                })
                .collect();
            Value::Array(rows).to_string()
        })
        .collect();
    folder.write("rows", &(lines.join("\n") + "\n"));
    let told = tool(PYTHON, [text(&script), "write", text(&folder.join("rows"))]).ok().text();
    let mut count = 0;
    for (line, rows) in told.lines().zip(profiles()) {
        for file in line.split(' ').map(unhex) {
            let read = decode(&file).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&file)));
            let read: Vec<_> = read.elements.into_iter().map(|one| (one.name, one.value, one.user)).collect();
            // A short form that minidom chooses keeps what the phone has (WF §1.4); all else is set.
            let short = String::from_utf8_lossy(&file).contains("/>");
            let expected: Vec<_> = rows
                .iter()
                .map(|(name, value, user)| {
                    let value = if short && value.is_empty() { Setting::Absent } else { Setting::Set(value.clone()) };
                    (name.clone(), value, *user)
                })
                .collect();
            assert_eq!(read, expected, "{}", String::from_utf8_lossy(&file));
            count += 1;
        }
    }
    assert_eq!(count, profiles().len() * 4);
}

/// What we take for well-formed, expat does; and what expat does not, we do not.
#[test]
fn expat_agrees_on_what_is_well_formed() {
    let folder = Project::new(&[]);
    let script = root().join("tests/interop/expat.py");
    let whole = |inside: &str| format!("<flat-profile>{inside}</flat-profile>");
    let texts: Vec<String> = [
        "<A>1</A>",
        "<A/>",
        "<A>1</B>",
        "<A>",
        "</A>",
        "<A>&amp;</A>",
        "<A>&x;</A>",
        "<A>&</A>",
        "<A>&#65;&#x41;</A>",
        "<A>&#0;</A>",
        "<A>&#x110000;</A>",
        "<A>&#xd800;</A>",
        "<A>\u{1}</A>",
        "<A>\u{fffe}</A>",
        "<A ua=\"rw\">1</A>",
        "<A ua='rw'>1</A>",
        "<A ua=rw>1</A>",
        "<A ua=\"rw\" ua=\"ro\">1</A>",
        "<A ua>1</A>",
        "<A><![CDATA[<]]></A>",
        "<A><![CDATA[</A>",
        "<A><!-- c --></A>",
        "<A><!-- </A>",
        "< A>1</A>",
        "<A >1</A >",
        "<A\n>1</A\n>",
        "<?pi x?><A>1</A>",
        "text",
        "<A>\u{85}\u{a0}\u{2028}</A>",
    ]
    .map(whole)
    .into();
    for (number, file) in texts.iter().enumerate() {
        folder.write(&format!("{number:03}"), file);
    }
    let files: Vec<String> = (0..texts.len()).map(|n| text(&folder.join(&format!("{n:03}"))).to_owned()).collect();
    let arguments: Vec<&str> = [text(&script), "read"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let told = tool(PYTHON, arguments).ok().text();
    assert_eq!(told.lines().count(), texts.len());
    for (file, theirs) in texts.iter().zip(told.lines()) {
        assert_eq!(decode(file.as_bytes()).is_ok(), theirs != "null", "{file}");
    }
}
