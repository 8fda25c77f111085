//! Accounts.

use wire::{LobbyId, Me, UserId};

use super::route::{Route, get};

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
    vec![
        get("/me", "get_current_user", "Users")
            .does("Show one's own account", "The lobby the player sits in is `lobby_id`.")
            .for_users()
            .gives(200, "The account.", &me),
    ]
}
