//! What there is to say of the words of the language, by where they stand.

use super::context::Room;
use crate::language::{form_of, told_of};

/// Declarations, each with its form as a snippet.
pub const DECLARATIONS: [(&str, &str); 12] = [
    ("use", "use ${1:cisco.mpp}"),
    ("let", "let ${1:name} = $0"),
    ("fn", "fn ${1:name}(${2:x}: ${3:string}): ${4:string} = $0"),
    ("secret", "secret ${1:name} = env(\"${2:NAME}\")"),
    ("inventory", "inventory ${1:name} from \"${2:phones.csv}\" {\n  mac   : mac\n  model : model\n  $0\n}"),
    ("server", "server ${1:name} {\n  address $0\n}"),
    ("network", "network ${1:name} {\n  server $2\n  subnet $0\n}"),
    ("zone", "zone \"${1:example.com}\" {\n  $0\n}"),
    ("firmware", "firmware ${1:name} {\n  release \"$0\"\n}"),
    ("profile", "profile ${1:name} {\n  fetch ${2:http} \"${3:/phones/$MA.xml}\"\n  $0\n}"),
    ("fleet", "fleet ${1:name} {\n  server   $2\n  profiles $3\n  $0\n}"),
    ("test", "test \"${1:what is promised}\" {\n  phone $2\n  boot\n  expect $0\n}"),
];

/// Words that stand before or in the place of a parameter.
pub const BEFORE_PARAMETERS: [(&str, &str); 9] = [
    ("seed", "set once, on a factory-fresh phone"),
    ("user", "the user's own: never overwritten"),
    ("reset", "back to the phone's default"),
    ("override", "sets what an earlier partition or inclusion sets"),
    ("unlisted", "an element that the catalogue does not know"),
    ("if", "what follows holds for phones of which the condition does"),
    ("for", "once for each value"),
    ("match", "by the value of an expression, every one taken"),
    ("else", "otherwise"),
];

/// The section of the reference that speaks of a block.
fn section(room: Room) -> &'static str {
    match room {
        Room::File => "Declarations",
        Room::Columns => "inventory",
        Room::Phone | Room::Block("fleet" | "resync block") => "fleet",
        Room::Block("server" | "service" | "realm") => "server",
        Room::Block("network" | "class") => "network",
        Room::Block("zone" | "srv record" | "naptr record") => "zone",
        Room::Block("firmware" | "upgrade block") => "firmware and upgrade",
        Room::Block("rule" | "rule's arm") => "Rules by hand",
        Room::Block("log block") => "log",
        Room::Block("report block") => "report",
        Room::Block(what) => what,
        Room::Arms | Room::Other => "",
    }
}

/// What a word means that begins a line, in Markdown.
pub fn told(room: Room, word: &str) -> Option<String> {
    let what = if let Room::Block(what) = room { what } else { "" };
    if let Some((form, meaning)) = told_of(section(room), word) {
        return Some(format!("{form}\n\n{meaning}"));
    }
    if let Some((_, meaning)) = BEFORE_PARAMETERS.iter().find(|(known, _)| what == "profile" && *known == word) {
        return Some(format!("`{word}`\n\n{meaning}"));
    }
    form_of(what, word).map(|form| format!("`{form}`"))
}
