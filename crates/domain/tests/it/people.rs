//! Who tests ask as.

use domain::pubsub::Subscription;
use domain::{App, Device, Result, Scope, sessions, topics, users};
use testing::TestDomain;
use wire::{DeviceLogin, LobbyId, NewAdmin, PasswordLogin, Tokens, Topic, UserId};

pub(crate) const PASSWORD: &str = "correct horse";

/// Whoever bears a token.
pub(crate) async fn bearer(app: &App, tokens: &Tokens) -> Scope {
    sessions::authenticate(app, &tokens.access_token, None).await.unwrap()
}

/// Signs a device in, on Firefox on Windows at a known address.
pub(crate) async fn device(app: &App, name: &str) -> Result<Tokens> {
    let on = Device::of("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0");
    let from = Scope::NOBODY.from(Some([192, 0, 2, 7].into())).on(on);
    let input = DeviceLogin { device_id: Some(format!("device-of-a-test-{name}")) };
    sessions::login_device(app, &from, input).await
}

/// A guest.
pub(crate) async fn guest(app: &App, name: &str) -> Scope {
    bearer(app, &device(app, name).await.unwrap()).await
}

/// An admin, made by the command line, who has just signed in.
pub(crate) async fn admin(app: &App, name: &str) -> Scope {
    let input = NewAdmin { email: Some(format!("{name}@games.example")), password: Some(PASSWORD.into()) };
    users::create_admin(app, &Scope::SYSTEM, input).await.unwrap();
    bearer(app, &password(app, name, PASSWORD).await.unwrap()).await
}

/// Tries a password.
pub(crate) async fn password(app: &App, name: &str, password: &str) -> Result<Tokens> {
    let input = PasswordLogin {
        email: Some(format!("{name}@games.example")),
        password: Some(password.into()),
        ..PasswordLogin::default()
    };
    sessions::sign_in(app, &Scope::NOBODY, input).await.map(|entered| entered.tokens)
}

pub(crate) fn user(scope: &Scope) -> UserId {
    scope.user().unwrap()
}

/// Listens to a lobby as one of its members, from now on.
pub(crate) async fn inside(app: &App, member: &Scope, id: LobbyId) -> Subscription {
    topics::listen(app, member, Topic::Lobby(id), None).await.unwrap().subscription
}

/// The code of a refusal, as in `403 banned`; `ok`, when there is none.
pub(crate) fn code<T>(result: &Result<T>) -> String {
    use domain::Error::{
        Conflict, Forbidden, Gone, Impossible, Invalid, NotFound, RateLimited, Unauthenticated, Unfit,
    };
    match result {
        Ok(_) => "ok".to_owned(),
        Err(
            Unauthenticated(refusal)
            | Forbidden(refusal)
            | NotFound(refusal)
            | Gone(refusal)
            | Unfit(refusal)
            | Conflict(refusal)
            | Impossible(refusal),
        ) => refusal.code.to_owned(),
        Err(Invalid(errors)) => format!("invalid: {errors}"),
        Err(RateLimited(_)) => "rate_limited".to_owned(),
        Err(other) => panic!("no refusal: {other}"),
    }
}

/// Runs something against the database, past every verb.
pub(crate) async fn run(domain: &TestDomain, sql: &'static str) {
    use domain::db::Db;
    match &domain.app.db {
        Db::Sqlite { write, .. } => drop(sqlx::query(sql).execute(&**write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(&**pool).await.unwrap()),
    }
}
