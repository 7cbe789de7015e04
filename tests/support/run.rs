//! Running commands to their end.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The binary under test.
pub const PROV: &str = env!("CARGO_BIN_EXE_prov");

/// A command that has ended.
#[derive(Debug)]
pub struct Ran {
    /// What was run, for messages.
    what: String,
    /// None: ended by a signal.
    pub status: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}\n{}\n{}", self.what, self.text(), self.stderr);
        self
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        self.ends_with(0)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Stdout as one JSON document, and nothing else.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| {
            panic!("{}: no JSON document: {error}\n{}\n{}", self.what, self.text(), self.stderr)
        })
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "{}: stderr does not say `{words}`:\n{}", self.what, self.stderr);
        self
    }
}

/// Runs a command. Whatever is done to it, prov never panics.
#[track_caller]
pub fn run(command: &mut Command) -> Ran {
    let what = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| {
        panic!("cannot run {what}: {error}; `tests/run` installs the tools that the tests need")
    });
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked at") && !stderr.contains("overflowed its stack"), "{what} panics:\n{stderr}");
    Ran { what, status: output.status.code(), stdout: output.stdout, stderr }
}

/// Runs prov.
#[track_caller]
pub fn prov<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    run(Command::new(PROV).args(arguments).env("NO_COLOR", "1"))
}

/// A server of somebody else's. A copy of it: security profiles of distributions name the program by its path, and would
/// keep it from the files of a test.
pub fn server(name: &str, folder: &Path) -> PathBuf {
    let copy = folder.join(format!("copy-of-{name}"));
    if !copy.exists() {
        let found = ["/usr/sbin", "/sbin", "/usr/bin"].map(|folder| Path::new(folder).join(name));
        let found = found.iter().find(|path| path.exists());
        let found = found.unwrap_or_else(|| panic!("no {name}; `tests/run` installs the tools that the tests need"));
        std::fs::copy(found, &copy).expect("a copy");
    }
    copy
}

/// Runs somebody else's tool.
#[track_caller]
pub fn tool<S: AsRef<OsStr>>(name: &str, arguments: impl IntoIterator<Item = S>) -> Ran {
    run(Command::new(name).args(arguments))
}
