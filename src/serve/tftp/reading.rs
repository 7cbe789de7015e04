//! A client reads a file: which one, and what is told of it.

use super::agreed::Agreed;
use super::clients::{Entry, Replaced};
use super::line::Line;
use super::sender::Sender;
use super::source::Source;
use super::{Port, rooted, transfer};
use crate::phone::tftp::{ErrorCode, Request};
use crate::plan::Scheme;
use crate::serve::context::{Caller, Context};
use crate::serve::events::Event;
use std::net::SocketAddr;

/// A read that is to begin.
pub(super) struct Reading {
    sender: Sender,
    /// To be told when the file has arrived, and when it has not.
    whole: Event,
    failed: Event,
}

impl Port {
    /// The file's octets, and the event to tell when they have arrived; an answer and an event where there is none.
    pub(super) async fn reading(&self, request: Request, peer: SocketAddr) -> Option<Reading> {
        let wire = self.context.wire();
        let served = wire.served();
        let path = rooted(request.path);
        let file = served.find(self.server, Scheme::Tftp, &path);
        let requester =
            self.context.requester(served, file, &path, Caller { peer: peer.ip(), holder: None, agent: None });
        let file = served.find_for(self.server, Scheme::Tftp, &path, requester.fleet);
        let source = match file {
            Some(file) => Some(Source::octets(wire.file(file))),
            None => self.context.image(served, self.server, &path).await.map(Source::image),
        };
        let found = source.is_some();
        let source = source.and_then(|source| source.in_mode(request.mode));
        let status = match (found, &source) {
            (false, _) => 404,
            (true, None) => 400,
            (true, Some(_)) => 200,
        };
        let event = Event::File {
            scheme: Scheme::Tftp,
            path: path.clone(),
            status,
            bytes: source.as_ref().map_or(0, Source::len),
            parameters: file.map_or(0, |file| served.parameters(file)),
            part: file.map(|file| file.part),
            gzip: file.is_some_and(|file| wire.gzip(file)),
            phone: requester.phone,
            mac: requester.mac,
            peer,
            agent: None,
        };
        let Some(source) = source else {
            self.context.events.publish(event);
            match found {
                false => self.refuse(peer, ErrorCode::NotFound, "there is no such file").await,
                true => self.refuse(peer, ErrorCode::Illegal, "this file is no text: ask for it in octets").await,
            }
            return None;
        };
        let agreed = Agreed::new(request.options, peer.ip(), Some(source.len()));
        let failed = Event::TransferFailed { path, peer, phone: requester.phone, why: String::new() };
        Some(Reading { sender: Sender::new(source, agreed), whole: event, failed })
    }
}

impl Reading {
    pub fn run(self, mut line: Line, entry: Entry, replaced: &Replaced, context: &Context) {
        let outcome = transfer::send(&mut line, self.sender, replaced);
        drop(entry);
        context.events.publish(match (outcome, self.failed) {
            (Err(why), Event::TransferFailed { path, peer, phone, .. }) => {
                Event::TransferFailed { path, peer, phone, why }
            }
            _ => self.whole,
        });
    }
}
