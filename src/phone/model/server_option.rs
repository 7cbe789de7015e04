//! An option that somebody tells in words, as `prov rule --option66` does.

use super::discovery::{Attempt, Names, OptionServers, read_entry};
use crate::phone::rule::{Host, Url};
use crate::phone::stance::{Consulted, Stances};
use std::str::FromStr;

/// What an option holds, written as text: one server or two, `A;B` (PB §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOption(OptionServers);

impl FromStr for ServerOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut entries = Vec::new();
        for entry in text.split(';').map(str::trim) {
            if entries.len() == 2 {
                return Err(
                    "an option holds one server or two; what a phone makes of a third is not documented (PB §5)".into(),
                );
            }
            entries.push(read_entry(entry).map_err(|why| {
                let port = entry.rsplit_once(':').filter(|(host, _)| Host::new(host).is_ok());
                if port.is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
                    return format!("`{entry}` is no server: a port stands in a URL only, such as `tftp://{entry}`");
                }
                format!("`{entry}` is no server: {why}; an option holds an address, a name or a URL, or two with `;` between")
            })?);
        }
        Ok(ServerOption(OptionServers { source: "option 66".into(), entries }))
    }
}

impl ServerOption {
    /// The URLs that a Profile_Rule asks for, in order, where it begins with `/` (PB §5).
    pub fn discovered(&self, path: &str, names: Names<'_>, stances: Stances) -> Vec<Url> {
        let consulted = Consulted::new(stances);
        self.0.discover(path, names, &consulted).iter().filter_map(Attempt::url).collect()
    }

    /// The URLs that any other rule without a server asks for.
    pub fn served(&self, path: &str) -> Vec<Url> {
        self.0.serve(path).iter().filter_map(Attempt::url).collect()
    }
}
