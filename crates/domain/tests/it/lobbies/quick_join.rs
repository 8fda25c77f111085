use domain::db::Db;
use domain::{App, Error, Result, Scope, lobbies};
use serde_json::{Value, json};
use testing::{TestDomain, both_engines};
use wire::{Lobby, LobbyFilter, NewLobby, PageQuery, QuickJoin};

use super::{audit, join, open, players, refusal};

async fn quick(app: &App, player: &Scope, max_users: Option<i64>, metadata: Value) -> Result<Lobby> {
    let input = QuickJoin { title: Some("Made up".into()), max_users, metadata: Some(metadata) };
    lobbies::quick_join(app, player, input).await
}

async fn all(app: &App) -> Vec<Lobby> {
    let page = PageQuery { page_size: Some(100), ..PageQuery::default() };
    lobbies::list(app, &Scope::NOBODY, LobbyFilter::default(), page).await.unwrap().data
}

#[both_engines]
async fn the_oldest_lobby_that_is_open_to_everybody_is_joined(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 8).await;
    open(app, &players[0], 1).await; // full
    for (player, input) in players[1..].iter().zip([
        NewLobby { is_hidden: Some(true), ..NewLobby::default() },
        NewLobby { is_locked: Some(true), ..NewLobby::default() },
        NewLobby { password: Some("sesame".into()), ..NewLobby::default() },
    ]) {
        lobbies::create(app, player, input).await.unwrap();
    }
    let small = open(app, &players[4], 2).await;
    let large = open(app, &players[5], 8).await;

    let seeker = &players[6];
    let lobby = quick(app, seeker, None, json!({})).await.unwrap();
    assert_eq!((lobby.id, lobby.member_count, lobby.members.unwrap().len()), (small.id, 2, 2));
    let refused = quick(app, seeker, None, json!({})).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert_eq!(refusal(refused), "already_in_lobby");
    lobbies::leave(app, seeker).await.unwrap();
    assert_eq!(quick(app, seeker, Some(8), json!({})).await.unwrap().id, large.id, "as many seats as are asked for");
    lobbies::leave(app, seeker).await.unwrap();

    let made = quick(app, seeker, Some(5), json!({ "mode": "ranked" })).await.unwrap();
    assert_eq!((made.title.as_str(), made.max_users, made.host_id), ("Made up", 5, seeker.user()));
    assert_eq!((json!(made.metadata), made.members.unwrap().len()), (json!({ "mode": "ranked" }), 1));
    assert_eq!(quick(app, &players[7], Some(5), json!({})).await.unwrap().id, made.id);
    assert_eq!(refusal(quick(app, &Scope::NOBODY, None, json!({})).await), "authentication_required");
}

#[both_engines]
async fn metadata_must_have_every_value_that_is_wanted(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let kept = json!({ "mode": "ranked", "level": 3, "open": true, "n": null, "o": { "a": [1, 2] }, "q\"$.x": "1" });
    let input = NewLobby { metadata: kept.as_object().cloned(), ..NewLobby::default() };
    let lobby = lobbies::create(app, &players[0], input).await.unwrap();
    for (wanted, fits) in [
        (json!({}), true),
        (json!({ "mode": "ranked" }), true),
        (json!({ "mode": "ranked", "level": 3, "open": true }), true),
        (json!({ "level": 3.0 }), true),
        (json!({ "unknown": null, "mode": null }), true),
        (json!({ "o": { "a": [1, 2] } }), true),
        (json!({ "q\"$.x": "1" }), true),
        (json!("{\"level\":3}"), true),
        (json!({ "mode": "rank" }), false),
        (json!({ "mode": "RANKED" }), false),
        (json!({ "mode": "ranked", "level": 4 }), false),
        (json!({ "level": "3" }), false),
        (json!({ "open": 1 }), false),
        (json!({ "open": "true" }), false),
        (json!({ "o": { "a": [1] } }), false),
        (json!({ "o": {} }), false),
        (json!({ "unknown": 1 }), false),
        (json!({ "q\"$.x": 1 }), false),
        (json!({ "n": false }), false),
    ] {
        let seated = quick(app, &players[1], None, wanted.clone()).await.unwrap();
        assert_eq!(seated.id == lobby.id, fits, "{wanted}");
        lobbies::leave(app, &players[1]).await.unwrap();
    }
}

#[both_engines]
async fn a_crowd_that_joins_quickly_fills_what_there_is_and_overfills_nothing(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 25).await;
    let mut opened = Vec::new();
    for host in &players[..5] {
        opened.push(open(app, host, 4).await.id);
    }
    let crowd = players[5..].iter().map(|player| {
        let (app, player) = (app.clone(), *player);
        tokio::spawn(async move { quick(&app, &player, Some(4), json!({})).await.unwrap() })
    });
    for seated in crowd.collect::<Vec<_>>() {
        let lobby = seated.await.unwrap();
        assert!(lobby.member_count <= 4 && lobby.members.is_some());
    }
    let lobbies = all(app).await;
    let mut seated = 0;
    for lobby in &lobbies {
        seated += audit(app, lobby.id).await.member_count;
    }
    assert_eq!(seated, 25, "everybody sits, once");
    assert!(lobbies.iter().filter(|lobby| opened.contains(&lobby.id)).all(|lobby| lobby.member_count == 4));
    assert_eq!(lobbies.len(), opened.len() + 2, "five had no room: four sit together");
}

#[both_engines]
async fn a_crowd_on_an_empty_server_sits_down_together(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 20).await;
    let crowd = players.iter().map(|player| {
        let (app, player) = (app.clone(), *player);
        tokio::spawn(async move { quick(&app, &player, Some(4), json!({ "mode": "ranked" })).await.unwrap() })
    });
    for seated in crowd.collect::<Vec<_>>() {
        seated.await.unwrap();
    }
    let lobbies = all(app).await;
    let mut seated = 0;
    for lobby in &lobbies {
        seated += audit(app, lobby.id).await.member_count;
    }
    assert_eq!(seated, 20);
    assert_eq!(lobbies.len(), 5);
}

#[both_engines]
async fn one_player_who_joins_quickly_twice_at_once_sits_in_one_lobby(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    for _ in 0..10 {
        let joins = [(); 4].map(|()| {
            let (app, player) = (app.clone(), players[1]);
            tokio::spawn(async move { quick(&app, &player, None, json!({})).await })
        });
        let mut seated = 0;
        for outcome in joins {
            match outcome.await.unwrap() {
                Ok(_) => seated += 1,
                Err(error) => assert_eq!(refusal::<()>(Err(error)), "already_in_lobby"),
            }
        }
        assert_eq!((seated, audit(app, id).await.member_count, all(app).await.len()), (1, 2, 1));
        lobbies::leave(app, &players[1]).await.unwrap();
    }
    join(app, &players[1], id).await.unwrap();
}

#[both_engines]
async fn one_free_seat_behind_a_thousand_full_lobbies_is_found(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let full = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
                insert into lobbies (title, max_users, member_count, is_hidden, is_locked, created_at)
                select 'full', 8, 8, false, false, $1 from n";
    let now = app.clock.now();
    match &app.db {
        Db::Sqlite { write, .. } => drop(sqlx::query(full).bind(now).execute(&**write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(full).bind(now).execute(&**pool).await.unwrap()),
    }
    let free = open(app, &players[0], 8).await;
    assert_eq!(quick(app, &players[1], None, json!({})).await.unwrap().id, free.id);
}
