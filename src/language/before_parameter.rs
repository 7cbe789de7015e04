//! Words that stand before the name of a parameter in a profile, or in place of a statement, and say nothing there so.

/// What is wrong with a word before the name of a parameter: the message, why, and what to write.
pub(super) fn told(word: &str) -> Option<(String, &'static str, String)> {
    let told = |why, help: &str| Some((format!("`{word}` is not written so"), why, help.to_owned()));
    match word {
        "seed" | "override" | "set" | "unlisted" => {
            told("it stands before an assignment", &format!("write `{word} NAME = value`"))
        }
        "reset" => {
            told("it writes the phone's default out, and takes no value", "write `reset NAME`, or `NAME = value`")
        }
        "rw" | "ro" | "na" => Some((
            format!("unexpected `{word}`"),
            "what a user account may do is said with `user`",
            format!("write `NAME = value user {word}`"),
        )),
        "user" => told(
            "it leaves a parameter to the phone's user, and sends no value",
            "write `user NAME`, or `NAME = value user rw` for a value that the user may change",
        ),
        "switch" | "case" | "select" | "choose" => Some((
            format!("unexpected `{word}`"),
            "the first arm with an equal value is taken",
            "write `match phone.role { \"desk\" { … } else { … } }`".to_owned(),
        )),
        "unless" => Some((
            "unexpected `unless`".to_owned(),
            "a condition is turned round by a word",
            "write `if not CONDITION { … }`, or `!=`".to_owned(),
        )),
        "while" | "foreach" | "loop" | "each" | "repeat" => Some((
            format!("unexpected `{word}`"),
            "a loop runs over a range or a list",
            "write `for n in 1..4 { … }`".to_owned(),
        )),
        "let" | "var" | "const" | "local" => Some((
            format!("unexpected `{word}`"),
            "a name is declared outside of blocks",
            "move it before the profile: `let NAME = value`".to_owned(),
        )),
        "print" | "echo" | "log" | "debug" => Some((
            format!("unexpected `{word}`"),
            "a program prints nothing",
            "`prov show MAC` tells what a phone gets".to_owned(),
        )),
        "delete" | "unset" | "clear" | "remove" | "default" => Some((
            format!("unknown word `{word}`"),
            "`reset` writes the phone's default out; what is not named stays as it is",
            "write `reset NAME`".to_owned(),
        )),
        _ => None,
    }
}
