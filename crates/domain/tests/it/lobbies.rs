mod admin;
mod away;
mod codes;
mod host;
mod invitations;
mod kept;
mod log;
mod many;
mod members;
mod metadata;
mod plans;
mod policy;
mod quick_join;
mod races;
mod search;
mod shut_out;
mod unused;

use domain::db::Db;
use domain::pubsub::Event;
use domain::{App, Error, Result, Scope, Who, lobbies, sessions};
use testing::{TestDomain, both_engines};
use wire::{DeviceLogin, JoinLobby, Lobby, LobbyFilter, LobbyId, NewLobby, PageQuery, Topic, UserId};

use crate::identities::write;
use crate::people::inside;

async fn players(app: &App, n: usize) -> Vec<Scope> {
    let mut players = Vec::new();
    for n in 0..n {
        let input = DeviceLogin { device_id: Some(format!("device-of-player-{n:05}")) };
        let tokens = sessions::login_device(app, &Scope::NOBODY, input).await.unwrap();
        players.push(sessions::authenticate(app, &tokens.access_token, None).await.unwrap());
    }
    players
}

async fn open(app: &App, host: &Scope, seats: i64) -> Lobby {
    let input = NewLobby { title: Some("Dunes".into()), max_users: Some(seats), ..NewLobby::default() };
    lobbies::create(app, host, input).await.unwrap()
}

async fn join(app: &App, player: &Scope, id: LobbyId) -> Result<Lobby> {
    lobbies::join(app, player, id, JoinLobby::default()).await
}

async fn state(app: &App, id: LobbyId) -> Lobby {
    lobbies::get(app, &Scope::SYSTEM, id).await.unwrap()
}

/// Gives a lobby to the server, which no verb does yet.
async fn make_hostless(app: &App, id: LobbyId) {
    let sql = "update lobbies set hostless = true, host_id = null where id = $1";
    match &app.db {
        Db::Sqlite { write, .. } => drop(sqlx::query(sql).bind(id.0).execute(&**write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).bind(id.0).execute(&**pool).await.unwrap()),
    }
}

/// Everything is counted as it is: as many members as seats taken, and no more than there are.
async fn audit(app: &App, id: LobbyId) -> Lobby {
    let lobby = state(app, id).await;
    let members = i64::try_from(lobby.members.as_ref().unwrap().len()).unwrap();
    assert_eq!(lobby.member_count, members, "{lobby:?}");
    assert!(members <= lobby.max_users, "{lobby:?}");
    lobby
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(
            Error::Forbidden(it)
            | Error::Unfit(it)
            | Error::NotFound(it)
            | Error::Unauthenticated(it)
            | Error::Conflict(it)
            | Error::Impossible(it),
        ) => it.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[both_engines]
async fn of_two_who_race_for_the_last_seat_one_wins(domain: TestDomain) {
    let players = players(&domain.app, 3).await;
    for _ in 0..10 {
        let lobby = open(&domain.app, &players[0], 2).await;
        let race = players[1..].iter().map(|player| {
            let (app, player) = (domain.app.clone(), *player);
            tokio::spawn(async move { join(&app, &player, lobby.id).await })
        });
        let mut outcomes = Vec::new();
        for outcome in race.collect::<Vec<_>>() {
            outcomes.push(outcome.await.unwrap().map_or_else(|error| refusal::<Lobby>(Err(error)), |_| "seated"));
        }
        outcomes.sort_unstable();
        assert_eq!(outcomes, ["full", "seated"]);
        let lobby = state(&domain.app, lobby.id).await;
        assert_eq!((lobby.member_count, lobby.members.unwrap().len()), (2, 2));
        for player in &players {
            let _the_loser_has_none = lobbies::leave(&domain.app, player).await;
        }
    }
}

#[both_engines]
async fn a_crowd_never_overfills_a_lobby(domain: TestDomain) {
    let players = players(&domain.app, 24).await;
    let lobby = open(&domain.app, &players[0], 8).await;
    let crowd = players[1..].iter().map(|player| {
        let (app, player) = (domain.app.clone(), *player);
        tokio::spawn(async move { join(&app, &player, lobby.id).await.is_ok() })
    });
    let mut seated = 1;
    for joined in crowd.collect::<Vec<_>>() {
        seated += usize::from(joined.await.unwrap());
    }
    assert_eq!(seated, 8);
    assert_eq!(state(&domain.app, lobby.id).await.members.unwrap().len(), 8);
}

#[both_engines]
async fn one_player_who_joins_two_lobbies_at_once_sits_in_one(domain: TestDomain) {
    let players = players(&domain.app, 3).await;
    let (a, b) = (open(&domain.app, &players[0], 8).await, open(&domain.app, &players[1], 8).await);
    let joins = [a.id, b.id].map(|id| {
        let (app, player) = (domain.app.clone(), players[2]);
        tokio::spawn(async move { join(&app, &player, id).await.is_ok() })
    });
    let mut seated = 0;
    for joined in joins {
        seated += i64::from(joined.await.unwrap());
    }
    assert_eq!(seated, 1);
    let counts = state(&domain.app, a.id).await.member_count + state(&domain.app, b.id).await.member_count;
    assert_eq!(counts, 3, "the seat that was not taken is free");
}

#[both_engines]
async fn leaving_twice_at_once_frees_one_seat(domain: TestDomain) {
    let players = players(&domain.app, 3).await;
    let lobby = open(&domain.app, &players[0], 8).await;
    for player in &players[1..] {
        join(&domain.app, player, lobby.id).await.unwrap();
    }
    let leaves = [(); 4].map(|()| {
        let (app, player) = (domain.app.clone(), players[1]);
        tokio::spawn(async move { lobbies::leave(&app, &player).await.is_ok() })
    });
    let mut left = 0;
    for leave in leaves {
        left += i64::from(leave.await.unwrap());
    }
    assert_eq!((left, state(&domain.app, lobby.id).await.member_count), (1, 2));
}

#[both_engines]
async fn the_longest_member_becomes_host_and_the_last_one_closes_the_lobby(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let lobby = open(app, &players[0], 8).await;
    for player in [&players[2], &players[1]] {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        join(app, player, lobby.id).await.unwrap();
    }
    lobbies::leave(app, &players[0]).await.unwrap();
    assert_eq!(state(app, lobby.id).await.host_id, players[2].user());
    lobbies::leave(app, &players[2]).await.unwrap();
    assert_eq!(state(app, lobby.id).await.host_id, players[1].user());
    lobbies::leave(app, &players[1]).await.unwrap();
    assert_eq!(refusal(lobbies::get(app, &Scope::SYSTEM, lobby.id).await), "not_found");
    assert_eq!(refusal(lobbies::leave(app, &players[1]).await), "not_in_lobby");
}

#[both_engines]
async fn a_door_refuses_in_the_order_players_can_act_on(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let ask = |seats, locked, password: Option<&str>| NewLobby {
        max_users: Some(seats),
        is_locked: Some(locked),
        password: password.map(Into::into),
        ..NewLobby::default()
    };
    let full_and_locked = lobbies::create(app, &players[0], ask(1, true, None)).await.unwrap();
    let locked = lobbies::create(app, &players[1], ask(8, true, Some("sesame"))).await.unwrap();
    let passworded = lobbies::create(app, &players[2], ask(8, false, Some("sesame"))).await.unwrap();
    assert!(passworded.is_passworded && full_and_locked.title.starts_with("lobby-"));

    let player = &players[3];
    assert_eq!(refusal(join(app, &players[0], passworded.id).await), "already_in_lobby");
    assert_eq!(refusal(join(app, player, full_and_locked.id).await), "full");
    assert_eq!(refusal(join(app, player, locked.id).await), "locked");
    assert_eq!(refusal(join(app, player, passworded.id).await), "password_required");
    let with = |password: &str| JoinLobby { password: Some(password.into()) };
    assert_eq!(refusal(lobbies::join(app, player, passworded.id, with("open")).await), "invalid_password");
    assert_eq!(lobbies::join(app, player, passworded.id, with("sesame")).await.unwrap().member_count, 2);
    assert_eq!(refusal(join(app, player, LobbyId(i64::MAX)).await), "not_found");
    assert_eq!(refusal(join(app, &Scope::NOBODY, passworded.id).await), "authentication_required");
}

#[both_engines]
async fn a_hidden_lobby_exists_for_its_members_and_admins(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let input = NewLobby { is_hidden: Some(true), ..NewLobby::default() };
    let hidden = lobbies::create(app, &players[0], input).await.unwrap();
    assert!(lobbies::get(app, &players[0], hidden.id).await.unwrap().members.is_some());
    assert_eq!(refusal(lobbies::get(app, &players[1], hidden.id).await), "not_found");
    let public = lobbies::list(app, &Scope::NOBODY, LobbyFilter::default(), PageQuery::default()).await.unwrap();
    assert_eq!(public.meta.total_count, 0);
    let admin = Scope { who: Who::Admin(UserId(99)), ..Scope::NOBODY };
    let all = lobbies::list_all(app, &admin, LobbyFilter::default(), PageQuery::default()).await.unwrap();
    assert_eq!(all.data[0].lobby.id, hidden.id);
    let by_player = lobbies::list_all(app, &players[0], LobbyFilter::default(), PageQuery::default()).await;
    assert_eq!(refusal(by_player), "forbidden");
}

#[both_engines]
async fn lists_are_narrowed_by_title_and_state_and_cut_into_pages(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    for (player, (title, seats, locked)) in players.iter().zip([
        ("Dunes 100%", 8, false),
        ("dunes two", 1, false),
        ("Harbour", 8, true),
        ("Cove", 8, false),
    ]) {
        let input = NewLobby {
            title: Some(title.into()),
            max_users: Some(seats),
            is_locked: Some(locked),
            ..NewLobby::default()
        };
        lobbies::create(app, player, input).await.unwrap();
    }
    let titles = async |title: Option<&str>, state: Option<&str>, page: i64| {
        let filter =
            LobbyFilter { title: title.map(Into::into), state: state.map(Into::into), ..LobbyFilter::default() };
        let page = PageQuery { page: Some(page), page_size: Some(3), cursor: None };
        let page = lobbies::list(app, &Scope::NOBODY, filter, page).await.unwrap();
        (page.data.into_iter().map(|lobby| lobby.title).collect::<Vec<_>>(), page.meta.total_count)
    };
    assert_eq!(titles(Some("DUNES"), None, 1).await, (vec!["Dunes 100%".into(), "dunes two".into()], 2));
    assert_eq!(titles(Some("0%"), None, 1).await, (vec!["Dunes 100%".into()], 1));
    assert_eq!(titles(Some("_"), None, 1).await, (vec![], 0));
    assert_eq!(titles(None, Some("full"), 1).await, (vec!["dunes two".into()], 1));
    assert_eq!(titles(None, Some("locked"), 1).await, (vec!["Harbour".into()], 1));
    assert_eq!(titles(None, Some("open"), 1).await, (vec!["Dunes 100%".into(), "Cove".into()], 2));
    assert_eq!(titles(None, None, 2).await, (vec!["Cove".into()], 4));
}

#[both_engines]
async fn what_happens_is_told_after_it_happened(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let mut list = app.pubsub.subscribe(Topic::Lobbies);
    let mut admins = app.pubsub.subscribe(Topic::AdminLobbies);
    let lobby = open(app, &players[0], 8).await;
    let mut inside = inside(app, &players[0], lobby.id).await;
    join(app, &players[1], lobby.id).await.unwrap();
    lobbies::leave(app, &players[0]).await.unwrap();
    lobbies::leave(app, &players[1]).await.unwrap();

    let mut heard = Vec::new();
    for (subscription, n) in [(&mut list, 4), (&mut admins, 4), (&mut inside, 5)] {
        for _ in 0..n {
            let message = subscription.next().await.unwrap();
            heard.push(format!("{} {}", message.topic, message.event.name()));
        }
    }
    let inside = format!("lobby:{}", lobby.id);
    let expected = [
        "lobbies lobby_created",
        "lobbies lobby_membership_changed",
        "lobbies lobby_membership_changed",
        "lobbies lobby_deleted",
        "admin:lobbies lobby_created",
        "admin:lobbies lobby_membership_changed",
        "admin:lobbies lobby_membership_changed",
        "admin:lobbies lobby_deleted",
        &format!("{inside} user_joined"),
        &format!("{inside} user_left"),
        &format!("{inside} host_changed"),
        &format!("{inside} user_left"),
        &format!("{inside} lobby_deleted"),
    ];
    assert_eq!(heard, expected);
}

#[both_engines]
async fn a_listener_that_is_too_slow_is_told_so(domain: TestDomain) {
    let app = &domain.app;
    let mut slow = app.pubsub.subscribe(Topic::Lobbies);
    for n in 0..65 {
        app.pubsub.publish(Topic::Lobbies, Event::LobbyDeleted(wire::LobbyGone { id: LobbyId(n), reason: None }));
    }
    assert!(slow.next().await.is_err());
    assert!(slow.next().await.is_ok());
    drop(slow);
    assert_eq!(app.pubsub.topics(), 0, "a topic nobody listens to is forgotten");
}
