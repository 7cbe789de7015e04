//! Tables of phones: a row a phone, a column a parameter, as other systems export them.

use super::found::{Found, Place};
use super::gather::{Profile, Said};
use super::owner::{Named, macs_in, model_in};
use super::pool::{Pool, Text};
use crate::diagnostic::{Code, Severity};
use crate::phone::Mac;
use crate::phone::profile::decoded;
use crate::platform::Catalogue;
use std::collections::HashMap;

/// What a column says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Mac,
    Model,
    Site,
    Element(String),
    /// Nothing that a phone knows.
    Other,
}

/// Headings of addresses, products and sites, letters and digits alone.
const MACS: [&str; 8] =
    ["mac", "macaddress", "macaddr", "hwaddr", "hardwareaddress", "ethernetaddress", "devicename", "phonemac"];
const MODELS: [&str; 7] = ["model", "product", "productname", "phonetype", "devicetype", "phonemodel", "pn"];
const SITES: [&str; 6] = ["site", "location", "branch", "office", "standort", "group"];
/// So many faults of one table are told; more have one cause.
const MOST_FAULTS: usize = 20;

/// Whether a file is read as a table, by its name.
pub fn is_table(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".csv", ".tsv"].iter().any(|end| lower.ends_with(end))
}

/// The rows of a table as profiles of their phones. A table without addresses is none of phones: nothing.
pub fn rows(
    name: &str,
    octets: &[u8],
    pool: &mut Pool,
    catalogue: &Catalogue,
    found: &mut Vec<Found>,
) -> Option<Vec<Profile>> {
    let (text, damage) = decoded(octets);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).from_reader(text.as_bytes());
    let headings: Vec<String> = reader.headers().ok()?.iter().map(|heading| heading.trim().to_owned()).collect();
    let columns = columns(&headings, catalogue);
    let mac_at = columns.iter().position(|column| *column == Column::Mac)?;
    let place = |line: u64, shown: &str| Place {
        file: name.to_owned(),
        line: usize::try_from(line).unwrap_or(usize::MAX),
        shown: shown.to_owned(),
    };
    if let Some(damage) = damage {
        found.push(
            Found::new(Code::P0314, place(1, ""), damage.to_string()).because("it is taken as it was likely meant"),
        );
    }
    twice(&columns, &headings, &mut |message| {
        found.push(Found::new(Code::P0309, place(1, ""), message).because("a phone has it once; the first counts"));
    });
    for (heading, _) in
        headings.iter().zip(&columns).filter(|(heading, column)| **column == Column::Other && !heading.is_empty())
    {
        let finding =
            Found::new(Code::P0312, place(1, ""), format!("the column `{heading}` is no parameter that a phone has"));
        found.push(
            finding.because("it is left alone").help("name it as in the vendor's XML, such as `Display_Name_1_`"),
        );
    }
    let elements: Vec<Option<Text>> = columns
        .iter()
        .map(|column| if let Column::Element(element) = column { Some(pool.add(element)) } else { None })
        .collect();
    let (mut profiles, mut faults) = (Vec::new(), Vec::new());
    let mut seen: HashMap<Mac, u64> = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                faults.push(
                    Found::new(Code::P0309, place(line, ""), "this row cannot be read").because(error.to_string()),
                );
                continue;
            }
        };
        let line = record.position().map_or(1, |position| line_of(text, position));
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() > headings.len() {
            let why = format!("{} cells, and {} headings", record.len(), headings.len());
            faults.push(Found::new(Code::P0309, place(line, ""), "the row is longer than the header").because(why));
            continue;
        }
        let mac = match macs_in(cell(mac_at)).as_slice() {
            [mac] => *mac,
            _ => {
                let message = format!(
                    "the column `{}` holds no hardware address here",
                    headings.get(mac_at).map_or("", |one| one)
                );
                faults
                    .push(Found::new(Code::P0309, place(line, ""), message).because("nobody knows whose row this is"));
                continue;
            }
        };
        if let Some(first) = seen.insert(mac, line) {
            let finding = Found::new(Code::P0310, place(line, ""), format!("{mac} has two rows"));
            faults.push(finding.because("it stands here again").beside(place(first, ""), "and stood here first"));
            continue;
        }
        let of = |wanted: Column| {
            columns.iter().position(|column| *column == wanted).map(cell).filter(|cell| !cell.is_empty())
        };
        let model = of(Column::Model).and_then(|text| {
            let known = model_in(text, catalogue);
            if known.is_none() {
                let finding = Found::new(Code::P0211, place(line, ""), format!("no product is called `{text}`"));
                faults.push(finding.because(format!("of {mac}")).severity(Severity::Error));
            }
            known
        });
        let says = elements.iter().enumerate().filter_map(|(at, element)| {
            let (name, text) = ((*element)?, cell(at));
            let first = elements.iter().position(|other| *other == Some(name)) == Some(at);
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            (first && !text.is_empty()).then(|| Said { name, value: Some(pool.add(text)), user: None, line })
        });
        let says = says.collect();
        let named = Named { macs: vec![mac], model, folder: of(Column::Site).unwrap_or_default().to_owned() };
        profiles.push(Profile { name: name.to_owned(), named, says });
    }
    let more = faults.len().saturating_sub(MOST_FAULTS);
    found.extend(faults.into_iter().take(MOST_FAULTS));
    if more > 0 {
        found.push(Found::new(Code::P0309, place(1, ""), format!("the table has {more} more of such")));
    }
    Some(profiles)
}

/// The line of a row: blank lines before it belong to the place that the reader tells.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let blank = text.get(start..).unwrap_or_default().bytes().take_while(|octet| matches!(octet, b'\n' | b'\r'));
    position.line() + blank.filter(|octet| *octet == b'\n').count() as u64
}

/// What most often stands in the header: `,`, `;` or a tab.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let count = |sign: &u8| head.bytes().filter(|octet| octet == sign).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn columns(headings: &[String], catalogue: &Catalogue) -> Vec<Column> {
    let mut seen: Vec<Column> = Vec::new();
    let columns = headings.iter().map(|heading| {
        let plain: String = heading.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let once = |column: Column, words: &[&str], seen: &[Column]| {
            (words.contains(&plain.as_str()) && !seen.contains(&column)).then_some(column)
        };
        let column = once(Column::Mac, &MACS, &seen)
            .or_else(|| once(Column::Model, &MODELS, &seen))
            .or_else(|| once(Column::Site, &SITES, &seen))
            .or_else(|| element(heading, catalogue).map(Column::Element))
            .unwrap_or(Column::Other);
        seen.push(column.clone());
        column
    });
    columns.collect()
}

/// An element by its own name, as the language writes it, or by the name of its field on the phone's page (WF §1.2).
fn element(heading: &str, catalogue: &Catalogue) -> Option<String> {
    let field: String = heading.chars().map(|sign| if " []()/".contains(sign) { '_' } else { sign }).collect();
    let known = |name: &str| catalogue.of_element(name).map(|_| name.to_owned());
    let spelled = known(heading).or_else(|| known(&field)).or_else(|| known(&format!("{field}_")));
    spelled.or_else(|| {
        // `Proxy[1]`: the brackets stand where the index stands in the element.
        let (name, rest) = heading.split_once('[')?;
        let (index, behind) = rest.split_once(']')?;
        known(&format!("{name}_{index}_{}", behind.trim_start_matches('_')))
            .or_else(|| known(&format!("{name}_{index}{behind}")))
    })
}

/// Columns that say the same.
fn twice(columns: &[Column], headings: &[String], tell: &mut dyn FnMut(String)) {
    for (at, column) in columns.iter().enumerate() {
        let first = columns.iter().position(|other| other == column).filter(|first| *first < at);
        if let (Column::Element(element), Some(first)) = (column, first) {
            let [one, other] = [first, at].map(|at| headings.get(at).map_or("", |heading| heading));
            tell(format!("`{one}` and `{other}` are both `{element}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, Vec<String>)>, Vec<String>) {
        let (mut pool, mut found) = (Pool::default(), Vec::new());
        let profiles =
            rows("phones.csv", text.as_bytes(), &mut pool, Catalogue::cisco_mpp(), &mut found).unwrap_or_default();
        let shown = |profile: &Profile| {
            let says = profile.says.iter().map(|said| {
                format!("{}={}", pool.get(said.name), said.value.map(|text| pool.get(text)).unwrap_or_default())
            });
            (profile.named.macs.iter().map(Mac::to_string).collect(), says.collect())
        };
        (
            profiles.iter().map(shown).collect(),
            found.iter().map(|one| format!("{} {}: {}", one.code, one.place.line, one.message)).collect(),
        )
    }

    #[test]
    fn headings_are_read_as_people_write_them() {
        for heading in ["User_ID_1_", "User ID 1", "User ID[1]", "User_ID[1]", "User_ID_1"] {
            let (rows, found) = read(&format!("MAC Address;{heading}\n00-0E-08-AB-CD-01;101\nSEP000E08ABCD02;\n"));
            let wanted = [("00:0e:08:ab:cd:01", vec!["User_ID_1_=101"]), ("00:0e:08:ab:cd:02", vec![])];
            let wanted =
                wanted.map(|(mac, says)| (mac.to_owned(), says.into_iter().map(str::to_owned).collect::<Vec<_>>()));
            assert_eq!((rows.as_slice(), found.as_slice()), (wanted.as_slice(), [].as_slice()), "{heading}");
        }
    }

    #[test]
    fn each_fault_is_told_with_its_line() {
        for (text, fault) in [
            ("mac,Colour\n000e08abcd01,red\n", "P0312 1: the column `Colour`"),
            ("mac,User_ID_1_\nx,1\n", "P0309 2: the column `mac` holds no"),
            ("mac,User_ID_1_\n000e08abcd01,1\n\n000e08abcd01,2\n", "P0310 4: 00:0e:08:ab:cd:01 has two rows"),
            ("mac,model\n000e08abcd01,9999\n", "P0211 2: no product is called `9999`"),
            ("mac,User_ID_1_\n000e08abcd01,1,2\n", "P0309 2: the row is longer"),
            ("mac,User_ID_1_,User ID 1\n000e08abcd01,1,2\n", "P0309 1: `User_ID_1_` and `User ID 1` are both"),
        ] {
            let found = read(text).1;
            assert!(found.iter().any(|one| one.starts_with(fault)), "{text}: {found:?}");
        }
        assert_eq!(read("name,number\na,1\n"), (vec![], vec![]), "a table of something else");
        let many = "mac,User_ID_1_\n".to_owned() + &"x,1\n".repeat(1000);
        assert_eq!(read(&many).1.len(), MOST_FAULTS + 1);
    }
}
