//! Taking connections in and serving them: HTTP/1.1 and the sockets that begin as such. What keeps slow and greedy
//! clients within bounds before there is a request stands here; what bounds a request stands in `in_time.rs`.

mod stream;

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioTimer;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use self::stream::Stream;
use crate::Limits;

/// How long accepting rests when the machine has no room for another connection (out of file descriptors or memory).
const REST: Duration = Duration::from_millis(100);
/// Bytes a connection reads and writes at once: more than the largest head it takes.
const LEAST_BUFFER: usize = 64 * 1024;

/// A port and what is served on it.
pub struct Listener {
    tcp: TcpListener,
    router: Router,
    http: http1::Builder,
    places: Arc<Semaphore>,
    stall: Duration,
}

/// The connections that are open after the last was taken in.
pub struct Connections(watch::Sender<()>);

impl Listener {
    /// Serves `router` to whoever connects, within the limits of a connection.
    #[must_use]
    pub fn new(tcp: TcpListener, router: Router, limits: &Limits) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(limits.header_seconds))
            .max_headers(limits.headers)
            .max_header_size(limits.header_bytes)
            .max_buf_size(LEAST_BUFFER.max(limits.header_bytes));
        let places = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
        Self { tcp, router, http, places, stall: Duration::from_secs(limits.stall_seconds) }
    }

    /// Takes connections in until `told` to stop, and closes the port then. Beyond the limit, connections wait in the
    /// machine's own queue until another one ends.
    pub async fn accept_until(self, told: impl Future<Output = ()>) -> Connections {
        let (stop, _) = watch::channel(());
        let mut told = std::pin::pin!(told);
        loop {
            let (place, stream, peer) = tokio::select! {
                biased;
                () = &mut told => return Connections(stop),
                next = self.next() => next,
            };
            let stream = Stream::new(stream, self.stall, place);
            tokio::spawn(serve(self.http.clone(), stream, self.router.clone(), peer, stop.subscribe()));
        }
    }

    /// The next connection, and the place it takes.
    async fn next(&self) -> (Option<OwnedSemaphorePermit>, TcpStream, SocketAddr) {
        // Never closed, and so never refused.
        let place = self.places.clone().acquire_owned().await.ok();
        loop {
            match self.tcp.accept().await {
                Ok((stream, peer)) => {
                    // Answers are written whole: waiting to fill a packet would only delay them.
                    let _as_it_is = stream.set_nodelay(true);
                    return (place, stream, peer);
                }
                Err(error) if was_given_up(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be taken in for now");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }
}

impl Connections {
    /// Lets each connection finish the request it is at, and closes it. Whether all had done so within `grace`.
    pub async fn finish(self, grace: Duration) -> bool {
        self.0.send_replace(());
        tokio::time::timeout(grace, self.0.closed()).await.is_ok()
    }
}

/// Whether a connection was gone before it was taken in: the next one may be fine.
fn was_given_up(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Serves one connection: to its end, or after a `stop` to the end of the request it is at.
async fn serve(http: http1::Builder, stream: Stream, router: Router, peer: SocketAddr, mut stop: watch::Receiver<()>) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let mut connection = std::pin::pin!(http.serve_connection(stream, service).with_upgrades());
    let served = tokio::select! {
        served = &mut connection => served,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}
