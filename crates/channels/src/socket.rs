//! One connection: joins, pushes, feeds, heartbeats and limits, over any transport.
//!
//! The transport is a stream of [`Incoming`] and a sink of [`Outgoing`], so that a web framework's WebSocket needs only
//! to be mapped, and tests need no network. What topics there are is for an [`Endpoint`] to say.
//!
//! Nothing is queued here without a bound: a client's frames are answered one after another and not read meanwhile, and
//! a feed is asked for more only when what it gave has been written. A peer that reads too slowly makes its feeds lag,
//! which they tell by [`Feed::Lagged`]; one that does not read at all is closed.
//!
//! ```
//! use channels::codec::{Payload, UNMATCHED_TOPIC};
//! use channels::socket::{Endpoint, Feed, Joined};
//! use futures_util::StreamExt;
//! use serde_json::{Value, json};
//! use tokio::sync::broadcast;
//! use tokio_stream::wrappers::BroadcastStream;
//!
//! /// A single topic, `news`, which anyone may read.
//! struct News(broadcast::Sender<Feed>);
//!
//! impl Endpoint for News {
//!     async fn join(&self, topic: &str, _: Value) -> Result<Joined, Value> {
//!         if topic != "news" {
//!             return Err(json!({ "reason": UNMATCHED_TOPIC }));
//!         }
//!         let feed = BroadcastStream::new(self.0.subscribe()).map(|item| item.unwrap_or(Feed::Lagged));
//!         Ok(Joined { response: json!({}), feed: feed.boxed() })
//!     }
//!
//!     async fn push(&self, _: &str, _: &str, _: Payload) -> Result<Payload, Value> {
//!         Err(json!({ "reason": "unknown_event" }))
//!     }
//! }
//! ```

mod bucket;
mod connection;
mod deadlines;
mod endpoint;
mod limits;
mod topics;
mod transport;

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{Sink, SinkExt, Stream, StreamExt, poll};
use tokio::time::{Instant, sleep_until, timeout};

use self::connection::{Connection, Done};
use self::deadlines::{Deadlines, Due};
pub use self::endpoint::{Endpoint, Feed, Joined};
pub use self::limits::Limits;
pub use self::transport::{Incoming, Outgoing, TransportError};
use crate::close::{self, Close};
use crate::codec::Frame;

/// How long a peer is waited for after the close frame. Without it the frame could be lost: a connection that is
/// dropped with unread bytes is reset.
const FAREWELL: Duration = Duration::from_secs(1);

/// How a connection went, for the log and the gauges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Why it is over.
    pub end: End,
    /// Frames that came, pings and pongs included.
    pub received: u64,
    /// Frames that were written, pings and the close left out.
    pub sent: u64,
    /// Frames which could not be understood.
    pub malformed: u32,
    /// Frames that were above the permitted rate.
    pub refused: u64,
}

/// Why a connection is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The client closed it or went away.
    Left,
    /// The transport failed, in its words.
    Lost(String),
    /// The server closed it.
    Closed(Close),
}

/// Serves one connection until it is over.
///
/// `ending` is the server's own wish to end it (it shuts down, the session was revoked): the socket closes as soon as
/// it answers. [`std::future::pending`] if there is none.
///
/// Needs a tokio runtime with its clock; all deadlines follow that clock.
pub async fn serve<T, E>(transport: T, endpoint: &E, limits: &Limits, ending: impl Future<Output = Close>) -> Outcome
where
    T: Stream<Item = Result<Incoming, TransportError>> + Sink<Outgoing, Error = TransportError>,
    E: Endpoint,
{
    let start = Instant::now();
    let mut transport = pin!(transport);
    // Polled when it is woken, and not with every frame: there is much behind it that has nothing to say.
    let mut ending = FuturesUnordered::from_iter([ending]);
    let mut connection = Connection::new(endpoint, limits, start);
    let mut deadlines = Deadlines::new(limits, start);
    let mut alarm = pin!(sleep_until(deadlines.next(false)));
    let mut news = Vec::new();
    let mut sent = 0;
    let mut was_news = false;

    let end = loop {
        // News first, since they are what wakes a socket most: the rest is not looked at twice for each. But after news the
        // rest comes first: neither busy feeds nor a busy client keep the others waiting.
        let mut rest_first = std::mem::take(&mut was_news);
        let turn = poll_fn(|context| {
            let is_last = std::mem::take(&mut rest_first);
            if !is_last && connection.topics.poll_news(context, &mut news).is_ready() {
                return Poll::Ready(Turn::News);
            }
            if let Some(work) = &mut connection.work {
                if let Poll::Ready(done) = work.as_mut().poll(context) {
                    connection.work = None;
                    return Poll::Ready(Turn::Answered(done));
                }
            } else if let Poll::Ready(frame) = transport.as_mut().poll_next(context) {
                return Poll::Ready(Turn::Heard(frame));
            }
            if alarm.as_mut().poll(context).is_ready() {
                return Poll::Ready(Turn::Alarm);
            }
            if let Poll::Ready(Some(close)) = ending.poll_next_unpin(context) {
                return Poll::Ready(Turn::Ending(close));
            }
            if is_last && connection.topics.poll_news(context, &mut news).is_ready() {
                return Poll::Ready(Turn::News);
            }
            Poll::Pending
        });
        let turn = turn.await;
        let now = Instant::now();
        let mut ping = false;
        let mut end = None;
        match turn {
            Turn::Heard(frame) => {
                deadlines.heard(now);
                end = heard(&mut connection, frame, now).err();
            }
            Turn::Answered(done) => connection.done(done),
            Turn::News => {
                was_news = true;
                news.drain(..).for_each(|(topic, item): (Arc<str>, Feed)| connection.news(&topic, item));
            }
            Turn::Alarm => match deadlines.due(now, connection.work.is_some()) {
                Some(Due::Ping) => ping = true,
                Some(Due::Close(close)) => end = Some(End::Closed(close)),
                None => {}
            },
            Turn::Ending(close) => end = Some(End::Closed(close)),
        }

        match write(transport.as_mut(), &mut connection.outbox, ping, limits.write).await {
            Ok(frames) => sent += frames,
            Err(failure) => break failure,
        }
        if let Some(end) = end {
            break end;
        }

        deadlines.joined(!connection.topics.is_empty(), now);
        let next = deadlines.next(connection.work.is_some());
        // Deadlines mostly move away; the alarm follows only when it rings, which is cheaper than with every frame.
        if next < alarm.deadline() || alarm.is_elapsed() {
            alarm.as_mut().reset(next);
        }
    };

    if let End::Closed(close) = end {
        farewell(transport, close).await;
    }
    let Connection { received, malformed, refused, .. } = connection;
    Outcome { end, received, sent, malformed, refused }
}

enum Turn {
    Heard(Option<Result<Incoming, TransportError>>),
    Answered(Done),
    News,
    Alarm,
    Ending(Close),
}

fn heard<E: Endpoint>(
    connection: &mut Connection<'_, E>,
    frame: Option<Result<Incoming, TransportError>>,
    now: Instant,
) -> Result<(), End> {
    match frame {
        Some(Ok(Incoming::Text(text))) => connection.text(&text, now).map_err(End::Closed),
        Some(Ok(Incoming::Binary(bytes))) => connection.binary(&bytes, now).map_err(End::Closed),
        Some(Ok(Incoming::Alive)) => connection.alive(now).map_err(End::Closed),
        Some(Ok(Incoming::Closed)) | None => Err(End::Left),
        Some(Err(error)) => Err(failed(error)),
    }
}

/// What is left to do when the transport failed.
fn failed(error: TransportError) -> End {
    match error {
        TransportError::TooLarge => End::Closed(close::TOO_LARGE),
        TransportError::Full => End::Closed(close::SLOW),
        TransportError::Broken(why) => End::Lost(why),
    }
}

async fn write<T: Sink<Outgoing, Error = TransportError>>(
    mut transport: Pin<&mut T>,
    outbox: &mut Vec<Frame>,
    ping: bool,
    limit: Duration,
) -> Result<u64, End> {
    if outbox.is_empty() && !ping {
        return Ok(0);
    }
    let frames = outbox.len() as u64;
    let mut writing = pin!(async {
        for frame in outbox.drain(..) {
            transport.feed(frame.into()).await?;
        }
        if ping {
            transport.feed(Outgoing::Ping).await?;
        }
        transport.flush().await
    });
    // Mostly the network takes it at once, and no clock is needed.
    let written = match poll!(writing.as_mut()) {
        Poll::Ready(written) => Ok(written),
        Poll::Pending => timeout(limit, writing).await,
    };
    match written {
        Ok(Ok(())) => Ok(frames),
        Ok(Err(error)) => Err(failed(error)),
        Err(_) => Err(End::Closed(close::SLOW)),
    }
}

/// Says why, and waits for the peer to have read it.
async fn farewell<T>(mut transport: Pin<&mut T>, Close { code, reason }: Close)
where
    T: Stream<Item = Result<Incoming, TransportError>> + Sink<Outgoing>,
{
    let said = async {
        if transport.send(Outgoing::Close { code, reason }).await.is_ok() {
            while let Some(Ok(frame)) = transport.next().await {
                if frame == Incoming::Closed {
                    break;
                }
            }
        }
    };
    // A peer that does not answer is left without.
    let _ = timeout(FAREWELL, said).await;
}
