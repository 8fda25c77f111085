//! Lobbies that nobody needs any more.

use chrono::TimeDelta;
use domain::jobs::{Kinds, Runner};
use domain::{App, Scope, lobbies};
use testing::{TestDomain, both_engines};
use wire::{LobbyFilter, LobbyId, LostBy, MemberPatch, PageQuery, Topic};

use super::{join, make_hostless, open, players, refusal, state};
use crate::people::{inside, user};

async fn sweep(app: &App) {
    Runner::new(app.clone(), Kinds::of_the_product()).run_due().await.unwrap();
}

async fn after(app: &App, time: TimeDelta) {
    app.clock.advance(time);
    sweep(app).await;
}

fn gone(lobby: LobbyId, lobbies: &[LobbyId]) -> bool {
    !lobbies.contains(&lobby)
}

async fn all(app: &App) -> Vec<LobbyId> {
    let page = lobbies::list_all(app, &Scope::SYSTEM, LobbyFilter::default(), PageQuery::default()).await.unwrap();
    page.data.into_iter().map(|row| row.lobby.id).collect()
}

#[both_engines]
async fn a_lobby_in_which_nothing_happens_and_nobody_is_there_is_closed_and_says_why(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let [idle, busy, peopled] = [0, 1, 2].map(|n| players[n]);
    app.online.note(user(&peopled), true);
    let lobbies = [open(app, &idle, 8).await.id, open(app, &busy, 8).await.id, open(app, &peopled, 8).await.id];
    join(app, &players[3], lobbies[0]).await.unwrap();
    let mut inside = inside(app, &idle, lobbies[0]).await;
    let mut list = app.pubsub.subscribe(Topic::Lobbies);
    after(app, TimeDelta::hours(12) - TimeDelta::seconds(1)).await;
    assert_eq!(all(app).await.len(), 3);
    let patch = MemberPatch { is_ready: Some(true), ..MemberPatch::default() };
    lobbies::update_member(app, &busy, patch).await.unwrap();
    after(app, TimeDelta::seconds(61)).await;
    let left = all(app).await;
    assert_eq!(lobbies.map(|lobby| gone(lobby, &left)), [true, false, false]);

    for (name, told) in [("lobby_deleted", inside.next().await.unwrap()), ("lobby_deleted", list.next().await.unwrap())]
    {
        assert_eq!((told.event.name(), serde_json::json!(told.event)["reason"].clone()), (name, "idle".into()));
    }
    for player in [&idle, &players[3]] {
        let lost = lobbies::lost_seat(app, player).await.unwrap().unwrap();
        assert_eq!((lost.lobby_id, lost.title.as_str(), lost.reason), (lobbies[0], "Dunes", LostBy::Idle));
        let why = lobbies::get(app, player, lobbies[0]).await.unwrap_err().to_string();
        assert!(why.contains("nobody was there for a long time"), "{why}");
        // Their seats are free for other lobbies.
        assert_eq!(lobbies::seat_of(app, player).await.unwrap(), None);
    }
    let why = join(app, &busy, lobbies[0]).await.unwrap_err().to_string();
    assert!(why.contains("nobody was there for a long time"), "whoever never sat there is told as well: {why}");
    open(app, &idle, 8).await;
}

#[both_engines]
async fn an_empty_lobby_is_closed_later_than_an_idle_one_and_says_why(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    make_hostless(app, id).await;
    lobbies::leave(app, &players[0]).await.unwrap();
    after(app, TimeDelta::hours(24) - TimeDelta::seconds(1)).await;
    assert_eq!(state(app, id).await.member_count, 0);
    after(app, TimeDelta::seconds(61)).await;
    assert_eq!(refusal(lobbies::get(app, &Scope::SYSTEM, id).await), "not_found");
    let why = lobbies::get(app, &players[1], id).await.unwrap_err().to_string();
    assert!(why.contains("nobody sat in it for a long time"), "{why}");
}

#[both_engines]
async fn a_lobby_that_is_joined_while_it_is_swept_is_closed_before_or_stays(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    for _ in 0..10 {
        let id = open(app, &players[0], 8).await.id;
        make_hostless(app, id).await;
        lobbies::leave(app, &players[0]).await.unwrap();
        app.clock.advance(TimeDelta::hours(25));
        let (a, b, player) = (app.clone(), app.clone(), players[1]);
        let swept = tokio::spawn(async move { sweep(&a).await });
        let joined = tokio::spawn(async move { join(&b, &player, id).await });
        swept.await.unwrap();
        match joined.await.unwrap() {
            Ok(_) => {
                assert_eq!(state(app, id).await.member_count, 1);
                lobbies::leave(app, &player).await.unwrap();
            }
            Err(error) => assert_eq!(refusal::<()>(Err(error)), "not_found"),
        }
    }
}

#[both_engines]
async fn however_many_lobbies_there_are_the_sweep_finds_those_that_nobody_needs(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 1).await;
    open(app, &players[0], 8).await;
    // More than two pages of them, the last one among them.
    let crowd = "insert into lobbies (title, hostless, max_users, member_count, is_hidden, is_locked, created_at)
                 with recursive n (i) as (select 1 union all select i + 1 from n where i < 1201)
                 select 'Dunes', 1 = 1, 8, 0, l.is_hidden, l.is_locked, l.created_at from n, lobbies l where l.id = 1";
    crate::people::run(&domain, crowd).await;
    app.online.note(user(&players[0]), true);
    lobbies::away::look(app).await.unwrap();
    after(app, TimeDelta::hours(25)).await;
    assert_eq!(domain.rows("lobbies").await, 1);
}
