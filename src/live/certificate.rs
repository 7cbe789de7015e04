//! Certificates of both sides: the server's, judged by the names that the guides allow, and the phone's own.

use super::plain::plain;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    AlertDescription, CertificateError, DigitallySignedStruct, Error as TlsError, SignatureScheme,
};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// What a phone shows to servers that ask for it (PB §14): the certificate, whoever vouches for it, and its key.
#[derive(Clone)]
pub struct ClientCertificate {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: Arc<PrivateKeyDer<'static>>,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}

impl ClientCertificate {
    /// From PEM: the certificates, and the key, which may lie in the same file.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<ClientCertificate, &'static str> {
        let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|_| "the certificate is no PEM that can be read")?;
        if chain.is_empty() {
            return Err("there is no certificate in the file");
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| "there is no private key in the file")?;
        Ok(ClientCertificate { chain, key: Arc::new(key) })
    }
}

/// Judges servers as a phone does: signed by somebody whom it trusts, and for the name that was asked for, in a SAN or, where
/// there is none, in the common name (PB §11, §14; that a SAN goes first is inferred, as in RFC 6125 §6.4.4).
#[derive(Debug)]
pub(super) struct ByName(pub Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for ByName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        match self.0.verify_server_cert(certificate, between, name, ocsp, now) {
            // The name is looked at last: all else is as it should be.
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if is_commonly_named(certificate, &name.to_str()) => Ok(ServerCertVerified::assertion()),
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// `CN=pv.telco.net/mailto:admin@telco.net` names `pv.telco.net` (PB §14).
fn is_commonly_named(certificate: &CertificateDer<'_>, name: &str) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return false };
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    let named = |general: &GeneralName<'_>| matches!(general, GeneralName::DNSName(_) | GeneralName::IPAddress(_));
    if alternatives.is_some_and(|names| names.value.general_names.iter().any(named)) {
        return false;
    }
    let mut common = certificate.subject().iter_common_name().filter_map(|common| common.as_str().ok());
    common.any(|common| common.split('/').next().is_some_and(|host| host.eq_ignore_ascii_case(name)))
}

/// Why a connection failed, as a person reads it: what TLS says is made for programmers.
pub(super) fn words(error: &(dyn Error + 'static)) -> String {
    let mut next = Some(error);
    while let Some(error) = next {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(tls) = error.downcast_ref::<TlsError>().or_else(|| inner?.downcast_ref()) {
            return of_tls(tls).to_owned();
        }
        next = inner.map_or_else(|| error.source(), |inner| inner.source());
    }
    plain(&error)
}

fn of_tls(error: &TlsError) -> &'static str {
    match error {
        TlsError::InvalidCertificate(why) => match why {
            // One of the same name as an authority of ours, and not signed by it.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "the server's certificate is signed by nobody whom this phone trusts"
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the server's certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the server's certificate is for another name"
            }
            CertificateError::Revoked => "the server's certificate is revoked",
            CertificateError::BadEncoding => "the server's certificate cannot be read",
            _ => "the server's certificate does not hold",
        },
        TlsError::AlertReceived(alert) => match alert {
            AlertDescription::CertificateRequired => {
                "the server wants a certificate of the phone; `--cert FILE` gives it one"
            }
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::AccessDenied => "the server does not accept the phone's certificate",
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure => NOTHING_IN_COMMON,
            _ => "the server broke TLS off",
        },
        TlsError::PeerIncompatible(_) => NOTHING_IN_COMMON,
        TlsError::InvalidMessage(_) => "what answers there does not speak TLS",
        TlsError::InconsistentKeys(_) => "the key is not that of the certificate",
        _ => "TLS failed",
    }
}

const NOTHING_IN_COMMON: &str = "the server and the phone have no version or cipher of TLS in common";

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

    fn named(common: &str, others: &[&str]) -> CertificateDer<'static> {
        let others: Vec<String> = others.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(others).expect("sound");
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common);
        params.self_signed(&KeyPair::generate().expect("a key")).expect("signs").der().clone()
    }

    #[test]
    fn pb_14_the_common_name_counts_where_there_is_no_other() {
        for (common, others, name, counts) in [
            ("sprov.callme.com", &[][..], "sprov.callme.com", true),
            ("SPROV.callme.com", &[], "sprov.callme.com", true),
            ("pv.telco.net/mailto:admin@telco.net", &[], "pv.telco.net", true),
            ("prof.voice.com/info@voice.com", &[], "prof.voice.com", true),
            ("prof.voice.com", &[], "voice.com", false),
            ("prof.voice.com", &["other.voice.com"], "prof.voice.com", false),
            ("", &[], "prof.voice.com", false),
        ] {
            assert_eq!(is_commonly_named(&named(common, others), name), counts, "{common} {others:?} {name}");
        }
        assert!(!is_commonly_named(&CertificateDer::from(vec![0x30, 0x82]), "x"));
    }

    #[test]
    fn what_goes_wrong_is_told_in_words() {
        let wrapped = |error: TlsError| words(&io::Error::new(io::ErrorKind::InvalidData, error));
        assert!(wrapped(TlsError::InvalidCertificate(CertificateError::UnknownIssuer)).contains("nobody whom"));
        assert!(wrapped(TlsError::AlertReceived(AlertDescription::CertificateRequired)).contains("--cert FILE"));
        assert_eq!(words(&io::Error::from_raw_os_error(111)), "connection refused");
        let all = [
            CertificateError::Expired,
            CertificateError::NotValidYet,
            CertificateError::Revoked,
            CertificateError::NotValidForName,
            CertificateError::BadEncoding,
            CertificateError::BadSignature,
        ];
        for error in all {
            let name = format!("{error:?}");
            let told = wrapped(TlsError::InvalidCertificate(error));
            assert!(told.starts_with("the server's certificate ") && !told.contains(&name), "{told}");
        }
    }

    #[test]
    fn a_certificate_of_the_phone_comes_with_its_key() {
        let key = KeyPair::generate().expect("a key");
        let pem = CertificateParams::new(Vec::new()).expect("sound").self_signed(&key).expect("signs").pem();
        let both = format!("{pem}{}", key.serialize_pem());
        assert!(ClientCertificate::from_pem(both.as_bytes(), both.as_bytes()).is_ok());
        let error = |certificates: &str, key: &str| {
            ClientCertificate::from_pem(certificates.as_bytes(), key.as_bytes()).expect_err("is none")
        };
        assert!(error(&pem, &pem).contains("no private key"));
        assert!(error("<html>", &both).contains("no certificate"));
        assert!(error("-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", &both).contains("no PEM"));
    }
}
