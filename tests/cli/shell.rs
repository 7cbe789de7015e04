//! `prov completions` and `prov man`, judged by the shells and the page readers themselves.

use crate::support::{PROV, Project, prov, run};
use std::process::Command;

/// Every command, by the program's own help.
fn commands() -> Vec<String> {
    let help = prov(["--help"]).ok().text();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<String> = listed.filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect();
    assert!(names.len() > 10, "{help}");
    names.into_iter().filter(|name| name != "help").collect()
}

/// What a shell says when it runs a script beside the completions for it, which are in `$1`.
#[track_caller]
fn asked(shell: &str, script: &str) -> String {
    let folder = Project::new(&[("completions", &prov(["completions", shell]).ok().text())]);
    let mut command = Command::new(shell);
    // Only what the user's own shell would read is left out.
    let quiet: &[&str] = match shell {
        "bash" => &["--norc", "-c"],
        "fish" => &["--no-config", "-c"],
        _ => &["-f", "-c"],
    };
    command.args(quiet).arg(script);
    if shell != "fish" {
        command.arg(shell);
    }
    command.arg(folder.join("completions")).env("HOME", folder.path());
    if let Some(path) = std::env::var_os("PATH") {
        let own = std::path::Path::new(PROV).parent().expect("a folder").to_owned();
        let paths = std::iter::once(own).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(paths).expect("a path"));
    }
    run(&mut command).ok().text()
}

#[test]
fn bash_completes_commands_options_and_values() {
    let complete = |words: &str, at: usize, word: &str, before: &str| {
        asked(
            "bash",
            &format!(
                "source \"$1\"; COMP_WORDS=({words}); COMP_CWORD={at}; _prov prov '{word}' '{before}'; echo \"${{COMPREPLY[*]}}\""
            ),
        )
    };
    assert_eq!(complete("prov che", 1, "che", "prov").trim(), "check");
    let all = complete("prov ''", 1, "", "prov");
    assert!(commands().iter().all(|command| all.split_whitespace().any(|word| word == command)), "{all}");
    assert_eq!(complete("prov check --ped", 2, "--ped", "check").trim(), "--pedantic");
    let formats = complete("prov check --format ''", 3, "", "--format");
    assert!(formats.contains("sarif") && formats.contains("gitlab"), "{formats}");
}

#[test]
fn fish_completes_with_what_each_word_is_for() {
    let complete = |words: &str| asked("fish", &format!("source $argv[1]; complete -C '{words}'"));
    assert_eq!(complete("prov che").trim(), "check\tFind everything that can be known without serving");
    assert!(complete("prov check --format s").contains("sarif"));
}

#[test]
fn the_other_shells_have_scripts_that_they_can_read() {
    let known = asked("zsh", "autoload -U compinit; compinit -D -u; source \"$1\"; echo ${_comps[prov]}");
    assert_eq!(known.trim(), "_prov");
    for shell in ["elvish", "powershell"] {
        let script = prov(["completions", shell]).ok().text();
        let missing: Vec<String> = commands().into_iter().filter(|name| !script.contains(name.as_str())).collect();
        assert_eq!(missing, [""; 0], "{shell}");
    }
    prov(["completions", "csh"]).ends_with(2).says("possible values: bash, elvish, fish, powershell, zsh");
    prov(["completions"]).ends_with(2);
}

#[test]
fn each_command_has_a_page() {
    let folder = Project::new(&[]);
    let pages = folder.join("man/man1");
    let path = pages.to_str().expect("a path");
    prov(["man", "-o", path]).ok().says("pages in");
    let names: Vec<String> =
        std::iter::once("prov".to_owned()).chain(commands().iter().map(|name| format!("prov-{name}"))).collect();
    let mut written: Vec<String> = std::fs::read_dir(&pages)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    written.sort();
    let mut expected: Vec<String> = names.iter().map(|name| format!("{name}.1")).collect();
    expected.sort();
    assert_eq!(written, expected);
    for name in &names {
        let page = pages.join(format!("{name}.1"));
        let lint = run(Command::new("mandoc").args(["-T", "lint", "-W", "error"]).arg(&page)).ok();
        assert_eq!((lint.text(), lint.stderr.as_str()), (String::new(), ""), "{name}");
        // One page printed is the page as it is installed.
        let alone = match name.strip_prefix("prov-") {
            Some(command) => prov(["man", command]),
            None => prov(["man"]),
        };
        assert_eq!(alone.ok().text(), std::fs::read_to_string(&page).expect("a page"), "{name}");
    }
    let shown = run(Command::new("mandoc").args(["-T", "utf8"]).arg(pages.join("prov.1"))).ok().text();
    assert!(shown.contains("prov-check(1)") && shown.contains("Exit status"), "{shown}");
    prov(["man", "chek"]).ends_with(2).says("there is no command `chek`; did you mean `check`?");
    prov(["man", "prov"]).ends_with(2).says("there is no command `prov`");
    prov(["man", "-o", "/proc/nowhere"]).ends_with(2).says("cannot write /proc/nowhere");
}
