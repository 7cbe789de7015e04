//! How a phone's own version is cut into what all forms of it share. Phones that run firmware before 11.3(2) may not be able to
//! compare their version with one of the newer writing (RS §10, C-20). So the comparison is not of `$SWVER` itself but of its
//! major, minor and micro alone, with a tag that is the same on both sides: `$(SWVER:8:6)MPP-0 lt 11-3-7MPP-0` means the same
//! under both readings.

use super::LoadName;
use crate::phone::rule::Operator;

/// Where `$SWVER` is cut for a family: its name is as long for all loads, and the numbers are of two, one and one digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    offset: usize,
}

/// A comparison of the whole version, whichever form it is in.
pub fn whole(operator: Operator, load: &LoadName) -> String {
    format!("$(SWVER) {} {}", operator.word(), load.version())
}

/// Whether a condition compares the whole version: the one case in which the readings of C-20 differ.
pub fn compares_whole(condition: &str) -> bool {
    condition.contains("$(SWVER) ")
}

impl Cut {
    /// None where versions of the family cannot be cut at fixed places.
    pub fn of(load: &LoadName, known: &[LoadName]) -> Option<Cut> {
        let even = |other: &LoadName| {
            let order = other.order();
            other.family().len() == load.family().len()
                && (10..100).contains(&order.major)
                && order.minor < 10
                && order.micro < 10
        };
        (even(load) && known.iter().all(even)).then_some(Cut { offset: load.family().len() + 1 })
    }

    /// Major, minor and micro of what runs, against those of a load.
    pub fn numbers(self, operator: Operator, load: &LoadName) -> String {
        let (order, word) = (load.order(), operator.word());
        let Cut { offset } = self;
        format!("$(SWVER:{offset}:6)MPP-0 {word} {}-{}-{}MPP-0", order.major, order.minor, order.micro)
    }

    /// The release as text, its build left out.
    pub fn is_release(self, load: &LoadName) -> String {
        let part = load.release_part();
        format!("\"$(SWVER:{}:{})\" eq \"{part}\"", self.offset, part.len())
    }

    pub fn is(self, load: &LoadName) -> String {
        self.text("eq", load)
    }

    pub fn is_not(self, load: &LoadName) -> String {
        self.text("ne", load)
    }

    fn text(self, word: &str, load: &LoadName) -> String {
        let rest = load.version().get(self.offset..).unwrap_or_default();
        // One character more: `-27` is not the beginning of `-272`.
        format!("\"$(SWVER:{}:{})\" {word} \"{rest}\"", self.offset, rest.len() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(name: &str) -> LoadName {
        name.parse().expect(name)
    }

    #[test]
    fn a_version_is_cut_behind_its_family() {
        let target = load("sip88xx.11-3-7MPP0001-352.loads");
        let cut = Cut::of(&target, &[load("sip88xx.11-0-0MPP-7.loads")]).expect("cut");
        assert_eq!(cut.numbers(Operator::Less, &target), "$(SWVER:8:6)MPP-0 lt 11-3-7MPP-0");
        assert_eq!(cut.is_release(&target), "\"$(SWVER:8:14)\" eq \"11-3-7MPP0001-\"");
        assert_eq!(cut.is_not(&target), "\"$(SWVER:8:18)\" ne \"11-3-7MPP0001-352\"");
        assert!(!compares_whole(&cut.is(&target)) && compares_whole(&whole(Operator::Less, &target)));
    }

    #[test]
    fn unlike_lengths_are_not_cut() {
        let target = load("sip88xx.11-3-7MPP0001-352.loads");
        for odd in ["sip8845_65.11-3-1MPP-678.loads", "sip88xx.12-0-10MPP0001-5.loads", "sip88xx.9-3-1MPP-5.loads"] {
            assert_eq!(Cut::of(&target, &[load(odd)]), None, "{odd}");
        }
        assert_eq!(Cut::of(&load("sip88xx.12-0-10MPP0001-5.loads"), &[]), None);
    }
}
