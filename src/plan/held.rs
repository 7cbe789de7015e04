//! What a phone holds once it had its files: for whoever has to speak to it.

use super::{PhoneRef, Served};
use crate::phone::profile::{AliasMap, decode_with};
use crate::phone::{PROFILE_RULES, Settings};

impl Served {
    /// The settings that the phone's files make of those of the factory, with whatever is known of secrets.
    pub fn held(&self, phone: PhoneRef) -> Settings {
        let mut settings = Settings::factory();
        for file in self.files_of(phone) {
            let mut xml = Vec::new();
            self.render_plain(file, &mut xml);
            // What we made ourselves can be read; a file that is made for who asks has holes.
            if let Ok(profile) = decode_with(&xml, &AliasMap::default()) {
                settings.apply(&profile);
            }
        }
        let rules = self.fleet(phone).map(|fleet| fleet.rules.as_slice()).unwrap_or_default();
        for rule in rules.iter().filter(|rule| PROFILE_RULES.contains(&rule.parameter.as_str())) {
            settings.set(&rule.parameter, &self.expand(phone, &rule.text));
        }
        settings
    }
}
