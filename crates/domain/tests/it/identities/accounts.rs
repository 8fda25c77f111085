//! A user's account: remembered where that is safe, and shown as it is with the request after every change.

use domain::avatars::{self, Sent};
use domain::{App, Scope, accounts, lobbies, sessions, users};
use testing::pictures::png;
use testing::{Engine, TestDomain, both_engines};
use wire::{DisplayName, JoinLobby, KickMember, LobbyId, Me, NewBan, NewLobby, UserPatch};

use super::write;
use crate::people::{admin, bearer, device, guest, user};

/// What a player is shown, by the database and then, where it may be, by memory.
async fn shown(app: &App, player: &Scope) -> Me {
    let first = users::me(app, player).await.unwrap();
    assert_eq!(users::me(app, player).await.unwrap(), first);
    first
}

fn remembered(app: &App) -> usize {
    app.db.remembered_accounts()
}

async fn open(app: &App, host: &Scope) -> LobbyId {
    lobbies::create(app, host, NewLobby::default()).await.unwrap().id
}

#[both_engines]
async fn whatever_changes_an_account_is_shown_with_the_next_request(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    assert_eq!(shown(app, &eve).await.display_name, None);

    let name = DisplayName { display_name: Some("Eve".into()) };
    accounts::rename(app, &eve, name).await.unwrap();
    assert_eq!(shown(app, &eve).await.display_name.as_deref(), Some("Eve"));
    let metadata = serde_json::json!({ "level": 3 }).as_object().cloned();
    let patch = UserPatch { metadata, ..UserPatch::default() };
    users::edit(app, &ada, user(&eve), patch).await.unwrap();
    assert_eq!(shown(app, &eve).await.metadata["level"], 3);
    avatars::upload(app, &eve, Sent::Bytes(png().into())).await.unwrap();
    assert!(shown(app, &eve).await.profile_url.is_some());
    avatars::remove(app, &eve).await.unwrap();
    assert_eq!(shown(app, &eve).await.profile_url, None);

    users::ban(app, &ada, user(&eve), NewBan::default()).await.unwrap();
    users::unban(app, &ada, user(&eve)).await.unwrap();
    assert_eq!(shown(app, &eve).await.id, user(&eve));
    users::remove(app, &ada, user(&eve)).await.unwrap();
    assert!(users::me(app, &eve).await.is_err(), "there is no such account any more");
}

#[both_engines]
async fn wherever_somebody_sits_is_shown_with_the_next_request(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve, bob) = (guest(app, "ada").await, guest(app, "eve").await, guest(app, "bob").await);
    let seats = async || {
        let mut seats = Vec::new();
        for player in [&ada, &eve, &bob] {
            seats.push(shown(app, player).await.lobby_id);
        }
        seats
    };
    assert_eq!(seats().await, [None, None, None]);
    let id = open(app, &ada).await;
    assert_eq!(seats().await, [Some(id), None, None]);
    for player in [&eve, &bob] {
        lobbies::join(app, player, id, JoinLobby::default()).await.unwrap();
    }
    assert_eq!(seats().await, [Some(id); 3]);
    lobbies::kick(app, &ada, KickMember { target_user_id: eve.user() }).await.unwrap();
    assert_eq!(seats().await, [Some(id), None, Some(id)]);
    users::delete(app, &ada).await.unwrap();
    assert!(users::me(app, &ada).await.is_err());
    assert_eq!(shown(app, &bob).await.lobby_id, Some(id));
    lobbies::leave(app, &bob).await.unwrap();
    assert_eq!(shown(app, &bob).await.lobby_id, None);
}

#[both_engines]
async fn of_requests_that_race_with_a_change_none_shows_what_was_after_it_is_answered(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (guest(app, "ada").await, guest(app, "eve").await);
    let id = open(app, &ada).await;
    for _ in 0..20 {
        let asking = (0..6).map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                for _ in 0..30 {
                    users::me(&app, &eve).await.unwrap();
                }
            })
        });
        let asking: Vec<_> = asking.collect();
        tokio::task::yield_now().await;
        lobbies::join(app, &eve, id, JoinLobby::default()).await.unwrap();
        assert_eq!(users::me(app, &eve).await.unwrap().lobby_id, Some(id));
        tokio::task::yield_now().await;
        lobbies::leave(app, &eve).await.unwrap();
        assert_eq!(users::me(app, &eve).await.unwrap().lobby_id, None);
        for asked in asking {
            asked.await.unwrap();
        }
        assert_eq!(shown(app, &eve).await.lobby_id, None, "what was read before is not remembered after");
    }
}

#[both_engines]
async fn a_change_that_is_given_up_changes_nothing_that_is_shown(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (guest(app, "ada").await, guest(app, "eve").await);
    let (id, other) = (open(app, &ada).await, open(app, &eve).await);
    assert!(lobbies::join(app, &eve, id, JoinLobby::default()).await.is_err());
    assert_eq!(shown(app, &eve).await.lobby_id, Some(other));
}

#[tokio::test]
async fn what_nobody_told_of_an_account_is_forgotten_after_thirty_seconds() {
    let domain = TestDomain::with(Engine::Sqlite, testing::config()).await;
    let app = &domain.app;
    let eve = guest(app, "eve").await;
    shown(app, &eve).await;
    assert_eq!(remembered(app), 1);
    write(app, "update users set display_name = 'Eve'").await;
    app.clock.advance(chrono::TimeDelta::seconds(30) - chrono::TimeDelta::microseconds(1));
    assert_eq!(users::me(app, &eve).await.unwrap().display_name, None, "it is remembered");
    app.clock.advance(chrono::TimeDelta::microseconds(1));
    assert_eq!(users::me(app, &eve).await.unwrap().display_name.as_deref(), Some("Eve"));
}

#[both_engines]
async fn one_players_change_leaves_the_others_remembered(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (guest(app, "ada").await, guest(app, "eve").await);
    for player in [&ada, &eve] {
        shown(app, player).await;
    }
    let both = remembered(app);
    open(app, &ada).await;
    let name = DisplayName { display_name: Some("Ada".into()) };
    accounts::rename(app, &ada, name).await.unwrap();
    // None ever, where other nodes may change them.
    assert_eq!((both, remembered(app)), if app.db.engine() == "SQLite" { (2, 1) } else { (0, 0) });
}

#[both_engines]
async fn the_account_that_comes_with_a_session_is_the_one_that_is_read_alone(domain: TestDomain) {
    let app = &domain.app;
    let (ada, tokens) = (admin(app, "ada").await, device(app, "eve").await.unwrap());
    let eve = bearer(app, &tokens).await;
    let id = open(app, &eve).await;
    let at_once = async || sessions::authenticate_with_account(app, &tokens.access_token, None).await;
    let (scope, me) = at_once().await.unwrap();
    assert_eq!((scope.who, scope.session), (eve.who, eve.session));
    let alone = users::me(app, &eve).await.unwrap();
    assert_eq!(alone.lobby_id, Some(id));
    assert_eq!(me, (app.db.engine() == "PostgreSQL").then_some(alone));
    assert!(sessions::authenticate_with_account(app, "no.token.this", None).await.is_err());

    users::ban(app, &ada, user(&eve), NewBan::default()).await.unwrap();
    assert!(at_once().await.is_err(), "banned");
    users::unban(app, &ada, user(&eve)).await.unwrap();
    let tokens = device(app, "eve").await.unwrap();
    let eve = bearer(app, &tokens).await;
    let at_once = async || sessions::authenticate_with_account(app, &tokens.access_token, None).await;
    assert!(at_once().await.is_ok());
    sessions::end_all(app, &eve).await.unwrap();
    assert!(at_once().await.is_err(), "signed out");
}
