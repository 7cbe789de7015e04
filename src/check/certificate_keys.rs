//! P0907 of keys: a certificate whose key is of a kind that phones do not take or that is broken in a day, and a key that is
//! another's. Nothing of a private key is told but what its file is called.

use super::Beside;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::Tls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use x509_parser::oid_registry::{OID_EC_P256, OID_NIST_EC_P384};
use x509_parser::prelude::X509Certificate;
use x509_parser::public_key::PublicKey;

/// Shorter keys of RSA are taken by nobody any more (PB §14 calls 1024 obsolete).
const SHORTEST: usize = 2048;

/// What is wrong with the key of a server's certificate, the first that is found: a key that is of no use is not compared.
pub(super) fn check(
    certificate: &X509Certificate<'_>,
    tls: &Tls,
    path: &str,
    files: &dyn Beside,
    span: Span,
) -> Option<Diagnostic> {
    let said = |message: String| Diagnostic::new(Code::P0907, span, message);
    if let Some(unfit) = unfit(certificate) {
        return Some(
            said(format!("the key of `{path}` is {unfit}"))
                .because("phones end the connection, or could be listened to")
                .help(
                    "make a key of RSA with 2048 bits or more, or of ECDSA on P-256 or P-384, and a certificate for it",
                )
                .note("PB §14"),
        );
    }
    // Both may lie in one file.
    let key_path = tls.key.as_deref().unwrap_or(path);
    let octets = files.read(key_path)?;
    let Ok(key) = PrivateKeyDer::from_pem_slice(&octets) else {
        let locked = octets.windows(LOCKED.len()).any(|window| window == LOCKED);
        return Some(if locked {
            said(format!("the key in `{key_path}` is locked with a passphrase"))
                .because("nobody is there to type it when the server starts")
                .help(format!("write it without: `openssl pkey -in {key_path} -out OPEN.key`"))
        } else {
            said(format!("`{key_path}` holds no private key"))
                .because("a PEM file with `BEGIN PRIVATE KEY` is wanted, of the certificate's own key")
        });
    };
    let Ok(key) = ring::default_provider().key_provider.load_private_key(key) else {
        return Some(
            said(format!("the key in `{key_path}` cannot be used"))
                .because("it is of another kind than RSA with 2048 bits or more, or ECDSA on P-256 or P-384"),
        );
    };
    let own = key.public_key()?;
    (own.as_ref() != certificate.public_key().raw).then(|| {
        said(format!("the key in `{key_path}` does not belong to the certificate in `{path}`"))
            .because("the server could not prove that the certificate is its own")
            .help("take the one that was made with it")
    })
}

const LOCKED: &[u8] = b"ENCRYPTED";

/// Of what kind a key is that phones do not take.
fn unfit(certificate: &X509Certificate<'_>) -> Option<String> {
    let key = certificate.public_key();
    let algorithm = &key.algorithm;
    match key.parsed().ok()? {
        PublicKey::RSA(rsa) => {
            let bits = rsa.key_size();
            (bits < SHORTEST).then(|| format!("of RSA with {bits} bits"))
        }
        PublicKey::EC(_) => {
            let curve = algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
            let known = curve.is_some_and(|curve| curve == OID_EC_P256 || curve == OID_NIST_EC_P384);
            (!known).then(|| "on a curve that few clients know".to_owned())
        }
        PublicKey::DSA(_) => Some("of DSA".to_owned()),
        _ if algorithm.algorithm.to_id_string() == ED25519 => Some("of Ed25519".to_owned()),
        _ => Some("of a kind that few clients know".to_owned()),
    }
}

/// RFC 8410 §3.
const ED25519: &str = "1.3.101.112";
