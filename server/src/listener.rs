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
/// How long the last who were taken in have to say what they came for.
const MOMENT: Duration = Duration::from_millis(250);
/// Bytes a connection reads and writes at once: more than the largest head it takes.
const LEAST_BUFFER: usize = 64 * 1024;

/// A port and what is served on it.
pub struct Listener {
    tcp: TcpListener,
    service: Served,
}

/// What is served, and to how many.
struct Served {
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
        let stall = Duration::from_secs(limits.stall_seconds);
        Self { tcp, service: Served { router, http, places, stall } }
    }

    /// Takes connections in until `told` to stop, and closes the port then. Beyond the limit, connections wait in the
    /// machine's own queue until another one ends.
    pub async fn accept_until(self, told: impl Future<Output = ()>) -> Connections {
        let (stop, _) = watch::channel(());
        let mut told = std::pin::pin!(told);
        loop {
            tokio::select! {
                biased;
                () = &mut told => break,
                (place, stream, peer) = self.next() => self.service.serve(place, stream, peer, &stop),
            }
        }
        self.take_in_who_waits(&stop);
        Connections(stop)
    }

    /// The next connection, and the place it takes.
    async fn next(&self) -> (Option<OwnedSemaphorePermit>, TcpStream, SocketAddr) {
        // Never closed, and so never refused.
        let place = self.service.places.clone().acquire_owned().await.ok();
        loop {
            match self.tcp.accept().await {
                Ok((stream, peer)) => return (place, stream, peer),
                Err(error) if was_given_up(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be taken in for now");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    /// Closes the port. Whoever is in its queue already cannot know, and is served as well.
    fn take_in_who_waits(self, stop: &watch::Sender<()>) {
        let Self { tcp, service } = self;
        // Not by the runtime, which may not have heard of all of them yet.
        let Ok(tcp) = tcp.into_std() else { return };
        while let Ok(place) = service.places.clone().try_acquire_owned()
            && let Ok((stream, peer)) = tcp.accept()
        {
            if let Ok(stream) = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream)) {
                service.serve(Some(place), stream, peer, stop);
            }
        }
    }
}

impl Served {
    /// Serves one connection in a task of its own.
    fn serve(
        &self,
        place: Option<OwnedSemaphorePermit>,
        stream: TcpStream,
        peer: SocketAddr,
        stop: &watch::Sender<()>,
    ) {
        // Answers are written whole: waiting to fill a packet would only delay them.
        let _as_it_is = stream.set_nodelay(true);
        let stream = Stream::new(stream, self.stall, place);
        tokio::spawn(serve(self.http.clone(), stream, self.router.clone(), peer, stop.subscribe()));
    }
}

impl Connections {
    /// Lets each connection finish the request it is at, and closes it. Whether all had done so within `grace`.
    pub async fn finish(self, grace: Duration) -> bool {
        tokio::time::sleep(MOMENT).await;
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
