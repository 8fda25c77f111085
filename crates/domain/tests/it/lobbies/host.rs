use std::future::Future;

use domain::pubsub::Subscription;
use domain::{App, Result, Scope, lobbies};
use serde_json::{Map, Value, json};
use testing::{TestDomain, both_engines};
use wire::{JoinLobby, KickMember, LobbyId, LobbyPatch, NewLobby, Topic, UserId};

use super::{audit, join, make_hostless, open, players, refusal, state};
use crate::people::inside;

fn object(json: &Value) -> Map<String, Value> {
    json.as_object().unwrap().clone()
}

fn seats(max_users: i64) -> LobbyPatch {
    LobbyPatch { max_users: Some(max_users), ..LobbyPatch::default() }
}

fn titled(title: &str) -> LobbyPatch {
    LobbyPatch { title: Some(title.into()), ..LobbyPatch::default() }
}

fn password(password: &str) -> LobbyPatch {
    LobbyPatch { password: Some(password.into()), ..LobbyPatch::default() }
}

fn with(password: &str) -> JoinLobby {
    JoinLobby { password: Some(password.into()) }
}

async fn kick(app: &App, host: &Scope, target: &Scope) -> Result<()> {
    lobbies::kick(app, host, KickMember { target_user_id: target.user() }).await
}

/// Both at once, each on a thread of its own.
pub(super) fn race<A: Send + 'static, B: Send + 'static>(
    a: impl Future<Output = A> + Send + 'static,
    b: impl Future<Output = B> + Send + 'static,
) -> impl Future<Output = (A, B)> {
    let (a, b) = (tokio::spawn(a), tokio::spawn(b));
    async { (a.await.unwrap(), b.await.unwrap()) }
}

#[both_engines]
async fn the_host_changes_what_is_given_and_nothing_else(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let input = NewLobby { metadata: Some(object(&json!({ "mode": "ranked", "map": 3 }))), ..NewLobby::default() };
    let opened = lobbies::create(app, &players[0], input).await.unwrap();

    let patch = LobbyPatch { metadata: Some(object(&json!({ "map": 4 }))), ..titled("Harbour") };
    let lobby = lobbies::update(app, &players[0], patch).await.unwrap();
    assert_eq!((lobby.title.as_str(), &lobby.metadata), ("Harbour", &object(&json!({ "map": 4 }))));
    assert_eq!((lobby.max_users, lobby.is_hidden, lobby.is_locked), (8, false, false));
    assert_eq!((lobby.revision, lobby.members.as_ref().map(Vec::len)), (opened.revision + 1, Some(1)));

    let patch = LobbyPatch { is_hidden: Some(true), is_locked: Some(true), ..seats(3) };
    let lobby = lobbies::update(app, &players[0], patch).await.unwrap();
    assert_eq!((lobby.max_users, lobby.is_hidden, lobby.is_locked, lobby.revision), (3, true, true, 3));
    assert_eq!((lobby.title.as_str(), lobby.host_id), ("Harbour", players[0].user()));

    let lobby = lobbies::update(app, &players[0], LobbyPatch::default()).await.unwrap();
    assert_eq!(lobby, state(app, lobby.id).await, "what is answered is what is there");
    let patch = LobbyPatch { is_hidden: Some(false), is_locked: Some(false), ..LobbyPatch::default() };
    assert!(!lobbies::update(app, &players[0], patch).await.unwrap().is_hidden);
    join(app, &players[1], lobby.id).await.unwrap();
}

#[both_engines]
async fn a_password_is_set_kept_and_cleared(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    assert!(lobbies::update(app, &players[0], password("sesame")).await.unwrap().is_passworded);
    assert!(lobbies::update(app, &players[0], titled("Harbour")).await.unwrap().is_passworded, "absent: it stays");
    assert_eq!(refusal(join(app, &players[1], id).await), "password_required");
    lobbies::join(app, &players[1], id, with("sesame")).await.unwrap();
    lobbies::leave(app, &players[1]).await.unwrap();
    lobbies::update(app, &players[0], password("melon")).await.unwrap();
    assert_eq!(refusal(lobbies::join(app, &players[1], id, with("sesame")).await), "invalid_password");
    assert!(!lobbies::update(app, &players[0], password("")).await.unwrap().is_passworded, "an empty one clears it");
    join(app, &players[1], id).await.unwrap();
}

#[both_engines]
async fn only_the_host_changes_a_lobby_or_puts_anybody_out(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let [host, member, elsewhere, outside] = &players[..] else { unreachable!() };
    let id = open(app, host, 8).await.id;
    join(app, member, id).await.unwrap();
    open(app, elsewhere, 8).await;

    assert_eq!(refusal(lobbies::update(app, &Scope::NOBODY, titled("x")).await), "authentication_required");
    assert_eq!(refusal(lobbies::update(app, outside, titled("x")).await), "not_in_lobby");
    assert_eq!(refusal(lobbies::update(app, member, titled("x")).await), "not_host");
    assert_eq!(state(app, id).await.title, "Dunes");

    assert_eq!(refusal(kick(app, &Scope::NOBODY, host).await), "authentication_required");
    assert_eq!(refusal(kick(app, outside, host).await), "not_in_lobby");
    assert_eq!(refusal(kick(app, member, member).await), "not_host", "this is asked before whom it concerns");
    assert_eq!(refusal(kick(app, host, host).await), "cannot_kick_self");
    for absent in [outside, elsewhere] {
        let refused = kick(app, host, absent).await;
        assert!(matches!(refused, Err(domain::Error::Impossible(_))), "told apart from the caller's own: {refused:?}");
        assert_eq!(refusal(refused), "not_in_lobby");
    }
    let unknown = KickMember { target_user_id: Some(UserId(i64::MAX)) };
    assert_eq!(refusal(lobbies::kick(app, host, unknown).await), "not_found");
    assert!(matches!(lobbies::kick(app, host, KickMember::default()).await, Err(domain::Error::Invalid(_))));
    assert_eq!(audit(app, id).await.member_count, 2);

    kick(app, host, member).await.unwrap();
    assert_eq!(refusal(kick(app, host, member).await), "not_in_lobby");
    assert_eq!((audit(app, id).await.member_count, audit(app, id).await.host_id), (1, host.user()));
    join(app, member, id).await.unwrap();
}

#[both_engines]
async fn a_hostless_lobby_is_changed_by_its_members_and_nobody_is_put_out_of_it(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    make_hostless(app, id).await;
    for player in &players {
        lobbies::update(app, player, titled("Ours")).await.unwrap();
    }
    assert_eq!(refusal(kick(app, &players[0], &players[1]).await), "not_host");
    lobbies::leave(app, &players[1]).await.unwrap();
    assert_eq!(refusal(lobbies::update(app, &players[1], titled("Mine")).await), "not_in_lobby");
}

#[both_engines]
async fn a_lobby_never_has_fewer_seats_than_members(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let id = open(app, &players[0], 8).await.id;
    for player in &players[1..] {
        join(app, player, id).await.unwrap();
    }
    let patch = LobbyPatch { max_users: Some(2), ..titled("Smaller") };
    assert_eq!(refusal(lobbies::update(app, &players[0], patch).await), "too_small");
    let lobby = state(app, id).await;
    assert_eq!((lobby.max_users, lobby.title.as_str(), lobby.revision), (8, "Dunes", 3), "nothing of it was done");
    assert_eq!(lobbies::update(app, &players[0], seats(3)).await.unwrap().max_users, 3);
    assert_eq!(lobbies::update(app, &players[0], seats(128)).await.unwrap().max_users, 128);
}

#[both_engines]
async fn a_lobby_that_shrinks_while_players_come_is_never_overfilled(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 8).await;
    for _ in 0..10 {
        let id = open(app, &players[0], 8).await.id;
        let joins = players[1..].iter().map(|player| {
            let (app, player) = (app.clone(), *player);
            tokio::spawn(async move { join(&app, &player, id).await })
        });
        let joins: Vec<_> = joins.collect();
        let outcome = lobbies::update(app, &players[0], seats(4)).await;
        let mut seated = 1;
        for joined in joins {
            seated += i64::from(joined.await.unwrap().is_ok());
        }
        let lobby = audit(app, id).await;
        assert_eq!(lobby.member_count, seated);
        match outcome {
            Ok(_) => assert_eq!((lobby.max_users, seated), (4, 4)),
            Err(error) => {
                assert_eq!(refusal::<()>(Err(error)), "too_small");
                assert_eq!((lobby.max_users, seated), (8, 8));
            }
        }
        for player in &players {
            lobbies::leave(app, player).await.ok();
        }
    }
}

#[both_engines]
async fn nobody_comes_in_by_a_password_that_was_changed_before(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let [host, guest] = [players[0], players[1]];
    for _ in 0..20 {
        let input = NewLobby { password: Some("old".into()), ..NewLobby::default() };
        let id = lobbies::create(app, &host, input).await.unwrap().id;
        let (a, b) = (app.clone(), app.clone());
        let (joined, changed) = race(async move { lobbies::join(&a, &guest, id, with("old")).await }, async move {
            lobbies::update(&b, &host, password("new")).await
        })
        .await;
        let changed = changed.unwrap();
        match joined {
            Ok(lobby) => assert!(lobby.revision < changed.revision, "in before the change: {lobby:?}, {changed:?}"),
            Err(error) => assert!(["invalid_password", "cannot_join"].contains(&refusal::<()>(Err(error)))),
        }
        audit(app, id).await;
        lobbies::leave(app, &guest).await.ok();
        assert_eq!(refusal(lobbies::join(app, &guest, id, with("old")).await), "invalid_password");
        lobbies::leave(app, &host).await.unwrap();
    }
}

#[both_engines]
async fn a_member_who_leaves_while_being_put_out_goes_once(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let [host, member, witness] = [players[0], players[1], players[2]];
    for _ in 0..20 {
        let id = open(app, &host, 8).await.id;
        join(app, &member, id).await.unwrap();
        join(app, &witness, id).await.unwrap();
        let (a, b) = (app.clone(), app.clone());
        let (kicked, left) =
            race(async move { kick(&a, &host, &member).await }, async move { lobbies::leave(&b, &member).await }).await;
        assert_ne!(kicked.is_ok(), left.is_ok(), "one of the two: {kicked:?}, {left:?}");
        for refused in [kicked, left].into_iter().filter(Result::is_err) {
            assert_eq!(refusal(refused), "not_in_lobby");
        }
        assert_eq!(audit(app, id).await.member_count, 2);
        for player in [&host, &witness] {
            lobbies::leave(app, player).await.unwrap();
        }
    }
}

#[both_engines]
async fn a_host_who_leaves_puts_nobody_out_any_more(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let [host, heir, member] = [players[0], players[1], players[2]];
    for _ in 0..20 {
        let id = open(app, &host, 8).await.id;
        for player in [&heir, &member] {
            app.clock.advance(chrono::TimeDelta::seconds(1));
            join(app, player, id).await.unwrap();
        }
        let mut admins = app.pubsub.subscribe(Topic::AdminLobbies);
        let (a, b) = (app.clone(), app.clone());
        let (kicked, left) =
            race(async move { kick(&a, &host, &member).await }, async move { lobbies::leave(&b, &host).await }).await;
        left.unwrap();
        let mut hosts = vec![heir.user()];
        if kicked.is_ok() {
            hosts.push(host.user());
        } else {
            assert_eq!(refusal(kicked), "not_in_lobby");
        }
        let lobby = audit(app, id).await;
        assert_eq!((lobby.member_count, lobby.host_id), (4 - 1 - i64::try_from(hosts.len()).unwrap(), heir.user()));
        let mut told = Vec::new();
        for _ in &hosts {
            told.push(UserId(json!(admins.next().await.unwrap().event)["host_id"].as_i64().unwrap()));
        }
        hosts.sort();
        told.sort();
        assert_eq!(told.into_iter().map(Some).collect::<Vec<_>>(), hosts, "who put somebody out was still the host");
        for player in [&heir, &member] {
            lobbies::leave(app, player).await.ok();
        }
    }
}

#[both_engines]
async fn a_member_who_left_changes_nothing_any_more(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let member = players[1];
    let id = open(app, &players[0], 8).await.id;
    make_hostless(app, id).await;
    for _ in 0..30 {
        join(app, &member, id).await.unwrap();
        let mut admins = app.pubsub.subscribe(Topic::AdminLobbies);
        let (a, b) = (app.clone(), app.clone());
        let (left, changed) = race(async move { lobbies::leave(&a, &member).await }, async move {
            lobbies::update(&b, &member, titled("Mine")).await
        })
        .await;
        left.unwrap();
        match changed {
            Ok(lobby) => {
                let told = [admins.next().await.unwrap(), admins.next().await.unwrap()];
                let left = told.iter().find(|message| message.event.name() == "lobby_membership_changed").unwrap();
                assert!(lobby.revision < json!(left.event)["revision"].as_i64().unwrap(), "{told:?}");
            }
            Err(error) => assert_eq!(refusal::<()>(Err(error)), "not_in_lobby"),
        }
        audit(app, id).await;
    }
}

#[both_engines]
async fn changes_at_once_happen_one_after_the_other(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 1).await;
    let id = open(app, &players[0], 8).await.id;
    let changes = (0..12).map(|n| {
        let (app, host) = (app.clone(), players[0]);
        tokio::spawn(async move { lobbies::update(&app, &host, titled(&format!("title {n}"))).await.unwrap() })
    });
    let mut changed = Vec::new();
    for change in changes.collect::<Vec<_>>() {
        changed.push(change.await.unwrap());
    }
    changed.sort_by_key(|lobby| lobby.revision);
    assert_eq!(changed.iter().map(|lobby| lobby.revision).collect::<Vec<_>>(), (2..14).collect::<Vec<_>>());
    assert_eq!(state(app, id).await.title, changed.last().unwrap().title);
}

/// The names of the next events of a topic.
pub(super) async fn heard<const N: usize>(topic: &mut Subscription) -> [&'static str; N] {
    let mut names = [""; N];
    for name in &mut names {
        *name = topic.next().await.unwrap().event.name();
    }
    names
}

#[both_engines]
async fn a_lobby_that_hides_is_gone_from_the_list_and_one_that_shows_itself_is_new(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let (mut list, mut admins) = (app.pubsub.subscribe(Topic::Lobbies), app.pubsub.subscribe(Topic::AdminLobbies));
    let id = open(app, &players[0], 8).await.id;
    let mut inside = inside(app, &players[0], id).await;
    let hidden = |is_hidden| LobbyPatch { is_hidden: Some(is_hidden), ..LobbyPatch::default() };
    for patch in [titled("Harbour"), hidden(true), titled("Cellar"), hidden(false)] {
        lobbies::update(app, &players[0], patch).await.unwrap();
    }
    join(app, &players[1], id).await.unwrap();
    kick(app, &players[0], &players[1]).await.unwrap();
    let joined_and_kicked = ["lobby_membership_changed"; 2];
    assert_eq!(heard(&mut list).await, ["lobby_created", "lobby_updated", "lobby_deleted", "lobby_created"]);
    assert_eq!(heard(&mut list).await, joined_and_kicked);
    assert_eq!(heard(&mut admins).await, ["lobby_created"]);
    assert_eq!(heard(&mut admins).await, ["lobby_updated"; 4]);
    assert_eq!(heard(&mut admins).await, joined_and_kicked);
    assert_eq!(heard(&mut inside).await, ["lobby_updated"; 4]);
    assert_eq!(heard(&mut inside).await, ["user_joined", "user_kicked"]);
}

#[both_engines]
async fn a_refused_change_is_told_to_nobody(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    let mut inside = inside(app, &players[0], id).await;
    assert_eq!(refusal(lobbies::update(app, &players[0], seats(1)).await), "too_small");
    assert_eq!(refusal(lobbies::update(app, &players[1], titled("x")).await), "not_host");
    assert_eq!(refusal(kick(app, &players[1], &players[0]).await), "not_host");
    lobbies::update(app, &players[0], titled("Harbour")).await.unwrap();
    assert_eq!(heard(&mut inside).await, ["lobby_updated"]);
    assert_eq!(state(app, LobbyId(id.0)).await.revision, 3);
}

#[both_engines]
async fn admins_see_the_new_title_where_its_members_sit(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    let mut users = app.pubsub.subscribe(Topic::AdminUsers);
    lobbies::update(app, &players[0], titled("Harbour")).await.unwrap();
    for _ in &players {
        let message = users.next().await.unwrap();
        assert_eq!(json!(message.event)["lobby"], json!([id, "Harbour"]));
    }
}
