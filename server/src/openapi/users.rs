//! Accounts.

use serde_json::json;
use wire::{DisplayName, Done, LobbyId, Me, Page, PageQuery, PasswordChange, PublicUser, Renamed, UserId, UserSearch};

use super::route::{Route, delete, forbidden, get, patch, stale, unfit};

const TAG: &str = "Users";

pub(super) fn routes() -> Vec<Route> {
    let player = PublicUser { id: UserId(7), email: None, display_name: Some("Ada".to_owned()), profile_url: None };
    let page = Page::new(vec![player.clone()], PageQuery::default(), 1);
    let me = Me {
        id: UserId(7),
        email: None,
        profile_url: None,
        metadata: serde_json::Map::new(),
        display_name: Some("Ada".to_owned()),
        is_admin: false,
        lobby_id: Some(LobbyId(12)),
    };
    let export = json!({
        "exported_at": "2027-01-15T08:00:00Z",
        "account": { "id": 7, "display_name": "Ada", "email": null, "games_played": 0, "games_won": 0 },
        "ways_in": ["device"],
        "sessions": [],
        "lobby": {
            "id": 12,
            "title": "Dunes",
            "seat": 3,
            "is_ready": true,
            "metadata": { "team": "red" },
            "joined_at": "2027-01-15T07:55:00Z",
        },
        "friends": [],
        "done_to_the_account": [],
        "done_as_an_admin": [],
    });
    vec![
        get("/me", "get_current_user", TAG)
            .does("Show one's own account", "The lobby the player sits in is `lobby_id`.")
            .for_users()
            .gives(200, "The account.", &me),
        delete("/me", "delete_current_user", TAG)
            .does(
                "Delete one's own account",
                "At once, with everything held about the player. The player leaves their lobby; their sessions and sockets \
                 end. Guests are not asked for a fresh sign-in. The last admin stays.",
            )
            .for_users()
            .refuses([stale(), unfit("last_admin", "This is the last admin. Make another one first.")])
            .gives_nothing("It is gone."),
        get("/me/export", "export_current_user", TAG)
            .does(
                "Get everything held about oneself",
                "One object with a part for each kind of thing that is kept. More parts come with later versions. Of secrets \
                 it is said that there is one, and no more.",
            )
            .for_users()
            .gives_object("What is held.", export),
        patch("/me/display_name", "update_current_user_display_name", TAG)
            .does("Change one's name", "The one other players see. It is pushed as `updated` on `user:{id}`.")
            .for_users()
            .body::<DisplayName>("The name.", json!({ "display_name": "Ada" }))
            .gives(200, "The name as it is kept.", &Renamed { ok: true, id: UserId(7), display_name: "Ada".to_owned() })
            .refuses_input(DisplayName::default().check()),
        patch("/me/password", "update_current_user_password", TAG)
            .does(
                "Change one's password",
                "Needs the password so far, or a sign-in that is at most 10 minutes old. Every other session ends.",
            )
            .for_users()
            .body::<PasswordChange>("The new password.", json!({ "password": "a new correct horse" }))
            .gives(200, "The password is set.", &Done { ok: true, id: UserId(7) })
            .refuses_input(PasswordChange::default().check())
            .refuses([
                forbidden(
                    "recent_login_required",
                    "This needs a sign-in that is at most 10 minutes old. Sign in again, then repeat it.",
                ),
                forbidden("invalid_credentials", "This is not the account's password. Try again, or sign in again."),
            ]),
        get("/users", "search_users", TAG)
            .does("Find players", "By part of their name, or by id. Without `q` nobody is found.")
            .for_anybody_or_users()
            .query::<UserSearch>()
            .query::<PageQuery>()
            .refuses_input(PageQuery { page: Some(0), ..PageQuery::default() }.check())
            .gives_page("A page of players.", &page),
        get("/users/{id}", "get_user", TAG)
            .does("Show a player", "The address is null, but for oneself and for admins.")
            .for_anybody_or_users()
            .id("user")
            .gives(200, "The player.", &player),
    ]
}
