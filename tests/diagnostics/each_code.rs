//! Every code of rules, profiles, firmware, resync, networks and stories has two programs at least that trigger it, each once, and a
//! close neighbour that does not: those of its page, and those of a table beside it.

use super::{compile, example, section};
use crate::support::blocks::{Block, blocks};
use prov::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

/// What a case adds to the office, by the place.
type Case = BTreeMap<String, String>;

/// Of the table: the code, whether the program has it, and what it adds.
fn table() -> Vec<(Code, bool, Case)> {
    let lines = include_str!("each_code.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let row = |line: &str| {
        let (code, rest) = line.split_once(' ').unwrap_or_else(|| panic!("{line}"));
        let (sign, places) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
        let code = *Code::ALL.iter().find(|known| known.name() == code).unwrap_or_else(|| panic!("{line}"));
        let places = places.split(" ;; ").map(|place| {
            let (name, text) = place.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            (name.to_owned(), text.replace("\\n", "\n"))
        });
        (code, sign == "+", places.collect())
    };
    lines.map(row).collect()
}

/// The office of a case; `before` is what an earlier revision of it had.
fn office(case: &Case, before: bool) -> String {
    let get = |name: &str| {
        let earlier = case.get(&format!("before {name}")).filter(|_| before);
        earlier.or_else(|| case.get(name).filter(|_| !before)).map_or("", String::as_str)
    };
    let path = match get("path") {
        "" => "/common/$PSN.xml",
        other => other,
    };
    format!(
        r#"use cisco.firmware
use cisco.mpp
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ port 80 }}  tftp {{ port 69 }}  dhcp {{ }}
  {server}
}}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199
  {network}
}}
firmware v1137 {{ release "11.3(7)" }}
firmware v1101 {{ release "11.0(1)" }}
{top}
profile common {{
  fetch http "{path}"
  {profile}
}}
profile account {{
  fetch http "/account/$MA.xml"
  {account}
}}
fleet desks {{ server prov  network office{networks}  profiles common, account{profiles}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-8841-3PCC" }}
  {fleet}
}}
"#,
        server = get("server"),
        network = get("network"),
        top = get("top"),
        profile = get("profile"),
        account = get("account"),
        profiles = get("profiles"),
        networks = get("networks"),
        fleet = get("fleet"),
    )
}

/// The files of a case.
fn project(case: &Case) -> Vec<Block> {
    let mut all = vec![Block { info: "prov main.prov".into(), text: office(case, false) }];
    if case.keys().any(|name| name.starts_with("before ")) {
        all.push(Block { info: "prov before.prov".into(), text: office(case, true) });
    }
    let files = case.iter().filter(|(name, _)| name.starts_with("text ") || name.starts_with("zeros "));
    all.extend(files.map(|(name, text)| Block { info: name.clone(), text: text.clone() }));
    all
}

/// How often the program has the code.
fn count(code: Code, blocks: &[Block]) -> usize {
    compile(blocks).findings().iter().filter(|finding| finding.code == code).count()
}

fn is_of_the_table(code: Code) -> bool {
    code.name() >= "P0500"
}

/// Fleets of so many kinds of phones are not written out.
fn many_kinds(kinds: usize) -> Vec<Block> {
    let row = |number: usize| format!("00:0e:08:ab:ce:{number:02x},CP-8841-3PCC,h{number}.test\n");
    let rows: String = (0..kinds).map(row).collect();
    let text = "use cisco.mpp\nserver prov { name \"prov.example.com\"  address 192.168.50.10  http { } }\n\
                inventory people from \"people.csv\" {\n  mac : mac\n  model : model\n  host : string\n}\n\
                profile account {\n  fetch http \"/$MA.xml\"\n  Restricted_Access_Domains = \"prov.example.com, {phone.host}\"\n}\n\
                fleet desks { server prov  profiles account  phones people }\n";
    vec![
        Block { info: "prov main.prov".into(), text: text.into() },
        Block { info: "text people.csv".into(), text: format!("mac,model,host\n{rows}") },
    ]
}

#[test]
fn each_has_two_programs_that_trigger_it_once_and_a_neighbour_that_does_not() {
    let mut wrong: Vec<String> = Vec::new();
    let mut proven: BTreeMap<Code, (usize, usize)> = BTreeMap::new();
    let mut see = |code: Code, bad: bool, found: usize, what: &str| {
        let (triggers, neighbours) = proven.entry(code).or_default();
        *(if bad { triggers } else { neighbours }) += 1;
        if found != usize::from(bad) {
            wrong.push(format!("{code}: {found} in {what}"));
        }
    };
    for code in Code::ALL.iter().copied().filter(|code| is_of_the_table(*code)) {
        for (heading, bad) in [("Failing", true), ("Mended", false)] {
            let planned = example(code, &blocks(section(code, heading)));
            let found = planned.findings().iter().filter(|finding| finding.code == code).count();
            // A page may show that one mistake is told for each thing that it is made in.
            let found = if bad { found.min(1) } else { found };
            see(code, bad, found, heading);
        }
    }
    for (code, bad, case) in table() {
        let project = project(&case);
        see(code, bad, count(code, &project), &format!("{case:?}"));
    }
    for (kinds, bad) in [(40, true), (3, false)] {
        see(Code::P1006, bad, count(Code::P1006, &many_kinds(kinds)), "many kinds");
    }
    assert_eq!(wrong, [""; 0]);
    let lacking = Code::ALL.iter().filter(|code| is_of_the_table(**code)).filter(|code| {
        let (triggers, neighbours) = proven.get(code).copied().unwrap_or_default();
        triggers < 2 || neighbours < 2
    });
    assert_eq!(lacking.map(|code| code.name()).collect::<Vec<_>>(), [""; 0]);
}

/// Every program of the pages and of the table, by what it is.
fn programs() -> impl Iterator<Item = (String, Vec<Block>)> {
    let pages = Code::ALL.iter().copied().filter(|code| is_of_the_table(*code));
    let pages = pages.map(|code| (code.name().to_owned(), blocks(section(code, "Failing"))));
    pages.chain(table().into_iter().map(|(_, _, case)| (format!("{case:?}"), project(&case))))
}

/// What a finding of these groups tells to be wrong it tells how to mend.
fn of_the_table(finding: &&Diagnostic) -> bool {
    is_of_the_table(finding.code) && finding.severity != Severity::Note
}

#[test]
fn each_says_what_to_change() {
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    for (what, blocks) in programs() {
        let planned = compile(&blocks);
        let told = planned.findings().iter().filter(of_the_table);
        for finding in told.filter(|finding| finding.help.as_deref().is_none_or(str::is_empty)) {
            wrong.entry(format!("{} {}", finding.code, finding.message)).or_insert_with(|| what.clone());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Where the help is to take a statement away that stands on a line of its own, it is tried.
#[test]
fn what_is_to_be_removed_ends_the_finding() {
    let mut tried = 0;
    for (what, blocks) in programs() {
        let planned = compile(&blocks);
        for finding in planned.findings().iter().filter(of_the_table) {
            let (sources, span) = (planned.sources(), finding.span());
            let [first, last] = [span.start, span.end].map(|at| sources.position(span.file, at).line);
            let text = sources.text(span.file);
            let line = text.lines().nth(first - 1).unwrap_or_default().trim();
            let whole = first == last && !line.contains(['{', '}']) && line.starts_with(sources.slice(span).trim());
            if !whole || !finding.help.as_deref().is_some_and(|help| help.starts_with("remove")) {
                continue;
            }
            let without = text.lines().enumerate().filter(|(number, _)| number + 1 != first).map(|(_, line)| line);
            let without = without.collect::<Vec<_>>().join("\n");
            let mended = blocks.iter().map(|block| Block {
                info: block.info.clone(),
                text: if block.text == text { without.clone() } else { block.text.clone() },
            });
            let after = compile(&mended.collect::<Vec<_>>());
            let same = |one: &&Diagnostic| one.code == finding.code && one.message == finding.message;
            let (left, told) = [&after, &planned].map(|of| of.findings().iter().filter(same).count()).into();
            assert!(left < told, "{} {} in {what}: {without}", finding.code, finding.message);
            tried += 1;
        }
    }
    assert!(tried >= 5, "{tried} tried");
}
