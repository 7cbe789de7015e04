//! Phones that are told what to do, held against other people's SIP: SIPp as a PBX, and sipsak.

mod crowd;
mod followed;
mod notified;
mod told;
