//! What a phone of a bench runs, where nobody says.

use super::Catalogue;
use crate::phone::rule::Version;

/// The last release of the line that the reference knows well.
const RELEASE: &str = "11-3-1MPP-678";

/// What a phone of a model runs when nobody says: that release of the model's own load.
pub fn bench_load(model: &str) -> String {
    let load = Catalogue::cisco_mpp().model(model).map(|model| format!("{}.{RELEASE}", model.load));
    // A name that rules cannot compare, such as that of the 8831, is of no use to a test.
    let load = load.filter(|load| load.parse::<Version>().is_ok());
    load.unwrap_or_else(|| format!("sip88xx.{RELEASE}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{Identity, Mac};

    #[test]
    fn each_model_runs_its_own_load() {
        assert_eq!(bench_load("CP-8841-3PCC"), "sip88xx.11-3-1MPP-678");
        assert_eq!(bench_load("CP-7841-3PCC"), "sip78xx.11-3-1MPP-678");
        assert_eq!(bench_load("CP-0000"), "sip88xx.11-3-1MPP-678");
        for model in Catalogue::cisco_mpp().models() {
            let load = bench_load(&model.name);
            assert!(Identity::new(Mac::new([0; 6]), &model.name, &load).is_ok(), "{load}");
            assert!(load.parse::<Version>().is_ok(), "{load}");
        }
    }
}
