//! What a line key or a programmable softkey does: `fnc=sd+blf;ext=101@$PROXY;nme=Front desk`.

use super::fault::Fault;
use super::reader::Reader;
use std::fmt;

/// Fields in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Function {
    fields: Vec<(String, String)>,
}

impl Function {
    /// The value of a field, such as `fnc`.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// A key without `fnc` does nothing that is documented, nor does one that calls or watches and says nobody.
    pub fn doubts(&self) -> Vec<Fault> {
        let Some(done) = self.field("fnc") else {
            return vec![Fault::doubt(0, "there is no `fnc=`, which says what the key does")];
        };
        let mut doubts: Vec<Fault> = done.split('+').filter_map(misspelt).collect();
        let whom = ["ext", "sub", "usr"].iter().any(|field| self.field(field).is_some_and(|whom| !whom.is_empty()));
        if doubts.is_empty() && !whom && done.split('+').any(|word| ["sd", "blf"].contains(&word)) {
            let why = format!("`{done}` needs somebody: there is no `ext=` or `sub=`, such as `ext=101@$PROXY`");
            doubts.push(Fault::doubt(0, why));
        }
        doubts
    }
}

/// What keys are made to do together with watching somebody. Firmware adds others, so a word that is none of them is left
/// alone unless it is nearly one.
const TOGETHER: [&str; 3] = ["sd", "blf", "cp"];

fn misspelt(word: &str) -> Option<Fault> {
    let meant = match word.to_ascii_lowercase().as_str() {
        _ if TOGETHER.contains(&word) => return None,
        "sb" | "ds" | "sp" | "spd" | "sd" => "sd",
        "bfl" | "lbf" | "bl" | "blff" | "blf" => "blf",
        "pc" | "cpu" | "cp" => "cp",
        _ => return None,
    };
    Some(Fault::doubt(0, format!("no `{word}` is known; `{meant}` is")))
}

pub fn parse(text: &str) -> Result<Function, Fault> {
    let mut reader = Reader::new(text)?;
    let mut fields: Vec<(String, String)> = Vec::new();
    while !reader.at_end() {
        let start = reader.at;
        let name = reader.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        if name.is_empty() {
            return Err(reader.expected("a field, such as `fnc=`"));
        }
        reader.require('=', "`=` and the field's value")?;
        if fields.iter().any(|(field, _)| field == name) {
            return Err(Fault::new(start, format!("`{name}` stands here twice")));
        }
        let from = reader.at;
        let value = reader.take_while(|c| c != ';');
        if name == "fnc" && (value.is_empty() || value.split('+').any(str::is_empty)) {
            let gap = if value.starts_with('+') { 0 } else { value.find("++").map_or(value.len(), |gap| gap + 1) };
            return Err(Fault::new(from + gap, "expected a function, such as `sd` or `blf`"));
        }
        fields.push((name.to_owned(), value.to_owned()));
        if reader.eat(';') {
            reader.blanks();
        }
    }
    Ok(Function { fields })
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (name, value)) in self.fields.iter().enumerate() {
            write!(f, "{}{name}={value}", if n == 0 { "" } else { ";" })?;
        }
        Ok(())
    }
}
