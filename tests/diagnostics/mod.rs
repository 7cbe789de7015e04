//! Every code has a page; its failing program gives that code and no other error, the mended one gives none. The
//! whole message of the failing program is a snapshot beside its source, so that a reader judges the pair.

mod causes;
mod cells;
mod cells_judged;
mod certificates;
mod conditions;
mod damage;
mod each_code;
mod field;
mod firmware;
mod fleets;
mod given_rules;
mod habits;
mod homes;
mod inner_blocks;
mod laws;
mod limits;
mod many_phones;
mod newcomers;
mod one_cause;
mod places;
mod raw_rules;
mod readings;
mod redirects;
mod rules;
mod secrets_per_phone;
mod service_words;
mod services;
mod sharp;
mod slips;
mod stories;
mod told_stories;
mod types;
mod whole_view;
mod zones;

use crate::support::blocks::{Block, blocks};
use prov::compile::Options;
use prov::diagnostic::{Code, Palette, Severity, render};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The files of one example.
fn project(blocks: &[Block]) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for block in blocks {
        let (kind, name) = block.info.split_once(' ').unwrap_or((&block.info, "main.prov"));
        let bytes = match kind {
            "bytes" => {
                let octets =
                    block.text.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).expect("hexadecimal"));
                octets.collect()
            }
            // A file of so many octets, which need not be written out.
            "zeros" => vec![0; block.text.trim().parse().expect("a number of octets")],
            _ => block.text.clone().into_bytes(),
        };
        files.0.insert(name.to_owned(), bytes);
    }
    files
}

/// Where an example has a `before.prov`, that is the revision in the field.
fn compile(blocks: &[Block]) -> Planned {
    let (files, options) = (project(blocks), Options { program: "example".into(), port_offset: 0 });
    let planned = pipeline::plan(&files, "main.prov", &options);
    if !files.0.contains_key("before.prov") {
        return planned;
    }
    let before = pipeline::plan(&files, "before.prov", &options);
    assert!(!before.has_errors(), "what is in the field has errors");
    planned.against(before)
}

/// The example with what the code needs to be told.
fn example(code: Code, blocks: &[Block]) -> Planned {
    let planned = compile(blocks);
    if code.is_pedantic() { planned.pedantic() } else { planned }
}

fn section<'p>(code: Code, heading: &str) -> &'p str {
    let page: &'static str = code.page();
    let start = page.find(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("{code}: no section {heading}"));
    let rest = &page[start + heading.len() + 5..];
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

#[test]
fn every_page_is_headed_by_its_code_and_title() {
    for code in Code::ALL {
        let first = code.page().lines().next().unwrap_or_default();
        assert_eq!(first, format!("# {code}: {}", code.title()));
        assert!(code.page().contains("\nSource: "), "{code}: no source");
    }
}

#[test]
fn every_failing_program_fails_by_its_code_alone() {
    for code in Code::ALL {
        let planned = example(*code, &blocks(section(*code, "Failing")));
        let found: BTreeSet<Code> = planned
            .findings()
            .iter()
            .filter(|finding| finding.severity == Severity::Error || finding.code == *code)
            .map(|finding| finding.code)
            .collect();
        assert_eq!(found, BTreeSet::from([*code]), "{code}");
    }
}

#[test]
fn every_mended_program_is_sound() {
    for code in Code::ALL {
        let planned = example(*code, &blocks(section(*code, "Mended")));
        let left: Vec<&str> = planned
            .findings()
            .iter()
            .filter(|finding| finding.severity == Severity::Error || finding.code == *code)
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(left, [""; 0], "{code}");
    }
}

#[test]
fn messages_read_as_they_did() {
    for code in Code::ALL {
        let examples = blocks(section(*code, "Failing"));
        let planned = example(*code, &examples);
        let mut text = String::new();
        for block in &examples {
            let _ = writeln!(text, "── {} ──\n{}", block.info, shortened(&block.text));
        }
        text.push_str("── findings ──\n");
        for finding in planned.findings() {
            let _ = writeln!(text, "{}", shortened(&render(finding, planned.sources(), Palette::Plain)));
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(code.name(), text);
        });
    }
}

/// Some examples are long on purpose.
fn shortened(text: &str) -> String {
    let cut = |line: &str| match line.chars().count() {
        0..=200 => line.to_owned(),
        _ => line.chars().take(60).collect::<String>() + "…",
    };
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}

#[test]
fn messages_keep_the_house_style() {
    for code in Code::ALL {
        for finding in example(*code, &blocks(section(*code, "Failing"))).findings() {
            let message = &finding.message;
            assert!(!message.ends_with('.'), "{code}: full stop: {message}");
            assert!(!message.starts_with(|c: char| c.is_uppercase()), "{code}: upper case: {message}");
            for word in ["illegal", "Option<", "None", "Err(", "unwrap"] {
                assert!(!message.contains(word), "{code}: `{word}`: {message}");
            }
        }
    }
}
