//! What a phone passes over, without a word, in a file that it reads (WF §1, PB §9). The model reads such a file as the
//! guides have it, which call the format XML-like: what stands outside of the flat profile does not count, wherever it
//! stands. Whoever wrote it should know.

use super::Profile;
use std::fmt;

/// A profile, and what a reader of the file should know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    pub profile: Profile,
    /// In the order in which they stand, the first so many.
    pub remarks: Vec<Remark>,
    /// The line of each element of the profile.
    pub lines: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Octets before the place, of the file as it is unpacked.
    pub offset: usize,
    /// Counted from 1.
    pub line: usize,
    pub about: Passed,
}

/// What is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passed {
    /// `<?xml …?>` with something before it.
    LateDeclaration,
    /// Text before the first element, or behind the last.
    Outside,
    /// Text between parameters, such as `// a comment`.
    Between,
    /// A second element beside the outermost one.
    SecondRoot(String),
    /// A second `<flat-profile>`; its elements are read too.
    SecondProfile,
    /// An element inside of a parameter.
    Nested {
        inside: String,
        name: String,
    },
    /// The parameter stood there before: the last counts.
    Again(String),
    /// Phones take ASCII only in values.
    NotAscii {
        element: String,
        sign: char,
    },
    /// An `ua` that is none, or does not stand in double quotes.
    Access(String),
    /// An `ua` in single quotes.
    SingleQuotes(String),
    Attribute {
        element: String,
        name: String,
    },
    /// An element that is no parameter's.
    Unknown(String),
}

/// A flood of remarks is one mistake made many times.
pub(super) const MOST: usize = 100;

/// Of a name so much is said.
const LONGEST: usize = 60;

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |name: &str| name.get(..name.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned();
        match self {
            Passed::LateDeclaration => {
                f.write_str("`<?xml` does not stand at the very beginning; readers of XML refuse that")
            }
            Passed::Outside => {
                f.write_str("text outside of the outermost element does not count; readers of XML refuse it")
            }
            Passed::Between => f.write_str("text between parameters does not count; a comment is `<!-- … -->`"),
            Passed::SecondRoot(name) => {
                write!(f, "`<{}>` is a second outermost element; readers of XML refuse that", short(name))
            }
            Passed::SecondProfile => {
                f.write_str("a second `<flat-profile>`: its elements are read too, the last of two alike wins")
            }
            Passed::Nested { inside, name } => {
                write!(f, "`<{}>` inside of `{}` does not count, nor what it holds", short(name), short(inside))
            }
            Passed::Again(name) => write!(f, "`{}` stands there before: the last one counts", short(name)),
            Passed::NotAscii { element, sign } => {
                write!(
                    f,
                    "`{}` holds {sign:?}: phones take ASCII in values, and what becomes of others is not documented",
                    short(element)
                )
            }
            Passed::Access(name) => {
                write!(
                    f,
                    "the `ua` of `{}` is not `\"na\"`, `\"ro\"` or `\"rw\"`: the access stays as it is",
                    short(name)
                )
            }
            Passed::SingleQuotes(name) => {
                write!(f, "the `ua` of `{}` stands in single quotes: phones read it in double ones only", short(name))
            }
            Passed::Unknown(name) => write!(f, "no phone has the parameter `{}`", short(name)),
            Passed::Attribute { element, name } => write!(f, "`{}` has no attribute `{}`", short(element), short(name)),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.about)
    }
}

/// The lines of places that are in order, in one pass.
pub(super) fn lines(text: &str, offsets: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut line, mut done) = (1, 0);
    let mut lines = Vec::new();
    for offset in offsets {
        let between = text.as_bytes().get(done..offset.max(done)).unwrap_or_default();
        line += between.iter().filter(|octet| **octet == b'\n').count();
        done = offset.max(done);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::{AliasMap, decode_noting};
    use super::*;

    fn remarks(text: &str) -> Vec<String> {
        let noted = decode_noting(text.as_bytes(), &AliasMap::default()).expect(text);
        noted.remarks.iter().map(Remark::to_string).collect()
    }

    #[test]
    fn wf_1_what_is_passed_over_is_told_with_its_line() {
        let profile = |inside: &str| format!("<flat-profile>{inside}</flat-profile>");
        for (text, words) in [
            ("\n\n<?xml version=\"1.0\"?><flat-profile/>".to_owned(), "line 3: `<?xml` does not stand"),
            (" <?xml version=\"1.0\"?><flat-profile/>".to_owned(), "line 1: `<?xml` does not stand"),
            (format!("hello\n{}", profile("")), "line 1: text outside"),
            (format!("{}\nhello", profile("")), "line 2: text outside"),
            (format!("{}&amp;", profile("")), "line 1: text outside"),
            (format!("{}<x/>", profile("")), "line 1: `<x>` is a second outermost"),
            (
                format!("{}\n{}", profile("<A>1</A>"), profile("<B>1</B>")),
                "line 2: `<flat-profile>` is a second outermost",
            ),
            (format!("<device>{}{}</device>", profile(""), profile("")), "a second `<flat-profile>`"),
            (profile("<A>1</A>\n// no comment\n<B>2</B>"), "line 2: text between"),
            (profile("<A>1<b>2</b></A>"), "`<b>` inside of `A`"),
            (profile("<A>1<b/></A>"), "`<b>` inside of `A`"),
            (profile("<A>1</A>\n<A>2</A>"), "line 2: `A` stands there before"),
            (profile("\n<A>Jörg</A>"), "line 2: `A` holds 'ö'"),
            (profile("<A>&#252;</A>"), "`A` holds 'ü'"),
            (profile("<A ua=\"no\">1</A>"), "the `ua` of `A`"),
            (profile("<A ua='rw'>1</A>"), "the `ua` of `A` stands in single quotes"),
            (profile("<A ua='RW'>1</A>"), "the `ua` of `A` is not"),
            (profile("<A user=\"rw\"/>"), "`A` has no attribute `user`"),
        ] {
            let told = remarks(&text);
            assert!(told.iter().any(|remark| remark.contains(words)), "{text}: {told:?}");
        }
        for sound in [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n<device><other>x</other> t <flat-profile>\n<A ua=\"na\">1</A>\n\
             <!-- c --><a>2</a><B preserve-value=\"y\" um=\"y\"/>\n</flat-profile></device>\n",
            "\u{feff}<?xml version=\"1.0\"?><flat-profile/>",
            "<flat-profile/>\n\n",
        ] {
            assert_eq!(remarks(sound), [""; 0], "{sound}");
        }
    }

    #[test]
    fn elements_have_their_lines_and_remarks_an_end() {
        let noted = |text: &str| decode_noting(text.as_bytes(), &AliasMap::default()).expect("a profile");
        assert_eq!(noted("<flat-profile><A>1</A>\n<B>\n2</B>\n\n<C/></flat-profile>").lines, [1, 2, 5]);
        assert_eq!(noted("<flat-profile><A>1</A>\n<B/>\n<A>2</A></flat-profile>").lines, [3, 2]);
        let many = noted(&format!("<flat-profile>{}</flat-profile>", "<A>ü</A>".repeat(10_000)));
        assert_eq!((many.remarks.len(), many.profile.elements.len()), (MOST, 1));
        let long = noted(&format!("<flat-profile><{0}>ü</{0}></flat-profile>", "x".repeat(1 << 20)));
        assert!(long.remarks.iter().all(|remark| remark.to_string().len() < 300));
    }
}
