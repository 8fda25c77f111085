//! Accounts.

use serde_json::json;
use wire::{LobbyId, Me, UserId};

use super::route::{Route, delete, get, stale, unfit};

pub(super) fn routes() -> Vec<Route> {
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
        "lobby": { "id": 12, "title": "Dunes" },
        "done_to_the_account": [],
        "done_as_an_admin": [],
    });
    vec![
        get("/me", "get_current_user", "Users")
            .does("Show one's own account", "The lobby the player sits in is `lobby_id`.")
            .for_users()
            .gives(200, "The account.", &me),
        delete("/me", "delete_current_user", "Users")
            .does(
                "Delete one's own account",
                "At once, with everything held about the player. The player leaves their lobby; their sessions and sockets \
                 end. Guests are not asked for a fresh sign-in. The last admin stays.",
            )
            .for_users()
            .refuses([stale(), unfit("last_admin", "This is the last admin. Make another one first.")])
            .gives_nothing("It is gone."),
        get("/me/export", "export_current_user", "Users")
            .does(
                "Get everything held about oneself",
                "One object with a part for each kind of thing that is kept. More parts come with later versions. Of secrets \
                 it is said that there is one, and no more.",
            )
            .for_users()
            .gives_object("What is held.", export),
    ]
}
