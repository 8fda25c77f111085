//! What members say of themselves.

use std::collections::HashSet;

use domain::{App, Result, Scope, lobbies};
use serde_json::{Map, Value, json};
use testing::{TestDomain, both_engines};
use wire::{LobbyMember, LobbyPatch, MemberPatch, NewLobby};

use super::{join, open, players, refusal, state};
use crate::people::{code, inside, user};

fn object(json: &Value) -> Map<String, Value> {
    json.as_object().unwrap().clone()
}

async fn say(app: &App, member: &Scope, patch: MemberPatch) -> Result<LobbyMember> {
    lobbies::update_member(app, member, patch).await
}

fn ready(is_ready: bool) -> MemberPatch {
    MemberPatch { is_ready: Some(is_ready), ..MemberPatch::default() }
}

fn on(seat: i64) -> MemberPatch {
    MemberPatch { seat: Some(seat), ..MemberPatch::default() }
}

fn keeping(json: &Value) -> MemberPatch {
    MemberPatch { metadata: Some(object(json)), ..MemberPatch::default() }
}

#[both_engines]
async fn each_member_says_of_themselves_what_they_like_and_all_hear_it(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let [host, guest, outside] = [players[0], players[1], players[2]];
    let id = open(app, &host, 4).await.id;
    join(app, &guest, id).await.unwrap();
    let mut inside = inside(app, &host, id).await;

    let said =
        say(app, &guest, MemberPatch { is_ready: Some(true), ..keeping(&json!({ "team": "red" })) }).await.unwrap();
    assert_eq!((said.user_id, said.is_ready, &said.metadata), (user(&guest), true, &object(&json!({ "team": "red" }))));
    let said = say(app, &guest, MemberPatch::default()).await.unwrap();
    assert!(said.is_ready, "what is absent stays as it is");
    let said = say(app, &guest, keeping(&json!({ "colour": 3 }))).await.unwrap();
    assert_eq!(said.metadata, object(&json!({ "colour": 3 })), "in place of all there was");
    say(app, &guest, ready(false)).await.unwrap();
    let members = state(app, id).await.members.unwrap();
    assert_eq!((members[0].is_ready, members[0].metadata.len()), (false, 0), "nobody says anything of another");
    assert_eq!((members[1].is_ready, &members[1].metadata), (false, &object(&json!({ "colour": 3 }))));
    for is_ready in [true, true, true, false] {
        let message = inside.next().await.unwrap();
        let told = (message.event.name(), json!(message.event));
        assert_eq!(
            (told.0, &told.1["user_id"], &told.1["is_ready"]),
            ("member_updated", &json!(user(&guest)), &json!(is_ready))
        );
    }

    assert_eq!(refusal(say(app, &outside, ready(true)).await), "not_in_lobby");
    assert_eq!(code(&say(app, &Scope::NOBODY, ready(true)).await), "authentication_required");
    let long = keeping(&json!({ "a": "x".repeat(2_048) }));
    assert_eq!(code(&say(app, &guest, long).await), "invalid: metadata must be at most 2048 bytes of JSON");
    assert_eq!(state(app, id).await.members.unwrap()[1].metadata, object(&json!({ "colour": 3 })));
    // What they said goes with their seat.
    lobbies::leave(app, &guest).await.unwrap();
    join(app, &guest, id).await.unwrap();
    assert_eq!(state(app, id).await.members.unwrap()[1].metadata.len(), 0);
}

#[both_engines]
async fn seats_are_numbered_and_each_is_one_members(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let id = open(app, &players[0], 4).await.id;
    for player in &players[1..] {
        join(app, player, id).await.unwrap();
    }
    let seats =
        async || -> Vec<i64> { state(app, id).await.members.unwrap().iter().map(|member| member.seat).collect() };
    assert_eq!(seats().await, [1, 2, 3, 4]);
    assert_eq!(refusal(say(app, &players[0], on(2)).await), "seat_taken");
    assert_eq!(say(app, &players[0], on(1)).await.unwrap().seat, 1, "one's own is no other's");
    assert_eq!(code(&say(app, &players[0], on(5)).await), "invalid: seat must be less than or equal to 4");
    // The lowest that is free goes to who comes next.
    lobbies::leave(app, &players[1]).await.unwrap();
    assert_eq!(say(app, &players[3], on(2)).await.unwrap().seat, 2);
    join(app, &players[1], id).await.unwrap();
    assert_eq!(seats().await, [1, 4, 3, 2], "whoever moved made room");

    // A lobby that becomes smaller has a seat for each of them still.
    lobbies::leave(app, &players[2]).await.unwrap();
    let mut inside = inside(app, &players[0], id).await;
    let patch = LobbyPatch { max_users: Some(3), ..LobbyPatch::default() };
    let lobby = lobbies::update(app, &players[0], patch).await.unwrap();
    assert_eq!(lobby.members.unwrap().iter().map(|member| member.seat).collect::<Vec<_>>(), [1, 3, 2]);
    assert_eq!(inside.next().await.unwrap().event.name(), "lobby_updated");
    assert_eq!(json!(inside.next().await.unwrap().event)["seat"], 3, "whoever was moved is told");
}

#[both_engines]
async fn of_those_who_want_one_seat_one_gets_it(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 8).await;
    let id = open(app, &players[0], 16).await.id;
    for player in &players[1..] {
        join(app, player, id).await.unwrap();
    }
    for round in 0..10 {
        let seat = 9 + round % 8;
        let movers = players.iter().map(|player| {
            let (app, player) = (app.clone(), *player);
            tokio::spawn(async move { say(&app, &player, on(seat)).await })
        });
        let mut taken = 0;
        for outcome in movers.collect::<Vec<_>>() {
            match outcome.await.unwrap() {
                Ok(member) => taken += usize::from(member.seat == seat),
                Err(error) => assert_eq!(refusal::<()>(Err(error)), "seat_taken"),
            }
        }
        assert_eq!(taken, 1);
        let seats: HashSet<_> = state(app, id).await.members.unwrap().iter().map(|member| member.seat).collect();
        assert_eq!(seats.len(), 8);
    }
}

#[both_engines]
async fn what_a_member_says_while_they_leave_is_said_before_or_refused(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = lobbies::create(app, &players[0], NewLobby::default()).await.unwrap().id;
    for _ in 0..20 {
        join(app, &players[1], id).await.unwrap();
        let (a, b, member) = (app.clone(), app.clone(), players[1]);
        let said = tokio::spawn(async move { say(&a, &member, ready(true)).await });
        let left = tokio::spawn(async move { lobbies::leave(&b, &member).await });
        left.await.unwrap().unwrap();
        match said.await.unwrap() {
            Ok(member) => assert!(member.is_ready),
            Err(error) => assert_eq!(refusal::<()>(Err(error)), "not_in_lobby"),
        }
        assert_eq!(state(app, id).await.member_count, 1);
    }
}
