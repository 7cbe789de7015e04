//! Rule to text, in the forms that are safe everywhere: word operators (no XML escapes), no blank before `?` and `!`,
//! arguments quoted. Reading what is printed gives the same rule.

use super::{Alternative, Assignment, Comparison, Condition, Operand, Report, Rule, RuleOption};
use std::fmt::{Display, Formatter, Result};

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        joined(f, &self.alternatives, " | ")
    }
}

impl Display for Alternative {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut blank = "";
        if let Some(condition) = &self.condition {
            write!(f, "({condition})?")?;
            blank = " ";
        }
        if !self.assignments.is_empty() {
            write!(f, "{blank}(")?;
            joined(f, &self.assignments, " ")?;
            f.write_str(")!")?;
            blank = " ";
        }
        if let Some(target) = &self.target {
            f.write_str(blank)?;
            options(f, &self.options)?;
            write!(f, "{target}")?;
        }
        Ok(())
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        joined(f, &self.comparisons, " and ")
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {} {}", self.left, self.operator.word(), self.right)
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Operand::Integer(number) => write!(f, "{number}"),
            Operand::Version(version) => write!(f, "{version}"),
            Operand::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

impl Display for Assignment {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} = \"{}\";", self.name, self.value)
    }
}

impl Display for RuleOption {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "--{}", self.name())?;
        match self {
            RuleOption::Key(word) | RuleOption::Uid(word) | RuleOption::Pwd(word) => write!(f, " \"{}\"", word.text),
            RuleOption::Post(letter) | RuleOption::Alias(letter) => write!(f, " {letter}"),
            RuleOption::Srv | RuleOption::Delta | RuleOption::Status => Ok(()),
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        options(f, &self.options)?;
        write!(f, "{}", self.target)
    }
}

fn options(f: &mut Formatter<'_>, options: &[RuleOption]) -> Result {
    if options.is_empty() {
        return Ok(());
    }
    f.write_str("[")?;
    joined(f, options, " ")?;
    f.write_str("] ")
}

fn joined<T: Display>(f: &mut Formatter<'_>, items: &[T], between: &str) -> Result {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            f.write_str(between)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
