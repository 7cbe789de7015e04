//! Why a client got no connection, as a person reads it.

use std::io;
use tokio_rustls::rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage};

pub(in crate::serve) fn why(error: &io::Error) -> String {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
    match tls {
        // Such as one of X.509 version 1; what it is only those who wrote the library have a word for.
        Some(TlsError::InvalidCertificate(CertificateError::Other(other))) => {
            format!("the client's certificate cannot be accepted: {:?}", other.0)
        }
        Some(tls) => of_tls(tls).to_owned(),
        None => "the client went away in the handshake".to_owned(),
    }
}

fn of_tls(tls: &TlsError) -> &'static str {
    match tls {
        TlsError::NoCertificatesPresented => "the client shows no certificate",
        TlsError::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "the client's certificate is signed by nobody whom `clients` names"
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the client's certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the client's certificate is not valid yet"
            }
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                "the client's certificate is not made for clients"
            }
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                "the client's certificate is signed in a way that is not accepted any more"
            }
            _ => "the client's certificate cannot be accepted",
        },
        TlsError::PeerIncompatible(_) => {
            "client and server have no version or cipher of TLS in common: here it is 1.2 and 1.3"
        }
        TlsError::AlertReceived(
            AlertDescription::UnknownCA | AlertDescription::BadCertificate | AlertDescription::CertificateUnknown,
        ) => "the client does not trust the server's certificate",
        TlsError::AlertReceived(AlertDescription::CertificateExpired) => {
            "to the client the server's certificate has expired"
        }
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => "the client speaks no TLS: plain http, perhaps",
        _ => "the TLS handshake failed",
    }
}
