//! The store on disk: a folder with an append-only journal. Chosen over a database file because of what is left when
//! the file is cut or written over: every whole line. (redb 4.6 refuses a file that lacks its last byte, takes an
//! empty one for new, and panics on a damaged page.)

use super::sightings::Sightings;
use super::table::{Table, stands};
use super::{Lease, LeaseStore, Outcome, Recovered, Sighting, StateError, frame};
use crate::phone::dhcp6::Duid;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const FILE: &str = "leases.journal";
/// Written whole, then renamed over the journal: a crash leaves the old one or the new one.
const NEXT: &str = "leases.journal.next";
/// Who we are over DHCPv6, in hexadecimal digits.
const SERVER_ID: &str = "server-duid";
/// Written to see whether there is room, of so many octets: those of some leases, and no fewer than a disk gives at a time.
const PROBE: &str = "probe";
const PROBED: usize = 4096;
const LOCK: &str = "lock";
const LOCK_ATTEMPTS: usize = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// A journal below this size is left alone.
const SMALL: u64 = 1 << 20;

#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    inner: Mutex<Inner>,
    sightings: Mutex<Sightings>,
    /// Held as long as the store is open.
    _lock: File,
}

#[derive(Debug)]
struct Inner {
    file: File,
    /// Where the next line goes.
    end: u64,
    /// How large the journal was when it was last written anew.
    compact: u64,
    table: Table,
    /// Why nothing more may be written: after a failed write or sync it is unknown what is on disk.
    broken: Option<Arc<str>>,
}

impl Journal {
    /// Opens the store in a folder, and makes both if they are not there. A journal that is damaged is an error, and
    /// left as it is; an unfinished last line is set aside in a file of its own, and told.
    pub fn open(folder: &Path) -> Result<(Journal, Option<Recovered>), StateError> {
        fs::create_dir_all(folder).map_err(|why| io("make the folder", folder, why))?;
        let lock = lock(folder)?;
        let path = folder.join(FILE);
        if !fs::exists(&path).map_err(|why| io("look for", &path, why))? {
            write_whole(folder, &Table::default())?;
        }
        let mut file = OpenOptions::new().read(true).write(true).open(&path).map_err(|why| io("open", &path, why))?;
        let mut octets = Vec::new();
        file.read_to_end(&mut octets).map_err(|why| io("read", &path, why))?;
        let read = frame::read(&octets).map_err(|fault| explain(&path, fault, octets.len()))?;
        let recovered = match octets.get(read.sound..) {
            Some(torn) if !torn.is_empty() => Some(set_aside(folder, &file, read.sound, torn, read.leases.len())?),
            _ => None,
        };
        let mut table = Table::default();
        for lease in read.leases {
            table.put(lease);
        }
        let end = read.sound as u64;
        let mut inner = Inner { file, end, compact: 0, table, broken: None };
        if read.version < frame::VERSION {
            // Lines of this version are not for an older one's eyes: it must see that by the first.
            inner.compact(folder)?;
        }
        inner.compact_if_large(folder)?;
        let sightings = Mutex::new(Sightings::open(folder)?);
        Ok((Journal { folder: folder.to_owned(), inner: Mutex::new(inner), sightings, _lock: lock }, recovered))
    }
}

impl LeaseStore for Journal {
    fn load(&self) -> Result<Vec<Lease>, StateError> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(inner.table.iter().cloned().collect())
    }

    fn commit(&self, leases: &[Lease]) -> Result<Vec<Outcome>, StateError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = &inner.broken {
            return Err(StateError::Broken { since: since.clone() });
        }
        // Two leases of one commit may want one address: the later one must see the earlier one. What is not yet
        // on disk is kept apart, so that a failed write leaves the table as the disk is.
        let mut pending: HashMap<(&str, IpAddr), &Lease> = HashMap::with_capacity(leases.len());
        let mut kept: Vec<&Lease> = Vec::with_capacity(leases.len());
        let mut outcomes = Vec::with_capacity(leases.len());
        for lease in leases {
            let place = (lease.network.as_str(), lease.address);
            let obstacle = match pending.get(&place) {
                Some(held) => Some(*held).filter(|held| stands(held, lease)),
                None => inner.table.obstacle(lease),
            };
            match obstacle {
                Some(held) => outcomes.push(Outcome::Taken(held.clone())),
                None => {
                    pending.insert(place, lease);
                    kept.push(lease);
                    outcomes.push(Outcome::Kept);
                }
            }
        }
        if !kept.is_empty() {
            inner.append(&self.folder.join(FILE), &kept)?;
            kept.into_iter().for_each(|lease| inner.table.put(lease.clone()));
            // The leases are durable already: a journal that cannot be made smaller is no reason to refuse them.
            if let Err(error) = inner.compact_if_large(&self.folder) {
                tracing::warn!(%error, "the lease file could not be written anew");
            }
        }
        Ok(outcomes)
    }

    fn probe(&self) -> Result<(), StateError> {
        let broken = self.inner.lock().unwrap_or_else(PoisonError::into_inner).broken.clone();
        if let Some(since) = broken {
            return Err(StateError::Broken { since });
        }
        let path = self.folder.join(PROBE);
        let written = fs::write(&path, [b'\n'; PROBED]).and_then(|()| File::open(&path)?.sync_data());
        // What is left of one that failed takes the room that it failed for.
        let removed = fs::remove_file(&path);
        written.and(removed).map_err(|why| io("write to", &path, why))
    }

    fn server_id(&self, proposed: &Duid) -> Result<Duid, StateError> {
        let _one_at_a_time = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        server_id(&self.folder, proposed)
    }

    fn load_seen(&self) -> Result<Vec<Sighting>, StateError> {
        self.sightings.lock().unwrap_or_else(PoisonError::into_inner).load()
    }

    fn keep_seen(&self, sightings: &[Sighting]) -> Result<(), StateError> {
        self.sightings.lock().unwrap_or_else(PoisonError::into_inner).keep(sightings)
    }
}

impl Inner {
    fn append(&mut self, path: &Path, leases: &[&Lease]) -> Result<(), StateError> {
        let mut lines = Vec::new();
        frame::write(&mut lines, leases.iter().copied());
        let written = self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(&lines));
        if let Err(why) = written {
            // A half line would become damage in the middle with the next commit: it is cut off.
            let cut = self.file.set_len(self.end).and_then(|()| self.file.sync_data());
            if cut.is_err() {
                self.stop(&why);
            }
            return Err(io("write to", path, why));
        }
        if let Err(why) = self.file.sync_data() {
            // What a failed sync left is unknown, and no later one tells: the system drops the pages that it could not
            // write, those of earlier commits among them, and then reports success.
            self.stop(&why);
            return Err(io("sync", path, why));
        }
        self.end += lines.len() as u64;
        Ok(())
    }

    /// Takes no more records.
    fn stop(&mut self, why: &std::io::Error) {
        self.broken = Some(why.to_string().into());
    }

    /// Writes the journal anew when most of its lines are out of date.
    fn compact_if_large(&mut self, folder: &Path) -> Result<(), StateError> {
        if self.end < SMALL.max(self.compact.saturating_mul(4)) {
            return Ok(());
        }
        self.compact(folder)
    }

    fn compact(&mut self, folder: &Path) -> Result<(), StateError> {
        // As long as the new file is not in its place, the old one is whole and goes on.
        let (file, end) = write_next(folder, &self.table)?;
        rename_next(folder)?;
        (self.file, self.end, self.compact) = (file, end, end);
        // Which of the two a crash would leave is unknown: what were written now might not be there then.
        sync_folder(folder).inspect_err(|error| self.broken = Some(error.to_string().into()))
    }
}

/// Writes all leases to a new file and puts it in the journal's place.
fn write_whole(folder: &Path, table: &Table) -> Result<(), StateError> {
    write_next(folder, table)?;
    rename_next(folder)?;
    sync_folder(folder)
}

/// The identifier in its file, which is made when it is not there: beside it, synced, then renamed.
fn server_id(folder: &Path, proposed: &Duid) -> Result<Duid, StateError> {
    let path = folder.join(SERVER_ID);
    match fs::read(&path) {
        Ok(octets) => {
            let text = std::str::from_utf8(&octets).ok().and_then(|text| text.trim_end().parse().ok());
            text.ok_or(StateError::NoServerId { path })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let next = folder.join(format!("{SERVER_ID}.next"));
            let written = File::create(&next).and_then(|mut file| {
                file.write_all(format!("{proposed}\n").as_bytes())?;
                file.sync_all()
            });
            written.map_err(|why| io("write to", &next, why))?;
            fs::rename(&next, &path).map_err(|why| io("rename a new file to", &path, why))?;
            sync_folder(folder)?;
            Ok(proposed.clone())
        }
        Err(why) => Err(io("read", &path, why)),
    }
}

/// A whole journal beside the one in use, on disk; and its length.
fn write_next(folder: &Path, table: &Table) -> Result<(File, u64), StateError> {
    let next = folder.join(NEXT);
    let mut octets = frame::HEADER.to_vec();
    frame::write(&mut octets, table.iter());
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&next)
        .map_err(|why| io("make", &next, why))?;
    file.write_all(&octets).and_then(|()| file.sync_all()).map_err(|why| io("write to", &next, why))?;
    Ok((file, octets.len() as u64))
}

fn rename_next(folder: &Path) -> Result<(), StateError> {
    let path = folder.join(FILE);
    fs::rename(folder.join(NEXT), &path).map_err(|why| io("rename a new lease file to", &path, why))
}

/// Moves an unfinished line to a file of its own, and only then cuts it off.
fn set_aside(folder: &Path, file: &File, sound: usize, torn: &[u8], leases: usize) -> Result<Recovered, StateError> {
    let path = folder.join(FILE);
    let (mut aside, kept_in) = (1..10_000)
        .map(|number| folder.join(format!("{FILE}.torn-{number}")))
        .find_map(|name| Some((OpenOptions::new().write(true).create_new(true).open(&name).ok()?, name)))
        .ok_or_else(|| {
            io("set aside the torn end of", &path, std::io::Error::other("no file can be made beside it"))
        })?;
    aside.write_all(torn).and_then(|()| aside.sync_all()).map_err(|why| io("write to", &kept_in, why))?;
    sync_folder(folder)?;
    file.set_len(sound as u64).and_then(|()| file.sync_all()).map_err(|why| io("cut the torn end of", &path, why))?;
    Ok(Recovered::TornTail { file: path, bytes: torn.len() as u64, kept_in, leases })
}

fn lock(folder: &Path) -> Result<File, StateError> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|why| io("make", &path, why))?;
    // One that is just ending may hold the lock a moment longer than its ports.
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(why)) => return Err(io("lock", &path, why)),
        }
    }
    Err(StateError::InUse { path: folder.to_owned() })
}

/// A rename is durable when its folder is.
fn sync_folder(folder: &Path) -> Result<(), StateError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|why| io("sync the folder", folder, why))
}

fn explain(path: &Path, fault: frame::Fault, have: usize) -> StateError {
    let path = path.to_owned();
    match fault {
        frame::Fault::Headless => StateError::Headless { path, have: have as u64 },
        frame::Fault::Foreign => StateError::Foreign { path },
        frame::Fault::Line { number, offset, why, sound } => {
            StateError::Damaged { path, line: number, offset: offset as u64, why, sound }
        }
    }
}

fn io(doing: &'static str, path: &Path, why: std::io::Error) -> StateError {
    StateError::Io { doing, path: path.to_owned(), why: Arc::new(why) }
}

#[cfg(test)]
mod tests {
    use super::super::{Client, LeaseState, StateError};
    use super::*;
    use crate::phone::Mac;

    #[test]
    fn after_a_failed_sync_nothing_more_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = Journal::open(folder.path()).expect("opens");
        // It takes every write, and refuses to sync.
        let refuses = OpenOptions::new().read(true).write(true).open("/dev/null").expect("is there");
        let real = std::mem::replace(&mut journal.inner.lock().expect("no panic").file, refuses);
        let lease = Lease {
            client: Client::Device(Mac::new([0; 6])),
            address: [10, 0, 0, 1].into(),
            network: "lab".into(),
            at: 0,
            expires: 100,
            state: LeaseState::Bound,
        };
        let commit = || journal.commit(std::slice::from_ref(&lease));
        assert!(matches!(commit(), Err(StateError::Io { doing: "sync", .. })));
        assert!(journal.load().expect("loads").is_empty());
        // The file is well again; what it lost is not known.
        journal.inner.lock().expect("no panic").file = real;
        assert!(matches!(commit(), Err(StateError::Broken { .. })));
    }
}
