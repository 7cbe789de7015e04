//! Projects of a test's own, on addresses and ports of its own.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// The smallest complete program.
pub const QUICKSTART: &str = include_str!("../../examples/quickstart/main.prov");

/// The quickstart's phones.
pub const PHONES: [&str; 2] = ["00:0e:08:ab:cd:01", "00:0e:08:ab:cd:02"];

/// A folder with a program, gone with the test.
pub struct Project {
    folder: TempDir,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Project { folder: tempfile::tempdir().expect("a folder") };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    /// The quickstart on an address that no other test serves on.
    pub fn quickstart() -> Self {
        Project::new(&[("main.prov", &quickstart(own_address()))])
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.join(name);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder in the test's own folder");
        std::fs::write(path, text).expect("a file in the test's own folder");
    }
}

/// The quickstart with another server address.
pub fn quickstart(address: Ipv4Addr) -> String {
    QUICKSTART.replace("127.0.0.1", &address.to_string())
}

/// A loopback address of this process: under nextest each test is one, and several test runs may share a machine.
pub fn own_address() -> Ipv4Addr {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, 64 + (high & 63), middle, low)
}

/// What `--ports` is given: `cargo test` runs all tests in one process, on one address.
pub fn shift() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    u16::try_from(number * 600).expect("fewer than a hundred servers in one process")
}
