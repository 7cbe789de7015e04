//! Alias maps (RS §12): files of another shape, their elements renamed by `--alias`.

/// At most so many entries are read by a phone.
const MOST: usize = 30;

/// Names in a left side: each element of a file is held against each of them, so there must be an end (inferred).
const DEEPEST: usize = 32;

/// `/left/path = /flat-profile/Parameter_Name ;` repeated. Empty: nothing is renamed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AliasMap {
    entries: Vec<Alias>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Alias {
    /// Element names from the outside in, as far as given.
    path: Vec<String>,
    parameter: String,
}

/// Why a text is no alias map; the offset counts octets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (offset {offset})")]
pub struct AliasError {
    pub offset: usize,
    pub message: &'static str,
}

impl AliasMap {
    pub fn parse(text: &str) -> Result<AliasMap, AliasError> {
        let mut map = AliasMap::default();
        let mut offset = 0;
        for entry in text.split_inclusive(';') {
            let fault = |message| Err(AliasError { offset, message });
            let Some(entry_text) = entry.strip_suffix(';') else {
                if entry.trim().is_empty() {
                    break;
                }
                return fault("each alias ends with `;`");
            };
            let Some((left, right)) = entry_text.split_once('=') else {
                return fault("an alias is `/path = /flat-profile/Parameter_Name ;`");
            };
            let path: Option<Vec<String>> =
                left.trim().strip_prefix('/').map(|path| path.split('/').map(str::to_owned).collect());
            let Some(path) = path.filter(|path| path.len() <= DEEPEST && path.iter().all(|name| is_name(name))) else {
                return fault("the left side is a path of element names (32 at most), beginning with `/`");
            };
            let parameter = right.trim().strip_prefix("/flat-profile/").filter(|name| is_name(name));
            let Some(parameter) = parameter else {
                return fault("the right side is `/flat-profile/` and a parameter's element");
            };
            if map.entries.len() == MOST {
                return fault("an alias map has at most 30 entries");
            }
            map.entries.push(Alias { path, parameter: parameter.to_owned() });
            offset += entry.len();
        }
        Ok(map)
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The parameter that an element stands for: the left side is matched from the inner end, as far as it goes; the
    /// first entry that fits counts (inferred).
    pub(super) fn parameter(&self, path: &[String]) -> Option<&str> {
        self.entries.iter().find(|alias| path.ends_with(&alias.path)).map(|alias| alias.parameter.as_str())
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::super::{Value, decode_with};
    use super::*;

    const MAP: &str = "/SIP-Credentials/name = /flat-profile/User_ID_1_ ; /auth-secret = /flat-profile/Password_1_ ;";

    #[test]
    fn elements_are_renamed_wherever_they_lie() {
        let file = "<account><name>no</name><SIP-Credentials><name> 101 </name><x><auth-secret>s</auth-secret></x>\
            </SIP-Credentials></account>";
        let map = AliasMap::parse(MAP).expect("valid");
        let read = decode_with(file.as_bytes(), &map).expect("well-formed").elements;
        let read: Vec<_> = read.into_iter().map(|element| (element.name, element.value)).collect();
        let set = |name: &str, value: &str| (name.to_owned(), Value::Set(value.to_owned()));
        assert_eq!(read, [set("User_ID_1_", "101"), set("Password_1_", "s")]);
        assert!(decode_with(file.as_bytes(), &AliasMap::default()).is_err(), "no flat profile without the map");
    }

    #[test]
    fn faults_are_placed() {
        assert_eq!(AliasMap::parse(" ").map(|map| map.is_empty()), Ok(true));
        for (text, offset) in [
            ("/a = /flat-profile/B", 0),
            ("/a = /flat-profile/B; /c", 21),
            ("/a = /flat-profile/B; c = /flat-profile/B;", 21),
            ("/a = B;", 0),
            ("/a//b = /flat-profile/B;", 0),
        ] {
            assert_eq!(AliasMap::parse(text).map_err(|error| error.offset), Err(offset), "{text}");
        }
        assert!(AliasMap::parse(&"/a = /flat-profile/B;".repeat(30)).is_ok());
        assert!(AliasMap::parse(&"/a = /flat-profile/B;".repeat(31)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text in "(/|[a-b]|=|;| |/flat-profile/){0,40}") {
            let _ = AliasMap::parse(&text);
        }
    }
}
