//! One row is found again, by its phone and by each of its lines, in every format; what is secret is not told.

use crate::language::{Checked, DataFile, MemoryFiles, RowWanted, Sought, check, load, resolve, seek};

const COLUMNS: &str = "mac : mac\n  model : model\n  name : string = \"Spare\"\n  pass : secret?";

const CSV: &str =
    "mac,model,name,pass\r\n\r\n000e08000001,CP-8841-3PCC,\"One,\n1\",env:A\r\n000e08000002,CP-7841-3PCC,,\n";
const JSON: &str = "[\n  {\"mac\": \"000e08000001\", \"model\": \"CP-8841-3PCC\",\n   \"name\": \"One,\\n1\", \"pass\": \"env:A\"},\n  {\"mac\": \"000e08000002\", \"model\": \"CP-7841-3PCC\"}\n]\n";
const LINES: &str = "{\"mac\": \"000e08000001\", \"model\": \"CP-8841-3PCC\", \"name\": \"One,\\n1\", \"pass\": \"env:A\"}\n\n{\"mac\": \"000e08000002\", \"model\": \"CP-7841-3PCC\"}\n";
const TOML: &str = "[[phone]]\nmac = \"000e08000001\"\nmodel = \"CP-8841-3PCC\"\nname = \"One,\\n1\"\npass = \"env:A\"\n\n[[phone]]\nmac = \"000e08000002\"\nmodel = \"CP-7841-3PCC\"\n";

fn files(extension: &str, text: &str) -> (MemoryFiles, DataFile) {
    let program = format!(
        "use cisco.mpp\ninventory desks from \"desks.{extension}\" {{\n  {COLUMNS}\n}}\nserver s {{ address 10.0.0.1  http {{ }} }}\n\
         profile p {{ fetch http \"/$MA.cfg\" }}\nfleet f {{\n  server s  profiles p\n  phones desks\n}}\n"
    );
    let mut files = MemoryFiles::single(program);
    files.0.insert(format!("desks.{extension}"), text.as_bytes().to_vec());
    let Checked { data, findings, .. } = check(resolve(load(&files, "main.prov")), &files);
    let told: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    let [file] = data.as_slice() else { panic!("{extension}: {told:?}") };
    (files, file.clone())
}

fn by_line(files: &MemoryFiles, file: &DataFile, line: u32) -> Sought {
    seek(file, files, RowWanted::Line(line))
}

#[test]
fn a_row_is_found_by_its_phone_and_by_its_lines() {
    for (extension, text, lines, name) in [
        ("csv", CSV, [3, 4], (3, 27)),
        ("json", JSON, [2, 3], (3, 12)),
        ("jsonl", LINES, [1, 1], (1, 58)),
        ("toml", TOML, [2, 5], (4, 8)),
    ] {
        let (files, file) = files(extension, text);
        let mac = "00:0e:08:00:00:01".parse().expect("an address");
        let row = seek(&file, &files, RowWanted::Phone(mac)).row.unwrap_or_else(|| panic!("{extension}: no row"));
        assert_eq!(row.mac, Some(mac), "{extension}");
        let first = lines[0].min(row.line);
        assert_eq!([first, row.last], [row.line, lines[1]], "{extension}");
        let cell = |name: &str| row.cells.iter().find(|cell| cell.column == name).expect(name);
        assert_eq!(cell("name").text.as_deref(), Some("One,\n1"), "{extension}");
        let place = cell("name").place.expect("a place");
        assert_eq!((place.line, place.column), name, "{extension}");
        assert_eq!((cell("pass").secret, &cell("pass").text), (true, &None), "{extension}");
        for line in row.line..=row.last {
            assert_eq!(by_line(&files, &file, line).row.as_ref(), Some(&row), "{extension}:{line}");
        }
        // The other row has neither name nor secret.
        let other = "000e08000002".parse().expect("an address");
        let row = seek(&file, &files, RowWanted::Phone(other)).row.expect("the other");
        let name = row.cells.iter().find(|cell| cell.column == "name").expect("a cell");
        assert_eq!((&name.text, name.default.as_deref()), (&None, Some("Spare")), "{extension}");
        let nobody = "000e08000003".parse().expect("an address");
        assert_eq!(seek(&file, &files, RowWanted::Phone(nobody)).row, None, "{extension}");
    }
}

#[test]
fn a_line_of_no_row_is_told_with_those_about_it() {
    let (files, file) = files("jsonl", LINES);
    let between = by_line(&files, &file, 2);
    assert_eq!((between.row, between.before, between.after, between.lines), (None, Some(1), Some(3), 3));
    let beyond = by_line(&files, &file, 9);
    assert_eq!((beyond.row, beyond.before, beyond.after), (None, Some(3), None));
    // A file that is gone has no rows.
    assert_eq!(seek(&file, &MemoryFiles::default(), RowWanted::Line(1)), Sought::default());
    let (files, file) = self::files("csv", CSV);
    let header = by_line(&files, &file, 1);
    assert_eq!((header.row, header.after, header.headed), (None, Some(3), true));
    let gone = MemoryFiles(std::collections::BTreeMap::from([("desks.csv".to_owned(), vec![0xff, 0xfe, 0])]));
    assert_eq!(seek(&file, &gone, RowWanted::Line(1)).row, None);
}
