//! An event on its way to those who listen.

use std::sync::OnceLock;

use bytes::Bytes;
use wire::Topic;

use super::Event;

/// In how many forms a message can be shared at most.
pub const FORMS: usize = 2;

/// An event on its topic, encoded once for all who hear it in the same form.
#[derive(Debug)]
pub struct Message {
    /// Where.
    pub topic: Topic,
    /// What.
    pub event: Event,
    /// Its number on its topic, by which listeners know that they missed nothing. None for what is not numbered.
    pub seq: Option<u64>,
    frames: [OnceLock<Bytes>; FORMS],
}

impl Message {
    pub(crate) fn new(topic: Topic, event: Event, seq: Option<u64>) -> Self {
        Self { topic, event, seq, frames: Default::default() }
    }

    /// The message as a frame: made by the first listener who asks for this form, shared by the others who do. What the
    /// forms are is for the listeners to agree on.
    ///
    /// # Panics
    /// When `form` is not below [`FORMS`].
    pub fn frame(&self, form: usize, encode: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.frames[form].get_or_init(|| encode(self)).clone()
    }
}
