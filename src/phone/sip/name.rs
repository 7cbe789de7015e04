//! Names of header fields: those that NOTIFY lives by, in their long and short forms (RFC 3261 §7.3.3), and any other.

/// The name of a header field. Letter case says nothing; of the two forms of a name the long one is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    Via,
    From,
    To,
    CallId,
    CSeq,
    MaxForwards,
    Contact,
    Event,
    SubscriptionState,
    ContentType,
    ContentLength,
    WwwAuthenticate,
    ProxyAuthenticate,
    Authorization,
    ProxyAuthorization,
    RetryAfter,
    Allow,
    AllowEvents,
    Supported,
    UserAgent,
    /// In small letters.
    Other(String),
}

/// The name, as it is written, and its short form.
const NAMES: [(Name, &str, Option<char>); 20] = [
    (Name::Via, "Via", Some('v')),
    (Name::From, "From", Some('f')),
    (Name::To, "To", Some('t')),
    (Name::CallId, "Call-ID", Some('i')),
    (Name::CSeq, "CSeq", None),
    (Name::MaxForwards, "Max-Forwards", None),
    (Name::Contact, "Contact", Some('m')),
    (Name::Event, "Event", Some('o')),
    (Name::SubscriptionState, "Subscription-State", None),
    (Name::ContentType, "Content-Type", Some('c')),
    (Name::ContentLength, "Content-Length", Some('l')),
    (Name::WwwAuthenticate, "WWW-Authenticate", None),
    (Name::ProxyAuthenticate, "Proxy-Authenticate", None),
    (Name::Authorization, "Authorization", None),
    (Name::ProxyAuthorization, "Proxy-Authorization", None),
    (Name::RetryAfter, "Retry-After", None),
    (Name::Allow, "Allow", None),
    (Name::AllowEvents, "Allow-Events", Some('u')),
    (Name::Supported, "Supported", Some('k')),
    (Name::UserAgent, "User-Agent", None),
];

/// A token (RFC 3261 §25.1).
pub(super) fn is_token(text: &str) -> bool {
    let sign = |octet: u8| octet.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&octet);
    !text.is_empty() && text.bytes().all(sign)
}

impl Name {
    /// None: no header field can be called so.
    pub fn parse(text: &str) -> Option<Name> {
        let short =
            |form: Option<char>| form.is_some_and(|form| text.eq_ignore_ascii_case(form.encode_utf8(&mut [0; 4])));
        let known = NAMES.iter().find(|(_, long, form)| text.eq_ignore_ascii_case(long) || short(*form));
        match known {
            Some((name, ..)) => Some(name.clone()),
            None => is_token(text).then(|| Name::Other(text.to_ascii_lowercase())),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Name::Other(text) => text,
            name => NAMES.iter().find(|(known, ..)| known == name).map_or("", |(_, long, _)| long),
        }
    }
}
