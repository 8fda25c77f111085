//! The picture a player uploads of themselves.

use serde_json::json;
use wire::{AvatarAnswer, LobbyId, Me, NewAvatar, UserId};

use super::route::{Route, delete, forbidden, post, storage_away, too_large};

const TAG: &str = "Users";

/// A PNG of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const HOW: &str = "\
A PNG, JPEG or WebP of one picture, at most 1 MiB and 2048 × 2048 pixels: as base64 in JSON, with or without \
`data:image/png;base64,` before it, or as the file `avatar` of a form, alone. It is drawn anew, 256 × 256 pixels of its \
middle, and nothing else of the file is kept. Ten a day.";

pub(super) fn routes() -> Vec<Route> {
    let url = "https://play.example/avatars/5f0c8a52e4b94f0bb7a3d8c1e6f2a907.png";
    let answer = |message: &str, url: Option<&str>| AvatarAnswer {
        message: message.to_owned(),
        avatar_url: url.map(str::to_owned),
    };
    let me = |url: Option<&str>| Me {
        id: UserId(7),
        email: None,
        profile_url: url.map(str::to_owned),
        metadata: serde_json::Map::new(),
        display_name: Some("Ada".to_owned()),
        is_admin: false,
        lobby_id: Some(LobbyId(12)),
    };
    vec![
        uploading(post("/auth/avatar", "upload_avatar", TAG), "Upload one's picture").gives(
            200,
            "Where it is shown.",
            &answer("This is your picture now.", Some(url)),
        ),
        delete("/auth/avatar", "delete_avatar", TAG)
            .does("Take one's picture away", "Fine, too, if there is none.")
            .for_users()
            .gives(200, "It is gone.", &answer("You have no picture any more.", None)),
        uploading(post("/me/avatar", "upload_current_user_avatar", TAG), "Upload one's own picture").gives(
            200,
            "The account.",
            &me(Some(url)),
        ),
        delete("/me/avatar", "delete_current_user_avatar", TAG)
            .does("Take one's own picture away", "Fine, too, if there is none.")
            .for_users()
            .gives(200, "The account.", &me(None)),
    ]
}

fn uploading(route: Route, summary: &str) -> Route {
    route
        .does(summary, HOW)
        .for_users()
        .body::<NewAvatar>("The picture.", json!({ "avatar": PIXEL }))
        .or_file("avatar")
        .refuses_input(NewAvatar::default().check())
        .refuses([
            too_large("picture_too_large", "A picture may have 1 MiB at most. Make it smaller."),
            forbidden(
                "full_account_required",
                "Guests cannot have a picture here. Make this account your own first, then try again.",
            ),
            storage_away(),
        ])
}
