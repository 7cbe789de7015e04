//! P0808: a spread of the daily resync below 600 s, which texts read in three ways (PB §8.3, C-09).

use super::{constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap};
use crate::plan::Shape;

/// What the vendor's texts agree on is from here on.
const LEAST: u64 = 600;

pub(super) fn check(shape: &Shape, sources: &SourceMap) -> Option<Diagnostic> {
    // Without a time of day nothing reads it.
    constant(shape, "Resync_At__HHmm_").filter(|(_, time)| !time.is_empty())?;
    let (setting, spread) = constant(shape, "Resync_At_Random_Delay")?;
    let spread: u64 = spread.trim().parse().ok().filter(|spread| *spread < LEAST)?;
    let message = format!("a spread of {spread} s after the time of day");
    Some(
        Diagnostic::new(Code::P0808, place(setting.origin, sources), message)
            .because("below 600 s texts differ: phones take anything up to 600 s, or 600 s, or no spread at all")
            .help("write `spread 10m` or more, or leave it out: phones then spread over 10 minutes")
            .note("PB §8.3, C-09"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;

    #[test]
    fn below_600_s_and_only_beside_a_time() {
        let found = |elements: &[(&str, &str)]| check(&shape(elements), &SourceMap::default()).is_some();
        for (time, spread, wanted) in [
            ("0230", "0", true),
            ("0230", "599", true),
            ("0230", "600", false),
            ("0230", "65535", false),
            ("", "60", false),
        ] {
            let elements = [("Resync_At__HHmm_", time), ("Resync_At_Random_Delay", spread)];
            assert_eq!(found(&elements), wanted, "{time} {spread}");
        }
        assert!(!found(&[("Resync_At_Random_Delay", "60")]) && !found(&[("Resync_At__HHmm_", "0230")]) && !found(&[]));
    }
}
