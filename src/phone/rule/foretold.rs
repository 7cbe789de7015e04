//! What a condition comes to before a phone weighs it, as far as what is known of the phone goes.

use super::{evaluate_trigger, written};
use crate::phone::macros::{Macros, expand};
use crate::phone::stance::AcrossForms;

/// Whether a condition holds; nothing: it asks for something that is not known here, or that no phone can weigh.
pub fn foretold(condition: &str, known: &dyn Macros) -> Option<bool> {
    let mut open = false;
    for one in written(condition)? {
        match weighed(condition.get(one.at)?, known) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => open = true,
        }
    }
    (!open).then_some(true)
}

/// The same of one comparison.
pub fn weighed(comparison: &str, known: &dyn Macros) -> Option<bool> {
    if !expand(comparison, known).unknown.is_empty() {
        return None;
    }
    // What the readings of C-20 differ in nobody can foretell.
    let by = |across| evaluate_trigger(comparison, known, across).verdict.ok().flatten();
    by(AcrossForms::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_decides() {
        let known = |name: &str| (name == "PN").then(|| "CP-8841-3PCC".to_owned());
        for (condition, verdict) in [
            ("\"$PN\" eq \"CP-8841-3PCC\"", Some(true)),
            ("\"CP-7841-3PCC\" eq \"$PN\"", Some(false)),
            ("\"$(PN:3:2)\" eq \"88\"", Some(true)),
            ("\"$(PN:3:2)\" ne \"88\"", Some(false)),
            ("\"$PN\" eq \"CP-8841-3PCC\" and $PRVST eq 2", None),
            ("$PRVST eq 2 and \"$PN\" eq \"CP-7841-3PCC\"", Some(false)),
            ("1 eq 1", Some(true)),
            ("$PN eq \"CP-8841-3PCC\"", None),
            ("nothing", None),
            ("", None),
        ] {
            assert_eq!(foretold(condition, &known), verdict, "{condition}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text: String) {
            let _ = foretold(&text, &|_: &str| Some("8".to_owned()));
        }
    }
}
