//! Phones that are told what to do, held against other people's SIP: SIPp as a PBX, and sipsak.

mod told;
