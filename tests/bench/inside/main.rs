//! Speed inside of the process: what no command shows alone. Prints `name value unit` a line; `bench.py` beside this file
//! runs it next to peers.
//!
//!     cargo bench --bench inside -- seal
//!     cargo bench --bench inside -- story
//!     cargo bench --bench inside -- file

#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, reason = "a bench looks at the clock")]
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that cannot go on fails")]

use prov::compile::Options;
use prov::language::MemoryFiles;
use prov::phone::model::{Event, Phone, Player, Resync};
use prov::phone::seal::{Digest, RECORD_SIZE, open_content, open_salted, seal_content, seal_salted};
use prov::phone::{Mac, Random, Settings};
use prov::pipeline;
use prov::plan::{PlanWorld, Secrets};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A small profile, a large one, and one at which nothing counts but the cipher.
const SIZES: [usize; 3] = [16 << 10, 128 << 10, 1 << 20];
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(300);
const STORIES: usize = 5000;
/// Phones whose files are rendered, each often enough that the clock is no part of it.
const PHONES: usize = 1000;
const TIMES: u32 = 32;

fn main() {
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "seal" => seal(),
            "story" => story(),
            "file" => file(),
            // `cargo bench` adds `--bench`.
            _ => {}
        }
    }
}

/// Octets a second, the median of some rounds.
fn rate(size: usize, mut work: impl FnMut()) -> f64 {
    let mut rates: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            let mut count = 0usize;
            while begun.elapsed() < ROUND {
                for _ in 0..16 {
                    work();
                }
                count += 16;
            }
            (count * size) as f64 / begun.elapsed().as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn seal() {
    for size in SIZES {
        let plain: Vec<u8> = (0..size).map(|n| (n % 95) as u8 + 32).collect();
        let mut into = Vec::with_capacity(size * 2);
        let told = |name: &str, rate: f64| println!("{name}-{size} {rate:.0} octets/s");
        told(
            "seal-cbc",
            rate(size, || {
                into.clear();
                seal_salted(b"SecretPhrase1234", Digest::Sha256, [7; 8], black_box(&plain), &mut into);
            }),
        );
        let sealed = into.clone();
        told(
            "open-cbc",
            rate(size, || {
                black_box(open_salted(b"SecretPhrase1234", Digest::Sha256, black_box(&sealed)).expect("opens"));
            }),
        );
        told(
            "seal-gcm",
            rate(size, || {
                into.clear();
                seal_content(b"0123456789abcdef", [7; 16], RECORD_SIZE, b"", black_box(&plain), &mut into)
                    .expect("seals");
            }),
        );
        let sealed = into.clone();
        told(
            "open-gcm",
            rate(size, || {
                black_box(open_content(b"0123456789abcdef", black_box(&sealed)).expect("opens"));
            }),
        );
    }
}

/// From factory default to converged on the quickstart's plan: a lease, the bootstrap file, both profiles, and the resync
/// that the new rules ask for. The world renders every file anew, as a server does.
fn story() {
    let files = MemoryFiles::single(include_str!("../../../examples/quickstart/main.prov"));
    let planned = pipeline::plan(&files, "main.prov", &Options::default());
    let served = planned.served().expect("a plan");
    let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);
    let live = |seed: u64| {
        let mut world = PlanWorld::new(served, mac).expect("a phone of the plan");
        let identity = world.identity("sip88xx.11-3-1MPP-678").expect("an identity");
        let mut player = Player::new(Phone::new(identity, Settings::factory(), Random::new(seed)), &mut world);
        player.power_on();
        player.until_quiet(3_600_000);
        player.finish()
    };
    let (phone, timeline) = live(0);
    let done = |event: &Event| matches!(event, Event::Resync(Resync::Done { .. }));
    assert!(timeline.entries.iter().any(|entry| done(&entry.event)), "{timeline}");
    assert!(!phone.settings().get("Display_Name_1_").is_empty(), "{timeline}");
    let mut times: Vec<Duration> = (0..STORIES as u64)
        .map(|seed| {
            let begun = Instant::now();
            black_box(live(seed));
            begun.elapsed()
        })
        .collect();
    times.sort();
    let micros = |at: usize| times[at.min(times.len() - 1)].as_secs_f64() * 1e6;
    println!("events {} entries", timeline.entries.len());
    println!("median {:.1} us", micros(times.len() / 2));
    println!("p99 {:.1} us", micros(times.len() * 99 / 100));
}

/// One phone's file as it is asked for: of the fleet that `tests/bench/run fleet` measures, one plain, and one compressed and sealed.
fn file() {
    let program = include_str!("../fleet/main.prov").replace("  seal aes256cbc", "  gzip\n  seal aes256cbc");
    let mut files = MemoryFiles::single(program);
    let mut rows = String::from("mac,model,extension,name,site,role,volume,port\n");
    for n in 0..PHONES {
        let (high, low) = (n >> 8, n & 255);
        rows += &format!(
            "00:0e:08:00:{high:02x}:{low:02x},CP-8841-3PCC,{n:07},Phone {n} of <A&B>,site-{},desk,7,5060\n",
            n % 97
        );
    }
    files.0.insert("phones.csv".into(), rows.into_bytes());
    let planned = pipeline::plan(&files, "main.prov", &Options::default());
    let served = planned.into_served().expect("a plan").with_secrets(Secrets::StandIn);
    for (profile, name) in [("account", "plain"), ("sealed", "gzip-sealed")] {
        let of = |file: &prov::plan::FileRef| served.profile(*file).is_some_and(|one| one.id == profile);
        let all: Vec<_> = served.all_files().into_iter().filter(of).collect();
        assert_eq!(all.len(), PHONES);
        let mut into = Vec::new();
        let mut octets = 0;
        let mut times: Vec<f64> = Vec::new();
        for file in all {
            let begun = Instant::now();
            for _ in 0..TIMES {
                into.clear();
                served.render_wire(black_box(file), &mut into);
            }
            times.push(begun.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES));
            octets += into.len();
        }
        times.sort_by(f64::total_cmp);
        println!("{name}-median {:.2} us", times[times.len() / 2]);
        println!("{name}-p99 {:.2} us", times[times.len() * 99 / 100]);
        println!("{name}-size {} octets", octets / PHONES);
    }
}
