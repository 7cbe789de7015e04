//! `dhcpd.conf` of ISC's server: statements that end with `;`, blocks in braces.

use super::option::{is_own, literal, number, vendor};
use super::{Class, Networks, Options, Reader, Said, Scope};
use std::collections::HashMap;
use std::net::Ipv4Addr;

#[derive(Clone, Debug, Default)]
struct Statement {
    line: usize,
    words: Vec<Word>,
    block: Option<Vec<Statement>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Word {
    text: String,
    quoted: bool,
}

/// Blocks lie so deep at most.
const DEEPEST: usize = 32;

pub fn is_one(text: &str) -> bool {
    let line = |line: &str| {
        let line = line.trim_start();
        line.starts_with("subnet ") && line.contains(" netmask ") || line.starts_with("shared-network ")
    };
    text.lines().any(line)
}

pub fn read(text: &str, reader: &mut Reader<'_>) -> Networks {
    let tokens = tokens(text);
    let opened = tokens.iter().filter(|token| matches!(token, Token::Open)).count();
    let closed = tokens.iter().filter(|token| matches!(token, Token::Close)).count();
    if opened != closed || tokens.last().is_some_and(|last| matches!(last, Token::Word(..))) {
        let what = if opened > closed {
            "a block has no `}`"
        } else {
            "a `}`, or a `;`, stands where none belongs, or is missing"
        };
        reader.broken(text.lines().count().max(1), what);
    }
    let mut tokens = tokens.into_iter().peekable();
    let statements = statements(&mut tokens, 0);
    let mut codes = HashMap::new();
    definitions(&statements, &mut codes);
    let mut networks = Networks::default();
    let outer = Outer::default();
    block(&statements, &outer, None, &codes, &mut networks, reader);
    networks
}

enum Token {
    Word(usize, Word),
    Open,
    Close,
    End,
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut line) = (Vec::new(), 1);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\n' => line += 1,
            '#' => while signs.next_if(|next| *next != '\n').is_some() {},
            '{' => tokens.push(Token::Open),
            '}' => tokens.push(Token::Close),
            ';' => tokens.push(Token::End),
            '"' => {
                let (mut text, begun) = (String::new(), line);
                while let Some(sign) = signs.next() {
                    match sign {
                        '"' => break,
                        '\\' => text.extend(signs.next()),
                        sign => {
                            line += usize::from(sign == '\n');
                            text.push(sign);
                        }
                    }
                }
                tokens.push(Token::Word(begun, Word { text, quoted: true }));
            }
            ',' | '=' | '(' | ')' => tokens.push(Token::Word(line, Word { text: sign.to_string(), quoted: false })),
            sign if sign.is_whitespace() => {}
            sign => {
                let mut text = String::from(sign);
                while let Some(more) = signs.next_if(|next| !next.is_whitespace() && !"{};,=()\"#".contains(*next)) {
                    text.push(more);
                }
                tokens.push(Token::Word(line, Word { text, quoted: false }));
            }
        }
    }
    tokens
}

fn statements(tokens: &mut std::iter::Peekable<std::vec::IntoIter<Token>>, depth: usize) -> Vec<Statement> {
    let (mut all, mut one) = (Vec::new(), Statement::default());
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(line, word) => {
                if one.words.is_empty() {
                    one.line = line;
                }
                one.words.push(word);
            }
            Token::End if one.words.is_empty() => {}
            Token::End => all.push(std::mem::take(&mut one)),
            Token::Open if depth < DEEPEST => {
                one.block = Some(statements(tokens, depth + 1));
                all.push(std::mem::take(&mut one));
            }
            Token::Open => {}
            Token::Close if depth > 0 => break,
            Token::Close => {}
        }
    }
    if !one.words.is_empty() {
        all.push(one);
    }
    all
}

/// `option voip-tftp code 150 = array of ip-address;`
fn definitions(statements: &[Statement], codes: &mut HashMap<String, u8>) {
    for statement in statements {
        let words: Vec<&str> = statement.words.iter().map(|word| word.text.as_str()).collect();
        if let ["option", name, "code", code, ..] = words.as_slice()
            && let Ok(code) = code.parse()
        {
            codes.insert((*name).to_owned(), code);
        }
        statement.block.iter().for_each(|block| definitions(block, codes));
    }
}

/// What blocks hand on to those inside of them.
#[derive(Clone, Default)]
struct Outer {
    options: Options,
    lease: Option<u64>,
    name: String,
}

fn block(
    statements: &[Statement],
    outer: &Outer,
    scope: Option<usize>,
    codes: &HashMap<String, u8>,
    networks: &mut Networks,
    reader: &mut Reader<'_>,
) {
    let mut here = outer.clone();
    // What is said at a block's level counts in all blocks inside, wherever it stands.
    for statement in statements.iter().filter(|statement| statement.block.is_none()) {
        level(statement, &mut here, scope, codes, networks, reader);
    }
    if let Some(scope) = scope.and_then(|at| networks.scopes.get_mut(at)) {
        scope.lease = here.lease;
        scope.options = here.options.clone();
    }
    for statement in statements {
        let Some(inside) = &statement.block else { continue };
        let words: Vec<&str> = statement.words.iter().map(|word| word.text.as_str()).collect();
        match words.as_slice() {
            ["subnet", address, "netmask", mask] => match (address.parse(), mask.parse::<Ipv4Addr>()) {
                (Ok(address), Ok(mask)) => {
                    let length = u8::try_from(u32::from(mask).leading_ones()).unwrap_or(32);
                    let mut made = Scope::new(address, length, reader.place(statement.line));
                    made.name.clone_from(&here.name);
                    networks.scopes.push(made);
                    block(inside, &here, Some(networks.scopes.len() - 1), codes, networks, reader);
                }
                _ => reader.unknown(statement.line, &words.join(" ")),
            },
            ["shared-network", name] => {
                block(inside, &Outer { name: (*name).to_owned(), ..here.clone() }, scope, codes, networks, reader);
            }
            ["group"] | ["group", _] => block(inside, &here, scope, codes, networks, reader),
            ["pool"] => pool(inside, scope, networks, reader),
            ["host", name] => host(inside, name, statement.line, networks, reader),
            ["class", name] => class(inside, name, statement.line, codes, networks, reader),
            _ => reader.unknown(statement.line, words.first().unwrap_or(&"{")),
        }
    }
}

fn level(
    statement: &Statement,
    here: &mut Outer,
    scope: Option<usize>,
    codes: &HashMap<String, u8>,
    networks: &mut Networks,
    reader: &mut Reader<'_>,
) {
    let words: Vec<&str> = statement.words.iter().map(|word| word.text.as_str()).collect();
    match words.as_slice() {
        ["option", _, "code", ..] | ["option", "space", ..] | ["authoritative"] | ["not", "authoritative"] => {}
        ["option", name, ..] => {
            if let Some((code, said)) = option(statement, name, codes, reader) {
                here.options.insert(code, said);
            }
        }
        ["default-lease-time", seconds] => here.lease = seconds.parse().ok(),
        [
            "max-lease-time" | "min-lease-time" | "ddns-update-style" | "log-facility" | "deny" | "allow"
            | "ping-check",
            ..,
        ] => {}
        ["range", ..] => range(statement, scope, networks, reader),
        _ => reader.unknown(statement.line, words.first().unwrap_or(&";")),
    }
}

fn option(
    statement: &Statement,
    name: &str,
    codes: &HashMap<String, u8>,
    reader: &mut Reader<'_>,
) -> Option<(u8, Said)> {
    let code = codes.get(name).copied().or_else(|| number(name)).or_else(|| number(name.strip_prefix("option-")?));
    let values = statement.words.iter().skip(2).filter(|word| word.quoted || !matches!(word.text.as_str(), "," | "="));
    let parts: Vec<String> = values.map(|word| word.text.clone()).collect();
    match code {
        Some(code) if is_own(code) => None,
        Some(code) => Some((code, Said { literal: literal(code, &parts)?, place: reader.place(statement.line) })),
        None => {
            reader.unknown(statement.line, &format!("option {name}"));
            None
        }
    }
}

fn range(statement: &Statement, scope: Option<usize>, networks: &mut Networks, reader: &mut Reader<'_>) {
    let mut addresses = statement.words.iter().skip(1).filter_map(|word| word.text.parse::<Ipv4Addr>().ok());
    match (addresses.next(), scope.and_then(|at| networks.scopes.get_mut(at))) {
        (Some(first), Some(scope)) => scope.pools.push((first, addresses.next().unwrap_or(first))),
        _ => reader.unknown(statement.line, "range"),
    }
}

fn pool(inside: &[Statement], scope: Option<usize>, networks: &mut Networks, reader: &mut Reader<'_>) {
    let first = |statement: &Statement| statement.words.first().map(|word| word.text.clone());
    let for_some = inside.iter().any(|one| first(one).is_some_and(|word| matches!(word.as_str(), "allow" | "deny")));
    for statement in inside {
        match statement.words.first().map(|word| word.text.as_str()) {
            // For everybody it would be another range than it was.
            Some("range") if for_some => reader.unknown(statement.line, "range of a pool for some clients alone"),
            Some("range") => range(statement, scope, networks, reader),
            Some(word) => {
                let (line, word) = (statement.line, word.to_owned());
                reader.unknown(line, &format!("{word} in a pool"));
            }
            None => {}
        }
    }
}

fn host(inside: &[Statement], name: &str, line: usize, networks: &mut Networks, reader: &mut Reader<'_>) {
    let (mut mac, mut address) = (None, None);
    for statement in inside {
        let words: Vec<&str> = statement.words.iter().map(|word| word.text.as_str()).collect();
        match words.as_slice() {
            ["hardware", "ethernet", text] => mac = text.parse().ok(),
            ["fixed-address", text] => address = text.parse().ok(),
            _ => reader.unknown(statement.line, &format!("{} of a host", words.first().unwrap_or(&"{"))),
        }
    }
    match (mac, address) {
        (Some(mac), Some(address)) => networks.reservations.push((mac, address, reader.place(line))),
        _ => reader.unknown(line, &format!("host {name}")),
    }
}

/// A class by the vendor of its clients.
fn class(
    inside: &[Statement],
    name: &str,
    line: usize,
    codes: &HashMap<String, u8>,
    networks: &mut Networks,
    reader: &mut Reader<'_>,
) {
    let (mut when, mut options) = (None, Options::new());
    for statement in inside {
        let words: Vec<&str> = statement.words.iter().map(|word| word.text.as_str()).collect();
        match words.as_slice() {
            ["match", "if", "option", "vendor-class-identifier", "=", text] => when = Some(vendor(text, true)),
            ["match", "if", "substring", "(", "option", "vendor-class-identifier", ",", _, ",", _, ")", "=", text] => {
                when = Some(vendor(text, false));
            }
            ["option", name, ..] => options.extend(option(statement, name, codes, reader)),
            _ => reader.unknown(statement.line, &format!("{} of a class", words.first().unwrap_or(&"{"))),
        }
    }
    match when {
        Some(when) if !options.is_empty() => {
            networks.classes.push(Class { name: name.to_owned(), when, options, place: reader.place(line) });
        }
        _ => reader.unknown(line, &format!("class {name}")),
    }
}
