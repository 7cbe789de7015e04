//! An editor, as far as a language server sees of one: messages out and in, on the pipes of the real binary.

use crate::support::PROV;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Long enough for any machine: what is late by this is not coming.
const LATE: Duration = Duration::from_secs(60);

pub struct Client {
    server: Child,
    stdin: Option<ChildStdin>,
    heard: Receiver<Value>,
    /// What came while something else was waited for.
    kept: Vec<Value>,
    folder: PathBuf,
    next: i64,
    versions: BTreeMap<String, i64>,
}

impl Client {
    /// A server that was told nothing yet.
    pub fn raw(folder: &Path) -> Client {
        let mut server = Command::new(PROV)
            .arg("lsp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a server");
        let (say, heard) = channel();
        let mut stdout = BufReader::new(server.stdout.take().expect("stdout"));
        std::thread::spawn(move || {
            while let Some(message) = message(&mut stdout) {
                if say.send(message).is_err() {
                    return;
                }
            }
        });
        let stdin = server.stdin.take();
        let folder = std::fs::canonicalize(folder).expect("the folder");
        Client { server, stdin, heard, kept: Vec::new(), folder, next: 0, versions: BTreeMap::new() }
    }

    /// A server that knows a folder and an editor that can do everything.
    pub fn new(folder: &Path) -> Client {
        Client::with(folder, json!(["utf-16"]))
    }

    pub fn with(folder: &Path, encodings: Value) -> Client {
        let mut client = Client::raw(folder);
        let capabilities = json!({
            "general": { "positionEncodings": encodings },
            "textDocument": {
                "completion": { "completionItem": { "snippetSupport": true } },
                "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
                "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } },
            },
            "workspace": { "workspaceEdit": { "documentChanges": true } },
        });
        let folders = json!([{ "uri": client.uri(""), "name": "project" }]);
        let told = client.ask(
            "initialize",
            json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders }),
        );
        assert!(told["capabilities"].is_object(), "{told}");
        client.tell("initialized", json!({}));
        client
    }

    pub fn uri(&self, path: &str) -> String {
        let folder = self.folder.to_string_lossy();
        if path.is_empty() { format!("file://{folder}") } else { format!("file://{folder}/{path}") }
    }

    /// Octets as they are.
    pub fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("stdin");
        // One that has ended reads no more, which the test sees by what it does not say.
        let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
    }

    pub fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// A request; its number.
    pub fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        let number = self.next;
        let mut message = json!({ "jsonrpc": "2.0", "id": number, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        number
    }

    /// The whole answer to a request.
    #[track_caller]
    pub fn answer(&mut self, number: i64) -> Value {
        self.wait(&format!("an answer to request {number}"), |message| {
            message["id"] == json!(number) && message["method"].is_null()
        })
    }

    /// What a request comes to.
    #[track_caller]
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let number = self.request(method, params);
        let answer = self.answer(number);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    #[track_caller]
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.kept.iter().position(&wanted) {
            return self.kept.remove(place);
        }
        loop {
            let message = self.heard.recv_timeout(LATE).unwrap_or_else(|_| panic!("{what} does not come"));
            if wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    pub fn open(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.versions.insert(path.to_owned(), 1);
        let document = json!({ "uri": uri, "languageId": "prov", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Puts a text in the place of a whole one.
    pub fn replace(&mut self, path: &str, text: &str) {
        self.change(path, json!([{ "text": text }]));
    }

    pub fn change(&mut self, path: &str, changes: Value) {
        let version = self.versions.entry(path.to_owned()).or_insert(0);
        *version += 1;
        let version = *version;
        let document = json!({ "uri": self.uri(path), "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// What is found in a file as it is now.
    #[track_caller]
    pub fn findings(&mut self, path: &str) -> Vec<Value> {
        let (uri, version) = (self.uri(path), json!(self.versions.get(path)));
        let published = self.wait(&format!("findings of {path}, version {version}"), |message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == json!(uri)
                && params["version"] == version
        });
        published["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// The codes of what is found.
    #[track_caller]
    pub fn codes(&mut self, path: &str) -> Vec<String> {
        self.findings(path).iter().map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A document and a position in it, `|` in the text being the place. The document is opened.
    pub fn at(&mut self, path: &str, marked: &str) -> Value {
        let at = marked.find('|').expect("a place");
        let text = marked.replacen('|', "", 1);
        if self.versions.contains_key(path) {
            self.replace(path, &text)
        } else {
            self.open(path, &text)
        }
        let before = &marked[..at];
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
        json!({ "textDocument": { "uri": self.uri(path) }, "position": { "line": line, "character": column } })
    }

    /// Ends as the protocol says; the status of the process.
    pub fn end(mut self) -> Option<i32> {
        let number = self.request("shutdown", Value::Null);
        let answer = self.answer(number);
        assert_eq!(answer["result"], Value::Null, "{answer}");
        self.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
        self.ended()
    }

    /// The status of a server that is to end of itself, its stdin still open.
    pub fn ended(&mut self) -> Option<i32> {
        let status = self.server.wait().expect("its status").code();
        let mut said = String::new();
        self.server.stderr.take().expect("stderr").read_to_string(&mut said).expect("text");
        assert!(!said.contains("panicked"), "{said}");
        status
    }

    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A message; none: that was all.
fn message(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                if let Some(octets) = line.strip_prefix("Content-Length: ") {
                    length = octets.parse().expect("a length");
                }
            }
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("a message is JSON"))
}
