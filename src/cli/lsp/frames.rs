//! What comes in, message by message: what is none is passed over here, since to the library behind it a broken message is
//! the end of all.

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tower_lsp_server::jsonrpc::{Request, Response};

/// A message may be this long: a file of the greatest size, each sign of it escaped.
const MOST_OCTETS: u64 = 64 << 20;

/// And a line of its head.
const MOST_HEAD: u64 = 4 << 10;

/// Hands on every message that is one, to the end of the input.
pub async fn pass_on(from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) -> std::io::Result<()> {
    let mut from = BufReader::new(from);
    while let Some(length) = head(&mut from).await? {
        let mut body = Vec::new();
        let mut rest = (&mut from).take(length);
        if length > MOST_OCTETS {
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
            eprintln!("prov lsp: a message of {length} octets is passed over");
            continue;
        }
        rest.read_to_end(&mut body).await?;
        let known =
            serde_json::from_slice::<Request>(&body).is_ok() || serde_json::from_slice::<Response>(&body).is_ok();
        if !known || (body.len() as u64) < length {
            eprintln!("prov lsp: what is no message of JSON-RPC is passed over");
            continue;
        }
        to.write_all(format!("Content-Length: {length}\r\n\r\n").as_bytes()).await?;
        to.write_all(&body).await?;
    }
    to.shutdown().await
}

/// The length of the message that follows; none: there is no more. A head without one is passed over.
async fn head(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if from.take(MOST_HEAD).read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok(),
            _ if line.trim_end().is_empty() && length.is_some() => return Ok(length),
            _ => {}
        }
    }
}
