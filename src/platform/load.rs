//! Names of firmware loads, and where a load stands among the releases: what a phone's own order (RS §10) leaves open,
//! between a release and its service releases, the release notes say.

use crate::phone::rule::{Form, Version};
use std::fmt;
use std::str::FromStr;

/// Where a release stands: `11.3(1)SR2` is 11, 3, 1, 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseOrder {
    pub major: u32,
    pub minor: u32,
    pub micro: u32,
    pub service: u32,
}

/// The text is not written as any release is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no release: write `11.3(7)` or `11.3(1)SR2`")]
pub struct ReleaseError;

impl FromStr for ReleaseOrder {
    type Err = ReleaseError;

    fn from_str(text: &str) -> Result<Self, ReleaseError> {
        let parts = || {
            let (major, rest) = text.split_once('.')?;
            let (minor, rest) = rest.split_once('(')?;
            let (micro, rest) = rest.split_once(')')?;
            let service = match rest {
                "" => 0,
                // A marked variant of a release stands where the release does: `11.3(1)SR2 UPG`.
                rest => rest.split(' ').next()?.strip_prefix("SR")?.parse().ok()?,
            };
            Some(ReleaseOrder {
                major: major.parse().ok()?,
                minor: minor.parse().ok()?,
                micro: micro.parse().ok()?,
                service,
            })
        };
        parts().ok_or(ReleaseError)
    }
}

impl fmt::Display for ReleaseOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}({})", self.major, self.minor, self.micro)?;
        match self.service {
            0 => Ok(()),
            service => write!(f, "SR{service}"),
        }
    }
}

/// A `.loads` file of a documented form: `sip88xx.11-3-1MSR2-6.loads`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LoadName {
    file: String,
    /// `sip88xx`: what phones it is for.
    family: String,
    order: ReleaseOrder,
    build: u32,
}

/// Why a text is no name of a load that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadFault {
    #[error("a load is a file whose name ends with .loads")]
    Ending,
    #[error("a load is named FAMILY.MAJOR-MINOR-MICRO-BUILD.loads, as in sip88xx.11-3-1MPP-678.loads")]
    Form,
}

impl FromStr for LoadName {
    type Err = LoadFault;

    fn from_str(text: &str) -> Result<Self, LoadFault> {
        let bare = text.strip_suffix(".loads").ok_or(LoadFault::Ending)?;
        let version: Version = bare.parse().map_err(|_| LoadFault::Form)?;
        let Form::Load(load) = version.form() else { return Err(LoadFault::Form) };
        let (family, _) = bare.split_once('.').ok_or(LoadFault::Form)?;
        let service = match load.tag() {
            // From 11.3(2) on the service release is the first two of four digits: 3MPP0103 is 11.3(3)SR1.
            "MPP" if load.from_11_3_2 => load.micro_trail() / 100,
            "MPP" => 0,
            // 11.3(1)SR2 is 1MSR2, and once 3MPPMSR1.
            _ => load.micro_trail(),
        };
        let order = ReleaseOrder { major: load.major, minor: load.minor, micro: load.micro_number(), service };
        Ok(LoadName { file: text.to_owned(), family: family.to_owned(), order, build: load.build })
    }
}

impl LoadName {
    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What a phone that runs it says in `$SWVER`.
    pub fn version(&self) -> &str {
        self.file.strip_suffix(".loads").unwrap_or(&self.file)
    }

    pub fn family(&self) -> &str {
        &self.family
    }

    pub fn order(&self) -> ReleaseOrder {
        self.order
    }

    pub fn build(&self) -> u32 {
        self.build
    }

    /// The version between the family and the build, with the dashes that end each: `11-3-1MSR2-`. It says the release, and
    /// it says nothing else.
    pub fn release_part(&self) -> &str {
        let version = self.version().get(self.family.len() + 1..).unwrap_or_default();
        let end = version.rfind('-').map_or(version.len(), |dash| dash + 1);
        version.get(..end).unwrap_or_default()
    }
}

impl fmt::Display for LoadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_says_its_release() {
        for (file, family, release) in [
            ("sip88xx.11-0-1MPP-477.loads", "sip88xx", "11.0(1)"),
            ("sip88xx.11-2-3MSR1-1.loads", "sip88xx", "11.2(3)SR1"),
            ("sip78xx.11-2-3MPPMSR1-1.loads", "sip78xx", "11.2(3)SR1"),
            ("sip8845_65.11-3-2MPP0001-609.loads", "sip8845_65", "11.3(2)"),
            ("sip68xx.11-3-3MPP0203-382.loads", "sip68xx", "11.3(3)SR2"),
            ("sip6821.12-0-7MPP0501-123.loads", "sip6821", "12.0(7)SR5"),
        ] {
            let load: LoadName = file.parse().expect(file);
            assert_eq!((load.family(), load.order().to_string().as_str()), (family, release));
            assert_eq!(release.parse(), Ok(load.order()));
        }
        let load: LoadName = "sip88xx.11-2-3MSR1-1.loads".parse().expect("a load");
        assert_eq!((load.release_part(), load.build()), ("11-2-3MSR1-", 1));
    }

    #[test]
    fn what_is_no_load() {
        assert_eq!("sip88xx.11-0-1MPP-477".parse::<LoadName>(), Err(LoadFault::Ending));
        assert_eq!("image.loads".parse::<LoadName>(), Err(LoadFault::Form));
        assert_eq!("sip8845_65.0104-MPP-9875dev.loads".parse::<LoadName>(), Err(LoadFault::Form));
        for text in ["11.3", "11.3(x)", "11.3(1)ES2", "", "11.3(99999999999)"] {
            assert_eq!(text.parse::<ReleaseOrder>(), Err(ReleaseError), "{text}");
        }
        assert!("11.3(1)SR2 UPG".parse::<ReleaseOrder>().is_ok_and(|order| order.service == 2));
    }
}
