//! How the journal is written: a first line that names the format, then one line per lease, which is a checksum and
//! the lease as JSON. A line counts whole or not at all, and a person can read it.

use super::Lease;

/// What every lease file begins with.
pub const HEADER: &[u8] = b"prov leases 2\n";
/// The version in it.
pub const VERSION: u8 = 2;
/// Version 1 knew no DHCPv6 and not when a lease was written; what it says is read as it is.
const HEADER_1: &[u8] = b"prov leases 1\n";

/// Appends leases, a line each.
pub fn write<'a>(into: &mut Vec<u8>, leases: impl IntoIterator<Item = &'a Lease>) {
    for lease in leases {
        // A lease is strings and numbers: this cannot fail, and an empty line would be refused when read.
        write_line(into, &serde_json::to_vec(lease).unwrap_or_default());
    }
}

/// Appends a line: the checksum of what it says, and what it says.
pub(super) fn write_line(into: &mut Vec<u8>, says: &[u8]) {
    into.extend_from_slice(format!("{:08x} ", crc32fast::hash(says)).as_bytes());
    into.extend_from_slice(says);
    into.push(b'\n');
}

/// What a journal holds.
#[derive(Debug)]
pub struct Journal {
    pub version: u8,
    pub leases: Vec<Lease>,
    /// Where the last whole line ends; what follows was never finished.
    pub sound: usize,
    pub lines: u64,
}

/// Why a journal cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    Headless,
    Foreign,
    Line { number: u64, offset: usize, why: String, sound: usize },
}

/// Reads a journal. A last line without an end is a write that was cut off: by a crash, and then it was never
/// acknowledged. Any other line that does not fit its checksum is damage.
pub fn read(octets: &[u8]) -> Result<Journal, Fault> {
    let (version, mut rest) = match (octets.strip_prefix(HEADER), octets.strip_prefix(HEADER_1)) {
        (Some(rest), _) => (VERSION, rest),
        (_, Some(rest)) => (1, rest),
        _ => return Err(if HEADER.starts_with(octets) { Fault::Headless } else { Fault::Foreign }),
    };
    let mut journal = Journal { version, leases: Vec::new(), sound: HEADER.len(), lines: 1 };
    while let Some(end) = rest.iter().position(|octet| *octet == b'\n') {
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        journal.lines += 1;
        let lease = lease(line).map_err(|why| Fault::Line {
            number: journal.lines,
            offset: journal.sound,
            why,
            sound: journal.leases.len(),
        })?;
        journal.leases.push(lease);
        journal.sound += end + 1;
        rest = after.get(1..).unwrap_or_default();
    }
    Ok(journal)
}

fn lease(line: &[u8]) -> Result<Lease, String> {
    serde_json::from_slice(read_line(line)?).map_err(|error| format!("it is no lease ({error})"))
}

/// What a line says, if its checksum fits.
pub(super) fn read_line(line: &[u8]) -> Result<&[u8], String> {
    let parts = line.split_at_checked(8).and_then(|(sum, rest)| Some((sum, rest.strip_prefix(b" ")?)));
    let (sum, says) = parts.ok_or("there is no checksum")?;
    let sum = std::str::from_utf8(sum).ok().and_then(|sum| u32::from_str_radix(sum, 16).ok());
    match sum == Some(crc32fast::hash(says)) {
        true => Ok(says),
        false => Err("the checksum does not fit".into()),
    }
}
