//! Servers over https, and the authorities that a phone believes.

use super::*;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// An authority, and a server that it vouches for under one name.
async fn https_server(name: &str, body: &'static str) -> (SocketAddr, Vec<u8>) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("sound");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = params.self_signed(&key).expect("signs").pem();
    let issuer = Issuer::new(params, key);
    let leaf_key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec![name.to_owned()]).expect("sound").signed_by(&leaf_key, &issuer);
    let leaf = leaf.expect("signs").der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("has some")
        .with_no_client_auth()
        .with_single_cert(vec![leaf], PrivateKeyDer::try_from(leaf_key.serialize_der()).expect("a key"))
        .expect("fits");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((LOCAL, 0)).await.expect("binds");
    let at = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut part = [0; 4096];
            let _ = stream.read(&mut part).await;
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (at, ca.into_bytes())
}

#[tokio::test]
async fn https_servers_are_judged_by_their_certificates() {
    let (server, ca) = https_server("prov.lab.example", "<flat-profile><X>1</X></flat-profile>").await;
    let (_, stranger) = https_server("prov.lab.example", "").await;
    let dns = dns_server().await;
    for (host, ca, told) in [
        ("prov.lab.example", Some(&ca), ""),
        ("other.lab.example", Some(&ca), "certificate"),
        ("127.0.0.1", Some(&ca), "certificate"),
        ("prov.lab.example", Some(&stranger), "is signed by nobody whom this phone trusts"),
        ("prov.lab.example", None, "--ca FILE"),
    ] {
        let options = LiveOptions {
            profile_rule: Some(format!("https://{host}:{}/x", server.port())),
            dns: Some(dns),
            ca: ca.map(|ca| Arc::new(ca.clone())),
            no_delay: true,
            attempts: Some(1),
            ..LiveOptions::new(identity(), Hidden::new(|_| false))
        };
        let (outcome, events) = lives(options).await;
        let expected = if told.is_empty() { State::Resynced } else { State::Failed };
        assert_eq!(outcome.state, expected, "{host}: {events:?}");
        assert!(format!("{events:?}").contains(told), "{host} {told}: {events:?}");
    }
}

#[tokio::test]
async fn a_custom_ca_is_trusted_once_it_was_fetched() {
    let (server, ca) = https_server("prov.lab.example", "<flat-profile><X>1</X></flat-profile>").await;
    let (_, stranger) = https_server("prov.lab.example", "").await;
    for (pem, state) in [(ca, State::Resynced), (stranger, State::Failed)] {
        let files = http_server(Seen::default(), pem).await;
        let options = LiveOptions {
            // The first pass fails; what it assigned stays, and the CA is fetched before the next.
            profile_rule: Some(format!(
                "(Custom_CA_Rule = \"http://{files}/phones/ca.pem\"; Resync_Error_Retry_Delay = \"60\";)! https://prov.lab.example:{}/x",
                server.port()
            )),
            dns: Some(dns_server().await),
            no_delay: true,
            attempts: Some(3),
            speed: 300.0,
            ..LiveOptions::new(identity(), Hidden::new(|_| false))
        };
        let (outcome, events) = lives(options).await;
        assert_eq!(outcome.state, state, "{events:?}");
    }
}

#[test]
fn a_ca_file_is_looked_at_before_the_phone_starts() {
    for (pem, why) in [
        (&b""[..], "no certificate"),
        (b"hello", "no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no CA"),
        (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "cannot be read"),
    ] {
        let told = is_ca(pem).expect_err("is none");
        assert!(told.contains(why), "{told}");
    }
}
