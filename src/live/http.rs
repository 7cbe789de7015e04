//! The HTTP client: one request, one connection, no surprises. Over https the connection is TLS's.

use super::certificate::words;
use super::tls::Trust;
use crate::phone::model::{FetchAnswer, FetchRequest, Method};
use crate::phone::{Scheme, credentials};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{
    AUTHORIZATION, CONTENT_ENCODING, HOST, HeaderMap, HeaderName, LOCATION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    USER_AGENT, WWW_AUTHENTICATE,
};
use hyper_util::rt::TokioIo;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpSocket;
use tokio::time::timeout;

/// About as long as the model waits in virtual time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Makes the request, from the phone's address.
pub(super) async fn fetch(request: &FetchRequest, source: Ipv4Addr, trust: &Trust) -> FetchAnswer {
    match timeout(PATIENCE, exchange(request, source, trust)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => FetchAnswer::Failed(words(error.as_ref())),
        Err(_) => FetchAnswer::Timeout,
    }
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

async fn exchange(request: &FetchRequest, source: Ipv4Addr, trust: &Trust) -> Result<FetchAnswer, Fault> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddrV4::new(source, 0).into())?;
    let stream = socket.connect(SocketAddrV4::new(request.address, request.port).into()).await?;
    match request.scheme {
        Scheme::Https => ask(trust.connect(stream, &request.certificate, request.roots).await?, request).await,
        Scheme::Http | Scheme::Tftp => ask(stream, request).await,
    }
}

async fn ask<S>(stream: S, request: &FetchRequest) -> Result<FetchAnswer, Fault>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let answer = async {
        let response = sender.send_request(message(request)?).await?;
        let status = response.status().as_u16();
        let location = header(response.headers(), &LOCATION);
        let asks = if status == 407 { PROXY_AUTHENTICATE } else { WWW_AUTHENTICATE };
        let challenge = challenge(response.headers(), &asks);
        let encoding = header(response.headers(), &CONTENT_ENCODING);
        // Of other answers a phone reads the head alone; each request has a connection of its own, which is shut behind it.
        let longest = request.purpose.longest();
        let body = if status == 200 { read(response.into_body(), longest).await? } else { Some(Vec::new()) };
        Ok(match body {
            Some(body) => FetchAnswer::Http { status, location, challenge, encoding, body },
            None => FetchAnswer::TooLong(longest),
        })
    }
    .await;
    driver.abort();
    answer
}

/// The whole body, as it comes; nothing once it is longer than that, whatever its head promises.
async fn read(mut body: Incoming, longest: usize) -> Result<Option<Vec<u8>>, Fault> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if whole.len() + data.len() > longest {
            return Ok(None);
        }
        whole.extend_from_slice(&data);
    }
    Ok(Some(whole))
}

fn message(request: &FetchRequest) -> Result<Request<Full<Bytes>>, Fault> {
    let (method, body) = match &request.method {
        Method::Get => (hyper::Method::GET, Bytes::new()),
        Method::Post { body } => (hyper::Method::POST, Bytes::from(body.clone())),
        Method::Put { body } => (hyper::Method::PUT, Bytes::from(body.clone())),
    };
    let mut builder = Request::builder()
        .method(method)
        .uri(&request.path)
        .header(HOST, request.authority())
        .header(USER_AGENT, &request.user_agent);
    if let Some(authorization) = &request.authorization {
        builder = builder.header(AUTHORIZATION, authorization);
    }
    if let Some(authorization) = &request.proxy_authorization {
        builder = builder.header(PROXY_AUTHORIZATION, authorization);
    }
    if let Some(encoding) = request.encoding {
        builder = builder.header(CONTENT_ENCODING, encoding);
    }
    Ok(builder.body(Full::new(body))?)
}

/// Of several the first that a phone knows: servers name the one they like best first (RFC 7616 §3.7; that a phone looks at
/// more than the first is inferred).
fn challenge(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut all = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let first = all.next()?;
    let known = std::iter::once(first).chain(all).find(|challenge| credentials::unknown(challenge).is_none());
    Some(known.unwrap_or(first).to_owned())
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
