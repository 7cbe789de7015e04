//! Firmware versions of these phones (RS §10, DT §21): a load's name.

use super::fault::{Fault, plain};
use crate::phone::rule::{Form, Version};

pub fn parse(text: &str) -> Result<Version, Fault> {
    plain(text)?;
    let version: Version =
        text.parse().map_err(|_| Fault::new(0, "a load is named `sip88xx.11-3-1MPP-678` (RS §10)"))?;
    match version.form() {
        Form::Dotted { .. } => Err(Fault::new(
            0,
            "this is how ATA and hardware versions are written; a load is named `sip88xx.11-3-1MPP-678`",
        )),
        _ => Ok(version),
    }
}
