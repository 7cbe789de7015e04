//! What is sent: octets in memory, or part of a file that is read while it is sent.

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::task::JoinHandle;

/// What is read at a time: all that a connection holds of a file, however large it is and however slow the client.
const PIECE: u64 = 64 * 1024;

pub(super) enum Body {
    Whole(Bytes),
    File(Reading),
}

/// A file on its way.
pub(super) struct Reading {
    file: Arc<File>,
    /// What was not read yet.
    left: Range<u64>,
    /// What was not handed on yet.
    unsent: u64,
    piece: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Body {
    pub fn empty() -> Self {
        Body::Whole(Bytes::new())
    }

    pub fn of_file(file: Arc<File>, part: Range<u64>) -> Self {
        let unsent = part.end.saturating_sub(part.start);
        Body::File(Reading { file, left: part, unsent, piece: None })
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Body::Whole(octets) if octets.is_empty() => Poll::Ready(None),
            Body::Whole(octets) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(octets))))),
            Body::File(reading) => reading.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Body::Whole(octets) => octets.len() as u64,
            Body::File(reading) => reading.unsent,
        })
    }
}

impl Reading {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.piece.is_none() {
            if self.left.is_empty() {
                return Poll::Ready(None);
            }
            let (file, at) = (self.file.clone(), self.left.start);
            let length = PIECE.min(self.left.end - at);
            self.left.start += length;
            self.piece = Some(tokio::task::spawn_blocking(move || read(&file, at, length)));
        }
        let Some(piece) = &mut self.piece else { return Poll::Ready(None) };
        let octets = ready!(Pin::new(piece).poll(cx));
        self.piece = None;
        Poll::Ready(Some(octets.map_err(io::Error::other).flatten().map(|octets| {
            self.unsent = self.unsent.saturating_sub(octets.len() as u64);
            Frame::data(octets)
        })))
    }
}

/// A file that became shorter meanwhile is an error: the client hears that it has not all.
fn read(file: &File, at: u64, length: u64) -> io::Result<Bytes> {
    let mut octets = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact_at(&mut octets, at)?;
    Ok(octets.into())
}
