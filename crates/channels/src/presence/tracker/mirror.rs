//! What is heard of other nodes, and what is done when something was lost on the way.

use super::Tracker;
use crate::presence::{Beat, Delta, Diff, Diffs, Full};

/// How far a node was heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    seq: u64,
    /// Something was missed, and everything asked for.
    asked: bool,
}

/// What became of what another node said.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// It counts: tell the members of this node what is different now, which may be nothing.
    Applied(Diffs),
    /// Something before it was lost: ask that node for a [`Full`]. Whatever it says until then is dropped.
    Ask,
    /// As before, but it was asked already. The next [`Beat`] says [`Taken::Ask`] again, lest question or answer were
    /// lost, too.
    Awaited,
    /// It is known already, or older than what is, or of this node itself.
    Stale,
}

impl Tracker {
    /// Something happened on another node.
    pub fn take_delta(&mut self, delta: Delta) -> Taken {
        let Delta { node, seq, topic, diff: Diff { joins, leaves } } = delta;
        if node == self.node {
            return Taken::Stale;
        }
        let heard = self.heard.entry(node.clone()).or_default();
        if seq <= heard.seq {
            return Taken::Stale;
        }
        if seq > heard.seq + 1 {
            let asked = std::mem::replace(&mut heard.asked, true);
            return if asked { Taken::Awaited } else { Taken::Ask };
        }
        heard.seq = seq;
        let joins = self.add_all(&node, &topic, joins);
        let mut diff = Diff { joins, ..Diff::default() };
        for (key, meta) in leaves.iter() {
            if let Some(meta) = self.remove(&node, &topic, key, &meta.phx_ref) {
                diff.leaves.add(key, meta);
            }
        }
        Taken::Applied(if diff.is_empty() { Diffs::new() } else { Diffs::from([(topic, diff)]) })
    }

    /// Another node lives. Tells whether anything it said was missed.
    pub fn take_beat(&mut self, beat: Beat) -> Taken {
        if beat.node == self.node {
            return Taken::Stale;
        }
        let heard = self.heard.entry(beat.node).or_default();
        if beat.seq < heard.seq {
            return Taken::Stale;
        }
        heard.asked = beat.seq > heard.seq;
        if heard.asked { Taken::Ask } else { Taken::Applied(Diffs::new()) }
    }

    /// Everybody who is on another node.
    pub fn take_full(&mut self, full: Full) -> Taken {
        let Full { node, seq, entries } = full;
        if node == self.node || self.heard.get(&node).is_some_and(|heard| seq < heard.seq) {
            return Taken::Stale;
        }
        self.heard.insert(node.clone(), Heard { seq, asked: false });
        Taken::Applied(self.replace(&node, entries))
    }
}
