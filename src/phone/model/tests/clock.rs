//! The time of day: PB §8.3, §8.5.

use super::*;

#[test]
fn the_clock_takes_the_place_of_the_period() {
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
    let set = [
        ("Profile_Rule", "http://10.0.0.1/a"),
        ("Resync_At__HHmm_", "1000"),
        ("Resync_Periodic", "60"),
        ("Resync_Random_Delay", "0"),
    ];
    let (_, timeline) = run(phone(&set).with_time_of_day(hours(9)), &mut bench, hours(50));
    let times: Vec<u64> = resyncs(&timeline).iter().map(|(t, _)| t / 1000).collect();
    let [boot, first, second, third] = times.as_slice() else { panic!("{times:?}") };
    assert_eq!(*boot, 0);
    for (day, at) in [first, second, third].into_iter().enumerate() {
        let hour = 3600 + 86_400 * day as u64;
        assert!((hour..=hour + 601).contains(at), "{times:?}");
    }
}

#[test]
fn a_window_that_is_open_is_not_missed() {
    let by_clock = |timeline: &Timeline| -> Vec<u64> {
        let of = |entry: &Entry| match entry.event {
            Event::Resync(Resync::Begun { cause: Cause::TimeOfDay }) => Some(entry.t / 1000),
            _ => None,
        };
        timeline.entries.iter().filter_map(of).collect()
    };
    let set = [
        ("Profile_Rule", "http://10.0.0.1/a"),
        ("Resync_At__HHmm_", "1000"),
        ("Resync_At_Random_Delay", "1800"),
        ("Resync_Random_Delay", "0"),
    ];
    // PB §8.5: the window is [10:00, 10:30].
    for (start, most) in [(10 * 3600, 1800), (10 * 3600 + 600, 1200), (10 * 3600 + 1799, 1)] {
        for seed in 0..20 {
            let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
            let at = phone(&set);
            let at = Phone::new(at.identity().clone(), at.settings().clone(), Random::new(seed));
            let (_, timeline) = run(at.with_time_of_day(start * 1000), &mut bench, hours(25));
            let times = by_clock(&timeline);
            // In what is left of it, once; and again on the next day.
            let [today, tomorrow] = times.as_slice() else { panic!("{start}: {times:?}\n{timeline}") };
            assert!(*today <= most, "{times:?}");
            let opens = 34 * 3600 - start;
            assert!((opens..=opens + 1801).contains(tomorrow), "{start}: {times:?}");
        }
    }
    for start in [10 * 3600 + 1801, 9 * 3600 + 3599] {
        let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
        let (_, timeline) = run(phone(&set).with_time_of_day(start * 1000), &mut bench, hours(23));
        let opens = (34 * 3600 - start) % 86_400;
        assert!(by_clock(&timeline).iter().all(|at| (opens..=opens + 1801).contains(at)), "{timeline}");
    }
    // Learnt of within the window, from a file.
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<Resync_At__HHmm_>1000</Resync_At__HHmm_>");
    let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set).with_time_of_day(hours(10) + 60_000), &mut bench, hours(2));
    assert_eq!(by_clock(&timeline).len(), 1, "{timeline}");
}

#[test]
fn a_time_that_comes_while_the_phone_is_at_something_is_kept() {
    struct Slow;
    impl World for Slow {
        fn lease(&mut self, _: Millis, _: &Identity) -> Timed<Option<Lease>> {
            Timed::new(100, Some(Lease::bare([10, 0, 0, 100].into())))
        }
        fn resolve(&mut self, _: Millis, _: &Query) -> Timed<DnsAnswer> {
            Timed::new(10, DnsAnswer::None)
        }
        fn fetch(&mut self, _: Millis, _: &FetchRequest) -> Timed<FetchAnswer> {
            Timed::new(hours(2), FetchAnswer::ok("<flat-profile/>"))
        }
    }
    let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_At__HHmm_", "0100"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set), &mut Slow, hours(3));
    let begun: Vec<_> = timeline
        .entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Resync(Resync::Begun { cause: Cause::TimeOfDay })))
        .map(|entry| entry.t / 3_600_000)
        .collect();
    assert_eq!(begun, [2], "{timeline}");
}
