//! A session and its frames.

use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::codec::{Frame, Payload};

/// A session on an open connection that has joined `lobbies` under the ref "1".
fn joined() -> Session {
    let mut session = Session::new();
    session.opened();
    assert_eq!(session.hold("lobbies"), Held::Send(r#"["1","1","lobbies","phx_join",{}]"#.to_owned()));
    let act = session.heard(r#"["1","1","lobbies","phx_reply",{"status":"ok","response":{"seq":4}}]"#);
    assert_eq!(act, Some(tell(Heard::Joined(json!({"seq": 4})))));
    session
}

fn tell(heard: Heard) -> Act {
    Act::Tell { topic: "lobbies".to_owned(), heard }
}

fn join_later(attempt: u32) -> Act {
    Act::JoinLater { topic: "lobbies".to_owned(), attempt }
}

#[test]
fn topics_are_joined_when_the_connection_opens_and_again_on_the_next() {
    let mut session = Session::new();
    assert_eq!(session.hold("a"), Held::Awaited);
    assert_eq!(session.hold("b"), Held::Awaited);
    assert_eq!(session.opened(), [r#"["1","1","a","phx_join",{}]"#, r#"["2","2","b","phx_join",{}]"#]);
    session.closed();
    assert_eq!(session.opened(), [r#"["3","3","a","phx_join",{}]"#, r#"["4","4","b","phx_join",{}]"#]);
}

#[test]
fn two_subscriptions_share_one_join_and_the_last_one_leaves() {
    let mut session = joined();
    assert_eq!(session.hold("lobbies"), Held::Joined(json!({"seq": 4})));
    assert_eq!(session.release("lobbies"), None);
    assert_eq!(session.release("lobbies").unwrap(), r#"["1","2","lobbies","phx_leave",{}]"#);
    assert_eq!(session.release("lobbies"), None);
}

#[test]
fn nothing_is_left_without_a_connection() {
    let mut session = joined();
    session.closed();
    assert_eq!(session.release("lobbies"), None);
    assert!(session.opened().is_empty());
}

#[test]
fn events_are_heard_while_joined() {
    let mut session = joined();
    let event = || Some(tell(Heard::Event { event: "lobby_deleted".to_owned(), payload: json!({"id": 1}) }));
    assert_eq!(session.heard(r#"[null,null,"lobbies","lobby_deleted",{"id":1}]"#), event());
    assert_eq!(session.heard(r#"["1",null,"lobbies","lobby_deleted",{"id":1}]"#), event());
    assert_eq!(session.heard(r#"[null,null,"elsewhere","lobby_deleted",{"id":1}]"#), None);
    assert_eq!(session.heard("nonsense"), None);
}

#[test]
fn frames_of_an_earlier_membership_mean_nothing() {
    let mut session = joined();
    session.release("lobbies");
    assert_eq!(session.hold("lobbies"), Held::Send(r#"["3","3","lobbies","phx_join",{}]"#.to_owned()));
    // The server's answers to the leave, and a broadcast from before it.
    assert_eq!(session.heard(r#"["1","2","lobbies","phx_reply",{"status":"ok","response":{}}]"#), None);
    assert_eq!(session.heard(r#"["1","1","lobbies","phx_close",{}]"#), None);
    assert_eq!(session.heard(r#"[null,null,"lobbies","lobby_deleted",{"id":1}]"#), None);
    let act = session.heard(r#"["3","3","lobbies","phx_reply",{"status":"ok","response":{}}]"#);
    assert_eq!(act, Some(tell(Heard::Joined(json!({})))));
}

#[test]
fn an_error_joins_anew_and_waits_longer_each_time() {
    let mut session = joined();
    assert_eq!(session.heard(r#"["1","1","lobbies","phx_error",{}]"#), Some(join_later(0)));
    assert_eq!(session.hold("lobbies"), Held::Awaited);
    assert_eq!(session.join("lobbies").unwrap(), r#"["2","2","lobbies","phx_join",{}]"#);
    assert_eq!(session.join("lobbies"), None, "one join at a time");
    session.heard(r#"["2","2","lobbies","phx_reply",{"status":"ok","response":{}}]"#);
    assert_eq!(session.heard(r#"["2","2","lobbies","phx_error",{}]"#), Some(join_later(1)));

    session.join("lobbies");
    session.heard(r#"["3","3","lobbies","phx_reply",{"status":"ok","response":{}}]"#);
    session.beat();
    assert_eq!(session.heard(r#"["3","3","lobbies","phx_error",{}]"#), Some(join_later(0)), "it had been quiet");
}

#[test]
fn a_refusal_stands_until_the_next_connection() {
    let mut session = Session::new();
    session.hold("lobbies");
    session.opened();
    let refused = r#"["1","1","lobbies","phx_reply",{"status":"error","response":{"reason":"unauthorized"}}]"#;
    assert_eq!(session.heard(refused), Some(tell(Heard::Refused(json!({"reason": "unauthorized"})))));
    assert_eq!(session.join("lobbies"), None);
    session.closed();
    assert_eq!(session.opened(), [r#"["2","2","lobbies","phx_join",{}]"#]);
}

#[test]
fn a_join_that_came_too_fast_or_to_a_busy_server_is_sent_again_later() {
    for refusal in [
        r#"{"reason":"too_many_frames"}"#,
        r#"{"reason":"busy","error":"busy"}"#,
        r#"{"reason":"unauthorized","error":"database_unavailable"}"#,
    ] {
        let mut session = Session::new();
        session.hold("lobbies");
        session.opened();
        let refused = format!(r#"["1","1","lobbies","phx_reply",{{"status":"error","response":{refusal}}}]"#);
        assert_eq!(session.heard(&refused), Some(join_later(0)), "{refusal}");
        assert_eq!(session.join("lobbies"), Some(r#"["2","2","lobbies","phx_join",{}]"#.to_owned()));
    }
}

#[test]
fn a_membership_that_ended_stays_so_until_somebody_subscribes_again() {
    let mut session = joined();
    assert_eq!(session.heard(r#"["1","1","lobbies","phx_close",{}]"#), Some(tell(Heard::Closed)));
    session.closed();
    assert!(session.opened().is_empty());
    assert_eq!(session.hold("lobbies"), Held::Send(r#"["2","2","lobbies","phx_join",{}]"#.to_owned()));
}

#[test]
fn a_heartbeat_without_an_answer_means_the_connection_is_dead() {
    let mut session = joined();
    assert_eq!(session.beat(), Beat::Send(r#"[null,"2","phoenix","heartbeat",{}]"#.to_owned()));
    assert_eq!(session.heard(r#"[null,"2","phoenix","phx_reply",{"status":"ok","response":{}}]"#), None);
    assert_eq!(session.beat(), Beat::Send(r#"[null,"3","phoenix","heartbeat",{}]"#.to_owned()));
    assert_eq!(session.beat(), Beat::Dead);
    session.closed();
    session.opened();
    assert!(matches!(session.beat(), Beat::Send(_)), "a new connection starts anew");
}

/// As [`joined`], on a topic whose events are numbered: four of the epoch "a" are in the state.
fn numbered() -> Session {
    let mut session = Session::new();
    session.opened();
    session.hold("lobbies");
    let act = session.heard(r#"["1","1","lobbies","phx_reply",{"status":"ok","response":{"epoch":"a","seq":4}}]"#);
    assert_eq!(act, Some(tell(Heard::Joined(json!({"epoch": "a", "seq": 4})))));
    session
}

fn event(seq: u64) -> String {
    format!(r#"[null,null,"lobbies","lobby_deleted",{{"id":1,"seq":{seq}}}]"#)
}

fn tells(seq: u64) -> Act {
    tell(Heard::Event { event: "lobby_deleted".to_owned(), payload: json!({"id": 1, "seq": seq}) })
}

fn answer(reference: u64, response: &str) -> String {
    format!(r#"["{reference}","{reference}","lobbies","phx_reply",{{"status":"ok","response":{response}}}]"#)
}

#[test]
fn events_are_counted_and_none_is_heard_twice() {
    let mut session = numbered();
    assert_eq!(session.heard(&event(4)), None, "the state has it");
    assert_eq!(session.heard(&event(5)), Some(tells(5)));
    assert_eq!(session.heard(&event(5)), None);
    assert_eq!(session.heard(&event(6)), Some(tells(6)));
    let relayed = session.heard(r#"[null,null,"lobbies","message",{"text":"hi"}]"#);
    assert!(matches!(relayed, Some(Act::Tell { heard: Heard::Event { .. }, .. })), "what has no number is not counted");
    assert_eq!(session.heard(&event(7)), Some(tells(7)));
}

#[test]
fn a_reconnect_says_what_was_seen_and_what_was_missed_follows() {
    let mut session = numbered();
    session.heard(&event(5));
    session.closed();
    assert_eq!(session.opened(), [r#"["2","2","lobbies","phx_join",{"epoch":"a","seq":5}]"#]);
    assert_eq!(session.heard(&answer(2, r#"{"epoch":"a","resync":false,"seq":7}"#)), Some(tell(Heard::Recovered)));
    assert_eq!([6, 7, 8].map(|seq| session.heard(&event(seq))), [6, 7, 8].map(tells).map(Some));
    assert_eq!(session.hold("lobbies"), Held::Joined(json!({"epoch": "a", "seq": 4})), "the last state that was told");
}

#[test]
fn a_reconnect_after_too_long_brings_the_state_anew() {
    let mut session = numbered();
    session.closed();
    session.opened();
    let response = json!({"epoch": "b", "resync": true, "seq": 1, "lobby_id": null});
    assert_eq!(session.heard(&answer(2, &response.to_string())), Some(tell(Heard::Joined(response.clone()))));
    assert_eq!(
        session.heard(&event(5)),
        Some(Act::Send(r#"["3","3","lobbies","phx_join",{"epoch":"b","seq":1}]"#.to_owned()))
    );
    assert_eq!(session.hold("lobbies"), Held::Send(r#"["4","4","lobbies","phx_join",{}]"#.to_owned()));
}

#[test]
fn a_server_that_knows_no_numbers_tells_the_state_each_time() {
    let mut session = joined();
    session.closed();
    assert_eq!(session.opened(), [r#"["2","2","lobbies","phx_join",{}]"#]);
    let mut session = numbered();
    session.closed();
    session.opened();
    let act = session.heard(&answer(2, r#"{"epoch":"b","seq":0}"#));
    assert_eq!(act, Some(tell(Heard::Joined(json!({"epoch": "b", "seq": 0})))));
}

#[test]
fn a_gap_is_never_passed_over() {
    let mut session = numbered();
    let rejoin = r#"["2","2","lobbies","phx_join",{"epoch":"a","seq":4}]"#.to_owned();
    assert_eq!(session.heard(&event(6)), Some(Act::Send(rejoin)));
    assert_eq!(session.heard(&event(7)), None, "it follows, too");
    assert_eq!(session.heard(r#"["1","1","lobbies","phx_close",{}]"#), None, "the end of the first membership");
    assert_eq!(session.heard(&answer(2, r#"{"epoch":"a","resync":false,"seq":7}"#)), Some(tell(Heard::Recovered)));
    assert_eq!([5, 6, 7].map(|seq| session.heard(&event(seq))), [5, 6, 7].map(tells).map(Some));

    assert_eq!(session.heard(&event(9)), Some(join_later(1)), "a topic with gap after gap is not joined in a circle");
    assert_eq!(session.join("lobbies").unwrap(), r#"["3","3","lobbies","phx_join",{"epoch":"a","seq":7}]"#);
}

#[test]
fn a_recovery_from_other_numbers_is_no_recovery() {
    for response in
        [r#"{"epoch":"b","resync":false,"seq":9}"#, r#"{"epoch":"a","resync":false,"seq":3}"#, r#"{"resync":false}"#]
    {
        let mut session = numbered();
        session.closed();
        session.opened();
        assert_eq!(session.heard(&answer(2, response)), Some(join_later(0)), "{response}");
        assert_eq!(session.join("lobbies").unwrap(), r#"["3","3","lobbies","phx_join",{}]"#);
    }
}

#[test]
fn whoever_subscribes_meanwhile_is_told_the_state() {
    let mut session = numbered();
    session.closed();
    assert_eq!(session.hold("lobbies"), Held::Awaited);
    assert_eq!(session.opened(), [r#"["2","2","lobbies","phx_join",{}]"#]);
    session.heard(&answer(2, r#"{"epoch":"a","seq":6}"#));

    session.closed();
    session.opened();
    assert_eq!(session.hold("lobbies"), Held::Send(r#"["4","4","lobbies","phx_join",{}]"#.to_owned()));
    assert_eq!(session.heard(&answer(3, r#"{"epoch":"a","resync":false,"seq":6}"#)), None);
    let act = session.heard(&answer(4, r#"{"epoch":"a","seq":6}"#));
    assert_eq!(act, Some(tell(Heard::Joined(json!({"epoch": "a", "seq": 6})))));
}

#[test]
fn what_was_seen_before_the_end_of_a_membership_counts_no_more() {
    let mut session = numbered();
    session.heard(r#"["1","1","lobbies","phx_close",{}]"#);
    assert_eq!(session.hold("lobbies"), Held::Send(r#"["2","2","lobbies","phx_join",{}]"#.to_owned()));
    session.heard(&answer(2, r#"{"epoch":"a","seq":6}"#));
    session.closed();
    session.opened();
    session.heard(r#"["3","3","lobbies","phx_reply",{"status":"error","response":{"reason":"unauthorized"}}]"#);
    session.closed();
    assert_eq!(session.opened(), [r#"["4","4","lobbies","phx_join",{}]"#]);
}

#[test]
fn a_member_that_fell_behind_recovers_too() {
    let mut session = numbered();
    session.heard(&event(5));
    assert_eq!(session.heard(r#"["1","1","lobbies","phx_error",{}]"#), Some(join_later(0)));
    assert_eq!(session.join("lobbies").unwrap(), r#"["2","2","lobbies","phx_join",{"epoch":"a","seq":5}]"#);
}

#[test]
fn pushes_are_answered_by_their_refs() {
    let mut session = joined();
    assert!(session.push("elsewhere", "wave", Payload::Json(json!({}))).is_none());
    let (reference, frame) = session.push("lobbies", "wave", Payload::Json(json!({"to": 3}))).unwrap();
    assert_eq!(frame, Ok(Frame::Text(r#"["1","2","lobbies","wave",{"to":3}]"#.into())));
    let act = session.heard(r#"["1","2","lobbies","phx_reply",{"status":"ok","response":{"a":1}}]"#);
    let answer = Ok(Payload::Json(json!({"a": 1})));
    assert_eq!(act, Some(Act::Answered { reference, answer }));
    let act = session.heard(r#"["1","3","lobbies","phx_reply",{"status":"error","response":{"reason":"no"}}]"#);
    let answer = Err(json!({"reason": "no"}));
    assert_eq!(act, Some(Act::Answered { reference: "3".to_owned(), answer }));
    session.closed();
    assert!(session.push("lobbies", "wave", Payload::Json(json!({}))).is_none());
}

#[test]
fn bytes_are_pushed_answered_and_heard() {
    let mut session = joined();
    let bytes = Bytes::from_static(b"\x00\xff");
    let (reference, frame) = session.push("lobbies", "draw", Payload::Binary(bytes.clone())).unwrap();
    assert_eq!(frame, Ok(Frame::Binary(Bytes::from_static(b"\x00\x01\x01\x07\x0412lobbiesdraw\x00\xff"))));
    let act = session.heard_bytes(&Bytes::from_static(b"\x01\x01\x01\x07\x0212lobbiesok\x00\xff"));
    assert_eq!(act, Some(Act::Answered { reference, answer: Ok(Payload::Binary(bytes.clone())) }));
    let heard = Some(tell(Heard::Bytes { event: "drawn".to_owned(), payload: bytes }));
    assert_eq!(session.heard_bytes(&Bytes::from_static(b"\x02\x07\x05lobbiesdrawn\x00\xff")), heard);
    assert_eq!(session.heard_bytes(&Bytes::from_static(b"\x00\x01\x07\x051lobbiesdrawn\x00\xff")), heard);
    assert_eq!(session.heard_bytes(&Bytes::from_static(b"\x00\x01\x07\x059lobbiesdrawn\x00\xff")), None);
    assert_eq!(session.heard_bytes(&Bytes::from_static(b"nonsense")), None);
}
