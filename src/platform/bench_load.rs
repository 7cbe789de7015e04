//! What a phone of a bench runs, where nobody says.

use super::bench_phone::stem;
use super::{Catalogue, Releases};
use crate::phone::rule::{Form, Version};

/// The last release of the line that the reference knows well.
const RELEASE: &str = "11-3-1MPP-678";

/// What a phone of a model runs when nobody says: that release of the model's own load; where the model never had it, the
/// newest that it had.
pub fn bench_load(model: &str) -> String {
    let known = Catalogue::cisco_mpp().model(model);
    let numbered = |load: &String| load.parse::<Version>().is_ok_and(|version| matches!(version.form(), Form::Load(_)));
    let load = known.map(|model| format!("{}.{RELEASE}", model.load)).filter(numbered);
    let newest =
        || known.and_then(|_| Releases::cisco().for_model(model).last()).map(|load| stem(&load.file).to_owned());
    load.or_else(newest).unwrap_or_else(|| format!("sip88xx.{RELEASE}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{Identity, Mac};

    #[test]
    fn each_model_runs_its_own_load() {
        assert_eq!(bench_load("CP-8841-3PCC"), "sip88xx.11-3-1MPP-678");
        assert_eq!(bench_load("CP-7841-3PCC"), "sip78xx.11-3-1MPP-678");
        assert_eq!(bench_load("CP-8831-3PCC"), "cp-8831-sip.9-3-4-SR3-3PCC");
        assert_eq!(bench_load("CP-0000"), "sip88xx.11-3-1MPP-678");
        for model in Catalogue::cisco_mpp().models() {
            let load = bench_load(&model.name);
            assert!(load.starts_with(&format!("{}.", model.load)), "{load}");
            assert!(Identity::new(Mac::new([0; 6]), &model.name, &load).is_ok(), "{load}");
        }
    }
}
