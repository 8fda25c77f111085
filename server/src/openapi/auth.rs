//! The account routes of web games.

use chrono::DateTime;
use serde_json::{Map, Value, json};
use wire::{
    AuthSession, AuthUser, EmailChange, Entered, GuestEntered, LinkToken, MailWanted, Message, PasswordLogin,
    PasswordReset, Profile, RefreshToken, Registration, Upgraded, WhoAmI,
};

use super::route::{Route, banned, conflict, forbidden, get, gone, post, unauthenticated, unfit};

const TAG: &str = "Accounts";

pub(super) fn routes() -> Vec<Route> {
    entrances().into_iter().chain(mails()).chain(links()).collect()
}

/// Coming in, being in, going out.
fn entrances() -> Vec<Route> {
    let registration = json!({ "name": "Ada", "email": "ada@games.example", "password": "correct horse battery" });
    vec![
        post("/auth/register", "auth_register", TAG)
            .does(
                "Make an account",
                "Signs in to it. The address is pending until the link that is mailed to it is used. If it is somebody's \
                 already, they are told so by mail, and this answer is the same.",
            )
            .body::<Registration>("Name, address and password.", registration.clone())
            .gives(201, "The account and its tokens, which come as cookies besides.", &entered(true))
            .refuses_input(Registration::default().check()),
        post("/auth/login", "auth_login", TAG)
            .does("Sign in to a web game", "With a confirmed address and its password.")
            .body::<PasswordLogin>(
                "The address and the password.",
                json!({ "email": "ada@games.example", "password": "correct horse" }),
            )
            .gives(200, "The account and its tokens, which come as cookies besides.", &entered(false))
            .refuses_input(PasswordLogin::default().check())
            .refuses([
                unauthenticated("invalid_credentials", "E-mail and password do not fit together. Try again."),
                banned(),
            ]),
        post("/auth/anonymous", "auth_anonymous", TAG)
            .does("Play as a guest", "Makes a guest's account under a name that nobody else was given.")
            .gives(
                201,
                "The account and its tokens, which come as cookies besides.",
                &GuestEntered { auth: user(true), session: session(), is_anonymous: true },
            ),
        post("/auth/upgrade", "auth_upgrade", TAG)
            .does(
                "Make a guest's account one's own",
                "The same user, with all they have. The session goes on under new tokens.",
            )
            .for_users()
            .body::<Registration>("Name, address and password.", registration)
            .gives(
                200,
                "The account and its new tokens.",
                &Upgraded {
                    user: user(false),
                    session: session(),
                    message: "This account is your own now.".to_owned(),
                },
            )
            .refuses_input(Registration::default().check())
            .refuses([
                unfit("not_anonymous", "Only guests can upgrade. This account is your own already."),
                conflict(
                    "already_upgraded",
                    "This guest's account was upgraded a moment ago. Sign in with what was chosen then.",
                ),
            ]),
        get("/auth/me", "auth_me", TAG)
            .does(
                "Show who asks",
                "All of it is null for nobody. An access cookie that is too old is exchanged on the way, with a refresh \
                 cookie that is not.",
            )
            .for_anybody_or_users()
            .gives(200, "Who asks.", &who()),
        post("/auth/logout", "auth_logout", TAG)
            .does("Sign out of a web game", "Ends the session and takes the cookies away. Whoever wants out is out.")
            .body_of_any_kind::<RefreshToken>(
                "The refresh token, where there is neither a cookie nor a bearer token.",
                json!({ "refresh_token": "41.1.bm90IGEgcmVhbCBvbmU" }),
            )
            .gives(200, "Signed out.", &Message::from("You are signed out.")),
    ]
}

/// Mails that are asked for.
fn mails() -> Vec<Route> {
    let sent = Message::from("If that address has an account, a link is on its way.");
    let address = json!({ "email": "ada@games.example" });
    vec![
        post("/auth/reset-password", "auth_reset_password", TAG)
            .does("Forget a password", "Mails a link to choose a new one with. The answer is the same for any address.")
            .body::<MailWanted>("The address.", address.clone())
            .gives(202, "A mail is on its way.", &sent)
            .refuses_input(MailWanted::default().check()),
        post("/auth/magic-link", "auth_magic_link", TAG)
            .does("Have a sign-in link mailed", "The answer is the same for any address.")
            .body::<MailWanted>("The address.", address)
            .gives(202, "A mail is on its way.", &sent)
            .refuses_input(MailWanted::default().check()),
        post("/auth/confirm/resend", "auth_resend_confirmation", TAG)
            .does("Have the confirmation mailed once more", "To one's own pending address.")
            .for_users()
            .gives(202, "A mail is on its way.", &sent)
            .refuses([unfit("nothing_to_confirm", "There is no address of yours that waits to be confirmed.")]),
        post("/auth/change-email", "auth_change_email", TAG)
            .does("Change one's address", "Mails a link to the new address; the account has it once the link is used.")
            .for_users()
            .body::<EmailChange>("The new address.", json!({ "email": "ada@new.example" }))
            .gives(202, "A mail is on its way.", &sent)
            .refuses_input(EmailChange::default().check())
            .refuses([
                forbidden(
                    "recent_login_required",
                    "This needs a sign-in that is at most 10 minutes old. Sign in again, then repeat it.",
                ),
                forbidden("invalid_credentials", "This is not the account's password. Try again, or sign in again."),
            ]),
    ]
}

/// Links of mails that are used.
fn links() -> Vec<Route> {
    let token = json!({ "token": "12.bm90IGEgcmVhbCBvbmU" });
    let used = || gone("link_used", "This link was used or is too old. Ask for a new one.");
    let belongs =
        || conflict("address_taken", "This address belongs to another account by now. Choose another in the settings.");
    vec![
        post("/auth/confirm", "auth_confirm", TAG)
            .does("Confirm an address", "By the link that was mailed to it.")
            .body::<LinkToken>("The token of the link.", token.clone())
            .gives(200, "Confirmed.", &Message::from("The address is confirmed."))
            .refuses_input(LinkToken::default().check())
            .refuses([used(), belongs()]),
        post("/auth/magic-link/confirm", "auth_sign_in_by_link", TAG)
            .does("Sign in by a link", "Each link is good for one use, within 10 minutes.")
            .body::<LinkToken>("The token of the link.", token.clone())
            .gives(200, "The account and its tokens, which come as cookies besides.", &entered(false))
            .refuses_input(LinkToken::default().check())
            .refuses([used(), banned()]),
        post("/auth/reset-password/confirm", "auth_set_new_password", TAG)
            .does("Choose a new password", "By the link of a mail. Every session of the account ends.")
            .body::<PasswordReset>(
                "The token of the link and the new password.",
                json!({ "token": "12.bm90IGEgcmVhbCBvbmU", "password": "a new correct horse" }),
            )
            .gives(200, "The password is set.", &Message::from("The new password is set. Sign in with it."))
            .refuses_input(PasswordReset::default().check())
            .refuses([used()]),
        post("/auth/change-email/confirm", "auth_confirm_email", TAG)
            .does("Move to a new address", "By the link that was mailed to it.")
            .body::<LinkToken>("The token of the link.", token)
            .gives(200, "The account has its new address.", &Message::from("The account has its new address."))
            .refuses_input(LinkToken::default().check())
            .refuses([used(), belongs()]),
    ]
}

fn entered(is_new_user: bool) -> Entered {
    Entered { user: user(false), session: session(), is_new_user }
}

fn who() -> WhoAmI {
    let AuthUser { id, email, created_at, .. } = user(false);
    WhoAmI {
        auth: Some(user(false)),
        profile: Some(Profile {
            auth_user_id: id.clone(),
            id,
            name: "Ada".to_owned(),
            email,
            avatar_url: None,
            games_played: 12,
            games_won: 7,
            created_at,
        }),
        is_anonymous: false,
        expires_at: Some(1_800_000_900),
    }
}

fn user(is_anonymous: bool) -> AuthUser {
    let made_at = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let (email, way, name) = if is_anonymous {
        (None, "anonymous", "quiet-otter-42")
    } else {
        (Some("ada@games.example".to_owned()), "email", "Ada")
    };
    AuthUser {
        id: "7".to_owned(),
        aud: "authenticated".to_owned(),
        role: "authenticated".to_owned(),
        email,
        email_confirmed_at: None,
        app_metadata: object(json!({ "provider": way, "providers": [way] })),
        user_metadata: object(json!({ "name": name })),
        is_anonymous,
        created_at: made_at,
        updated_at: made_at,
    }
}

fn session() -> AuthSession {
    AuthSession {
        access_token: "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl".to_owned(),
        refresh_token: "41.1.bm90IGEgcmVhbCBvbmU".to_owned(),
        expires_in: 900,
        token_type: "bearer".to_owned(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
