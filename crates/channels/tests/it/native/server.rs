//! A socket on a free port, which tests cut and close.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use channels::close::{Close, GOING_AWAY};
use channels::socket::{Incoming, Limits, Outgoing, TransportError, serve};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::history::History;

pub(crate) struct Server {
    pub(crate) history: Arc<History>,
    address: SocketAddr,
    connections: Arc<Mutex<Vec<Connection>>>,
    listens: JoinHandle<()>,
}

/// One that was let in.
struct Connection {
    task: JoinHandle<()>,
    ending: Option<oneshot::Sender<Close>>,
}

/// Whom a server lets in, and whether it answers.
#[derive(Clone, Copy, Default)]
struct Manners {
    token: Option<&'static str>,
    deaf: bool,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Manners::default()).await
    }

    /// One that lets in who comes with this token.
    pub(crate) async fn start_with_token(token: &'static str) -> Self {
        Self::with(Manners { token: Some(token), ..Manners::default() }).await
    }

    /// One that answers nothing.
    pub(crate) async fn start_deaf() -> Self {
        Self::with(Manners { deaf: true, ..Manners::default() }).await
    }

    async fn with(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (history, connections) = (Arc::new(History::new()), Arc::<Mutex<Vec<Connection>>>::default());
        let (of_all, all) = (history.clone(), connections.clone());
        let listens = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Some(socket) = let_in(stream, manners).await else { continue };
                let (ending, ended) = oneshot::channel();
                let task = tokio::spawn(host(socket, of_all.clone(), ended, manners.deaf));
                all.lock().unwrap().push(Connection { task, ending: Some(ending) });
            }
        });
        Self { history, address, connections, listens }
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://{}/socket/websocket", self.address)
    }

    /// Connections that were let in so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.lock().unwrap().len()
    }

    /// Breaks all connections.
    pub(crate) fn cut(&self) {
        self.connections.lock().unwrap().iter().for_each(|connection| connection.task.abort());
    }

    /// Closes all connections.
    pub(crate) fn close(&self, close: Close) {
        for connection in self.connections.lock().unwrap().iter_mut() {
            let _gone_already = connection.ending.take().map(|ending| ending.send(close));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listens.abort();
        self.cut();
    }
}

async fn let_in(stream: TcpStream, manners: Manners) -> Option<WebSocketStream<TcpStream>> {
    let bearer = manners.token.map(|token| format!("Bearer {token}"));
    #[expect(clippy::result_large_err, reason = "tungstenite's")]
    let asks = move |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        assert_eq!(request.uri().query(), Some("vsn=2.0.0"));
        let came = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        if bearer.is_none() || bearer.as_deref() == came {
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(None);
        *refusal.status_mut() = StatusCode::UNAUTHORIZED;
        Err(refusal)
    };
    accept_hdr_async(stream, asks).await.ok()
}

async fn host(socket: WebSocketStream<TcpStream>, history: Arc<History>, ended: oneshot::Receiver<Close>, deaf: bool) {
    if deaf {
        return socket.for_each(|_| ready(())).await;
    }
    let transport = socket
        .map(|message| message.map(read).map_err(|error| broken(&error)))
        .sink_map_err(|error| broken(&error))
        .with(|outgoing| ready(Ok::<_, TransportError>(write(outgoing))));
    let ending = async { ended.await.unwrap_or(GOING_AWAY) };
    serve(transport, &*history, &Limits::default(), ending).await;
}

fn read(message: Message) -> Incoming {
    match message {
        Message::Text(text) => Incoming::Text(text.into()),
        Message::Binary(bytes) => Incoming::Binary(bytes),
        Message::Close(_) => Incoming::Closed,
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Incoming::Alive,
    }
}

fn write(outgoing: Outgoing) -> Message {
    match outgoing {
        Outgoing::Text(text) => Message::Text(text.try_into().unwrap()),
        Outgoing::Binary(bytes) => Message::Binary(bytes),
        Outgoing::Close { code, reason } => {
            Message::Close(Some(CloseFrame { code: code.into(), reason: reason.into() }))
        }
        Outgoing::Ping => Message::Ping(bytes::Bytes::new()),
    }
}

fn broken(error: &Error) -> TransportError {
    TransportError::Broken(error.to_string())
}
