//! Crowds, and things that happen at once.

use std::collections::BTreeMap;

use domain::{App, Result, Scope, lobbies};
use testing::{TestDomain, both_engines};
use wire::{JoinLobby, KickMember, Lobby, LobbyId, LobbyPatch};

use super::{audit, join, open, players, refusal};

/// What came of each, by how often.
fn tally<T: std::fmt::Debug>(outcomes: Vec<Result<T>>) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for outcome in outcomes {
        *tally.entry(if outcome.is_ok() { "ok" } else { refusal(outcome) }).or_default() += 1;
    }
    tally
}

/// All of them at once, each on a task of its own.
async fn all_join(app: &App, players: &[Scope], id: LobbyId) -> Vec<Result<Lobby>> {
    let joins = players.iter().map(|player| {
        let (app, player) = (app.clone(), *player);
        tokio::spawn(async move { join(&app, &player, id).await })
    });
    let mut outcomes = Vec::new();
    for join in joins.collect::<Vec<_>>() {
        outcomes.push(join.await.unwrap());
    }
    outcomes
}

#[both_engines]
async fn fifty_players_race_for_eight_seats(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 51).await;
    for _ in 0..10 {
        let id = open(app, &players[0], 9).await.id;
        let tally = tally(all_join(app, &players[1..], id).await);
        assert_eq!(tally, BTreeMap::from([("ok", 8), ("full", 42)]));
        let lobby = audit(app, id).await;
        let mut seats: Vec<_> = lobby.members.unwrap().iter().map(|member| member.seat).collect();
        seats.sort_unstable();
        assert_eq!((lobby.member_count, seats), (9, (1..=9).collect()));
        // All of them leave at once, and with the last one the lobby is gone.
        let leaves = players.iter().map(|player| {
            let (app, player) = (app.clone(), *player);
            tokio::spawn(async move { lobbies::leave(&app, &player).await })
        });
        let mut left = Vec::new();
        for leave in leaves.collect::<Vec<_>>() {
            left.push(leave.await.unwrap());
        }
        assert_eq!(self::tally(left), BTreeMap::from([("ok", 9), ("not_in_lobby", 42)]));
        assert_eq!(refusal(lobbies::get(app, &Scope::SYSTEM, id).await), "not_found");
    }
}

#[both_engines]
async fn a_host_and_the_last_member_who_leave_at_once_leave_nothing_behind(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    for _ in 0..20 {
        let id = open(app, &players[0], 8).await.id;
        join(app, &players[1], id).await.unwrap();
        let leaves = players.iter().map(|player| {
            let (app, player) = (app.clone(), *player);
            tokio::spawn(async move { lobbies::leave(&app, &player).await })
        });
        for leave in leaves.collect::<Vec<_>>() {
            leave.await.unwrap().unwrap();
        }
        assert_eq!(refusal(lobbies::get(app, &Scope::SYSTEM, id).await), "not_found");
    }
    assert_eq!((domain.rows("lobbies").await, domain.rows("lobby_members").await), (0, 0));
}

/// What the host does while somebody joins, and with what the joiner may be refused.
#[derive(Clone, Copy, Debug)]
enum Against {
    Kick,
    Close,
    Lock,
    Password,
}

#[both_engines]
async fn a_join_against_whatever_the_host_does_has_one_outcome(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let [host, guest] = [players[0], players[1]];
    for against in [Against::Kick, Against::Close, Against::Lock, Against::Password] {
        for _ in 0..20 {
            let id = open(app, &host, 8).await.id;
            let (a, b) = (app.clone(), app.clone());
            let joining = tokio::spawn(async move { lobbies::join(&a, &guest, id, JoinLobby::default()).await });
            let hosting = tokio::spawn(async move {
                match against {
                    Against::Kick => lobbies::kick(&b, &host, KickMember { target_user_id: guest.user() }).await,
                    Against::Close => lobbies::leave(&b, &host).await,
                    Against::Lock => {
                        let patch = LobbyPatch { is_locked: Some(true), ..LobbyPatch::default() };
                        lobbies::update(&b, &host, patch).await.map(drop)
                    }
                    Against::Password => {
                        let patch = LobbyPatch { password: Some("sesame".into()), ..LobbyPatch::default() };
                        lobbies::update(&b, &host, patch).await.map(drop)
                    }
                }
            });
            let (joined, hosted) = (joining.await.unwrap(), hosting.await.unwrap());
            let is_seated = lobbies::seat_of(app, &guest).await.unwrap().is_some();
            match (against, joined.is_ok(), hosted.is_ok()) {
                // Put out after coming in, or not yet there to be put out.
                (Against::Kick, true, was_kicked) => {
                    assert_eq!(is_seated, !was_kicked);
                    if let Err(error) = hosted {
                        assert_eq!(refusal::<()>(Err(error)), "not_in_lobby");
                    }
                }
                (Against::Close, true, true) => assert_eq!(audit(app, id).await.host_id, guest.user()),
                (Against::Close, false, true) => assert_eq!(refusal(joined), "not_found"),
                (Against::Lock, false, true) => assert_eq!(refusal(joined), "locked"),
                (Against::Password, false, true) => {
                    assert!(["password_required", "cannot_join"].contains(&refusal(joined)));
                }
                (Against::Lock | Against::Password, true, true) => assert!(is_seated, "in before it was shut"),
                other => panic!("{other:?}"),
            }
            for player in [&host, &guest] {
                lobbies::leave(app, player).await.ok();
            }
            assert_eq!((domain.rows("lobbies").await, domain.rows("lobby_members").await), (0, 0));
        }
    }
}
