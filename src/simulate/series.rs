//! What a row of numbers by the second comes to.

/// The most of a row, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Peak {
    pub value: u64,
    /// The first second that has it.
    pub at: u64,
}

pub fn peak(values: impl IntoIterator<Item = u64>) -> Peak {
    let mut peak = Peak::default();
    for (at, value) in (0..).zip(values) {
        if value > peak.value {
            peak = Peak { value, at };
        }
    }
    peak
}

/// What so many of a hundred are at most; 0 where there is nothing.
pub fn quantile(values: impl IntoIterator<Item = u64>, hundredths: u64) -> u64 {
    let mut values: Vec<u64> = values.into_iter().collect();
    let place = rank(values.len() as u64, hundredths).saturating_sub(1) as usize;
    if place >= values.len() {
        return 0;
    }
    *values.select_nth_unstable(place).1
}

/// The second by which so many of a hundred are counted; nothing: nobody is.
pub fn by(counts: &[u32], hundredths: u64) -> Option<u64> {
    let all: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let wanted = rank(all, hundredths);
    let mut sum = 0;
    let mut seconds = (0..).zip(counts);
    seconds
        .find(|(_, count)| {
            sum += u64::from(**count);
            all > 0 && sum >= wanted
        })
        .map(|(second, _)| second)
}

/// How many are so many of a hundred, one at least.
fn rank(all: u64, hundredths: u64) -> u64 {
    (u128::from(all) * u128::from(hundredths)).div_ceil(100).max(1).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_peaks_counts() {
        assert_eq!(peak([0, 3, 7, 7, 1]), Peak { value: 7, at: 2 });
        assert_eq!(peak([]), Peak::default());
    }

    #[test]
    fn quantiles_are_values_that_are_there() {
        assert_eq!(quantile(1..=100, 99), 99);
        assert_eq!(quantile(1..=100, 50), 50);
        assert_eq!(quantile([5], 99), 5);
        assert_eq!(quantile([], 50), 0);
        assert_eq!(quantile([1, 2], 100), 2);
    }

    #[test]
    fn times_by_which_some_are_through() {
        let counts = [0, 50, 0, 49, 0, 1];
        assert_eq!([50, 99, 100].map(|part| by(&counts, part)), [Some(1), Some(3), Some(5)]);
        assert_eq!(by(&[0, 0], 50), None);
        assert_eq!(by(&[], 50), None);
        assert_eq!(by(&[1], 50), Some(0));
    }
}
