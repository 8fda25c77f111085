//! Lobbies.

use chrono::{DateTime, Utc};
use domain::Error;
use serde_json::json;
use wire::{
    HostPolicy, JoinByCode, JoinLobby, KickMember, Lobby, LobbyFilter, LobbyId, LobbyMember, LobbyPatch, LobbyRules,
    NewLobby, Page, PageQuery, QuickJoin, UserId,
};

use super::route::{Route, conflict, forbidden, get, impossible, patch, post, unfit};
use crate::error::Failure;

const TAG: &str = "Lobbies";

pub(super) fn routes() -> Vec<Route> {
    let mut routes = of_lobbies();
    routes.extend(ways_in());
    routes
}

fn of_lobbies() -> Vec<Route> {
    let alone = Some(members().into_iter().take(1).collect());
    let opened = Lobby { members: alone, member_count: 1, revision: 1, ..entered() };
    let entered = entered();
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
            .does(
                "Look at a lobby",
                "`members` and `rules` are there for members and admins. A hidden lobby exists for those only. Of one that was \
                 closed, or that took the caller's seat, the message says why.",
            )
            .for_anybody_or_users()
            .id("lobby")
            .gives(200, "The lobby.", &opened),
        post("/lobbies/leave", "leave_lobby", TAG)
            .does(
                "Give up one's seat",
                "Who becomes the next host is the lobby's `host_policy`; the last one closes it.",
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
                impossible(
                    "no_successor",
                    "This lobby was opened with another host policy. Open one with the policy successor to name who follows.",
                ),
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
    ]
}

/// The ways to a seat.
fn ways_in() -> Vec<Route> {
    let entered = entered();
    vec![
        post("/lobbies/{id}/join", "join_lobby", TAG)
            .does("Take a seat", "A player sits in one lobby at a time.")
            .for_users()
            .id("lobby")
            .body::<JoinLobby>("The password, where the lobby asks for one.", json!({ "password": "sesame" }))
            .refuses_input(JoinLobby { password: Some("p".repeat(129)) }.check())
            .refuses(refusals_at_the_door())
            .gives(200, "The lobby with its members.", &entered),
        post("/lobbies/join_by_code", "join_lobby_by_code", TAG)
            .does(
                "Take a seat by a code",
                "A member reads it out; it finds hidden lobbies, too. Case, spaces and hyphens do not count. Nobody tries \
                 more than 30 codes in 5 minutes, good ones among them.",
            )
            .for_users()
            .body::<JoinByCode>(
                "The code, and the password where the lobby asks for one.",
                json!({ "code": "K0D-1X7" }),
            )
            .refuses_input(JoinByCode::default().check())
            .refuses([Failure::of(&Error::not_there(
                "No lobby has this code. Look at it again, or ask a member for the one that holds now.",
            ))])
            .refuses(refusals_at_the_door())
            .gives(200, "The lobby with its members.", &entered),
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

/// Why nobody is let in who asks for a seat.
fn refusals_at_the_door() -> [Failure; 7] {
    [
        already_in_lobby(),
        forbidden("blocked", "You cannot join this lobby. Pick another."),
        forbidden("full", "That seat was just taken. Pick another lobby."),
        forbidden("locked", "This lobby is locked. Pick another, or wait until its host opens it."),
        forbidden("password_required", "This lobby asks for a password."),
        forbidden("invalid_password", "That is not the password. Ask the host, or pick an open lobby."),
        forbidden("cannot_join", "The lobby changed while you were joining. Try again."),
    ]
}

pub(super) fn not_in_lobby() -> Failure {
    unfit("not_in_lobby", "You are not in a lobby.")
}

fn not_host() -> Failure {
    forbidden("not_host", "Only the host of this lobby may do this.")
}

fn already_in_lobby() -> Failure {
    forbidden("already_in_lobby", "You have a seat in a lobby. Leave it before you take another.")
}

/// The lobby of the examples, as everybody sees it.
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
        rules: None,
    }
}

/// The same as its members see it.
pub(super) fn entered() -> Lobby {
    let code = Some("K0D1X7".to_owned());
    let rules = LobbyRules { code, host_policy: HostPolicy::Longest, successor_id: None, grace_seconds: 30 };
    Lobby { members: Some(members()), rules: Some(rules), member_count: 2, revision: 2, ..dunes() }
}

pub(super) fn members() -> Vec<LobbyMember> {
    let member = |id, name: Option<&str>, seat| LobbyMember {
        user_id: UserId(id),
        display_name: name.map(Into::into),
        seat,
        is_ready: false,
        metadata: serde_json::Map::default(),
        joined_at: at_eight(),
        held_until: None,
    };
    vec![member(7, Some("Ada"), 1), member(9, None, 2)]
}

/// The moment of the examples: 15 January 2027, at eight.
pub(super) fn at_eight() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}
