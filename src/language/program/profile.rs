//! `profile`: how a file is fetched, and what stands in it.

use super::super::syntax::tree::{Block, Expr};
use super::At;
use crate::diagnostic::Span;
use crate::phone::seal::Digest;
use crate::phone::{AuthMethod, Scheme};

#[derive(Debug)]
pub struct Profile {
    pub name: At<String>,
    pub fetch: Option<Fetch>,
    /// Whether it says how it is fetched, perhaps in a way that has a finding.
    pub fetch_said: bool,
    pub gzip: bool,
    pub seal: Option<Seal>,
    pub account: Option<Account>,
    /// Assignments and what governs them, in order.
    pub body: Block,
}

/// `seal aes256cbc key K [digest md5|sha256]`, `seal aes128gcm key K`.
#[derive(Clone, Debug)]
pub struct Seal {
    pub cipher: At<SealCipher>,
    pub key: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealCipher {
    Aes256Cbc(Digest),
    Aes128Gcm,
}

#[derive(Clone, Debug)]
pub struct Fetch {
    pub scheme: At<Scheme>,
    pub server: Option<usize>,
    pub path: Expr,
    /// `srv`: the host is looked up by SRV.
    pub srv: Option<Span>,
    /// `post … body "…"`: what the phone sends.
    pub post: Option<Expr>,
}

/// `account digest user U password P`.
#[derive(Clone, Debug)]
pub struct Account {
    pub method: At<AuthMethod>,
    pub user: Expr,
    pub password: Expr,
    pub span: Span,
}
