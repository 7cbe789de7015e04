//! Firmware and hardware versions and how phones compare them (RS §10).

use crate::phone::stance::AcrossForms;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version as written, with what it means. Equality is of the writing; [`Version::compare`] is the phone's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    text: String,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `sip88xx.11-3-1MPP-678`, or without the model (ATA).
    Load(Load),
    /// `2.0.3(0412s)`: SPA firmware, hardware versions.
    Dotted { parts: [u32; 3], build: Option<String> },
    /// A load name that fits no documented form, such as `sip8845_65.0104-MPP-9875dev`, or one of bare numbers: only itself is
    /// equal to it.
    Opaque,
}

/// `[sip<model>.]major-minor-micro-build`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Load {
    pub model: Option<String>,
    pub major: u32,
    pub minor: u32,
    /// Leading number, tag and trailing digits of the micro part: `2MPP0001` is 2, `MPP`, 1.
    micro: (u32, String, u32),
    /// The micro part ends in four digits: the writing from 11.3(2) on.
    pub from_11_3_2: bool,
    pub build: u32,
    /// The build is marked, such as `dev`; ignored for order.
    pub marked: bool,
}

impl Load {
    pub fn micro_number(&self) -> u32 {
        self.micro.0
    }

    /// The digits after the tag: 1 of `2MPP0001`; 0 where there are none.
    pub fn micro_trail(&self) -> u32 {
        self.micro.2
    }

    /// `MPP`, `MSR`, `SR`, `MN`.
    pub fn tag(&self) -> &str {
        &self.micro.1
    }
}

/// Why two versions have no order on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomparable {
    #[error("the versions are written in different forms, which the phone cannot parse together")]
    Forms,
    #[error("releases with different tags have no documented order")]
    Tags,
    #[error("a load name of no documented form has no order")]
    Opaque,
}

impl Version {
    pub fn form(&self) -> &Form {
        &self.form
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How two versions stand, the model part ignored: major, minor, micro, and only then the build. `None`: they differ,
    /// but which is later is not said (unlike tags). `across` decides conflict C-20, the change of form in 11.3(2).
    pub fn compare(&self, other: &Version, across: AcrossForms) -> Result<Option<Ordering>, Incomparable> {
        match (&self.form, &other.form) {
            (Form::Load(a), Form::Load(b)) => {
                if a.from_11_3_2 != b.from_11_3_2 && across == AcrossForms::Error {
                    return Err(Incomparable::Forms);
                }
                let (a_number, a_tag, a_trail) = &a.micro;
                let (b_number, b_tag, b_trail) = &b.micro;
                let order = (a.major, a.minor, a_number).cmp(&(b.major, b.minor, b_number));
                if order.is_ne() {
                    return Ok(Some(order));
                }
                if a_tag != b_tag {
                    return Ok(None);
                }
                Ok(Some((a_trail, a.build).cmp(&(b_trail, b.build))))
            }
            (Form::Dotted { parts: a, build: a_build }, Form::Dotted { parts: b, build: b_build }) => {
                Ok(Some((a, a_build).cmp(&(b, b_build))))
            }
            (Form::Opaque, Form::Opaque) if bare(&self.text) == bare(&other.text) => Ok(Some(Ordering::Equal)),
            (Form::Opaque, Form::Opaque) => Ok(None),
            _ => Err(Incomparable::Forms),
        }
    }
}

/// The part that decides how two versions stand; the parts before it are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Major,
    Minor,
    Micro,
    Tag,
    Build,
    /// Nothing differs.
    None,
}

impl Version {
    /// What decides a comparison of two versions of one form, by parts; none: they have no order.
    pub fn decided_by(&self, other: &Version) -> Option<Part> {
        Some(match (&self.form, &other.form) {
            (Form::Load(a), Form::Load(b)) if a.major != b.major => Part::Major,
            (Form::Load(a), Form::Load(b)) if a.minor != b.minor => Part::Minor,
            (Form::Load(a), Form::Load(b)) if a.micro.0 != b.micro.0 => Part::Micro,
            (Form::Load(a), Form::Load(b)) if a.micro.1 != b.micro.1 => Part::Tag,
            (Form::Load(a), Form::Load(b)) if a.micro.2 != b.micro.2 => Part::Micro,
            (Form::Load(a), Form::Load(b)) if a.build != b.build => Part::Build,
            (Form::Dotted { parts: [a, ..], .. }, Form::Dotted { parts: [b, ..], .. }) if a != b => Part::Major,
            (Form::Dotted { parts: [_, a, _], .. }, Form::Dotted { parts: [_, b, _], .. }) if a != b => Part::Minor,
            (Form::Dotted { parts: [_, _, a], .. }, Form::Dotted { parts: [_, _, b], .. }) if a != b => Part::Micro,
            (Form::Dotted { build: a, .. }, Form::Dotted { build: b, .. }) if a != b => Part::Build,
            (Form::Load(_), Form::Load(_)) | (Form::Dotted { .. }, Form::Dotted { .. }) => Part::None,
            _ => return None,
        })
    }
}

fn bare(text: &str) -> &str {
    text.strip_suffix(".loads").unwrap_or(text)
}

/// The text is not written as any version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a version: write `sip88xx.11-3-1MPP-678`, or `2.0.1` for hardware")]
pub struct VersionError;

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Version, VersionError> {
        let form = if let Some(load) = load(text) {
            Form::Load(load)
        } else if let Some(dotted) = dotted(text) {
            dotted
        } else if odd(text) {
            Form::Opaque
        } else {
            return Err(VersionError);
        };
        Ok(Version { text: text.to_owned(), form })
    }
}

fn load(text: &str) -> Option<Load> {
    let text = bare(text);
    let (model, rest) = match text.strip_prefix("sip") {
        Some(named) => {
            let (model, rest) = named.split_once('.')?;
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if model.is_empty() || !model.bytes().all(fits) {
                return None;
            }
            (Some(model.to_owned()), rest)
        }
        None => (None, text),
    };
    let mut parts = rest.split('-');
    let (major, minor, micro, build) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (lead, micro) = leading_number(micro)?;
    let tag: String = micro.chars().take_while(char::is_ascii_alphabetic).collect();
    let trail = micro.get(tag.len()..)?;
    // A micro without a tag occurs once, in a sample that the reference treats as opaque.
    if tag.is_empty() || !trail.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (build, mark) = leading_number(build)?;
    if !mark.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    Some(Load {
        model,
        major: whole(major)?,
        minor: whole(minor)?,
        micro: (lead, tag, if trail.is_empty() { 0 } else { whole(trail)? }),
        from_11_3_2: trail.len() == 4,
        build,
        marked: !mark.is_empty(),
    })
}

/// A load name that is none of the documented forms, and still one: with its prefix, or as four bare numbers.
fn odd(text: &str) -> bool {
    // `cp-8831-sip.9-3-4-SR3-3PCC`: the one model whose loads are named so.
    let prefixed = (text.starts_with("sip") || text.starts_with("cp-8831-sip."))
        && text.contains(['.', '-'])
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let mut parts = bare(text).splitn(4, '-');
    let mut number = || parts.next().and_then(whole).is_some();
    let three = number() && number() && number();
    let mut build =
        || leading_number(parts.next()?).filter(|(_, mark)| mark.bytes().all(|byte| byte.is_ascii_alphabetic()));
    prefixed || (three && build().is_some())
}

fn dotted(text: &str) -> Option<Form> {
    let (numbers, build) = match text.strip_suffix(')') {
        Some(open) => {
            let (numbers, build) = open.split_once('(')?;
            if build.is_empty() || !build.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return None;
            }
            (numbers, Some(build.to_owned()))
        }
        None => (text, None),
    };
    let mut parts = numbers.split('.').map(whole);
    let all = [parts.next()??, parts.next()??, parts.next()??];
    if parts.next().is_some() { None } else { Some(Form::Dotted { parts: all, build }) }
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((whole(number)?, rest))
}

fn whole(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(a: &str, b: &str, across: AcrossForms) -> Result<Option<Ordering>, Incomparable> {
        let a: Version = a.parse().expect(a);
        a.compare(&b.parse().expect(b), across)
    }

    #[test]
    fn the_documented_orders() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, expected) in [
            ("11-3-1MPP-110", "11-2-3MPP-256", Greater),
            ("11-3-2MPP0002-256", "11-3-2MPP0001-609", Greater),
            ("sip88xx.11-3-1MPP-678", "sip7832.11-3-1MPP-678.loads", Equal),
            ("sip88xx.11-2-3MSR1-1", "sip88xx.11-3-1MPP-678", Less),
            ("11-3-1MPP-678dev", "11-3-1MPP-678", Equal),
            ("9-3-1MPP-678", "11-3-1MPP-678", Less),
            ("2.0.3(0412s)", "2.0.3(0413s)", Less),
            ("2.0.10", "2.0.9", Greater),
        ] {
            assert_eq!(order(a, b, AcrossForms::Error), Ok(Some(expected)), "{a} {b}");
        }
    }

    #[test]
    fn what_has_no_order() {
        // RS §10: unlike tags; C-20: the change of form.
        assert_eq!(order("11-2-3MPP-398", "11-2-3MSR1-1", AcrossForms::Error), Ok(None));
        assert_eq!(order("11-3-1MPP-678", "11-3-2MPP0001-609", AcrossForms::Error), Err(Incomparable::Forms));
        assert_eq!(order("11-3-1MPP-678", "11-3-2MPP0001-609", AcrossForms::ByParts), Ok(Some(Ordering::Less)));
        assert_eq!(order("11-3-1MPP-678", "2.0.1", AcrossForms::ByParts), Err(Incomparable::Forms));
        let odd = "sip8845_65.0104-MPP-9875dev";
        assert_eq!(order(odd, &format!("{odd}.loads"), AcrossForms::Error), Ok(Some(Ordering::Equal)));
        assert!("sip8845_65.1-0129-18-0356dev.loads".parse::<Version>().is_ok_and(|v| v.form() == &Form::Opaque));
        assert!("11.3".parse::<Version>().is_err());
        assert!("99999999999-1-1MPP-1".parse::<Version>().is_err());
    }
}
