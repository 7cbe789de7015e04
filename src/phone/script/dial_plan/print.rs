//! A dial plan as it is written: what was read is printed so that it reads the same.

use super::{DialPlan, Element, Group, Item, OffHook, Sequence, Timer, Unit};
use std::fmt;

impl fmt::Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Timer::Short => "S",
            Timer::Long => "L",
        })
    }
}

impl fmt::Display for DialPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (timer, seconds) in &self.timers {
            write!(f, "{timer}:{},", seconds.map(|seconds| seconds.to_string()).unwrap_or_default())?;
        }
        self.group.fmt(f)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, item) in self.items.iter().enumerate() {
            f.write_str(if n == 0 { "(" } else { "|" })?;
            match item {
                Item::Sequence(sequence) => sequence.fmt(f)?,
                Item::Group(group) => group.fmt(f)?,
            }
        }
        f.write_str(")")
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(OffHook(seconds)) = self.off_hook {
            let blank = if self.elements.is_empty() && !self.barred { "" } else { " " };
            write!(f, "P{}{blank}", seconds.map(|seconds| seconds.to_string()).unwrap_or_default())?;
        }
        let mut timer_before = false;
        for element in &self.elements {
            // A digit behind a timer would be its own.
            if timer_before && matches!(element, Element::Unit { unit: Unit::Key('0'..='9'), .. }) {
                f.write_str(" ")?;
            }
            timer_before = matches!(element, Element::Timer(..));
            match element {
                Element::Unit { unit, repeated } => write!(f, "{unit}{}", if *repeated { "." } else { "" })?,
                Element::Tone => f.write_str(",")?,
                Element::Timer(timer, seconds) => write!(f, "{timer}{seconds}")?,
            }
        }
        if self.barred {
            f.write_str("!")?;
        }
        self.timer.map_or(Ok(()), |(timer, seconds)| write!(f, "{timer}{seconds}"))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unit::Key(key) => write!(f, "{key}"),
            Unit::Any => f.write_str("x"),
            Unit::Set(keys) => {
                f.write_str("[")?;
                for (low, high) in keys {
                    write!(f, "{low}")?;
                    if let Some(high) = high {
                        write!(f, "-{high}")?;
                    }
                }
                f.write_str("]")
            }
            Unit::Substitution { dialed, sent } => {
                f.write_str("<")?;
                dialed.iter().try_for_each(|unit| unit.fmt(f))?;
                write!(f, ":{sent}>")
            }
        }
    }
}
