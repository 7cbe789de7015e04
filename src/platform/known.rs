//! Everything that is known of a platform, as it is handed from room to room.

use super::{Catalogue, Releases};
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
}
