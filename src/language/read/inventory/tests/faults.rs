//! What is wrong with a file, in the words its owner reads.

use super::{COLUMNS, findings, read};

const HEADER: &str = "mac,model,extension,role\n";
const ROW: &str = "000e08abcd01,m,201,lab\n";

fn found(extension: &str, file: impl AsRef<[u8]>) -> Vec<String> {
    read(extension, COLUMNS, file).1
}

fn csv(rows: &str) -> Vec<String> {
    found("csv", format!("{HEADER}{ROW}{rows}"))
}

#[test]
fn cells_are_told_by_line_and_column() {
    for (rows, wanted) in [
        (
            "000e08abcd02,m,20x1,lab\n",
            &["P0309: desks.csv line 3, column 3 (extension): \"20x1\": 3 to 5 digits are wanted"][..],
        ),
        (
            "\n\r\n000e08abcd02,m,20x1,\n",
            &["P0309: desks.csv line 5, column 3 (extension): \"20x1\": 3 to 5 digits are wanted"],
        ),
        ("000e08abcd02,m,,\n", &["P0309: desks.csv line 3, column 3 (extension): the cell is empty"]),
        (
            "000e08abcd0g,m,201,Lab\n",
            &[
                "P0309: desks.csv line 3, column 1 (mac): \"000e08abcd0g\": `g` is not a hexadecimal digit",
                "P0309: desks.csv line 3, column 4 (role): \"Lab\": one of desk, lab is wanted",
            ],
        ),
        (",m,201,\n", &["P0309: desks.csv line 3, column 1 (mac): the cell is empty"]),
        (
            "000e08abcd02,m,\"2\n\t1\",lab\n000e08abcd03,m,1,\n",
            &[
                "P0309: desks.csv line 3, column 3 (extension): \"2\\n\\t1\": 3 to 5 digits are wanted",
                "P0309: desks.csv line 5, column 3 (extension): \"1\": 3 to 5 digits are wanted",
            ],
        ),
        (
            "000e08abcd02,m,1234567890123456789012345678901234567890123,lab",
            &[
                "P0309: desks.csv line 3, column 3 (extension): \"1234567890123456789012345678901234567890…\": 3 to 5 digits are wanted",
            ],
        ),
    ] {
        assert_eq!(csv(rows), wanted, "{rows:?}");
    }
}

#[test]
fn rows_of_another_width_are_left_out_and_reading_goes_on() {
    let (phones, findings) = read(
        "csv",
        COLUMNS,
        format!("{HEADER}000e08abcd02,m\n{ROW},,,\n   \n000e08abcd03,m,203,lab,extra\nx\n000e08abcd04,m,204,\n"),
    );
    assert_eq!(
        findings,
        [
            "P0309: desks.csv line 2: 2 cells where the header has 4",
            "P0309: desks.csv line 6: 5 cells where the header has 4",
            "P0309: desks.csv line 7: 1 cell where the header has 4",
        ]
    );
    assert_eq!(phones.rows, [3, 8]);
}

#[test]
fn quotes_that_nothing_closes() {
    assert_eq!(
        csv("000e08abcd02,m,\"201,lab\n000e08abcd03,m,203,lab\n"),
        ["P0309: desks.csv line 3: column 3 opens a quote that nothing closes"]
    );
    // Another quote far below closes it: the lines between are one row.
    assert_eq!(
        csv("000e08abcd02,\"m,202,lab\n000e08abcd03,m,203,lab\n000e08abcd04,\"m\",204,lab\n"),
        ["P0309: desks.csv line 3: column 2 goes on after the quote that closes it, in line 5"]
    );
    assert_eq!(
        csv("000e08abcd02,\"m,202,lab\n000e08abcd03,\",203,lab,\n"),
        ["P0309: desks.csv line 3: 5 cells where the header has 4; a quote in it reaches to line 4"]
    );
    assert_eq!(
        found("csv", "mac,\"model,extension,role\n"),
        ["P0309: desks.csv line 1: column 2 opens a quote that nothing closes"]
    );
    // A quote inside a cell is a character.
    assert_eq!(csv("000e08abcd02,5\" m,202,lab"), [""; 0]);
}

#[test]
fn headers() {
    for (file, wanted) in [
        ("", &["P0309: `desks.csv` is empty"][..]),
        ("\n\n", &["P0309: `desks.csv` is empty"]),
        ("\u{feff}", &["P0309: `desks.csv` is empty"]),
        (HEADER, &["P0309: `desks.csv` has no rows"]),
        ("mac;model;extension;role\n", &["P0309: desks.csv line 1: the header is divided by \";\", not by commas"]),
        ("mac\tmodel\n", &["P0309: desks.csv line 1: the header is divided by \"\\t\", not by commas"]),
        (
            "MAC,modell,extension\n",
            &["P0309: `desks.csv` has no column `mac`", "P0309: `desks.csv` has no column `model`"],
        ),
        // What is like none of the names is not there, and that is one finding.
        ("x\n", &["P0309: `desks.csv` has no columns `mac`, `model`, `extension`"]),
        ("mac,model\n", &["P0309: `desks.csv` has no column `extension`"]),
        (
            "sep=,\nmac,model,extension\n",
            &["P0309: `desks.csv` begins with `\"sep=\"`, and not with the names of its columns"],
        ),
        ("000e08abcd01,m,201\n", &["P0309: `desks.csv` has a row where the names of its columns belong"]),
        ("mac,model,extension, model ,x,x\n", &["P0309: desks.csv line 1: columns 2 and 4 are both named `model`"]),
    ] {
        assert_eq!(found("csv", file), wanted, "{file:?}");
    }
    assert_eq!(found("csv", "\n x , mac ,model,extension\n1,000e08abcd01,m,201\n"), [""; 0]);
}

#[test]
fn octets_that_are_no_text() {
    for (file, wanted) in [
        (
            &b"mac,model\n000e08abcd01,M\xfcller\n"[..],
            "P0309: desks.csv line 2, octet 15: octet 0xFC is not UTF-8; in Latin-1 it is `\u{fc}`",
        ),
        (b"mac\n\x80\n", "P0309: desks.csv line 2, octet 1: octet 0x80 is not UTF-8"),
        (b"mac\n00\0\n", "P0309: desks.csv line 2, octet 3: this is a NUL, which no text holds"),
        (b"\xff\xfem\0a\0c\0", "P0309: `desks.csv` is UTF-16"),
        (b"\xfe\xff\0m\0a\0c", "P0309: `desks.csv` is UTF-16"),
        (b"m\0a\0c\0", "P0309: `desks.csv` is UTF-16"),
    ] {
        for extension in ["csv", "json", "jsonl", "toml"] {
            assert_eq!(
                found(extension, file),
                [wanted.replace("desks.csv", &format!("desks.{extension}"))],
                "{file:?}"
            );
        }
    }
}

#[test]
fn json_arrays() {
    let good = r#"{"mac": "000e08abcd01", "model": "m", "extension": "201"}"#;
    for (file, wanted) in [
        (" ".to_owned(), &["P0309: `desks.json` is empty"][..]),
        ("[]".to_owned(), &["P0309: `desks.json` has no rows"]),
        ("{}".to_owned(), &["P0309: `desks.json` is an object, where an array of objects is wanted"]),
        ("12".to_owned(), &["P0309: `desks.json` is no array of objects"]),
        (
            format!("[{good},\n7, [], {good}]"),
            &[
                "P0309: desks.json line 2, element 2: this is no object",
                "P0310: desks.json line 2, element 4: `00:0e:08:ab:cd:01` stands in line 1, element 1 already",
            ],
        ),
        (format!("[{good}] x"), &["P0309: desks.json line 1, octet 61: trailing characters"]),
        (format!("[{good},\n"), &["P0309: desks.json line 2, octet 0: EOF while parsing a value"]),
        (format!("[{good},\n{{\"mac\" 1}}]"), &["P0309: desks.json line 2, octet 8: expected `:`"]),
        (
            "[{\n\"mac\": \"000e08abcd01\",\n\"mac\": \"000e08abcd02\",\n \"model\": {},\n \"extension\": [201]}]"
                .to_owned(),
            &[
                "P0309: desks.json line 2, element 1, key mac: this key stands twice in the object",
                "P0309: desks.json line 4, element 1, key model: an object is no cell",
                "P0309: desks.json line 5, element 1, key extension: an array is no cell",
            ],
        ),
        (
            r#"[{"mac": "000e08abcd01", "model": "\ud800", "extension": true, "x": 1, "x": 2}]"#.to_owned(),
            &[
                "P0309: desks.json line 1, element 1, key model: unexpected end of hex escape",
                "P0309: desks.json line 1, element 1, key extension: \"yes\": 3 to 5 digits are wanted",
            ],
        ),
        (
            r#"[{"mac": null, "model": "m\u0000", "role": "desk"}]"#.to_owned(),
            &[
                "P0309: desks.json line 1, element 1, key mac: the cell is empty",
                "P0309: desks.json line 1, element 1, key model: this text holds a NUL",
                "P0309: desks.json line 1, element 1, key extension: it is missing",
            ],
        ),
    ] {
        assert_eq!(found("json", &file), wanted, "{file}");
    }
}

#[test]
fn json_lines() {
    let good = r#"{"mac": "000e08abcd01", "model": "m", "extension": "201"}"#;
    let file = format!(
        "{good}\r\n\n[1]\n{{\"mac\": }}\n{good} {good}\n{{\"mac\": \"000e08abcd02\", \"model\": \"m\", \"extension\": 2}}"
    );
    assert_eq!(
        found("jsonl", file),
        [
            "P0309: desks.jsonl line 3: this is no object",
            "P0309: desks.jsonl line 4: expected value",
            "P0309: desks.jsonl line 5: trailing characters",
            "P0309: desks.jsonl line 6, key extension: \"2\": 3 to 5 digits are wanted",
        ]
    );
    assert_eq!(found("jsonl", "\n \n"), ["P0309: `desks.jsonl` is empty"]);
}

/// A cell that need not be there is told where one row alone calls it otherwise; where all do, the column is.
#[test]
fn a_slip_of_one_row_in_a_key() {
    let row = |last: u8, role: &str| {
        format!(
            "{{\"mac\": \"000e08abcd0{last}\", \"model\": \"m\", \"extension\": \"20{last}\", \"{role}\": \"lab\"}}\n"
        )
    };
    for (file, wanted) in [
        (row(1, "role") + &row(2, "rol"), &["desks.jsonl line 2: no `role`, and a \"rol\"; did you mean `role`?"][..]),
        (
            row(1, "role") + &row(2, "rloe") + &row(3, "rol"),
            &["desks.jsonl line 2: no `role`, and a \"rloe\"; did you mean `role`?"],
        ),
        (row(1, "rol") + &row(2, "rol"), &["no row of `desks.jsonl` has `role`; did you mean `rol`?"]),
        (row(1, "role") + &row(2, "note"), &[]),
        // What a cell holds is no key.
        (
            "{\"mac\": \"000e08abcd01\", \"model\": \"rol\", \"extension\": \"201\"}\n".to_owned()
                + &row(2, "role").replace('}', ", \"rol\": 1}"),
            &[],
        ),
    ] {
        let (_, found) = findings("jsonl", COLUMNS, &file);
        let told: Vec<String> =
            found.iter().map(|one| format!("{}; {}", one.message, one.help.as_deref().unwrap_or_default())).collect();
        assert_eq!(told, wanted, "{file}");
        assert!(found.iter().all(|one| one.code == crate::diagnostic::Code::P0312));
    }
}

#[test]
fn toml_tables() {
    let good = "[[phone]]\nmac = \"000e08abcd01\"\nmodel = \"m\"\nextension = \"201\"\n";
    for (file, wanted) in [
        (String::new(), &["P0309: `desks.toml` has no table"][..]),
        ("phone = []\n".to_owned(), &["P0309: `desks.toml` has no table"]),
        (
            format!("{good}[[desk]]\nmac = \"000e08abcd02\"\n"),
            &["P0309: `desks.toml` has tables of 2 names: \"desk\", \"phone\""],
        ),
        (format!("{good}mac = \"000e08abcd02\"\n"), &["P0309: desks.toml line 5: duplicate key"]),
        (
            format!("title = \"phones\"\nmac = \"000e08abcd02\"\nmodel = \"m\"\n{good}"),
            &["P0309: desks.toml line 2: \"mac\" stands in no table"],
        ),
        (format!("{good}[[phone]\n"), &["P0309: desks.toml line 5: unclosed array table, expected `]`"]),
        (
            format!("{good}\n[[phone]]\nmac = 1979-05-27\nmodel = [1]\nextension = 20.5\nrole = {{}}\n"),
            &[
                "P0309: desks.toml line 7, key mac: \"1979-05-27\": a hardware address has 12 hexadecimal digits, this has 8",
                "P0309: desks.toml line 8, key model: an array is no cell",
                "P0309: desks.toml line 9, key extension: \"20.5\": 3 to 5 digits are wanted",
                "P0309: desks.toml line 10, key role: a table is no cell",
            ],
        ),
        (
            "phone = [{mac = \"000e08abcd01\", model = \"m\", extension = 201}, 5]\n".to_owned(),
            &["P0309: desks.toml line 1: this is no table"],
        ),
    ] {
        assert_eq!(found("toml", &file), wanted, "{file}");
    }
}

#[test]
fn an_address_stands_once() {
    let (phones, findings) =
        read("csv", COLUMNS, format!("{HEADER}{ROW}000e08abcd02,m,202,\n{ROW}00-0E-08-AB-CD-02,m,203,\n{ROW}"));
    assert_eq!(
        findings,
        [
            "P0310: desks.csv line 4: `00:0e:08:ab:cd:01` stands in line 2 already",
            "P0310: desks.csv line 5: `00:0e:08:ab:cd:02` stands in line 3 already",
            "P0310: desks.csv line 6: `00:0e:08:ab:cd:01` stands in line 2 already",
        ]
    );
    assert_eq!(phones.rows, [2, 3]);
    let (_, findings) = read("csv", COLUMNS, format!("{HEADER}{}", ROW.repeat(50)));
    assert_eq!(findings.len(), 21);
    assert_eq!(findings.last().map(String::as_str), Some("P0310: desks.csv: 29 more rows repeat an address"));
}

#[test]
fn declarations() {
    for (columns, wanted) in [
        ("  model : model", "P0212: inventory `desks` names no phone"),
        ("  a : mac\n  b : mac", "P0212: inventory `desks` names no phone"),
        ("  mac : string\n  hw : mac", "P0301: column `mac` is the phone's hardware address"),
        ("  mac : mac?", "P0301: every phone has its own hardware address"),
        ("  mac : mac\n  pin : list of secret", "P0301: a cell holds no such list"),
        ("  mac : mac\n  pin : list of list of int", "P0301: a cell holds no such list"),
        ("  mac : mac\n  pin : { a: int }", "P0301: a column holds no record"),
        ("  mac : mac\n  pin : strnig", "P0201: unknown type `strnig`"),
        ("  mac : mac\n  pin : int(1..4)", "P0201: unknown type `int`"),
        ("  mac : mac\n  pin : digits(5..3)", "P0301: `digits` takes how many digits"),
        ("  mac : mac\n  pin : int = \"x\"", "P0301: the default does not fit the column"),
        ("  mac : mac\n  mac : mac", "P0202: column `mac` is declared twice"),
    ] {
        assert_eq!(
            read("csv", columns, "mac\n000e08abcd01\n").1.first().map(String::as_str),
            Some(wanted),
            "{columns}"
        );
    }
    assert_eq!(found("xlsx", "PK"), ["P0303: `desks.xlsx` is of no known format"]);
}

#[test]
fn a_unique_cell_stands_once() {
    let columns = "  mac : mac\n  extension : digits(3..5) unique\n  name : string? unique";
    let file = "mac,extension,name\n000e08abcd01,201,A\n000e08abcd02,202,\n000e08abcd03,201,\n000e08abcd04,204,A\n";
    assert_eq!(
        read("csv", columns, file).1,
        [
            "P0310: desks.csv line 4, extension: \"201\" stands in line 2 already",
            "P0310: desks.csv line 5, name: \"A\" stands in line 2 already",
        ]
    );
}

#[test]
fn a_toml_file_that_is_too_large_to_hold() {
    let file = "#".repeat((32 << 20) + 1);
    assert_eq!(found("toml", file), ["P0309: `desks.toml` is larger than 32 MiB, the limit of a .toml"]);
}

#[test]
fn what_should_refer_to_a_secret_is_never_printed() {
    let columns = "  mac : mac\n  pin : secret";
    let (phones, findings) = read("csv", columns, "mac,pin\n000e08abcd01,env:PIN_1\n000e08abcd02,hunter2\n");
    assert_eq!(phones.macs.len(), 1);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert!(finding.contains("env:NAME") && finding.contains("•••") && !finding.contains("hunter2"), "{finding}");
}

/// What is wrong with row after row is said once, and where else it is so.
#[test]
fn rows_that_are_wrong_alike_are_one_finding() {
    let row = |number: usize, rest: &str| format!("00:0e:08:ab:cd:{number:02},m,{}{rest}\n", 200 + number);
    let rows = |rest: &str| (1..=30).map(|number| row(number, rest)).collect::<String>();
    let noted = |format: &str, file: &str| {
        let (_, findings) = findings(format, COLUMNS, file);
        let told = findings.into_iter().map(|finding| (finding.message, finding.notes.join("; ")));
        told.collect::<Vec<_>>()
    };
    let lines = "the same in lines 3, 4, 5, 6 and 25 more";
    assert_eq!(
        noted("csv", &format!("mac,model,extension,role\n{}", rows(""))),
        [("desks.csv line 2: 3 cells where the header has 4".to_owned(), lines.to_owned())]
    );
    // Another number of cells is another mistake.
    let two = format!("mac,model,extension,role\n{}{}{}", row(1, ""), row(2, ",desk,x"), row(3, ""));
    assert_eq!(
        noted("csv", &two),
        [
            ("desks.csv line 2: 3 cells where the header has 4".to_owned(), "the same in line 4".to_owned()),
            ("desks.csv line 3: 5 cells where the header has 4".to_owned(), String::new())
        ]
    );
    let array = "[1, 2, 3]";
    let told =
        [("desks.json line 1, element 1: this is no object".to_owned(), "the same in elements 2 and 3".to_owned())];
    assert_eq!(noted("json", array), told);
}

/// A row without an address that can be read is no phone, and lacks nothing besides.
#[test]
fn a_row_that_is_no_phone_is_one_finding() {
    for (row, wanted) in [
        ("Total,3,,\n", &["P0309: desks.csv line 2, column 1 (mac): \"Total\": `T` is not a hexadecimal digit"][..]),
        ("Site B:,,,\n", &["P0309: desks.csv line 2, column 1 (mac): \"Site B:\": `S` is not a hexadecimal digit"]),
        (
            ",,3,\n",
            &[
                "P0309: desks.csv line 2, column 1 (mac): the cell is empty",
                "P0309: desks.csv line 2, column 3 (extension): \"3\": 3 to 5 digits are wanted",
            ],
        ),
        // What is there is looked at.
        (
            "00:0e:08,m,,hall\n",
            &[
                "P0309: desks.csv line 2, column 1 (mac): \"00:0e:08\": a hardware address has 12 hexadecimal digits, this has 6",
                "P0309: desks.csv line 2, column 4 (role): \"hall\": one of desk, lab is wanted",
            ],
        ),
    ] {
        assert_eq!(found("csv", format!("mac,model,extension,role\n{row}")), wanted, "{row}");
    }
}

#[test]
fn a_name_that_stands_twice_in_the_header_is_one_finding() {
    let twice = "P0309: desks.csv line 1: columns 1 and 2 are both named `mac`";
    assert_eq!(found("csv", "mac,mac,extension,role\n000e08abcd01,m,201,desk\n"), [twice]);
}
