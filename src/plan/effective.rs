//! What a phone ends up with: each parameter with the value that wins, the file that sets it and where that was said.

use super::{FileRef, Origin, PhoneRef, Served, SettingValue, Template};
use crate::phone::Access;
use std::collections::BTreeMap;

/// A parameter as a phone has it in the end.
#[derive(Clone, Copy, Debug)]
pub struct Effective<'p> {
    pub value: &'p Template,
    /// Who may change it; none: that is the phone's own affair.
    pub user: Option<Access>,
    /// The file that sets it.
    pub file: FileRef,
    pub origin: Origin,
}

impl Served {
    /// By XML element. Of the files of a phone the later one wins (PB §9).
    pub fn effective(&self, phone: PhoneRef) -> BTreeMap<&str, Effective<'_>> {
        let mut effective: BTreeMap<&str, Effective<'_>> = BTreeMap::new();
        for file in self.files_of(phone) {
            // Phones that share a file share its form; of one that is each phone's own, the row is its own.
            for setting in self.shape(file).into_iter().flat_map(|shape| &shape.settings) {
                match &setting.value {
                    SettingValue::Set(value) => {
                        // Without the attribute the access stays what it was (WF §1.3).
                        let earlier = effective.get(setting.element.as_str()).and_then(|earlier| earlier.user);
                        let user = setting.user.or(earlier);
                        let origin = setting.origin;
                        effective.insert(&setting.element, Effective { value, user, file, origin });
                    }
                    SettingValue::Keep => {
                        if let (Some(entry), Some(user)) = (effective.get_mut(setting.element.as_str()), setting.user) {
                            entry.user = Some(user);
                        }
                    }
                }
            }
        }
        effective
    }

    /// A file's name: its profile's, or `bootstrap`.
    pub fn name_of(&self, file: FileRef) -> &str {
        self.profile(file).map_or("bootstrap", |profile| &profile.id)
    }

    /// The source file and the line of an origin; none: the compiler derived it.
    pub fn place(&self, origin: Origin) -> Option<(&str, u32)> {
        let source = self.plan().sources.get(usize::try_from(origin.source?).ok()?)?;
        Some((source, origin.line))
    }
}
