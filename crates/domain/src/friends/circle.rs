//! All lists of a player at once, as the settings show them.

use wire::{
    Acquaintance, Acquaintances, Circle, CirclePages, FriendshipId, PageQuery, PublicUser, RequestSide, UserId,
};

use super::lists::{blocked, list, requests};
use crate::{App, Result, Scope, users};

/// Rows of each list on a page.
const ROWS: i64 = 10;

/// Everybody between whom and the caller something is: friends, who asks, whom they asked, and whom they block.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] for nobody; a page below 1.
pub async fn circle(app: &App, scope: &Scope, pages: CirclePages) -> Result<Circle> {
    let me = scope.require_user()?;
    let page = |page| PageQuery { page, page_size: Some(ROWS), cursor: None };
    let friends = list(app, scope, page(pages.friends)).await?;
    let requests = requests(app, scope, page(pages.requests)).await?;
    let blocked = blocked(app, scope, page(pages.blocked)).await?;
    let rows = friends.data.into_iter().map(|friend| Acquaintance {
        between: friend.friendship_id,
        face: users::face(friend.id, friend.display_name, friend.profile_url),
        is_online: friend.is_online,
        lobby_id: friend.lobby_id,
    });
    let friends = Acquaintances { rows: rows.collect(), page: friends.meta.page, has_more: friends.meta.has_more };
    let side = |(between, side): (FriendshipId, RequestSide)| stranger(between, side.id, side.display_name, None);
    let (is_more, page) = (requests.meta.has_more, requests.meta.page);
    let incoming = requests.incoming.into_iter().map(|request| side((request.id, request.requester)));
    let incoming = Acquaintances { rows: incoming.collect(), page, has_more: is_more.incoming };
    let outgoing = requests.outgoing.into_iter().map(|request| side((request.id, request.target)));
    let outgoing = Acquaintances { rows: outgoing.collect(), page, has_more: is_more.outgoing };
    let rows = blocked.data.into_iter().map(|blocked| {
        let PublicUser { id, display_name, profile_url, .. } = blocked.requester;
        stranger(blocked.id, id, display_name, profile_url)
    });
    let blocked = Acquaintances { rows: rows.collect(), page: blocked.meta.page, has_more: blocked.meta.has_more };
    Ok(Circle { me, friends, incoming, outgoing, blocked })
}

/// Somebody of whom it is not told whether they are there.
fn stranger(between: FriendshipId, id: UserId, name: Option<String>, picture: Option<String>) -> Acquaintance {
    Acquaintance { between, face: users::face(id, name, picture), is_online: false, lobby_id: None }
}
