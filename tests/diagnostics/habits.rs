//! What people write by the habit of other tools: a program of two sites, changed in one place at a time. Each mistake is
//! one finding, and its whole message is in the snapshot beside the change, so that a reader judges the pair.

use super::laws::Offers;
use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Palette, render};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use std::fmt::Write;

const FILES: [(&str, &str); 3] = [
    ("main.prov", include_str!("haulier/main.prov")),
    ("sites.prov", include_str!("haulier/sites.prov")),
    ("handsets.csv", include_str!("haulier/handsets.csv")),
];

fn plan(files: &[(&str, String)]) -> Planned {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes())).collect();
    pipeline::plan(&MemoryFiles(files), "main.prov", &Options::default())
}

/// The program, one piece of it changed.
fn changed(file: &str, from: &str, to: &str) -> Planned {
    plan(&with(file, from, to))
}

fn with(file: &str, from: &str, to: &str) -> [(&'static str, String); 3] {
    FILES.map(|(name, text)| {
        assert!(name != file || text.contains(from), "{file}: {from}");
        (name, if name == file { text.replacen(from, to, 1) } else { text.to_owned() })
    })
}

/// What the program as it stands has to say for itself: files of TLS and images that are elsewhere, and a step of its upgrade.
fn is_of_the_program(finding: &Diagnostic) -> bool {
    matches!(finding.code, Code::P0708 | Code::P0711 | Code::P0913)
}

fn new_findings(planned: &Planned) -> Vec<&Diagnostic> {
    planned.findings().iter().filter(|finding| !is_of_the_program(finding)).collect()
}

/// Changes, each a file, lines that are taken out and lines in their place.
fn changes(text: &str) -> Vec<(&str, String, String)> {
    let lines = |change: &str, sign: &str| {
        let lines = change.lines().filter_map(|line| line.strip_prefix(sign));
        lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    let change = |change: &'_ str| (lines(change, "-"), lines(change, "+"));
    text.split("\n\n")
        .filter_map(|text| {
            let (file, rest) = text.trim_start_matches('\n').split_once('\n')?;
            let (from, to) = change(rest);
            Some((file, from, to))
        })
        .collect()
}

#[test]
fn the_program_is_sound() {
    assert_eq!(new_findings(&plan(&FILES.map(|(name, text)| (name, text.to_owned())))), Vec::<&Diagnostic>::new());
}

/// One test for the changes of each part of the program: they take their time, and run side by side. With how many there are at
/// least, and how many offers of how many codes are taken up.
macro_rules! mistakes_in {
    ($($part:ident: $least:literal, $offers:literal of $codes:literal;)*) => {
        mod one_mistake_is_one_finding_and_reads_as_it_did {
            $(#[test]
            fn $part() {
                let text = include_str!(concat!("haulier/mistakes/", stringify!($part), ".txt"));
                super::one_finding_each(stringify!($part), text, $least, ($offers, $codes));
            })*
        }
    };
}

mistakes_in! {
    account: 104, 25 of 9;
    common: 63, 26 of 10;
    declarations: 87, 24 of 7;
    fleets: 74, 25 of 9;
    networks: 72, 15 of 7;
    servers: 64, 21 of 9;
    tests: 22, 9 of 5;
}

fn one_finding_each(part: &str, mistakes: &str, least: usize, (tried, codes): (usize, usize)) {
    let mistakes = changes(mistakes);
    assert!(mistakes.len() >= least, "{}", mistakes.len());
    let mut text = String::new();
    let mut others = String::new();
    let mut offers = Offers::default();
    for (file, from, to) in mistakes {
        let files = with(file, &from, &to);
        let planned = plan(&files);
        offers.of(&to, &MemoryFiles(files.map(|(name, text)| (name.to_owned(), text.into_bytes())).into()), &planned);
        let found = new_findings(&planned);
        let [finding] = found.as_slice() else {
            let _ = writeln!(others, "{file}: {to}");
            for finding in found {
                let _ = writeln!(others, "   {}: {} ({:?})", finding.code, finding.message, finding.help);
            }
            continue;
        };
        let shown = render(finding, planned.sources(), Palette::Plain);
        // What stands round the place, and how it is drawn, is the same for all.
        let told = shown.lines().filter(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with(['·', '╰', '╭']) && !line.contains(" │")
        });
        let labels = finding.labels.iter().map(|label| label.text.as_str()).filter(|text| !text.is_empty());
        let _ = writeln!(text, "── {to}");
        for line in told.map(str::trim_start).chain(labels) {
            let _ = writeln!(text, "   {line}");
        }
    }
    assert_eq!(others, "", "not one finding each");
    offers.are_right(tried, codes);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("habits_of_{part}"), text);
    });
}

#[test]
fn what_is_nearly_such_a_mistake_and_is_none_is_left_alone() {
    let neighbours = changes(include_str!("haulier/neighbours.txt"));
    assert!(neighbours.len() > 10, "{}", neighbours.len());
    for (file, from, to) in neighbours {
        let planned = changed(file, &from, &to);
        assert_eq!(new_findings(&planned), Vec::<&Diagnostic>::new(), "{file}: {to}");
    }
}

#[test]
fn rows_that_name_one_secret_are_noted_once_and_it_is_never_shown() {
    let notes = |csv: &str| {
        let files = FILES.map(|(name, text)| (name, if name == "handsets.csv" { csv } else { text }.to_owned()));
        let planned = plan(&files);
        let found =
            new_findings(&planned).into_iter().map(|finding| render(finding, planned.sources(), Palette::Plain));
        found.collect::<Vec<_>>()
    };
    let csv = FILES[2].1;
    for (from, to, lines) in [
        ("env:S202", "env:S201", "lines 2 and 3 name the same secret"),
        ("env:S203", "env:S202", "lines 3 and 4 name the same secret"),
    ] {
        let found = notes(&csv.replace(from, to));
        let [note] = found.as_slice() else { panic!("{found:?}") };
        assert!(note.starts_with("note[P0310]") && note.contains(lines), "{note}");
        assert!(!note.contains("env:"), "{note}");
    }
    let row = |number: usize| {
        format!(
            "00:0e:08:11:{:02x}:{:02x},CP-8841-3PCC,{},Desk,venlo,,env:ALL,,\n",
            number / 256,
            number % 256,
            300 + number
        )
    };
    let many: String = (0..80).map(row).collect();
    let found = notes(&format!("{csv}{many}"));
    let [note] = found.as_slice() else { panic!("{found:?}") };
    assert!(note.contains("lines 5, 6, 7, 8 and 76 more name the same secret"), "{note}");
}
