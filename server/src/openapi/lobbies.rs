//! Lobbies.

use chrono::{DateTime, Utc};
use domain::Error;
use serde_json::json;
use wire::{
    JoinLobby, KickMember, Lobby, LobbyFilter, LobbyId, LobbyMember, LobbyPatch, NewLobby, Page, PageQuery, QuickJoin,
    UserId,
};

use super::route::{Route, conflict, forbidden, get, impossible, patch, post, unfit};
use crate::error::Failure;

const TAG: &str = "Lobbies";

pub(super) fn routes() -> Vec<Route> {
    let opened = dunes();
    let entered = Lobby { members: Some(members()), member_count: 2, revision: 2, ..dunes() };
    let changed = Lobby { max_users: 6, is_locked: true, revision: 3, ..entered.clone() };
    vec![
        get("/lobbies", "list_lobbies", TAG)
            .does("List lobbies", "The oldest first. Hidden ones are left out.")
            .for_anybody_or_users()
            .query::<LobbyFilter>()
            .query::<PageQuery>()
            .refuses_input(PageQuery { page: Some(0), ..PageQuery::default() }.check())
            .gives_page("A page of lobbies.", &Page::new(vec![dunes()], PageQuery::default(), 1)),
        post("/lobbies", "create_lobby", TAG)
            .does("Open a lobby", "The caller becomes its host and takes the first seat.")
            .for_users()
            .body::<NewLobby>(
                "The new lobby. Nothing in it is required.",
                json!({ "title": "Dunes", "max_users": 4, "metadata": { "mode": "ranked" } }),
            )
            .refuses_input(NewLobby { max_users: Some(129), ..NewLobby::default() }.check())
            .refuses([already_in_lobby()])
            .gives(201, "The lobby.", &opened),
        get("/lobbies/{id}", "get_lobby", TAG)
            .does("Look at a lobby", "`members` is there for members and admins. A hidden lobby exists for those only.")
            .for_anybody_or_users()
            .id("lobby")
            .gives(200, "The lobby.", &opened),
        post("/lobbies/{id}/join", "join_lobby", TAG)
            .does("Take a seat", "A player sits in one lobby at a time.")
            .for_users()
            .id("lobby")
            .body::<JoinLobby>("The password, where the lobby asks for one.", json!({ "password": "sesame" }))
            .refuses_input(JoinLobby { password: Some("p".repeat(129)) }.check())
            .refuses([
                already_in_lobby(),
                forbidden("blocked", "You cannot join this lobby. Pick another."),
                forbidden("full", "That seat was just taken. Pick another lobby."),
                forbidden("locked", "This lobby is locked. Pick another, or wait until its host opens it."),
                forbidden("password_required", "This lobby asks for a password."),
                forbidden("invalid_password", "That is not the password. Ask the host, or pick an open lobby."),
                forbidden("cannot_join", "The lobby changed while you were joining. Try again."),
            ])
            .gives(200, "The lobby with its members.", &entered),
        post("/lobbies/leave", "leave_lobby", TAG)
            .does(
                "Give up one's seat",
                "The member longest in the lobby becomes the next host; the last one closes it.",
            )
            .for_users()
            .refuses([not_in_lobby()])
            .gives_nothing("The seat is free."),
        patch("/lobbies", "update_lobby", TAG)
            .does(
                "Change the lobby one sits in",
                "Its host may; in a hostless lobby, each of its members. What is absent or `null` stays as it is.",
            )
            .for_users()
            .body::<LobbyPatch>("What is to change.", json!({ "max_users": 6, "is_locked": true }))
            .refuses_input(LobbyPatch { max_users: Some(129), ..LobbyPatch::default() }.check())
            .refuses([
                not_in_lobby(),
                not_host(),
                impossible("too_small", "There are more members than that. Give the lobby a seat for each of them."),
            ])
            .gives(200, "The lobby as it is now, with its members.", &changed),
        post("/lobbies/kick", "kick_user", TAG)
            .does(
                "Put a member out",
                "Only the host of a lobby may. Whoever is put out may come back, unless it is locked.",
            )
            .for_users()
            .body::<KickMember>("Who has to go.", json!({ "target_user_id": 9 }))
            .refuses_input(KickMember::default().check())
            .refuses([
                not_in_lobby(),
                not_host(),
                forbidden("cannot_kick_self", "You cannot kick yourself. Leave the lobby instead."),
                Failure::of(&Error::not_found("user")),
                impossible("not_in_lobby", "That player is not in your lobby. Look at its members again."),
            ])
            .gives_nothing("Their seat is free."),
        post("/lobbies/quick_join", "quick_join", TAG)
            .does(
                "Be seated wherever there is room",
                "In the oldest lobby that fits, is open to everybody and has a seat; where none does, in a new one.",
            )
            .for_users()
            .body::<QuickJoin>(
                "What the lobby must be like. Nothing in it is required.",
                json!({ "max_users": 4, "metadata": { "mode": "ranked" } }),
            )
            .refuses_input(QuickJoin { max_users: Some(129), ..QuickJoin::default() }.check())
            .refuses([conflict(
                "already_in_lobby",
                "You have a seat in a lobby. Leave it before you look for another.",
            )])
            .gives(200, "The lobby with its members, joined or opened.", &entered),
    ]
}

fn not_in_lobby() -> Failure {
    unfit("not_in_lobby", "You are not in a lobby.")
}

fn not_host() -> Failure {
    forbidden("not_host", "Only the host of this lobby may do this.")
}

fn already_in_lobby() -> Failure {
    forbidden("already_in_lobby", "You have a seat in a lobby. Leave it before you take another.")
}

/// The lobby of the examples.
fn dunes() -> Lobby {
    Lobby {
        id: LobbyId(12),
        title: "Dunes".to_owned(),
        host_id: Some(UserId(7)),
        hostless: false,
        max_users: 4,
        is_hidden: false,
        is_locked: false,
        is_passworded: false,
        metadata: serde_json::Map::from_iter([("mode".to_owned(), json!("ranked"))]),
        member_count: 1,
        revision: 1,
        created_at: at_eight(),
        closing_at: None,
        members: None,
    }
}

fn members() -> Vec<LobbyMember> {
    let member = |id, name: Option<&str>| LobbyMember {
        user_id: UserId(id),
        display_name: name.map(Into::into),
        joined_at: at_eight(),
    };
    vec![member(7, Some("Ada")), member(9, None)]
}

/// The moment of the examples: 15 January 2027, at eight.
pub(super) fn at_eight() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}
