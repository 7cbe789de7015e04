//! The types of the language, and how they are called.

use super::super::column::ColumnType;
use std::fmt;
use std::sync::Arc;

/// What an expression is known to hold without running anything.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// It has a finding already, or nobody can know. It fits everywhere, so that one mistake stays one finding.
    Any,
    Bool,
    Int,
    Decimal,
    Duration,
    Time,
    Schedule,
    String,
    /// A string of which every character is known.
    Word(String),
    Digits(u32, u32),
    /// Large types are shared: each use of a name has its type.
    OneOf(Arc<Vec<String>>),
    Host,
    Port,
    Url,
    Path,
    Model,
    Version,
    /// A release that the program declares.
    Firmware,
    Mac,
    Ip,
    Prefix,
    Secret,
    /// A comparison that the phone makes.
    Condition,
    Range(Box<Type>),
    List(Box<Type>),
    Record(Arc<Vec<(String, Type)>>),
    /// `T?`: perhaps there is none.
    Optional(Box<Type>),
}

impl Type {
    /// Types that are written as one word, with a line about each for `prov explain`.
    pub const NAMED: [(&'static str, Type); 19] = [
        ("bool", Type::Bool),
        ("int", Type::Int),
        ("decimal", Type::Decimal),
        ("duration", Type::Duration),
        ("time", Type::Time),
        ("schedule", Type::Schedule),
        ("string", Type::String),
        ("mac", Type::Mac),
        ("ip", Type::Ip),
        ("prefix", Type::Prefix),
        ("host", Type::Host),
        ("port", Type::Port),
        ("url", Type::Url),
        ("path", Type::Path),
        ("model", Type::Model),
        ("version", Type::Version),
        ("firmware", Type::Firmware),
        ("condition", Type::Condition),
        ("secret", Type::Secret),
    ];

    /// Whether its values are strings, of any form.
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Type::String
                | Type::Word(_)
                | Type::Digits(..)
                | Type::OneOf(_)
                | Type::Host
                | Type::Url
                | Type::Path
                | Type::Model
                | Type::Version
        )
    }

    /// Whether a value of the type can stand in a string for all to read.
    pub fn has_text(&self) -> bool {
        !matches!(
            self,
            Type::Schedule | Type::Range(_) | Type::List(_) | Type::Record(_) | Type::Secret | Type::Optional(_)
        )
    }

    /// What keeps a text from being of the type. Models are the platform's to know.
    pub fn fault_of(&self, text: &str) -> Option<String> {
        let column = match self {
            Type::OneOf(words) => {
                let fits = words.iter().any(|word| word == text);
                return (!fits).then(|| format!("one of {} is wanted", words.join(", ")));
            }
            Type::Digits(low, high) => ColumnType::Digits(*low, *high),
            Type::Host => ColumnType::Host,
            Type::Url => ColumnType::Url,
            Type::Path => ColumnType::Path,
            Type::Version => ColumnType::Version,
            _ => return None,
        };
        column.canonical(text).err()
    }

    /// With its article, for messages: `an int`, `a list of string`; a choice stands bare.
    pub fn with_article(&self) -> String {
        let name = self.to_string();
        match self {
            Type::OneOf(words) => format!("one of \"{}\"", words.join("\", \"")),
            Type::Digits(low, high) if low == high => format!("{low} digits"),
            Type::Digits(low, high) => format!("{low} to {high} digits"),
            Type::Record(_) => format!("a record {name}"),
            _ if name.starts_with(['a', 'e', 'i', 'o']) => format!("an {name}"),
            _ => format!("a {name}"),
        }
    }

    /// The fields of a record.
    pub fn fields(&self) -> Option<&[(String, Type)]> {
        match self {
            Type::Record(fields) => Some(fields),
            _ => None,
        }
    }

    /// A field of a record.
    pub fn field(&self, name: &str) -> Option<&Type> {
        self.fields()?.iter().find(|(field, _)| field == name).map(|(_, ty)| ty)
    }
}

impl From<&ColumnType> for Type {
    fn from(column: &ColumnType) -> Type {
        match column {
            ColumnType::Text => Type::String,
            ColumnType::Model => Type::Model,
            ColumnType::Int => Type::Int,
            ColumnType::Decimal => Type::Decimal,
            ColumnType::Bool => Type::Bool,
            ColumnType::Digits(low, high) => Type::Digits(*low, *high),
            ColumnType::OneOf(words) | ColumnType::Network(words) => Type::OneOf(Arc::new(words.clone())),
            ColumnType::Duration => Type::Duration,
            ColumnType::Time => Type::Time,
            ColumnType::Mac => Type::Mac,
            ColumnType::Ip => Type::Ip,
            ColumnType::Prefix => Type::Prefix,
            ColumnType::Host => Type::Host,
            ColumnType::Port => Type::Port,
            ColumnType::Url => Type::Url,
            ColumnType::Path => Type::Path,
            ColumnType::Version => Type::Version,
            ColumnType::Secret => Type::Secret,
            ColumnType::List(item) => Type::List(Box::new(Type::from(&**item))),
        }
    }
}

impl fmt::Display for Type {
    /// As one writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("value"),
            // What is known of a literal is of no interest: it is a string.
            Type::Word(_) => f.write_str("string"),
            Type::Digits(low, high) => write!(f, "digits({low}..{high})"),
            Type::OneOf(words) if words.len() > 8 => write!(f, "one of {} strings", words.len()),
            Type::OneOf(words) => write!(f, "\"{}\"", words.join("\" | \"")),
            Type::Range(inner) => write!(f, "range of {inner}"),
            Type::List(inner) if **inner == Type::Any => f.write_str("list"),
            Type::List(inner) => write!(f, "list of {inner}"),
            Type::Record(fields) => {
                f.write_str("{ ")?;
                for (position, (name, ty)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {ty}", if position == 0 { "" } else { "  " })?;
                }
                f.write_str(" }")
            }
            Type::Optional(inner) => write!(f, "{inner}?"),
            named => match Type::NAMED.iter().find(|(_, ty)| ty == named) {
                Some((name, _)) => f.write_str(name),
                None => f.write_str("value"),
            },
        }
    }
}
