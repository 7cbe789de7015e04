//! What was seen of devices, on disk: a line each, the last of a device counts. Unlike a lease it may be lost without
//! harm: lines are written every few seconds, and what cannot be read is set aside.

use super::{Sighting, StateError, frame};
use crate::phone::Mac;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FILE: &str = "seen.journal";
const HEADER: &[u8] = b"prov seen 1\n";
/// A file below this size is left alone.
const SMALL: u64 = 1 << 20;

#[derive(Debug)]
pub(super) struct Sightings {
    path: PathBuf,
    file: File,
    size: u64,
    /// How large the file was when it was last written anew.
    compact: u64,
}

impl Sightings {
    /// Opens the file in a folder, or makes it.
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        let path = folder.join(FILE);
        let octets = match fs::read(&path) {
            Ok(octets) => octets,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEADER.to_vec(),
            Err(why) => return Err(io("read", &path, why)),
        };
        let (latest, sound) = read(&octets);
        if sound < octets.len() {
            let aside = path.with_extension("journal.torn");
            fs::write(&aside, octets.get(sound..).unwrap_or_default()).map_err(|why| io("write to", &aside, why))?;
            tracing::warn!(file = %path.display(), aside = %aside.display(), "what was seen of phones could not all be read");
        }
        let (file, size) = write(&path, &latest)?;
        Ok(Sightings { path, file, size, compact: size })
    }

    pub fn load(&self) -> Result<Vec<Sighting>, StateError> {
        let octets = fs::read(&self.path).map_err(|why| io("read", &self.path, why))?;
        let sighting = |(mac, said)| Sighting { mac, said: Some(said) };
        Ok(read(&octets).0.into_iter().map(sighting).collect())
    }

    pub fn keep(&mut self, sightings: &[Sighting]) -> Result<(), StateError> {
        let mut lines = Vec::new();
        for sighting in sightings {
            frame::write_line(&mut lines, &json(sighting.mac, sighting.said.as_deref()));
        }
        if let Err(why) = self.file.write_all(&lines) {
            // Half a line would hide those after it.
            let _ = self.file.set_len(self.size);
            return Err(io("write to", &self.path, why));
        }
        self.size += lines.len() as u64;
        if self.size >= SMALL.max(self.compact.saturating_mul(4)) {
            let octets = fs::read(&self.path).map_err(|why| io("read", &self.path, why))?;
            (self.file, self.size) = write(&self.path, &read(&octets).0)?;
            self.compact = self.size;
        }
        Ok(())
    }
}

/// The mac stands first, so that a line is told apart without reading what was said.
fn json(mac: Mac, said: Option<&str>) -> Vec<u8> {
    format!("{mac} {}", said.unwrap_or_default()).into_bytes()
}

/// The last that is known of each device, and where the last whole line ends.
fn read(octets: &[u8]) -> (BTreeMap<Mac, String>, usize) {
    let mut latest = BTreeMap::new();
    let Some(mut rest) = octets.strip_prefix(HEADER) else { return (latest, 0) };
    let mut sound = HEADER.len();
    while let Some(end) = rest.iter().position(|octet| *octet == b'\n') {
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        let text = frame::read_line(line).ok().and_then(|text| std::str::from_utf8(text).ok());
        let Some((mac, said)) = text.and_then(|text| text.split_once(' ')) else { break };
        let Ok(mac) = mac.parse() else { break };
        match said.is_empty() {
            true => drop(latest.remove(&mac)),
            false => drop(latest.insert(mac, said.to_owned())),
        }
        sound += end + 1;
        rest = after.get(1..).unwrap_or_default();
    }
    (latest, sound)
}

/// Writes the file anew, beside the old one and then over it.
fn write(path: &Path, latest: &BTreeMap<Mac, String>) -> Result<(File, u64), StateError> {
    let mut octets = HEADER.to_vec();
    for (mac, said) in latest {
        frame::write_line(&mut octets, &json(*mac, Some(said)));
    }
    let next = path.with_extension("journal.next");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // What phones report of themselves is for whoever runs the server.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&next).and_then(|mut file| {
        file.write_all(&octets)?;
        Ok(file)
    });
    let file = written.map_err(|why| io("write to", &next, why))?;
    fs::rename(&next, path).map_err(|why| io("rename a new file to", path, why))?;
    Ok((file, octets.len() as u64))
}

fn io(doing: &'static str, path: &Path, why: std::io::Error) -> StateError {
    StateError::Io { doing, path: path.to_owned(), why: Arc::new(why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sighting(last: u8, said: &str) -> Sighting {
        Sighting { mac: Mac::new([0, 0, 0, 0, 0, last]), said: (!said.is_empty()).then(|| said.to_owned()) }
    }

    #[test]
    fn the_last_that_was_said_of_a_device_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut kept = Sightings::open(folder.path()).expect("opens");
        kept.keep(&[sighting(1, "{\"a\":1}"), sighting(2, "{}")]).expect("keeps");
        kept.keep(&[sighting(1, "{\"a\":\"two words\"}"), sighting(2, ""), sighting(3, "{}")]).expect("keeps");
        let expected = [sighting(1, "{\"a\":\"two words\"}"), sighting(3, "{}")];
        assert_eq!(kept.load().expect("loads"), expected);
        drop(kept);
        assert_eq!(Sightings::open(folder.path()).expect("opens").load().expect("loads"), expected);
    }

    #[test]
    fn what_cannot_be_read_is_set_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        Sightings::open(folder.path()).expect("opens").keep(&[sighting(1, "{}"), sighting(2, "{}")]).expect("keeps");
        let whole = fs::read(&path).expect("reads");
        for (octets, left) in [
            (whole[..whole.len() - 1].to_vec(), 1),
            ([&whole[..HEADER.len()], b"nonsense\n"].concat(), 0),
            (b"SQLite".to_vec(), 0),
            (vec![], 0),
        ] {
            fs::write(&path, &octets).expect("writes");
            let mut kept = Sightings::open(folder.path()).expect("opens");
            assert_eq!(kept.load().expect("loads").len(), left);
            kept.keep(&[sighting(9, "{}")]).expect("keeps");
            assert_eq!(Sightings::open(folder.path()).expect("opens").load().expect("loads").len(), left + 1);
        }
    }

    #[test]
    fn a_file_that_grew_is_written_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut kept = Sightings::open(folder.path()).expect("opens");
        let long = "x".repeat(2000);
        for round in 0..600u32 {
            kept.keep(&[sighting((round % 3) as u8, &format!("{round} {long}"))]).expect("keeps");
        }
        assert!(fs::metadata(folder.path().join(FILE)).expect("is there").len() < SMALL / 2);
        assert_eq!(kept.load().expect("loads").len(), 3);
    }
}
