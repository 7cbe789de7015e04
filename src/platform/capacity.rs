//! What an index counts, and how much of it a model has; what a model must be able to do for a parameter to exist on it.

use super::load::ReleaseOrder;
use super::model::ModelInfo;
use super::parameter::Parameter;

/// What an index counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Line,
    LineKey,
    /// Expansion modules.
    Unit,
    /// The keys of one expansion module.
    UnitKey,
}

impl Counted {
    /// `line 5`, in words.
    pub fn name(self) -> &'static str {
        match self {
            Counted::Line => "line",
            Counted::LineKey => "line key",
            Counted::Unit => "expansion module",
            Counted::UnitKey => "key of an expansion module",
        }
    }
}

/// Something that not every model of a family has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    Wifi,
    Bluetooth,
    Video,
    Usb,
    /// Expansion modules can be attached.
    Modules,
}

impl Ability {
    pub const ALL: [Ability; 5] = [Ability::Wifi, Ability::Bluetooth, Ability::Video, Ability::Usb, Ability::Modules];

    /// What a model declares about it; a parameter that needs it names it so.
    fn fact(self) -> &'static str {
        match self {
            Ability::Wifi => "wifi",
            Ability::Bluetooth => "bluetooth",
            Ability::Video => "video",
            Ability::Usb => "usb",
            Ability::Modules => "kem_count",
        }
    }

    pub(super) fn from_fact(word: &str) -> Option<Ability> {
        Ability::ALL.into_iter().find(|ability| ability.fact() == word)
    }

    pub fn name(self) -> &'static str {
        match self {
            Ability::Wifi => "Wi-Fi",
            Ability::Bluetooth => "Bluetooth",
            Ability::Video => "video",
            Ability::Usb => "USB port",
            Ability::Modules => "expansion module",
        }
    }
}

/// Whether a release has a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existence {
    Exists,
    /// It came with this release.
    Since(ReleaseOrder),
    /// This release has it no more.
    Until(ReleaseOrder),
}

impl Parameter {
    /// What each index counts; nothing for one that is the same on all models (DT, the sections of the phone's page).
    pub fn counts(&self) -> Vec<Option<Counted>> {
        let section = self.section.rsplit_once('/').map_or(self.section.as_str(), |(page, _)| page);
        let whole = self.section.as_str();
        let first = if section.starts_with("Ext {n}") || self.element(&[]).starts_with("Log_Missed_Calls_for_EXT_") {
            Some(Counted::Line)
        } else if whole.ends_with("Line Key {n}") {
            Some(Counted::LineKey)
        } else if whole.ends_with("Unit {n}") {
            Some(Counted::Unit)
        } else {
            None
        };
        let second = (first == Some(Counted::Unit)).then_some(Counted::UnitKey);
        self.ranges().iter().zip([first, second]).map(|(_, counted)| counted).collect()
    }

    /// Whether a release has it.
    pub fn exists_in(&self, release: ReleaseOrder) -> Existence {
        let order = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<ReleaseOrder>().ok());
        match (order(&self.since), order(&self.until)) {
            (Some(since), _) if release < since => Existence::Since(since),
            (_, Some(until)) if release >= until => Existence::Until(until),
            _ => Existence::Exists,
        }
    }
}

impl ModelInfo {
    /// How many there are at most, on the firmware that has most; nothing where the reference does not know.
    pub fn most(&self, counted: Counted) -> Option<u32> {
        match counted {
            Counted::Line => self.lines,
            // A phone without line keys has its one line all the same.
            Counted::LineKey => self.line_keys.map(|keys| keys.max(self.number("lines").unwrap_or(0))),
            Counted::Unit => self.number("kem_count"),
            // Two kinds of module may fit: `36|28`.
            Counted::UnitKey => self.fact("kem_keys")?.split('|').filter_map(|keys| keys.parse().ok()).max(),
        }
    }

    /// Whether the model lacks an ability; one of which nothing is known may have it.
    pub fn lacks(&self, ability: Ability) -> bool {
        matches!(self.fact(ability.fact()), Some("no" | "0"))
    }

    fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.fact(name)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Catalogue;

    #[test]
    fn every_indexed_family_counts_what_its_page_says() {
        let catalogue = Catalogue::cisco_mpp();
        for family in catalogue.families().filter(|family| family.contains("[]")) {
            let parameter = catalogue.parameter(family).expect(family);
            let section = parameter.section.as_str();
            let wanted = match family {
                "Log_Missed_Calls_for_EXT[]" | "Log_Missed_Calls_for_EXT_[]" => vec![Some(Counted::Line)],
                _ if section.starts_with("Ext {n}/") => vec![Some(Counted::Line)],
                _ if section.starts_with("Phone/Line Key") => vec![Some(Counted::LineKey)],
                _ if section.starts_with("Att Console/Unit") => vec![Some(Counted::Unit), Some(Counted::UnitKey)],
                _ => vec![None; parameter.ranges().len()],
            };
            assert_eq!(parameter.counts(), wanted, "{family} in {section}");
            assert!(
                section.contains("{n}") || wanted.iter().all(Option::is_none) || family.contains("EXT"),
                "{family}"
            );
        }
    }

    /// Lines, line keys, modules and their keys of each model, as `stdlib/tables/models.tsv` has them.
    #[test]
    fn every_model_has_what_its_table_says() {
        let table = include_str!("../../stdlib/tables/models.tsv");
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
        let column = |name: &str| rows[0].iter().position(|known| *known == name).expect(name);
        let catalogue = Catalogue::cisco_mpp();
        assert_eq!(rows.len() - 1, catalogue.models().len());
        for row in rows.iter().skip(1) {
            let model = catalogue.model(row[0]).expect(row[0]);
            let cell = |name: &str| row.get(column(name)).copied().unwrap_or("");
            let number = |name: &str| cell(name).parse::<u32>().ok();
            assert_eq!(model.most(Counted::Line), number("lines_max"), "{}", row[0]);
            assert_eq!(model.most(Counted::LineKey), number("line_keys").max(number("lines")), "{}", row[0]);
            assert_eq!(model.most(Counted::Unit), number("kem_count"), "{}", row[0]);
            let keys = cell("kem_keys").split('|').filter_map(|keys| keys.parse::<u32>().ok()).max();
            assert_eq!(model.most(Counted::UnitKey), keys, "{}", row[0]);
            for ability in Ability::ALL {
                let lacks = matches!(cell(ability.fact()), "no" | "0");
                assert_eq!(model.lacks(ability), lacks, "{} {ability:?}", row[0]);
            }
        }
    }

    /// By the name and the section of the phone's page; a parameter that speaks of one of these by another way names it here.
    #[test]
    fn what_a_parameter_speaks_of_its_model_has_to_have() {
        let catalogue = Catalogue::cisco_mpp();
        let speaks = |parameter: &Parameter, words: &[&str]| {
            let (name, section) = (parameter.element(&[]).to_lowercase(), parameter.section.to_lowercase());
            words.iter().any(|word| name.contains(word) || section.contains(word))
        };
        for family in catalogue.families() {
            let parameter = catalogue.parameter(family).expect(family);
            let wanted = if speaks(&parameter, &["wi-fi", "wifi"]) {
                Some(Ability::Wifi)
            } else if speaks(&parameter, &["bluetooth"]) {
                Some(Ability::Bluetooth)
            } else if speaks(&parameter, &["video"]) || family == "Camera_Exposure" {
                Some(Ability::Video)
            } else if speaks(&parameter, &["usb"]) {
                Some(Ability::Usb)
            } else if speaks(&parameter, &["kem_", "attendant_console_lcd"]) {
                Some(Ability::Modules)
            } else {
                None
            };
            assert_eq!(parameter.needs, wanted, "{family} in {}", parameter.section);
        }
    }

    #[test]
    fn a_parameter_exists_from_its_release_on() {
        let mut parameter = (*Catalogue::cisco_mpp().parameter("Company_UUID[]").expect("known")).clone();
        let release = |text: &str| text.parse::<ReleaseOrder>().expect(text);
        assert_eq!(parameter.exists_in(release("11.0(0)")), Existence::Exists);
        parameter.since = Some("11.3(2)".into());
        parameter.until = Some("12.0(7)SR2".into());
        for (text, wanted) in [
            ("11.3(1)SR2", Existence::Since(release("11.3(2)"))),
            ("11.3(2)", Existence::Exists),
            ("12.0(7)SR1", Existence::Exists),
            ("12.0(7)SR2", Existence::Until(release("12.0(7)SR2"))),
        ] {
            assert_eq!(parameter.exists_in(release(text)), wanted, "{text}");
        }
    }

    #[test]
    fn every_release_of_the_catalogue_can_be_compared() {
        let catalogue = Catalogue::cisco_mpp();
        let dated = catalogue.families().filter_map(|family| catalogue.parameter(family)?.since.clone());
        let dated: Vec<String> = dated.collect();
        assert_eq!(dated.len(), 115);
        for since in dated {
            assert!(since.parse::<ReleaseOrder>().is_ok(), "{since}");
        }
    }
}
