//! What both sides of a transfer keep to: what the client asks for, within what is good for everybody else.

use crate::phone::tftp::{DEFAULT_BLOCK, Options};
use std::net::IpAddr;
use std::time::Duration;

/// The largest blocks that fit Ethernet with the headers of IP, UDP and TFTP. RFC 2348 goes up to 65464, in fragments: one
/// lost is the whole block lost, and relays and firewalls lose them all.
const LARGEST_V4: u16 = 1468;
const LARGEST_V6: u16 = 1448;

/// The longest wait, in seconds, that a client may set between repetitions. One that asks for more would hold a place
/// for 25 minutes without ever saying anything again.
const LONGEST_TIMEOUT: u8 = 5;

/// The most blocks in a row: what a phone's socket holds while it writes, and small beside the queue of a switch.
const LARGEST_WINDOW: u16 = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    options: Options,
}

impl Agreed {
    /// `size` is the file's where it is sent; what the client says where it sends one.
    pub fn new(asked: Options, peer: IpAddr, size: Option<u64>) -> Self {
        let largest = if peer.is_ipv4() { LARGEST_V4 } else { LARGEST_V6 };
        let options = Options {
            blksize: asked.blksize.map(|size| size.min(largest)),
            // RFC 2349: it is echoed as it was asked for or not at all.
            timeout: asked.timeout.filter(|seconds| *seconds <= LONGEST_TIMEOUT),
            tsize: asked.tsize.and(size),
            windowsize: asked.windowsize.map(|blocks| blocks.min(LARGEST_WINDOW)),
        };
        Agreed { options }
    }

    /// What is acknowledged. Nothing: the transfer goes as if no options were known (RFC 2347).
    pub fn options(&self) -> Options {
        self.options
    }

    /// Octets of a block.
    pub fn block(&self) -> usize {
        usize::from(self.options.blksize.unwrap_or(DEFAULT_BLOCK)).max(1)
    }

    /// Blocks of a window.
    pub fn window(&self) -> u16 {
        self.options.windowsize.unwrap_or(1).max(1)
    }

    /// The wait that the client wants before something is sent again.
    pub fn timeout(&self) -> Option<Duration> {
        self.options.timeout.map(|seconds| Duration::from_secs(u64::from(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_agreed_beyond_what_is_good() {
        let v4 = IpAddr::from([10, 0, 0, 1]);
        let all = |size, seconds, blocks| Options {
            blksize: Some(size),
            timeout: Some(seconds),
            tsize: Some(0),
            windowsize: Some(blocks),
        };
        let agreed = |asked, peer| Agreed::new(asked, peer, Some(9)).options();
        assert_eq!(agreed(all(8, 5, 1), v4), Options { tsize: Some(9), ..all(8, 5, 1) });
        assert_eq!(
            agreed(all(65464, 255, 65535), v4),
            Options { blksize: Some(1468), timeout: None, tsize: Some(9), windowsize: Some(32) }
        );
        assert_eq!(agreed(all(65464, 1, 1), [0; 16].into()).blksize, Some(1448));
        assert!(agreed(Options { timeout: Some(6), ..Options::default() }, v4).is_empty());
        assert!(agreed(Options::default(), v4).is_empty());
        assert_eq!(Agreed::new(all(8, 1, 1), v4, None).options().tsize, None);
    }
}
