//! The rules that phones of a fleet have, whoever gives them: what follows from the fleet, its clauses, or a parameter in a file. All
//! of them stand in files, where the phone reads them.

use super::{Fleet, Origin, Setting, SettingValue, Template};

impl Fleet {
    /// Every text that some phone of the fleet has in an element, each once, in the order of its files, with where it is said.
    pub fn texts_of<'f>(&'f self, element: &str) -> Vec<(&'f Template, Origin)> {
        let mut found: Vec<(&Template, Origin)> = Vec::new();
        let shapes = self.profiles.iter().flat_map(|profile| &profile.shapes);
        let shapes = shapes.chain(self.bootstrap.as_ref().map(|bootstrap| &bootstrap.shape));
        for setting in shapes.flat_map(|shape| &shape.settings).filter(|setting| setting.element == element) {
            let SettingValue::Set(text) = &setting.value else { continue };
            if !found.iter().any(|(known, _)| *known == text) {
                found.push((text, setting.origin));
            }
        }
        found
    }
}

/// What phones of a fleet have in one element. Phones are many and forms of files few, so it is looked up in each form once.
#[derive(Debug)]
pub struct ElementOf<'f> {
    fleet: &'f Fleet,
    /// By profile and form.
    set: Vec<Vec<Option<&'f Setting>>>,
    /// What a factory-fresh phone is given, which lasts where no file sets it.
    seeded: Option<&'f Setting>,
}

impl<'f> ElementOf<'f> {
    pub fn new(fleet: &'f Fleet, element: &str) -> Self {
        let named = |settings: &'f [Setting]| settings.iter().find(|setting| setting.element == element);
        let of_shapes = |shapes: &'f [super::Shape]| shapes.iter().map(|shape| named(&shape.settings)).collect();
        ElementOf {
            fleet,
            set: fleet.profiles.iter().map(|profile| of_shapes(&profile.shapes)).collect(),
            seeded: fleet.bootstrap.as_ref().and_then(|bootstrap| named(&bootstrap.shape.settings)),
        }
    }

    /// Whether some phone has it at all.
    pub fn is_set(&self) -> bool {
        self.seeded.is_some() || self.set.iter().flatten().any(Option::is_some)
    }

    /// What the phone in a row has, the later file winning.
    pub fn of(&self, row: usize) -> Option<(&'f Template, Origin)> {
        let profiles = self.fleet.profiles.iter().zip(&self.set).rev();
        let mut settings = profiles.filter_map(|(profile, forms)| {
            let form = profile.shape_of.get(row).copied().unwrap_or(0);
            *forms.get(usize::from(form))?
        });
        let setting = settings.find(|setting| matches!(setting.value, SettingValue::Set(_))).or(self.seeded)?;
        match &setting.value {
            SettingValue::Set(text) => Some((text, setting.origin)),
            SettingValue::Keep => None,
        }
    }
}
