//! What a supervisor is told (sd_notify(3)): one datagram a message to the socket that it names. Without one, nothing.

use std::ffi::OsString;
use std::time::Duration;

pub struct Supervisor {
    socket: Option<OsString>,
    /// How often it wants to hear that we live.
    watchdog: Option<Duration>,
    status: String,
}

impl Supervisor {
    /// What the environment says.
    pub fn of_environment() -> Self {
        let read = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
        let ours = read("WATCHDOG_PID").is_none_or(|process| process == u64::from(std::process::id()));
        let watchdog = read("WATCHDOG_USEC").filter(|every| ours && *every > 0).map(Duration::from_micros);
        Supervisor { socket: std::env::var_os("NOTIFY_SOCKET"), watchdog, status: String::new() }
    }

    /// Half of what it waits for; nothing where nobody waits.
    pub fn heartbeat(&self) -> Option<Duration> {
        self.watchdog.filter(|_| self.socket.is_some()).map(|every| every / 2)
    }

    pub fn ready(&mut self, status: &str) {
        self.status = status.to_owned();
        self.tell(&format!("READY=1\nSTATUS={}\n", line(status)));
    }

    /// Ended by [`Supervisor::ready`]. The time is what lets it tell this reload's end from an earlier one's.
    pub fn reloading(&self) {
        self.tell(&format!("RELOADING=1\nMONOTONIC_USEC={}\n", monotonic()));
    }

    pub fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=stopping\n");
    }

    pub fn status(&mut self, status: &str) {
        if self.status != status {
            self.status = status.to_owned();
            self.tell(&format!("STATUS={}\n", line(status)));
        }
    }

    pub fn alive(&self) {
        self.tell("WATCHDOG=1\n");
    }

    #[cfg(unix)]
    fn tell(&self, message: &str) {
        use std::os::unix::net::{SocketAddr, UnixDatagram};
        let Some(path) = &self.socket else { return };
        let Ok(socket) = UnixDatagram::unbound() else { return };
        // Never waited for: a supervisor that does not read must not hold up phones.
        let _ = socket.set_nonblocking(true);
        let address = match std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).split_first() {
            #[cfg(target_os = "linux")]
            Some((b'@', name)) => {
                use std::os::linux::net::SocketAddrExt;
                SocketAddr::from_abstract_name(name)
            }
            _ => SocketAddr::from_pathname(path),
        };
        if let Err(error) = address.and_then(|address| socket.send_to_addr(message.as_bytes(), &address)) {
            tracing::warn!(%error, "the supervisor cannot be told how it stands");
        }
    }

    #[cfg(not(unix))]
    fn tell(&self, _: &str) {}
}

/// A field ends with its line.
fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// Microseconds of CLOCK_MONOTONIC, which the supervisor compares with its own.
#[cfg(unix)]
fn monotonic() -> i64 {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_MONOTONIC)
        .map_or(0, |time| time.tv_sec().saturating_mul(1_000_000).saturating_add(time.tv_nsec() / 1000))
}

#[cfg(not(unix))]
fn monotonic() -> i64 {
    0
}
