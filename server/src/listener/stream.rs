//! The bytes of one connection: it holds its place until it is closed, a socket that came out of it included.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Whose turn it is on a connection: ours while a request is answered, else the client's. A socket stays ours.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<AtomicUsize>);

impl Turns {
    /// The turn passes to the other.
    pub(super) fn pass(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// How patient a connection is.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// For a head to arrive, once it has begun; for the first, from the start on.
    pub(super) head: Duration,
    /// For the other end to take anything in.
    pub(super) stall: Duration,
}

/// A connection whose other end has to send heads whole, and to take its answers in.
pub(super) struct Stream {
    tcp: TokioIo<TcpStream>,
    patience: Patience,
    turns: Turns,
    /// The turn that `head_since` and `overdue` are about.
    turn: usize,
    head_since: Option<Instant>,
    /// Runs while the rest of a head is awaited.
    overdue: Option<Pin<Box<Sleep>>>,
    /// Runs while the other end takes nothing in.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Stream {
    /// A connection in its place.
    pub(super) fn new(tcp: TcpStream, patience: Patience, place: Option<OwnedSemaphorePermit>) -> Self {
        let (tcp, turns, head_since) = (TokioIo::new(tcp), Turns::default(), Some(Instant::now()));
        Self { tcp, patience, turns, turn: 0, head_since, overdue: None, stalled: None, _place: place }
    }

    /// Whose turn it is, for whoever answers to say.
    pub(super) fn turns(&self) -> Turns {
        self.turns.clone()
    }

    /// What a read came to; an error when a head has come to nothing for too long.
    fn read(&mut self, cx: &mut Context<'_>, read: Poll<io::Result<()>>) -> Poll<io::Result<()>> {
        let turn = self.turns.count();
        if turn != self.turn {
            (self.turn, self.head_since, self.overdue) = (turn, None, None);
        }
        let is_ours = turn % 2 == 1;
        if is_ours || read.is_ready() {
            self.head_since = self.head_since.or_else(|| (!is_ours).then(Instant::now));
            return read;
        }
        let Some(since) = self.head_since else { return Poll::Pending };
        let overdue = self.overdue.get_or_insert_with(|| Box::pin(sleep_until(since + self.patience.head)));
        ready!(overdue.as_mut().poll(cx));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }

    /// What a write came to; an error when writes have come to nothing for too long.
    fn written<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(self.patience.stall)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl Read for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.tcp).poll_read(cx, buf);
        self.read(cx, read)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(cx, buf);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
