//! What members of lobbies say of themselves, and whom they invite.

use domain::{Error, Refusal};
use serde_json::json;
use wire::{Invitation, InviteFriend, Lobby, LobbyId, LobbyMember, MemberPatch, Page, PageQuery, UserId};

use super::lobbies::{at_eight, entered, members, not_in_lobby};
use super::route::{Route, conflict, delete, forbidden, get, impossible, patch, post};
use crate::error::Failure;

const TAG: &str = "Lobbies";

pub(super) fn routes() -> Vec<Route> {
    let ready = members().remove(0);
    let ready = LobbyMember {
        is_ready: true,
        metadata: serde_json::Map::from_iter([("team".to_owned(), json!("red"))]),
        ..ready
    };
    vec![
        get("/lobbies/me", "get_my_lobby", TAG)
            .does("Look where one sits", "Where the caller sits nowhere, the message says why they lost their seat, if they did.")
            .for_users()
            .refuses([Failure::of(&Error::NotFound(Refusal {
                code: "not_in_lobby",
                message: "You are not in a lobby. Join one, or open your own.".to_owned(),
            }))])
            .gives::<Lobby>(200, "The lobby with its members.", &entered()),
        patch("/lobbies/me", "update_my_lobby_member", TAG)
            .does(
                "Say something of oneself",
                "Whether one is ready, on which seat, and what one keeps about oneself: nobody else can. What is absent or `null` \
                 stays as it is.",
            )
            .for_users()
            .body::<MemberPatch>("What is to change.", json!({ "is_ready": true, "metadata": { "team": "red" } }))
            .refuses_input(MemberPatch { seat: Some(129), ..MemberPatch::default() }.check())
            .refuses([not_in_lobby(), conflict("seat_taken", "Somebody sits there. Pick another seat.")])
            .gives(200, "The member.", &ready),
        get("/lobbies/invitations", "list_lobby_invitations", TAG)
            .does("List to which lobbies one is invited", "Newest first.")
            .for_users()
            .query::<PageQuery>()
            .refuses_input(PageQuery { page: Some(0), ..PageQuery::default() }.check())
            .gives_page("A page of invitations.", &Page::new(vec![to_dunes()], PageQuery::default(), 1)),
        post("/lobbies/invitations", "invite_to_lobby", TAG)
            .does(
                "Invite a friend to where one sits",
                "They join by the lobby's id, hidden or not, and without its password. Done twice it changes nothing.",
            )
            .for_users()
            .body::<InviteFriend>("Whom.", json!({ "target_user_id": 9 }))
            .refuses_input(InviteFriend::default().check())
            .refuses([
                not_in_lobby(),
                conflict("already_in_lobby", "That player sits in this lobby already."),
                forbidden(
                    "not_friends",
                    "Only friends can be invited. Ask that player to be your friend, or send them the code.",
                ),
                impossible(
                    "too_many_invitations",
                    "128 players are invited to this lobby, and no more can be. Wait until some have answered.",
                ),
            ])
            .gives_nothing("They are invited."),
        delete("/lobbies/invitations/{id}", "decline_lobby_invitation", TAG)
            .does("Decline an invitation", "The id is that of the lobby.")
            .for_users()
            .id("invitation")
            .gives_nothing("It is gone."),
    ]
}

fn to_dunes() -> Invitation {
    Invitation {
        lobby_id: LobbyId(12),
        title: "Dunes".to_owned(),
        member_count: 1,
        max_users: 4,
        inviter_id: UserId(7),
        inviter_name: Some("Ada".to_owned()),
        created_at: at_eight(),
    }
}
