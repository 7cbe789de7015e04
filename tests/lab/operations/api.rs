//! The API, held against its own document.

use super::{curl, url};
use crate::lab::bench::{Bench, PROGRAM, SERVER};
use crate::support::{PHONES, Project, Serving, acknowledge, get, own_address, quickstart};
use serde_json::{Value, json};
use std::net::UdpSocket;

struct Document(Value);

impl Document {
    #[track_caller]
    fn of(serving: &Serving) -> Self {
        let (status, body) = get(serving.at(6081), "/api/openapi.json");
        assert_eq!(status, 200);
        Document(serde_json::from_slice(&body).expect("JSON"))
    }

    /// Holds an answer against what the document says of it, and gives it back as JSON.
    #[track_caller]
    fn holds(&self, path: &str, method: &str, status: u16, body: &str) -> Value {
        let answer = &self.0["paths"][path][method]["responses"][status.to_string()];
        assert!(answer.is_object(), "{method} {path} answers {status}, which the document does not have");
        let (kind, content) = answer["content"].as_object().and_then(|all| all.iter().next()).expect("content");
        if kind != "application/json" {
            return Value::Null;
        }
        // References lead to the components of the document.
        let mut schema = content["schema"].clone();
        schema["components"] = self.0["components"].clone();
        let validator = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{path}: {error}"));
        let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"));
        let faults: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{method} {path} {status}: {faults:?}\n{body:#}");
        // A schema that took anything would hold nothing.
        assert!(!validator.is_valid(&json!(7)), "{path}");
        body
    }
}

#[test]
fn every_answer_is_as_the_document_says() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    acknowledge(serving.at(6067), PHONES[0]);
    acknowledge(serving.at(6067), "02:00:00:00:00:09");
    get(serving.at(6080), "/phones/000e08abcd01.cfg");
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    let text = "<134>CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: corrupt";
    let from = serving.now();
    socket.send_to(text.as_bytes(), serving.at(6514)).expect("sends");
    serving.wait_after(from, "Resync failed");
    let document = Document::of(&serving);
    assert_eq!(document.0["openapi"], "3.1.0");

    let mut asked = Vec::new();
    let mut ask = |path: &'static str, at: &str, expected: u16| {
        let (status, body) = get(serving.at(6081), at);
        assert_eq!(status, expected, "{at}");
        asked.push((path, "get"));
        document.holds(path, "get", status, &String::from_utf8_lossy(&body))
    };
    ask("/", "/", 200);
    assert_eq!(ask("/health", "/health", 200)["alive"], true);
    let ready = ask("/ready", "/ready", 200);
    assert_eq!((&ready["ready"], &ready["phones"]), (&json!(true), &json!(2)));
    assert!(ready["services"].as_array().expect("services").iter().any(|one| one["service"] == "tftp"), "{ready}");
    ask("/metrics", "/metrics", 200);
    let page = ask("/api/phones", "/api/phones?page=1", 200);
    assert_eq!((&page["total"], &page["strangers"][0]["known"]), (&json!(2), &json!(false)));
    ask("/api/phones", "/api/phones?page=x", 400);
    let phone = ask("/api/phones/{mac}", "/api/phones/000e08abcd01", 200);
    assert_eq!((&phone["state"], &phone["requests"][0]["status"]), (&json!("failed"), &json!(200)));
    assert_eq!(
        (&phone["reached"]["served"], &phone["reached"]["cause"]["kind"], &phone["network"]),
        (&json!(false), &json!("failed"), &json!("lab"))
    );
    let lag = ask("/api/phones", "/api/phones?state=lagging&cause=unseen&q=&fleet=lab_desks", 200);
    assert_eq!((&lag["found"], &lag["phones"][0]["reached"]["cause"]["kind"]), (&json!(1), &json!("unseen")));
    ask("/api/phones", "/api/phones?state=nothing", 400);
    ask("/phones/{mac}", "/phones/000e08abcd01", 200);
    ask("/phones/{mac}", "/phones/020000000001", 404);
    ask("/phones/{mac}", "/phones/xyz", 400);
    ask("/style.css", "/style.css", 200);
    ask("/live.js", "/live.js", 200);
    ask("/api/phones/{mac}", "/api/phones/020000000009", 200);
    ask("/api/phones/{mac}", "/api/phones/020000000001", 404);
    ask("/api/phones/{mac}", "/api/phones/xyz", 400);
    let strangers = ask("/api/strangers", "/api/strangers", 200);
    assert_eq!((&strangers["total"], &strangers["strangers"][0]["asked"][0]["service"]), (&json!(1), &json!("dhcp")));
    ask("/api/strangers", "/api/strangers?page=x", 400);
    ask("/api/openapi.json", "/api/openapi.json", 200);

    // The stream has no end; its beginning is asked for in `dashboard.rs`.
    asked.push(("/events", "get"));

    let reload = url(serving.at(6081), "/api/reload");
    for (headers, expected) in [
        (&["-X", "POST"][..], 200),
        (&["-X", "POST", "-H", "Origin: http://evil.example"], 403),
        (&["-X", "POST", "-H", "Sec-Fetch-Site: same-origin"], 403),
    ] {
        let (status, body) = curl(headers, &reload);
        assert_eq!(status, expected, "{body}");
        document.holds("/api/reload", "post", status, &body);
    }
    asked.push(("/api/reload", "post"));
    // Nothing is in the document that was not asked for here.
    for (path, operations) in document.0["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            assert!(
                asked.contains(&(path.as_str(), method.as_str())),
                "{method} {path} is in the document, and not here"
            );
        }
    }
    for (arguments, path, status) in
        [(&[][..], "/api/nothing", 404), (&["-X", "POST"], "/health", 405), (&[], "/api/reload", 405)]
    {
        let (told, body) = curl(arguments, &url(serving.at(6081), path));
        assert_eq!(told, status, "{path}: {body}");
        assert!(body.contains("\"error\""), "{body}");
    }
    serving.stop();
}

#[test]
fn a_reload_by_the_api_says_what_came_of_it() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let document = Document::of(&serving);
    let at = url(serving.at(6081), "/api/reload");
    let good = quickstart(own_address());
    let ask = |expected: u16| {
        let (status, body) = curl(&["-X", "POST"], &at);
        assert_eq!(status, expected, "{body}");
        document.holds("/api/reload", "post", status, &body)
    };
    project.write("main.prov", &good.replace("Time_Zone ", "Time_Zona "));
    let refused = ask(422);
    assert_eq!((&refused["reloaded"], &refused["phones"]), (&json!(false), &json!(2)));
    assert_eq!(refused["why"], "the last good program goes on");
    let finding = &refused["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["severity"], &finding["file"]),
        (&json!("P0205"), &json!("error"), &json!("main.prov"))
    );
    assert!(finding["line"].as_u64() > Some(1), "{finding}");
    project.write("main.prov", &good.replace("6080", "6090"));
    assert!(ask(422)["why"].as_str().expect("a reason").contains("restart"));
    project.write("main.prov", &good.replace("Front desk", "Reception"));
    let taken = ask(200);
    assert_eq!((&taken["reloaded"], &taken["why"]), (&json!(true), &Value::Null));
    let (_, phone) = get(serving.at(6081), "/api/phones/000e08abcd01");
    assert!(String::from_utf8_lossy(&phone).contains("Reception"));
    serving.stop();
}

/// The dashboard has no login: what changes something is for the server's own machine.
#[test]
fn another_machine_reloads_nothing() {
    let bench = Bench::of(PROGRAM);
    bench.address_of_the_desk();
    let serving = bench.serve();
    let ask = |mut command: std::process::Command| {
        let url = format!("http://{SERVER}:8080/api/reload");
        crate::support::run(command.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", &url]))
            .ok()
            .text()
    };
    assert_eq!(ask(bench.command("curl")), "403");
    assert_eq!(ask(bench.on_server("curl")), "200");
    serving.stop();
}
