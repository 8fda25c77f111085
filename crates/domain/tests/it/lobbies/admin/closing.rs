//! Closing a lobby, and calling that off.

use chrono::TimeDelta;
use domain::db::Db;
use domain::lobbies::admin::{self, CLOSES_AFTER};
use domain::{App, lobbies, users};
use testing::{TestDomain, both_engines};
use wire::{LobbyId, LostBy, Topic};

use super::super::host::{heard, race};
use super::super::{audit, join, open, players, refusal, state};
use super::written;
use crate::people::{admin as an_admin, inside, user};

#[both_engines]
async fn a_lobby_closes_when_its_time_has_come_unless_that_is_called_off(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    let mut inside = inside(app, &players[0], id).await;
    let unchanged = admin::keep_open(app, &ada, id).await.unwrap();
    assert_eq!((unchanged.closing_at, unchanged.revision), (None, 2));

    let closing = admin::close(app, &ada, id).await.unwrap();
    assert_eq!(closing.closing_at, Some(app.clock.now() + CLOSES_AFTER));
    assert_eq!(closing, state(app, id).await);
    let seen = lobbies::get(app, &players[2], id).await.unwrap();
    assert_eq!(seen.closing_at, closing.closing_at, "everybody is told when");
    app.clock.advance(TimeDelta::seconds(3));
    assert_eq!(admin::close(app, &ada, id).await.unwrap(), closing, "saying it twice changes nothing");
    join(app, &players[2], id).await.unwrap();
    app.clock.advance(TimeDelta::seconds(4));
    lobbies::close_due(app).await.unwrap();
    let kept = admin::keep_open(app, &ada, id).await.unwrap();
    assert_eq!((kept.closing_at, kept.member_count), (None, 3));
    app.clock.advance(TimeDelta::seconds(60));
    lobbies::close_due(app).await.unwrap();
    assert_eq!(audit(app, id).await.member_count, 3);
    assert_eq!(heard(&mut inside).await, ["lobby_updated", "user_joined", "lobby_updated"]);

    let mut player = app.pubsub.subscribe(Topic::User(user(&players[1])));
    let mut list = app.pubsub.subscribe(Topic::Lobbies);
    admin::close(app, &ada, id).await.unwrap();
    app.clock.advance(CLOSES_AFTER);
    assert_eq!(refusal(admin::keep_open(app, &ada, id).await), "too_late", "although nobody came to close it yet");
    lobbies::close_due(app).await.unwrap();
    lobbies::close_due(app).await.unwrap();
    assert_eq!(refusal(lobbies::get(app, &ada, id).await), "not_found");
    assert_eq!(refusal(admin::keep_open(app, &ada, id).await), "too_late");
    assert_eq!(refusal(admin::close(app, &ada, id).await), "not_found");
    assert_eq!(refusal(admin::keep_open(app, &ada, LobbyId(i64::MAX)).await), "not_found");
    assert_eq!(heard(&mut inside).await, ["lobby_updated", "lobby_deleted"]);
    assert_eq!(heard(&mut list).await, ["lobby_updated", "lobby_deleted"]);
    assert_eq!(heard(&mut player).await, ["lobby_changed"]);
    for seatless in &players {
        assert_eq!(users::me(app, seatless).await.unwrap().lobby_id, None);
        assert_eq!(lobbies::lost_seat(app, seatless).await.unwrap().unwrap().reason, LostBy::Closed);
        open(app, seatless, 2).await;
    }
    let rows = written(app).await;
    let acts: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.outcome.as_str())).collect();
    assert_eq!(
        acts,
        [
            ("lobby.keep_open", "too_late"),
            ("lobby.keep_open", "too_late"),
            ("lobby.close", "done"),
            ("lobby.keep_open", "done"),
            ("lobby.close", "done"),
        ]
    );
}

/// Two nodes close what is due while an admin calls it off: it is closed once, or it stays.
#[both_engines]
async fn of_closing_a_lobby_and_calling_that_off_one_happens(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let ada = an_admin(app, "ada").await;
    let another = match app.db {
        Db::Postgres(_) => Some(domain.another_node().await),
        Db::Sqlite { .. } => None,
    };
    let other = another.as_ref().map_or(app, |node| &node.app);
    let mut ends = [0, 0];
    for round in 0..20 {
        let id = open(app, &players[0], 8).await.id;
        join(app, &players[1], id).await.unwrap();
        admin::close(app, &ada, id).await.unwrap();
        app.clock.advance(CLOSES_AFTER - TimeDelta::microseconds(1));
        let due = |app: App| async move {
            app.clock.advance(TimeDelta::microseconds(1));
            lobbies::close_due(&app).await.unwrap();
        };
        let (a, b) = (app.clone(), app.clone());
        let calling_off = async move { admin::keep_open(&a, &ada, id).await };
        let elsewhere = tokio::spawn(due(if round % 2 == 0 { other.clone() } else { b.clone() }));
        let (kept, ()) = race(calling_off, due(b)).await;
        elsewhere.await.unwrap();
        lobbies::close_due(app).await.unwrap();
        if let Ok(lobby) = kept {
            assert_eq!((lobby.closing_at, audit(app, id).await.member_count), (None, 2));
            ends[0] += 1;
            for player in &players {
                lobbies::leave(app, player).await.unwrap();
            }
        } else {
            assert_eq!(refusal(kept), "too_late");
            assert_eq!(refusal(lobbies::get(app, &ada, id).await), "not_found");
            ends[1] += 1;
        }
        let log = lobbies::log::list(app, &ada, id, None, None).await.unwrap();
        assert_eq!(log.iter().filter(|event| event.event == "lobby_deleted").count(), 1, "it ended once: {log:?}");
    }
    assert_eq!(ends.iter().sum::<i32>(), 20);
}
