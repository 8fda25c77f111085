//! Who is there, on this node and, as far as it heard, on all others.

mod mirror;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use self::mirror::Heard;
pub use self::mirror::Taken;
use super::{Beat, Delta, Diff, Diffs, Full, Meta, State};

/// Who is there. It answers every change with what is to be told of it, and changes that change nothing with nothing.
///
/// A `phx_ref` must not be used by two nodes at once, and a process that starts again must have another name for its
/// node: the numbers of the two could not be compared.
#[derive(Debug)]
pub struct Tracker {
    node: String,
    seq: u64,
    /// By topic and key. Both are removed with the last one there.
    topics: HashMap<Arc<str>, Keys>,
    /// Where each node's people are: by topic, key and `phx_ref`.
    nodes: HashMap<String, BTreeSet<Place>>,
    /// What was heard of the other nodes.
    heard: HashMap<String, Heard>,
}

/// Who is on a topic, in the order in which they came.
type Keys = BTreeMap<Arc<str>, Vec<Arc<Meta>>>;
/// Where somebody is, and as what.
type Place = (Arc<str>, Arc<str>, Arc<str>);

impl Tracker {
    /// An empty one, for the node of this name.
    #[must_use]
    pub fn new(node: impl Into<String>) -> Self {
        Self { node: node.into(), seq: 0, topics: HashMap::new(), nodes: HashMap::new(), heard: HashMap::new() }
    }

    /// This node's name.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Everybody who is on this topic, on all nodes.
    #[must_use]
    pub fn state(&self, topic: &str) -> State {
        let keys = self.topics.get(topic).into_iter().flatten();
        let metas = |metas: &Vec<Arc<Meta>>| metas.iter().map(|meta| Meta::clone(meta)).collect();
        State(keys.map(|(key, all)| (key.to_string(), super::Metas { metas: metas(all) })).collect())
    }

    /// How many are on this topic, on all nodes, each key counted once.
    #[must_use]
    pub fn count(&self, topic: &str) -> usize {
        self.topics.get(topic).map_or(0, BTreeMap::len)
    }

    /// How many times a key is on this topic, on all nodes.
    #[must_use]
    pub fn times(&self, topic: &str, key: &str) -> usize {
        self.topics.get(topic).and_then(|keys| keys.get(key)).map_or(0, Vec::len)
    }

    /// Somebody came, on this node. Gives what to tell the other nodes, and by its diff this one's members; nothing if
    /// the same was said before.
    pub fn join(&mut self, topic: &str, key: &str, phx_ref: &str, data: Map<String, Value>) -> Option<Delta> {
        let meta = Meta { phx_ref: phx_ref.to_owned(), data };
        let mut diff = Diff::default();
        let node = self.node.clone();
        if self.add(&node, topic, key, meta.clone()) {
            diff.joins.add(key, meta);
        }
        self.tell(topic, diff)
    }

    /// Somebody went, on this node. Gives what to tell; nothing if nobody was there.
    pub fn leave(&mut self, topic: &str, key: &str, phx_ref: &str) -> Option<Delta> {
        let mut diff = Diff::default();
        let node = self.node.clone();
        if let Some(meta) = self.remove(&node, topic, key, phx_ref) {
            diff.leaves.add(key, meta);
        }
        self.tell(topic, diff)
    }

    /// A node is gone, and whoever was on it. What it says later is heard again after a [`Full`].
    pub fn node_down(&mut self, node: &str) -> Diffs {
        self.heard.remove(node);
        self.replace(node, BTreeMap::new())
    }

    /// Everybody who is on a node, by topic. Gives what is different from what was known.
    pub fn replace(&mut self, node: &str, entries: BTreeMap<String, State>) -> Diffs {
        let mut diffs = Diffs::new();
        let gone: Vec<_> = self.nodes.get(node).into_iter().flatten().cloned().collect();
        let stays = |topic: &str, key: &str, phx_ref: &str| {
            let metas = entries.get(topic).and_then(|state| state.0.get(key));
            metas.is_some_and(|all| all.metas.iter().any(|meta| meta.phx_ref == phx_ref))
        };
        for (topic, key, phx_ref) in gone.iter().filter(|(topic, key, phx_ref)| !stays(topic, key, phx_ref)) {
            if let Some(meta) = self.remove(node, topic, key, phx_ref) {
                diffs.entry(topic.to_string()).or_default().leaves.add(key, meta);
            }
        }
        for (topic, state) in entries {
            let joins = self.add_all(node, &topic, state);
            if !joins.is_empty() {
                diffs.entry(topic).or_default().joins = joins;
            }
        }
        diffs
    }

    /// That this node lives.
    #[must_use]
    pub fn beat(&self) -> Beat {
        Beat { node: self.node.clone(), seq: self.seq }
    }

    /// Everybody who is on this node: for whoever asks, and for all when it starts to speak with them again.
    #[must_use]
    pub fn full(&self) -> Full {
        let mut entries = BTreeMap::<String, State>::new();
        for (topic, key, phx_ref) in self.nodes.get(&self.node).into_iter().flatten() {
            if let Some(meta) = self.find(topic, key, phx_ref) {
                entries.entry(topic.to_string()).or_default().add(key, Meta::clone(meta));
            }
        }
        Full { node: self.node.clone(), seq: self.seq, entries }
    }

    fn tell(&mut self, topic: &str, diff: Diff) -> Option<Delta> {
        if diff.is_empty() {
            return None;
        }
        self.seq += 1;
        Some(Delta { node: self.node.clone(), seq: self.seq, topic: topic.to_owned(), diff })
    }

    fn find(&self, topic: &str, key: &str, phx_ref: &str) -> Option<&Arc<Meta>> {
        self.topics.get(topic)?.get(key)?.iter().find(|meta| meta.phx_ref == phx_ref)
    }

    /// Adds all of these; gives those that were not there, or otherwise.
    fn add_all(&mut self, node: &str, topic: &str, state: State) -> State {
        let mut joins = State::default();
        for (key, all) in state.0 {
            for meta in all.metas {
                if self.add(node, topic, &key, meta.clone()) {
                    joins.add(&key, meta);
                }
            }
        }
        joins
    }

    /// Whether that changes anything.
    fn add(&mut self, node: &str, topic: &str, key: &str, meta: Meta) -> bool {
        // The names of topics and keys are shared by all who are there.
        let topic = self.topics.get_key_value(topic).map_or_else(|| topic.into(), |(topic, _)| topic.clone());
        let keys = self.topics.entry(topic.clone()).or_default();
        let key = keys.get_key_value(key).map_or_else(|| key.into(), |(key, _)| key.clone());
        let metas = keys.entry(key.clone()).or_default();
        let place = (topic, key, meta.phx_ref.as_str().into());
        if let Some(old) = metas.iter_mut().find(|old| old.phx_ref == meta.phx_ref) {
            if **old == meta {
                return false;
            }
            *old = Arc::new(meta);
        } else {
            metas.push(Arc::new(meta));
        }
        self.nodes.entry(node.to_owned()).or_default().insert(place);
        true
    }

    fn remove(&mut self, node: &str, topic: &str, key: &str, phx_ref: &str) -> Option<Meta> {
        let place: Place = (topic.into(), key.into(), phx_ref.into());
        let places = self.nodes.get_mut(node)?;
        if !places.remove(&place) {
            return None;
        }
        if places.is_empty() {
            self.nodes.remove(node);
        }
        let keys = self.topics.get_mut(topic)?;
        let metas = keys.get_mut(key)?;
        let meta = metas.remove(metas.iter().position(|meta| meta.phx_ref == phx_ref)?);
        if metas.is_empty() {
            keys.remove(key);
        }
        if keys.is_empty() {
            self.topics.remove(topic);
        }
        Some(Arc::unwrap_or_clone(meta))
    }
}
