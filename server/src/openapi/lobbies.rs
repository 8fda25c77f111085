//! Lobbies.

use chrono::{DateTime, Utc};
use serde_json::json;
use wire::{JoinLobby, Lobby, LobbyFilter, LobbyId, LobbyMember, NewLobby, Page, PageQuery, UserId};

use super::route::{Route, forbidden, get, post, unfit};
use crate::error::Failure;

const TAG: &str = "Lobbies";

pub(super) fn routes() -> Vec<Route> {
    let opened = dunes();
    let entered = Lobby { members: Some(members()), member_count: 2, revision: 2, ..dunes() };
    vec![
        get("/lobbies", "list_lobbies", TAG)
            .does("List lobbies", "The oldest first. Hidden ones are left out.")
            .for_anybody_or_users()
            .query::<LobbyFilter>()
            .query::<PageQuery>()
            .refuses_input(PageQuery { page: Some(0), page_size: None }.check())
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
            .refuses([unfit("not_in_lobby", "You are not in a lobby.")])
            .gives_nothing("The seat is free."),
    ]
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
