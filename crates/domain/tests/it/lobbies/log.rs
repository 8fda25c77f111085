//! What happened in a lobby: told once and in order, to those who were there and to those who come back.

use std::time::Duration;

use chrono::TimeDelta;
use domain::db::Db;
use domain::jobs::{Kinds, Runner};
use domain::pubsub::Subscription;
use domain::topics::{self, First, Heard, Seen};
use domain::{App, Scope, lobbies, users};
use testing::{TestDomain, both_engines};
use wire::{KickMember, LobbyEvent, LobbyId, LobbyPatch, LogKind, MemberPatch, NewLobby, Topic, UserPatch};

use super::{join, open, players};
use crate::people::{admin, inside, run, user};

/// What is heard next, and under which number.
async fn next(listener: &mut Subscription) -> (u64, String) {
    let message = tokio::time::timeout(Duration::from_secs(20), listener.next()).await.expect("something is told");
    let message = message.expect("nothing is missed");
    (message.seq.unwrap(), message.event.name().to_owned())
}

/// Comes back to a lobby after the event with this number.
async fn back(app: &App, member: &Scope, id: LobbyId, epoch: &str, seq: u64) -> Heard {
    let seen = Seen { epoch: epoch.to_owned(), seq };
    topics::listen(app, member, Topic::Lobby(id), Some(seen)).await.unwrap()
}

/// The numbers that were missed; none where everything must be read anew.
fn missed(heard: &Heard) -> Option<Vec<u64>> {
    match &heard.first {
        First::Missed(missed) => Some(missed.iter().map(|message| message.seq.unwrap()).collect()),
        First::Resync(_) => None,
        First::State(_) => panic!("whoever says what they saw is told whether it is enough"),
    }
}

async fn rename(app: &App, host: &Scope, title: &str) {
    let patch = LobbyPatch { title: Some(title.into()), ..LobbyPatch::default() };
    lobbies::update(app, host, patch).await.unwrap();
}

/// Another process on the same database.
async fn beside(domain: &TestDomain) -> App {
    domain.beside(Db::open(&domain.database).await.unwrap())
}

#[both_engines]
async fn a_crowd_is_heard_without_a_gap(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 9).await;
    let id = open(app, &players[0], 9).await.id;
    let mut listeners = Vec::new();
    for _ in 0..3 {
        listeners.push(inside(app, &players[0], id).await);
    }
    let comings: Vec<_> = players[1..]
        .iter()
        .map(|player| {
            let (app, player) = (app.clone(), *player);
            tokio::spawn(async move {
                for _ in 0..3 {
                    join(&app, &player, id).await.unwrap();
                    lobbies::leave(&app, &player).await.unwrap();
                }
            })
        })
        .collect();
    for coming in comings {
        coming.await.unwrap();
    }
    for listener in &mut listeners {
        for seq in 2..=49 {
            assert_eq!(next(listener).await.0, seq, "8 players came and went three times");
        }
        assert_eq!(listener.behind(), 0);
    }
}

#[both_engines]
async fn whoever_comes_back_gets_what_they_missed(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    let first = topics::listen(app, &players[0], Topic::Lobby(id), None).await.unwrap();
    assert!(matches!(&first.first, First::State(topics::State::Lobby(lobby)) if lobby.id == id));
    let epoch = first.epoch.clone();
    drop(first);
    join(app, &players[1], id).await.unwrap();
    rename(app, &players[0], "Harbour").await;

    let mut heard = back(app, &players[0], id, &epoch, 1).await;
    assert_eq!((heard.seq, missed(&heard)), (3, Some(vec![2, 3])));
    lobbies::leave(app, &players[1]).await.unwrap();
    assert_eq!(next(&mut heard.subscription).await, (4, "user_left".to_owned()), "and then what comes");
    assert_eq!(missed(&back(app, &players[0], id, &epoch, 4).await), Some(vec![]));
    for (epoch, seq, why) in [
        ("another", 4, "numbers of another epoch mean nothing"),
        (epoch.as_str(), 5, "nothing has that number yet: the client knows another past"),
        (epoch.as_str(), u64::MAX, "nor that"),
    ] {
        let heard = back(app, &players[0], id, epoch, seq).await;
        assert_eq!(missed(&heard), None, "{why}");
        assert!(matches!(&heard.first, First::Resync(topics::State::Lobby(lobby)) if lobby.title == "Harbour"));
    }
}

#[both_engines]
async fn of_256_missed_events_each_is_told_and_of_more_none(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 1).await;
    let id = open(app, &players[0], 8).await.id;
    for n in 0..lobbies::log::AT_ONCE {
        rename(app, &players[0], &n.to_string()).await;
    }
    let epoch = topics::listen(app, &players[0], Topic::Lobby(id), None).await.unwrap().epoch;
    let everything = missed(&back(app, &players[0], id, &epoch, 1).await);
    assert_eq!(everything, Some((2..=257).collect()));
    assert_eq!(missed(&back(app, &players[0], id, &epoch, 0).await), None, "never a part of what was missed");
}

#[both_engines]
async fn what_a_process_did_not_live_to_tell_is_told_by_the_next_that_looks(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let id = open(app, &players[0], 8).await.id;
    let mut listener = inside(app, &players[0], id).await;
    // The other process tells its own listeners only, as one does that is killed after a commit.
    let other = beside(&domain).await;
    join(&other, &players[1], id).await.unwrap();
    join(&other, &players[2], id).await.unwrap();
    assert_eq!(listener.behind(), 0);
    lobbies::log::look(app).await.unwrap();
    assert_eq!(next(&mut listener).await, (2, "user_joined".to_owned()));
    assert_eq!(next(&mut listener).await, (3, "user_joined".to_owned()));

    lobbies::leave(&other, &players[2]).await.unwrap();
    let kick = KickMember { target_user_id: Some(user(&players[1])) };
    lobbies::kick(app, &players[0], kick).await.unwrap();
    assert_eq!(next(&mut listener).await, (4, "user_left".to_owned()), "a gap is seen at the next event already");
    assert_eq!(next(&mut listener).await, (5, "user_kicked".to_owned()));
    lobbies::log::look(app).await.unwrap();
    rename(app, &players[0], "Harbour").await;
    assert_eq!(next(&mut listener).await.0, 6, "and nothing twice");
}

#[both_engines]
async fn two_processes_that_write_at_once_are_heard_alike(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 5).await;
    let id = open(app, &players[0], 8).await.id;
    let other = beside(&domain).await;
    let mut listeners = [inside(app, &players[0], id).await, inside(&other, &players[0], id).await];
    let comings: Vec<_> = players[1..]
        .iter()
        .zip([app, &other, app, &other])
        .map(|(player, app)| {
            let (app, player) = (app.clone(), *player);
            tokio::spawn(async move {
                for _ in 0..5 {
                    join(&app, &player, id).await.unwrap();
                    lobbies::leave(&app, &player).await.unwrap();
                }
            })
        })
        .collect();
    for coming in comings {
        coming.await.unwrap();
    }
    let mut heard = Vec::new();
    for (listener, app) in listeners.iter_mut().zip([app, &other]) {
        lobbies::log::look(app).await.unwrap();
        let mut names = Vec::new();
        for seq in 2..=41 {
            let (number, name) = next(listener).await;
            assert_eq!(number, seq);
            names.push(name);
        }
        heard.push(names);
    }
    assert_eq!(heard[0], heard[1]);
}

#[both_engines]
async fn a_log_that_lost_what_is_missing_makes_everybody_come_back(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    let mut listener = inside(app, &players[0], id).await;
    let other = beside(&domain).await;
    join(&other, &players[1], id).await.unwrap();
    rename(&other, &players[0], "Harbour").await;
    run(&domain, "delete from lobby_events where seq = 2").await;
    lobbies::log::look(app).await.unwrap();
    assert!(listener.next().await.is_err());
    assert!(listener.next().await.is_err(), "it hears no more");
    let heard = topics::listen(app, &players[0], Topic::Lobby(id), None).await.unwrap();
    assert_eq!(heard.seq, 3);
}

#[both_engines]
async fn of_a_busy_lobby_the_newest_thousand_events_are_kept(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 1).await;
    open(app, &players[0], 8).await;
    let busy = "with recursive n(i) as (select 2 union all select i + 1 from n where i < 1100)
                insert into lobby_events (lobby_id, seq, event, payload, at)
                select lobby_id, i, event, payload, at from lobby_events, n where seq = 1";
    run(&domain, busy).await;
    for n in 0..64 {
        rename(app, &players[0], &n.to_string()).await;
    }
    assert_eq!(domain.rows("lobby_events where seq <= 152").await, 0);
    assert_eq!(domain.rows("lobby_events").await, 1_164 - 152, "the thousand before number 1,152, and what came since");
}

#[both_engines]
async fn old_events_are_forgotten_but_numbers_go_on(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    // Somebody is there: else it would be closed as idle.
    app.online.note(user(&players[0]), true);
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    open(app, &players[2], 8).await;
    lobbies::leave(app, &players[2]).await.unwrap();
    assert_eq!(domain.rows("lobby_events").await, 5);
    app.clock.advance(lobbies::log::KEPT - TimeDelta::seconds(1));
    let runner = Runner::new(app.clone(), Kinds::of_the_product());
    runner.run_due().await.unwrap();
    assert_eq!(domain.rows("lobby_events").await, 5);
    app.clock.advance(TimeDelta::days(1) + TimeDelta::seconds(1));
    runner.run_due().await.unwrap();
    assert_eq!(domain.rows("lobby_events").await, 1, "of the lobby that is open the last, of the other nothing");
    rename(app, &players[0], "Harbour").await;
    assert_eq!(domain.rows("lobby_events where seq = 3").await, 1);
}

#[both_engines]
async fn admins_read_in_the_log_what_players_are_called_now(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let players = players(app, 3).await;
    let called = async |player, name: &str| {
        let patch = UserPatch { display_name: Some(name.into()), ..UserPatch::default() };
        users::edit(app, &ada, user(player), patch).await.unwrap();
    };
    called(&players[0], "Mira").await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    join(app, &players[2], id).await.unwrap();
    called(&players[1], "<b>Otto</b>").await;
    lobbies::leave(app, &players[0]).await.unwrap();
    let otto = user(&players[1]);
    users::delete(app, &players[2]).await.unwrap();
    let log = lobbies::log::list(app, &ada, id, None, None).await.unwrap();
    let told: Vec<_> = log.iter().map(|event| (event.event.as_str(), event.name.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("user_left", None),
            ("host_changed", Some("<b>Otto</b>")),
            ("user_left", Some("Mira")),
            ("user_joined", None),
            ("user_joined", Some("<b>Otto</b>")),
            ("lobby_created", Some("Mira")),
        ],
        "nobody is called anything whose account is gone"
    );
    assert_eq!(LobbyEvent::concerns(&log[1].payload), Some(otto));
}

#[both_engines]
async fn admins_read_one_kind_of_what_happened_and_further_back(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let players = players(app, 2).await;
    let id = open(app, &players[0], 8).await.id;
    for _ in 0..30 {
        join(app, &players[1], id).await.unwrap();
        lobbies::leave(app, &players[1]).await.unwrap();
    }
    let read = async |kind, before| {
        let log = lobbies::log::list(app, &ada, id, kind, before).await.unwrap();
        log.into_iter().map(|event| event.seq).collect::<Vec<_>>()
    };
    assert_eq!(read(None, None).await, (12..=61).rev().collect::<Vec<_>>());
    assert_eq!(read(None, Some(12)).await, (1..=11).rev().collect::<Vec<_>>());
    assert_eq!(read(Some(LogKind::Changes), None).await, [1], "those of other kinds take no room");
    assert_eq!(read(Some(LogKind::Seats), Some(12)).await, (2..=11).rev().collect::<Vec<_>>());
    assert_eq!(read(Some(LogKind::Messages), None).await, [0; 0]);
}

#[both_engines]
async fn of_a_lobby_that_is_gone_it_is_kept_what_happened_and_not_what_anybody_kept_about_themselves(
    domain: TestDomain,
) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let secret = || serde_json::json!({ "secret": "of the game" }).as_object().cloned();
    let input = NewLobby { title: Some("Dunes".into()), metadata: secret(), ..NewLobby::default() };
    let id = lobbies::create(app, &players[0], input).await.unwrap().id;
    join(app, &players[1], id).await.unwrap();
    let patch = LobbyPatch { metadata: secret(), max_users: Some(7), ..LobbyPatch::default() };
    lobbies::update(app, &players[0], patch).await.unwrap();
    let patch = MemberPatch { is_ready: Some(true), metadata: secret(), ..MemberPatch::default() };
    lobbies::update_member(app, &players[1], patch).await.unwrap();
    let keeps = |log: &[LobbyEvent]| log.iter().filter(|event| event.payload.to_string().contains("secret")).count();
    let log = lobbies::log::list(app, &Scope::SYSTEM, id, None, None).await.unwrap();
    assert_eq!(keeps(&log), 3, "{log:?}");
    for player in &players {
        lobbies::leave(app, player).await.unwrap();
    }
    let log = lobbies::log::list(app, &Scope::SYSTEM, id, None, None).await.unwrap();
    assert_eq!((keeps(&log), log.len()), (0, 8));
    let told = |name: &str| &log.iter().find(|event| event.event == name).unwrap().payload;
    assert_eq!((&told("lobby_created")["title"], &told("lobby_updated")["max_users"]), (&"Dunes".into(), &7.into()));
    assert_eq!(told("member_updated")["is_ready"], true);
    assert_eq!(told("member_updated")["display_name"], serde_json::Value::Null);
}
