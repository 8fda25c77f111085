//! An account as `/auth/*` shows it.

use serde_json::{Map, Value, json};
use wire::{AuthUser, Profile, UserId, WhoAmI};

use super::query::{self, Account};
use crate::{App, Error, Result, Scope};

/// An account, for its owner.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody, and for an account that is gone.
pub async fn auth_user(app: &App, scope: &Scope) -> Result<AuthUser> {
    Ok(described(&of(app, scope.require_user()?).await?))
}

/// Who asks: all of it empty for nobody.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn who_am_i(app: &App, scope: &Scope) -> Result<WhoAmI> {
    let Some(user) = scope.user() else { return Ok(WhoAmI::default()) };
    let account = of(app, user).await?;
    Ok(WhoAmI {
        auth: Some(described(&account)),
        is_anonymous: account.is_guest,
        profile: Some(profile(account)),
        expires_at: None,
    })
}

async fn of(app: &App, user: UserId) -> Result<Account> {
    query::account(app, &app.db, user).await?.ok_or_else(Error::authentication_required)
}

fn described(account: &Account) -> AuthUser {
    let mut ways = Vec::new();
    if account.email.is_some() {
        ways.push("email");
    }
    if account.has_device {
        ways.push("device");
    }
    if ways.is_empty() {
        ways.push("anonymous");
    }
    AuthUser {
        id: account.id.to_string(),
        aud: "authenticated".to_owned(),
        role: if account.is_admin { "admin" } else { "authenticated" }.to_owned(),
        email: account.email.clone(),
        email_confirmed_at: account.email_confirmed_at,
        app_metadata: object(json!({ "provider": ways[0], "providers": ways })),
        user_metadata: object(json!({ "name": account.name() })),
        is_anonymous: account.is_guest,
        created_at: account.created_at,
        updated_at: account.updated_at,
    }
}

fn profile(account: Account) -> Profile {
    Profile {
        id: account.id.to_string(),
        auth_user_id: account.id.to_string(),
        name: account.name(),
        email: account.email,
        avatar_url: account.profile_url,
        games_played: account.games_played,
        games_won: account.games_won,
        created_at: account.created_at,
    }
}

impl Account {
    /// The name to show: a stand-in by id for those who have none.
    fn name(&self) -> String {
        self.display_name.clone().unwrap_or_else(|| format!("player-{}", self.id))
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
