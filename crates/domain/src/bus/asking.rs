//! Asks other nodes, and knows whose answer is still to come.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::Line;
use super::envelope::Said;
use crate::connections::Question;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// After how long without a word a node is not expected to answer: each says every second that it lives.
const LEASE: Duration = Duration::from_secs(5);

/// What other nodes answered.
pub(crate) struct Answers<A> {
    /// In the order in which they came.
    pub(crate) given: Vec<A>,
    /// How many nodes did not answer.
    pub(crate) silent: usize,
}

/// Hears which node answered what.
type Asker = mpsc::UnboundedSender<(String, Box<RawValue>)>;

/// Questions that wait for answers, and the nodes that can give some.
#[derive(Default)]
pub(super) struct Asking {
    last: AtomicU64,
    open: Mutex<HashMap<u64, Asker>>,
    /// When each other node was heard last.
    nodes: Mutex<HashMap<String, Instant>>,
}

impl Asking {
    /// Something of this node was heard.
    pub(super) fn is_there(&self, node: &str) {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        match nodes.get_mut(node) {
            Some(heard) => *heard = Instant::now(),
            None => {
                nodes.insert(node.to_owned(), Instant::now());
            }
        }
    }

    /// A node answered. What nobody waits for any more is dropped.
    pub(super) fn answered(&self, number: u64, node: String, answer: Box<RawValue>) {
        if let Some(asker) = self.open.lock().unwrap_or_else(PoisonError::into_inner).get(&number) {
            let _gone = asker.send((node, answer));
        }
    }

    /// The other nodes that live.
    fn nodes(&self) -> Vec<String> {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        nodes.retain(|_, heard| heard.elapsed() <= LEASE);
        nodes.keys().cloned().collect()
    }
}

/// A question that is taken back when nobody waits any more.
struct Open<'a>(&'a Asking, u64);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

pub(super) async fn ask<A: DeserializeOwned>(line: &Line, of: Option<&str>, question: Question) -> Answers<A> {
    let asking = &line.asking;
    let mut awaited = asking.nodes();
    awaited.retain(|node| of.is_none_or(|of| of == node));
    let mut given = Vec::new();
    if !awaited.is_empty() {
        let (asker, mut answers) = mpsc::unbounded_channel();
        let number = asking.last.fetch_add(1, Ordering::Relaxed);
        asking.open.lock().unwrap_or_else(PoisonError::into_inner).insert(number, asker);
        let _open = Open(asking, number);
        line.say(Said::Ask { number, of: of.map(str::to_owned), question });
        let until = Instant::now() + PATIENCE;
        while !awaited.is_empty()
            && let Ok(Some((node, answer))) = timeout_at(until, answers.recv()).await
        {
            match serde_json::from_str(answer.get()) {
                Ok(answer) => {
                    given.push(answer);
                    awaited.retain(|one| *one != node);
                }
                Err(error) => tracing::warn!(node, %error, "an answer of another node was not understood"),
            }
        }
    }
    Answers { given, silent: awaited.len() }
}
