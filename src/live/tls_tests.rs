//! https with certificates of both sides, over sockets.

use super::tests::{LOCAL, dns_server, identity, lives};
use super::*;
use crate::live::Hidden;
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

struct Authority {
    pem: Vec<u8>,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("sound");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).expect("signs");
    let (pem, der) = (certificate.pem().into_bytes(), certificate.der().clone());
    Authority { pem, der, issuer: Issuer::new(params, key) }
}

impl Authority {
    /// A certificate with a common name and others, and its key.
    fn signs(&self, common: &str, others: &[&str]) -> (rcgen::Certificate, KeyPair) {
        let others: Vec<String> = others.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(others).expect("sound");
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common);
        let key = KeyPair::generate().expect("a key");
        (params.signed_by(&key, &self.issuer).expect("signs"), key)
    }
}

/// A server of this certificate, which wants one of its clients where an authority for them is given.
async fn server(of: (rcgen::Certificate, KeyPair), clients: Option<&Authority>) -> SocketAddr {
    let provider = Arc::new(ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().expect("has some");
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der.clone()).expect("an authority");
            let judge = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("judges");
            config.with_client_cert_verifier(judge)
        }
    };
    let (certificate, key) = of;
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = config.with_single_cert(vec![certificate.der().clone()], key).expect("fits");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((LOCAL, 0)).await.expect("binds");
    let at = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut part = [0; 4096];
            let _ = stream.read(&mut part).await;
            let body = "<flat-profile><X>1</X></flat-profile>";
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    at
}

/// What became of a phone that asks there by this name.
async fn asks(at: SocketAddr, name: &str, ca: &Authority, client: Option<ClientCertificate>) -> (State, String) {
    let options = LiveOptions {
        profile_rule: Some(format!("https://{name}:{}/x", at.port())),
        dns: Some(dns_server().await),
        ca: Some(Arc::new(ca.pem.clone())),
        client,
        no_delay: true,
        attempts: Some(1),
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    };
    let (outcome, events) = lives(options).await;
    (outcome.state, format!("{events:?}"))
}

#[tokio::test]
async fn pb_11_a_server_is_known_by_its_common_name_where_it_has_no_other() {
    let ca = authority();
    for (common, others, state) in [
        ("prov.lab.example", &[][..], State::Resynced),
        ("prov.lab.example/info@lab.example", &[], State::Resynced),
        ("other.lab.example", &[], State::Failed),
        ("prov.lab.example", &["other.lab.example"], State::Failed),
        ("other.lab.example", &["prov.lab.example"], State::Resynced),
    ] {
        let at = server(ca.signs(common, others), None).await;
        let (found, events) = asks(at, "prov.lab.example", &ca, None).await;
        assert_eq!(found, state, "{common} {others:?}: {events}");
        assert!(found == State::Resynced || events.contains("is for another name"), "{events}");
    }
    // The name alone is not enough.
    let at = server(authority().signs("prov.lab.example", &[]), None).await;
    let (found, events) = asks(at, "prov.lab.example", &ca, None).await;
    assert!(found == State::Failed && events.contains("signed by nobody"), "{events}");
}

#[tokio::test]
async fn pb_13_a_server_that_wants_to_know_who_asks() {
    let (ca, clients) = (authority(), authority());
    let of = |authority: &Authority| {
        let (certificate, key) = authority.signs("CP-8841-3PCC", &[]);
        let client =
            ClientCertificate::from_pem(certificate.pem().as_bytes(), key.serialize_pem().as_bytes()).expect("sound");
        assert_eq!(is_client(&client), Ok(()));
        client
    };
    let (known, stranger) = (of(&clients), of(&authority()));
    for (client, state, words) in [
        (Some(known), State::Resynced, ""),
        (Some(stranger), State::Failed, "the server"),
        (None, State::Failed, "the server"),
    ] {
        let at = server(ca.signs("prov.lab.example", &["prov.lab.example"]), Some(&clients)).await;
        let (found, events) = asks(at, "prov.lab.example", &ca, client).await;
        assert_eq!(found, state, "{events}");
        assert!(events.contains(words) && !events.contains("AlertDescription"), "{events}");
    }
    let (certificate, _) = clients.signs("x", &[]);
    let other = KeyPair::generate().expect("a key").serialize_pem();
    let client = ClientCertificate::from_pem(certificate.pem().as_bytes(), other.as_bytes()).expect("readable");
    assert!(is_client(&client).is_err_and(|why| why.contains("not that of the certificate")));
}
