//! Every limit that docs/language.md states, from both sides: what is just within it compiles, and what is just beyond is P0106 (or
//! P0309, in data), once. The table of the page and the one here hold the same rows.

use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

fn project(files: BTreeMap<String, Vec<u8>>) -> Planned {
    pipeline::plan(&MemoryFiles(files), "main.prov", &Options::default())
}

fn compile(text: impl Into<String>) -> Planned {
    project(BTreeMap::from([("main.prov".to_owned(), text.into().into_bytes())]))
}

fn errors(planned: &Planned) -> Vec<Code> {
    let errors = planned.findings().iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.code).collect()
}

/// A program with these declarations, and this in the profile that its phone fetches.
fn office(declarations: &str, body: &str) -> String {
    format!(
        "use cisco.mpp\n{declarations}\nserver prov {{ address 192.168.50.10  http {{ port 80 }} }}\n\
         profile account {{\n  fetch http \"/$MA.xml\"\n{body}\n}}\n\
         fleet desks {{ server prov  profiles account\n  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\"  name \"Ann\" }}\n}}\n"
    )
}

/// A chain of profiles, each including the one before it, the last of them fetched.
fn chain(length: usize) -> String {
    let mut profiles = String::from("profile p0 { Display_Name[1] = \"x\" }\n");
    for n in 1..length {
        let _ = writeln!(profiles, "profile p{n} {{ include p{} }}", n - 1);
    }
    office(&profiles, &format!("  include p{}", length - 1))
}

/// What is within a limit, what is beyond it.
type Sides = (fn() -> String, fn() -> String);

/// Each with the words that state it on the page.
const LIMITS: [(&str, Sides); 15] = [
    ("brackets nest 64 deep", (|| brackets(64), || brackets(65))),
    ("a line of it 64 KiB", (|| line(64 << 10), || line((64 << 10) + 1))),
    ("a source file has at most 8 MiB", (|| source(8 << 20), || source((8 << 20) + 1))),
    ("256 operands in a row", (|| operands(256), || operands(257))),
    ("64 fields, indexes, `not` and `-`", (|| signs(64), || signs(66))),
    ("a record 256 fields", (|| record(256), || record(257))),
    ("a list or record 65,536 values in all", (|| values(15), || values(16))),
    ("a text 64 KiB", (|| text(16), || text(17))),
    ("a call makes at most 1000 others", (|| calls(9), || calls(10))),
    ("loop has at most 1000 turns", (|| turns(1000), || turns(1001))),
    ("those of a profile 20,000", (|| all_turns(19), || all_turns(20))),
    ("profiles include one another 64 deep", (|| chain(64), || chain(66))),
    ("1000 inclusions in all", (|| inclusions(999), || inclusions(1001))),
    ("condition comes to at most 256 alternatives", (|| alternatives(8), || alternatives(9))),
    ("a program has at most 1000 releases", (|| releases(1000), || releases(1001))),
];

fn brackets(depth: usize) -> String {
    office(&format!("let x = {}1{}", "(".repeat(depth), ")".repeat(depth)), "  Line_Enable[x] = yes")
}

fn line(length: usize) -> String {
    // The line feed is one of its octets.
    let comment = format!("//{}\n", "x".repeat(length - 3));
    office("", "") + &comment
}

fn source(length: usize) -> String {
    let mut text = office("", "");
    while text.len() + 1000 < length {
        text.push_str(&format!("//{}\n", "x".repeat(500)));
    }
    let rest = length - text.len();
    text + &format!("//{}\n", "x".repeat(rest - 3))
}

fn operands(count: usize) -> String {
    office(&format!("let x = {}1", "0 + ".repeat(count - 1)), "  Line_Enable[x] = yes")
}

fn signs(count: usize) -> String {
    // An even count of them leaves the number as it is.
    office(&format!("let x = {} yes", "not ".repeat(count)), "  Register[1] = x")
}

fn record(fields: usize) -> String {
    let all: String = (0..fields).map(|n| format!("  f{n} = {n}\n")).collect();
    office(&format!("let x = {{\n{all}}}\nlet y = x.f1"), "  Line_Enable[y] = yes")
}

/// A list of two lists of two lists: each `let` doubles what the one before holds.
fn values(doublings: u32) -> String {
    let all: String = (1..doublings).map(|n| format!("let l{n} = [l{0}, l{0}]\n", n - 1)).collect();
    let last = doublings - 1;
    office(&format!("let l0 = [1]\n{all}"), &format!("  for x in [l{last}] {{ Register[1] = yes }}"))
}

/// So many pieces of 4 KiB.
fn text(pieces: usize) -> String {
    let piece = "x".repeat(4096);
    let all = "{piece}".repeat(pieces);
    office(&format!("let piece = \"{piece}\"\nlet all = \"{all}\""), "  if all == \"\" { Register[1] = yes }")
}

/// Functions of which each calls the one before twice.
fn calls(doublings: u32) -> String {
    let all: String = (1..doublings).map(|n| format!("fn f{n}(x: int): int = f{0}(x) + f{0}(x)\n", n - 1)).collect();
    let last = doublings - 1;
    office(&format!("fn f0(x: int): int = x\n{all}"), &format!("  if f{last}(1) == 0 {{ Register[1] = yes }}"))
}

fn turns(count: usize) -> String {
    office("", &format!("  for n in 1..{count} {{ if n == 1 {{ Line_Enable[n] = yes }} }}"))
}

fn all_turns(outer: usize) -> String {
    office("", &format!("  for m in 1..{outer} {{ for n in 1..1000 {{ if n + m == 2 {{ Line_Enable[n] = yes }} }} }}"))
}

fn inclusions(count: usize) -> String {
    let mut body = String::from("  for n in 1..500 { include one }\n");
    for _ in 500..count {
        body.push_str("  include one\n");
    }
    office("profile one { override Display_Name[1] = \"x\" }", &body)
}

fn alternatives(pairs: usize) -> String {
    let all: Vec<String> = (0..pairs).map(|n| format!("($PRVTMR > {n}h or $UPGTMR > {n}h)")).collect();
    let rule = format!("  rule Profile_Rule_B {{ when {} {{ fetch http \"/$MA.xml\" }} }}\n}}\n", all.join(" and "));
    let text = office("", "");
    let end = text.rfind("}\n").expect("the end of the fleet");
    text[..end].to_owned() + &rule
}

fn releases(count: usize) -> String {
    let mut all = String::new();
    for n in 0..count {
        let after = if n == 0 { String::new() } else { format!("  after r{}", n - 1) };
        let (minor, micro) = (n / 100, n % 100);
        let _ = writeln!(
            all,
            "firmware r{n} {{ load \"sip88xx.11-{minor}-{micro}MPP-{n}.loads\" for \"CP-8841-3PCC\"{after} }}"
        );
    }
    office(&all, "")
}

#[test]
fn each_limit_is_answered_from_both_sides() {
    let page = include_str!("../../docs/language.md").split_whitespace().collect::<Vec<_>>().join(" ");
    for (stated, (within, beyond)) in LIMITS {
        assert!(page.contains(stated), "docs/language.md does not say: {stated}");
        let started = Instant::now();
        let planned = compile(within());
        assert_eq!(errors(&planned), [], "within: {stated}: {:?}", planned.findings().first());
        let planned = compile(beyond());
        assert_eq!(errors(&planned), [Code::P0106], "beyond: {stated}: {:?}", planned.findings().first());
        assert!(started.elapsed() < Duration::from_secs(60), "{stated}: {:?}", started.elapsed());
    }
}

#[test]
fn a_program_has_so_many_files() {
    let files = |count: usize| -> BTreeMap<String, Vec<u8>> {
        let mut main = String::new();
        let mut all = BTreeMap::new();
        for n in 1..count {
            let _ = writeln!(main, "use \"./f{n}.prov\"");
            all.insert(format!("f{n}.prov"), format!("profile p{n} {{ Display_Name[1] = \"x\" }}\n").into_bytes());
        }
        all.insert("main.prov".to_owned(), (main + &office("", "")).into_bytes());
        all
    };
    assert!(include_str!("../../docs/language.md").contains("at most 256 files"));
    assert_eq!(errors(&project(files(256))), []);
    assert_eq!(errors(&project(files(257))), [Code::P0106]);
}

#[test]
fn a_profile_has_so_many_forms() {
    let mut rows = String::from("mac,model,line\n");
    for n in 0..65_537u32 {
        let [_, a, b, c] = n.to_be_bytes();
        let _ = writeln!(rows, "00:0e:08:{a:02x}:{b:02x}:{c:02x},CP-8841-3PCC,{n}");
    }
    let text = office(
        "inventory rows from \"rows.csv\" {\n  mac : mac\n  model : model\n  line : int\n}",
        "  for n in [phone.line] { if n == 70000 { Line_Enable[1] = yes } }",
    )
    .replace("phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\"  name \"Ann\" }", "phones rows");
    let files = [("main.prov", text), ("rows.csv", rows)];
    let planned = project(files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect());
    assert!(include_str!("../../docs/language.md").contains("65,536 forms"));
    assert_eq!(errors(&planned), [Code::P0106]);
}

/// Compiles in time that grows as the program does.
#[test]
fn thousands_of_profiles_that_include_one_another_are_soon_judged() {
    // A chain: one finding, where it becomes too deep.
    let started = Instant::now();
    let planned = compile(chain(5000));
    let found: Vec<_> = planned.findings().iter().map(|finding| (finding.code, finding.severity)).collect();
    assert_eq!(found, [(Code::P0106, Severity::Error)]);
    assert_eq!(planned.sources().slice(planned.findings()[0].span()), "include p64");
    // The other way about, and a star.
    let mut backwards = String::new();
    for n in 0..5000 {
        let _ = writeln!(backwards, "profile q{n} {{ include q{} }}", n + 1);
    }
    backwards.push_str("profile q5000 { Display_Name[1] = \"x\" }");
    assert_eq!(errors(&compile(office(&backwards, "  include q0"))), [Code::P0106]);
    let star: String = (0..5000).map(|n| format!("profile s{n} {{ include base }}\n")).collect();
    let planned = compile(office(&format!("profile base {{ Display_Name[1] = \"x\" }}\n{star}"), "  include base"));
    assert_eq!(errors(&planned), []);
    // A circle of thousands is told once, however it is entered.
    let mut circle = String::new();
    for n in 0..5000 {
        let _ = writeln!(circle, "profile c{n} {{ include c{} }}", (n + 1) % 5000);
    }
    let codes = errors(&compile(office(&circle, "  include c0")));
    assert!(!codes.is_empty() && codes.len() <= 2, "{codes:?}");
    assert!(started.elapsed() < Duration::from_secs(100), "{:?}", started.elapsed());
}

#[test]
fn functions_that_call_one_that_calls_too_much_are_not_told_too() {
    let mut functions = String::new();
    for n in 0..60 {
        let _ = writeln!(functions, "fn f{n}(x: int): int = f{}(x) + f{}(x)", n + 1, n + 1);
    }
    let _ = writeln!(functions, "fn f60(x: int): int = x\nlet y = f0(1)");
    let planned = compile(office(&functions, "  Short_Name[1] = \"{y}\""));
    let told: Vec<&str> = planned.findings().iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(told, ["`f51` calls too much"]);
}

/// A flood of unknown names is not held against every name of the program, and the first of them still are.
#[test]
fn unknown_names_without_end_are_told_in_time_that_grows_with_them() {
    let lets: String = (0..12_000).map(|n| format!("let name_{n:05} = nome_{n:05}\n")).collect();
    let planned = prov::pipeline::plan(
        &prov::language::MemoryFiles::single(lets),
        "main.prov",
        &prov::compile::Options::default(),
    );
    let unknown: Vec<_> = planned.findings().iter().filter(|one| one.code.name() == "P0201").collect();
    assert_eq!(unknown.len(), 12_000);
    assert_eq!(unknown[0].help.as_deref(), Some("did you mean `name_00000`?"));
    assert_eq!(unknown[11_999].help.as_deref(), Some("if it is a text, put it in quotes: `\"nome_11999\"`"));
}
