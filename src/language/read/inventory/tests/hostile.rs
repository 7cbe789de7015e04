//! Whatever a file holds, reading ends, and ends in order.

use super::{COLUMNS, read};
use proptest::prelude::*;

/// Octets that are nearly a file of some format.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        &b"mac"[..],
        b"model",
        b"extension",
        b"role",
        b"000e08abcd01",
        b"00:0e:08:ab:cd:02",
        b"2001",
        b"desk",
        b",",
        b"\n",
        b"\r\n",
        b"\"",
        b"\"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"[[phone]]",
        b"=",
        b" ",
        b"\t",
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b"null",
        b"true",
        b"1e999",
        b"-",
        b"0x1",
        b"07:30:00",
        b"#",
        b"'",
        b"'''",
        b"\"mac\":",
        b"\"mac\":\"000e08abcd01\"",
        b"mac = \"000e08abcd01\"\n",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\xfe",
        b"\0",
        b"\xc3\xbc",
        b"\xc3",
        b"\xe2\x80\xa8",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_octets_end_the_reader(
        file in prop_oneof![nearly(), prop::collection::vec(any::<u8>(), 0..200)],
        extension in prop::sample::select(vec!["csv", "json", "jsonl", "toml"]),
    ) {
        let (phones, findings) = read(extension, COLUMNS, &file);
        // Sound rows, or findings; and every column as long as the phones are many.
        prop_assert!(!phones.macs.is_empty() || !findings.is_empty());
        for column in &phones.columns {
            prop_assert_eq!(column.cells.len(), phones.macs.len());
        }
        prop_assert_eq!((phones.rows.len(), phones.spans.len()), (phones.macs.len(), phones.macs.len()));
        prop_assert!(findings.len() < 100);
    }
}

#[test]
fn deep_nesting_ends_no_stack() {
    let deep = |open: &str, close: &str, start: &str, end: &str| {
        format!("{start}{}{}{end}", open.repeat(200_000), close.repeat(200_000))
    };
    let mac = "\"mac\": \"000e08abcd01\", \"model\": \"m\", \"extension\": \"201\"";
    for (extension, file, wanted) in [
        ("json", deep("[", "]", "[{\"x\": ", &format!(", {mac}}}]")), None),
        ("json", deep("{\"a\":", "}", "[{\"x\": ", &format!(", {mac}}}]")), Some("expected value")),
        ("json", deep("[", "]", "", ""), Some("this is no object")),
        ("json", "[".repeat(200_000), Some("EOF while parsing a list")),
        ("json", deep("[", "]", &format!("[{{{mac}, \"role\": "), "}]"), Some("an array is no cell")),
        ("jsonl", deep("[", "]", "{\"mac\": ", "}"), Some("an array is no cell")),
        ("toml", deep("[", "]", "[[phone]]\nmac = ", "\n"), Some("line 2: ")),
        ("toml", deep("{a = ", "}", "[[phone]]\nmac = ", "\n"), Some("line 2: ")),
        ("toml", format!("[[phone]]\n{} = 1", vec!["a"; 100_000].join(".")), Some("line 2: ")),
    ] {
        let (_, findings) = read(extension, COLUMNS, &file);
        let found = findings.first().map(String::as_str);
        assert!(found.is_some() == wanted.is_some(), "{extension} {found:?}");
        assert!(found.unwrap_or_default().contains(wanted.unwrap_or_default()), "{extension} {found:?}");
    }
}

#[test]
fn a_file_has_so_many_rows_and_no_more() {
    let rows = |count: u32| {
        (0..count).fold(String::from("mac,model,extension\n"), |file, row| file + &format!("000e08{row:06x},m,201\n"))
    };
    let most = 40_000;
    assert_eq!(read("csv", COLUMNS, rows(most)).1, [""; 0]);
    let (phones, findings) = read("csv", COLUMNS, rows(most + 2));
    assert_eq!(findings, ["P0309: desks.csv line 40002: a file has at most 40000 rows"]);
    assert_eq!(phones.macs.len(), 40_000);
}

#[test]
fn a_million_faults_are_twenty_and_a_count() {
    let mut file = String::from("mac,model,extension,role\n");
    for row in 0..30_000 {
        file.push_str(&format!("000e08{row:06x},m,x{row},desk\n"));
    }
    let (phones, findings) = read("csv", COLUMNS, &file);
    assert_eq!((phones.macs.len(), findings.len()), (0, 21));
    assert_eq!(findings.last().map(String::as_str), Some("P0309: desks.csv: 29980 more cells or rows do not fit"));
    // What is wrong in the same way is one finding, however many rows there are.
    let alike = (0..30_000).fold(String::from("mac,model,extension,role\n"), |file, row| {
        file + &format!("000e08{row:06x},m,{},desk\n", if row % 2 == 0 { "" } else { "x" })
    });
    let (phones, findings) = read("csv", COLUMNS, &alike);
    assert_eq!(phones.macs.len(), 0);
    assert_eq!(
        findings,
        [
            "P0309: desks.csv line 2, column 3 (extension): the cell is empty",
            "P0309: desks.csv line 3, column 3 (extension): \"x\": 3 to 5 digits are wanted",
        ]
    );
    // So are digits of one length, whichever they are.
    let short = (0..30_000).fold(String::from("mac,model,extension,role\n"), |file, row| {
        file + &format!("000e08{row:06x},m,{},desk\n", 10 + row % 90 + if row == 7 { 999_000 } else { 0 })
    });
    assert_eq!(
        read("csv", COLUMNS, &short).1,
        [
            "P0309: desks.csv line 2, column 3 (extension): \"10\": 3 to 5 digits are wanted",
            "P0309: desks.csv line 9, column 3 (extension): \"999017\": 3 to 5 digits are wanted",
        ]
    );
}
