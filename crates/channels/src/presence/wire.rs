//! What nodes tell one another. Every node numbers what it says, from 1; a number that is missing was lost on the way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Diff, State};

/// Something happened on a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// Which node says so.
    pub node: String,
    /// One more than that of the delta before.
    pub seq: u64,
    /// Where.
    pub topic: String,
    /// What: also what the node's own members are told.
    #[serde(flatten)]
    pub diff: Diff,
}

/// A node lives, and has said so much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Which node says so.
    pub node: String,
    /// The number of its last delta; 0 before the first.
    pub seq: u64,
}

/// Everybody who is on a node: the answer to whoever missed something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Full {
    /// Which node says so.
    pub node: String,
    /// The number of the last delta that is in here.
    pub seq: u64,
    /// Who is there, by topic.
    pub entries: BTreeMap<String, State>,
}
