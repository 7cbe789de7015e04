//! A list of phones, as people keep them: an address a line, perhaps with the product behind it.

use super::owner::{macs_in, model_in};
use crate::phone::Mac;
use crate::platform::Catalogue;

/// A phone that somebody lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub mac: Mac,
    pub model: Option<String>,
}

/// The phones of a list; `#` begins a remark. Or the first line that lists none, and why.
pub fn listed(text: &str) -> Result<Vec<Listed>, (usize, &'static str)> {
    let mut phones: Vec<Listed> = Vec::new();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).enumerate();
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        match macs_in(line).as_slice() {
            [mac] => phones.push(Listed { mac: *mac, model: model_in(line, Catalogue::cisco_mpp()) }),
            // A header, as tables have it.
            [] if at == 0 => {}
            [] => return Err((at + 1, "there is no hardware address in this line")),
            _ => return Err((at + 1, "there are two hardware addresses in this line")),
        }
    }
    phones.sort_by_key(|phone| phone.mac);
    phones.dedup_by_key(|phone| phone.mac);
    if phones.is_empty() { Err((1, "the list names no phone")) } else { Ok(phones) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_people_write_them() {
        let text =
            "mac,model\n# the hall\n00-0E-08-AB-CD-02 8841 # old\n\n000e08abcd01,CP-7841-3PCC\nSEP000E08ABCD02\n";
        let phones = listed(text).expect("a list");
        let shown: Vec<String> =
            phones.iter().map(|phone| format!("{} {}", phone.mac, phone.model.as_deref().unwrap_or("-"))).collect();
        assert_eq!(shown, ["00:0e:08:ab:cd:01 CP-7841-3PCC", "00:0e:08:ab:cd:02 CP-8841-3PCC"]);
        for (text, line) in [("", 1), ("mac\n", 1), ("000e08abcd01\nx\n", 2), ("000e08abcd01 000e08abcd02", 1)] {
            assert_eq!(listed(text).map_err(|(line, _)| line), Err(line), "{text}");
        }
    }
}
