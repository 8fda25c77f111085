//! Everything held about a player, for the player.

use serde_json::{Value, json};
use wire::{AdminUser, AuditEntry, UserId};

use super::query;
use crate::{App, Error, Result, Scope, audit, friends, lobbies, sessions};

/// Rows of the audit log an export has at most: the newest.
const AUDIT: i64 = 1000;

/// Everything that is held about whoever asks, as one object. Hashes of secrets are left out: that there is one is said.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn export(app: &App, scope: &Scope) -> Result<Value> {
    let user = scope.require_user()?;
    let row: AdminUser = query::row(&app.db, user).await?.ok_or_else(Error::authentication_required)?.into();
    // A room that keeps something about players adds its line.
    let parts = [
        ("exported_at", json!(app.clock.now())),
        ("account", account(app, user, &row).await?),
        ("ways_in", json!(row.ways_in)),
        ("sessions", json!(sessions::list(app, scope).await?)),
        ("lobby", lobbies::export(app, user).await?),
        ("lost_seat", json!(lobbies::lost_seat(app, scope).await?)),
        ("invitations", lobbies::invitations::export(app, user).await?),
        ("friends", friends::export(app, user).await?),
        ("done_to_the_account", acts(audit::about(app, user, AUDIT).await?)),
        ("done_as_an_admin", acts(audit::by(app, user, AUDIT).await?)),
    ];
    Ok(Value::Object(parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect()))
}

async fn account(app: &App, user: UserId, row: &AdminUser) -> Result<Value> {
    let me = query::me(app, &app.db, user).await?.map(wire::Me::from).ok_or_else(Error::authentication_required)?;
    let file = query::acts::file(app, user).await?.ok_or_else(Error::authentication_required)?;
    Ok(json!({
        "id": me.id,
        "display_name": me.display_name,
        "email": row.email,
        "email_confirmed_at": file.email_confirmed_at,
        "profile_url": me.profile_url,
        "metadata": me.metadata,
        "games_played": file.games_played,
        "games_won": file.games_won,
        "is_admin": row.is_admin,
        "is_guest": row.is_guest,
        "created_at": row.created_at,
        "last_seen_at": row.last_seen_at,
    }))
}

/// Rows of the audit log, without what they say of others: who it was and from where, or to whom.
fn acts(entries: Vec<AuditEntry>) -> Value {
    let told = |entry: AuditEntry| {
        json!({
            "at": entry.at,
            "action": entry.action,
            "target_kind": entry.target_kind,
            "was": entry.was,
            "became": entry.became,
            "outcome": entry.outcome,
        })
    };
    entries.into_iter().map(told).collect()
}
