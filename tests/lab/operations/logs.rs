//! Logs for machines.

use crate::support::{PHONES, Project, Serving, acknowledge, own_address, quickstart};
use serde_json::Value;

#[test]
fn with_json_every_line_is_an_object() {
    let project = Project::quickstart();
    // `prov … ready` is inside of its line here.
    let serving = Serving::saying(project.path(), &["--log", "json"], "\"event\":\"ready\"");
    acknowledge(serving.at(6067), PHONES[0]);
    serving.wait_for("\"event\":\"lease\"");
    project.write("main.prov", &quickstart(own_address()).replace("Time_Zone ", "Time_Zona "));
    serving.wait_for("not reloaded");
    let said = serving.stop();
    let lines: Vec<Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    for line in &lines {
        for field in ["timestamp", "level", "message", "target"] {
            assert!(line[field].is_string(), "{field}: {line}");
        }
    }
    let of = |event: &str| lines.iter().find(|line| line["event"] == event).unwrap_or_else(|| panic!("no {event}"));
    assert!(of("ready")["ports"]["tftp"].is_u64());
    assert_eq!((&of("lease")["mac"], &of("lease")["level"]), (&PHONES[0].into(), &"INFO".into()));
    assert_eq!(of("not reloaded")["level"], "ERROR");
    let finding = lines.iter().find(|line| line["code"] == "P0205").expect("the finding");
    assert_eq!((&finding["level"], &finding["file"]), (&"ERROR".into(), &"main.prov".into()));
}
