//! Basic and Digest credentials of HTTP and SIP (RFC 7617, RFC 7616 and its predecessor RFC 2617, RFC 8760): what is answered
//! to a challenge, and whether an answer is right. Over HTTP phones do Digest with MD5 alone (PB §11); over SIP whoever is
//! told to knows SHA-256 as well.

use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::HashMap;
use std::fmt;

/// How a server asks for credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuthMethod {
    Basic,
    Digest,
}

impl fmt::Display for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AuthMethod::Basic => "basic",
            AuthMethod::Digest => "digest",
        })
    }
}

/// What a digest is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    pub const ALL: [Algorithm; 2] = [Algorithm::Md5, Algorithm::Sha256];

    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
    }

    pub fn from_name(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    fn of(self, text: &str) -> String {
        let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect();
        match self {
            Algorithm::Md5 => hex(&Md5::digest(text.as_bytes())),
            Algorithm::Sha256 => hex(&Sha256::digest(text.as_bytes())),
        }
    }
}

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// `GET`.
    pub method: &'r str,
    /// As it stands in the request line.
    pub target: &'r str,
}

/// The value of a WWW-Authenticate header.
pub fn challenge(method: AuthMethod, realm: &str, nonce: &str, stale: bool) -> String {
    match method {
        AuthMethod::Basic => format!("Basic realm={}", quoted(realm)),
        AuthMethod::Digest => digest_challenge(Algorithm::Md5, realm, nonce, stale),
    }
}

/// The same, by the algorithm that is wanted.
pub fn digest_challenge(algorithm: Algorithm, realm: &str, nonce: &str, stale: bool) -> String {
    let stale = if stale { ", stale=true" } else { "" };
    let (realm, nonce, algorithm) = (quoted(realm), quoted(nonce), algorithm.name());
    format!("Digest realm={realm}, nonce={nonce}, algorithm={algorithm}, qop=\"auth\"{stale}")
}

/// Whether a challenge says that the nonce before it was good and is over.
pub fn is_stale(challenge: &str) -> bool {
    let rest = challenge.split_once(' ').map_or("", |(_, rest)| rest);
    fields(rest).get("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true"))
}

/// The value of an Authorization header that answers a challenge; nothing for a challenge that phones do not know.
/// `chance` is the client's own nonce.
pub fn answer(challenge: &str, request: Request<'_>, user: &str, password: &str, chance: u64) -> Option<String> {
    answer_by(challenge, &[Algorithm::Md5], request, user, password, chance)
}

/// The same for who knows these algorithms.
pub fn answer_by(
    challenge: &str,
    known: &[Algorithm],
    request: Request<'_>,
    user: &str,
    password: &str,
    chance: u64,
) -> Option<String> {
    let (scheme, rest) = challenge.split_once(' ').unwrap_or((challenge, ""));
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(format!("Basic {}", base64(format!("{user}:{password}").as_bytes())));
    }
    if !scheme.eq_ignore_ascii_case("digest") {
        return None;
    }
    let fields = fields(rest);
    let field = |name: &str| fields.get(name).map(String::as_str);
    let (realm, nonce) = (field("realm")?, field("nonce")?);
    let algorithm = Algorithm::from_name(field("algorithm").unwrap_or("MD5")).filter(|one| known.contains(one))?;
    let qop = field("qop").map(|offered| offered.split(',').any(|one| one.trim() == "auth"));
    let secret = ha1(algorithm, user, realm, password);
    let name = algorithm.name();
    let cnonce = format!("{chance:016x}");
    let mut text = format!(
        "Digest username={}, realm={}, nonce={}, uri={}",
        quoted(user),
        quoted(realm),
        quoted(nonce),
        quoted(request.target)
    );
    match qop {
        Some(true) => {
            let proof = proof(algorithm, &secret, nonce, Some(("00000001", &cnonce, "auth")), request);
            text += &format!(", response=\"{proof}\", algorithm={name}, qop=auth, nc=00000001, cnonce=\"{cnonce}\"");
        }
        // RFC 2069: no quality of protection is offered.
        None => {
            let proof = proof(algorithm, &secret, nonce, None, request);
            text += &format!(", response=\"{proof}\", algorithm={name}");
        }
        Some(false) => return None,
    }
    if let Some(opaque) = field("opaque") {
        text += &format!(", opaque={}", quoted(opaque));
    }
    Some(text)
}

/// What to tell of a challenge that phones do not know; nothing of one that they do.
pub fn unknown(challenge: &str) -> Option<String> {
    let (scheme, rest) = challenge.split_once(' ').unwrap_or((challenge, ""));
    let short = |word: &str| word.get(..word.floor_char_boundary(40)).unwrap_or_default().to_owned();
    if scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let what = match (scheme.eq_ignore_ascii_case("digest"), fields(rest).get("algorithm")) {
        (true, Some(algorithm)) if !algorithm.eq_ignore_ascii_case("md5") => {
            format!("Digest with {}", short(algorithm))
        }
        (true, _) => return None,
        (false, _) => short(scheme),
    };
    Some(format!(": the server asks for {what}, phones know Basic and Digest with MD5"))
}

/// An Authorization header, read.
#[derive(Clone, PartialEq, Eq)]
pub enum Authorization {
    Basic { user: String, password: String },
    Digest { user: String, fields: HashMap<String, String> },
}

impl Authorization {
    pub fn parse(header: &str) -> Option<Authorization> {
        let (scheme, rest) = header.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("basic") {
            let text = String::from_utf8(unbase64(rest.trim())?).ok()?;
            let (user, password) = text.split_once(':')?;
            return Some(Authorization::Basic { user: user.to_owned(), password: password.to_owned() });
        }
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let fields = fields(rest);
        Some(Authorization::Digest { user: fields.get("username")?.clone(), fields })
    }

    pub fn user(&self) -> &str {
        match self {
            Authorization::Basic { user, .. } | Authorization::Digest { user, .. } => user,
        }
    }

    /// The server's nonce that a digest was made with.
    pub fn nonce(&self) -> Option<&str> {
        match self {
            Authorization::Basic { .. } => None,
            Authorization::Digest { fields, .. } => fields.get("nonce").map(String::as_str),
        }
    }

    /// Whether these credentials prove that the client has the password. Whether the nonce is ours is the caller's to say.
    pub fn proves(&self, method: AuthMethod, realm: &str, request: Request<'_>, user: &str, password: &str) -> bool {
        match (self, method) {
            (Authorization::Basic { user: given, password: told }, AuthMethod::Basic) => {
                same(given.as_bytes(), user.as_bytes()) & same(told.as_bytes(), password.as_bytes())
            }
            (Authorization::Digest { .. }, AuthMethod::Digest) => {
                self.proves_by(Algorithm::Md5, realm, request, user, password)
            }
            _ => false,
        }
    }

    /// The same of a digest by this algorithm.
    pub fn proves_by(
        &self,
        algorithm: Algorithm,
        realm: &str,
        request: Request<'_>,
        user: &str,
        password: &str,
    ) -> bool {
        let Authorization::Digest { user: given, fields } = self else { return false };
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        // The target is part of the proof; one made for another file is worth nothing here.
        if given != user || field("realm") != realm || field("uri") != request.target {
            return false;
        }
        let with = match fields.get("qop").map(String::as_str) {
            None => None,
            Some("auth") => Some((field("nc"), field("cnonce"), "auth")),
            Some(_) => return false,
        };
        let expected = proof(algorithm, &ha1(algorithm, user, realm, password), field("nonce"), with, request);
        same(expected.as_bytes(), field("response").to_ascii_lowercase().as_bytes())
    }

    /// What a digest was made for.
    pub fn target(&self) -> Option<&str> {
        match self {
            Authorization::Basic { .. } => None,
            Authorization::Digest { fields, .. } => fields.get("uri").map(String::as_str),
        }
    }

    /// What a digest was made by: MD5 where nothing else is said. None: not by anything known.
    pub fn algorithm(&self) -> Option<Algorithm> {
        match self {
            Authorization::Basic { .. } => None,
            Authorization::Digest { fields, .. } => {
                Algorithm::from_name(fields.get("algorithm").map_or("MD5", String::as_str))
            }
        }
    }

    /// How often a nonce was used, as the client counts; none where it does not.
    pub fn count(&self) -> Option<u32> {
        match self {
            Authorization::Basic { .. } => None,
            Authorization::Digest { fields, .. } => u32::from_str_radix(fields.get("nc")?, 16).ok(),
        }
    }
}

/// User and password, as a person enters them or a profile sets them.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Login {
    /// Passwords are not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

impl fmt::Debug for Authorization {
    /// Passwords are not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization").field("user", &self.user()).finish_non_exhaustive()
    }
}

/// How long it takes tells nothing of where two texts differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

fn ha1(algorithm: Algorithm, user: &str, realm: &str, password: &str) -> String {
    algorithm.of(&format!("{user}:{realm}:{password}"))
}

fn proof(
    algorithm: Algorithm,
    ha1: &str,
    nonce: &str,
    with: Option<(&str, &str, &str)>,
    request: Request<'_>,
) -> String {
    let ha2 = algorithm.of(&format!("{}:{}", request.method, request.target));
    algorithm.of(&match with {
        Some((count, cnonce, qop)) => format!("{ha1}:{nonce}:{count}:{cnonce}:{qop}:{ha2}"),
        None => format!("{ha1}:{nonce}:{ha2}"),
    })
}

/// A quoted-string (RFC 9110 §5.6.4): a quote or a backslash in it has a backslash before it; the digest is of the text
/// without (RFC 7616 §3.4). What no header can hold is left out.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars().filter(|sign| !sign.is_control() || *sign == '\t') {
        if matches!(sign, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(sign);
    }
    quoted.push('"');
    quoted
}

/// `name="value", name=value`: names in lower case, quotes off.
fn fields(text: &str) -> HashMap<String, String> {
    let mut fields = HashMap::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim().to_ascii_lowercase();
        let after = after.trim_start();
        let mut value = String::new();
        rest = match after.strip_prefix('"') {
            Some(quoted) => {
                let mut end = quoted.len();
                let mut escaped = false;
                for (at, c) in quoted.char_indices() {
                    match c {
                        _ if escaped => {
                            value.push(c);
                            escaped = false;
                        }
                        '\\' => escaped = true,
                        '"' => {
                            end = at + 1;
                            break;
                        }
                        c => value.push(c),
                    }
                }
                quoted.get(end..).unwrap_or_default()
            }
            None => {
                let end = after.find(',').unwrap_or(after.len());
                let (bare, left) = after.split_at(end);
                value.push_str(bare.trim());
                left
            }
        };
        // The first counts: a second of a name is somebody's trick.
        fields.entry(name).or_insert(value);
        rest = rest.trim_start().strip_prefix(',').unwrap_or_default().trim_start();
    }
    fields
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn base64(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for chunk in octets.chunks(3) {
        let number =
            chunk.iter().fold(0u32, |number, octet| number << 8 | u32::from(*octet)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS.get((number >> (18 - 6 * place)) as usize & 63).copied().unwrap_or(b'=');
            text.push(char::from(if place <= chunk.len() { digit } else { b'=' }));
        }
    }
    text
}

pub(super) fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let (mut octets, mut bits, mut held) = (Vec::with_capacity(text.len() * 3 / 4), 0u32, 0u32);
    for sign in text.bytes() {
        let value = DIGITS.iter().position(|digit| *digit == sign)?;
        (bits, held) = (bits << 6 | value as u32, held + 6);
        if held >= 8 {
            held -= 8;
            octets.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(octets)
}

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod tests;
