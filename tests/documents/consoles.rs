//! What the documents show of a terminal is what prov says: commands that need nothing but their arguments are run.

use super::documents;
use crate::support::blocks::blocks;
use crate::support::{PROV, run};
use std::path::Path;
use std::process::Command;

/// A command of a block, and what stands below it.
fn commands(block: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => found.push((command.to_owned(), String::new())),
            None => {
                if let Some((_, said)) = found.last_mut() {
                    said.push_str(line);
                    said.push('\n');
                }
            }
        }
    }
    found
}

#[test]
fn consoles_show_what_is_said() {
    let path = format!("{}:/usr/bin:/bin", Path::new(PROV).parent().expect("a folder").display());
    let (mut ran, mut wrong) = (0, String::new());
    for (name, text) in documents() {
        for block in blocks(&text).into_iter().filter(|block| block.info == "console") {
            for (command, shown) in commands(&block.text) {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("{command} 2>&1")]).env("PATH", &path).env("NO_COLOR", "1");
                let said = run(&mut shell).text();
                if said != shown {
                    wrong.push_str(&format!("{name}:\n$ {command}\n{said}\n"));
                }
                ran += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "these say something else:\n{wrong}");
    assert!(ran >= 3, "the documents show {ran} commands");
}
