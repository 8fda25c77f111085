//! A session and its frames.

use serde_json::json;

use super::*;

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
fn a_join_that_came_too_fast_is_sent_again_later() {
    let mut session = Session::new();
    session.hold("lobbies");
    session.opened();
    let refused = r#"["1","1","lobbies","phx_reply",{"status":"error","response":{"reason":"too_many_frames"}}]"#;
    assert_eq!(session.heard(refused), Some(join_later(0)));
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
