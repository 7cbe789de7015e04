//! Plots as SVG: axes with units, a legend, light and dark as the reader has it, a title and a description for who does not see it.

use super::text::{clock, number, octets};
use std::fmt::Write as _;

/// What a plot shows.
pub struct Plot {
    pub title: String,
    /// In a sentence, for who does not see it.
    pub description: String,
    /// What stands along the upright axis.
    pub unit: Unit,
    pub series: Vec<Series>,
    pub along: Along,
    /// Where something happens, by the second, and what.
    pub marks: Vec<(u64, String)>,
}

/// A row of numbers by the second.
pub struct Series {
    pub name: String,
    pub values: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Requests,
    Octets,
    Waiting,
    Percent,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Unit::Requests => "requests per second",
            Unit::Octets => "bytes per second",
            Unit::Waiting => "requests waiting",
            Unit::Percent => "phones in %",
        }
    }

    fn show(self, value: f64) -> String {
        if self == Unit::Octets { octets(value) } else { number(value) }
    }
}

/// What the seconds are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Of a day that begins so many seconds after midnight.
    Day(u64),
    /// After an event.
    After,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 380.0;
const LEFT: f64 = 88.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 64.0;
/// Points of one line at most.
const POINTS: usize = 800;
/// About the width of a sign.
const SIGN: f64 = 7.5;

const STYLE: &str = "\
.ground{fill:#fff}text{fill:#1b1f24;font:13px system-ui,sans-serif}.title{font-size:16px;font-weight:600}\
.grid{stroke:#d5dae0}.axis{stroke:#57606a}.mark{stroke:#57606a;stroke-dasharray:4 3}\
.line{fill:none;stroke-width:1.6}.s0{stroke:#0b62c4}.s1{stroke:#b3450a;stroke-dasharray:7 3}.s2{stroke:#1a7f37;stroke-dasharray:2 2}.s3{stroke:#8250df;stroke-dasharray:9 3 2 3}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#e6edf3}.grid{stroke:#30363d}.axis,.mark{stroke:#9198a1}\
.s0{stroke:#58a6ff}.s1{stroke:#ff9d57}.s2{stroke:#56d364}.s3{stroke:#d2a8ff}}";

impl Plot {
    pub fn svg(&self) -> String {
        let length = self.series.iter().map(|series| series.values.len()).max().unwrap_or(0).max(1);
        let highest = self.series.iter().flat_map(|series| &series.values).copied().fold(0.0, f64::max);
        let step = nice(if self.unit == Unit::Percent { 100.0 } else { highest.max(1.0) } / 5.0);
        let top = if self.unit == Unit::Percent { 100.0 } else { (highest.max(1.0) / step).ceil() * step };
        let (wide, high) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
        let x = |second: f64| LEFT + wide * second / length as f64;
        let y = |value: f64| TOP + high * (1.0 - value / top);
        let mut svg = String::new();
        let _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"title desc\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n<style>{STYLE}</style>\n\
             <rect class=\"ground\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n<text class=\"title\" x=\"{LEFT}\" y=\"24\">{}</text>",
            escaped(&self.title),
            escaped(&self.description),
            escaped(&self.title)
        );
        // Upright, with its lines across.
        let mut value = 0.0;
        while value <= top + step / 2.0 {
            let at = y(value);
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {at:.1}h{wide:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                at + 4.0,
                self.unit.show(value)
            );
            value += step;
        }
        let middle = TOP + high / 2.0;
        let _ = writeln!(
            svg,
            "<text transform=\"translate(18 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            self.unit.name()
        );
        self.along(&mut svg, length, &x);
        self.marks(&mut svg, &x);
        for (number, series) in self.series.iter().enumerate() {
            let _ = writeln!(svg, "<path class=\"line s{}\" d=\"{}\"/>", number % 4, path(&series.values, &x, &y));
        }
        self.legend(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    fn along(&self, svg: &mut String, length: usize, x: &dyn Fn(f64) -> f64) {
        let floor = HEIGHT - BOTTOM;
        let starts = match self.along {
            Along::Day(starts) => starts,
            Along::After => 0,
        };
        let step = STEPS.iter().copied().find(|step| length as u64 / step <= 12).unwrap_or(86_400 * 7);
        let mut at = starts.div_ceil(step) * step;
        while at <= starts + length as u64 {
            let here = x((at - starts) as f64);
            let words = match self.along {
                Along::Day(_) => clock(0, at % 86_400).get(..5).unwrap_or_default().to_owned(),
                Along::After => super::Span(at).to_string(),
            };
            let _ = writeln!(
                svg,
                "<path class=\"axis\" d=\"M{here:.1} {floor}v5\"/><text x=\"{here:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{words}</text>",
                floor + 20.0
            );
            at += step;
        }
        let name = match self.along {
            Along::Day(_) => "local time",
            Along::After => "time after the event",
        };
        let _ = writeln!(
            svg,
            "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {TOP}V{floor}H{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>",
            WIDTH - RIGHT,
            LEFT + (WIDTH - LEFT - RIGHT) / 2.0,
            floor + 40.0
        );
    }

    fn marks(&self, svg: &mut String, x: &dyn Fn(f64) -> f64) {
        let mut marks: Vec<(f64, &str)> =
            self.marks.iter().map(|(at, words)| (x(*at as f64), words.as_str())).collect();
        marks.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let (mut until, mut row) = (f64::NEG_INFINITY, 0);
        for (at, words) in marks {
            // Words stand one below the other where they would meet, and near the right edge on the left.
            let width = 8.0 + SIGN * words.chars().count() as f64;
            let left = at + width > WIDTH - RIGHT;
            let from = if left { at - width } else { at };
            row = if from < until { (row + 1) % 4 } else { 0 };
            until = until.max(from + width);
            let (anchor, to) = if left { ("end", at - 4.0) } else { ("start", at + 4.0) };
            let _ = writeln!(
                svg,
                "<path class=\"mark\" d=\"M{at:.1} {TOP}V{}\"/><text x=\"{to:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                HEIGHT - BOTTOM,
                TOP + 14.0 + 16.0 * f64::from(row),
                escaped(words)
            );
        }
    }

    fn legend(&self, svg: &mut String) {
        let mut at = LEFT;
        for (number, series) in self.series.iter().enumerate() {
            let _ = writeln!(
                svg,
                "<path class=\"line s{}\" d=\"M{at:.1} 42h24\"/><text x=\"{:.1}\" y=\"46\">{}</text>",
                number % 4,
                at + 30.0,
                escaped(&series.name)
            );
            at += 50.0 + SIGN * series.name.chars().count() as f64;
        }
    }
}

/// Seconds between two words along the time.
const STEPS: [u64; 15] = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/// The most of so many seconds that there are points enough: what is short is seen.
fn path(values: &[f64], x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let each = values.len().div_ceil(POINTS).max(1);
    let mut path = String::new();
    for (number, some) in values.chunks(each).enumerate() {
        let most = some.iter().copied().fold(0.0, f64::max);
        let sign = if number == 0 { 'M' } else { 'L' };
        let second = (number * each) as f64 + some.len() as f64 / 2.0;
        let _ = write!(path, "{sign}{:.1} {:.1}", x(second), y(most));
    }
    path
}

/// The next of 1, 2, 5, 10, 20 …
fn nice(least: f64) -> f64 {
    let mut unit = 1.0;
    while unit * 10.0 <= least {
        unit *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * unit).find(|step| *step >= least).unwrap_or(unit * 10.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(values: Vec<f64>, unit: Unit) -> Plot {
        Plot {
            title: "a <b> & \"c\"".into(),
            description: "nothing".into(),
            unit,
            series: vec![Series { name: "one".into(), values }],
            along: Along::Day(0),
            marks: vec![(1, "power-cut@1s".into())],
        }
    }

    #[test]
    fn axes_end_in_round_numbers() {
        for (least, step) in [(0.2, 1.0), (1.0, 1.0), (1.1, 2.0), (4.0, 5.0), (60.0, 100.0), (2000.0, 2000.0)] {
            assert_eq!(nice(least), step, "{least}");
        }
    }

    #[test]
    fn a_short_peak_is_seen_in_a_long_time() {
        let mut values = vec![0.0; 86_400];
        values[40_000] = 300.0;
        let svg = plot(values, Unit::Requests).svg();
        let line = svg.lines().find(|line| line.contains("class=\"line s0\" d=\"M")).expect("a line");
        // The top of the axis is 300.
        assert!(line.contains(&format!(" {TOP:.1}")), "{line}");
        assert!(line.matches('L').count() < POINTS, "{}", line.len());
    }

    #[test]
    fn whatever_is_drawn_is_well_formed() {
        for values in [vec![], vec![0.0], vec![1.0; 3], vec![1e12; 2000]] {
            for unit in [Unit::Requests, Unit::Octets, Unit::Waiting, Unit::Percent] {
                let svg = plot(values.clone(), unit).svg();
                assert!(svg.contains("<title id=\"title\">a &lt;b&gt; &amp; &quot;c&quot;</title>"), "{svg}");
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
                let mut reader = quick_xml::Reader::from_str(&svg);
                loop {
                    match reader.read_event().expect("well-formed") {
                        quick_xml::events::Event::Eof => break,
                        _ => continue,
                    }
                }
            }
        }
    }
}
