//! A client writes: a report, where the program has its phone send one.

use super::agreed::Agreed;
use super::clients::{Entry, Replaced};
use super::line::Line;
use super::receiver::Receiver;
use super::source::netascii;
use super::{Port, rooted, transfer};
use crate::phone::profile;
use crate::phone::tftp::{ErrorCode, Mode, Packet, Request};
use crate::plan::{Scheme, Served};
use crate::serve::context::{Caller, Context};
use crate::serve::events::Event;
use crate::serve::reports::{self, Expected, Report};
use std::net::SocketAddr;
use std::sync::Arc;

/// A write that is to begin.
pub(super) struct Writing {
    served: Arc<Served>,
    expected: Expected,
    path: String,
    mode: Mode,
    receiver: Receiver,
}

impl Port {
    /// What is to be written, if the program says so; an answer and an event where it does not.
    pub(super) async fn writing(&self, request: Request, peer: SocketAddr) -> Option<Writing> {
        let served = self.context.served();
        let path = rooted(request.path);
        let caller = Caller { peer: peer.ip(), holder: None, agent: None };
        let requester = self.context.requester(&served, None, &path, caller);
        let expected = reports::expected(&served, self.server, Scheme::Tftp, &path, requester.phone);
        let size = request.options.tsize;
        let too_large = size.is_some_and(|size| size > profile::LIMIT as u64);
        let (Some(expected), false) = (expected, too_large) else {
            let (status, code, why) = match too_large {
                true => (413, ErrorCode::DiskFull, "this is more than a configuration has"),
                false => (403, ErrorCode::Access, "no report is written here"),
            };
            self.context.events.publish(Event::File {
                scheme: Scheme::Tftp,
                path,
                status,
                bytes: 0,
                parameters: 0,
                part: None,
                gzip: false,
                phone: requester.phone,
                mac: requester.mac,
                peer,
                agent: None,
            });
            self.refuse(peer, code, why).await;
            return None;
        };
        let agreed = Agreed::new(request.options, peer.ip(), size);
        let receiver = Receiver::new(agreed, profile::LIMIT);
        Some(Writing { served, expected, path, mode: request.mode, receiver })
    }
}

impl Writing {
    pub fn run(self, mut line: Line, entry: Entry, replaced: &Replaced, context: &Context) {
        let Writing { served, expected, path, mode, receiver } = self;
        let Ok(peer) = line.peer() else { return };
        let receiver = match transfer::receive(&mut line, receiver, replaced) {
            Ok(receiver) => receiver,
            Err(why) => {
                let phone = Some(expected.phone);
                return context.events.publish(Event::TransferFailed { path, peer, phone, why });
            }
        };
        let taken = receiver.acknowledgement();
        let octets = match mode {
            Mode::Octet => receiver.into_octets(),
            Mode::Netascii => netascii::read(&receiver.into_octets()),
        };
        let report = Report { path: &path, peer, octets, sealed: None };
        let last = match reports::take(context, &served, &expected, report) {
            true => taken,
            false => Packet::Error { code: ErrorCode::Undefined, text: "this report cannot be read".into() },
        };
        // What comes from this port next is new, also the same again.
        entry.over();
        transfer::end(&mut line, &last, replaced);
    }
}
