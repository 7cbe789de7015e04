//! Whether a product has a parameter: by its family, by what it can do, and by how many there are of what indexes count.

use crate::platform::{ModelInfo, Parameter};

/// Whether phones of the product have the parameter; one of which nothing is known may.
pub fn has(model: &ModelInfo, parameter: &Parameter, indexes: &[u32]) -> bool {
    let family = parameter.families.is_empty() || parameter.families.contains(&model.family);
    let able = parameter.needs.is_none_or(|ability| !model.lacks(ability));
    let counts = parameter.counts();
    let mut counted = indexes.iter().zip(&counts);
    family
        && able
        && counted.all(|(index, counted)| counted.and_then(|of| model.most(of)).is_none_or(|most| *index <= most))
}
