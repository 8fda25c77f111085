//! The account routes of web games: the tokens come as cookies besides.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::sessions::{self, Entrance};
use domain::{Error, Scope, accounts};
use wire::{
    AuthSession, EmailChange, Entered, GuestEntered, LinkToken, MailWanted, Message, PasswordLogin, PasswordReset,
    RefreshToken, Registration, Tokens, Upgraded, WhoAmI,
};

use crate::auth::{Caller, Stranger, bearer};
use crate::cookies::Sent;
use crate::error::Failure;
use crate::input::Json;
use crate::limits::{By, Class, admit, knock};
use crate::router::Server;
use crate::token_cookies::{self, Jar};

type Answer<T> = Result<axum::Json<T>, Failure>;
type Made<T> = Result<(StatusCode, axum::Json<T>), Failure>;

/// Said of every mail that is asked for, whether or not the address is known.
const ON_ITS_WAY: &str = "If that address has an account, a link is on its way.";

pub(crate) async fn register(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    jar: Jar,
    Json(input): Json<Registration>,
) -> Made<Entered> {
    let place = admit(&server, Class::Guests, scope.ip, By::Address)?;
    let entered = accounts::register(&server.app, &scope, input).await;
    if entered.is_err() {
        place.give_back(&server);
    }
    let entered = entered?;
    let user = greet(&server, &jar, &entered).await?;
    let session = session(entered.tokens);
    Ok((StatusCode::CREATED, axum::Json(Entered { user, session, is_new_user: true })))
}

pub(crate) async fn login(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    jar: Jar,
    Json(input): Json<PasswordLogin>,
) -> Answer<Entered> {
    let place = knock(&server, Class::Login, scope.ip, &input.account())?;
    let entered = sessions::sign_in(&server.app, &scope, input).await;
    place.settle(&server, &entered);
    let entered = entered?;
    let user = greet(&server, &jar, &entered).await?;
    Ok(axum::Json(Entered { user, session: session(entered.tokens), is_new_user: false }))
}

pub(crate) async fn anonymous(State(server): State<Server>, Stranger(scope): Stranger, jar: Jar) -> Made<GuestEntered> {
    let _counted = admit(&server, Class::Guests, scope.ip, By::Address)?;
    let entered = accounts::play_as_guest(&server.app, &scope).await?;
    let auth = greet(&server, &jar, &entered).await?;
    let session = session(entered.tokens);
    Ok((StatusCode::CREATED, axum::Json(GuestEntered { auth, session, is_anonymous: true })))
}

pub(crate) async fn upgrade(
    State(server): State<Server>,
    Caller(scope): Caller,
    jar: Jar,
    Json(input): Json<Registration>,
) -> Answer<Upgraded> {
    let entered = accounts::upgrade(&server.app, &scope, input).await?;
    let user = greet(&server, &jar, &entered).await?;
    let message = if user.email_confirmed_at.is_some() {
        "This account is your own now."
    } else {
        "This account is your own now. Open the link we mailed you to sign in with it elsewhere."
    };
    Ok(axum::Json(Upgraded { user, session: session(entered.tokens), message: message.to_owned() }))
}

pub(crate) async fn me(
    State(server): State<Server>,
    Caller(scope): Caller,
    jar: Jar,
    headers: HeaderMap,
) -> Answer<WhoAmI> {
    let mut who = accounts::who_am_i(&server.app, &scope).await?;
    let shown = bearer(&headers).map(Into::into).or_else(|| jar.access());
    let shown = shown.or_else(|| token_cookies::access_token(&server, &headers));
    who.expires_at = sessions::expires_at(&server.app, &scope, shown.as_deref()).await?;
    Ok(axum::Json(who))
}

/// Always 200: whoever wants out is out.
pub(crate) async fn logout(
    State(server): State<Server>,
    caller: Option<Caller>,
    cookie: Sent,
    jar: Jar,
    headers: HeaderMap,
    body: Result<Json<RefreshToken>, Failure>,
) -> Answer<Message> {
    let scope = caller.map_or(Scope::NOBODY, |Caller(scope)| scope);
    let input = body.map_or_else(|_| RefreshToken::default(), |Json(input)| input);
    let bearer = bearer(&headers).map(Into::into).or_else(|| token_cookies::access_token(&server, &headers));
    sessions::logout(&server.app, &scope, bearer.as_deref(), input).await?;
    jar.clear();
    if let Err(error) = cookie.sign_out().await {
        tracing::warn!(%error, "a cookie outlives its session");
    }
    Ok(axum::Json("You are signed out.".into()))
}

pub(crate) async fn request_reset(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<MailWanted>,
) -> Made<Message> {
    let _counted = knock(&server, Class::Mails, scope.ip, &input.account())?;
    accounts::request_reset(&server.app, &scope, input).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(ON_ITS_WAY.into())))
}

pub(crate) async fn reset_password(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<PasswordReset>,
) -> Answer<Message> {
    let _counted = admit(&server, Class::Links, scope.ip, By::Address)?;
    accounts::reset_password(&server.app, &scope, input).await?;
    Ok(axum::Json("The new password is set. Sign in with it.".into()))
}

pub(crate) async fn request_link(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<MailWanted>,
) -> Made<Message> {
    let _counted = knock(&server, Class::Mails, scope.ip, &input.account())?;
    accounts::request_link(&server.app, &scope, input).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(ON_ITS_WAY.into())))
}

pub(crate) async fn sign_in_by_link(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    jar: Jar,
    Json(input): Json<LinkToken>,
) -> Answer<Entered> {
    let _counted = admit(&server, Class::Links, scope.ip, By::Address)?;
    let entered = accounts::sign_in_by_link(&server.app, &scope, input).await?;
    let user = greet(&server, &jar, &entered).await?;
    Ok(axum::Json(Entered { user, session: session(entered.tokens), is_new_user: false }))
}

pub(crate) async fn resend_confirmation(State(server): State<Server>, Caller(scope): Caller) -> Made<Message> {
    let who = scope.user().map(|user| user.to_string()).unwrap_or_default();
    let _counted = knock(&server, Class::Mails, scope.ip, &who)?;
    accounts::resend_confirmation(&server.app, &scope).await?;
    Ok((StatusCode::ACCEPTED, axum::Json("The link is on its way once more.".into())))
}

pub(crate) async fn confirm(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<LinkToken>,
) -> Answer<Message> {
    let _counted = admit(&server, Class::Links, scope.ip, By::Address)?;
    accounts::confirm(&server.app, &scope, input).await?;
    Ok(axum::Json("The address is confirmed.".into()))
}

pub(crate) async fn change_email(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<EmailChange>,
) -> Made<Message> {
    let who = scope.user().map(|user| user.to_string()).unwrap_or_default();
    let _counted = knock(&server, Class::Mails, scope.ip, &who)?;
    accounts::change_email(&server.app, &scope, input).await?;
    Ok((StatusCode::ACCEPTED, axum::Json("A link to confirm it is on its way to the new address.".into())))
}

pub(crate) async fn confirm_email(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<LinkToken>,
) -> Answer<Message> {
    let _counted = admit(&server, Class::Links, scope.ip, By::Address)?;
    accounts::confirm_email(&server.app, &scope, input).await?;
    Ok(axum::Json("The account has its new address.".into()))
}

/// Gives a browser its cookies, and whoever came in their account to see.
async fn greet(server: &Server, jar: &Jar, entered: &Entrance) -> Result<wire::AuthUser, Error> {
    jar.set(server, entered.session, &entered.tokens).await?;
    let scope = sessions::resume(&server.app, entered.session, None).await?;
    accounts::auth_user(&server.app, &scope).await
}

fn session(tokens: Tokens) -> AuthSession {
    let Tokens { access_token, refresh_token, expires_in, .. } = tokens;
    AuthSession { access_token, refresh_token, expires_in, token_type: "bearer".to_owned() }
}
