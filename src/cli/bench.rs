//! What the commands that play phones have in common.

use crate::live::Hidden;
use crate::platform::Catalogue;

/// What the catalogue says is secret.
pub fn hidden() -> Hidden {
    Hidden::new(|element| Catalogue::cisco_mpp().is_secret_element(element))
}
