//! A real Chromium, spoken to over pipes by its DevTools protocol: pages as people have them, with their own scripts and
//! policies.

use super::until;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

pub struct Browser {
    child: Child,
    to: File,
    from: BufReader<File>,
    asked: u64,
    session: Option<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub fn new() -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let path = |name: &str| profile.path().join(name);
        super::run(Command::new("mkfifo").args([path("in"), path("out")])).ok();
        // The protocol is read from descriptor 3 and answered on 4.
        let start = "exec chromium --headless --no-sandbox --disable-gpu --no-first-run --remote-debugging-pipe \
                     --window-size=1280,1000 --user-data-dir=\"$HOME\" about:blank 3<\"$HOME/in\" 4>\"$HOME/out\"";
        let mut command = Command::new("sh");
        command.args(["-c", start]).env("HOME", profile.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("a browser");
        let to = OpenOptions::new().write(true).open(path("in")).expect("a pipe");
        let from = BufReader::new(File::open(path("out")).expect("a pipe"));
        let mut browser = Browser { child, to, from, asked: 0, session: None, _profile: profile };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", attached);
        browser.session = Some(session["sessionId"].as_str().expect("a session").to_owned());
        browser
    }

    /// What a method of the protocol gives.
    #[track_caller]
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.asked += 1;
        let mut message = json!({ "id": self.asked, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut octets = message.to_string().into_bytes();
        octets.push(0);
        self.to.write_all(&octets).expect("the browser reads");
        loop {
            let mut octets = Vec::new();
            self.from.read_until(0, &mut octets).expect("the browser writes");
            octets.pop();
            let answer: Value = serde_json::from_slice(&octets).expect("the browser answers");
            // Everything else is told, and was not asked for.
            if answer["id"] == self.asked {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// What an expression comes to in the page.
    #[track_caller]
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", asked);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    #[track_caller]
    pub fn open(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
        self.wait(&format!("location.href == {} && document.readyState == 'complete'", json!(url)));
    }

    /// Waits until an expression is true in the page.
    #[track_caller]
    pub fn wait(&mut self, expression: &str) {
        until(expression, || (self.evaluate(expression) == true).then_some(()));
    }

    /// What people read on the page.
    #[track_caller]
    pub fn text(&mut self) -> String {
        self.evaluate("document.body.innerText").as_str().expect("a text").to_owned()
    }

    /// A key, by its name, its number and the text that it types.
    #[track_caller]
    pub fn press(&mut self, name: &str, number: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let mut key = json!({ "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": number });
            if kind == "keyDown" {
                key["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", key);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
