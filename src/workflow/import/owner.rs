//! Whose file it is, by its name: the hardware address in any usual spelling, the product, the site.

use crate::phone::Mac;
use crate::platform::Catalogue;

/// What the path of a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The addresses in the name, or in that of the nearest folder that has one.
    pub macs: Vec<Mac>,
    /// The product, by the nearest part of the path that names one.
    pub model: Option<String>,
    /// The folder that is neither an address nor a product, nearest to the file; empty: it lies at the top.
    pub folder: String,
}

/// Reads a path with `/` between its parts.
pub fn named(path: &str, catalogue: &Catalogue) -> Named {
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let name = parts.next().unwrap_or_default();
    let mut named = Named { macs: macs_in(name), model: model_in(name, catalogue), folder: String::new() };
    for folder in parts {
        let (macs, model) = (macs_in(folder), model_in(folder, catalogue));
        if macs.is_empty() && model.is_none() && named.folder.is_empty() {
            named.folder = folder.to_owned();
        }
        if named.macs.is_empty() {
            named.macs = macs;
        }
        named.model = named.model.or(model);
    }
    named
}

/// `000e08abcd01.xml`, `SEP000E08ABCD01.cnf.xml`, `spa000e08abcd01.cfg`, `00-0e-08-ab-cd-01`, `000e.08ab.cd01`: each address once.
pub fn macs_in(name: &str) -> Vec<Mac> {
    let mut found: Vec<Mac> = Vec::new();
    let mut add = |text: &str| {
        if let Ok(mac) = text.parse::<Mac>()
            && !found.contains(&mac)
        {
            found.push(mac);
        }
    };
    for word in words(name) {
        // What programs put before an address: `SEP`, `spa`.
        let at = word.len().checked_sub(12).filter(|at| word.is_char_boundary(*at));
        if let Some((before, digits)) = at.map(|at| word.split_at(at))
            && before.bytes().all(|octet| octet.is_ascii_alphabetic())
            && before.len() <= 8
            && digits.bytes().all(|octet| octet.is_ascii_hexdigit())
        {
            add(digits);
        }
    }
    for (parts, length) in [(6, 2), (3, 4)] {
        let words: Vec<&str> = words(name).collect();
        for run in words.windows(parts) {
            if run.iter().all(|part| part.len() == length && part.bytes().all(|octet| octet.is_ascii_hexdigit())) {
                add(&run.concat());
            }
        }
    }
    found
}

/// `8841-3PCC.xml`, `CP-8851NR-3PCC.cfg`, `8841`: a product of the catalogue.
pub fn model_in(name: &str, catalogue: &Catalogue) -> Option<String> {
    let digits = |word: &&str| word.len() >= 4 && word.len() <= 8 && word.starts_with(|c: char| c.is_ascii_digit());
    let model = words(name).filter(digits).find_map(|word| catalogue.model_by_short_name(word))?;
    Some(model.name.clone())
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_every_usual_spelling() {
        let wanted: Mac = "00:0e:08:ab:cd:01".parse().expect("an address");
        for name in [
            "000e08abcd01.xml",
            "000E08ABCD01.cfg",
            "SEP000E08ABCD01.cnf.xml",
            "spa000e08abcd01.cfg",
            "00-0e-08-ab-cd-01.xml.gz",
            "00:0E:08:AB:CD:01",
            "000e.08ab.cd01",
            "000e-08ab-cd01.xml",
            "00_0e_08_ab_cd_01",
            "cfg 000e08abcd01 (old).xml",
            "8841-3PCC-000e08abcd01.xml",
        ] {
            assert_eq!(macs_in(name), [wanted], "{name}");
        }
        for name in
            ["", "8841-3PCC.xml", "000e08abcd0.xml", "000e08abcd012.xml", "common.xml", "ä00e08abcd01", "0-0-0-0-0-0"]
        {
            assert_eq!(macs_in(name), [], "{name}");
        }
        assert_eq!(macs_in("000e08abcd01-000e08abcd02.xml").len(), 2);
    }

    #[test]
    fn a_path_tells_address_product_and_site() {
        let of = |path: &str| {
            let named = named(path, Catalogue::cisco_mpp());
            (named.macs.len(), named.model.unwrap_or_default(), named.folder)
        };
        let model = |name: &str| name.to_owned();
        assert_eq!(of("utrecht/8841/000e08abcd01.xml"), (1, model("CP-8841-3PCC"), "utrecht".into()));
        assert_eq!(of("000e08abcd01/config.xml"), (1, String::new(), String::new()));
        assert_eq!(of("8851NR-3PCC.xml"), (0, model("CP-8851NR-3PCC"), String::new()));
        assert_eq!(of("a/b/x.xml"), (0, String::new(), "b".into()));
        assert_eq!(of("../..//x"), (0, String::new(), "..".into()));
    }
}
