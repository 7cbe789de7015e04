//! A phone by the names that people give it: a model, perhaps for short, and the load it runs.

use super::{LoadName, Platform, ReleaseOrder, bench_load};
use crate::diagnostic::closest;
use crate::phone::{Identity, IdentityError, Mac};

/// Why names name no phone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BenchPhoneError {
    #[error("unknown model `{name}`; {hint}")]
    Model { name: String, hint: String },
    #[error("`{name}` is {what}; {hint}")]
    Load { name: String, what: String, hint: String },
    #[error("this is no phone: {0}")]
    Name(#[from] IdentityError),
}

impl Platform {
    /// A phone of a model, on the load that it is said to run.
    pub fn bench_phone(self, mac: Mac, model: &str, firmware: Option<&str>) -> Result<Identity, BenchPhoneError> {
        let known = self.catalogue.model(model).or_else(|| self.catalogue.model_by_short_name(model));
        let Some(known) = known else {
            let short = |name: &'static str| name.strip_prefix("CP-").and_then(|name| name.strip_suffix("-3PCC"));
            let names = || self.catalogue.models().iter().map(|model| model.name.as_str());
            let near = || closest(model, names().filter_map(short)).map(|near| format!("CP-{near}-3PCC"));
            let hint = match self.catalogue.model_meant(model).map(str::to_owned).or_else(near) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "models are named as `CP-8841-3PCC`, or for short `8841`".to_owned(),
            };
            return Err(BenchPhoneError::Model { name: model.to_owned(), hint });
        };
        let load = match firmware {
            Some(load) => self.load_of(&known.name, load)?,
            None => bench_load(&known.name),
        };
        Ok(Identity::new(mac, &known.name, &load)?.with_series(&known.series)?)
    }

    /// The load as a phone of the model has it, its `.loads` left out.
    fn load_of(self, model: &str, name: &str) -> Result<String, BenchPhoneError> {
        let family = self.catalogue.model(model).map_or("", |model| model.load.as_str());
        let load = name.strip_suffix(".loads").unwrap_or(name);
        let fault = |what: String, hint: String| {
            Err(BenchPhoneError::Load { name: name.to_owned(), what, hint: format!("write `{hint}`") })
        };
        if name.parse::<ReleaseOrder>().is_ok() {
            let meant =
                self.releases.release(name).and_then(|release| release.load_for(model)).map(|load| stem(&load.file));
            let hint = meant.map_or_else(|| bench_load(model), str::to_owned);
            return fault("a release, and a phone runs a load of it".to_owned(), hint);
        }
        if self.releases.for_model(model).any(|known| stem(&known.file) == stem(load)) {
            return Ok(stem(load).to_owned());
        }
        match format!("{load}.loads").parse::<LoadName>() {
            Ok(read) if self.runs(model, &read) => Ok(load.to_owned()),
            Ok(_) => fault(format!("no load of a {model}, whose loads are named {family}"), bench_load(model)),
            // Loads of odd names have been seen, of the model's family all the same (RS §10).
            Err(_) if load.strip_prefix(family).is_some_and(|rest| rest.starts_with('.') && rest.len() > 1) => {
                Ok(load.to_owned())
            }
            Err(_) => {
                let known: Vec<&str> = self.releases.for_model(model).map(|load| stem(&load.file)).collect();
                let hint = closest(load, known).map_or_else(|| bench_load(model), str::to_owned);
                fault("no load".to_owned(), hint)
            }
        }
    }
}

/// A load's file without its ending: those of the 8831 end in another.
pub(super) fn stem(file: &str) -> &str {
    file.strip_suffix(".loads").or_else(|| file.strip_suffix(".bin.sgn")).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(model: &str, firmware: Option<&str>) -> Result<(String, String), String> {
        let phone = Platform::cisco().bench_phone(Mac::new([0; 6]), model, firmware);
        phone.map(|phone| (phone.product().to_owned(), phone.firmware().to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn models_and_loads_that_are_known() {
        for (model, firmware, product, load) in [
            ("CP-8841-3PCC", None, "CP-8841-3PCC", "sip88xx.11-3-1MPP-678"),
            ("7841", None, "CP-7841-3PCC", "sip78xx.11-3-1MPP-678"),
            ("cp-8851nr", None, "CP-8851NR-3PCC", "sip88xx.11-3-1MPP-678"),
            ("8831", None, "CP-8831-3PCC", "cp-8831-sip.9-3-4-SR3-3PCC"),
            ("8831", Some("cp-8831-sip.9-3-4-SR2-3PCC.bin.sgn"), "CP-8831-3PCC", "cp-8831-sip.9-3-4-SR2-3PCC"),
            ("8845", Some("sip8845_65.0104-MPP-9875dev.loads"), "CP-8845-3PCC", "sip8845_65.0104-MPP-9875dev"),
            ("8841", Some("sip88xx.99-0-1MPP0001-1"), "CP-8841-3PCC", "sip88xx.99-0-1MPP0001-1"),
            ("8841", Some("sip88xx.14-1-1MN-366.loads"), "CP-8841-3PCC", "sip88xx.14-1-1MN-366"),
        ] {
            assert_eq!(phone(model, firmware), Ok((product.to_owned(), load.to_owned())), "{model} {firmware:?}");
        }
    }

    #[test]
    fn what_is_none_is_told_what_it_could_be() {
        for (model, firmware, words) in [
            ("Nokia", None, "unknown model `Nokia`"),
            ("8842", None, "did you mean `CP-88"),
            ("CP-8841-3PC", None, "did you mean `CP-8841-3PCC`?"),
            ("", None, "unknown model ``"),
            ("CP\r\nX: y", None, "unknown model"),
            ("8841", Some("garbage"), "`garbage` is no load; write `sip88xx.11-3-1MPP-678`"),
            ("8841", Some(""), "is no load"),
            ("8841", Some("11-3-1MPP-678"), "is no load"),
            ("8841", Some("sip88xx."), "is no load"),
            ("8841", Some("11.3(7)"), "a release, and a phone runs a load of it; write `sip88xx.11-3-7MPP0001-272`"),
            ("8841", Some("sip78xx.11-3-1MPP-678"), "no load of a CP-8841-3PCC, whose loads are named sip88xx"),
            ("8841", Some("sip88x.11-3-1MPP-678.loads"), "whose loads are named sip88xx"),
            ("8841", Some("cp-8831-sip.9-3-4-SR2-3PCC"), "is no load"),
        ] {
            let error = phone(model, firmware).expect_err(model);
            assert!(error.contains(words), "{model} {firmware:?}: {error}");
        }
    }
}
