//! Kinds of files: what nginx has to say with one, and to whom it may be given.

use crate::plan::{Clients, FileRef, Scheme, Served, Server};

/// Where firmware is put by hand.
pub(super) const LOADS: &str = "loads";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub content: Content,
    /// The phone posts, and takes the file as the answer.
    pub posted: bool,
    /// Behind a realm.
    pub guarded: bool,
    /// For the phone that the path names, by its certificate.
    pub own: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    Xml,
    Octets,
    /// RFC 8188, which HTTP says in a header.
    Encoded,
}

impl Kind {
    pub fn of(served: &Served, server: &Server, scheme: Scheme, file: FileRef, guarded: bool) -> Self {
        let profile = served.profile(file);
        let readable = profile.is_none_or(|profile| !profile.gzip && profile.seal.is_none());
        let content = match (served.is_content_encoded(file), readable) {
            (true, _) => Content::Encoded,
            (false, true) => Content::Xml,
            (false, false) => Content::Octets,
        };
        let certificates = server.tls.as_ref().is_some_and(|tls| tls.clients != Clients::None);
        Kind {
            content,
            posted: profile.is_some_and(|profile| profile.post.is_some()),
            guarded,
            own: scheme == Scheme::Https && certificates && served.names_phone(file),
        }
    }

    /// The folder that files of the kind lie in.
    pub fn folder(self) -> String {
        let content = match self.content {
            Content::Xml => "xml",
            Content::Octets => "octets",
            Content::Encoded => "aes128gcm",
        };
        let marks = [(self.posted, "posted"), (self.guarded, "accounts"), (self.own, "own")];
        let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark);
        std::iter::once(content).chain(marks).collect::<Vec<_>>().join("-")
    }
}
