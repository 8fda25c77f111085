//! A client over an in-memory connection.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use channels::close::Close;
use channels::codec::Serializer;
use channels::socket::{End, Incoming, Limits, Outcome, Outgoing, TransportError, serve};
use futures_util::{Sink, Stream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::rooms::Rooms;

pub(crate) struct Player {
    pub(crate) rooms: Arc<Rooms>,
    to: mpsc::UnboundedSender<Result<Incoming, TransportError>>,
    from: mpsc::UnboundedReceiver<Outgoing>,
    stuck: Arc<AtomicBool>,
    full: Arc<AtomicBool>,
    ending: Option<oneshot::Sender<Close>>,
    socket: JoinHandle<Outcome>,
}

/// The server's end of the connection.
struct Wire {
    from: mpsc::UnboundedReceiver<Result<Incoming, TransportError>>,
    to: mpsc::UnboundedSender<Outgoing>,
    stuck: Arc<AtomicBool>,
    full: Arc<AtomicBool>,
}

impl Player {
    pub(crate) fn connect() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        Self::speaking(Serializer::V2, limits)
    }

    pub(crate) fn speaking(serializer: Serializer, limits: Limits) -> Self {
        let (to, from_client) = mpsc::unbounded_channel();
        let (to_client, from) = mpsc::unbounded_channel();
        let (ending, ended) = oneshot::channel();
        let rooms = Arc::new(Rooms::of(serializer));
        let (stuck, full) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let wire = Wire { from: from_client, to: to_client, stuck: stuck.clone(), full: full.clone() };
        let endpoint = rooms.clone();
        let socket =
            tokio::spawn(async move { serve(wire, &*endpoint, &limits, async { ended.await.unwrap() }).await });
        Self { rooms, to, from, stuck, full, ending: Some(ending), socket }
    }

    /// Sends a text frame.
    pub(crate) fn says(&self, text: impl Into<String>) {
        self.sends(Ok(Incoming::Text(Bytes::from(text.into()))));
    }

    pub(crate) fn sends(&self, frame: Result<Incoming, TransportError>) {
        // A socket that has closed listens no more; the tests look at what it said last.
        let _ = self.to.send(frame);
    }

    /// Sends a binary frame.
    pub(crate) fn shows(&self, frame: &[u8]) {
        self.sends(Ok(Incoming::Binary(Bytes::copy_from_slice(frame))));
    }

    /// The next frame, which is a binary one.
    pub(crate) async fn sees(&mut self) -> Bytes {
        match self.receives().await {
            Outgoing::Binary(bytes) => bytes,
            other => panic!("{other:?} instead of bytes"),
        }
    }

    /// Joins and awaits the consent.
    pub(crate) async fn joins(&mut self, topic: &str, reference: &str) {
        self.says(format!(r#"["{reference}","{reference}","{topic}","phx_join",{{}}]"#));
        let consent =
            format!(r#"["{reference}","{reference}","{topic}","phx_reply",{{"response":{{"seq":0}},"status":"ok"}}]"#);
        assert_eq!(self.hears().await, consent);
    }

    /// The next text frame.
    pub(crate) async fn hears(&mut self) -> String {
        loop {
            match self.receives().await {
                Outgoing::Text(text) => return String::from_utf8(text.to_vec()).unwrap(),
                Outgoing::Ping => {}
                Outgoing::Binary(bytes) => panic!("{bytes:?} instead of a text"),
                close @ Outgoing::Close { .. } => panic!("{close:?} instead of a frame"),
            }
        }
    }

    pub(crate) async fn receives(&mut self) -> Outgoing {
        self.from.recv().await.expect("the socket says something")
    }

    /// Nothing more is on its way: the answer to a heartbeat comes next.
    pub(crate) async fn hears_nothing_more(&mut self) {
        self.says(r#"[null,"hb","phoenix","heartbeat",{}]"#);
        assert_eq!(self.hears().await, r#"[null,"hb","phoenix","phx_reply",{"response":{},"status":"ok"}]"#);
    }

    /// Drops what comes until the close frame, and answers its code and how the socket went.
    pub(crate) async fn closed(mut self) -> (u16, Outcome) {
        let code = loop {
            if let Outgoing::Close { code, .. } = self.receives().await {
                break code;
            }
        };
        self.sends(Ok(Incoming::Closed));
        let outcome = self.socket.await.unwrap();
        assert!(matches!(outcome.end, End::Closed(close) if close.code == code));
        (code, outcome)
    }

    /// Hangs up.
    pub(crate) async fn leaves(self) -> Outcome {
        drop(self.to);
        self.socket.await.unwrap()
    }

    /// Hangs up, and gives all that was said to it, and how the socket went.
    pub(crate) async fn hangs_up(mut self) -> (Vec<Outgoing>, Outcome) {
        drop(self.to);
        let mut said = Vec::new();
        while let Some(frame) = self.from.recv().await {
            said.push(frame);
        }
        (said, self.socket.await.unwrap())
    }

    /// From now on nothing that is written gets through.
    pub(crate) fn stops_reading(&self) {
        self.stuck.store(true, Ordering::Relaxed);
    }

    /// From now on the transport keeps no text frame for it.
    pub(crate) fn overflows(&self) {
        self.full.store(true, Ordering::Relaxed);
    }

    /// The outcome, whatever it is.
    pub(crate) async fn outcome(self) -> Outcome {
        self.socket.await.unwrap()
    }

    /// The server wishes to end this connection.
    pub(crate) fn server_ends(&mut self, close: Close) {
        self.ending.take().unwrap().send(close).unwrap();
    }
}

impl Stream for Wire {
    type Item = Result<Incoming, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.from.poll_recv(context)
    }
}

impl Sink<Outgoing> for Wire {
    type Error = TransportError;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        if self.stuck.load(Ordering::Relaxed) { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    fn start_send(self: Pin<&mut Self>, item: Outgoing) -> Result<(), TransportError> {
        if self.full.load(Ordering::Relaxed) && matches!(item, Outgoing::Text(_) | Outgoing::Binary(_)) {
            return Err(TransportError::Full);
        }
        self.to.send(item).map_err(|_| TransportError::Broken("reset".to_owned()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.poll_ready(context)
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }
}
