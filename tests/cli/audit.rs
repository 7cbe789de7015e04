//! `prov audit`: what other systems serve, checked where it is.

use super::import::grown;
use crate::support::{Project, Ran, Serving, own_address, prov, quickstart, valid};
use std::path::Path;

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

fn audit(project: &Project, more: &[&str]) -> Ran {
    let old = project.join("old");
    prov(["audit", text(&old)].into_iter().chain(more.iter().copied()))
}

/// A folder with a mistake of each kind, and what is found of it: code, file and line.
#[test]
fn each_mistake_is_told_of_its_own_line() {
    let file = |inside: &str| format!("<flat-profile>\n<User_ID_1_>101</User_ID_1_>\n{inside}\n</flat-profile>\n");
    for (inside, code, words) in [
        ("<Resync_Perodic>60</Resync_Perodic>", "warning[P0205]", "no phone has the parameter `Resync_Perodic`"),
        ("<Register_1_>Ja</Register_1_>", "warning[P0303]", "`Register_1_` takes `Yes` or `No`"),
        ("<Ringer_Volume>99</Ringer_Volume>", "warning[P0302]", "outside its range"),
        ("<Dial_Plan_1_>(xx.</Dial_Plan_1_>", "warning[P0305]", "`Dial_Plan_1_` is not a dial plan"),
        ("<Proxy_16_>sip.example.com</Proxy_16_>", "warning[P0207]", "CP-8841-3PCC has no `Proxy_16_`"),
        ("<Profile_Rule>(\"$A\" eq )? http://h/x</Profile_Rule>", "warning[P0501]", "`Profile_Rule` is not a rule"),
        (
            "<Profile_Rule_B>http://h/nowhere/x-$PN.xml</Profile_Rule_B>",
            "warning[P0604]",
            "leads 00:0e:08:ab:cd:01 to a file that is not here",
        ),
        ("<Resync_Error_Retry_Delay>0</Resync_Error_Retry_Delay>", "error[P0802]", ""),
        ("<Upgrade_Rule>(\"$SWVER\" eq \"sip88xx.11-3-1MPP-678\")? http://h/a.loads</Upgrade_Rule>", "P0510", ""),
        ("<Display_Name_1_>a & b</Display_Name_1_>", "warning[P0314]", "`&` begins no entity"),
    ] {
        let project = Project::new(&[("old/8841/000e08abcd01.xml", &file(inside))]);
        let found = audit(&project, &["--format", "short"]).text();
        let line = found.lines().find(|line| line.contains(code) && line.contains(words));
        let line = line.unwrap_or_else(|| panic!("{inside}: {found}"));
        assert!(line.starts_with("8841/000e08abcd01.xml:3:"), "{line}");
        assert_eq!(std::fs::read_dir(project.path()).expect("the folder").count(), 1, "nothing is written");
    }
    let sound = Project::new(&[("old/8841/000e08abcd01.xml", &file("<Register_1_>Yes</Register_1_>"))]);
    let ran = audit(&sound, &["-D", "warnings"]).ok();
    assert!(ran.text().starts_with("no findings · 1 file, 1 phone"), "{}{}", ran.text(), ran.stderr);
}

#[test]
fn findings_have_every_form_of_check() {
    let project = grown();
    let document = audit(&project, &["--format", "json"]).ok().json();
    valid("audit", &[("audit".to_owned(), document.clone())]);
    assert_eq!(document["summary"]["phones"], 4);
    let sarif = audit(&project, &["--format", "sarif"]).ok().json();
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let place =
        |result: &serde_json::Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].to_string();
    assert!(results.iter().any(|result| place(result).contains("ams/7841/000e08abcd04.cfg")), "{sarif:#}");
    audit(&project, &["--format", "junit"]).ok();
    audit(&project, &["--format", "gitlab"]).ok().json();
    let said = audit(&project, &["-D", "warnings"]).ends_with(1);
    assert!(!(said.text() + &said.stderr).contains("hunter"), "{}", said.stderr);
}

#[test]
fn a_list_says_which_phones_count() {
    let project = grown();
    project.write("some", "# two of four, and one that is nowhere\n00-0e-08-ab-cd-01\n000e08abcd04 7841\n");
    let some = project.join("some");
    assert!(audit(&project, &["--macs", text(&some)]).ok().text().contains("6 files, 2 phones"));
    project.write("some", "000e08abcd01\n000e08abcdff\n");
    audit(&project, &["--macs", text(&some)]).ends_with(1).says("there is no file for 00:0e:08:ab:cd:ff");
    project.write("some", "000e08abcd01\nthe hall\n");
    audit(&project, &["--macs", text(&some)]).ends_with(2).says(":2: there is no hardware address in this line");
    audit(&project, &["--macs", text(&project.join("none"))]).ends_with(2).says("cannot read");
    prov(["audit", text(&project.join("none"))]).ends_with(2).says("cannot read");
    let empty = Project::new(&[("old/readme.txt", "hello")]);
    audit(&empty, &[]).ends_with(1).says("no profile of a phone was found");
}

#[test]
fn a_url_is_asked_as_phones_ask() {
    let program =
        quickstart(own_address()).replace("  Time_Zone  ", "  unlisted \"Tme_Zone\" = \"GMT\"\n  Time_Zone  ");
    let project =
        Project::new(&[("main.prov", &program), ("macs", "mac,model\n000e08abcd01 8841\n000e08abcd02 7841\n")]);
    let serving = Serving::project(project.path());
    let (macs, http) = (project.join("macs"), serving.at(6080));
    let (macs, dns) = (text(&macs), serving.at(6053).to_string());
    let ran = prov(["audit", &format!("http://{http}/common/$PSN.xml"), "--macs", macs, "--dns", &dns]).ok();
    assert!(ran.text().contains("2 files, 2 phones"), "{}", ran.text());
    let ran = ran.says("no phone has the parameter `Tme_Zone`").says("000e08abcd02 CP-7841-3PCC");
    assert!(!ran.stderr.contains("error"), "{}", ran.stderr);
    prov(["audit", &format!("http://{http}/nowhere/$MA.xml"), "--macs", macs])
        .ends_with(1)
        .says("the phone does not get its files");
    prov(["audit", &format!("http://{http}/common/$PSN.xml")]).ends_with(2).says("say which with `--macs FILE`");
    prov(["audit", &format!("http://{http}/x"), macs, "--macs", macs])
        .ends_with(2)
        .says("folders and files, or one URL");
}
