//! Firmware files: not part of a plan, which only says where phones ask for them. They lie in one folder, and a load and
//! what it names come from the same place (PB §21).

use super::{Piece, Served, Template};
use crate::phone::rule::{Kind, Target};
use crate::phone::script::read_rule;

/// Where loads lie, unless the server says otherwise.
pub const IMAGES: &str = "images";

impl Served {
    /// The name of the firmware file that a server is asked for by this path; nothing where no phone is led there. It is a
    /// name and no path: nothing in it leads out of a folder.
    pub fn image<'p>(&self, server: usize, path: &'p str) -> Option<&'p str> {
        let (directory, name) = path.rsplit_once('/')?;
        let sound = !name.is_empty()
            && !name.starts_with('.')
            && !name.contains(|sign: char| sign == '\\' || sign == ':' || sign.is_control());
        (sound && self.image_directories().iter().any(|(of, known)| *of == server && known == directory))
            .then_some(name)
    }

    /// Every place that an upgrade leads to, by position of the server, without the slash at its end.
    pub(super) fn find_image_directories(&self) -> Vec<(usize, String)> {
        let mut places = Vec::new();
        for fleet in &self.plan().fleets {
            if let Some(upgrade) = &fleet.upgrade {
                places.push((upgrade.server, upgrade.directory.clone()));
            }
            if fleet.upgrade.is_none() {
                let rules = fleet.rules.iter().filter(|rule| rule.parameter == "Upgrade_Rule").map(|rule| &rule.text);
                let given = fleet.texts_of("Upgrade_Rule").into_iter().map(|(text, _)| text);
                places.extend(rules.chain(given).flat_map(|rule| self.led_to(rule)));
            }
        }
        places.sort();
        places.dedup();
        places
    }

    /// The places that a rule by hand leads to on servers of the plan. One that differs from phone to phone is nowhere.
    fn led_to(&self, rule: &Template) -> Vec<(usize, String)> {
        let mut text = String::new();
        for piece in rule.pieces() {
            match piece {
                Piece::Text(part) => text.push_str(part),
                _ => text.push('$'),
            }
        }
        let Ok((rule, _)) = read_rule(&text, Kind::Upgrade) else { return Vec::new() };
        let urls = rule.alternatives.into_iter().filter_map(|one| match one.target {
            Some(Target::Url(url)) => Some(url),
            _ => None,
        });
        urls.filter_map(|url| {
            let host = url.host.as_ref()?.as_str();
            let server = self.plan().servers.iter().position(|server| server.is_at(host))?;
            let (directory, _) = url.path.rsplit_once('/')?;
            Some((server, directory.to_owned()))
        })
        .collect()
    }
}
