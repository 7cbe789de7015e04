//! Text to rule (RS §16). One pass from left to right, no recursion: depth and work stay flat however long the text.

use super::cursor::Cursor;
use super::tree::Place;
use super::{
    Alternative, Assignment, Condition, Kind, Report, Rule, RuleError, RuleFault, RuleOption, Target, Url, Word,
};
use crate::phone::Scheme;
use std::ops::Range;

/// Parses the expanded text of Profile_Rule*, or Upgrade_Rule.
pub fn parse(text: &str, kind: Kind) -> Result<Rule, RuleError> {
    let mut cursor = Cursor::new(text)?;
    let mut rule = Rule::default();
    cursor.blanks();
    if cursor.at_end() {
        return Ok(rule);
    }
    loop {
        let bar = cursor.at;
        rule.alternatives.push(match cursor.alternative(kind) {
            Err(error) if bar > 0 && cursor.bar_in_url(bar - 1, &rule) => {
                let message = "a `|` ends the URL here; inside one it is written `%7C`";
                return Err(RuleError::new(bar - 1, message).of(error.fault));
            }
            read => read?,
        });
        if !cursor.eat("|") {
            break;
        }
    }
    if cursor.at_end() { Ok(rule) } else { Err(cursor.fault("expected `|` or the end of the rule")) }
}

/// Parses the expanded text of Resync_Trigger_1 or _2: comparisons without parentheses, or nothing.
pub fn parse_trigger(text: &str) -> Result<Option<Condition>, RuleError> {
    let mut cursor = Cursor::new(text)?;
    cursor.blanks();
    if cursor.at_end() {
        return Ok(None);
    }
    if cursor.peek() == Some(b'(') {
        return Err(cursor.fault("a trigger is a bare condition, without parentheses").of(RuleFault::Parentheses));
    }
    let condition = cursor.condition()?;
    if cursor.at_end() { Ok(Some(condition)) } else { Err(cursor.fault("expected `and` or the end of the trigger")) }
}

/// Parses the expanded text of Report_Rule: at most two destinations (RS §14).
pub fn parse_report(text: &str) -> Result<Vec<Report>, RuleError> {
    let mut cursor = Cursor::new(text)?;
    let mut reports = Vec::new();
    cursor.blanks();
    while !cursor.at_end() {
        if reports.len() == 2 {
            return Err(cursor.fault("a report rule has at most two destinations"));
        }
        let options = cursor.options(Kind::Report)?;
        let target = cursor.target(&options, Kind::Report)?;
        reports.push(Report { options, target });
        cursor.blanks();
    }
    Ok(reports)
}

/// Parses the expanded text of Trans_Auth_Rule, Custom_CA_Rule or an XML service: one URL that names its server, or nothing
/// (RS §1).
pub fn parse_url(text: &str) -> Result<Option<Url>, RuleError> {
    let mut cursor = Cursor::new(text)?;
    cursor.blanks();
    if cursor.at_end() {
        return Ok(None);
    }
    if matches!(cursor.peek(), Some(b'(' | b'[')) {
        return Err(cursor.fault("here stands a URL alone, without condition, assignments and options"));
    }
    let start = cursor.at;
    let text = cursor.take_while(|byte| byte != b' ');
    let url = Url::parse(text).map_err(|(at, message)| RuleError::new(start + at, message).of(RuleFault::Url))?;
    if url.host.is_none() {
        return Err(RuleError::new(start, NO_SERVER).of(RuleFault::Url));
    }
    cursor.blanks();
    if cursor.at_end() { Ok(Some(url)) } else { Err(cursor.fault("blank inside a URL").of(RuleFault::Url)) }
}

/// Placeholders of guides are a few words.
const LONGEST_NAME: usize = 60;

const BRACKET_CLOSES: &str =
    "this closes the options; a bracket in an argument is written as an octal escape: \\133, \\135";

const NO_SERVER: &str = "the server is missing; only profile rules have a default for it";

impl Cursor<'_> {
    fn alternative(&mut self, kind: Kind) -> Result<Alternative, RuleError> {
        let mut alternative = Alternative::default();
        self.blanks();
        let start = self.at;
        if self.peek() == Some(b'(') && self.closing()? == b'?' {
            self.at += 1;
            self.blanks();
            alternative.condition = Some(self.condition()?);
            if !self.eat(")?") {
                return Err(self.fault("expected `and` or `)?`"));
            }
            self.blanks();
        }
        if self.peek() == Some(b'(') {
            if self.closing()? == b'?' {
                return Err(self.fault("an alternative has one condition, before its assignments; join with `and`"));
            }
            alternative.assignments = self.assignments()?;
            self.blanks();
        }
        let bracket = self.at;
        alternative.options = self.options(kind)?;
        let bracket_end = self.at;
        if !self.at_end() && self.peek() != Some(b'|') {
            let target = self.target(&alternative.options, kind);
            alternative.target = Some(target.map_err(|error| self.closed_early(error, bracket..bracket_end))?);
            self.blanks();
        } else if !alternative.options.is_empty() {
            return Err(RuleError::new(bracket, "options stand before a URL, and there is none"));
        }
        if !self.at_end() && self.peek() != Some(b'|') {
            return Err(self.fault("blank inside a URL: expected `|` or the end of the rule").of(RuleFault::Url));
        }
        alternative.at = Place(start..self.at);
        Ok(alternative)
    }

    /// Whether a bar that what follows makes no sense behind was rather meant as part of a URL: it stands in one, without
    /// blanks (RS §16).
    fn bar_in_url(&self, bar: usize, before: &Rule) -> bool {
        let blank = |at: Option<&u8>| at.is_none_or(|octet| *octet == b' ');
        let octets = self.text.as_bytes();
        let in_url = before.alternatives.last().is_some_and(|one| matches!(one.target, Some(Target::Url(_))));
        in_url && !blank(octets.get(bar.wrapping_sub(1))) && !blank(octets.get(bar + 1))
    }

    /// What cannot be read behind the options' bracket is rather the rest of an argument that held a bracket.
    fn closed_early(&self, error: RuleError, bracket: Range<usize>) -> RuleError {
        let behind = self.text.get(bracket.end..).unwrap_or_default();
        let alternative = behind.split('|').next().unwrap_or_default();
        let scheme = alternative.find("://").unwrap_or(alternative.len());
        let inside = alternative.find(']').is_some_and(|at| at < scheme || scheme == alternative.len());
        let options = self.text.get(bracket.clone()).unwrap_or_default();
        // Another pair of brackets has a finding of its own.
        let another = behind.starts_with('[');
        match options.rfind(']').filter(|_| inside && !another) {
            Some(at) => RuleError::new(bracket.start + at, BRACKET_CLOSES).of(RuleFault::Option),
            None => error,
        }
    }

    /// The placeholder of a guide that begins at an octet: `<server ip address>`.
    fn placeholder(&self, at: usize) -> Option<&str> {
        let behind = self.text.get(at..)?.strip_prefix('<')?;
        // No further than such a name is long, or many of them cost the square.
        let inside = behind.get(..behind.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b'>')?)?;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.');
        let named = inside.starts_with(|first: char| first.is_ascii_alphabetic()) && inside.bytes().all(word);
        if named { self.text.get(at..at + inside.len() + 2) } else { None }
    }

    /// The sign behind the parenthesis that closes the one at the cursor, quoted strings skipped (RS §16).
    fn closing(&self) -> Result<u8, RuleError> {
        let mut quoted = false;
        let mut previous = 0;
        for byte in self.rest().bytes() {
            match byte {
                b'"' => quoted = !quoted,
                b'?' | b'!' if !quoted && previous == b')' => return Ok(byte),
                // A bar outside quotes ends the alternative: look no further, or many bars cost the square.
                b'|' if !quoted => break,
                _ => {}
            }
            previous = byte;
        }
        Err(self.fault("this parenthesis is closed by neither `)?` (condition) nor `)!` (assignments)"))
    }

    fn assignments(&mut self) -> Result<Vec<Assignment>, RuleError> {
        self.at += 1;
        let mut assignments = Vec::new();
        loop {
            self.blanks();
            if self.eat(")!") {
                break;
            }
            let name_at = self.at;
            let name =
                self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')).to_owned();
            if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
                return Err(RuleError::new(name_at, "expected a parameter's name"));
            }
            self.blanks();
            if !self.eat("=") {
                return Err(self.fault("expected `=`"));
            }
            self.blanks();
            let value = self.string()?;
            self.blanks();
            if !self.eat(";") {
                return Err(self.fault("each assignment ends with `;`").of(RuleFault::Assignment));
            }
            let register = register(&name).map(|letter| format!("GPP_{}", letter.to_ascii_uppercase()));
            let at = Place(name_at..name_at + name.len());
            assignments.push(Assignment { name: register.unwrap_or(name), value, at });
        }
        if assignments.is_empty() { Err(self.fault("the assignments are empty")) } else { Ok(assignments) }
    }

    fn options(&mut self, kind: Kind) -> Result<Vec<RuleOption>, RuleError> {
        let mut options = Vec::new();
        if !self.eat("[") {
            return Ok(options);
        }
        self.blanks();
        loop {
            let start = self.at;
            let option = self.option()?;
            if !option.legal_in(kind) {
                let rule = match kind {
                    Kind::Profile => "a profile rule",
                    Kind::Upgrade => "Upgrade_Rule",
                    Kind::Report => "Report_Rule",
                };
                let message = format!("`--{}` has no meaning in {rule}", option.name());
                return Err(RuleError::new(start, message).of(RuleFault::Option));
            }
            options.push(option);
            let blank = self.blanks();
            if self.eat("]") {
                break;
            }
            if !blank {
                return Err(self.fault("expected a blank or `]`"));
            }
        }
        self.blanks();
        Ok(options)
    }

    fn option(&mut self) -> Result<RuleOption, RuleError> {
        let start = self.at;
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        Ok(match name {
            "--key" => RuleOption::Key(self.word()?),
            "--uid" => RuleOption::Uid(self.word()?),
            "--pwd" => RuleOption::Pwd(self.word()?),
            "--post" => RuleOption::Post(self.letter()?),
            "--alias" => RuleOption::Alias(self.letter()?),
            "--srv" => RuleOption::Srv,
            "--delta" => RuleOption::Delta,
            "--status" => RuleOption::Status,
            "" => return Err(RuleError::new(start, "expected an option, such as `--key`")),
            other => return Err(RuleError::new(start, format!("there is no option `{other}`")).of(RuleFault::Option)),
        })
    }

    fn argument(&mut self) -> Result<(), RuleError> {
        if self.blanks() { Ok(()) } else { Err(self.fault("expected a blank and the option's argument")) }
    }

    fn word(&mut self) -> Result<Word, RuleError> {
        self.argument()?;
        if self.peek() == Some(b'"') {
            let start = self.at + 1;
            let text = self.string()?;
            if let Some(bracket) = text.find(['[', ']']) {
                // RS §6: quotes do not help for brackets.
                return Err(RuleError::new(start + bracket, "write a bracket as an octal escape: \\133 or \\135"));
            }
            return Ok(Word { at: Place(start..start + text.len()), text });
        }
        let start = self.at;
        let text = self.take_while(|byte| !matches!(byte, b' ' | b'"' | b'[' | b']')).to_owned();
        // One without a blank may be anybody's phrase.
        if let Some(named) = self.placeholder(start).filter(|named| named.contains(' ')) {
            return Err(RuleError::new(start, format!("`{named}` stands for a value in the guides: write the value")));
        }
        if matches!(self.peek(), Some(b'[' | b'"')) {
            return Err(self.fault("write a bracket or a quote in an argument as an octal escape: \\133, \\135, \\042"));
        }
        if text.is_empty() {
            return Err(self.fault("expected the option's argument"));
        }
        Ok(Word { at: Place(start..self.at), text })
    }

    fn letter(&mut self) -> Result<char, RuleError> {
        self.argument()?;
        let start = self.at;
        let word = self.take_while(|byte| !matches!(byte, b' ' | b']'));
        register(word).ok_or_else(|| RuleError::new(start, "expected a register's letter, lower case `a` to `p`"))
    }

    fn target(&mut self, options: &[RuleOption], kind: Kind) -> Result<Target, RuleError> {
        let start = self.at;
        match self.peek() {
            Some(b'(') if kind == Kind::Report => return Err(self.fault("a report rule has no conditions")),
            Some(b'(') => {
                let message = "the order is condition, assignments, options, URL; each once";
                return Err(self.fault(message));
            }
            Some(b'[') => return Err(self.fault("all options stand in one pair of brackets")),
            _ => {}
        }
        let text = self.take_while(|byte| !matches!(byte, b' ' | b'|'));
        if text == "gds://" {
            let plain = kind == Kind::Profile && options.is_empty();
            let message = "`gds://` stands alone, in a profile rule";
            return if plain {
                Ok(Target::ActivationCode)
            } else {
                Err(RuleError::new(start, message).of(RuleFault::Url))
            };
        }
        let url = Url::parse(text).map_err(|(at, message)| {
            let opening = text.find('<').map(|at| start + at);
            if let Some((opening, named)) = opening.and_then(|at| Some((at, self.placeholder(at)?))) {
                let message = format!("`{named}` stands for a value in the guides: write the value");
                return RuleError::new(opening, message).of(RuleFault::Url);
            }
            // What is missing may stand behind a blank.
            let behind = self.rest().trim_start_matches(' ');
            let torn = at == text.len() && self.peek() == Some(b' ') && !behind.is_empty() && !behind.starts_with('|');
            let message = if torn { "a blank ends the URL here; there is none inside one" } else { message };
            RuleError::new(start + at, message).of(RuleFault::Url)
        })?;
        if kind != Kind::Profile && url.host.is_none() {
            return Err(RuleError::new(start, NO_SERVER).of(RuleFault::Url));
        }
        if url.scheme() == Scheme::Tftp {
            if options.contains(&RuleOption::Srv) {
                // The phone's own words (RS §15).
                let message = "Error - TFTP Scheme not supported in SRV lookups";
                return Err(RuleError::new(start, message).of(RuleFault::WebOnly));
            }
            if options.iter().any(|option| matches!(option, RuleOption::Post(_))) {
                return Err(RuleError::new(start, "`--post` needs http or https").of(RuleFault::WebOnly));
            }
        }
        Ok(Target::Url(url))
    }
}

/// `a` to `p`.
fn register(word: &str) -> Option<char> {
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(letter @ 'a'..='p'), None) => Some(letter),
        _ => None,
    }
}
