//! The time of a request: ours to answer it, and the client's to send it.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::error::Failure;
use crate::router::Server;

/// Gives a request up that takes too long: with a 408 when it is its body that does not come, else with a 503. An answer of
/// which the rest does not come for as long is broken off.
pub(crate) async fn in_time<F>(server: &Server, request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let limits = &server.limits;
    let body_due = Instant::now() + Duration::from_secs(limits.body_seconds);
    let coming = Arc::new(Coming::default());
    let request = request.map(|body| Arriving::watch(body, body_due, &coming));
    let mut answering = pin!(answer(request));
    let answer = tokio::select! {
        // The answer first: what is answered at once sets no alarm.
        biased;
        answer = &mut answering => Some(answer),
        () = sleep(Duration::from_secs(limits.seconds)) => None,
    };
    match answer {
        // Whatever the handler made of a body that broke off.
        _ if coming.is_late.load(Ordering::Relaxed) => Failure::slow_body().into_response(),
        Some(answer) => answer.map(|body| Going::watch(body, Duration::from_secs(limits.seconds))),
        None if coming.is_awaited.load(Ordering::Relaxed) => Failure::slow_body().into_response(),
        None => Failure::too_slow().into_response(),
    }
}

/// How a body comes along.
#[derive(Default)]
struct Coming {
    /// Somebody waits for more of it.
    is_awaited: AtomicBool,
    /// It was waited for until its time was over.
    is_late: AtomicBool,
}

/// A body that breaks off when its time is over.
struct Arriving {
    body: Body,
    due: Instant,
    alarm: Option<Pin<Box<Sleep>>>,
    coming: Arc<Coming>,
}

impl Arriving {
    fn watch(body: Body, due: Instant, coming: &Arc<Coming>) -> Body {
        // Nothing comes of an empty one.
        if hyper::body::Body::is_end_stream(&body) {
            return body;
        }
        Body::new(Self { body, due, alarm: None, coming: coming.clone() })
    }
}

impl hyper::body::Body for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = &mut *self;
        let frame = Pin::new(&mut this.body).poll_frame(cx);
        this.coming.is_awaited.store(frame.is_pending(), Ordering::Relaxed);
        if frame.is_ready() {
            return frame;
        }
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(this.due)));
        ready!(alarm.as_mut().poll(cx));
        this.coming.is_late.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new("the body did not come in time"))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer that breaks off when what comes next does not come in time. How long the client takes to read does
/// not count: it is only waited for what was asked for.
struct Going {
    body: Body,
    patience: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Going {
    fn watch(body: Body, patience: Duration) -> Body {
        // Of a body whose size is known everything is there.
        if hyper::body::Body::size_hint(&body).exact().is_some() {
            return body;
        }
        Body::new(Self { body, patience, alarm: None })
    }
}

impl hyper::body::Body for Going {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = &mut *self;
        let frame = Pin::new(&mut this.body).poll_frame(cx);
        if frame.is_ready() {
            this.alarm = None;
            return frame;
        }
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep(this.patience)));
        ready!(alarm.as_mut().poll(cx));
        tracing::error!("the rest of an answer did not come, and it was broken off");
        Poll::Ready(Some(Err(axum::Error::new("the rest of the answer did not come in time"))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::StreamExt as _;
    use futures_util::stream;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// A body of which each part takes so many seconds; the rest of it never comes.
    fn slow(parts: &'static [u64]) -> Body {
        let parts = stream::iter(parts).then(|seconds| async {
            sleep(Duration::from_secs(*seconds)).await;
            Ok::<_, Infallible>("part")
        });
        Going::watch(Body::from_stream(parts.chain(stream::pending())), PATIENCE)
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_whose_rest_does_not_come_is_broken_off() {
        let begun = Instant::now();
        let mut parts = slow(&[9, 9, 9]).into_data_stream();
        for _ in 0..3 {
            // However long the client takes.
            sleep(PATIENCE * 2).await;
            assert_eq!(parts.next().await.unwrap().unwrap(), "part");
        }
        assert!(begun.elapsed() > PATIENCE);
        let waited = Instant::now();
        assert!(parts.next().await.unwrap().is_err());
        assert_eq!(waited.elapsed().as_secs(), PATIENCE.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_comes_too_late_is_not_waited_for() {
        assert!(slow(&[11]).into_data_stream().next().await.unwrap().is_err());
    }
}
