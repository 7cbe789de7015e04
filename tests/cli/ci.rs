//! The CI files and the hook of a new project, run as their services run them: read as YAML, each step by its shell.

use super::against::git;
use crate::support::{PROV, Project, Ran, prov, run, tool};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// A new project, committed once on `main`, and a second commit that changes a value.
fn repository() -> Project {
    let all = Project::new(&[]);
    prov(["new", all.path().to_str().expect("a path")]).ok();
    git(all.path(), &["init", "-q", "-b", "main"]);
    git(all.path(), &["add", "."]);
    git(all.path(), &["commit", "-q", "-m", "first"]);
    git(all.path(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    change(&all, "GMT+01:00", "GMT+02:00");
    git(all.path(), &["commit", "-q", "-a", "-m", "second"]);
    all
}

fn change(project: &Project, from: &str, to: &str) {
    let main = std::fs::read_to_string(project.join("main.prov")).expect("the program");
    assert!(main.contains(from), "{from}");
    // Values stand in columns, which `fmt` moves.
    project.write("main.prov", &main.replace(from, to));
    prov(["fmt", project.path().to_str().expect("a path")]);
}

/// A YAML file as JSON, by somebody else's reader.
fn yaml(project: &Project, file: &str) -> Value {
    let read = "import json, sys, yaml; print(json.dumps(yaml.load(open(sys.argv[1]), yaml.BaseLoader)))";
    tool("/usr/bin/python3", ["-c", read, project.join(file).to_str().expect("a path")]).ok().json()
}

fn step(folder: &Path, script: &str, environment: &[(&str, &str)]) -> Ran {
    let bin = Path::new(PROV).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("bash");
    // GitHub's own way to run a step.
    shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(folder).env("PATH", path);
    run(shell.envs(environment.iter().copied()))
}

/// Every step until one fails, and what they said.
fn steps(folder: &Path, scripts: &[String], environment: &[(&str, &str)]) -> (bool, String) {
    let mut said = String::new();
    for script in scripts {
        let ran = step(folder, script, environment);
        said.push_str(&ran.text());
        if ran.status != Some(0) {
            return (false, said);
        }
    }
    (true, said)
}

fn github(project: &Project) -> Vec<String> {
    let file = yaml(project, ".github/workflows/prov.yml");
    let all = file["jobs"]["check"]["steps"].as_array().expect("steps").clone();
    let scripts = all.iter().filter_map(|step| step["run"].as_str());
    scripts.filter(|script| !script.starts_with("cargo install")).map(str::to_owned).collect()
}

#[test]
fn github_s_workflow_annotates_lines_and_sums_up_what_changes() {
    let project = repository();
    let summary = project.join("../summary.md").with_file_name(format!("summary-{}.md", std::process::id()));
    let summary_text = summary.to_str().expect("a path").to_owned();
    let environment = [("GITHUB_BASE_REF", "main"), ("GITHUB_STEP_SUMMARY", summary_text.as_str())];
    let scripts = github(&project);
    let (passed, said) = steps(project.path(), &scripts, &environment);
    assert!(passed, "{said}");
    let written = std::fs::read_to_string(&summary).expect("the summary");
    let _ = std::fs::remove_file(&summary);
    assert!(written.contains("### `origin/main` → `work tree`"), "{written}");
    assert!(written.contains("| `Time_Zone` | `GMT+01:00` | `GMT+02:00` |"), "{written}");
    change(&project, "Time_Zone", "Time_Zona");
    let (passed, said) = steps(project.path(), &scripts, &environment);
    assert!(!passed && said.contains("::error file=main.prov,line=32,"), "{said}");
    // The whole history is there, without which no branch can be compared.
    assert_eq!(yaml(&project, ".github/workflows/prov.yml")["jobs"]["check"]["steps"][0]["with"]["fetch-depth"], "0");
}

#[test]
fn gitlab_s_job_leaves_the_reports_that_it_names() {
    let project = repository();
    let job = yaml(&project, ".gitlab-ci.yml")["prov"].clone();
    let scripts: Vec<String> =
        job["script"].as_array().expect("a script").iter().filter_map(|one| one.as_str()).map(str::to_owned).collect();
    let base = git(project.path(), &["rev-parse", "HEAD~1"]);
    let environment = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim())];
    let (passed, said) = steps(project.path(), &scripts, &environment);
    assert!(passed, "{said}");
    let read = |name: &Value| std::fs::read_to_string(project.join(name.as_str().expect("a file"))).expect("a report");
    let reports = &job["artifacts"]["reports"];
    assert_eq!(read(&reports["codequality"]), "[]\n");
    assert!(read(&reports["junit"]).contains("<testsuite name=\"main.prov\""));
    assert!(read(&job["artifacts"]["paths"][0]).contains("`GMT+02:00`"));
    change(&project, "Time_Zone", "Time_Zona");
    let (passed, said) = steps(project.path(), &scripts, &environment);
    assert!(!passed && said.contains("main.prov:32:3: error[P0205]"), "{said}");
    let issues: Value = serde_json::from_str(&read(&reports["codequality"])).expect("a report");
    assert_eq!((&issues[0]["check_name"], &issues[0]["location"]["path"]), (&"P0205".into(), &"main.prov".into()));
    // Outside of a merge request there is nothing to compare with.
    change(&project, "Time_Zona", "Time_Zone");
    let (passed, said) = steps(project.path(), &scripts, &[]);
    assert!(passed, "{said}");
}

#[test]
fn the_hook_lets_through_what_is_right_and_shows_what_it_changes() {
    let project = repository();
    git(project.path(), &["config", "core.hooksPath", ".githooks"]);
    let commit = |message: &str| {
        let script =
            format!("git -c user.name=Somebody -c user.email=somebody@example.com commit -q -a -m '{message}' 2>&1");
        step(project.path(), &script, &[])
    };
    change(&project, "every 1h jitter 10m", "every 3h jitter 10m");
    let ran = commit("third").ok();
    assert!(ran.text().contains("Resync_Periodic   3600+600 → 10800+600"), "{}", ran.text());
    change(&project, "Time_Zone", "Time_Zona");
    let ran = commit("fourth").ends_with(1);
    assert!(ran.text().contains("main.prov:32:3: error[P0205]"), "{}", ran.text());
    assert_eq!(git(project.path(), &["log", "-1", "--format=%s"]).trim(), "third");
    // What counts is what is committed: an error that was staged, and mended in the folder alone; and the other way round.
    let staged = |message: &str| {
        let script =
            format!("git -c user.name=Somebody -c user.email=somebody@example.com commit -q -m '{message}' 2>&1");
        step(project.path(), &script, &[])
    };
    git(project.path(), &["add", "-A"]);
    change(&project, "Time_Zona", "Time_Zone");
    let ran = staged("fifth").ends_with(1);
    assert!(ran.text().contains("main.prov:32:3: error[P0205]"), "{}", ran.text());
    change(&project, "3h jitter 10m", "4h jitter 10m");
    git(project.path(), &["add", "-A"]);
    change(&project, "Time_Zone", "Time_Zona");
    let ran = staged("sixth").ok();
    assert!(ran.text().contains("10800+600 → 14400+600"), "{}", ran.text());
}
