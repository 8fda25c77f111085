//! Members whose sockets close, and who come back or do not.

use chrono::TimeDelta;
use domain::lobbies::away;
use domain::pubsub::Subscription;
use domain::{App, Scope, lobbies};
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use testing::{TestDomain, both_engines};
use wire::{LobbyId, LostBy, MemberPatch, NewLobby};

use super::{audit, join, players, refusal, state};
use crate::people::{inside, user};

/// Their last socket closes, or their first opens.
async fn goes(app: &App, player: &Scope, is_there: bool) {
    app.online.note(user(player), is_there);
    away::look(app).await.unwrap();
}

async fn pass(app: &App, seconds: i64) {
    app.clock.advance(TimeDelta::seconds(seconds));
    away::look(app).await.unwrap();
}

/// A host and a member, both there, in a lobby that keeps seats so long.
async fn two(app: &App, grace_seconds: i64) -> ([Scope; 3], LobbyId) {
    let players: [Scope; 3] = players(app, 3).await.try_into().unwrap();
    for player in &players[..2] {
        app.online.note(user(player), true);
    }
    let input = NewLobby { grace_seconds: Some(grace_seconds), ..NewLobby::default() };
    let id = lobbies::create(app, &players[0], input).await.unwrap().id;
    join(app, &players[1], id).await.unwrap();
    away::look(app).await.unwrap();
    (players, id)
}

/// What was heard since, by name and payload.
fn heard(inside: &mut Subscription) -> Vec<(&'static str, Value)> {
    let mut heard = Vec::new();
    while let Some(message) = inside.next().now_or_never() {
        let message = message.unwrap();
        heard.push((message.event.name(), json!(message.event)));
    }
    heard
}

#[both_engines]
async fn whoever_is_back_in_time_keeps_seat_ready_state_and_the_hosts_role(domain: TestDomain) {
    let app = &domain.app;
    let ([host, member, _], id) = two(app, 30).await;
    let patch = MemberPatch { is_ready: Some(true), ..MemberPatch::default() };
    lobbies::update_member(app, &host, patch).await.unwrap();
    let mut inside = inside(app, &member, id).await;

    let until = app.clock.now() + TimeDelta::seconds(30);
    goes(app, &host, false).await;
    let lobby = audit(app, id).await;
    let of_host = &lobby.members.as_ref().unwrap()[0];
    assert_eq!((lobby.host_id, of_host.is_ready, of_host.held_until), (host.user(), true, Some(until)));
    pass(app, 29).await;
    goes(app, &host, true).await;
    pass(app, 3_600).await;
    let lobby = audit(app, id).await;
    let of_host = &lobby.members.as_ref().unwrap()[0];
    assert_eq!((lobby.host_id, of_host.is_ready, of_host.held_until), (host.user(), true, None));
    assert_eq!(
        heard(&mut inside),
        [
            ("member_away", json!({ "user_id": user(&host), "held_until": until })),
            ("member_back", json!({ "user_id": user(&host) })),
        ]
    );
}

#[both_engines]
async fn whoever_stays_away_loses_the_seat_and_everybody_hears_so_once(domain: TestDomain) {
    let app = &domain.app;
    let ([host, member, _], id) = two(app, 30).await;
    let mut inside = inside(app, &member, id).await;
    goes(app, &host, false).await;
    assert_eq!(state(app, id).await.host_id, host.user(), "the role moves with the seat and not before");
    pass(app, 30).await;
    for _ in 0..3 {
        pass(app, 60).await;
    }
    let lobby = audit(app, id).await;
    assert_eq!((lobby.host_id, lobby.member_count), (member.user(), 1));
    let names: Vec<_> = heard(&mut inside);
    assert_eq!(names.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["member_away", "user_left", "host_changed"]);
    assert_eq!(names[1].1, json!({ "user_id": user(&host), "reason": "dropped" }));

    // They are told why when they come back, until they sit down again.
    let lost = lobbies::lost_seat(app, &host).await.unwrap().unwrap();
    assert_eq!((lost.lobby_id, lost.reason), (id, LostBy::Dropped));
    let refused = lobbies::mine(app, &host).await.unwrap_err();
    assert!(refused.to_string().starts_with("You were away for longer"), "{refused}");
    goes(app, &host, true).await;
    assert_eq!(audit(app, id).await.member_count, 1, "the seat does not come back by itself");
    join(app, &host, id).await.unwrap();
    assert_eq!(lobbies::lost_seat(app, &host).await.unwrap(), None);
}

#[both_engines]
async fn the_last_member_who_stays_away_closes_the_lobby(domain: TestDomain) {
    let app = &domain.app;
    let ([host, member, _], id) = two(app, 5).await;
    for player in [&host, &member] {
        goes(app, player, false).await;
    }
    pass(app, 5).await;
    assert_eq!(refusal(lobbies::get(app, &Scope::SYSTEM, id).await), "not_found");
    let why = lobbies::get(app, &member, id).await.unwrap_err().to_string();
    assert!(why.starts_with("You were away for longer"), "{why}");
    assert_eq!(domain.rows("lobby_members").await, 0);
}

#[both_engines]
async fn an_old_socket_that_closes_late_changes_nothing(domain: TestDomain) {
    let app = &domain.app;
    let ([host, member, _], id) = two(app, 0).await;
    let mut inside = inside(app, &member, id).await;
    // Gone and back, and gone and back, between two looks.
    for is_there in [false, true, false, true] {
        app.online.note(user(&host), is_there);
    }
    away::look(app).await.unwrap();
    pass(app, 60).await;
    assert_eq!(heard(&mut inside), []);
    assert_eq!(audit(app, id).await.host_id, host.user());
}

#[both_engines]
async fn whoever_never_had_a_socket_is_left_alone(domain: TestDomain) {
    let app = &domain.app;
    let ([host, member, silent], id) = two(app, 0).await;
    join(app, &silent, id).await.unwrap();
    goes(app, &silent, false).await;
    away::look_for_lost(app).await.unwrap();
    pass(app, 3_600).await;
    assert_eq!(audit(app, id).await.member_count, 3);
    // Who opens one later may lose it.
    goes(app, &silent, true).await;
    goes(app, &silent, false).await;
    pass(app, 1).await;
    let members: Vec<_> = audit(app, id).await.members.unwrap().iter().map(|member| member.user_id).collect();
    assert_eq!(members, [user(&host), user(&member)]);
}

#[both_engines]
async fn who_went_while_the_server_did_not_run_is_found(domain: TestDomain) {
    let ([host, member, _], id) = two(&domain.app, 30).await;
    let (host, member) = (user(&host), user(&member));
    // Another life of the server, to which only one of them comes back.
    let domain = domain.anew(|_| ()).await;
    let app = &domain.app;
    app.online.note(member, true);
    away::look_for_lost(app).await.unwrap();
    pass(app, 30).await;
    let lobby = audit(app, id).await;
    assert_eq!((lobby.host_id, lobby.member_count), (Some(member), 1));
    assert_ne!(host, member);
}

#[both_engines]
async fn the_seat_of_the_server_is_kept_as_its_settings_say(domain: TestDomain) {
    let domain = domain.anew(|config| config.lobbies.grace = std::time::Duration::from_secs(7)).await;
    let app = &domain.app;
    let players = players(app, 1).await;
    let lobby = lobbies::create(app, &players[0], NewLobby::default()).await.unwrap();
    assert_eq!(lobby.rules.unwrap().grace_seconds, 7);
}

#[both_engines]
async fn a_seat_is_freed_or_its_member_is_back_and_never_both(domain: TestDomain) {
    let app = &domain.app;
    let ([host, member, witness], id) = two(app, 1).await;
    join(app, &witness, id).await.unwrap();
    for _ in 0..20 {
        let mut inside = inside(app, &host, id).await;
        goes(app, &member, false).await;
        app.clock.advance(TimeDelta::seconds(1));
        // Two nodes look while the member comes back to one of them.
        let (a, b, c) = (app.clone(), app.clone(), app.clone());
        let player = user(&member);
        let looks = [
            tokio::spawn(async move { away::look(&a).await }),
            tokio::spawn(async move {
                b.online.note(player, true);
                away::look(&b).await
            }),
            tokio::spawn(async move { away::look(&c).await }),
        ];
        for look in looks {
            look.await.unwrap().unwrap();
        }
        away::look(app).await.unwrap();
        let lobby = audit(app, id).await;
        let names: Vec<_> = heard(&mut inside).into_iter().map(|(name, _)| name).collect();
        if lobby.members.unwrap().iter().any(|seated| seated.user_id == player) {
            assert_eq!(names, ["member_away", "member_back"]);
        } else {
            assert_eq!(names, ["member_away", "user_left"]);
            join(app, &member, id).await.unwrap();
        }
    }
}
