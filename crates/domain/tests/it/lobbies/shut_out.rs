//! Players who are put out, banned or deleted at the moment they do something.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::pubsub::Event;
use domain::topics::{First, Seen};
use domain::{App, Result, Scope, lobbies, topics, users};
use testing::{TestDomain, both_engines};
use tokio::time::timeout;
use wire::{JoinLobby, KickMember, LobbyId, NewBan, NewLobby, Topic};

use super::{audit, join, open, players};
use crate::people::{admin, code, guest, user};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether what a member hears from now on ends with their being put out.
async fn hears_the_end(app: &App, member: &Scope, id: LobbyId, seen: Option<Seen>) -> Result<bool> {
    let heard = topics::listen(app, member, Topic::Lobby(id), seen).await?;
    let is_of_them = |event: &Event| matches!(event, Event::UserKicked(gone) if Some(gone.user_id) == member.user());
    if let First::Missed(missed) = &heard.first
        && missed.iter().any(|message| is_of_them(&message.event))
    {
        return Ok(false);
    }
    let mut subscription = heard.subscription;
    let listens = async {
        loop {
            if is_of_them(&subscription.next().await.expect("nothing is missed").event) {
                return true;
            }
        }
    };
    Ok(timeout(PATIENCE, listens).await.unwrap_or(false))
}

#[both_engines]
async fn whoever_is_put_out_while_they_begin_to_listen_hears_that_or_nothing(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let [host, guest] = [players[0], players[1]];
    let id = open(app, &host, 8).await.id;
    let mut outcomes = BTreeSet::new();
    for round in 0..20 {
        join(app, &guest, id).await.unwrap();
        let stands = topics::listen(app, &guest, Topic::Lobby(id), None).await.unwrap();
        // As from twenty sockets, one after another, some of which were there before.
        let listens = (0..20).map(|n: u64| {
            let (app, epoch) = (app.clone(), stands.epoch.clone());
            let seen = n.is_multiple_of(2).then_some(Seen { epoch, seq: stands.seq });
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_micros(n * 300)).await;
                hears_the_end(&app, &guest, id, seen).await
            })
        });
        let listens: Vec<_> = listens.collect();
        lobbies::kick(app, &host, KickMember { target_user_id: guest.user() }).await.unwrap();
        for listen in listens {
            let outcome = listen.await.unwrap();
            assert_ne!(outcome.as_ref().ok(), Some(&false), "round {round}: they listen, and were put out before");
            outcomes.insert(code(&outcome));
        }
    }
    assert_eq!(outcomes, BTreeSet::from(["not_a_member".to_owned(), "ok".to_owned()]));
}

/// What somebody does about a seat while they are banned.
#[derive(Clone, Copy, Debug)]
enum Seats {
    Open,
    Join,
    QuickJoin,
}

#[both_engines]
async fn whoever_is_banned_while_they_sit_down_sits_nowhere(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let host = guest(app, "host").await;
    let id = open(app, &host, 128).await.id;
    let mut outcomes = BTreeSet::new();
    for round in 0..24 {
        let eve = guest(app, &format!("eve-{round}")).await;
        for seats in [Seats::Open, Seats::Join, Seats::QuickJoin] {
            let there = app.clone();
            let sitting = tokio::spawn(async move {
                match seats {
                    Seats::Open => lobbies::create(&there, &eve, NewLobby::default()).await,
                    Seats::Join => lobbies::join(&there, &eve, id, JoinLobby::default()).await,
                    Seats::QuickJoin => lobbies::quick_join(&there, &eve, wire::QuickJoin::default()).await,
                }
            });
            users::ban(app, &ada, user(&eve), NewBan::default()).await.unwrap();
            let outcome = code(&sitting.await.unwrap());
            assert!(matches!(outcome.as_str(), "ok" | "banned"), "{seats:?}: {outcome}");
            outcomes.insert(outcome);
            assert_eq!(lobbies::seat_of(app, &eve).await.unwrap().map(|lobby| lobby.id), None, "{seats:?} in {round}");
            users::unban(app, &ada, user(&eve)).await.unwrap();
        }
        audit(app, id).await;
    }
    assert!(outcomes.contains("banned"), "{outcomes:?}");
}

#[both_engines]
async fn whoever_bans_or_deletes_waits_for_no_one_who_waits_for_them(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let host = guest(app, "host").await;
    for round in 0..20 {
        let id = open(app, &host, 8).await.id;
        let mut members = Vec::new();
        for n in 0..3 {
            let member = guest(app, &format!("member-{round}-{n}")).await;
            join(app, &member, id).await.unwrap();
            members.push(member);
        }
        let [banned, deleted, kicked] = [members[0], members[1], members[2]];
        // The host leaves as well, so that one of them is made host who may be gone in the same moment.
        let acts = tokio::join!(
            tokio::spawn({
                let app = app.clone();
                async move { users::ban(&app, &ada, user(&banned), NewBan::default()).await }
            }),
            tokio::spawn({
                let app = app.clone();
                async move { users::delete(&app, &deleted).await }
            }),
            tokio::spawn({
                let app = app.clone();
                async move { lobbies::admin::kick(&app, &Scope::SYSTEM, id, user(&kicked)).await.map(drop) }
            }),
            tokio::spawn({
                let app = app.clone();
                async move { lobbies::kick(&app, &host, KickMember { target_user_id: banned.user() }).await }
            }),
            tokio::spawn({
                let app = app.clone();
                async move { lobbies::leave(&app, &host).await }
            }),
        );
        // `code` panics for what is no refusal, as for a lock that could not be had.
        for act in [acts.0, acts.1, acts.2, acts.4] {
            assert_eq!(code(&act.unwrap()), "ok");
        }
        let kick = code(&acts.3.unwrap());
        assert!(["ok", "not_in_lobby", "not_host", "not_found"].contains(&kick.as_str()), "{kick}");
        // Of a last member an admin's kick is only a beginning: the lobby closes some seconds later.
        lobbies::leave(app, &kicked).await.ok();
        assert_eq!(code(&lobbies::get(app, &Scope::SYSTEM, id).await), "not_found", "nobody is left in round {round}");
    }
}
