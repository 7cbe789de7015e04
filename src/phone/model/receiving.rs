//! A file came: it is opened, read and applied, or it is corrupt (PB §9, WF §4).

use super::discovery::Attempt;
use super::pass::{Goal, Pass};
use super::report::IKM;
use super::{Class, Event, Obstacle, Phone};
use crate::phone::profile::{self, AliasMap, Noted, Passed, Profile};
use crate::phone::seal;
use std::borrow::Cow;
use std::sync::Arc;

/// So much is told of what a file holds in vain; more is counted.
const REMARKS: usize = 20;

impl Phone {
    /// A file came: read and applied, or corrupt (PB §9).
    pub(super) fn received(&mut self, mut pass: Box<Pass>, from: &Attempt, body: &[u8], sealed: bool) {
        let url = &from.to_string();
        match &pass.goal {
            Goal::Rules => {}
            Goal::Load(load) => {
                let load = load.clone();
                return self.load_received(pass, &load, url, body);
            }
            _ => return self.errand_received(pass, url, body),
        }
        let opened = self.opened(pass.options.key.as_deref(), body, sealed);
        let body = match &opened {
            Ok(plain) => plain.as_ref(),
            Err(why) => return self.corrupt(pass, from, why),
        };
        let register = pass.options.alias.map(|letter| format!("GPP_{}", letter.to_ascii_uppercase()));
        let map = register.as_deref().map_or("", |register| self.settings.get(register));
        let aliases = match AliasMap::parse(map) {
            Ok(aliases) => aliases,
            Err(error) => {
                let register = register.unwrap_or_default();
                return self.fail(pass, format!("alias map in {register}: {error}"), Class::C);
            }
        };
        let decoded = match (self.remarks, self.remembered.as_ref().filter(|_| map.is_empty())) {
            (Some(known), _) => {
                let noted = profile::decode_noting(body, &aliases);
                noted.map(|noted| Arc::new(self.remark(noted, url, known)))
            }
            (None, Some(files)) => files.decode(body),
            (None, None) => profile::decode_with(body, &aliases).map(Arc::new),
        };
        let profile = match decoded {
            Ok(profile) => profile,
            Err(fault) => return self.corrupt(pass, from, &fault.to_string()),
        };
        let followed = self.rules();
        let parameters = self.apply(&profile);
        let rules = self.changed_rules(&followed);
        self.tell(Event::Apply { parameter: pass.parameter(), url: url.to_owned(), parameters, rules });
        pass.files += 1;
        if !pass.is_single() && self.is_overtaken(&pass) {
            return self.follow_again(pass);
        }
        pass.rule += 1;
        self.follow_rules(pass);
    }

    /// Tells what is passed over in a file, line by line, the first so much.
    fn remark(&mut self, noted: Noted, url: &str, known: fn(&str) -> bool) -> Profile {
        let Noted { profile, remarks, lines } = noted;
        let unknown = profile.elements.iter().zip(&lines).filter(|(element, _)| !known(&element.name));
        let unknown = unknown.map(|(element, line)| (*line, Passed::Unknown(element.name.clone())));
        let mut told: Vec<(usize, Passed)> =
            remarks.into_iter().map(|remark| (remark.line, remark.about)).chain(unknown).collect();
        told.sort_by_key(|(line, _)| *line);
        let more = told.len().saturating_sub(REMARKS);
        let told = told.into_iter().take(REMARKS).map(|(line, about)| format!("line {line}: {about}"));
        let more = (more > 0).then(|| format!("{more} more of such"));
        for text in told.chain(more) {
            self.tell(Event::Remark { url: url.to_owned(), text });
        }
        profile
    }

    /// The file under its seal, by the table of WF §4: an answer under RFC 8188 has `--key` ignored; any other is opened
    /// with it, whatever the keying material.
    fn opened<'b>(&self, key: Option<&str>, body: &'b [u8], sealed: bool) -> Result<Cow<'b, [u8]>, String> {
        if !sealed {
            return match key {
                None => Ok(Cow::Borrowed(body)),
                Some(key) => {
                    seal::open_profile(key.as_bytes(), body).map(Cow::Owned).map_err(|error| error.to_string())
                }
            };
        }
        match self.settings.get(IKM) {
            "" => Err(format!("it is sealed by RFC 8188, and {IKM} is empty")),
            ikm => seal::open_content_by_text(ikm, body).map(Cow::Owned).map_err(|error| error.to_string()),
        }
    }

    /// Applies a file; what an element without a value does is read in three ways (C-15).
    pub(super) fn apply(&mut self, profile: &Profile) -> usize {
        let stances = &self.stances;
        self.settings.apply_as(profile, &|| stances.empty())
    }

    pub(super) fn corrupt(&mut self, pass: Box<Pass>, from: &Attempt, why: &str) {
        let by = Obstacle::Corrupt { host: from.host.clone() };
        self.fail_by(pass, format!("{from}: corrupt file: {why}"), Class::B, by);
    }
}
