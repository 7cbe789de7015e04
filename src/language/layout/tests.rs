//! Texts laid out: what a reader sees, and what holds of every text.

use super::*;
use crate::language::syntax::parse;

const EXAMPLES: [&str; 2] =
    [include_str!("../../../examples/quickstart/main.prov"), include_str!("../../../stdlib/cisco/mpp.prov")];

#[test]
fn the_examples_and_the_library_are_laid_out_already() {
    for text in EXAMPLES {
        similar_lines(&lay_out(text), text);
    }
}

fn similar_lines(a: &str, b: &str) {
    for (number, (a, b)) in a.lines().zip(b.lines()).enumerate() {
        assert_eq!(a, b, "line {}", number + 1);
    }
    assert_eq!(a.len(), b.len());
}

#[test]
fn a_mess_becomes_order() {
    let mess = "server  prov{\r\n\n\n name     \"a.example\"\n  tftp {port 69}\n\n\n\n  http { port 80 }   // web\n\n}\n\n\nlet a=1+2\nlet l = [ 1 ,2,\n3 ]\n";
    assert_eq!(
        lay_out(mess),
        "server prov {\n  name \"a.example\"\n  tftp { port 69 }\n\n  http { port 80 } // web\n}\n\nlet a = 1 + 2\nlet l = [1, 2,\n  3]\n"
    );
}

#[test]
fn records_and_lists_of_them_are_laid_out_as_blocks_are() {
    let mess = "let site={ name=\"ams\"  gateway=192.168.50.1 }\nlet sites=[\n{name=\"ams\"  port = 1},\n  {\n name = \"utr\"\n   port = 2 } ,\n]\nlet first = sites[0].name\nfn f( s:{ name:string  gateway : ip } ,n:string? ):string=s.name\n";
    assert_eq!(
        lay_out(mess),
        "let site = { name = \"ams\"  gateway = 192.168.50.1 }\nlet sites = [\n  { name = \"ams\"  port = 1 },\n  {\n    name = \"utr\"\n    port = 2\n  },\n]\nlet first = sites[0].name\nfn f(s: { name: string  gateway : ip }, n: string?): string = s.name\n"
    );
}

#[test]
fn a_block_over_several_lines_has_its_braces_at_their_ends() {
    for (mess, order) in [
        ("profile p { fetch http \"/a\"\n X[1] = 1 }\n", "profile p {\n  fetch http \"/a\"\n  X[1] = 1\n}\n"),
        ("a { b { c 1 } // why\n d 2 } e\n", "a {\n  b { c 1 } // why\n  d 2\n} e\n"),
        ("a { // why\n b 1 } }\n", "a { // why\n  b 1\n} }\n"),
        ("a { b { c 1\n} }\n", "a {\n  b {\n    c 1\n  }\n}\n"),
        ("if x { y = 1\n} else { z = 1\n}\n", "if x {\n  y = 1\n} else {\n  z = 1\n}\n"),
        ("if x {\n y = 1\n}\nelse {\n z = 1\n}\n", "if x {\n  y = 1\n} else {\n  z = 1\n}\n"),
        (
            "if x {\n y = 1\n}\n\nelse if w {\n y = 2\n}\nelse { z = 1\n}\n",
            "if x {\n  y = 1\n} else if w {\n  y = 2\n} else {\n  z = 1\n}\n",
        ),
        (
            "match x {\n \"a\"   {\n if y { z = 1 }\n }\n else   {\n }\n}\n",
            "match x {\n  \"a\" {\n    if y { z = 1 }\n  }\n  else {\n  }\n}\n",
        ),
        (
            "rule R {\n when   $A  ==  \"x\"   {\n }\n else {\n }\n}\n",
            "rule R {\n  when $A == \"x\" {\n  }\n  else {\n  }\n}\n",
        ),
        ("profile   p   for  phone {\n a  { b  1  }\n}\n", "profile p for phone {\n  a { b  1 }\n}\n"),
        ("a { b 1 } c {\n}\n", "a { b 1 } c {\n}\n"),
        (
            "// allow P0311: lab\n// note\na { b 1\nc { d 1\n} }\n",
            "// allow P0311: lab\n// note\na { b 1\n  c {\n    d 1\n  }\n}\n",
        ),
    ] {
        assert_eq!(lay_out(mess), order);
    }
}

#[test]
fn nothing_and_blanks_are_nothing() {
    assert_eq!(lay_out(""), "");
    assert_eq!(lay_out("\n \n\t\n"), "");
}

/// Texts near the language: its words and marks in any order, and pieces of the examples with blanks changed.
fn texts() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let word = prop::sample::select(vec![
        "server",
        "a",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\"x {y} z\"",
        "=",
        "==",
        "..",
        ",",
        "\n",
        "\n",
        "// note",
        "16",
        "40s",
        "-",
        "+",
        ":",
        "|",
        "$MA",
        "phone.name",
        "profile p {\n",
        "}\n",
        "X[1]",
        "{ name = \"a\"  port = 1 }",
        "sites[0].name",
        "{ name: string }?",
        "list of",
        "else",
        "absent",
        "let s = {\n",
        "fn f(s: { a: int }): int = s.a",
        ".",
        "  ",
        "\t",
    ]);
    let words = prop::collection::vec((word, 0usize..4), 0..40)
        .prop_map(|words| words.iter().map(|(word, gap)| format!("{word}{}", " ".repeat(*gap + 1))).collect());
    let squeezed = (0usize..EXAMPLES[0].len(), 0usize..9).prop_map(|(at, blanks)| {
        let text = EXAMPLES[0];
        let (before, after) = text.split_at((0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
        if before.ends_with(' ') && after.starts_with(' ') {
            format!("{before}{}{after}", " ".repeat(blanks))
        } else {
            text.to_owned()
        }
    });
    prop_oneof![words, squeezed]
}

proptest::proptest! {
    #[test]
    fn laying_out_twice_is_laying_out_once(text in texts()) {
        let once = lay_out(&text);
        proptest::prop_assert_eq!(lay_out(&once), once);
    }

    #[test]
    fn the_meaning_stays(text in texts()) {
        let bare = |text: &str| -> Vec<String> {
            let (tokens, _) = lexis::tokens(FileId(0), text);
            let words = tokens.iter().filter(|token| token.kind != TokenKind::Newline);
            words.map(|token| text[token.start..token.end].trim_end().to_owned()).collect()
        };
        let (_, faults) = parse(FileId(0), &text);
        if faults.is_empty() {
            let laid = lay_out(&text);
            proptest::prop_assert_eq!(bare(&laid), bare(&text));
            proptest::prop_assert!(parse(FileId(0), &laid).1.is_empty(), "{}", laid);
        }
    }
}
