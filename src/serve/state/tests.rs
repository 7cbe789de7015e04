use super::*;
use crate::phone::Mac;
use std::fs;

fn lease(last: u8, mac: u8, expires: u64) -> Lease {
    Lease {
        client: Client::Device(Mac::new([0, 0x0e, 8, 0, 0, mac])),
        address: [10, 0, 0, last].into(),
        network: "lab".into(),
        at: 0,
        expires,
        state: LeaseState::Bound,
    }
}

fn change(lease: Lease, at: u64) -> Lease {
    Lease { at, ..lease }
}

/// Runs the same test over every store.
fn battery(test: impl Fn(&dyn LeaseStore)) {
    test(&Memory::default());
    let folder = tempfile::tempdir().expect("folder");
    let (journal, _) = Journal::open(folder.path()).expect("opens");
    test(&journal);
}

#[test]
fn an_address_has_one_holder_at_a_time() {
    battery(|store| {
        let first = lease(1, 1, 100);
        let first = change(first, 10);
        let both = [first.clone(), change(lease(1, 2, 100), 10)];
        assert_eq!(store.commit(&both).expect("commits"), [Outcome::Kept, Outcome::Taken(first.clone())]);
        assert_eq!(store.commit(&[change(lease(1, 2, 300), 50)]).expect("commits"), [Outcome::Taken(first)]);
        assert_eq!(store.commit(&[change(lease(1, 2, 300), 100)]).expect("commits"), [Outcome::Kept]);
        assert_eq!(store.load().expect("loads"), [change(lease(1, 2, 300), 100)]);
    });
}

#[test]
fn a_released_address_is_free_and_a_holder_may_extend() {
    battery(|store| {
        let released = Lease { state: LeaseState::Released, ..lease(1, 1, 20) };
        for step in [lease(1, 1, 100), lease(1, 1, 200), released, lease(1, 2, 300)] {
            assert_eq!(store.commit(&[change(step, 20)]).expect("commits"), [Outcome::Kept]);
        }
    });
}

/// A folder with a journal of three commits.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let (journal, recovered) = Journal::open(folder.path()).expect("opens");
    assert_eq!(recovered, None);
    for last in 1..=3 {
        journal.commit(&[change(lease(last, last, 100), 0)]).expect("commits");
    }
    let path = folder.path().join("leases.journal");
    (folder, path)
}

#[test]
fn what_is_given_back_and_given_again_may_be_one_commit() {
    battery(|store| {
        store.commit(&[lease(1, 1, 100)]).expect("commits");
        let released = Lease { state: LeaseState::Released, ..change(lease(1, 1, 20), 20) };
        let again = change(lease(1, 2, 300), 20);
        let told = store.commit(&[released, again.clone()]).expect("commits");
        assert_eq!((told, store.load().expect("loads")), (vec![Outcome::Kept; 2], vec![again]));
    });
}

/// A lease of an identity association.
fn association(iaid: u32, mac: Option<Mac>, at: u64) -> Lease {
    let client = Client::Association { duid: Duid::uuid([9; 16]), iaid, mac };
    let address = "2001:db8::5".parse().expect("an address");
    Lease { client, address, at, ..lease(1, 1, 100) }
}

#[test]
fn an_association_is_its_client_whatever_is_known_of_its_hardware() {
    battery(|store| {
        let mac = Mac::new([2, 0, 0, 0, 0, 1]);
        for step in [association(7, None, 1), association(7, Some(mac), 2), association(7, None, 3)] {
            assert_eq!(store.commit(&[step]).expect("commits"), [Outcome::Kept]);
        }
        let other = store.commit(&[association(8, None, 4)]).expect("commits");
        assert_eq!(other, [Outcome::Taken(association(7, None, 3))]);
    });
}

#[test]
fn leases_of_both_families_are_read_as_they_were_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let leases = [lease(1, 1, 100), association(7, None, 1)];
    let (journal, _) = Journal::open(folder.path()).expect("opens");
    journal.commit(&leases).expect("commits");
    drop(journal);
    let (journal, _) = Journal::open(folder.path()).expect("opens");
    assert_eq!(journal.load().expect("loads"), leases);
}

#[test]
fn a_journal_of_the_first_version_is_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("leases.journal");
    let json = r#"{"mac":"00:0e:08:00:00:01","address":"10.0.0.1","network":"lab","expires":100,"state":"bound"}"#;
    let line = format!("prov leases 1\n{:08x} {json}\n", crc32fast::hash(json.as_bytes()));
    fs::write(&path, line).expect("writes");
    for _ in 0..2 {
        let (journal, recovered) = Journal::open(folder.path()).expect("opens");
        assert_eq!((journal.load().expect("loads"), recovered), (vec![lease(1, 1, 100)], None));
    }
    assert!(fs::read(&path).expect("reads").starts_with(frame::HEADER));
}

#[test]
fn what_is_no_lease_is_refused() {
    for (json, words) in [
        (r#"{"address":"10.0.0.1","network":"lab","expires":1,"state":"bound"}"#, "no client"),
        (r#"{"mac":"00:0e:08:00:00:01","address":"::1","network":"lab","expires":1,"state":"bound"}"#, "family"),
        (r#"{"duid":"00","iaid":1,"address":"::1","network":"lab","expires":1,"state":"bound"}"#, "identifier"),
        (r#"{"duid":"0003aa","address":"::1","network":"lab","expires":1,"state":"bound"}"#, "no client"),
    ] {
        let line = format!("prov leases 2\n{:08x} {json}\n", crc32fast::hash(json.as_bytes()));
        let read = frame::read(line.as_bytes()).map(|_| ());
        assert!(matches!(&read, Err(frame::Fault::Line { why, .. }) if why.contains(words)), "{json}: {read:?}");
    }
}

#[test]
fn the_first_identifier_of_the_server_stays() {
    battery(|store| {
        let first = Duid::uuid([1; 16]);
        assert_eq!(store.server_id(&first).expect("is kept"), first);
        assert_eq!(store.server_id(&Duid::uuid([2; 16])).expect("is kept"), first);
    });
    let folder = tempfile::tempdir().expect("a folder");
    let id = |number| {
        let (journal, _) = Journal::open(folder.path()).expect("opens");
        journal.server_id(&Duid::uuid([number; 16])).map_err(|error| error.to_string())
    };
    assert_eq!((id(1), id(2)), (Ok(Duid::uuid([1; 16])), Ok(Duid::uuid([1; 16]))));
    fs::write(folder.path().join("server-duid"), b"nonsense").expect("writes");
    assert!(id(3).is_err_and(|error| error.contains("no identifier")));
}

#[test]
fn leases_outlive_the_store() {
    let (folder, _) = folder();
    let (journal, recovered) = Journal::open(folder.path()).expect("opens again");
    assert_eq!((journal.load().expect("loads").len(), recovered), (3, None));
}

#[test]
fn wherever_the_file_is_cut_every_whole_commit_is_kept() {
    let (folder, path) = folder();
    let whole = fs::read(&path).expect("reads");
    let ends: Vec<usize> =
        whole.iter().enumerate().filter(|(_, octet)| **octet == b'\n').map(|(at, _)| at + 1).collect();
    for cut in 0..whole.len() {
        fs::write(&path, &whole[..cut]).expect("writes");
        let opened = Journal::open(folder.path());
        if cut < frame::HEADER.len() {
            assert!(matches!(opened, Err(StateError::Headless { .. })), "cut at {cut}");
            assert_eq!(fs::read(&path).expect("reads"), &whole[..cut], "left as it was");
            continue;
        }
        let (journal, recovered) = opened.expect("recovers");
        let commits = ends.iter().filter(|end| **end <= cut).count() - 1;
        assert_eq!(journal.load().expect("loads").len(), commits, "cut at {cut}");
        assert_eq!(recovered.is_none(), ends.contains(&cut), "cut at {cut}");
        if let Some(Recovered::TornTail { kept_in, .. }) = recovered {
            let end = ends.iter().rev().find(|end| **end <= cut).copied().expect("header");
            assert_eq!(fs::read(kept_in).expect("set aside"), &whole[end..cut]);
        }
        // What comes after a recovery is read back too. Not after each: every commit waits for the disk.
        if cut % 16 != 0 {
            continue;
        }
        journal.commit(&[change(lease(9, 9, 100), 0)]).expect("commits");
        drop(journal);
        let (journal, recovered) = Journal::open(folder.path()).expect("opens");
        assert_eq!((journal.load().expect("loads").len(), recovered), (commits + 1, None));
    }
}

#[test]
fn damage_anywhere_is_an_error_that_says_where_and_changes_nothing() {
    let (folder, path) = folder();
    let whole = fs::read(&path).expect("reads");
    for at in 0..whole.len() - 1 {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x11;
        fs::write(&path, &damaged).expect("writes");
        match Journal::open(folder.path()).map(|_| ()) {
            Err(StateError::Foreign { .. }) => assert!(at < frame::HEADER.len()),
            Err(StateError::Damaged { line, .. }) => {
                let expected = whole[..at].iter().filter(|octet| **octet == b'\n').count() as u64 + 1;
                assert_eq!(line, expected, "byte {at}");
            }
            other => panic!("byte {at}: {other:?}"),
        }
        assert_eq!(fs::read(&path).expect("reads"), damaged, "left as it was");
    }
}

#[test]
fn a_block_of_garbage_and_a_foreign_file_are_refused() {
    let (folder, path) = folder();
    let mut whole = fs::read(&path).expect("reads");
    let middle = whole.len() / 2;
    whole[middle..middle + 20].fill(0);
    fs::write(&path, &whole).expect("writes");
    let message = Journal::open(folder.path()).map(|_| ()).map_err(|error| error.to_string());
    assert!(
        message.as_ref().is_err_and(|text| text.contains("leases.journal") && text.contains("line 3")),
        "{message:?}"
    );
    fs::write(&path, b"SQLite format 3\0").expect("writes");
    assert!(matches!(Journal::open(folder.path()), Err(StateError::Foreign { .. })));
    fs::write(&path, b"").expect("writes");
    let message = Journal::open(folder.path()).map(|_| ()).map_err(|error| error.to_string());
    assert!(message.is_err_and(|text| text.contains("cut short: 0 bytes")));
}

#[test]
fn a_folder_has_one_owner() {
    let (folder, _) = folder();
    let _first = Journal::open(folder.path()).expect("opens");
    assert!(matches!(Journal::open(folder.path()), Err(StateError::InUse { .. })));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("file");
    fs::write(&file, b"x").expect("writes");
    let error = Journal::open(&file).map(|_| ()).map_err(|error| error.to_string());
    assert!(error.is_err_and(|text| text.contains("make the folder") && text.contains("file")));
}

#[test]
fn a_journal_that_grew_is_written_anew() {
    let (folder, path) = folder();
    let (journal, _) = Journal::open(folder.path()).expect("opens");
    let many: Vec<Lease> = (0..12_000u64).map(|round| change(lease(1, 1, 1_000 + round), round)).collect();
    journal.commit(&many).expect("commits");
    assert!(fs::metadata(&path).expect("there").len() < 4096);
    journal.commit(&[change(lease(4, 4, 100), 0)]).expect("commits");
    drop(journal);
    let (journal, _) = Journal::open(folder.path()).expect("opens");
    assert_eq!(journal.load().expect("loads").len(), 4);
}

#[tokio::test]
async fn many_changes_share_a_commit_and_each_gets_its_answer() {
    let folder = tempfile::tempdir().expect("folder");
    let (journal, _) = Journal::open(folder.path()).expect("opens");
    let writer = Writer::start(Arc::new(journal)).expect("starts");
    let tickets: Vec<Ticket> =
        (0..200u8).map(|number| writer.submit(vec![change(lease(number / 2, number, 100), 0)])).collect();
    for (number, ticket) in tickets.into_iter().enumerate() {
        let outcome = ticket.await.expect("answered").expect("written");
        assert_eq!(outcome == [Outcome::Kept], number % 2 == 0);
    }
}

/// A store that counts its commits, and lets the first one wait until it is told to go on.
struct Slow {
    memory: Memory,
    commits: std::sync::Mutex<Vec<usize>>,
    gate: std::sync::Mutex<Option<std::sync::mpsc::Receiver<()>>>,
}

impl LeaseStore for Slow {
    fn load(&self) -> Result<Vec<Lease>, StateError> {
        self.memory.load()
    }

    fn commit(&self, leases: &[Lease]) -> Result<Vec<Outcome>, StateError> {
        self.commits.lock().expect("no panic").push(leases.len());
        if let Some(gate) = self.gate.lock().expect("no panic").take() {
            gate.recv().expect("is opened");
        }
        self.memory.commit(leases)
    }

    fn probe(&self) -> Result<(), StateError> {
        self.memory.probe()
    }

    fn server_id(&self, proposed: &Duid) -> Result<Duid, StateError> {
        self.memory.server_id(proposed)
    }

    fn load_seen(&self) -> Result<Vec<Sighting>, StateError> {
        self.memory.load_seen()
    }

    fn keep_seen(&self, sightings: &[Sighting]) -> Result<(), StateError> {
        self.memory.keep_seen(sightings)
    }
}

#[tokio::test]
async fn what_gathers_while_the_disk_is_busy_is_one_commit() {
    let (open, gate) = std::sync::mpsc::channel();
    let gate = std::sync::Mutex::new(Some(gate));
    let store = Arc::new(Slow { memory: Memory::default(), commits: Default::default(), gate });
    let writer = Writer::start(store.clone()).expect("starts");
    let first = writer.submit(vec![lease(0, 0, 100)]);
    while store.commits.lock().expect("no panic").is_empty() {
        tokio::task::yield_now().await;
    }
    let others: Vec<Ticket> = (1..=200u8).map(|last| writer.submit(vec![lease(last, last, 100)])).collect();
    open.send(()).expect("waits");
    for ticket in std::iter::once(first).chain(others) {
        assert_eq!(ticket.await.expect("answered").expect("written"), [Outcome::Kept]);
    }
    assert_eq!(*store.commits.lock().expect("no panic"), [1, 200]);
}
