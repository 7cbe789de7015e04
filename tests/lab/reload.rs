//! The program changes while it is served.

use crate::support::{Project, Serving, get, gunzip, own_address, quickstart};

const ACCOUNT: &str = "/phones/000e08abcd01.cfg";

fn name_at(serving: &Serving) -> String {
    let (status, body) = get(serving.at(6080), ACCOUNT);
    assert_eq!(status, 200);
    let xml = gunzip(&body);
    let (_, rest) = xml.split_once("<Display_Name_1_>").expect("a name");
    rest.split('<').next().unwrap_or_default().to_owned()
}

#[test]
fn a_change_of_a_file_is_served() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    assert_eq!(name_at(&serving), "Front desk");
    project.write("main.prov", &quickstart(own_address()).replace("Front desk", "Reception"));
    serving.wait_for("reloaded, 2 phones");
    assert_eq!(name_at(&serving), "Reception");
    serving.stop();
}

#[test]
fn sighup_serves_what_cannot_be_watched() {
    // The file lies elsewhere: its folder is not the project's.
    let (project, elsewhere) = (Project::new(&[]), Project::quickstart());
    std::os::unix::fs::symlink(elsewhere.join("main.prov"), project.join("main.prov")).expect("a link");
    let serving = Serving::project(project.path());
    elsewhere.write("main.prov", &quickstart(own_address()).replace("Front desk", "Reception"));
    assert_eq!(name_at(&serving), "Front desk");
    serving.signal("HUP");
    serving.wait_for("reloaded, 2 phones");
    assert_eq!(name_at(&serving), "Reception");
    serving.stop();
}

#[test]
fn a_broken_edit_is_said_and_the_last_good_program_goes_on() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let good = quickstart(own_address());
    for (broken, code) in [
        (good.replace("Time_Zone ", "Time_Zona "), "error[P0205]"),
        (good.replace("profile common {", "profile common {{"), "error[P01"),
        (String::new(), "the program is empty"),
    ] {
        let from = serving.now();
        project.write("main.prov", &broken);
        serving.wait_after(from, code);
        serving.wait_after(from, "not reloaded: the last good program goes on");
        assert_eq!(name_at(&serving), "Front desk");
    }
    let from = serving.now();
    std::fs::remove_file(project.join("main.prov")).expect("a file");
    serving.wait_after(from, "not reloaded");
    assert_eq!(name_at(&serving), "Front desk");
    let from = serving.now();
    project.write("main.prov", &good.replace("Front desk", "Reception"));
    serving.wait_after(from, "reloaded, 2 phones");
    assert_eq!(name_at(&serving), "Reception");
    serving.stop();
}

#[test]
fn other_ports_need_a_restart_and_say_so() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    project.write("main.prov", &quickstart(own_address()).replace("6080", "6090").replace("Front desk", "Reception"));
    let line = serving.wait_for("not reloaded: ");
    assert!(line.contains("server `prov`") && line.contains("restart"), "{line}");
    assert_eq!(name_at(&serving), "Front desk");
    serving.stop();
}
