//! What no editor of good will sends.

use super::client::Client;
use crate::support::{Project, QUICKSTART};
use serde_json::{Value, json};

#[test]
fn the_life_of_a_server_is_as_the_protocol_says() {
    let project = Project::quickstart();
    let mut client = Client::raw(project.path());
    let at = json!({ "textDocument": { "uri": "file:///a.prov" }, "position": { "line": 0, "character": 0 } });
    // Before it is initialised it answers nothing, and forgets what it is told.
    let number = client.request("textDocument/hover", at.clone());
    assert_eq!(client.answer(number)["error"]["code"], json!(-32002));
    client.open("main.prov", QUICKSTART);
    client.ask("initialize", json!({ "capabilities": {} }));
    let number = client.request("initialize", json!({ "capabilities": {} }));
    assert_eq!(client.answer(number)["error"]["code"], json!(-32600), "a second initialize");
    client.tell("initialized", json!({}));
    let number = client.request("prov/nothing", json!({}));
    assert_eq!(client.answer(number)["error"]["code"], json!(-32601), "no such method");
    client.tell("$/nothing", json!({}));
    let number = client.request("shutdown", Value::Null);
    assert_eq!(client.answer(number)["error"], Value::Null);
    let number = client.request("textDocument/hover", at);
    assert_eq!(client.answer(number)["error"]["code"], json!(-32600), "after shutdown");
    client.tell("exit", Value::Null);
    assert_eq!(client.ended(), Some(0));
}

#[test]
fn an_end_without_shutdown_is_a_failure() {
    let project = Project::quickstart();
    let mut client = Client::new(project.path());
    client.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(client.ended(), Some(1));
    let mut client = Client::new(project.path());
    client.close_stdin();
    assert_eq!(client.ended(), Some(1));
}

#[test]
fn messages_that_are_none_are_answered_and_passed_over() {
    let project = Project::quickstart();
    let mut client = Client::new(project.path());
    for bytes in [
        &b"Content-Length: 5\r\n\r\n{\"a\":"[..],
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\nnull",
        b"Content-Length: 3\r\n\r\n\xff\xfe\xfd",
        b"Content-Length: 0\r\n\r\n",
    ] {
        client.write(bytes);
    }
    for params in [
        json!({}),
        json!({ "textDocument": { "uri": "not a uri" }, "position": { "line": -1, "character": 0 } }),
        json!([1]),
    ] {
        let number = client.request("textDocument/hover", params);
        assert_eq!(client.answer(number)["error"]["code"], json!(-32602));
    }
    client.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///nowhere.prov", "version": 4 }, "contentChanges": [{ "text": "x" }] }),
    );
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": "file:///nowhere.prov" } }));
    client.open("main.prov", QUICKSTART);
    assert_eq!(client.codes("main.prov"), [""; 0]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_place_that_is_not_there_has_no_answer() {
    let project = Project::quickstart();
    let mut client = Client::new(project.path());
    client.open("main.prov", QUICKSTART);
    let uris = [
        client.uri("main.prov"),
        client.uri("never-opened.prov"),
        "untitled:Untitled-1".to_owned(),
        "file:///".to_owned(),
    ];
    for uri in uris {
        for (line, character) in [(0, 0), (0, 4_000_000_000_u32), (4_000_000_000_u32, 0), (u32::MAX, u32::MAX)] {
            let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
            for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
                client.ask(method, at.clone());
            }
        }
    }
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_text_that_no_file_has_is_a_program_of_its_own() {
    let project = Project::new(&[]);
    let mut client = Client::new(project.path());
    let document = json!({ "uri": "untitled:Untitled-1", "languageId": "prov", "version": 1, "text": "let a = b\n" });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let found = client.wait("findings", |message| message["params"]["uri"] == json!("untitled:Untitled-1"));
    assert!(found["params"]["diagnostics"].to_string().contains("P0201"), "{found}");
}

#[test]
fn texts_beyond_every_limit_are_told_and_survived() {
    let project = Project::new(&[]);
    let mut client = Client::new(project.path());
    client.open("a.prov", "");
    assert_eq!(client.codes("a.prov"), ["P0101"]);
    for (text, code) in [
        ("(".repeat(100_000), "P0106"),
        ("profile a {\n".repeat(50_000), "P0106"),
        (format!("let a = {}1\n", "-".repeat(60_000)), "P0106"),
        (format!("let a = \"{}\n", "{\"".repeat(30_000)), "P0106"),
        (" ".repeat(9 << 20), "P0106"),
        ("let a = 1\0\n".to_owned(), "P0105"),
    ] {
        client.replace("a.prov", &text);
        let codes = client.codes("a.prov");
        assert!(codes.iter().any(|known| known == code), "{code}: {codes:?}");
        for character in [0, 9, 59_000] {
            let at = json!({ "textDocument": { "uri": client.uri("a.prov") }, "position": { "line": 0, "character": character } });
            for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
                client.ask(method, at.clone());
            }
        }
    }
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_request_may_be_taken_back() {
    let project = Project::quickstart();
    let mut client = Client::new(project.path());
    client.open("main.prov", QUICKSTART);
    let uri = client.uri("main.prov");
    for number in 1000..1040 {
        let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 3, "character": 4 } });
        client.send(&json!({ "jsonrpc": "2.0", "id": number, "method": "textDocument/completion", "params": at }));
        client.tell("$/cancelRequest", json!({ "id": number }));
    }
    client.tell("$/cancelRequest", json!({ "id": "never sent" }));
    for number in 1000..1040 {
        let answer = client.answer(number);
        // Done before it was taken back, or not.
        assert!(answer["result"].is_array() || answer["error"]["code"] == json!(-32800), "{answer}");
    }
    assert_eq!(client.end(), Some(0));
}
