//! `user:{id}`: one user's own affairs.

use domain::{App, Result, Scope, users};
use serde_json::{Map, Value, json};

/// Where the user sits now.
pub(super) async fn state(app: &App, scope: &Scope) -> Result<Map<String, Value>> {
    let me = users::me(app, scope).await?;
    Ok(Map::from_iter([("lobby_id".to_owned(), json!(me.lobby_id))]))
}
