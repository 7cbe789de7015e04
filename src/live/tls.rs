//! https as a phone speaks it: the server has to show a certificate by somebody whom the phone trusts, for the name that
//! the model asks for (PB §6, §11, §14). The phone shows one of its own where it was given one and the server asks for it.

use super::certificate::{ByName, ClientCertificate, words};
use crate::phone::credentials::base64;
use crate::phone::model::Roots;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, TrustAnchor};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Certificate authorities as PEM.
#[derive(Clone, Debug, Default)]
pub(super) struct Trust {
    /// Stands for those that are burnt into phones, Cisco's and the public ones.
    pub given: Option<Arc<Vec<u8>>>,
    /// What the phone fetched by Custom_CA_Rule.
    pub custom: Option<Arc<Vec<u8>>>,
    /// What the phone shows of itself.
    pub client: Option<ClientCertificate>,
}

impl Trust {
    fn store(&self, roots: Roots) -> Result<RootCertStore, String> {
        let mut store = RootCertStore::empty();
        for certificate in self.given.iter().flat_map(|pem| CertificateDer::pem_slice_iter(pem)) {
            let certificate = certificate.map_err(|_| "the CA file cannot be read: it is no PEM")?;
            store.add(certificate).map_err(|_| "the CA file holds no CA: a certificate in it cannot be read")?;
        }
        // What is wrong with a custom CA leaves the others as they are.
        let custom = self.custom.iter().filter(|_| roots.custom);
        for certificate in custom.flat_map(|pem| CertificateDer::pem_slice_iter(pem)).flatten() {
            let _ = store.add(certificate);
        }
        if store.is_empty() {
            return Err("this phone knows no CA to judge the server by: `--ca FILE` gives it one".into());
        }
        Ok(store)
    }

    /// Speaks TLS on a connection; the error is for people.
    pub async fn connect(&self, stream: TcpStream, name: &str, roots: Roots) -> Result<TlsStream<TcpStream>, String> {
        let store = self.store(roots)?;
        let name = ServerName::try_from(name.to_owned()).map_err(|_| format!("`{name}` is no name of a server"))?;
        let connector = TlsConnector::from(Arc::new(self.config(store)?));
        connector.connect(name, stream).await.map_err(|error| words(&error))
    }

    fn config(&self, store: RootCertStore) -> Result<ClientConfig, String> {
        let provider = Arc::new(ring::default_provider());
        let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone()).build();
        let judge = judge.map_err(|_| "no authority of this phone can be used")?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| words(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(ByName(judge)));
        match &self.client {
            None => Ok(config.with_no_client_auth()),
            Some(ClientCertificate { chain, key }) => {
                config.with_client_auth_cert(chain.clone(), key.clone_key()).map_err(|error| words(&error))
            }
        }
    }
}

/// Whether a phone can show this of itself.
pub fn is_client(client: &ClientCertificate) -> Result<(), String> {
    let pem = client.chain.first().map(|first| first.to_vec()).unwrap_or_default();
    let mut store = RootCertStore::empty();
    // Any authority: the configuration is only tried.
    store.roots.push(TrustAnchor {
        subject: pem.clone().into(),
        subject_public_key_info: pem.into(),
        name_constraints: None,
    });
    let trust = Trust { client: Some(client.clone()), ..Trust::default() };
    trust.config(store).map(drop)
}

/// The certificates of a file that can be trusted as authorities, as PEM of their own.
pub fn certificates(pem: &[u8]) -> Vec<u8> {
    let mut store = RootCertStore::empty();
    let sound = CertificateDer::pem_slice_iter(pem).flatten().filter(|one| store.add(one.clone()).is_ok());
    let lines = |der: &CertificateDer<'_>| {
        let text = base64(der);
        let lines: Vec<&[u8]> = text.as_bytes().chunks(64).collect();
        [b"-----BEGIN CERTIFICATE-----\n", &*lines.join(&b'\n'), b"\n-----END CERTIFICATE-----\n"].concat()
    };
    sound.flat_map(|der| lines(&der)).collect()
}

/// Whether a file holds a CA that could be trusted.
pub fn is_ca(pem: &[u8]) -> Result<(), String> {
    let trust = Trust { given: Some(Arc::new(pem.to_vec())), ..Trust::default() };
    trust.store(Roots::default()).map(drop).map_err(|why| match why.contains("--ca") {
        true => "there is no certificate in the file".into(),
        false => why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

    fn authority() -> Arc<Vec<u8>> {
        let mut params = CertificateParams::new(Vec::new()).expect("sound");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Arc::new(params.self_signed(&KeyPair::generate().expect("a key")).expect("signs").pem().into_bytes())
    }

    #[test]
    fn a_broken_custom_ca_leaves_the_others_as_they_are() {
        let broken = Arc::new(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec());
        let known = |given: Option<&Arc<Vec<u8>>>, custom: Option<&Arc<Vec<u8>>>| {
            let trust = Trust { given: given.cloned(), custom: custom.cloned(), client: None };
            trust.store(Roots { custom: true, ..Roots::default() }).map(|store| store.len())
        };
        let (one, other) = (authority(), authority());
        assert_eq!(known(Some(&one), Some(&broken)), Ok(1));
        assert_eq!(known(Some(&one), Some(&other)), Ok(2));
        assert!(known(None, Some(&broken)).is_err_and(|why| why.contains("--ca")));
        assert!(known(Some(&broken), Some(&one)).is_err_and(|why| why.contains("the CA file")));
        assert!(is_ca(&broken).is_err());
        assert!(is_ca(b"<html></html>").is_err());
        assert!(is_ca(&one).is_ok());
    }
}
