//! Who may change something: whoever is on this machine, and is no browser. There is no login, so that what a web page of
//! somebody else could have a browser do must not work (cross-site requests, names that are bound to this address anew):
//! a browser says the page's origin with whatever is no plain GET, and our own page asks for nothing.

use super::answers::problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::net::SocketAddr;

/// The two ends of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub ours: SocketAddr,
    pub theirs: SocketAddr,
}

/// A request from this machine, and from no browser.
pub(super) struct Local;

/// What browsers add to what they send by themselves.
const BROWSER: [&str; 3] = ["origin", "sec-fetch-site", "referer"];

impl Ends {
    /// Loopback, or the very address that was connected to: no other machine has that.
    fn is_local(&self) -> bool {
        let (ours, theirs) = (self.ours.ip().to_canonical(), self.theirs.ip().to_canonical());
        theirs.is_loopback() || theirs == ours
    }
}

fn is_of_browser(headers: &HeaderMap) -> bool {
    BROWSER.iter().any(|name| headers.contains_key(*name))
}

impl<S: Sync> FromRequestParts<S> for Local {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let ends = parts.extensions.get::<Ends>();
        if !ends.is_some_and(Ends::is_local) {
            return Err(problem(StatusCode::FORBIDDEN, "this is for requests from the server's own machine"));
        }
        if is_of_browser(&parts.headers) {
            return Err(problem(StatusCode::FORBIDDEN, "this is not for browsers"));
        }
        Ok(Local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_others() {
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        for (ours, theirs, local) in [
            ("127.0.0.1:8080", "127.0.0.1:50000", true),
            ("127.0.0.1:8080", "127.9.9.9:50000", true),
            ("[::1]:8080", "[::1]:50000", true),
            ("10.0.0.1:8080", "10.0.0.1:50000", true),
            ("[::ffff:10.0.0.1]:8080", "10.0.0.1:50000", true),
            ("[::ffff:127.0.0.1]:8080", "[::ffff:127.0.0.1]:1", true),
            ("10.0.0.1:8080", "10.0.0.2:50000", false),
            ("10.0.0.1:8080", "[::ffff:10.0.0.2]:50000", false),
            ("[2001:db8::1]:8080", "[2001:db8::2]:50000", false),
        ] {
            assert_eq!(Ends { ours: at(ours), theirs: at(theirs) }.is_local(), local, "{ours} {theirs}");
        }
    }
}
