//! Which types go together: what fits where, what can be compared, what a list of both holds.

use super::kind::Type;
use std::sync::Arc;

/// Whether a value of one type is one of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Never,
    /// A string may be a host name. It is looked at when it is known.
    Perhaps,
    Always,
}

/// Whether two values may be equal.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    Sound,
    /// Values of unlike types.
    Unlike,
    /// A word that the other side never is, and why.
    Never {
        word: String,
        why: String,
    },
}

/// A choice of more words is a string.
const MOST_WORDS: usize = 64;

impl Type {
    /// Whether a value of the type `given` may stand where this one is wanted.
    pub fn takes(&self, given: &Type) -> Fit {
        match (self, given) {
            (Type::Any, _) | (_, Type::Any) => Fit::Always,
            (Type::Optional(wanted), given) => wanted.takes(given.where_present()),
            (_, Type::Optional(_)) => Fit::Never,
            (wanted, given) if wanted == given => Fit::Always,
            (Type::String, given) if given.is_text() => Fit::Always,
            (Type::Digits(low, high), Type::Digits(least, most)) => {
                if low <= least && most <= high {
                    Fit::Always
                } else if most < low || high < least {
                    Fit::Never
                } else {
                    Fit::Perhaps
                }
            }
            (wanted, Type::Word(word)) if wanted.is_text() => match wanted.fault_of(word) {
                Some(_) => Fit::Never,
                None => Fit::Always,
            },
            (wanted, Type::OneOf(words)) if wanted.is_text() => {
                match words.iter().filter(|word| wanted.fault_of(word).is_none()).count() {
                    0 => Fit::Never,
                    some if some == words.len() => Fit::Always,
                    _ => Fit::Perhaps,
                }
            }
            (Type::OneOf(_), given) if given.is_text() => Fit::Perhaps,
            (wanted, Type::String) if wanted.is_text() => Fit::Perhaps,
            (Type::Int, Type::Port) | (Type::Schedule, Type::Duration) => Fit::Always,
            (Type::Port, Type::Int) => Fit::Perhaps,
            (Type::List(wanted), Type::List(given)) | (Type::Range(wanted), Type::Range(given)) => wanted.takes(given),
            // What is asked for has to be there; more may be.
            (Type::Record(wanted), Type::Record(_)) => wanted
                .iter()
                .map(|(name, ty)| given.field(name).map_or(Fit::Never, |field| ty.takes(field)))
                .min()
                .unwrap_or(Fit::Always),
            _ => Fit::Never,
        }
    }

    /// The type of a value that is one or the other; nothing when they are unlike.
    pub fn or(&self, other: &Type) -> Option<Type> {
        Some(match (self, other) {
            (Type::Any, _) | (_, Type::Any) => Type::Any,
            (one, other) if one == other => one.clone(),
            (Type::Optional(_), _) | (_, Type::Optional(_)) => {
                Type::Optional(Box::new(self.where_present().or(other.where_present())?))
            }
            (Type::Word(_) | Type::OneOf(_), Type::Word(_) | Type::OneOf(_)) => {
                let mut words: Vec<String> = self.words().to_vec();
                let more: Vec<String> = other.words().iter().filter(|word| !words.contains(word)).cloned().collect();
                words.extend(more);
                if words.len() > MOST_WORDS { Type::String } else { Type::OneOf(Arc::new(words)) }
            }
            (one, other) if one.is_text() && other.is_text() => Type::String,
            (Type::Int, Type::Port) | (Type::Port, Type::Int) => Type::Int,
            (Type::Duration, Type::Schedule) | (Type::Schedule, Type::Duration) => Type::Schedule,
            (Type::List(one), Type::List(other)) => Type::List(Box::new(one.or(other)?)),
            (Type::Range(one), Type::Range(other)) => Type::Range(Box::new(one.or(other)?)),
            (Type::Record(fields), Type::Record(others)) if fields.len() == others.len() => {
                let field = |(name, ty): &(String, Type)| Some((name.clone(), ty.or(other.field(name)?)?));
                Type::Record(Arc::new(fields.iter().map(field).collect::<Option<_>>()?))
            }
            _ => return None,
        })
    }

    /// The type of what is there, if anything is.
    pub fn where_present(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner,
            ty => ty,
        }
    }

    /// The words that a value of the type is one of; none for a type without such.
    pub fn words(&self) -> &[String] {
        match self {
            Type::OneOf(words) => words,
            Type::Word(word) => std::slice::from_ref(word),
            _ => &[],
        }
    }

    /// Whether `==` between the two can ever hold.
    pub fn compared_with(&self, other: &Type) -> Comparison {
        match (self, other) {
            // What a secret is, nobody knows while the program is compiled.
            (Type::Secret, _) | (_, Type::Secret) => Comparison::Unlike,
            (Type::Word(_), Type::Word(_)) => Comparison::Sound,
            (Type::Word(word), other) | (other, Type::Word(word)) if other.is_text() => match other.fault_of(word) {
                Some(why) => Comparison::Never { word: word.clone(), why },
                None => Comparison::Sound,
            },
            (one, other) if one.is_text() && other.is_text() => Comparison::Sound,
            (one, other) if one.or(other).is_some() => match (one, other) {
                // They go into one list, and are still two kinds of value.
                (Type::Duration, Type::Schedule) | (Type::Schedule, Type::Duration) => Comparison::Unlike,
                _ => Comparison::Sound,
            },
            _ => Comparison::Unlike,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_of(words: &[&str]) -> Type {
        Type::OneOf(Arc::new(words.iter().map(|word| (*word).to_owned()).collect()))
    }

    fn word(word: &str) -> Type {
        Type::Word(word.to_owned())
    }

    fn record(fields: &[(&str, Type)]) -> Type {
        Type::Record(Arc::new(fields.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect()))
    }

    #[test]
    fn what_fits_where() {
        let optional = Type::Optional(Box::new(Type::String));
        for (wanted, given, fit) in [
            (Type::String, Type::Digits(3, 5), Fit::Always),
            (Type::String, optional.clone(), Fit::Never),
            (optional.clone(), Type::String, Fit::Always),
            (optional.clone(), optional, Fit::Always),
            (Type::Host, Type::String, Fit::Perhaps),
            (Type::Host, word("sip.example"), Fit::Always),
            (Type::Host, word("sip example"), Fit::Never),
            (Type::Host, Type::Digits(3, 5), Fit::Never),
            (Type::Digits(3, 5), Type::Digits(4, 4), Fit::Always),
            (Type::Digits(3, 5), Type::Digits(5, 9), Fit::Perhaps),
            (Type::Digits(3, 5), Type::Digits(6, 9), Fit::Never),
            (one_of(&["desk", "lab"]), word("lab"), Fit::Always),
            (one_of(&["desk", "lab"]), word("hall"), Fit::Never),
            (one_of(&["desk", "lab"]), one_of(&["lab", "hall"]), Fit::Perhaps),
            (one_of(&["desk", "lab"]), one_of(&["hall"]), Fit::Never),
            (Type::Int, Type::Port, Fit::Always),
            (Type::Port, Type::Int, Fit::Perhaps),
            (Type::Decimal, Type::Int, Fit::Never),
            (Type::Schedule, Type::Duration, Fit::Always),
            (Type::Bool, word("yes"), Fit::Never),
            (Type::String, Type::Secret, Fit::Never),
            (Type::Secret, Type::String, Fit::Never),
            (Type::Any, Type::Secret, Fit::Always),
            (Type::List(Box::new(Type::Host)), Type::List(Box::new(Type::String)), Fit::Perhaps),
            (record(&[("a", Type::Int)]), record(&[("a", Type::Int), ("b", Type::Bool)]), Fit::Always),
            (record(&[("a", Type::Int)]), record(&[("b", Type::Bool)]), Fit::Never),
            (record(&[("a", Type::Int)]), record(&[("a", Type::Bool)]), Fit::Never),
        ] {
            assert_eq!(wanted.takes(&given), fit, "{wanted} takes {given}");
        }
    }

    #[test]
    fn what_a_list_of_both_holds() {
        assert_eq!(word("a").or(&word("b")), Some(one_of(&["a", "b"])));
        assert_eq!(one_of(&["a", "b"]).or(&word("b")), Some(one_of(&["a", "b"])));
        assert_eq!(word("a").or(&Type::Host), Some(Type::String));
        assert_eq!(Type::Int.or(&Type::Bool), None);
        assert_eq!(record(&[("a", Type::Int)]).or(&record(&[("b", Type::Int)])), None);
        let many: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        assert_eq!(Type::OneOf(Arc::new(many)).or(&word("x")), Some(Type::String));
    }

    #[test]
    fn what_can_be_equal() {
        assert_eq!(Type::Int.compared_with(&Type::Port), Comparison::Sound);
        assert_eq!(Type::Int.compared_with(&Type::Decimal), Comparison::Unlike);
        assert_eq!(Type::String.compared_with(&Type::Secret), Comparison::Unlike);
        assert_eq!(Type::Duration.compared_with(&Type::Schedule), Comparison::Unlike);
        assert!(matches!(one_of(&["desk"]).compared_with(&word("lab")), Comparison::Never { .. }));
        assert!(matches!(word("12").compared_with(&Type::Digits(3, 5)), Comparison::Never { .. }));
        assert_eq!(word("123").compared_with(&Type::Digits(3, 5)), Comparison::Sound);
    }
}
