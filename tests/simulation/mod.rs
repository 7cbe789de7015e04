//! Fleets in virtual time: what is simulated is what the model does, and what the closed forms say.

mod closed_forms;
mod law;

use crate::programs::folder;
use crate::support::root;
use prov::compile::Options;
use prov::language::{FileFault, Files, MemoryFiles};
use prov::pipeline;
use prov::plan::Served;
use prov::platform::bench_load;
use prov::simulate::{Loads, Scenario};
use std::path::PathBuf;

/// Phones run what phones on the bench run, and before a firmware day an old load of the same family.
pub struct Bench;

impl Loads for Bench {
    fn settled(&self, model: &str) -> String {
        bench_load(model)
    }

    fn before(&self, model: &str, _: &str) -> String {
        let load = bench_load(model);
        let family = load.split('.').next().expect("a family");
        format!("{family}.11-0-1MPP-477")
    }
}

/// A program on disk.
struct OnDisk(PathBuf);

impl Files for OnDisk {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        std::fs::read(self.0.join(path)).map_err(|error| FileFault(error.to_string()))
    }

    fn exists(&self, path: &str) -> bool {
        self.0.join(path).is_file()
    }

    fn is_folder(&self, path: &str) -> bool {
        self.0.join(path).is_dir()
    }
}

/// An example, or a program of this folder.
pub fn planned(name: &str) -> Served {
    let here = root().join("tests/simulation").join(format!("{name}.prov"));
    let (at, entry) = match here.is_file() {
        true => (root().join("tests/simulation"), format!("{name}.prov")),
        false if root().join("examples").join(name).is_dir() => {
            (root().join("examples").join(name), "main.prov".into())
        }
        false => (folder(name), "main.prov".into()),
    };
    let planned = pipeline::plan(&OnDisk(at), &entry, &Options::default()).with_stand_ins();
    assert!(!planned.has_errors(), "{name}: {:?}", planned.findings());
    planned.into_served().expect("no errors")
}

/// A program of one text.
pub fn compiled(text: &str) -> Served {
    let planned = pipeline::plan(&MemoryFiles::single(text.to_owned()), "main.prov", &Options::default());
    planned.with_stand_ins().into_served().expect("no errors")
}

pub fn scenario(lasts: &str, events: &[&str]) -> Scenario {
    Scenario {
        phones: None,
        lasts: lasts.parse().expect("a time"),
        seed: 1,
        starts: 0,
        events: events.iter().map(|event| event.parse().expect("an event")).collect(),
        capacity: None,
        line: None,
        image: 0,
    }
}
