//! Statements of nginx's configuration. What stands in one is typed, so that no value of a program ends its place.

use std::fmt::{Display, Write};

/// The text of a file, by the depth of its blocks.
#[derive(Default)]
pub(super) struct File {
    text: String,
    depth: usize,
}

impl File {
    /// A directive. Its words are ours; what a program says comes in as [`Quoted`].
    pub fn line(&mut self, directive: impl Display) {
        let _ = writeln!(self.text, "{}{directive};", "  ".repeat(self.depth));
    }

    pub fn block(&mut self, head: impl Display, inside: impl FnOnce(&mut File)) {
        let _ = writeln!(self.text, "{}{head} {{", "  ".repeat(self.depth));
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        let _ = writeln!(self.text, "{}}}", "  ".repeat(self.depth));
    }

    pub fn comment(&mut self, text: &str) {
        let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        let _ = writeln!(self.text, "{}# {text}", "  ".repeat(self.depth));
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    pub fn text(self) -> String {
        self.text
    }
}

/// A text in quotes.
pub(super) struct Quoted<'t>(pub &'t str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_char('"')?;
        for sign in self.0.chars() {
            match sign {
                '"' | '\\' => write!(f, "\\{sign}")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                // nginx has no way to write the others, and no text of a program's has them.
                sign if sign.is_control() => f.write_char('\u{fffd}')?,
                sign => f.write_char(sign)?,
            }
        }
        f.write_char('"')
    }
}

/// A text in quotes where `$` would begin a variable: `${prov_dollar}` stands for it.
pub(super) fn without_variables(text: &str) -> String {
    Quoted(text).to_string().replace('$', "${prov_dollar}")
}

/// A text in a regular expression, as it is.
pub(super) fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for sign in text.chars() {
        if !sign.is_ascii_alphanumeric() && sign.is_ascii() {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_quote() {
        assert_eq!(Quoted("a\"b\\c;{}\n").to_string(), "\"a\\\"b\\\\c;{}\\n\"");
        assert_eq!(Quoted("\u{7}").to_string(), "\"\u{fffd}\"");
        assert_eq!(without_variables("a$b"), "\"a${prov_dollar}b\"");
        assert_eq!(literal("a.b/$é"), "a\\.b\\/\\$é");
        let mut file = File::default();
        file.comment("a\n}");
        assert_eq!(file.text(), "# a }\n");
    }
}
