//! Hands messages to Redis, many at once where many wait.

use std::sync::atomic::Ordering::Relaxed;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisResult};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::envelope::{Envelope, Said};
use super::{AGAIN, Line, PATIENCE, PULSE};

/// Messages handed over at once.
const BATCH: usize = 256;

pub(super) async fn speak(line: &Line, node: &str, mut said: mpsc::Receiver<Said>) {
    let mut has_lost = false;
    loop {
        match connect(line).await {
            Ok(mut connection) => {
                line.numbers.speaks.store(true, Relaxed);
                if has_lost {
                    // What waits is older than what the others will have read by then.
                    while said.try_recv().is_ok() {}
                }
                let error = talk(line, node, &mut said, &mut connection, has_lost).await;
                line.numbers.speaks.store(false, Relaxed);
                line.numbers.losses.fetch_add(1, Relaxed);
                tracing::warn!(error = %error, "Redis does not take what other nodes should hear");
                has_lost = true;
            }
            Err(error) => {
                tracing::debug!(%error, "Redis cannot be spoken to");
                // Nobody heard what waits: it is made up for once Redis is back.
                has_lost = true;
            }
        }
        sleep(AGAIN).await;
    }
}

async fn connect(line: &Line) -> RedisResult<MultiplexedConnection> {
    let config =
        AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
    line.client.get_multiplexed_async_connection_with_config(&config).await
}

/// Speaks until it cannot; says why.
async fn talk(
    line: &Line,
    node: &str,
    said: &mut mpsc::Receiver<Said>,
    connection: &mut MultiplexedConnection,
    has_lost: bool,
) -> redis::RedisError {
    let mut batch = Vec::new();
    let mut lost = line.numbers.lost.load(Relaxed);
    if has_lost {
        batch.push(Said::Lost);
    }
    loop {
        // An idle connection is tried, too: to say nothing is to ask whether Redis is there.
        if batch.is_empty() && timeout(PULSE, said.recv_many(&mut batch, BATCH)).await == Ok(0) {
            // The application is gone, and this with it.
            return std::future::pending().await;
        }
        // Some that did not find a place in the queue: the others must know before they hear more.
        let lost_now = line.numbers.lost.load(Relaxed);
        if lost_now != lost {
            lost = lost_now;
            batch.push(Said::Lost);
        }
        let mut pipeline = redis::pipe();
        if batch.is_empty() {
            pipeline.cmd("PING").ignore();
        }
        let count = batch.len() as u64;
        for said in batch.drain(..) {
            let channel = channel(line, &said);
            match serde_json::to_vec(&Envelope { node: node.to_owned(), said }) {
                Ok(bytes) => drop(pipeline.publish(channel, bytes).ignore()),
                Err(error) => tracing::error!(%error, "a message for other nodes could not be written"),
            }
        }
        if let Err(error) = pipeline.query_async::<()>(connection).await {
            return error;
        }
        line.numbers.said.fetch_add(count, Relaxed);
    }
}

fn channel(line: &Line, said: &Said) -> String {
    match said {
        Said::Event { topic, .. } => {
            let topic = wire::Topic::named(topic).ok().and_then(|topic| line.channel(topic));
            topic.unwrap_or_else(|| line.everybody())
        }
        Said::Edge(_) | Said::Ask { .. } | Said::Answer { .. } | Said::Lost => line.everybody(),
    }
}
