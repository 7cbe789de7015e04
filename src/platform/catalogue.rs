//! The index of a platform module. A module has hundreds of declarations and a program needs dozens, so the text is
//! scanned for where each begins, and a declaration is read when it is asked for.

use super::declared::{declarations, item};
use super::macros::MacroInfo;
use super::model::{Discovery, ModelInfo};
use super::parameter::Parameter;
use crate::language::syntax::tree::ItemKind;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

/// `stdlib/cisco/mpp.prov`, part of the program so that it runs from anywhere.
const MPP: &str = include_str!("../../stdlib/cisco/mpp.prov");

static CISCO_MPP: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::index(MPP));

/// A platform's declarations.
pub struct Catalogue {
    text: &'static str,
    /// In the order of the module.
    families: Vec<Family>,
    /// Positions of the families by name.
    by_name: Vec<usize>,
    models: Vec<Range<usize>>,
    macros: Vec<(String, Range<usize>)>,
    discovery: Option<Range<usize>>,
    /// By stem.
    parsed_macros: Mutex<HashMap<String, Option<MacroInfo>>>,
    parsed_models: OnceLock<Vec<ModelInfo>>,
    parsed_discovery: OnceLock<Discovery>,
    /// Positions of the families by a number that follows from their letters alone: one for `Proxy[]` and `Proxy_1_`.
    by_letters: OnceLock<Vec<(u64, usize)>>,
}

/// Parameters of one name: `Proxy[]`, `Unit[]_Key[]`, `Resync_Periodic`.
struct Family {
    name: Cow<'static, str>,
    range: Range<usize>,
    parsed: OnceLock<Option<Arc<Parameter>>>,
}

impl Catalogue {
    /// The Cisco multiplatform phones.
    pub fn cisco_mpp() -> &'static Catalogue {
        &CISCO_MPP
    }

    fn index(text: &'static str) -> Catalogue {
        let mut catalogue = Catalogue {
            text,
            families: Vec::new(),
            by_name: Vec::new(),
            models: Vec::new(),
            macros: Vec::new(),
            discovery: None,
            parsed_macros: Mutex::default(),
            parsed_models: OnceLock::new(),
            parsed_discovery: OnceLock::new(),
            by_letters: OnceLock::new(),
        };
        for range in declarations(text) {
            catalogue.add(range);
        }
        catalogue.by_name = (0..catalogue.families.len()).collect();
        let Catalogue { families, by_name, .. } = &mut catalogue;
        by_name.sort_unstable_by_key(|position| families.get(*position).map(|family| &*family.name));
        catalogue
    }

    fn add(&mut self, range: Range<usize>) {
        let declaration = self.text.get(range.clone()).unwrap_or("");
        let head = declaration.lines().find(|line| !line.starts_with("//")).unwrap_or("");
        let (word, rest) = head.split_once(' ').unwrap_or((head, ""));
        match word {
            "parameter" => {
                let name = rest.split(" :").next().unwrap_or("").trim();
                let name = if name.contains('[') { Cow::Owned(family_of(name)) } else { Cow::Borrowed(name) };
                self.families.push(Family { name, range, parsed: OnceLock::new() });
            }
            "model" => self.models.push(range),
            "macro" => self.macros.push((rest.split([' ', '[']).next().unwrap_or("").to_owned(), range)),
            "discovery" => self.discovery = Some(range),
            _ => {}
        }
    }

    fn family(&self, name: &str) -> Option<&Family> {
        let family = |position: &usize| self.families.get(*position);
        let found = self.by_name.binary_search_by_key(&Some(name), |position| family(position).map(|one| &*one.name));
        found.ok().and_then(|place| self.by_name.get(place)).and_then(family)
    }

    /// Whether there is such a family.
    pub(super) fn has(&self, family: &str) -> bool {
        self.family(family).is_some()
    }

    /// The declaration of a family, such as `Proxy[]`.
    pub fn parameter(&self, family: &str) -> Option<Arc<Parameter>> {
        self.declared(self.family(family)?)
    }

    fn declared(&self, family: &Family) -> Option<Arc<Parameter>> {
        family.parsed.get_or_init(|| self.parse_parameter(family.range.clone()).map(Arc::new)).clone()
    }

    /// The families that are spelled like an element, indexes and underscores left out of account, in the order of the
    /// module.
    pub(super) fn families_like<'c>(&'c self, element: &str) -> impl Iterator<Item = (&'c str, Arc<Parameter>)> {
        let index = self.by_letters.get_or_init(|| {
            let numbered = self.families.iter().enumerate();
            let mut index: Vec<(u64, usize)> = numbered.map(|(at, family)| (number_of(&family.name), at)).collect();
            index.sort_unstable();
            index
        });
        // Names of one number by chance do no harm: whoever asks looks at the whole spelling.
        let number = number_of(element);
        let first = index.partition_point(|(other, _)| *other < number);
        let alike = index.iter().skip(first).take_while(move |(other, _)| *other == number);
        alike.filter_map(|(_, at)| self.families.get(*at)).filter_map(|one| Some((&*one.name, self.declared(one)?)))
    }

    fn parse_parameter(&self, range: Range<usize>) -> Option<Parameter> {
        let text = self.text.get(range)?;
        match item(text)? {
            ItemKind::Parameter(declaration) => Some(Parameter::new(&declaration, documentation(text))),
            _ => None,
        }
    }

    /// All families, in the order of the module.
    pub fn families(&self) -> impl Iterator<Item = &str> {
        self.families.iter().map(|family| &*family.name)
    }

    /// All models.
    pub fn models(&self) -> &[ModelInfo] {
        self.parsed_models.get_or_init(|| {
            let texts = self.models.iter().filter_map(|range| self.text.get(range.clone()));
            texts.filter_map(item).filter_map(|item| ModelInfo::new(&item)).collect()
        })
    }

    /// A model by its name, or by the part of it that people say: `8841`, `CP-8851NR`.
    pub fn model_by_short_name(&self, name: &str) -> Option<&ModelInfo> {
        let short = |name: &str| {
            let name = name.to_ascii_uppercase();
            let name = name.strip_prefix("CP-").unwrap_or(&name);
            name.strip_suffix("-3PCC").unwrap_or(name).to_owned()
        };
        let wanted = short(name);
        self.models().iter().find(|model| short(&model.name) == wanted)
    }

    pub fn model(&self, name: &str) -> Option<&ModelInfo> {
        self.models().iter().find(|model| model.name == name)
    }

    /// The model that was most likely meant: by its digits, however the rest of its name is written, or by its spelling.
    pub fn model_meant(&self, name: &str) -> Option<&str> {
        let digits = |text: &str| {
            let digits = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 4);
            digits.map(str::to_owned)
        };
        let names = || self.models().iter().map(|model| model.name.as_str());
        let same = digits(name).and_then(|wanted| names().find(|known| digits(known).as_ref() == Some(&wanted)));
        same.or_else(|| crate::diagnostic::closest(name, names()))
    }

    /// The names of macro variables, families by their stem (`UID` for `UID1` …).
    pub fn macros(&self) -> impl Iterator<Item = &str> {
        self.macros.iter().map(|(name, _)| name.as_str())
    }

    /// Whether `$NAME` is a macro variable.
    pub fn is_macro(&self, name: &str) -> bool {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        self.macros.iter().any(|(known, range)| {
            let family = self.text.get(range.clone()).is_some_and(|text| text.contains(&format!("macro {known}[")));
            if family { known == stem && stem.len() < name.len() } else { known == name }
        })
    }

    /// The macro variable that `$NAME` means. A family's number is written as it is counted, without zeros before it.
    pub fn macro_info(&self, name: &str) -> Option<MacroInfo> {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = name.get(stem.len()..).unwrap_or_default();
        let (known, range) = self.macros.iter().find(|(known, _)| known == name || known == stem)?;
        let info = {
            let mut parsed = self.parsed_macros.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            parsed.entry(known.clone()).or_insert_with(|| self.parse_macro(range.clone())).clone()?
        };
        let fits = match info.numbers {
            None => info.name == name,
            Some((low, high)) => {
                number.parse().is_ok_and(|n: u32| (low..=high).contains(&n) && n.to_string() == number)
            }
        };
        fits.then_some(info)
    }

    fn parse_macro(&self, range: Range<usize>) -> Option<MacroInfo> {
        let mut info = MacroInfo::new(&item(self.text.get(range)?)?)?;
        if info.is_product {
            info.values = self.models().iter().map(|model| model.name.clone()).collect();
        }
        Some(info)
    }

    /// The documentation of a macro variable and its declaration.
    pub fn macro_text(&self, name: &str) -> Option<(String, &str)> {
        let (_, range) = self.macros.iter().find(|(known, _)| known == name)?;
        let text = self.text.get(range.clone())?;
        let body = text.lines().filter(|line| !line.starts_with("///"));
        let start = body.clone().next().and_then(|line| text.find(line)).unwrap_or(0);
        Some((documentation(text), text.get(start..)?.trim_end()))
    }

    /// How a factory-fresh phone looks for its first profile.
    pub fn discovery(&self) -> &Discovery {
        self.parsed_discovery.get_or_init(|| {
            let text = self.discovery.clone().and_then(|range| self.text.get(range)).unwrap_or("");
            item(text).map(|item| Discovery::new(&item)).unwrap_or_default()
        })
    }
}

/// A number from the letters of a name, indexes and underscores left out (FNV-1a).
fn number_of(name: &str) -> u64 {
    let letters = name.bytes().filter(|octet| !octet.is_ascii_digit() && !matches!(octet, b'_' | b'[' | b']'));
    letters.fold(0xcbf2_9ce4_8422_2325, |number, octet| (number ^ u64::from(octet)).wrapping_mul(0x100_0000_01b3))
}

/// `Unit[1..3]_Key[1..28]` to `Unit[]_Key[]`.
pub(super) fn family_of(name: &str) -> String {
    let mut family = String::with_capacity(name.len());
    let mut inside = false;
    for c in name.trim().chars() {
        match c {
            '[' => {
                inside = true;
                family.push_str("[]");
            }
            ']' => inside = false,
            c if !inside => family.push(c),
            _ => {}
        }
    }
    family
}

/// The `///` lines above a declaration.
fn documentation(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("///")).map(str::trim);
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declaration_of_the_module_is_read() {
        let catalogue = Catalogue::cisco_mpp();
        let unread: Vec<&str> = catalogue.families().filter(|family| catalogue.parameter(family).is_none()).collect();
        assert_eq!(unread, [""; 0]);
        assert_eq!((catalogue.families().count(), catalogue.models().len()), (812, 21));
    }

    #[test]
    fn every_default_fits_its_own_type() {
        let catalogue = Catalogue::cisco_mpp();
        for family in catalogue.families() {
            let parameter = catalogue.parameter(family).expect(family);
            assert!(parameter.default_fault.is_none(), "{family}: {:?}", parameter.default_fault);
        }
    }

    #[test]
    fn elements_are_spelled_as_phones_spell_them() {
        let catalogue = Catalogue::cisco_mpp();
        for (family, indexes, element) in [
            ("Proxy[]", vec![1], "Proxy_1_"),
            ("Cadence[]", vec![2], "Cadence_2"),
            ("Ring[]", vec![2], "Ring2"),
            ("Speed_Dial[]_Name", vec![2], "Speed_Dial_2_Name"),
            ("Unit[]_Key[]", vec![1, 3], "Unit_1_Key_3_"),
            ("Resync_At__HHmm_", vec![], "Resync_At__HHmm_"),
            ("PSK[]", vec![1], "PSK_1"),
        ] {
            let parameter = catalogue.parameter(family).expect(family);
            assert_eq!(parameter.element(&indexes), element);
        }
    }

    #[test]
    fn macros_are_known_by_their_whole_name() {
        let catalogue = Catalogue::cisco_mpp();
        assert!(catalogue.is_macro("MA") && catalogue.is_macro("UID3") && catalogue.is_macro("PSN"));
        assert!(!catalogue.is_macro("MA_desk") && !catalogue.is_macro("UID") && !catalogue.is_macro("STRANGE"));
    }

    #[test]
    fn discovery_is_the_factory_default() {
        let discovery = Catalogue::cisco_mpp().discovery();
        assert_eq!(discovery.paths.first().map(String::as_str), Some("/$PSN.xml"));
        assert_eq!(discovery.dhcp_options.first(), Some(&66));
    }
}
