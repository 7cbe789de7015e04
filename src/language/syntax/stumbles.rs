//! What was meant where the grammar stumbled: told by the line and the sign, so that the finding names the mistake and what
//! to write.

use super::slips::mask;
use std::net::Ipv4Addr;

/// What is meant where the grammar stumbled: at `at` of `text`, over `token`. The message, why, and what to write.
pub(super) fn at_token(text: &str, at: usize, token: &str) -> Option<(String, String, String)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(start..)?;
    let line = rest.lines().next().unwrap_or_default();
    let before = text.get(start..at)?.trim();
    let first = before.is_empty();
    let told = |message: &str, why: &str, help: &str| Some((message.to_owned(), why.to_owned(), help.to_owned()));
    match token {
        "#" | "/" | ";" | "--" | "%" if first => told(
            &format!("`{token}` begins no comment"),
            "a comment begins with `//` and ends with its line",
            "write `// …`",
        ),
        "<" if first => told(
            "this is XML, and no statement",
            "an element is written as a parameter: `<Name>value</Name>` is `Name = \"value\"`",
            "`prov explain NAME` shows how the language writes an element",
        ),
        "." if rest.get(..at - start).is_some_and(|before| before.contains("/255")) => {
            let prefix = line.split_whitespace().find_map(|word| {
                let (address, written) = word.split_once('/')?;
                Some(format!("write `{}/{}`", address.parse::<Ipv4Addr>().ok()?, mask(written)?))
            });
            let help = prefix.unwrap_or_else(|| "write `10.20.0.0/24`".to_owned());
            told("a mask is not written so", "a network has the length of its prefix", &help)
        }
        "," if text.get(at + 1..)?.trim_start().starts_with('}') => told(
            "unexpected `,`",
            "a comma divides the items of one setting",
            "leave it out: settings are divided by blanks, or stand on lines of their own",
        ),
        "," if before.contains('{') && before.rsplit('{').next().is_some_and(|inside| inside.contains('=')) => told(
            "unexpected `,`",
            "fields of a record are divided by blanks, or stand on lines of their own",
            "leave it out",
        ),
        "{" if first && text.get(..start)?.trim_end().ends_with('}') => {
            told("a list is divided by commas", "another item begins here", "put a `,` behind the item before it")
        }
        _ if token.starts_with('"') && before.ends_with('"') && before.contains('[') && !before.contains('{') => {
            told("a list is divided by commas", "another item begins here", "put a `,` before it")
        }
        "|" if before.starts_with('"') && !line.contains("||") => {
            told("unexpected `|`", "words of one arm are divided by commas", "write `\"a\", \"b\" { … }`")
        }
        "=" if before.starts_with('"') && line.contains("=>") => {
            told("unexpected `=>`", "an arm has a block", "write `\"a\" { … }`")
        }
        _ if before == "case" => told("unexpected `case`", "an arm begins with its value", "leave `case` out"),
        ";" if text.get(at + 1..).is_some_and(|rest| {
            rest.starts_with([' ', '\t']) && !rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r', '/', '}'])
        }) && !before.contains('=') =>
        {
            told("unexpected `;`", "items of one setting are divided by commas", "write `,`")
        }
        ";" => told("unexpected `;`", "a statement ends at its line's end", "remove it"),
        "'" => told("unexpected `'`", "a string stands in double quotes", "write `\"…\"`"),
        "&" | "|" if line.contains("&&") || line.contains("||") => {
            let (written, meant) = if token == "&" { ("&&", "and") } else { ("||", "or") };
            told(&format!("unexpected `{written}`"), "words join conditions", &format!("write `{meant}`"))
        }
        "!" => told("unexpected `!`", "a word turns a condition round", "write `not`"),
        "=" if rest
            .get(line.find('=').unwrap_or(0) + 1..)
            .is_some_and(|value| value.trim_start().starts_with('\'')) =>
        {
            told("unexpected `'`", "a string stands in double quotes", "write `\"…\"`")
        }
        "=" | "~" if line.contains("=~") => told(
            "a program has no patterns",
            "a value is compared as a whole: `==`, `!=`, or with a list, `x in [\"a\", \"b\"]`",
            "put what the pattern would tell into a column of the inventory, and compare that",
        ),
        "contains" | "has" | "includes" => told(
            &format!("`{token}` is no operator"),
            "`in` asks whether a list has an item",
            &turned(line, token).unwrap_or_else(|| "write `VALUE in LIST`".to_owned()),
        ),
        "(" if [".contains", ".includes", ".has"].iter().any(|call| before.ends_with(call)) => {
            let argument = rest.get(before.len()..).and_then(|_| text.get(at + 1..)?.split(')').next());
            let asked = before.rsplit([' ', '(']).next().and_then(|whole| whole.rsplit_once('.')).map(|(list, _)| list);
            let help = match (argument.filter(|argument| !argument.contains('\n')), asked) {
                (Some(argument), Some(asked)) => format!("write `{} in {asked}`", argument.trim()),
                _ => "write `VALUE in LIST`".to_owned(),
            };
            told("a value has no methods", "`in` asks whether a list has an item", &help)
        }
        "startswith" | "starts" | "endswith" | "ends" | "matches" | "match" | "like" if !first => told(
            &format!("`{token}` is no operator"),
            "a value is compared as a whole: `==`, `!=`, or with a list, `x in [\"a\", \"b\"]`",
            "put what the pattern would tell into a column of the inventory, and compare that",
        ),
        "is" | "isnt" | "equals" | "eq" | "ne" if !first => {
            let after = text.get(at + token.len()..)?.trim_start();
            let unequal = after.starts_with("not ") || matches!(token, "isnt" | "ne");
            let meant = if unequal { "!=" } else { "==" };
            told(&format!("`{token}` is no operator"), "values are compared with signs", &format!("write `{meant}`"))
        }
        "=" if compares(text.get(at + 1..)?).is_some() && conditional(before) => {
            let (written, meant) = compares(text.get(at + 1..)?)?;
            told(&format!("unexpected `{written}`"), "values are compared with signs", &format!("write `{meant}`"))
        }
        "=" if conditional(before) => told("unexpected `=`", "`=` assigns", "write `==` to compare"),
        "=" if text.get(at + 1..)?.trim_start_matches([' ', '\t']).starts_with(['\n', '\r', '}']) => {
            told("unexpected end of the line", "a value is missing behind the `=`", "write `NAME = value`")
        }
        "=" if text.get(at + 1..)?.trim_start().starts_with('+') => told(
            "unexpected `+`",
            "a number has no such sign, and a text stands in quotes",
            "leave it out, or put the text in quotes: `\"+31…\"`",
        ),
        "=" if line.contains("= ${") => told(
            "this is a template's, not a program's",
            "a value stands bare, or in a string in one pair of braces",
            "write `phone.extension`, or `\"text {phone.extension}\"`",
        ),
        "=" if before.contains('=') && before.contains(',') => told(
            "unexpected `=`",
            "an assignment stands on a line of its own",
            "leave the comma out, and begin a new line",
        ),
        "(" | "of" | ":" | "from" | "over" | "foreach" if loop_meant(line).is_some() => told(
            &format!("unexpected `{token}`"),
            "a loop runs over a range or a list",
            &format!("write `{}`", loop_meant(line).unwrap_or_default()),
        ),
        _ if matches!(before, "for each" | "for all") => {
            let meant = loop_meant(&line.replacen(before, "for", 1));
            let help = meant.unwrap_or_else(|| "for n in 1..4 {".to_owned());
            told(
                &format!("unexpected `{}`", before.trim_start_matches("for ")),
                "a loop names its value",
                &format!("write `{help}`"),
            )
        }
        "=" if before.starts_with("for ") => {
            told("unexpected `=`", "a loop runs over a range or a list", "write `for n in 1..4 { … }`")
        }
        "to" | "until" | "." if before.starts_with("for ") => {
            let help = format!("write `for {} {{ … }}`", range_meant(line).unwrap_or_else(|| "n in 1..4".to_owned()));
            told(&format!("unexpected `{token}`"), "a range has two dots", &help)
        }
        _ if first_item(token) && before.starts_with("for ") && listed(line).is_some() => {
            let (name, list) = listed(line).unwrap_or_default();
            let help = format!("write `for {name} in {list} {{ … }}`");
            told(&format!("unexpected `{token}`"), "a list stands in brackets", &help)
        }
        "," if in_parentheses(before, rest).is_some() => {
            let list = in_parentheses(before, rest).unwrap_or_default();
            told("unexpected `,`", "a list stands in brackets", &format!("write `{list}`"))
        }
        "," if before.starts_with("for ") && !before.contains(" in ") => {
            told("unexpected `,`", "a loop has one name, and its items have no numbers", "write `for x in list { … }`")
        }
        "," if before.contains(" in \"") => {
            told("unexpected `,`", "a list stands in brackets", "write `x in [\"a\", \"b\"]`")
        }
        "then" | "do" if !first => told(&format!("unexpected `{token}`"), "a block stands in braces", "leave it out"),
        ">" | "<" if text.get(at + 1..)?.starts_with(" =") => told(
            &format!("unexpected `{token} =`"),
            "values are compared with signs of one piece",
            &format!("write `{token}=`, without a blank"),
        ),
        "=" if before.ends_with(['<', '>']) => {
            told("unexpected `=`", "values are compared with signs of one piece", "write `>=` or `<=`, without a blank")
        }
        ">" if before.ends_with('<') => told("unexpected `>`", "values are compared with signs", "write `!=`"),
        "?" if before.contains('=') => {
            told("unexpected `?`", "a value is not chosen so", "write `if CONDITION { P = \"a\" } else { P = \"b\" }`")
        }
        _ if line.contains("= if ") && before.contains("= if ") => told(
            "an `if` is no value",
            "each of its branches has statements",
            "write `if CONDITION { P = \"a\" } else { P = \"b\" }`",
        ),
        "+" | "-" | "." if text.get(at + 1..)?.starts_with('=') => told(
            &format!("unexpected `{token}=`"),
            "a parameter is set once, and has no value before",
            "write `NAME = value`",
        ),
        "-" if line.starts_with("fn ") => told(
            "unexpected `->`",
            "what a function gives stands behind a colon",
            "write `fn NAME(x: string): string = …`",
        ),
        "=" if line.starts_with("fn ") && before.ends_with(')') => told(
            "unexpected `=`",
            "what a function gives has a type, as its parameters have",
            &format!("write `{before}: string = …`"),
        ),
        ">" if line.starts_with("fn ") && line.contains("=>") => {
            told("unexpected `=>`", "what a function gives stands behind `=`", "write `=`")
        }
        _ if line.starts_with("fn ") && !before.contains('(') => told(
            &format!("unexpected `{token}`"),
            "the parameters of a function stand in parentheses, each with its type",
            "write `fn NAME(x: string): string = …`",
        ),
        _ if line.starts_with("fn ")
            && token.starts_with(|c: char| c.is_ascii_alphabetic())
            && ["string", "int", "bool", "text", "str"].iter().any(|ty| before.ends_with(ty)) =>
        {
            told(
                &format!("unexpected `{token}`"),
                "a parameter's name stands first, and then its type",
                "write `fn NAME(x: string): string = …`",
            )
        }
        "{" if line.starts_with("fn ") => {
            told("unexpected `{`", "a function is one value", "write `fn NAME(x: string): string = …`")
        }
        "," | ")" if line.starts_with("fn ") && before.matches('{').count() == before.matches('}').count() => told(
            &format!("unexpected `{token}`"),
            "each of its parameters has a type, and so has what it gives",
            "write `fn NAME(x: string, y: string): string = …`",
        ),
        "=" if call_like(before) => told(
            "unexpected `(`",
            "an index stands in brackets",
            &format!("write `{}`", before.replace('(', "[").replace(')', "]")),
        ),
        ":" if before.starts_with(|c: char| c.is_ascii_uppercase()) || before.ends_with(']') => {
            told("unexpected `:`", "a parameter is set with `NAME = value`", "write `=`")
        }
        ":" if line.trim_end().ends_with(':') => {
            told("unexpected `:`", "a block stands in braces", "write `{`, and `}` after its last line")
        }
        ":" if before.contains('{') && text.get(..start)?.trim_end().ends_with(['[', ',']) => {
            told("unexpected `:`", "a field of a record is written `NAME = value`", "write `=`")
        }
        ":" => told("unexpected `:`", "a setting is a word and its value, with a blank between", "leave the `:` out"),
        "(" if before == "for" => {
            told("unexpected `(`", "a loop runs over a range or a list", "write `for n in 1..4 { … }`")
        }
        "." | "%" if !first && before.contains('=') => told(
            &format!("unexpected `{token}`"),
            "a text is put together in a string",
            "write `\"{phone.name} and more\"`; what is no value of the program stands in quotes",
        ),
        "IN" | "A" | "a" if before.starts_with('"') || line.contains(" IN ") => {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (name, address) = (words.first()?.trim_matches('"'), words.last()?);
            told("a record is not written so", "its kind stands first", &format!("write `a \"{name}\" {address}`"))
        }
        "" | "}" if before.rsplit('{').next().is_some_and(|inside| inside.trim().parse::<u16>().is_ok()) => {
            let port = before.rsplit('{').next().unwrap_or_default().trim();
            told("a port is not written so", "a setting is a word and its value", &format!("write `port {port}`"))
        }
        _ if line.starts_with("let ") && !token.is_empty() && !before.contains(" = ") => {
            told("this `let` is not written so", "a name, and what it stands for", "write `let NAME = VALUE`")
        }
        _ if line.starts_with("secret ") && (before.ends_with("= env") || before.ends_with("= file")) => {
            let kind = before.rsplit(' ').next().unwrap_or_default();
            let place = token.trim_matches(['"', '$']);
            let name = before.split_whitespace().nth(1).unwrap_or("NAME");
            told(
                "the place of a secret is not written so",
                "it is `env` or `file`, and a text: the name of a variable, or a path",
                &format!("write `secret {name} = {kind}(\"{place}\")`"),
            )
        }
        _ if line.starts_with("secret ") && !before.contains('=') => told(
            "this `secret` is not written so",
            "a name, and where the text is kept",
            "write `secret NAME = env(\"NAME\")` or `file(\"PATH\")`",
        ),
        _ if line.starts_with("inventory ") => {
            let words: Vec<&str> = line.split_whitespace().collect();
            let file = words.iter().find(|word| word.contains('.')).map_or("desks.csv", |word| named_file(word));
            let name =
                words.get(1).filter(|name| **name != "from" && !name.contains(['.', '"', '{'])).unwrap_or(&"desks");
            told(
                &format!("unexpected `{token}`"),
                "an inventory has a name, and the file of its rows",
                &format!("write `inventory {name} from \"{file}\" {{`"),
            )
        }
        "" => {
            let next = rest.lines().skip(1).find(|line| !line.trim().is_empty())?;
            let word = line.split(' ').next().unwrap_or_default();
            let has_block = ["server", "network", "zone", "firmware", "profile", "fleet", "test"].contains(&word);
            if !next.trim_start().starts_with('{') {
                let name = line.split_whitespace().nth(1).filter(|_| has_block && !line.contains('{'))?;
                let help = format!("write `{word} {name} {{`, and `}}` after its last line");
                return told("unexpected end of the line", "a declaration has a block", &help);
            }
            told("unexpected end of the line", "a statement ends at its line's end", "put the `{` on this line")
        }
        _ => None,
    }
}

/// `for (site in sites)`, `for site of sites`, `foreach site in sites`, as a loop is written.
fn loop_meant(line: &str) -> Option<String> {
    let words: Vec<&str> = line
        .split('{')
        .next()?
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '{'))
        .filter(|word| !word.is_empty())
        .collect();
    let [word, variable, between, list] = words.get(..4)? else { return None };
    let name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.'))
    };
    let known = matches!(*between, "in" | "of" | ":" | "from" | "over");
    let known = known && matches!(*word, "for" | "foreach");
    (known && words.len() == 4 && name(variable) && name(list)).then(|| format!("for {variable} in {list} {{"))
}

/// `n in 2..5` for what other languages write with the same numbers: `n in 2 to 5`, `n in 2...5`.
fn range_meant(line: &str) -> Option<String> {
    let (name, rest) = line.split_once("for ")?.1.split_once(" in ")?;
    let name = name.trim().trim_start_matches('(');
    let plain = |name: &str| name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
    let numbers: Vec<i64> = rest
        .split('{')
        .next()?
        .split(|sign: char| !sign.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let [first, last] = numbers.as_slice() else { return None };
    (plain(name) && !name.is_empty() && first <= last).then(|| format!("{name} in {first}..{last}"))
}

fn first_item(token: &str) -> bool {
    token == "," || token.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '"')
}

/// The name and the list of `for n in 2, 3, 4 {`, `for n in (2, 3, 4) {` and `for n in {2, 3, 4} {`.
fn listed(line: &str) -> Option<(&str, String)> {
    let (name, items) = line.split_once("for ")?.1.rsplit_once('{')?.0.split_once(" in ")?;
    let items = items.trim().trim_start_matches(['(', '{']).trim_end_matches([')', '}']);
    let items: Vec<&str> = items.split(',').map(str::trim).collect();
    let plain = |item: &&str| !item.is_empty() && !item.contains(['(', '[', '{', '=']);
    (items.len() > 1 && items.iter().all(plain)).then(|| (name.trim(), format!("[{}]", items.join(", "))))
}

/// `("a", "b")` as a list, where no call is before it.
fn in_parentheses(before: &str, line: &str) -> Option<String> {
    let open = before.rfind('(')?;
    let head = before.get(..open)?;
    if before.get(open..)?.contains(')') || head.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let whole = line.trim_start().get(open + 1..)?;
    let items: Vec<&str> = whole.get(..whole.find([')', '\n'])?)?.split(',').map(str::trim).collect();
    items.iter().all(|item| !item.is_empty()).then(|| format!("[{}]", items.join(", ")))
}

/// The file in `csv("desks.csv")`, `"desks.csv"` and `desks.csv`.
fn named_file(word: &str) -> &str {
    let quoted = word.split_once('"').and_then(|(_, rest)| Some(rest.split_once('"')?.0));
    let called = || word.split_once('(').map_or(word, |(_, rest)| rest.trim_end_matches([')', '{']));
    quoted.unwrap_or_else(|| called().trim_matches('"'))
}

/// Whether a condition stands before.
fn conditional(before: &str) -> bool {
    before.starts_with("if ") || before.contains(" if ") || before.starts_with("} else if")
}

/// What follows the `=` of a comparison whose signs stand the other way round, and what is meant.
pub(in super::super) fn compares(behind: &str) -> Option<(&'static str, &'static str)> {
    match behind.chars().next()? {
        '<' => Some(("=<", "<=")),
        '>' => Some(("=>", ">=")),
        _ => None,
    }
}

/// `LIST contains VALUE`, turned round.
fn turned(line: &str, word: &str) -> Option<String> {
    let (before, after) = line.split_once(&format!(" {word} "))?;
    let list = before.trim_end().rsplit(|c: char| c.is_whitespace() || c == '(').next()?;
    let after = after.trim_start();
    let value = match after.strip_prefix('"') {
        Some(rest) => after.get(..rest.find('"')? + 2)?,
        None => after.split(|c: char| c.is_whitespace() || matches!(c, '{' | ')')).next()?,
    };
    // `"goods" contains phone.queues` is the other way round already.
    let (value, list) = if list.starts_with('"') { (list, value) } else { (value, list) };
    (!list.is_empty() && !value.is_empty()).then(|| format!("write `{value} in {list}`"))
}

/// `Proxy(1)`.
fn call_like(text: &str) -> bool {
    text.strip_suffix(')').and_then(|text| text.split_once('(')).is_some_and(|(name, index)| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_')
            && !index.is_empty()
            && index.bytes().all(|octet| octet.is_ascii_alphanumeric())
    })
}
