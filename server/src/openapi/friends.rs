//! Friends.

use domain::Error;
use serde_json::json;
use wire::{
    Blocked, Friend, FriendRequest, FriendRequests, FriendStatus, Friendship, FriendshipId, LobbyId, NewBlock,
    NewFriend, Page, PageQuery, PublicUser, RequestSide, UserId,
};

use super::lobbies::at_eight;
use super::route::{Route, conflict, delete, forbidden, get, impossible, post, unfit};
use crate::error::Failure;

const TAG: &str = "Friends";

pub(super) fn routes() -> Vec<Route> {
    let no_page = || PageQuery { page: Some(0), ..PageQuery::default() }.check();
    let friends = Page::new(vec![ada()], PageQuery::default(), 1);
    let blocked = Page::new(vec![eve()], PageQuery::default(), 1);
    vec![
        post("/friends", "create_friend_request", TAG)
            .does(
                "Ask a player to be friends",
                "Whoever was asked by them already accepts by it: two requests that cross make one friendship. Whom one was \
                 rejected by one may ask again.",
            )
            .for_users()
            .body::<NewFriend>("Whom.", json!({ "target_user_id": 7 }))
            .refuses_input(NewFriend::default().check())
            .refuses([
                unfit("cannot_friend_self", "You cannot be your own friend. Ask another player."),
                unfit("blocked", "You cannot ask this player: one of you blocks the other."),
                Failure::of(&Error::not_found("user")),
                conflict("already_friends", "You are friends already."),
                conflict("already_requested", "You have asked this player already. Wait for their answer."),
                too_many_friends(),
                impossible("too_many_requests", "You wait for as many answers as one may. Cancel a request first."),
            ])
            .gives(201, "The request, or the friendship it made.", &between(FriendStatus::Pending)),
        get("/me/friends", "list_friends", TAG)
            .does(
                "List one's friends",
                "Oldest friendship first. Listen to `user:{id}` before reading it, and no change is missed.",
            )
            .for_users()
            .query::<PageQuery>()
            .refuses_input(no_page())
            .gives_page("A page of friends.", &friends),
        get("/me/friend-requests", "list_friend_requests", TAG)
            .does("List requests that wait for an answer", "To the caller and of the caller, oldest first; a page of each.")
            .for_users()
            .query::<PageQuery>()
            .refuses_input(no_page())
            .gives(200, "A page of both lists.", &FriendRequests::new((vec![asked()], 1), (Vec::new(), 0), PageQuery::default())),
        get("/me/blocked", "list_blocked_friends", TAG)
            .does("List whom one blocks", "Oldest block first. Who blocks the caller is nowhere listed.")
            .for_users()
            .query::<PageQuery>()
            .refuses_input(no_page())
            .gives_page("A page of blocked players.", &blocked),
        post("/friends/{id}/accept", "accept_friend_request", TAG)
            .does("Accept a request", "Whoever was asked may. The id is that of the request, not of a user.")
            .for_users()
            .id("friendship")
            .refuses([not_yours_to_answer(), too_many_friends()])
            .gives_nothing("The two are friends."),
        post("/friends/{id}/reject", "reject_friend_request", TAG)
            .does("Reject a request", "Whoever was asked may. Whoever asked may ask again; to end that, block them.")
            .for_users()
            .id("friendship")
            .refuses([not_yours_to_answer()])
            .gives_nothing("It is rejected."),
        delete("/friends/{id}", "remove_friendship", TAG)
            .does("End a friendship, or cancel a request", "Either friend may; of a request, whoever made it.")
            .for_users()
            .id("friendship")
            .refuses([forbidden(
                "not_authorized",
                "This is neither a friend nor a request of yours. Reject what you were asked.",
            )])
            .gives_nothing("It is over."),
        post("/friends/{id}/block", "block_friend_request", TAG)
            .does(
                "Block whoever made a request",
                "Whoever was asked may, while it is open or after they rejected it. Anybody else is blocked by their user id.",
            )
            .for_users()
            .id("friendship")
            .refuses([not_yours_to_answer(), too_many_blocks()])
            .gives_nothing("They are blocked."),
        post("/friends/block", "block_user", TAG)
            .does(
                "Block a player",
                "Anybody, at any time; a friendship ends with it. Whoever is blocked can neither ask the caller to be friends \
                 nor join a lobby that the caller hosts. Done twice it changes nothing.",
            )
            .for_users()
            .body::<NewBlock>("Whom.", json!({ "target_user_id": 7 }))
            .refuses_input(NewBlock::default().check())
            .refuses([
                unfit("cannot_block_self", "You cannot block yourself. Block another player."),
                Failure::of(&Error::not_found("user")),
                too_many_blocks(),
            ])
            .gives(
                200,
                "The block: its requester is who is blocked, its target who blocks.",
                &Friendship { requester_id: UserId(7), target_id: UserId(9), ..between(FriendStatus::Blocked) },
            ),
        post("/friends/{id}/unblock", "unblock_friend", TAG)
            .does("Lift a block", "Whoever blocks may. What there was before does not come back.")
            .for_users()
            .id("friendship")
            .refuses([forbidden("forbidden", "You do not block this player. Look at whom you block again.")])
            .gives_nothing("They are blocked no more."),
    ]
}

fn not_yours_to_answer() -> Failure {
    forbidden("forbidden", "This is no open request to you. Look at your requests again.")
}

fn too_many_friends() -> Failure {
    impossible("too_many_friends", "You or this player have as many friends as one may. One has to go first.")
}

fn too_many_blocks() -> Failure {
    impossible("too_many_blocks", "You block as many players as one may. Unblock one first.")
}

/// What is between the players of the examples.
fn between(status: FriendStatus) -> Friendship {
    Friendship { id: FriendshipId(31), requester_id: UserId(9), target_id: UserId(7), status, revision: 1 }
}

fn ada() -> Friend {
    Friend {
        id: UserId(7),
        email: None,
        display_name: Some("Ada".to_owned()),
        profile_url: None,
        friendship_id: FriendshipId(31),
        since: at_eight(),
        is_online: true,
        lobby_id: Some(LobbyId(12)),
    }
}

fn asked() -> FriendRequest {
    FriendRequest {
        id: FriendshipId(31),
        requester: RequestSide { id: UserId(9), display_name: Some("Bob".to_owned()) },
        target: RequestSide { id: UserId(7), display_name: Some("Ada".to_owned()) },
        status: FriendStatus::Pending,
        inserted_at: at_eight(),
    }
}

fn eve() -> Blocked {
    let requester = PublicUser { id: UserId(7), email: None, display_name: Some("Eve".to_owned()), profile_url: None };
    Blocked { id: FriendshipId(31), requester }
}
