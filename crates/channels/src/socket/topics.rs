//! The topics a socket has joined.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio_stream::StreamMap;

use super::Feed;

/// How many items are taken from the feeds before the client's own frames have their turn, and before they are flushed.
const BATCH: usize = 32;

#[derive(Default)]
pub(super) struct Topics {
    feeds: StreamMap<Arc<str>, BoxStream<'static, Feed>>,
    members: HashMap<Arc<str>, Member>,
}

/// What is known of a joined topic.
pub(super) struct Member {
    /// As the client numbered its join.
    pub(super) join_ref: Option<String>,
}

impl Topics {
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn member(&self, topic: &str) -> Option<&Member> {
        self.members.get(topic)
    }

    pub(super) fn insert(&mut self, topic: &str, join_ref: Option<String>, feed: BoxStream<'static, Feed>) {
        let topic: Arc<str> = topic.into();
        // Whatever fed it is gone; `StreamMap` would drop such a feed without a word.
        let feed = feed.chain(stream::once(ready(Feed::Lagged))).boxed();
        self.feeds.insert(topic.clone(), feed);
        self.members.insert(topic, Member { join_ref });
    }

    pub(super) fn remove(&mut self, topic: &str) -> Option<Member> {
        self.feeds.remove(topic);
        self.members.remove(topic)
    }

    /// Appends what is ready, each topic in its order and each with its turn. Pending while nothing is, and when nothing is
    /// joined.
    pub(super) fn poll_news(&mut self, context: &mut Context<'_>, into: &mut Vec<(Arc<str>, Feed)>) -> Poll<()> {
        match self.feeds.poll_next_many(context, into, BATCH) {
            Poll::Ready(1..) => Poll::Ready(()),
            Poll::Ready(0) | Poll::Pending => Poll::Pending,
        }
    }
}
