//! One tracker by itself.

mod nodes;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn data(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn state(value: Value) -> State {
    serde_json::from_value(value).unwrap()
}

fn entries(value: Value) -> BTreeMap<String, State> {
    serde_json::from_value(value).unwrap()
}

#[test]
fn whoever_comes_and_goes_is_told_by_their_own_meta_alone() {
    let mut tracker = Tracker::new("a");
    for number in 0..1000 {
        let (key, phx_ref) = (number.to_string(), format!("a{number}"));
        let delta = tracker.join("lobby:7", &key, &phx_ref, data(json!({ "n": number }))).unwrap();
        assert_eq!(delta.seq, number + 1);
        assert_eq!(
            json!(delta.diff),
            json!({"joins": {&key: {"metas": [{"phx_ref": phx_ref, "n": number}]}}, "leaves": {}})
        );
    }
    let delta = tracker.leave("lobby:7", "5", "a5").unwrap();
    assert_eq!(
        json!(delta),
        json!({"node": "a", "seq": 1001, "topic": "lobby:7", "joins": {}, "leaves": {"5": {"metas": [{"phx_ref": "a5", "n": 5}]}}})
    );
    assert_eq!((tracker.count("lobby:7"), tracker.count("lobby:8")), (999, 0));
}

#[test]
fn a_key_may_be_there_several_times() {
    let mut tracker = Tracker::new("a");
    tracker.join("t", "3", "one", data(json!({"device": "phone"})));
    tracker.join("t", "3", "two", data(json!({})));
    let both = json!({"3": {"metas": [{"phx_ref": "one", "device": "phone"}, {"phx_ref": "two"}]}});
    assert_eq!(json!(tracker.state("t")), both);
    tracker.leave("t", "3", "one");
    assert_eq!(json!(tracker.state("t")), json!({"3": {"metas": [{"phx_ref": "two"}]}}));
    tracker.leave("t", "3", "two");
    assert_eq!(json!(tracker.state("t")), json!({}));
}

#[test]
fn what_changes_nothing_is_not_told() {
    let mut tracker = Tracker::new("a");
    assert!(tracker.leave("t", "3", "one").is_none());
    assert!(tracker.join("t", "3", "one", data(json!({"ready": false}))).is_some());
    assert!(tracker.join("t", "3", "one", data(json!({"ready": false}))).is_none());
    let changed = tracker.join("t", "3", "one", data(json!({"ready": true}))).unwrap();
    assert!(changed.diff.leaves.is_empty());
    assert_eq!(json!(tracker.state("t")), json!({"3": {"metas": [{"phx_ref": "one", "ready": true}]}}));
    assert!(tracker.leave("t", "3", "two").is_none());
    assert_eq!(tracker.beat(), Beat { node: "a".to_owned(), seq: 2 });
}

#[test]
fn of_a_whole_copy_only_what_is_different_is_told() {
    let mut tracker = Tracker::new("a");
    tracker.join("t", "1", "here", data(json!({})));
    let first = json!({"t": {"2": {"metas": [{"phx_ref": "b1"}]}, "3": {"metas": [{"phx_ref": "b2"}]}}, "u": {"2": {"metas": [{"phx_ref": "b3"}]}}});
    assert_eq!(tracker.replace("b", entries(first.clone())).len(), 2);
    assert_eq!(tracker.replace("b", entries(first)), Diffs::new());
    let second = json!({"t": {"3": {"metas": [{"phx_ref": "b2"}, {"phx_ref": "b4"}]}}, "u": {"2": {"metas": [{"phx_ref": "b3"}]}}});
    let diffs = tracker.replace("b", entries(second));
    assert_eq!(
        json!(diffs),
        json!({"t": {"joins": {"3": {"metas": [{"phx_ref": "b4"}]}}, "leaves": {"2": {"metas": [{"phx_ref": "b1"}]}}}})
    );
    let diffs = tracker.node_down("b");
    assert_eq!(diffs.keys().collect::<Vec<_>>(), ["t", "u"]);
    assert_eq!(json!(tracker.state("t")), json!({"1": {"metas": [{"phx_ref": "here"}]}}));
    assert_eq!(tracker.node_down("b"), Diffs::new());
}

#[test]
fn a_full_copy_of_a_node_is_who_is_on_that_node() {
    let mut tracker = Tracker::new("a");
    tracker.join("t", "1", "a1", data(json!({"x": 1})));
    tracker.replace("b", entries(json!({"t": {"2": {"metas": [{"phx_ref": "b1"}]}}})));
    let full = tracker.full();
    assert_eq!(
        json!(full),
        json!({"node": "a", "seq": 1, "entries": {"t": {"1": {"metas": [{"phx_ref": "a1", "x": 1}]}}}})
    );
    assert_eq!(serde_json::from_value::<Full>(json!(full)).unwrap(), full);
}

#[test]
fn a_gap_is_asked_for_once_and_again_at_each_beat() {
    let mut here = Tracker::new("a");
    let mut there = Tracker::new("b");
    let deltas: Vec<_> =
        (1..=4).map(|n| there.join("t", &n.to_string(), &format!("b{n}"), Map::new()).unwrap()).collect();
    assert!(matches!(here.take_delta(deltas[0].clone()), Taken::Applied(diffs) if diffs["t"] == deltas[0].diff));
    assert_eq!(here.take_delta(deltas[0].clone()), Taken::Stale);
    assert_eq!(here.take_delta(deltas[2].clone()), Taken::Ask);
    assert_eq!(here.take_delta(deltas[3].clone()), Taken::Awaited);
    assert_eq!(here.take_beat(there.beat()), Taken::Ask);
    assert_eq!(here.state("t").0.len(), 1, "nothing is told in part");

    let Taken::Applied(diffs) = here.take_full(there.full()) else { panic!("a full copy is always taken") };
    assert_eq!(diffs["t"].joins.0.len(), 3);
    assert_eq!(here.take_beat(there.beat()), Taken::Applied(Diffs::new()));
    assert_eq!(here.take_delta(deltas[3].clone()), Taken::Stale);
    assert_eq!(here.take_full(Full { seq: 3, ..there.full() }), Taken::Stale);
    assert_eq!(here.take_full(here.full()), Taken::Stale);
}

#[test]
fn a_node_that_was_gone_is_heard_again_after_a_full_copy() {
    let mut here = Tracker::new("a");
    let mut there = Tracker::new("b");
    assert_eq!(here.take_beat(there.beat()), Taken::Applied(Diffs::new()), "it has said nothing yet");
    let first = there.join("t", "1", "b1", Map::new()).unwrap();
    assert!(matches!(here.take_delta(first), Taken::Applied(_)));
    assert_eq!(here.node_down("b")["t"].leaves.0.len(), 1);
    let second = there.join("t", "2", "b2", Map::new()).unwrap();
    assert_eq!(here.take_delta(second), Taken::Ask);
    assert!(matches!(here.take_full(there.full()), Taken::Applied(_)));
    assert_eq!(here.state("t"), there.state("t"));
}

#[test]
fn a_state_takes_in_diffs_as_the_official_client_does() {
    let mut before =
        state(json!({"1": {"metas": [{"phx_ref": "a"}, {"phx_ref": "b"}]}, "2": {"metas": [{"phx_ref": "c"}]}}));
    let diff = json!({
        "joins": {"1": {"metas": [{"phx_ref": "a", "ready": true}]}, "3": {"metas": [{"phx_ref": "d"}]}},
        "leaves": {"1": {"metas": [{"phx_ref": "b"}]}, "2": {"metas": [{"phx_ref": "c"}]}, "9": {"metas": [{"phx_ref": "x"}]}},
    });
    before.apply(serde_json::from_value(diff).unwrap());
    let after = json!({"1": {"metas": [{"phx_ref": "a", "ready": true}]}, "3": {"metas": [{"phx_ref": "d"}]}});
    assert_eq!(json!(before), after);
}

/// Somebody of one of two keys comes, with one of three refs, or goes.
fn step() -> impl Strategy<Value = Diff> {
    (any::<bool>(), 0..2_u8, 0..3_u8, 0..9_u8).prop_map(|(comes, key, phx_ref, n): (bool, u8, u8, u8)| {
        let mut diff = Diff::default();
        let state = if comes { &mut diff.joins } else { &mut diff.leaves };
        // A ref is never that of two keys.
        state.add(&key.to_string(), Meta { phx_ref: format!("{key}{phx_ref}"), data: data(json!({ "n": n })) });
        diff
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_told_in_one_is_what_was_told_one_after_another(
        before in prop::collection::vec(step(), 0..5),
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let mut each = State::default();
        for diff in before {
            each.apply(diff);
        }
        let mut at_once = each.clone();
        let mut together = Diff::default();
        for diff in steps {
            each.apply(diff.clone());
            together.then(diff);
        }
        at_once.apply(together);
        prop_assert_eq!(at_once, each);
    }
}
