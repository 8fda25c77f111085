//! Topics: who may listen to what.

use wire::Topic;

use crate::pubsub::Subscription;
use crate::{App, Error, Result, Scope, lobbies, users};

/// Listens to a topic from now on.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for whom the topic does not concern: `not_a_member` of a lobby,
/// `forbidden` of anything else; `not_found` for the server's own topics.
pub async fn listen(app: &App, scope: &Scope, topic: Topic) -> Result<Subscription> {
    // Listening before looking: whoever is shut out in between is heard being shut out.
    let subscription = app.pubsub.subscribe(topic);
    match topic {
        Topic::Lobbies => {}
        // A socket is older than what it asks: whether this is an admin is read anew.
        Topic::AdminLobbies | Topic::AdminUsers => users::require_still_admin(app, scope).await?,
        Topic::User(id) if scope.user() == Some(id) => {}
        Topic::User(_) => return Err(Error::forbidden("forbidden", "Only this user may listen here.")),
        Topic::Lobby(id) => {
            scope.require_user()?;
            if !lobbies::is_member(app, scope, id).await? {
                return Err(Error::forbidden("not_a_member", "Join the lobby first, then listen to it."));
            }
        }
        Topic::Session(_) => return Err(Error::not_found("topic")),
    }
    Ok(subscription)
}
