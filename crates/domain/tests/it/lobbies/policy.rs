//! Who becomes host when the host leaves.

use domain::{App, Scope, lobbies};
use testing::{TestDomain, both_engines};
use wire::{HostPolicy, LobbyId, LobbyPatch, NewLobby, UserId};

use super::{audit, join, players, refusal};
use crate::people::{code, inside, user};

/// A lobby of three with this policy, in which the host wants the third to follow.
async fn three(app: &App, players: &[Scope], host_policy: HostPolicy) -> LobbyId {
    let successor_id = (host_policy == HostPolicy::Successor).then(|| user(&players[2]));
    let input = NewLobby { host_policy: Some(host_policy), successor_id, ..NewLobby::default() };
    let id = lobbies::create(app, &players[0], input).await.unwrap().id;
    for player in &players[1..3] {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        join(app, player, id).await.unwrap();
    }
    id
}

#[both_engines]
async fn each_policy_makes_its_own_host(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    for (policy, next) in [
        (HostPolicy::Longest, Some(user(&players[1]))),
        (HostPolicy::Successor, Some(user(&players[2]))),
        (HostPolicy::None, None),
        (HostPolicy::Server, None),
    ] {
        let id = three(app, &players, policy).await;
        let mut inside = inside(app, &players[1], id).await;
        lobbies::leave(app, &players[0]).await.unwrap();
        let lobby = audit(app, id).await;
        assert_eq!((lobby.host_id, lobby.hostless, lobby.rules.unwrap().host_policy), (next, false, policy));
        assert_eq!(inside.next().await.unwrap().event.name(), "user_left");
        let told = serde_json::json!(inside.next().await.unwrap().event);
        assert_eq!(told["new_host_id"], serde_json::json!(next));
        if next.is_none() {
            // Nobody leads it, and it ends with its last member.
            assert_eq!(refusal(lobbies::update(app, &players[1], LobbyPatch::default()).await), "not_host");
        }
        for player in &players[1..] {
            lobbies::leave(app, player).await.unwrap();
        }
        assert_eq!(refusal(lobbies::get(app, &Scope::SYSTEM, id).await), "not_found");
    }
}

#[both_engines]
async fn a_successor_is_named_by_the_host_and_follows_only_from_inside(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let id = three(app, &players, HostPolicy::Successor).await;
    let name = |who: UserId| LobbyPatch { successor_id: Some(who), ..LobbyPatch::default() };
    let lobby = lobbies::update(app, &players[0], name(user(&players[1]))).await.unwrap();
    assert_eq!(lobby.rules.unwrap().successor_id, players[1].user());
    assert_eq!(refusal(lobbies::update(app, &players[1], name(user(&players[1]))).await), "not_host");
    // One who sits elsewhere does not follow: then it is as with the longest.
    lobbies::update(app, &players[0], name(user(&players[3]))).await.unwrap();
    lobbies::leave(app, &players[0]).await.unwrap();
    assert_eq!(audit(app, id).await.host_id, players[1].user());
    // There is no such user: nobody is named anew.
    lobbies::update(app, &players[1], name(UserId(999_999))).await.unwrap();
    assert_eq!(audit(app, id).await.rules.unwrap().successor_id, players[3].user());

    for player in &players[1..3] {
        lobbies::leave(app, player).await.unwrap();
    }
    three(app, &players, HostPolicy::Longest).await;
    assert_eq!(refusal(lobbies::update(app, &players[0], name(user(&players[1]))).await), "no_successor");
    let input = NewLobby { successor_id: players[1].user(), ..NewLobby::default() };
    assert_eq!(
        code(&lobbies::create(app, &players[3], input).await),
        "invalid: successor_id goes with the host policy successor"
    );
}

#[both_engines]
async fn of_those_who_could_follow_one_who_is_there_does(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let id = three(app, &players, HostPolicy::Longest).await;
    for is_there in [true, false] {
        app.online.note(user(&players[1]), is_there);
        lobbies::away::look(app).await.unwrap();
    }
    lobbies::leave(app, &players[0]).await.unwrap();
    assert_eq!(audit(app, id).await.host_id, players[2].user());
}

#[both_engines]
async fn whoever_was_never_there_leads_only_where_nobody_is(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    for (is_there, next) in [(true, 2), (false, 1)] {
        app.online.note(user(&players[2]), is_there);
        three(app, &players, HostPolicy::Longest).await;
        lobbies::leave(app, &players[0]).await.unwrap();
        let lobby = lobbies::mine(app, &players[1]).await.unwrap();
        assert_eq!(lobby.host_id, players[next].user());
        for player in &players[1..] {
            lobbies::leave(app, player).await.unwrap();
        }
    }
}
