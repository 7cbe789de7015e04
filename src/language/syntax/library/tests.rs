//! Both ways to read a declaration come to the same tree.

use super::super::parse;
use super::super::tree::Item;
use super::reader::LONGEST;
use super::*;
use proptest::prelude::*;

const FILE: FileId = FileId(7);

/// The declarations of a module: each begins with a word in column 1.
fn declarations(module: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in module.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            all.push(String::new());
        }
        if let Some(last) = all.last_mut().filter(|_| !line.starts_with("//")) {
            last.push_str(line);
        }
    }
    all
}

fn library() -> Vec<String> {
    [
        include_str!("../../../../stdlib/cisco/mpp.prov"),
        include_str!("../../../../stdlib/cisco/firmware.prov"),
        include_str!("../../../../stdlib/cisco/vendor.prov"),
    ]
    .into_iter()
    .flat_map(declarations)
    .collect()
}

/// What the grammar makes of a text, if that is one declaration. What else is wrong with the text does not change that.
fn by_grammar(text: &str) -> Option<Item> {
    let items = parse(FILE, text).0.items;
    <[Item; 1]>::try_from(items).ok().map(|[item]| item)
}

#[test]
fn the_whole_library_is_plain_and_the_grammar_reads_the_same() {
    let library = library();
    assert!(library.len() > 900, "{}", library.len());
    for text in library {
        let read = declaration(FILE, &text);
        assert!(read.is_some(), "not plain: {text}");
        assert_eq!(read, by_grammar(&text), "{text}");
        let documented = format!("/// Said above it.\n///\n{text}\n\n");
        assert_eq!(declaration(FILE, &documented), by_grammar(&documented), "{documented}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_grammar() {
    for text in [
        "",
        "\n",
        "// only this\n",
        "let a = 1\n",
        "parameter A : string = \"a{n + 1}\"\n",
        "parameter A : string = \"a{ n }\"\n",
        "parameter A : string = \"a{1}\"\n",
        "parameter A : string = \"a{n\"\n",
        "parameter A : string = \"a\\n\"\n",
        "parameter A : int = 1 + 2\n",
        "parameter A : int = -1\n",
        "parameter A : schedule = 1h jitter 10m\n",
        "parameter A : list of string\n",
        "parameter A : string?\n",
        "parameter A : bool = not yes\n",
        "parameter A : bool = yes // why\n",
        "parameter A : bool = yes\n  colour \"red\"\n",
        "parameter A : string = f(1)\n",
        "parameter A : string = a.b\n",
        "parameter A : bool = yes\nparameter B : bool = no\n",
        "parameter A[1] : bool\n",
        "parameter A : bool = 5x\n",
        "model \"A\" { user B }\n",
        "model \"A\" { B = 1 }\n",
        "model \"A\" { if b { c } }\n",
        "model \"A\" { b (1) }\n",
        "model \"A\" { b [1, 2] }\n",
        "model \"A\" { b $MA }\n",
        "model \"A\" { b 1,\n}\n",
        "model \"A\" { b 00:0e:08:ab:cd:01 }\n",
        "model \"A\" { b 1\n",
        "model \"A\" { b \"c }\n",
        "model \"A\"\n",
        "model \"A\" { b 1 } }\n",
        "modelA { b 1 }\n",
        // The comma is a slip: what is meant is the grammar's to say.
        "model \"A\" { b \"c\", { d } }\n",
    ] {
        assert_eq!(declaration(FILE, text), None, "{text}");
    }
    let deep = format!("model \"A\" {} {}\n", "{ b ".repeat(100), "}".repeat(100));
    assert_eq!(declaration(FILE, &deep), None);
    let long = format!("model \"A\" {{ b \"{}\" }}\n", "c".repeat(LONGEST));
    assert_eq!(declaration(FILE, &long), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// A declaration with a few signs put in, taken out or exchanged: what is still read plainly, the grammar reads so too.
    #[test]
    fn what_is_read_plainly_the_grammar_reads_the_same(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3usize, prop::sample::select(vec![
            " ", "\n", ",", "{", "}", "\"", "|", "(", ")", "[", "]", "..", ":", "=", "/", "//", "-", ".", "?", "r\"", "\\",
            "1", "0x1", "10s", "ä", "\t", "\r", "a", "_", "not ", " in ", " for ", "user ", "set ", "if ", "$", "$MA", "list",
            " of ", "source ", "unit", "else",
        ])), 1..4),
    ) {
        let library = library();
        let mut text = pick.get(&library).clone();
        for (at, way, sign) in changes {
            let mut at = at.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match (way, text.get(at..).and_then(|rest| rest.chars().next())) {
                (0, _) | (_, None) => text.insert_str(at, sign),
                (1, Some(_)) => drop(text.remove(at)),
                (_, Some(c)) => text.replace_range(at..at + c.len_utf8(), sign),
            }
        }
        if let Some(item) = declaration(FILE, &text) {
            prop_assert_eq!(Some(item), by_grammar(&text), "{}", text);
        }
    }
}
