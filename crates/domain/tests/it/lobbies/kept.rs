//! The public list as it is sent: kept until a lobby changes, and not a moment longer.

use domain::{App, Scope, lobbies, users};
use serde_json::Value;
use testing::{TestDomain, both_engines};
use wire::{KickMember, LobbyFilter, LobbyPatch, PageQuery};

use super::{join, open, players, write};

/// The first page, asked for until it is surely kept where it may be: as it is sent, and as it stands in the database.
async fn sent(app: &App) -> Value {
    let page = PageQuery::default();
    let mut sent = Value::Null;
    for _ in 0..3 {
        let json = lobbies::list_json(app, &Scope::NOBODY, LobbyFilter::default(), page).await.unwrap();
        sent = serde_json::from_slice(&json).unwrap();
        let read = lobbies::list(app, &Scope::NOBODY, LobbyFilter::default(), page).await.unwrap();
        assert_eq!(sent, serde_json::to_value(read).unwrap());
    }
    sent
}

#[both_engines]
async fn every_change_of_a_lobby_is_on_the_list_with_the_next_request(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    assert_eq!(sent(app).await["meta"]["total_count"], 0);
    let id = open(app, &players[0], 3).await.id;
    assert_eq!(sent(app).await["data"][0]["member_count"], 1);
    for player in &players[1..] {
        join(app, player, id).await.unwrap();
    }
    assert_eq!(sent(app).await["data"][0]["member_count"], 3);
    let kicked = KickMember { target_user_id: players[2].user() };
    lobbies::kick(app, &players[0], kicked).await.unwrap();
    assert_eq!(sent(app).await["data"][0]["member_count"], 2);
    let titled = LobbyPatch { title: Some("Shores".into()), ..LobbyPatch::default() };
    lobbies::update(app, &players[0], titled).await.unwrap();
    assert_eq!(sent(app).await["data"][0]["title"], "Shores");
    users::delete(app, &players[0]).await.unwrap();
    assert_eq!(sent(app).await["data"][0]["host_id"], serde_json::json!(players[1].user()));
    let hidden = LobbyPatch { is_hidden: Some(true), ..LobbyPatch::default() };
    lobbies::update(app, &players[1], hidden).await.unwrap();
    assert_eq!(sent(app).await["meta"]["total_count"], 0);
    let seen = LobbyPatch { is_hidden: Some(false), ..LobbyPatch::default() };
    lobbies::update(app, &players[1], seen).await.unwrap();
    assert_eq!(sent(app).await["meta"]["total_count"], 1);
    lobbies::leave(app, &players[1]).await.unwrap();
    assert_eq!(sent(app).await["meta"]["total_count"], 0);
}

#[both_engines]
async fn of_lists_that_race_with_a_change_none_shows_what_was_after_it_is_answered(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 1).await;
    for _ in 0..20 {
        let asking = (0..6).map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    let (filter, page) = (LobbyFilter::default(), PageQuery::default());
                    lobbies::list_json(&app, &Scope::NOBODY, filter, page).await.unwrap();
                }
            })
        });
        let asking: Vec<_> = asking.collect();
        tokio::task::yield_now().await;
        open(app, &players[0], 2).await;
        assert_eq!(sent(app).await["meta"]["total_count"], 1);
        lobbies::leave(app, &players[0]).await.unwrap();
        assert_eq!(sent(app).await["meta"]["total_count"], 0);
        for asked in asking {
            asked.await.unwrap();
        }
        assert_eq!(sent(app).await["meta"]["total_count"], 0, "what was read before is not kept after");
    }
}

#[both_engines]
async fn what_nobody_told_of_is_on_the_list_after_a_second(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 1).await;
    open(app, &players[0], 2).await;
    sent(app).await;
    write(app, "update lobbies set title = 'Elsewhere'").await;
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(sent(app).await["data"][0]["title"], "Elsewhere");
}

#[both_engines]
async fn the_count_is_right_on_every_page_whatever_the_list_is_narrowed_to(domain: TestDomain) {
    let app = &domain.app;
    for player in &players(app, 5).await {
        open(app, player, 2).await;
    }
    let filters = [LobbyFilter::default(), LobbyFilter { max_users: Some(2), ..LobbyFilter::default() }];
    for filter in filters {
        for (page, size, found) in [(1, 5, 5), (1, 6, 5), (1, 4, 4), (2, 4, 1), (3, 2, 1), (4, 2, 0), (9, 100, 0)] {
            let asked = PageQuery { page: Some(page), page_size: Some(size), cursor: None };
            let listed = lobbies::list(app, &Scope::NOBODY, filter.clone(), asked).await.unwrap();
            assert_eq!((listed.data.len(), listed.meta.total_count), (found, 5), "page {page} of {size}");
        }
        let first = PageQuery { page_size: Some(3), ..PageQuery::default() };
        let first = lobbies::list(app, &Scope::NOBODY, filter.clone(), first).await.unwrap();
        let rest = PageQuery { cursor: first.meta.next_cursor, ..PageQuery::default() };
        let rest = lobbies::list(app, &Scope::NOBODY, filter, rest).await.unwrap();
        assert_eq!((rest.data.len(), rest.meta.total_count), (2, 5));
    }
    let none = LobbyFilter { min_users: Some(9), ..LobbyFilter::default() };
    let none = lobbies::list(app, &Scope::NOBODY, none, PageQuery::default()).await.unwrap();
    assert_eq!((none.data.len(), none.meta.total_count, none.meta.total_pages), (0, 0, 0));
}
