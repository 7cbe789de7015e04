//! The phone's web server on sockets.

use super::Heard;
use crate::live::certificate::words;
use crate::phone::profile::LIMIT;
use crate::phone::web::{Asked, Said};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rcgen::{CertificateParams, KeyPair};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const MOST_CONNECTIONS: usize = 16;
/// How long a client may take for a handshake or a request's head.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(50);

/// Phones show a certificate of their maker's; a live one can only make its own.
pub(super) fn acceptor(address: IpAddr) -> Result<TlsAcceptor, String> {
    let made = |error: rcgen::Error| error.to_string();
    let key = KeyPair::generate().map_err(made)?;
    let params = CertificateParams::new(vec![address.to_string()]).map_err(made)?;
    let certificate = params.self_signed(&key).map_err(made)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| words(&error))?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .map_err(|error| words(&error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

pub(super) async fn serve(listener: TcpListener, acceptor: Option<TlsAcceptor>, heard: mpsc::Sender<Heard>) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok((stream, from)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Ok(permit) = permits.clone().try_acquire_owned() else { continue };
        let (acceptor, heard) = (acceptor.clone(), heard.clone());
        tokio::spawn(async move {
            match acceptor {
                None => speak(stream, from, heard).await,
                Some(acceptor) => {
                    if let Ok(Ok(stream)) = timeout(PATIENCE, acceptor.accept(stream)).await {
                        speak(stream, from, heard).await;
                    }
                }
            }
            drop(permit);
        });
    }
}

async fn speak<S>(stream: S, from: SocketAddr, heard: mpsc::Sender<Heard>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(|request| {
        let heard = heard.clone();
        async move { Ok::<_, Infallible>(respond(request, from, heard).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // Whatever ends a connection, the client knows it.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(request: Request<Incoming>, from: SocketAddr, heard: mpsc::Sender<Heard>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let text = |header: &HeaderValue| header.to_str().ok().map(str::to_owned);
    let Ok(Ok(body)) = timeout(PATIENCE, Limited::new(body, LIMIT).collect()).await else {
        return said(Said { status: 413, challenge: None, text: "that is too long", command: None });
    };
    let asked = Asked {
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        authorization: head.headers.get(AUTHORIZATION).and_then(text),
        from: match from.ip() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        },
        body: body.to_bytes().to_vec(),
    };
    let (way, answer) = oneshot::channel();
    let answer = match heard.send(Heard::Web { asked, way }).await {
        Ok(()) => answer.await.ok(),
        Err(_) => None,
    };
    said(answer.unwrap_or(Said { status: 503, challenge: None, text: "the phone is not up", command: None }))
}

fn said(said: Said) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(format!("{}\n", said.text))));
    *response.status_mut() = StatusCode::from_u16(said.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    if let Some(challenge) = said.challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
