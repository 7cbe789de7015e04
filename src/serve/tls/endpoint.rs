//! One server's https: its certificate and key, and whom it accepts as clients.

use super::lab::Lab;
use crate::plan::{Clients, Plan, Server, Tls, ZoneRecord};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{Error as RustlsError, RootCertStore, ServerConfig};
use x509_parser::prelude::{FromDer, X509Certificate};

/// What lies beside the program, by the names that the plan has for it. Keys are among it: it is never shown.
#[derive(Clone, Default)]
pub struct Files(HashMap<String, Arc<[u8]>>);

impl Files {
    pub fn insert(&mut self, path: impl Into<String>, octets: Vec<u8>) {
        self.0.insert(path.into(), octets.into());
    }

    pub fn get(&self, path: &str) -> &[u8] {
        self.0.get(path).map(|octets| &**octets).unwrap_or_default()
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why a server's https cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("server `{server}`, https: {fault}")]
pub struct TlsError {
    server: String,
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("there is a key and no certificate; add `certificate \"FILE\"`")]
    KeyAlone,
    #[error("`{0}` holds no certificate; a PEM file with `BEGIN CERTIFICATE` is wanted, the server's own first")]
    NoCertificate(String),
    #[error("`{0}` holds no private key; a PEM file with `BEGIN PRIVATE KEY` is wanted")]
    NoKey(String),
    #[error("the key in `{0}` is locked with a passphrase; `openssl pkey -in {0} -out OPEN.key` writes it without")]
    Locked(String),
    #[error(
        "the key in `{key}` does not belong to the certificate in `{certificate}`; take the one that was made with it"
    )]
    Mismatch { certificate: String, key: String },
    #[error("certificate `{certificate}` and key `{key}` cannot be used: {why}")]
    Unusable { certificate: String, key: String, why: String },
    #[error("`clients` needs the authority that signed the phones' certificates; write `clients require \"ca.pem\"`")]
    NoAuthority,
    #[error("`{0}` holds no authority that could vouch for phones; a PEM file with `BEGIN CERTIFICATE` is wanted")]
    NotAnAuthority(String),
    #[error("no certificate can be made: {0}")]
    Lab(String),
}

/// What answers a server's handshakes.
#[derive(Clone)]
pub struct Endpoint {
    config: Arc<ServerConfig>,
    /// Of everything that it was made from: what has not changed keeps its sessions.
    mark: [u8; 32],
    /// Its certificate is signed by the lab's own authority.
    pub of_lab: bool,
    /// When its own certificate ends, in Unix seconds; none: it cannot be read.
    pub ends: Option<i64>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("of_lab", &self.of_lab).finish_non_exhaustive()
    }
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        self.mark == other.mark
    }
}

impl Endpoint {
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }

    /// For each server of a plan, what its https is served with; `before` is what was served until now. `demonstration`:
    /// phones with certificates of the lab's authority are accepted wherever phones have to show one.
    pub fn all(
        plan: &Plan,
        files: &Files,
        lab: &Lab,
        demonstration: bool,
        before: &[Option<Endpoint>],
    ) -> Result<Vec<Option<Endpoint>>, Vec<TlsError>> {
        let mut endpoints = Vec::with_capacity(plan.servers.len());
        let mut errors = Vec::new();
        for (position, server) in plan.servers.iter().enumerate() {
            if server.services.https.is_none() {
                endpoints.push(None);
                continue;
            }
            let before = before.get(position).and_then(Option::as_ref);
            match Endpoint::of(plan, server, files, lab, demonstration, before) {
                Ok(endpoint) => endpoints.push(Some(endpoint)),
                Err(fault) => errors.push(TlsError { server: server.id.clone(), fault }),
            }
        }
        if errors.is_empty() { Ok(endpoints) } else { Err(errors) }
    }

    fn of(
        plan: &Plan,
        server: &Server,
        files: &Files,
        lab: &Lab,
        demonstration: bool,
        before: Option<&Endpoint>,
    ) -> Result<Endpoint, Fault> {
        let tls = server.tls.as_ref();
        let clients = tls.map_or(Clients::None, |tls| tls.clients);
        let names = names(plan, server);
        let mut hash = Sha256::new();
        let mut note = |part: &[u8]| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        note(&[clients as u8, u8::from(demonstration)]);
        tls.iter().flat_map(|tls| tls.files()).for_each(|path| note(files.get(path)));
        if tls.is_none_or(|tls| tls.certificate.is_none()) {
            names.iter().for_each(|name| note(name.as_bytes()));
        }
        let mark: [u8; 32] = hash.finalize().into();
        if let Some(before) = before.filter(|before| before.mark == mark) {
            return Ok(before.clone());
        }
        let provider = Arc::new(ring::default_provider());
        let verifier = verifier(tls, clients, files, demonstration.then_some(lab), &provider)?;
        let (own, of_lab) = own(tls, files, lab, &names)?;
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|why| Fault::Lab(why.to_string()))?;
        let builder = match verifier {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let Own { chain, key, certificate_file, key_file } = own;
        let ends = chain.first().and_then(ends);
        let mut config = builder.with_single_cert(chain, key).map_err(|why| match why {
            RustlsError::InconsistentKeys(_) => Fault::Mismatch { certificate: certificate_file, key: key_file },
            why => Fault::Unusable { certificate: certificate_file, key: key_file, why: why.to_string() },
        })?;
        // A phone that comes again brings its session along, and nothing is kept of it here.
        config.ticketer = ring::Ticketer::new().map_err(|why| Fault::Lab(why.to_string()))?;
        Ok(Endpoint { config: Arc::new(config), mark, of_lab, ends })
    }
}

/// A certificate with whoever vouches for it, and its key; and where they come from.
struct Own {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    certificate_file: String,
    key_file: String,
}

/// The server's own certificate, and whether it is of the lab's authority.
fn own(tls: Option<&Tls>, files: &Files, lab: &Lab, names: &[String]) -> Result<(Own, bool), Fault> {
    let named = tls.and_then(|tls| tls.certificate.as_ref());
    let Some(path) = named else {
        if tls.is_some_and(|tls| tls.key.is_some()) {
            return Err(Fault::KeyAlone);
        }
        let (chain, key) = lab.server(names).map_err(Fault::Lab)?;
        let file = "of the lab".to_owned();
        return Ok((Own { chain, key, certificate_file: file.clone(), key_file: file }, true));
    };
    let chain = certificates(files.get(path)).ok_or_else(|| Fault::NoCertificate(path.clone()))?;
    // Both may lie in one file.
    let key_file = tls.and_then(|tls| tls.key.as_ref()).unwrap_or(path);
    let octets = files.get(key_file);
    let key = PrivateKeyDer::from_pem_slice(octets).map_err(|_| match holds(octets, "ENCRYPTED") {
        true => Fault::Locked(key_file.clone()),
        false => Fault::NoKey(key_file.clone()),
    })?;
    Ok((Own { chain, key, certificate_file: path.clone(), key_file: key_file.clone() }, false))
}

/// When a certificate ends.
fn ends(certificate: &CertificateDer<'_>) -> Option<i64> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(certificate.validity().not_after.timestamp())
}

fn holds(octets: &[u8], word: &str) -> bool {
    octets.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Every certificate of a file; nothing where one cannot be read or there is none.
fn certificates(octets: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let all = CertificateDer::pem_slice_iter(octets).collect::<Result<Vec<_>, _>>().ok()?;
    (!all.is_empty()).then_some(all)
}

/// Who judges clients; nobody where they are not asked.
fn verifier(
    tls: Option<&Tls>,
    clients: Clients,
    files: &Files,
    lab: Option<&Lab>,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, Fault> {
    if clients == Clients::None {
        return Ok(None);
    }
    let path = tls.and_then(|tls| tls.authority.as_ref()).ok_or(Fault::NoAuthority)?;
    let not = || Fault::NotAnAuthority(path.clone());
    let mut roots = RootCertStore::empty();
    for authority in certificates(files.get(path)).ok_or_else(not)? {
        roots.add(authority).map_err(|_| not())?;
    }
    if let Some(lab) = lab {
        roots.add(lab.authority().map_err(Fault::Lab)?).map_err(|why| Fault::Lab(why.to_string()))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let builder = if clients == Clients::Request { builder.allow_unauthenticated() } else { builder };
    builder.build().map(Some).map_err(|_| not())
}

/// What phones may ask a server for: its host, its addresses, and over SRV the domains whose records lead to it (PB §6).
fn names(plan: &Plan, server: &Server) -> Vec<String> {
    let mut names: Vec<String> = server.host.iter().map(|host| host.trim_end_matches('.').to_owned()).collect();
    for zone in &plan.zones {
        let apex = zone.name.trim_end_matches('.');
        for record in &zone.records {
            if let ZoneRecord::Srv(srv) = record
                && let Some(below) = srv.name.strip_prefix("_ciscoprov-https._tls")
            {
                names.push(match below.strip_prefix('.') {
                    Some(below) => format!("{below}.{apex}"),
                    None => apex.to_owned(),
                });
            }
        }
    }
    for network in &plan.networks {
        names.extend(network.domain.iter().map(|domain| domain.trim_end_matches('.').to_owned()));
    }
    names.extend(server.addresses.iter().map(ToString::to_string));
    names.sort();
    names.dedup();
    names.retain(|name| !name.is_empty());
    names
}
