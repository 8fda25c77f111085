//! Who is there: what a topic's members are told of one another, as the official client's `Presence` class reads it.
//!
//! Somebody is known by a *key*, such as an account's id, and may be there several times over: with each socket, or on
//! each device. Every time has a [`Meta`] of its own, told from the others by its `phx_ref`. A new member is sent the
//! [`State`] as [`STATE`]; from then on it is sent a [`Diff`] as [`DIFF`] whenever somebody comes or goes, which costs
//! as much for the thousandth member as for the first.
//!
//! ```text
//! presence_state  {"3": {"metas": [{"phx_ref": "a1", "name": "Ada"}]}}
//! presence_diff   {"joins": {"4": {"metas": [{"phx_ref": "a2"}]}}, "leaves": {}}
//! ```
//!
//! A [`Tracker`] keeps who is there on one node and what it heard of the others. Here is no clock, no network and no
//! runtime: what a tracker says is for its owner to send, and when a node counts as gone is for its owner to tell.

mod tracker;
mod wire;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::tracker::{Taken, Tracker};
pub use self::wire::{Beat, Delta, Full};

/// The event that carries a [`State`].
pub const STATE: &str = "presence_state";
/// The event that carries a [`Diff`].
pub const DIFF: &str = "presence_diff";

/// One time that somebody is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// Tells it from every other one of its topic, on whatever node.
    pub phx_ref: String,
    /// Whatever else is said of it, beside `phx_ref`.
    #[serde(flatten)]
    pub data: Map<String, Value>,
}

/// Every time that one key is there, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metas {
    /// Never empty in what is sent.
    pub metas: Vec<Meta>,
}

/// Who is there, by key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct State(pub BTreeMap<String, Metas>);

/// Who came and who went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// Who came. A `phx_ref` that was there already has another meta now.
    pub joins: State,
    /// Who went, with what was said of them.
    pub leaves: State,
}

/// What is to be told on which topics.
pub type Diffs = BTreeMap<String, Diff>;

impl State {
    /// Whether nobody is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One time more.
    pub fn add(&mut self, key: &str, meta: Meta) {
        match self.0.get_mut(key) {
            Some(Metas { metas }) => metas.push(meta),
            None => {
                self.0.insert(key.to_owned(), Metas { metas: vec![meta] });
            }
        }
    }

    /// Every time that anybody is there.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Meta)> {
        self.0.iter().flat_map(|(key, Metas { metas })| metas.iter().map(move |meta| (key.as_str(), meta)))
    }

    /// Takes in what happened, as the official client does: a join replaces what has its `phx_ref`.
    pub fn apply(&mut self, diff: Diff) {
        for (key, joined) in diff.joins.0 {
            self.remove(&key, &joined);
            self.0.entry(key).or_default().metas.extend(joined.metas);
        }
        for (key, left) in diff.leaves.0 {
            self.remove(&key, &left);
        }
    }

    /// Takes out every meta of a key that has the `phx_ref` of one of these.
    fn remove(&mut self, key: &str, these: &Metas) {
        let Some(Metas { metas }) = self.0.get_mut(key) else { return };
        metas.retain(|meta| these.metas.iter().all(|gone| gone.phx_ref != meta.phx_ref));
        if metas.is_empty() {
            self.0.remove(key);
        }
    }
}

impl Diff {
    /// Whether nothing happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.joins.is_empty() && self.leaves.is_empty()
    }

    /// Takes in what happened afterwards: whoever is told both in one knows the same as whoever was told one after the other.
    pub fn then(&mut self, after: Self) {
        for (key, joined) in after.joins.0 {
            // Joins are applied before leaves: one who came again must not be among those who went.
            self.leaves.remove(&key, &joined);
            self.joins.remove(&key, &joined);
            self.joins.0.entry(key).or_default().metas.extend(joined.metas);
        }
        for (key, left) in after.leaves.0 {
            self.leaves.remove(&key, &left);
            self.leaves.0.entry(key).or_default().metas.extend(left.metas);
        }
    }
}

#[cfg(test)]
mod tests;
