//! libFuzzer over one of the targets, which FUZZ_TARGET names. With FUZZ_LIST it tells their names, with FUZZ_SEEDS it
//! writes the target's seeds into that folder, and ends.

#![no_main]

mod targets;

use std::sync::OnceLock;
use targets::{TARGETS, Target};

static TARGET: OnceLock<&Target> = OnceLock::new();

fn prepare() {
    if std::env::var_os("FUZZ_LIST").is_some() {
        TARGETS.iter().for_each(|target| println!("{}", target.name));
        std::process::exit(0);
    }
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of that name");
    if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
        for (number, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(std::path::Path::new(&folder).join(format!("seed-{number:04}")), seed).expect("writes a seed");
        }
        std::process::exit(0);
    }
    let _ = TARGET.set(target);
}

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| {
    if let Some(target) = TARGET.get() {
        (target.run)(octets);
    }
});
