//! Joining by a code.

use domain::{App, Result, Scope, lobbies};
use testing::{TestDomain, both_engines};
use wire::{JoinByCode, Lobby, LobbyPatch, NewLobby};

use super::{join, open, players, refusal};
use crate::people::{code, inside};

async fn by(app: &App, player: &Scope, code: &str, password: Option<&str>) -> Result<Lobby> {
    let input = JoinByCode { code: code.to_owned(), password: password.map(Into::into) };
    lobbies::join_by_code(app, player, input).await
}

fn code_of(lobby: &Lobby) -> String {
    lobby.rules.as_ref().unwrap().code.clone().unwrap()
}

#[both_engines]
async fn a_code_opens_a_hidden_lobby_and_neither_its_lock_nor_its_password(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let input = NewLobby { is_hidden: Some(true), max_users: Some(3), ..NewLobby::default() };
    let opened = lobbies::create(app, &players[0], input).await.unwrap();
    let code = code_of(&opened);
    let told = format!(" {}-{} ", &code[..3].to_lowercase(), &code[3..]);
    let joined = by(app, &players[1], &told, None).await.unwrap();
    assert_eq!((joined.id, code_of(&joined), joined.member_count), (opened.id, code.clone(), 2));
    assert_eq!(refusal(by(app, &players[1], &code, None).await), "already_in_lobby");

    let patch = LobbyPatch { password: Some("sesame".into()), ..LobbyPatch::default() };
    lobbies::update(app, &players[0], patch).await.unwrap();
    assert_eq!(refusal(by(app, &players[2], &code, None).await), "password_required");
    assert_eq!(refusal(by(app, &players[2], &code, Some("open")).await), "invalid_password");
    by(app, &players[2], &code, Some("sesame")).await.unwrap();
    assert_eq!(refusal(by(app, &players[3], &code, Some("sesame")).await), "full");
    lobbies::leave(app, &players[2]).await.unwrap();
    let patch = LobbyPatch { is_locked: Some(true), ..LobbyPatch::default() };
    lobbies::update(app, &players[0], patch).await.unwrap();
    assert_eq!(refusal(by(app, &players[2], &code, Some("sesame")).await), "locked");
}

#[both_engines]
async fn members_are_told_the_code_and_nobody_else(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let mut list = app.pubsub.subscribe(wire::Topic::Lobbies);
    let lobby = open(app, &players[0], 8).await;
    join(app, &players[1], lobby.id).await.unwrap();
    assert_eq!(lobbies::get(app, &players[2], lobby.id).await.unwrap().rules, None);
    assert_eq!(lobbies::get(app, &Scope::NOBODY, lobby.id).await.unwrap().rules, None);
    assert_eq!(code_of(&lobbies::get(app, &players[1], lobby.id).await.unwrap()), code_of(&lobby));
    assert_eq!(code_of(&lobbies::mine(app, &players[1]).await.unwrap()), code_of(&lobby));

    // Another one: the one before is good for nothing, and only members hear of it.
    let mut inside = inside(app, &players[1], lobby.id).await;
    let patch = LobbyPatch { renew_code: Some(true), ..LobbyPatch::default() };
    let renewed = code_of(&lobbies::update(app, &players[0], patch).await.unwrap());
    assert_ne!(renewed, code_of(&lobby));
    assert_eq!(refusal(by(app, &players[2], &code_of(&lobby), None).await), "not_found");
    let told = serde_json::json!(inside.next().await.unwrap().event);
    assert_eq!(told["rules"]["code"], renewed);
    for name in ["lobby_created", "lobby_membership_changed", "lobby_updated"] {
        let message = list.next().await.unwrap();
        assert_eq!(
            (message.event.name(), &serde_json::json!(message.event)["rules"]),
            (name, &serde_json::Value::Null)
        );
    }
    by(app, &players[2], &renewed, None).await.unwrap();
    // A change that says nothing of it leaves it.
    let patch = LobbyPatch { title: Some("Harbour".into()), renew_code: Some(false), ..LobbyPatch::default() };
    assert_eq!(code_of(&lobbies::update(app, &players[0], patch).await.unwrap()), renewed);
}

#[both_engines]
async fn what_is_no_code_is_refused(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let lobby = open(app, &players[0], 8).await;
    for junk in ["", "12345", "1234567", "<b>x</b>", "00000\u{202e}", "' or 1=1"] {
        assert_eq!(
            code(&by(app, &players[1], junk, None).await),
            "invalid: code should be 6 letters and digits",
            "{junk}"
        );
    }
    assert_eq!(refusal(by(app, &players[1], "000000", None).await), "not_found");
    assert_eq!(code(&by(app, &Scope::NOBODY, &code_of(&lobby), None).await), "authentication_required");
    assert_eq!(lobbies::seat_of(app, &players[1]).await.unwrap(), None);
}
