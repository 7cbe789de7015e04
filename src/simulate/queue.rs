//! What waits where more comes than is borne: a line of one server that does so much a second, first come first served. Whoever
//! waits is not known to give up here (docs/simulation.md).

/// What waited at the end of each second, and what that came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// At the end of each second.
    pub waiting: Vec<f64>,
    pub longest: f64,
    /// The second of it.
    pub at: u64,
    /// The first second from which on nothing waits to the end; nothing: something waits at the end.
    pub clear: Option<u64>,
}

/// `each` second so much is done.
pub fn line(comes: impl IntoIterator<Item = u64>, each: f64) -> Line {
    let (mut line, mut left, mut last) = (Line::default(), 0.0, None);
    for (second, come) in (0..).zip(comes) {
        left = f64::max(left + come as f64 - each, 0.0);
        if left > line.longest {
            (line.longest, line.at) = (left, second);
        }
        if left > 0.0 {
            last = Some(second);
        }
        line.waiting.push(left);
    }
    line.clear = match last {
        None => Some(0),
        Some(last) if last + 1 < line.waiting.len() as u64 => Some(last + 1),
        Some(_) => None,
    };
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_done_waits() {
        let told = line([10, 0, 0, 5, 0], 4.0);
        assert_eq!(told.waiting, [6.0, 2.0, 0.0, 1.0, 0.0]);
        assert_eq!((told.longest, told.at, told.clear), (6.0, 0, Some(4)));
        assert_eq!(line([1, 1], 2.0).clear, Some(0));
        assert_eq!(line([5], 2.0).clear, None);
        assert_eq!(line([], 2.0), Line { clear: Some(0), ..Line::default() });
    }

    proptest::proptest! {
        /// Nothing is lost, and nobody is idle while something waits.
        #[test]
        fn what_comes_is_done_or_waits(comes in proptest::collection::vec(0_u64..50, 0..40), each in 1_u32..20) {
            let told = line(comes.iter().copied(), f64::from(each));
            let (mut before, mut done) = (0.0, 0.0);
            for (come, left) in comes.iter().zip(&told.waiting) {
                let now = before + *come as f64 - left;
                proptest::prop_assert!(now <= f64::from(each) + 1e-9);
                proptest::prop_assert!(*left == 0.0 || (now - f64::from(each)).abs() < 1e-9);
                done += now;
                before = *left;
            }
            let all: u64 = comes.iter().sum();
            proptest::prop_assert!((done + before - all as f64).abs() < 1e-6);
        }
    }
}
