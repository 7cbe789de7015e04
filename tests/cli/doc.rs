//! `prov doc`: every link leads somewhere, nothing secret is in a page, and a browser finds what is searched for.

use crate::support::{Project, prov, root, run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = r#"use cisco.mpp

let domain = "sip.lab.example"

secret fleet_key = env("FLEET_KEY")

server main {
  name    "prov.lab.example"
  address 127.0.0.1
  http    { port 6080 }
  https   { port 6443  certificate "a.pem"  key file("a.key")  clients require "ca.pem" }
}

inventory desks from "desks.csv" {
  mac      : mac
  model    : model
  name     : string
  role     : "desk" | "reception" = "desk"
  password : secret
}

/// For everybody.
profile common {
  fetch http "/common/$PSN.xml"

  Proxy[1]      = domain          // the one that all use
  Time_Zone     = "GMT+01:00"
  user Back_Light_Timer
}

profile keys {
  fetch https "/keys/$MA.xml"
}

profile account {
  fetch http "/phones/$MA.cfg"
  seal  aes256cbc key derive(fleet_key, phone.mac)

  Display_Name[1] = phone.name
  Password[1]     = phone.password
  override Time_Zone = "GMT"
  if phone.role == "reception" {
    Station_Display_Name = "Reception"
  } else {
    Station_Display_Name = "Desk <b>{phone.name}</b>"
  }
}

fleet desks {
  phones    desks
  server    main
  profiles  common, keys, account
  bootstrap manual
}
"#;

const ROWS: &str = "mac,model,name,role,password\n\
    000e08000001,CP-7841-3PCC,<script>alert(1)</script>,desk,env:PASS_OF_ONE\n\
    000e08000002,CP-8841-3PCC,Two,reception,env:PASS_OF_TWO\n\
    000e08000003,CP-8841-3PCC,Three,,env:PASS_OF_THREE\n";

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// Every file of a site by its path.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        for entry in std::fs::read_dir(folder.join(&below)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = below.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(path);
            } else {
                all.insert(text(&path).to_owned(), std::fs::read_to_string(entry.path()).expect("a text"));
            }
        }
    }
    all
}

fn made(project: &Project) -> BTreeMap<String, String> {
    let out = project.join("site");
    prov(["doc", text(project.path()), "-o", text(&out)]).ok();
    files(&out)
}

fn own() -> Project {
    Project::new(&[("main.prov", PROGRAM), ("desks.csv", ROWS)])
}

/// The values of an attribute.
fn attributes<'t>(page: &'t str, name: &str) -> Vec<&'t str> {
    let begin = format!(" {name}=\"");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// A page as a browser has it after its scripts ran.
fn shown(page: &Path, query: &str) -> String {
    let profile = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("chromium");
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom"]);
    command.arg(format!("--user-data-dir={}", profile.path().display())).env("HOME", profile.path());
    run(command.arg(format!("file://{}{query}", page.display()))).ok().text()
}

#[test]
fn every_link_leads_to_a_page_and_a_place_in_it() {
    let acme = Project::new(&[]);
    let out = acme.join("site");
    prov(["doc", text(&root().join("examples/acme")), "-o", text(&out)]).ok().says("index.html");
    for site in [files(&out), made(&own())] {
        let pages: Vec<(&String, &String)> = site.iter().filter(|(path, _)| path.ends_with(".html")).collect();
        assert!(pages.len() > 6, "{pages:?}");
        for (path, page) in pages {
            let folder = Path::new(path).parent().expect("a parent");
            for link in attributes(page, "href").into_iter().chain(attributes(page, "src")) {
                let (file, place) = link.split_once('#').unwrap_or((link, ""));
                let mut to = folder.to_owned();
                for part in file.split('/') {
                    match part {
                        ".." => drop(to.pop()),
                        part => to.push(part),
                    }
                }
                let found = site.get(text(&to)).unwrap_or_else(|| panic!("{path}: {link} leads nowhere"));
                assert!(place.is_empty() || attributes(found, "id").contains(&place), "{path}: {link}");
            }
            let ids = attributes(page, "id");
            assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{path}: an id twice");
        }
        // What the search knows leads somewhere too.
        let entries = site["entries.js"].trim_start_matches("window.ENTRIES = ").trim_end_matches(";\n");
        let entries: Vec<serde_json::Value> = serde_json::from_str(entries).expect("a list");
        for entry in entries {
            let link = entry["h"].as_str().expect("a link");
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let found = site.get(file).unwrap_or_else(|| panic!("{entry} leads nowhere"));
            assert!(place.is_empty() || attributes(found, "id").contains(&place), "{entry}");
        }
    }
}

#[test]
fn a_page_tells_who_has_what_and_why() {
    let site = made(&own());
    let row = |page: &str, element: &str| {
        let rest = site[page].split(&format!("<tr id=\"{element}\">")).nth(1).expect("a row").to_owned();
        rest.split("<tr id=").next().expect("its end").to_owned()
    };
    let proxy = row("desks/profile-common.html", "Proxy_1_");
    assert!(proxy.contains("Proxy[1]      &#x3D; domain          // the one that all use"), "{proxy}");
    assert!(proxy.contains("sip.lab.example") && proxy.contains("main.prov:26"), "{proxy}");
    assert!(proxy.contains("3 phones: CP-7841-3PCC, CP-8841-3PCC"), "{proxy}");
    // Forms by a cell are told apart, with how many phones have each.
    let name = row("desks/model-CP-8841-3PCC.html", "Station_Display_Name");
    assert!(name.contains("Reception") && name.contains("Desk &lt;b&gt;{phone.name}&lt;/b&gt;"), "{name}");
    assert_eq!(name.matches("1 phone").count(), 2, "{name}");
    let other = row("desks/model-CP-7841-3PCC.html", "Station_Display_Name");
    assert!(!other.contains("Reception"), "{other}");
    // The later partition wins, and what it beat is told on the model's page alone.
    let zone = row("desks/model-CP-8841-3PCC.html", "Time_Zone");
    assert!(zone.contains("<code>GMT</code>") && zone.contains("wins over <code>GMT+01:00</code> of common"), "{zone}");
    assert!(!row("desks/profile-account.html", "Time_Zone").contains("wins over"));
    assert!(row("desks/profile-common.html", "Back_Light_Timer").contains("left to the user"));
    assert!(site["parameters.html"].contains("common of desks"));
    let fleet = &site["desks/index.html"];
    assert!(fleet.contains("sealed with a key of each phone&#x27;s own (AES-256-CBC)"), "{fleet}");
    assert!(fleet.contains("/common/$(PSN).xml"), "{fleet}");
}

#[test]
fn nothing_secret_and_nothing_hostile_is_in_a_page() {
    for (path, page) in made(&own()) {
        for secret in ["PASS_OF_ONE", "PASS_OF_TWO"] {
            assert!(!page.contains(secret), "{path} tells {secret}");
        }
        if path.ends_with(".html") {
            assert!(!page.contains("<script>alert"), "{path}");
            let foreign = ["http://", "https://", "//"];
            let links = attributes(&page, "href").into_iter().chain(attributes(&page, "src")).collect::<Vec<_>>();
            assert!(links.iter().all(|link| !foreign.iter().any(|begin| link.starts_with(begin))), "{path}: {links:?}");
        }
    }
}

#[test]
fn a_browser_finds_what_is_asked_for() {
    let project = own();
    made(&project);
    let page = project.join("site/desks/profile-common.html");
    let found = |query: &str| {
        let dom = shown(&page, query);
        let part = dom.split("<section id=\"found\"").nth(1).expect("the list").to_owned();
        part.split("</section>").next().expect("its end").to_owned()
    };
    let proxy = found("?q=proxy");
    assert!(proxy.contains("href=\"../parameters.html#Proxy_1_\"") && proxy.contains("Proxy[1]"), "{proxy}");
    let phone = found("?q=000e08000002");
    assert!(phone.contains("../desks/model-CP-8841-3PCC.html"), "{phone}");
    assert!(found("?q=nothing+of+the+kind").contains("nothing is called so"));
    // A name from a table is a text, never a script.
    let hostile = found("?q=alert");
    assert!(hostile.contains("00:0e:08:00:00:01") && !hostile.contains("<script>alert"), "{hostile}");
    assert!(found("").contains("hidden"));
}

#[test]
fn the_same_program_gives_the_same_pages_and_only_its_own_folder_is_replaced() {
    let project = own();
    assert_eq!(made(&project), made(&project));
    let out = project.join("mine");
    project.write("mine/notes.txt", "keep");
    prov(["doc", text(project.path()), "-o", text(&out)]).ends_with(2).says("was not written by prov doc");
    assert_eq!(std::fs::read_to_string(out.join("notes.txt")).expect("kept"), "keep");
    // A program with errors leaves the site that is there.
    let before = files(&project.join("site"));
    project.write("main.prov", &PROGRAM.replace("Time_Zone ", "Time_Zona "));
    prov(["doc", text(project.path()), "-o", text(&project.join("site"))]).ends_with(1).says("P0205");
    assert_eq!(files(&project.join("site")), before);
    prov(["doc", text(project.path())]).ends_with(2).says("--output");
}
