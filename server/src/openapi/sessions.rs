//! Signing in, staying signed in, signing out.

use chrono::DateTime;
use serde_json::json;
use wire::{
    DeviceLogin, EndSessions, FieldErrors, OpenSession, OpenSessions, PasswordLogin, RefreshToken, SessionId,
    TokenAnswer, Tokens, UserId,
};

use super::route::{Route, banned, delete, forbidden, get, post, unauthenticated};

const TAG: &str = "Authentication";

pub(super) fn routes() -> Vec<Route> {
    let tokens = TokenAnswer::from(Tokens {
        access_token: "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl".to_owned(),
        refresh_token: "41.1.bm90IGEgcmVhbCBvbmU".to_owned(),
        expires_in: 900,
        user_id: UserId(7),
    });
    vec![
        post("/login/device", "device_login", TAG)
            .does(
                "Sign in as the account of a device",
                "Makes the account when there is none. The id is a secret: make it at random once, and keep it.",
            )
            .body::<DeviceLogin>("The device.", json!({ "device_id": "5f0c8a52e4b94f0bb7a3d8c1e6f2a907" }))
            .gives(200, "Tokens.", &tokens)
            .refuses_input(DeviceLogin { device_id: Some("short".to_owned()) }.check())
            .refuses([
                forbidden("device_auth_disabled", "Signing in by device is switched off here. Sign in another way."),
                banned(),
            ]),
        post("/login", "login", TAG)
            .does(
                "Sign in with an e-mail address and a password",
                "Whether the address is unknown or the password wrong is not told apart.",
            )
            .body::<PasswordLogin>(
                "The address and the password.",
                json!({ "email": "ada@games.example", "password": "correct horse" }),
            )
            .gives(200, "Tokens.", &tokens)
            .refuses_input(PasswordLogin::default().check())
            .refuses([
                unauthenticated("invalid_credentials", "E-mail and password do not fit together. Try again."),
                banned(),
            ]),
        post("/refresh", "refresh_token", TAG)
            .does(
                "Exchange a refresh token for new tokens",
                "Each refresh token is good for one use. Parallel uses within ten seconds all get the same new one. A \
                 token that comes back later is taken for theft, and its session ends.",
            )
            .body::<RefreshToken>("The refresh token.", json!({ "refresh_token": tokens.tokens.refresh_token }))
            .gives(200, "New tokens.", &tokens)
            .refuses_input(RefreshToken::default().check())
            .refuses([
                unauthenticated(
                    "invalid_refresh_token",
                    "This refresh token is invalid or its session has ended. Sign in again.",
                ),
                unauthenticated(
                    "token_reused",
                    "This refresh token was used before, so the session was ended to be safe. Sign in again.",
                ),
            ]),
        delete("/logout", "logout", TAG)
            .does(
                "Sign out",
                "Ends the session that the bearer token (expired or not), the cookie or the refresh token belongs to, and \
                 closes its sockets. Credentials that are no good are ignored: whoever wants out is out.",
            )
            .body_of_any_kind::<RefreshToken>(
                "The refresh token, where there is no bearer token.",
                json!({ "refresh_token": tokens.tokens.refresh_token }),
            )
            .gives_nothing("Signed out."),
        get("/me/sessions", "list_sessions", TAG)
            .does(
                "List where one is signed in",
                "At most 20: whoever signs in once more ends their oldest session. The one used last comes first.",
            )
            .for_users()
            .gives(200, "The sessions.", &OpenSessions { data: vec![session()] }),
        delete("/me/sessions", "end_sessions", TAG)
            .does(
                "Sign out elsewhere, or everywhere",
                "Ends all of one's sessions but the one that asks; with `all`, that one as well. Their tokens and cookies are \
                 good for nothing from the next request on, and their sockets close with 4501. With `all` a browser is told to \
                 forget its cookies and storage.",
            )
            .for_users()
            .query::<EndSessions>()
            .refuses_input::<()>(Err(FieldErrors::one("all", "must be true or false")))
            .gives_nothing("They have ended."),
        delete("/me/sessions/{id}", "end_session", TAG)
            .does("End one of one's sessions", "As signing out there. A session that has ended already is fine.")
            .for_users()
            .id("session")
            .gives_nothing("It has ended."),
    ]
}

fn session() -> OpenSession {
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    OpenSession {
        id: SessionId(41),
        kind: "device".to_owned(),
        created_at: at(1_800_000_000),
        used_at: at(1_800_086_400),
        expires_at: at(1_802_592_000),
        ip: Some("192.0.2.7".to_owned()),
        device: Some("Firefox on Windows".to_owned()),
        is_current: true,
    }
}
