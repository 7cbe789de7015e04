//! `prov new`

use crate::support::{Project, prov, run};
use std::process::Command;

#[test]
fn a_new_project_is_complete() {
    let folder = Project::new(&[]);
    let lab = folder.join("deep/lab");
    let lab = lab.to_str().expect("a path");
    let ran = prov(["new", lab]).ok().says(&format!("prov check {lab}"));
    assert_eq!(ran.text(), "", "the files are the result");
    prov(["check", "-D", "warnings", lab]).ok();
    prov(["fmt", "--check", lab]).ok();
    prov(["test", lab]).ok();
    for file in [".github/workflows/prov.yml", ".gitlab-ci.yml", ".gitignore"] {
        assert!(folder.join("deep/lab").join(file).is_file(), "{file}");
    }
    // The hook runs as it is, where prov is in the path, on what is about to be committed.
    for arguments in [&["init", "-q"][..], &["add", "-A"]] {
        run(Command::new("git").args(arguments).current_dir(folder.join("deep/lab"))).ok();
    }
    let hook = folder.join("deep/lab/.githooks/pre-commit");
    let bin = std::path::Path::new(crate::support::PROV).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    run(Command::new(&hook).current_dir(folder.join("deep/lab")).env("PATH", path)).ok();
}

#[test]
fn what_is_there_is_left_alone() {
    let folder = Project::new(&[("mine", "precious")]);
    let path = folder.path().to_str().expect("a path");
    prov(["new", path]).ends_with(2).says("is not empty; name a new folder");
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
    let file = folder.join("mine");
    prov(["new", file.to_str().expect("a path")]).ends_with(2);
    assert_eq!(std::fs::read_to_string(file).expect("the file"), "precious");
    // An empty folder is as good as none.
    std::fs::create_dir(folder.join("empty")).expect("a folder");
    prov(["new", folder.join("empty").to_str().expect("a path")]).ok();
}
