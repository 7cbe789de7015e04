//! Everything that is known of a platform, as it is handed from room to room.

use super::{Catalogue, LoadName, Releases};
use std::sync::LazyLock;

/// What phones there are and what they take, and the firmware that they run.
#[derive(Clone, Copy)]
pub struct Platform {
    pub catalogue: &'static Catalogue,
    /// Read when first asked for: most programs name no release.
    pub releases: &'static LazyLock<Releases>,
}

impl Platform {
    /// The Cisco multiplatform phones.
    pub fn cisco() -> Platform {
        Platform { catalogue: Catalogue::cisco_mpp(), releases: Releases::cisco_when_asked() }
    }

    /// Whether phones of a model run a load, by its family. A family's name changed for some models from one release to
    /// the next; the releases tell.
    pub fn runs(&self, model: &str, load: &LoadName) -> bool {
        let own = self.catalogue.model(model).is_some_and(|model| model.load == load.family());
        let listed = || self.releases.for_model(model).filter_map(|load| load.name.as_ref());
        own || listed().any(|other| other.family() == load.family())
    }
}
