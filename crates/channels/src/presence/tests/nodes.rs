//! Several nodes over a network that loses, repeats and reorders.

use proptest::prelude::*;

use super::*;

/// What may happen. Which message and which copy is meant is taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
enum Step {
    Join {
        node: usize,
        topic: u8,
        key: u8,
        phx_ref: u8,
        ready: bool,
    },
    Leave {
        node: usize,
        topic: u8,
        key: u8,
        phx_ref: u8,
    },
    /// A node says that it lives.
    Beat {
        node: usize,
    },
    /// A node tells everybody all it has.
    Full {
        node: usize,
    },
    /// One message on its way arrives, and may arrive again later.
    Deliver {
        which: usize,
        again: bool,
    },
    /// The oldest message on its way arrives, as it should.
    DeliverNext,
    Lose {
        which: usize,
    },
    /// A node takes another for dead, rightly or not.
    Down {
        node: usize,
        other: usize,
    },
}

const NODES: usize = 3;
const NAMES: [&str; NODES] = ["a", "b", "c"];

fn step() -> impl Strategy<Value = Step> {
    let (node, topic, key, phx_ref) = (0..NODES, 0..2_u8, 0..3_u8, 0..3_u8);
    let (at, which) = ((node.clone(), topic, key, phx_ref), any::<usize>());
    prop_oneof![
        4 => (at.clone(), any::<bool>()).prop_map(|((node, topic, key, phx_ref), ready)| {
            Step::Join { node, topic, key, phx_ref, ready }
        }),
        2 => at.prop_map(|(node, topic, key, phx_ref)| Step::Leave { node, topic, key, phx_ref }),
        1 => node.clone().prop_map(|node| Step::Beat { node }),
        1 => node.clone().prop_map(|node| Step::Full { node }),
        2 => (which, any::<bool>()).prop_map(|(which, again)| Step::Deliver { which, again }),
        6 => Just(Step::DeliverNext),
        1 => which.prop_map(|which| Step::Lose { which }),
        1 => (node, 0..NODES).prop_map(|(node, other)| Step::Down { node, other }),
    ]
}

#[derive(Clone)]
enum Message {
    Delta(Delta),
    Beat(Beat),
    Full(Full),
}

/// A node, and what its members know of each topic: the sum of what they were told.
struct Node {
    tracker: Tracker,
    told: BTreeMap<String, State>,
}

impl Node {
    fn tell(&mut self, diffs: Diffs) {
        for (topic, diff) in diffs {
            assert!(!diff.is_empty(), "what is no difference is not told");
            self.told.entry(topic).or_default().apply(diff);
        }
    }

    /// Gives the node to be asked for everything.
    fn take(&mut self, message: Message) -> Option<String> {
        let (node, taken) = match message {
            Message::Delta(delta) => (delta.node.clone(), self.tracker.take_delta(delta)),
            Message::Beat(beat) => (beat.node.clone(), self.tracker.take_beat(beat)),
            Message::Full(full) => (full.node.clone(), self.tracker.take_full(full)),
        };
        match taken {
            Taken::Applied(diffs) => self.tell(diffs),
            Taken::Ask => return Some(node),
            Taken::Awaited | Taken::Stale => {}
        }
        None
    }
}

struct Network {
    nodes: Vec<Node>,
    /// To whom, and what.
    on_its_way: Vec<(usize, Message)>,
}

impl Network {
    fn send(&mut self, from: usize, message: &Message) {
        self.on_its_way.extend((0..NODES).filter(|to| *to != from).map(|to| (to, message.clone())));
    }

    fn deliver(&mut self, (to, message): (usize, Message)) {
        if let Some(asked) = self.nodes[to].take(message) {
            let from = NAMES.iter().position(|name| **name == asked).unwrap();
            let full = Message::Full(self.nodes[from].tracker.full());
            self.on_its_way.push((to, full));
        }
    }

    fn said(&mut self, node: usize, delta: Option<Delta>) {
        if let Some(delta) = delta {
            self.nodes[node].tell(Diffs::from([(delta.topic.clone(), delta.diff.clone())]));
            self.send(node, &Message::Delta(delta));
        }
    }

    fn step(&mut self, step: Step) {
        let names = |node: usize, topic: u8, key: u8, phx_ref: u8| {
            (format!("t{topic}"), format!("k{key}"), format!("{}{phx_ref}", NAMES[node]))
        };
        let waiting = self.on_its_way.len();
        match step {
            Step::Join { node, topic, key, phx_ref, ready } => {
                let (topic, key, phx_ref) = names(node, topic, key, phx_ref);
                let data = data(json!({ "ready": ready }));
                let delta = self.nodes[node].tracker.join(&topic, &key, &phx_ref, data);
                self.said(node, delta);
            }
            Step::Leave { node, topic, key, phx_ref } => {
                let (topic, key, phx_ref) = names(node, topic, key, phx_ref);
                let delta = self.nodes[node].tracker.leave(&topic, &key, &phx_ref);
                self.said(node, delta);
            }
            Step::Beat { node } => {
                let beat = Message::Beat(self.nodes[node].tracker.beat());
                self.send(node, &beat);
            }
            Step::Full { node } => {
                let full = Message::Full(self.nodes[node].tracker.full());
                self.send(node, &full);
            }
            Step::Deliver { which, again } if waiting > 0 => {
                let message = self.on_its_way.swap_remove(which % waiting);
                if again {
                    self.on_its_way.push(message.clone());
                }
                self.deliver(message);
            }
            Step::DeliverNext if waiting > 0 => {
                let message = self.on_its_way.remove(0);
                self.deliver(message);
            }
            Step::Lose { which } if waiting > 0 => drop(self.on_its_way.remove(which % waiting)),
            Step::Down { node, other } if node != other => {
                let diffs = self.nodes[node].tracker.node_down(NAMES[other]);
                self.nodes[node].tell(diffs);
            }
            Step::Deliver { .. } | Step::DeliverNext | Step::Lose { .. } | Step::Down { .. } => {}
        }
    }

    /// Who is really there: what each node says of itself.
    fn truth(&self, topic: &str) -> Vec<(String, Value)> {
        let mut all = State::default();
        for node in &self.nodes {
            for (key, meta) in node.tracker.full().entries.get(topic).into_iter().flat_map(State::iter) {
                all.add(key, meta.clone());
            }
        }
        sorted(&all)
    }
}

/// Nodes hear of one another in different orders.
fn sorted(state: &State) -> Vec<(String, Value)> {
    let mut all: Vec<_> = state.iter().map(|(key, meta)| (key.to_owned(), json!(meta))).collect();
    all.sort_by_key(|(key, meta)| (key.clone(), meta["phx_ref"].to_string()));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_lost_all_agree_after_a_full_copy_of_each(steps in prop::collection::vec(step(), 0..100)) {
        let nodes = NAMES.map(|name| Node { tracker: Tracker::new(name), told: BTreeMap::new() }).into();
        let mut network = Network { nodes, on_its_way: Vec::new() };
        for step in steps {
            network.step(step);
        }
        network.on_its_way.clear();
        for node in 0..NODES {
            network.step(Step::Full { node });
        }
        while !network.on_its_way.is_empty() {
            network.step(Step::DeliverNext);
        }
        for topic in ["t0", "t1"] {
            let truth = network.truth(topic);
            for Node { tracker, told } in &network.nodes {
                prop_assert_eq!(&sorted(&tracker.state(topic)), &truth);
                prop_assert_eq!(&sorted(&told.get(topic).cloned().unwrap_or_default()), &truth);
            }
        }
    }

    #[test]
    fn over_a_network_that_loses_nothing_nobody_ever_asks(steps in prop::collection::vec(step(), 0..100)) {
        let nodes = NAMES.map(|name| Node { tracker: Tracker::new(name), told: BTreeMap::new() }).into();
        let mut network = Network { nodes, on_its_way: Vec::new() };
        for step in steps {
            if matches!(step, Step::Deliver { .. } | Step::Lose { .. } | Step::Down { .. }) {
                continue;
            }
            network.step(step);
            while !network.on_its_way.is_empty() {
                let (to, message) = network.on_its_way.remove(0);
                prop_assert_eq!(network.nodes[to].take(message), None);
            }
            prop_assert!(network.nodes.iter().all(|node| sorted(&node.tracker.state("t0")) == network.truth("t0")));
        }
    }
}
