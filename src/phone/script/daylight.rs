//! When summer time begins and ends: `start=3/-1/7/2;end=10/-1/7/3;save=1`, as month/day/weekday/time. The guides' tables
//! give the form; what the numbers take is read as the SPA phones read them (inferred).

use super::fault::Fault;
use super::reader::Reader;

/// A day of the year and a time of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    pub month: u32,
    /// From 1; -1 is the last.
    pub day: i32,
    /// 1 to 7, Monday first; 0: the day itself counts. The first such day on or after, or before for a negative day.
    pub weekday: u32,
    /// Seconds since midnight.
    pub time: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Daylight {
    pub start: Change,
    pub end: Change,
    /// Seconds that clocks go forward, perhaps backward.
    pub save: i64,
}

pub fn parse(text: &str) -> Result<Daylight, Fault> {
    let mut reader = Reader::new(text)?;
    field(&mut reader, "start=")?;
    let start = change(&mut reader)?;
    reader.require(';', "`;` and `end=`")?;
    field(&mut reader, "end=")?;
    let end = change(&mut reader)?;
    reader.require(';', "`;` and `save=`")?;
    field(&mut reader, "save=")?;
    let backward = reader.eat('-');
    let save = i64::from(time(&mut reader)?);
    reader.eat(';');
    reader.end("the rule")?;
    Ok(Daylight { start, end, save: if backward { -save } else { save } })
}

fn field(reader: &mut Reader<'_>, name: &str) -> Result<(), Fault> {
    reader.blanks();
    if !reader.rest().starts_with(name) {
        return Err(reader.expected(&format!("`{name}`")));
    }
    reader.at += name.len();
    Ok(())
}

fn change(reader: &mut Reader<'_>) -> Result<Change, Fault> {
    let month = number(reader, "a month", 1, 12)?;
    reader.require('/', "`/` and a day")?;
    let negative = reader.eat('-');
    let day = number(reader, "a day of the month", 1, 31)?.cast_signed();
    reader.require('/', "`/` and a day of the week")?;
    let weekday = number(reader, "a day of the week (1 is Monday, 0 none)", 0, 7)?;
    let time = if reader.eat('/') { time(reader)? } else { 0 };
    Ok(Change { month, day: if negative { -day } else { day }, weekday, time })
}

/// `HH[:mm[:ss]]`.
fn time(reader: &mut Reader<'_>) -> Result<u32, Fault> {
    let mut seconds = number(reader, "an hour", 0, 24)? * 3600;
    for (what, worth) in [("minutes", 60), ("seconds", 1)] {
        if !reader.eat(':') {
            break;
        }
        seconds += number(reader, what, 0, 59)? * worth;
    }
    Ok(seconds)
}

fn number(reader: &mut Reader<'_>, what: &str, low: u32, high: u32) -> Result<u32, Fault> {
    let at = reader.at;
    match reader.int(what)? {
        number if (low..=high).contains(&number) => Ok(number),
        number => Err(Fault::range(at, format!("{number} is not {what}: {low} to {high}"))),
    }
}
