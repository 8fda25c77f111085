//! Hears what other nodes say, and notices when it could not.

use std::collections::HashSet;
use std::sync::atomic::Ordering::Relaxed;

use futures_util::StreamExt;
use redis::RedisResult;
use redis::aio::{PubSubSink, PubSubStream};
use tokio::sync::mpsc;
use tokio::time::{interval, sleep, timeout};
use wire::Topic;

use super::envelope::{self, Envelope, Said};
use super::{AGAIN, Line, PATIENCE, PULSE, Wish};
use crate::{App, connections, topics};

/// Wishes that are fulfilled at once.
const BATCH: usize = 256;

pub(super) async fn listen(app: &App, line: &Line, node: &str, mut wishes: mpsc::UnboundedReceiver<Wish>) {
    let mut wanted = HashSet::new();
    let mut has_missed = false;
    loop {
        // From here on whoever joins a topic waits until it is heard, or cannot be.
        line.tries.store(true, Relaxed);
        take_note(&mut wishes, &mut wanted);
        match open(line, &wanted).await {
            Ok((mut sink, mut stream)) => {
                line.numbers.hears.store(true, Relaxed);
                if has_missed || !wanted.is_empty() {
                    tracing::info!("other nodes are heard: what they said before is made up for");
                    topics::make_up(app);
                }
                let why = hear(app, line, node, &mut wishes, &mut wanted, &mut sink, &mut stream).await;
                line.numbers.hears.store(false, Relaxed);
                line.numbers.losses.fetch_add(1, Relaxed);
                tracing::warn!(%why, "other nodes are not heard: this one goes on alone");
            }
            Err(error) => tracing::debug!(%error, "Redis cannot be listened to"),
        }
        has_missed = true;
        line.tries.store(false, Relaxed);
        take_note(&mut wishes, &mut wanted);
        sleep(AGAIN).await;
    }
}

/// Fulfils in mind only what was wished while Redis was away.
fn take_note(wishes: &mut mpsc::UnboundedReceiver<Wish>, wanted: &mut HashSet<Topic>) {
    while let Ok(wish) = wishes.try_recv() {
        match wish {
            Wish::Hear(topic) => {
                wanted.insert(topic);
            }
            Wish::Ignore(topic) => {
                wanted.remove(&topic);
            }
            Wish::Settle(settled) => {
                let _gone = settled.send(());
            }
        }
    }
}

async fn open(line: &Line, wanted: &HashSet<Topic>) -> RedisResult<(PubSubSink, PubSubStream)> {
    in_time(async {
        let (mut sink, stream) = line.client.get_async_pubsub().await?.split();
        let mut channels = vec![line.everybody()];
        channels.extend(wanted.iter().filter_map(|topic| line.channel(*topic)));
        for some in channels.chunks(1_000) {
            sink.subscribe(some).await?;
        }
        Ok((sink, stream))
    })
    .await
}

/// Hears until it cannot; says why.
async fn hear(
    app: &App,
    line: &Line,
    node: &str,
    wishes: &mut mpsc::UnboundedReceiver<Wish>,
    wanted: &mut HashSet<Topic>,
    sink: &mut PubSubSink,
    stream: &mut PubSubStream,
) -> String {
    let mut pulse = interval(PULSE);
    let mut batch = Vec::new();
    loop {
        let done = tokio::select! {
            message = stream.next() => match message {
                Some(message) => {
                    take(app, line, node, message.get_payload_bytes());
                    Ok(())
                }
                None => return "the connection ended".to_owned(),
            },
            _ = wishes.recv_many(&mut batch, BATCH) => fulfil(line, &mut batch, wanted, sink).await,
            _ = pulse.tick() => in_time(sink.ping()).await,
        };
        if let Err(error) = done {
            return error.to_string();
        }
    }
}

/// Listens to, and stops listening to, whatever was wished, in one go each.
async fn fulfil(
    line: &Line,
    batch: &mut Vec<Wish>,
    wanted: &mut HashSet<Topic>,
    sink: &mut PubSubSink,
) -> RedisResult<()> {
    let (mut more, mut less, mut settled) = (HashSet::new(), HashSet::new(), Vec::new());
    for wish in batch.drain(..) {
        match wish {
            Wish::Hear(topic) => {
                if wanted.insert(topic) && !less.remove(&topic) {
                    more.insert(topic);
                }
            }
            Wish::Ignore(topic) => {
                if wanted.remove(&topic) && !more.remove(&topic) {
                    less.insert(topic);
                }
            }
            Wish::Settle(to) => settled.push(to),
        }
    }
    let channels = |topics: HashSet<Topic>| topics.into_iter().filter_map(|topic| line.channel(topic)).collect();
    let (more, less): (Vec<_>, Vec<_>) = (channels(more), channels(less));
    in_time(async {
        if !more.is_empty() {
            sink.subscribe(more).await?;
        }
        if !less.is_empty() {
            sink.unsubscribe(less).await?;
        }
        Ok(())
    })
    .await?;
    for to in settled {
        let _gone = to.send(());
    }
    Ok(())
}

async fn in_time<T>(asking: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    let late = || std::io::Error::new(std::io::ErrorKind::TimedOut, "Redis did not answer").into();
    timeout(PATIENCE, asking).await.unwrap_or_else(|_| Err(late()))
}

/// Takes what another node said.
fn take(app: &App, line: &Line, node: &str, bytes: &[u8]) {
    let envelope: Envelope = match serde_json::from_slice(bytes) {
        Ok(envelope) => envelope,
        Err(error) => return tracing::warn!(%error, "a message of another node was not understood"),
    };
    if envelope.node == node {
        return;
    }
    line.numbers.heard.fetch_add(1, Relaxed);
    line.asking.is_there(&envelope.node);
    match envelope.said {
        Said::Event { topic, event, seq, payload } => match envelope::read(&topic, &event, &payload) {
            Ok((topic, event)) => app.hear(topic, event, seq),
            Err(error) => tracing::warn!(%topic, %event, %error, "an event of another node was not understood"),
        },
        Said::Edge(words) => {
            // Of a server without sockets nobody listens.
            let _gone = line.edge.send(words);
        }
        Said::Ask { number, of, question } => {
            if of.is_none_or(|of| of == node) {
                match connections::answer(app, &question) {
                    Ok(answer) => line.say(Said::Answer { to: envelope.node, number, answer }),
                    Err(error) => tracing::error!(%error, "an answer to another node could not be written"),
                }
            }
        }
        Said::Answer { to, number, answer } => {
            if to == node {
                line.asking.answered(number, envelope.node, answer);
            }
        }
        Said::Lost => topics::make_up(app),
    }
}
