//! Whether anything is served below a folder.

use super::{Served, Template};
use crate::phone::Scheme;
use rayon::prelude::*;

impl Served {
    /// Whether a server gives something whose path begins with `folder`, or sends on who asks for it. Most often the first
    /// phone's file is such a one.
    pub fn serves_below(&self, server: usize, scheme: Scheme, folder: &str) -> bool {
        let Some(of) = self.plan().servers.get(server) else { return false };
        let moved = |from: &str| from.starts_with(folder) || (from.ends_with('/') && folder.starts_with(from));
        of.redirects(scheme).iter().any(|redirect| moved(&redirect.from))
            || self
                .image_directories()
                .iter()
                .any(|(of, known)| *of == server && format!("{known}/").starts_with(folder))
            || self.plan().fleets.iter().any(|fleet| {
                let begins = |template: &Template| {
                    (0..fleet.phones.len()).into_par_iter().with_min_len(1024).any(|row| {
                        let mut path = String::new();
                        fleet.phones.expand(template, row, &self.plan().models, &mut path);
                        path.starts_with(folder)
                    })
                };
                let mut profiles = fleet.profiles.iter().filter(|one| one.server == server && one.scheme == scheme);
                let mut names = fleet.bootstrap.iter().filter(|_| fleet.server == server).flat_map(|one| &one.paths);
                profiles.any(|profile| begins(&profile.path)) || names.any(begins)
            })
    }
}
