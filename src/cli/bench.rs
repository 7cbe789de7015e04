//! What the commands that play phones have in common.

use super::Failure;
use crate::live::Hidden;
use crate::phone::stance::{Stance, Stances};
use crate::phone::{Identity, Mac};
use crate::platform::{Catalogue, Platform};

/// What the catalogue says is secret.
pub fn hidden() -> Hidden {
    Hidden::new(|element| Catalogue::cisco_mpp().is_secret_element(element))
}

/// The phone that is meant.
pub fn phone(mac: Mac, model: &str, firmware: Option<&str>) -> Result<Identity, Failure> {
    Platform::cisco().bench_phone(mac, model, firmware).map_err(|error| Failure::new(error.to_string()))
}

/// The readings that were chosen, of one matter the last.
pub fn stances(chosen: &[Stance]) -> Stances {
    chosen.iter().fold(Stances::default(), |stances, stance| stances.and(*stance))
}

/// Whether some phone has the element.
pub fn is_parameter(element: &str) -> bool {
    Catalogue::cisco_mpp().of_element(element).is_some()
}
