//! What one request is answered with: what our zones say, and what others were asked.

use super::forward::{Forwarder, Said};
use super::zones::{Answer, Zones};
use hickory_server::proto::op::{Edns, Header, HeaderCounts, MessageType, Metadata, OpCode, ResponseCode};
use hickory_server::proto::rr::{DNSClass, LowerName, Record, RecordType};
use hickory_server::server::Request;
use hickory_server::zone_handler::{MessageResponse, MessageResponseBuilder};

/// What we take and send over UDP at most (DNS flag day 2020).
pub(super) const PAYLOAD: u16 = 1232;

pub(super) struct Reply<'n> {
    metadata: Metadata,
    edns: Option<Edns>,
    answer: Answer<'n>,
    /// Who is to be asked, and for what.
    elsewhere: Option<(&'n Forwarder, LowerName, RecordType)>,
    said: Option<Said>,
}

impl<'n> Reply<'n> {
    /// `forwarder` asks for this client, if it wants that.
    pub fn new(zones: &'n Zones, forwarder: Option<&'n Forwarder>, request: &Request) -> Self {
        let edns = request.edns.as_ref().map(|theirs| {
            let mut ours = Edns::new();
            ours.set_max_payload(theirs.max_payload().clamp(512, PAYLOAD));
            // RFC 3225 §3: it goes back as it came.
            ours.set_dnssec_ok(theirs.flags().dnssec_ok);
            ours
        });
        let mut metadata = Metadata::response_from_request(&request.metadata);
        metadata.recursion_available = forwarder.is_some();
        let mut elsewhere = None;
        let answer = match check(request) {
            Err(code) => Answer::error(code),
            Ok((name, kind)) => {
                let answer = zones.answer(name, kind);
                // Of no zone of ours, or led out of it.
                let wanted = if answer.code == ResponseCode::Refused { Some(name) } else { answer.elsewhere.as_ref() };
                let forwarder = forwarder.filter(|_| request.metadata.recursion_desired);
                elsewhere = forwarder.zip(wanted).map(|(forwarder, name)| (forwarder, name.clone(), kind));
                answer
            }
        };
        metadata.response_code = answer.code;
        // What others said is not our word; an alias before it is.
        metadata.authoritative = answer.authoritative;
        Reply { metadata, edns, answer, elsewhere, said: None }
    }

    /// Whether others have to be asked before it is whole.
    pub fn is_open(&self) -> bool {
        self.elsewhere.is_some()
    }

    pub async fn ask_elsewhere(&mut self) {
        if let Some((forwarder, name, kind)) = self.elsewhere.take() {
            let said = forwarder.ask(&name, kind).await;
            self.metadata.response_code = said.code;
            self.said = Some(said);
        }
    }

    pub fn code(&self) -> ResponseCode {
        self.metadata.response_code
    }

    /// Octets that it may have over UDP. Who says nothing of it takes 512 (RFC 1035 §4.2.1).
    pub fn payload(&self) -> u16 {
        self.edns.as_ref().map_or(512, Edns::max_payload)
    }

    pub fn message<'q>(
        &'q self,
        request: &'q Request,
    ) -> MessageResponse<
        'q,
        'q,
        impl Iterator<Item = &'q Record> + Send + 'q,
        impl Iterator<Item = &'q Record> + Send + 'q,
        impl Iterator<Item = &'q Record> + Send + 'q,
        impl Iterator<Item = &'q Record> + Send + 'q,
    > {
        let said = self.said.as_ref();
        let answers = self.answer.answers.iter().copied().chain(said.into_iter().flat_map(|said| &said.answers));
        // Where to ask is no news to who has the answer.
        let own = self.answer.authorities.iter().copied().filter(move |_| said.is_none());
        let authorities = own.chain(said.into_iter().flat_map(|said| &said.authorities));
        let additionals = self.answer.additionals.iter().copied().filter(move |_| said.is_none());
        let none: [&Record; 0] = [];
        let builder = MessageResponseBuilder::new(&request.queries, self.edns.as_ref());
        builder.build(self.metadata, answers, authorities, none, additionals)
    }
}

/// A reply that says nothing but this.
pub(super) fn header(request: &Request, code: ResponseCode) -> Header {
    let mut metadata = Metadata::response_from_request(&request.metadata);
    metadata.response_code = code;
    Header { metadata, counts: HeaderCounts::default() }
}

/// The one question of a query that we answer.
fn check(request: &Request) -> Result<(&LowerName, RecordType), ResponseCode> {
    if request.metadata.message_type != MessageType::Query {
        return Err(ResponseCode::FormErr);
    }
    if request.metadata.op_code != OpCode::Query {
        return Err(ResponseCode::NotImp);
    }
    if request.edns.as_ref().is_some_and(|edns| edns.version() > 0) {
        return Err(ResponseCode::BADVERS);
    }
    let [query] = request.queries.queries() else { return Err(ResponseCode::FormErr) };
    if query.query_class() != DNSClass::IN || matches!(query.query_type(), RecordType::AXFR | RecordType::IXFR) {
        return Err(ResponseCode::Refused);
    }
    Ok((query.name(), query.query_type()))
}
