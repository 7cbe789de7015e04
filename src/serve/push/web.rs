//! A phone's web server, asked: one request, once more where it wants to know who asks.

use super::sip::plain;
use super::{Answer, Order, PATIENCE, Verdict, Via};
use crate::phone::Scheme;
use crate::phone::credentials::Algorithm;
use crate::phone::credentials::{Login, Request as Proven, answer_by};
use crate::phone::model::Notification;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT, WWW_AUTHENTICATE};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme};

/// What is read of an answer.
const LONGEST: usize = 16 << 20;
const LONGEST_WORDS: usize = 120;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("{}", plain(.0))]
    Connection(#[from] std::io::Error),
    #[error("what answers there does not speak HTTP")]
    Http(#[from] hyper::Error),
    #[error("no answer")]
    Silence,
    #[error("it cannot be asked: {0}")]
    Request(#[from] hyper::http::Error),
    #[error("the answer is too long or breaks off")]
    Body,
    #[error("TLS cannot be spoken here")]
    Tls,
}

struct Answered {
    status: u16,
    challenges: Vec<String>,
    body: Vec<u8>,
}

/// A page of a server of ours.
pub async fn fetch(at: SocketAddr, path: &str, patience: Duration) -> Result<(u16, Vec<u8>), WebError> {
    let request = Asked { at, scheme: Scheme::Http, method: "GET", path, kind: None, body: &[] };
    let answered = timeout(patience, request.send(None)).await.map_err(|_| WebError::Silence)??;
    Ok((answered.status, answered.body))
}

/// What the URL of a phone's own server says (PB §17), or what is posted to it (PB §18).
pub(super) async fn tell(order: &Order) -> Result<Answer, Answer> {
    let broken = |words: &str| Answer::new(Verdict::Broken, words);
    let (scheme, port) =
        order.target.web.ok_or_else(|| broken("Enable_Web_Server is No: the phone has no web server"))?;
    let at = SocketAddr::new(order.address, order.shifted(port)?);
    let object;
    let (method, path, kind, body, login) = match (order.via, order.event) {
        (Via::Execute, Notification::Resync) => {
            let model = &order.target.model;
            object = format!("<{model}Execute><ExecuteItem URL=\"Resync:\"/></{model}Execute>");
            ("POST", "/CGI/Execute", Some("text/xml"), object.as_bytes(), &order.target.pusher)
        }
        (Via::Execute, _) => return Err(broken("an XML object tells a phone to resync only")),
        (_, Notification::Resync) => ("GET", "/admin/resync", None, &[][..], &order.target.admin),
        (_, Notification::Reboot | Notification::Restart) => {
            ("GET", "/admin/reboot", None, &[][..], &order.target.admin)
        }
        (_, Notification::Report) => return Err(broken("no URL of a phone asks for its report; NOTIFY does")),
    };
    let asked = Asked { at, scheme, method, path, kind, body };
    match timeout(PATIENCE, asked.proven(login.as_ref())).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Ok(broken(&error.to_string())),
        Err(_) => Ok(Answer::new(Verdict::Silent, "no answer")),
    }
}

struct Asked<'a> {
    at: SocketAddr,
    scheme: Scheme,
    method: &'static str,
    path: &'a str,
    kind: Option<&'static str>,
    body: &'a [u8],
}

impl Asked<'_> {
    async fn proven(&self, login: Option<&Login>) -> Result<Answer, WebError> {
        let first = self.send(None).await?;
        if first.status != 401 {
            return Ok(said(&first));
        }
        let Some(Login { user, password }) = login else {
            return Ok(Answer::new(Verdict::Denied, "the phone asks for a password, and none is known"));
        };
        // Basic would tell the password to whoever stands there.
        let digests =
            first.challenges.iter().filter(|one| one.get(..7).is_some_and(|way| way.eq_ignore_ascii_case("digest ")));
        let request = Proven { method: self.method, target: self.path };
        let proof = digests.filter_map(|one| answer_by(one, &Algorithm::ALL, request, user, password, 1)).next();
        let Some(proof) = proof else {
            return Ok(Answer::new(Verdict::Denied, "the phone asks for another proof than a digest"));
        };
        let second = self.send(Some(&proof)).await?;
        Ok(said(&second))
    }

    async fn send(&self, authorization: Option<&str>) -> Result<Answered, WebError> {
        let stream = TcpStream::connect(self.at).await?;
        match self.scheme {
            Scheme::Https => {
                let connector = TlsConnector::from(Arc::new(config()?));
                let stream = connector.connect(ServerName::from(self.at.ip()), stream).await?;
                self.ask(stream, authorization).await
            }
            Scheme::Http | Scheme::Tftp => self.ask(stream, authorization).await,
        }
    }

    async fn ask<S>(&self, stream: S, authorization: Option<&str>) -> Result<Answered, WebError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.path)
            .header(HOST, self.at.to_string())
            .header(USER_AGENT, "prov");
        if let Some(kind) = self.kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(self.body)))?;
        let answered = async {
            let response = sender.send_request(request).await?;
            let status = response.status().as_u16();
            let challenges = response.headers().get_all(WWW_AUTHENTICATE).iter();
            let challenges = challenges.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect();
            let body = Limited::new(response.into_body(), LONGEST).collect().await.map_err(|_| WebError::Body)?;
            Ok(Answered { status, challenges, body: body.to_bytes().to_vec() })
        }
        .await;
        driver.abort();
        answered
    }
}

/// What a phone says is told where it is one short line of words.
fn said(answered: &Answered) -> Answer {
    let words = std::str::from_utf8(&answered.body).unwrap_or_default().trim();
    let plain = |sign: char| !sign.is_control() && !matches!(sign, '<' | '>');
    let short = !words.is_empty() && words.len() <= LONGEST_WORDS && words.chars().all(plain);
    match answered.status {
        200..300 => Answer::new(Verdict::Accepted, "the phone says that it will"),
        401 => Answer::new(Verdict::Denied, "the phone does not take the user and password"),
        status if short => Answer::new(Verdict::Refused, format!("the phone refuses: {status} ({words})")),
        status => Answer::new(Verdict::Refused, format!("the phone refuses: {status}")),
    }
}

fn config() -> Result<ClientConfig, WebError> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| WebError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        .with_no_client_auth();
    Ok(config)
}

/// A phone shows its maker's certificate, which names no address: any is taken. Nothing that is secret is told to it: the
/// password is proven by a digest.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        tokio_rustls::rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        tokio_rustls::rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
