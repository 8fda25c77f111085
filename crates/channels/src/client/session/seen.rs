//! How far a topic was heard.

use serde::Serialize;
use serde_json::Value;

/// The last event that was heard, as a join tells it to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Seen {
    epoch: String,
    seq: u64,
}

/// What an event's number means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// It is the one that was to come, or has no number.
    Next,
    /// It was heard already.
    Known,
    /// Events before it are missing.
    TooHigh,
}

impl Seen {
    /// Where a topic stands, by the response to a join. `None` for topics without numbers.
    pub(super) fn of(response: &Value) -> Option<Self> {
        Some(Self { epoch: response["epoch"].as_str()?.to_owned(), seq: response["seq"].as_u64()? })
    }

    /// Whether what is missing up to `now` follows, as the response to a join says that it does.
    pub(super) fn continues_to(&self, now: Option<&Self>) -> bool {
        now.is_some_and(|now| now.epoch == self.epoch && now.seq >= self.seq)
    }

    /// Counts an event in, if its turn has come.
    pub(super) fn take(&mut self, payload: &Value) -> Number {
        match payload["seq"].as_u64() {
            None => Number::Next,
            Some(seq) if seq <= self.seq => Number::Known,
            Some(seq) if seq == self.seq + 1 => {
                self.seq = seq;
                Number::Next
            }
            Some(_) => Number::TooHigh,
        }
    }
}
