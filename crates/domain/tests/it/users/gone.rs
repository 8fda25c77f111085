use chrono::TimeDelta;
use domain::jobs::{Kinds, Runner};
use domain::{App, friends, lobbies, sessions, users};
use testing::{TestDomain, both_engines};
use wire::{InviteFriend, JoinLobby, MemberPatch, NewFriend, NewLobby, Topic, UserPatch};

use crate::people::{admin, bearer, code, device, guest, inside, run, user};

#[both_engines]
async fn an_account_goes_with_everything_about_it(domain: TestDomain) {
    let app = &domain.app;
    let tokens = device(app, "ada").await.unwrap();
    let (ada, eve) = (bearer(app, &tokens).await, guest(app, "eve").await);
    let lobby = lobbies::create(app, &ada, NewLobby::default()).await.unwrap();
    lobbies::join(app, &eve, lobby.id, JoinLobby::default()).await.unwrap();
    let mut inside = inside(app, &eve, lobby.id).await;
    let mut ends = app.pubsub.subscribe(Topic::Session(ada.session.unwrap()));
    let mut admins = app.pubsub.subscribe(Topic::AdminUsers);
    app.clock.advance(TimeDelta::hours(5));
    users::delete(app, &ada).await.expect("a guest need not sign in anew");

    assert_eq!(inside.next().await.unwrap().event.name(), "user_left");
    assert_eq!(inside.next().await.unwrap().event.name(), "host_changed");
    assert_eq!(ends.next().await.unwrap().event.name(), "session_ended");
    let mut told = Vec::new();
    while told.last() != Some(&"user_deleted") {
        told.push(admins.next().await.unwrap().event.name());
    }
    let left = lobbies::get(app, &eve, lobby.id).await.unwrap();
    assert_eq!((left.member_count, left.host_id), (1, eve.user()));
    assert_eq!(code(&sessions::authenticate(app, &tokens.access_token, None).await), "invalid_token");
    for table in ["users", "sessions", "lobby_members"] {
        assert_eq!(domain.rows(table).await, 1, "{table}: of the other alone");
    }
    let rows = domain.rows("audit_log where action = 'user.delete' and target_id = actor_id").await;
    assert_eq!(rows, 1, "the log keeps the id");
    assert_ne!(device(app, "ada").await.unwrap().user_id, user(&ada), "no id is used twice");
}

#[both_engines]
async fn deleting_an_account_asks_for_a_fresh_sign_in(domain: TestDomain) {
    let app = &domain.app;
    let (ada, bob) = (admin(app, "ada").await, admin(app, "bob").await);
    app.clock.advance(TimeDelta::minutes(10) + TimeDelta::microseconds(1));
    assert_eq!(code(&users::delete(app, &ada).await), "recent_login_required");
    assert_eq!(code(&users::remove(app, &ada, user(&bob)).await), "recent_login_required");
    assert_eq!(code(&users::delete(app, &domain::Scope::NOBODY).await), "authentication_required");
    assert_eq!(domain.rows("users").await, 2);
    let ada = bearer(app, &crate::people::password(app, "ada", crate::people::PASSWORD).await.unwrap()).await;
    assert_eq!(code(&users::remove(app, &ada, user(&ada)).await), "cannot_remove_self");
    assert_eq!(code(&users::remove(app, &ada, wire::UserId(9999)).await), "not_found");
    users::remove(app, &ada, user(&bob)).await.unwrap();
    assert_eq!(domain.rows("users").await, 1);
    let guest = guest(app, "eve").await;
    assert_eq!(code(&users::remove(app, &guest, user(&ada)).await), "forbidden");
}

#[both_engines]
async fn of_a_deleted_accounts_mail_nothing_is_left_but_word_of_its_end(domain: TestDomain) {
    let app = &domain.app;
    let (ada, bob) = (admin(app, "ada").await, admin(app, "bob").await);
    sessions::end_others(app, &ada).await.unwrap();
    sessions::end_everywhere(app, &bob, user(&ada)).await.unwrap();
    users::remove(app, &bob, user(&ada)).await.unwrap();
    let [letter] = &domain.letters("ada@games.example").await[..] else { panic!("one letter") };
    assert_eq!(letter.subject, "Your account at GameServer was deleted");
    let eve = guest(app, "eve").await;
    users::delete(app, &eve).await.expect("a guest has no address to be told at");
    assert_eq!(domain.rows("letters").await, 1);
}

#[both_engines]
async fn whoever_is_deleted_while_they_act_leaves_nothing_behind(domain: TestDomain) {
    let app = &domain.app;
    let host = guest(app, "host").await;
    let lobby = lobbies::create(app, &host, NewLobby { max_users: Some(128), ..NewLobby::default() }).await.unwrap();
    for round in 0..10 {
        let eve = guest(app, &format!("eve-{round}")).await;
        let joins = tokio::spawn({
            let app = app.clone();
            async move { lobbies::join(&app, &eve, lobby.id, JoinLobby::default()).await }
        });
        let signs_in = tokio::spawn({
            let app = app.clone();
            async move { sessions::list(&app, &eve).await }
        });
        users::delete(app, &eve).await.unwrap();
        let joined = code(&joins.await.unwrap());
        assert!(matches!(joined.as_str(), "ok" | "deleted_meanwhile"), "{joined}");
        signs_in.await.unwrap().unwrap();
        let lobby = lobbies::get(app, &host, lobby.id).await.unwrap();
        assert_eq!((lobby.member_count, lobby.members.unwrap().len()), (1, 1), "round {round}");
    }
}

#[both_engines]
async fn an_export_has_everything_and_no_secret(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let tokens = device(app, "eve").await.unwrap();
    let eve = bearer(app, &tokens).await;
    lobbies::create(app, &eve, NewLobby { title: Some("Dunes".into()), ..NewLobby::default() }).await.unwrap();
    assert_eq!(users::export(app, &ada).await.unwrap()["lobby"], serde_json::Value::Null);
    let said = serde_json::json!({ "team": "red", "note": "<b>mine</b>" });
    let patch = MemberPatch { is_ready: Some(true), seat: Some(3), metadata: said.as_object().cloned() };
    lobbies::update_member(app, &eve, patch).await.unwrap();
    let patch = UserPatch { display_name: Some("Eve".into()), games_played: Some(7), ..UserPatch::default() };
    users::edit(app, &ada, user(&eve), patch).await.unwrap();
    for (by, whom) in [(&eve, &ada), (&ada, &eve)] {
        friends::request(app, by, NewFriend { target_user_id: whom.user() }).await.unwrap();
    }
    let friend = InviteFriend { target_user_id: ada.user() };
    lobbies::invitations::invite(app, &eve, friend).await.unwrap();
    let export = users::export(app, &eve).await.unwrap();
    assert_eq!(export["account"]["display_name"], "Eve");
    assert_eq!(export["account"]["games_played"], 7);
    assert_eq!(export["ways_in"][0], "device");
    assert_eq!(export["sessions"][0]["device"], "Firefox on Windows");
    let seat = &export["lobby"];
    assert_eq!((&seat["title"], &seat["seat"], &seat["is_ready"]), (&"Dunes".into(), &3.into(), &true.into()));
    assert_eq!(seat["metadata"], said);
    assert!(seat["id"].is_i64() && seat["joined_at"].is_string(), "{seat}");
    assert_eq!(export["done_to_the_account"][0]["action"], "user.edit");
    let invitation = &export["invitations"][0];
    assert_eq!((&invitation["inviter_id"], &invitation["user_id"]), (&user(&eve).0.into(), &user(&ada).0.into()));
    assert_eq!(users::export(app, &ada).await.unwrap()["invitations"][0], *invitation);
    assert_eq!(export["lost_seat"], serde_json::Value::Null);
    lobbies::admin::kick(app, &ada, wire::LobbyId(seat["id"].as_i64().unwrap()), user(&eve)).await.unwrap();
    assert_eq!(users::export(app, &eve).await.unwrap()["lost_seat"]["reason"], "kicked");
    let text = export.to_string();
    for secret in [&tokens.refresh_token, &tokens.access_token, "device-of-a-test-eve", "hash", "ada@games.example"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(!users::export(app, &ada).await.unwrap().to_string().contains("argon2"));
    assert_eq!(code(&users::export(app, &domain::Scope::NOBODY).await), "authentication_required");
}

async fn sweep(app: &App) {
    Runner::new(app.clone(), Kinds::of_the_product()).run_due().await.unwrap();
}

#[both_engines]
async fn a_guest_who_made_nothing_of_it_goes_after_a_month(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let [idle, played, seated, banned] = ["idle", "played", "seated", "banned"];
    for name in [idle, played, seated, banned] {
        guest(app, name).await;
    }
    let of = async |name| guest(app, name).await;
    users::edit(app, &ada, user(&of(played).await), UserPatch { games_played: Some(1), ..UserPatch::default() })
        .await
        .unwrap();
    let seated = of(seated).await;
    // Where nobody is there the lobby would be closed, and the seat be gone.
    app.online.note(user(&seated), true);
    lobbies::create(app, &seated, NewLobby::default()).await.unwrap();
    users::ban(app, &ada, user(&of(banned).await), wire::NewBan::default()).await.unwrap();
    let there = async || domain.rows("users").await;
    app.clock.advance(TimeDelta::days(30));
    sweep(app).await;
    assert_eq!(there().await, 5, "thirty days and not a moment longer");
    let active = guest(app, "active").await;
    app.clock.advance(TimeDelta::microseconds(1));
    app.clock.advance(TimeDelta::hours(1));
    sweep(app).await;
    assert_eq!(there().await, 5, "the idle one has gone");
    assert!(users::look_into(app, &domain::Scope::SYSTEM, user(&active)).await.is_ok());
    assert_eq!(domain.rows("users where is_admin").await, 1, "admins are no guests");
}

#[both_engines]
async fn many_idle_guests_go_in_one_sweep(domain: TestDomain) {
    let app = &domain.app;
    guest(app, "first").await;
    run(
        &domain,
        "insert into users (device_hash, is_guest, created_at, updated_at)
         select u.device_hash || n.a || m.a, u.is_guest, u.created_at, u.updated_at from users u,
           (select 0 as a union select 1 union select 2 union select 3 union select 4 union select 5 union select 6) n,
           (select 0 as a union select 1 union select 2 union select 3 union select 4 union select 5 union select 6
            union select 7 union select 8) m",
    )
    .await;
    assert_eq!(domain.rows("users").await, 64);
    app.clock.advance(TimeDelta::days(31));
    sweep(app).await;
    assert_eq!(domain.rows("users").await, 0);
}
