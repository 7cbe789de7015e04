//! `prov serve` as a process: ready when a test gets it, gone when the test ends.

use super::{PROV, own_address, shift};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Generous: a test machine may be busy with other things. Nothing waits this long unless it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a process has said, by line.
#[derive(Default)]
struct Said {
    lines: Mutex<(Vec<String>, bool)>,
    more: Condvar,
}

pub struct Serving {
    child: Child,
    said: Arc<Said>,
    shift: u16,
}

impl Serving {
    /// The program of a folder, on this process's address and ports of its own.
    pub fn project(folder: &Path) -> Self {
        Serving::with(folder, &[])
    }

    /// The same, with more arguments.
    pub fn with(folder: &Path, arguments: &[&str]) -> Self {
        let shift = shift();
        let mut command = Command::new(PROV);
        command.arg("serve").arg(folder).args(["--ports", &format!("+{shift}")]).args(arguments);
        let mut serving = Serving::start(&mut command);
        serving.shift = shift;
        serving
    }

    /// The same; ready is what says these words.
    pub fn saying(folder: &Path, arguments: &[&str], ready: &str) -> Self {
        let shift = shift();
        let mut command = Command::new(PROV);
        command.arg("serve").arg(folder).args(["--ports", &format!("+{shift}")]).args(arguments);
        let mut serving = Serving::spawn(&mut command);
        serving.shift = shift;
        serving.wait_for(ready);
        serving
    }

    /// Starts a command and waits until it says that it is ready.
    pub fn start(command: &mut Command) -> Self {
        let serving = Serving::spawn(command);
        let ready = serving.wait_for("ready");
        assert!(ready.starts_with("prov"), "the ready line begins with prov: {ready}");
        serving
    }

    /// A live phone, from the moment that it says these words.
    pub fn phone(arguments: &[&str], ready: &str) -> Self {
        let serving = Serving::spawn(Command::new(PROV).arg("phone").args(arguments));
        serving.wait_for(ready);
        serving
    }

    fn spawn(command: &mut Command) -> Self {
        let child = command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let said = Arc::new(Said::default());
        let stderr = child.stderr.take().expect("a pipe");
        std::thread::spawn({
            let said = said.clone();
            move || listen(stderr, &said)
        });
        Serving { child, said, shift: 0 }
    }

    /// Where a service of the quickstart is, by the port that the program gives.
    pub fn at(&self, port: u16) -> SocketAddr {
        (own_address(), port + self.shift).into()
    }

    /// The first line that holds the words, as soon as it is there.
    #[track_caller]
    pub fn wait_for(&self, words: &str) -> String {
        self.wait_after(0, words)
    }

    /// The same among what is said from now on, or from an earlier [`Serving::now`].
    #[track_caller]
    pub fn wait_after(&self, from: usize, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = self.said.lines.lock().expect("no reader panics");
        loop {
            if let Some(line) = lines.0.iter().skip(from).find(|line| line.contains(words)) {
                return line.clone();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!lines.1 && !left.is_zero(), "prov never says `{words}`:\n{}", lines.0.join("\n"));
            lines = self.said.more.wait_timeout(lines, left).expect("no reader panics").0;
        }
    }

    /// How much was said up to now.
    pub fn now(&self) -> usize {
        self.said.lines.lock().expect("no reader panics").0.len()
    }

    pub fn said(&self) -> String {
        self.said.lines.lock().expect("no reader panics").0.join("\n")
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: &str) {
        signal_to(self.child.id(), signal);
    }

    /// Waits for the end, and gives the status and everything that was said.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None if Instant::now() > deadline => panic!("prov does not end:\n{}", self.said()),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let mut lines = self.said.lines.lock().expect("no reader panics");
        while !lines.1 {
            lines = self.said.more.wait(lines).expect("no reader panics");
        }
        let said = lines.0.join("\n");
        assert!(!said.contains("panicked at"), "{said}");
        (status, said.clone())
    }

    /// SIGTERM, and a clean end.
    #[track_caller]
    pub fn stop(self) -> String {
        self.signal("TERM");
        let (status, said) = self.ended();
        assert_eq!(status.code(), Some(0), "{said}");
        said
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal by name.
pub fn signal_to(process: u32, signal: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{signal} {process}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "no signal {signal} to {process}");
}

fn listen(stderr: impl Read, said: &Said) {
    for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
        said.lines.lock().expect("no waiter panics").0.push(String::from_utf8_lossy(&line).into_owned());
        said.more.notify_all();
    }
    said.lines.lock().expect("no waiter panics").1 = true;
    said.more.notify_all();
}
