//! The fuzz targets, without a fuzzer: all that they begin with, and all that ever broke one. `run` beside this file goes
//! on from there.

mod targets;

use crate::support::root;
use targets::{TARGETS, Target};

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).expect("a target of that name")
}

/// A file of `found` is named for its target: `TARGET/what-it-was`.
#[test]
fn what_was_found_once_stays_mended() {
    let mut replayed = 0;
    for folder in std::fs::read_dir(root().join("tests/fuzz/found")).expect("the folder") {
        let folder = folder.expect("an entry").path();
        let target = target(folder.file_name().and_then(|name| name.to_str()).expect("a name"));
        for file in std::fs::read_dir(&folder).expect("a folder") {
            let file = file.expect("an entry").path();
            println!("{}", file.display());
            (target.run)(&std::fs::read(&file).expect("reads"));
            replayed += 1;
        }
    }
    assert!(replayed > 0);
}

/// Every seed as it is, empty, cut short, and with an octet changed.
fn seeds(name: &str) {
    let target = target(name);
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty(), "{name} begins with something");
    (target.run)(b"");
    for seed in seeds {
        println!("{}", String::from_utf8_lossy(&seed));
        (target.run)(&seed);
        (target.run)(&seed[..seed.len() / 2]);
        let mut changed = seed.clone();
        if let Some(octet) = changed.get_mut(seed.len() / 3) {
            *octet ^= 0x08;
        }
        (target.run)(&changed);
    }
}

macro_rules! seeds {
    ($($name:ident)*) => {
        const SEEDED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                seeds(stringify!($name));
            }
        )*
    };
}

seeds! {
    language layout csv json jsonl toml
    rule script literal explain
    profile salvage gzip seal model
    dhcp dhcp6 dns tftp http sip syslog journal
}

#[test]
fn every_target_is_replayed() {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, SEEDED);
}
