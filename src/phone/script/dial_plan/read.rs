//! A dial plan sign by sign, with the place of what is wrong.

use super::super::fault::{Fault, FaultKind};
use super::super::reader::Reader;
use super::{DialPlan, Element, Group, Item, OffHook, Sequence, Timer, Unit};
use std::collections::HashSet;

/// Groups inside of groups. The examples have one; the bound keeps the work on any text small.
const DEEPEST: usize = 16;

/// The plan, and what it hardly means.
pub(super) fn plan(text: &str) -> Result<(DialPlan, Vec<Fault>), Fault> {
    let mut parser = Parser { reader: Reader::new(text)?, doubts: Vec::new() };
    let plan = parser.plan()?;
    Ok((plan, parser.doubts))
}

struct Parser<'a> {
    reader: Reader<'a>,
    doubts: Vec<Fault>,
}

impl Parser<'_> {
    fn plan(&mut self) -> Result<DialPlan, Fault> {
        let mut timers = Vec::new();
        self.reader.blanks();
        while let Some(timer) = self.timer() {
            self.reader.require(':', "`:` and the timer's seconds for the whole plan")?;
            let seconds = self.seconds()?;
            self.reader.require(',', "`,` behind the timer")?;
            timers.push((timer, seconds));
            self.reader.blanks();
        }
        match self.reader.peek() {
            Some('(') => {}
            Some('P') => return Err(self.reader.fault("`P` stands inside of the parentheses, before a sequence")),
            _ => {
                let found = self.reader.found();
                return Err(self
                    .reader
                    .fault(format!("a dial plan stands in parentheses: expected `(`, found {found}")));
            }
        }
        let group = self.group(0)?;
        self.reader.blanks();
        match self.reader.peek() {
            None => Ok(DialPlan { timers, group }),
            Some(')') => Err(self.reader.fault("this parenthesis closes nothing")),
            Some(_) => Err(self.reader.fault("the plan ends at its closing parenthesis")),
        }
    }

    fn timer(&mut self) -> Option<Timer> {
        let timer = match self.reader.peek()? {
            'S' => Timer::Short,
            'L' => Timer::Long,
            _ => return None,
        };
        self.reader.next();
        Some(timer)
    }

    fn seconds(&mut self) -> Result<Option<u32>, Fault> {
        let digits = self.reader.peek().is_some_and(|c| c.is_ascii_digit());
        if digits { self.reader.int("seconds").map(Some) } else { Ok(None) }
    }

    fn group(&mut self, depth: usize) -> Result<Group, Fault> {
        let open = self.reader.at;
        if depth == DEEPEST {
            let message = format!("groups stand {DEEPEST} deep at most");
            return Err(Fault { at: open, kind: FaultKind::Length, message });
        }
        self.reader.next();
        let mut items = Vec::new();
        let mut starts = Vec::new();
        let mut catch_all = false;
        loop {
            self.reader.blanks();
            let start = self.reader.at;
            let item = match self.reader.peek() {
                Some('(') => Item::Group(self.group(depth + 1)?),
                Some('|' | ')') => {
                    let whole = items.is_empty() && self.reader.peek() == Some(')');
                    let what = if whole { "the parentheses hold no sequence" } else { "expected a sequence" };
                    return Err(self.reader.fault(what));
                }
                _ => Item::Sequence(self.sequence()?),
            };
            let off_hook = matches!(&item, Item::Sequence(sequence) if sequence.off_hook.is_some());
            if catch_all && !off_hook {
                self.doubts.push(Fault::doubt(start, "`x.` before it already matches whatever this would"));
                // One mistake, one finding.
                catch_all = false;
            }
            catch_all |= matches!(&item, Item::Sequence(sequence) if sequence.takes_everything());
            items.push(item);
            starts.push(start);
            self.reader.blanks();
            match self.reader.next() {
                Some('|') => {}
                Some(')') => {
                    self.repeated(&items, &starts);
                    return Ok(Group { items });
                }
                None => return Err(Fault::new(open, "this parenthesis is not closed")),
                Some(_) => {
                    self.reader.at -= 1;
                    return Err(self.reader.expected("`|` or `)`"));
                }
            }
        }
    }

    /// Alternatives that stand in a group twice.
    fn repeated(&mut self, items: &[Item], starts: &[usize]) {
        let mut seen = HashSet::new();
        for (item, start) in items.iter().zip(starts) {
            let told = self.doubts.iter().any(|doubt| doubt.at == *start);
            if !seen.insert(item) && !told {
                self.doubts.push(Fault::doubt(*start, "the same stands before it already"));
            }
        }
    }

    fn sequence(&mut self) -> Result<Sequence, Fault> {
        let mut sequence = Sequence::default();
        if self.reader.eat('P') {
            sequence.off_hook = Some(OffHook(self.seconds()?));
            if !self.reader.blanks() && !matches!(self.reader.peek(), Some('<' | '|' | ')') | None) {
                return Err(self.reader.fault("a blank ends the number behind `P`"));
            }
        }
        // Where the key that was read last stands.
        let mut last = self.reader.at;
        loop {
            self.reader.blanks();
            let Some(sign) = self.reader.peek() else { break };
            let at = self.reader.at;
            match sign {
                '|' | ')' => break,
                '!' => {
                    self.reader.next();
                    sequence.barred = true;
                    self.reader.blanks();
                    if let Some(timer) = self.timer() {
                        sequence.timer = Some((timer, self.reader.int("the timer's seconds")?));
                        self.reader.blanks();
                    }
                    if !matches!(self.reader.peek(), Some('|' | ')') | None) {
                        return Err(self.reader.fault("`!` bars a sequence and stands at its end"));
                    }
                    break;
                }
                '.' => {
                    self.reader.next();
                    match sequence.elements.last_mut() {
                        Some(Element::Unit { repeated: repeated @ false, .. }) => *repeated = true,
                        Some(Element::Unit { .. }) => {
                            return Err(Fault::new(at, "the `.` before it already repeats without end"));
                        }
                        _ => return Err(Fault::new(at, "`.` repeats the key before it, and there is none")),
                    }
                }
                ',' => {
                    self.reader.next();
                    if sequence.elements.last() == Some(&Element::Tone) {
                        self.doubts.push(Fault::doubt(at, "a second `,` changes nothing: the dial tone plays already"));
                    }
                    sequence.elements.push(Element::Tone);
                }
                'S' | 'L' => {
                    let timer = self.timer().unwrap_or(Timer::Short);
                    if self.reader.peek() == Some(':') {
                        return Err(Fault::new(at, "timers of the whole plan stand before its parenthesis"));
                    }
                    let seconds = self.reader.int("the timer's seconds, such as `S0`")?;
                    sequence.elements.push(Element::Timer(timer, seconds));
                }
                'P' => return Err(self.reader.fault("`P` begins a sequence")),
                '(' => return Err(self.reader.fault("a group is tried beside sequences: a `|` stands before it")),
                '<' => {
                    let unit = self.substitution()?;
                    sequence.elements.push(Element::Unit { unit, repeated: false });
                }
                _ => {
                    last = at;
                    let unit = self.unit()?;
                    sequence.elements.push(Element::Unit { unit, repeated: false });
                }
            }
        }
        if sequence == Sequence::default() {
            return Err(self.reader.expected("a sequence"));
        }
        if sequence.ends_as_a_pattern() {
            self.doubts.push(Fault::doubt(last, "`*` is a key here: what repeats the key before it is `.`"));
        }
        Ok(sequence)
    }

    fn unit(&mut self) -> Result<Unit, Fault> {
        let at = self.reader.at;
        match self.reader.peek() {
            Some('x') => {
                self.reader.next();
                Ok(Unit::Any)
            }
            Some('[') => self.set(),
            Some(key) if is_key(key) => {
                self.reader.next();
                Ok(Unit::Key(key))
            }
            Some('+') => {
                self.reader.next();
                self.doubts.push(Fault::doubt(at, "`+` is documented in no dial plan"));
                Ok(Unit::Key('+'))
            }
            Some('X') => Err(self.reader.fault("`x` stands for any key, in lower case")),
            Some(sign @ (']' | '>')) => Err(self.reader.fault(format!("`{sign}` closes nothing"))),
            Some(sign) if sign.is_ascii_alphabetic() => {
                Err(self.reader.fault(format!("`{sign}` is no key: letters are `x`, and `P`, `S`, `L` for timers")))
            }
            _ => Err(self.reader.expected("a key, `x`, `[…]` or `<…:…>`")),
        }
    }

    fn set(&mut self) -> Result<Unit, Fault> {
        let open = self.reader.at;
        self.reader.next();
        let mut keys = Vec::new();
        loop {
            self.reader.blanks();
            let at = self.reader.at;
            match self.reader.peek() {
                Some(']') if keys.is_empty() => return Err(Fault::new(open, "this set holds no key")),
                Some(']') => {
                    self.reader.next();
                    return Ok(Unit::Set(keys));
                }
                Some(low) if is_key(low) => {
                    self.reader.next();
                    if !self.reader.eat('-') {
                        keys.push((low, None));
                        continue;
                    }
                    match self.reader.peek().filter(|_| low.is_ascii_digit()) {
                        Some(high) if high.is_ascii_digit() && low <= high => {
                            self.reader.next();
                            keys.push((low, Some(high)));
                        }
                        Some(high) if high.is_ascii_digit() => {
                            return Err(Fault::new(at, format!("this range goes down; write `{high}-{low}`")));
                        }
                        _ => return Err(Fault::new(at, "a range goes from one digit to another, such as `2-9`")),
                    }
                }
                None | Some('|' | '(' | ')' | '<' | '>' | '[') => {
                    return Err(Fault::new(open, "this set is not closed: `]` is missing"));
                }
                Some(_) => return Err(self.reader.expected("a key or `]`")),
            }
        }
    }

    fn substitution(&mut self) -> Result<Unit, Fault> {
        let open = self.reader.at;
        let unclosed = || Err(Fault::new(open, "this substitution is not closed: `>` is missing"));
        self.reader.next();
        let mut dialed = Vec::new();
        loop {
            self.reader.blanks();
            match self.reader.peek() {
                Some(':') => break,
                None | Some('|' | '(' | ')') => return unclosed(),
                Some('>') => return Err(self.reader.fault("`:` is missing: `<dialed:sent>`")),
                Some('<') => return Err(self.reader.fault("a substitution inside of another")),
                Some('.') => return Err(self.reader.fault("nothing repeats inside of a substitution")),
                Some(_) => dialed.push(self.unit()?),
            }
        }
        self.reader.next();
        let sent = self.reader.take_while(|c| c == ' ' || c.is_ascii_alphanumeric() || "*#+-._@".contains(c));
        let sent = sent.replace(' ', "");
        match self.reader.peek() {
            Some('>') => {
                self.reader.next();
                Ok(Unit::Substitution { dialed, sent })
            }
            None | Some('|' | '(' | ')' | '<') => unclosed(),
            Some(_) => Err(self.reader.expected("a key that is sent, or `>`")),
        }
    }
}

fn is_key(sign: char) -> bool {
    sign.is_ascii_digit() || matches!(sign, '*' | '#')
}

impl Sequence {
    /// `9x*`: any key and then a star at the end, as patterns elsewhere say "any number of them".
    fn ends_as_a_pattern(&self) -> bool {
        let units = self.elements.iter().filter_map(|element| match element {
            Element::Unit { unit, repeated } => Some((unit, *repeated)),
            Element::Tone | Element::Timer(..) => None,
        });
        let mut units = units.rev();
        matches!((units.next(), units.next()), (Some((Unit::Key('*'), false)), Some((Unit::Any | Unit::Set(_), _))))
    }

    /// `x.`, perhaps with timers and tones.
    fn takes_everything(&self) -> bool {
        let mut units = self.elements.iter().filter(|element| matches!(element, Element::Unit { .. }));
        !self.barred
            && self.off_hook.is_none()
            && matches!(units.next(), Some(Element::Unit { unit: Unit::Any, repeated: true }))
            && units.next().is_none()
    }
}
