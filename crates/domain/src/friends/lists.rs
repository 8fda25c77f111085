//! What a player sees of their friends, and an admin of anybody's.

use serde_json::{Value, json};
use wire::{
    AdminFriendship, Blocked, Face, Friend, FriendFilter, FriendRequest, FriendRequests, FriendStatus, LobbyId, Page,
    PageQuery, UserId,
};

use super::query::lists as query;
use crate::{App, Error, Result, Scope, users};

/// The caller's friends, oldest friendship first: who is online, and in which lobby one could join them.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; a page below 1.
pub async fn list(app: &App, scope: &Scope, page: PageQuery) -> Result<Page<Friend>> {
    let (user, page) = (scope.require_user()?, page.check()?);
    let counted = query::count_friends(&app.db, user, PageQuery::COUNTED + 1).await?;
    let rows = query::list(app, user, page).await?;
    let friends = rows.into_iter().map(|row| row.seen(|friend| app.online.is_online(friend))).collect();
    Ok(Page::cut(friends, page, counted, |friend: &Friend| friend.friendship_id.0))
}

/// Friends of a user who sit where the user could join them, and where.
pub(crate) async fn seated(app: &App, user: UserId) -> Result<Vec<(LobbyId, Face)>> {
    query::seated(app, user).await
}

/// Friends of a user who are online, but for those: by their names, no more than so many.
pub(crate) async fn online(app: &App, user: UserId, but: &[UserId], at_most: usize) -> Result<Vec<Face>> {
    let mut there = query::friends_of(app, user).await?;
    there.retain(|friend| app.online.is_online(*friend) && !but.contains(friend));
    there.truncate(at_most);
    let mut faces: Vec<_> = users::faces(app, there).await?.into_values().collect();
    faces.sort_by(|one, other| (&one.name, one.id.0).cmp(&(&other.name, other.id.0)));
    Ok(faces)
}

/// Requests that wait for an answer, to the caller and of the caller, oldest first.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; a page below 1.
pub async fn requests(app: &App, scope: &Scope, page: PageQuery) -> Result<FriendRequests> {
    let (user, page) = (scope.require_user()?, page.check()?);
    let incoming = query::incoming(app, user, page).await?;
    let outgoing = query::outgoing(app, user, page).await?;
    Ok(FriendRequests::new(incoming, outgoing, page))
}

/// Those to the caller alone, and whether more follow.
pub(super) async fn incoming(app: &App, user: UserId, page: PageQuery) -> Result<(Vec<FriendRequest>, bool)> {
    let (rows, counted) = query::incoming(app, user, page.check()?).await?;
    let page = Page::new(rows, page, counted);
    Ok((page.data, page.meta.has_more))
}

/// Those of the caller alone, and whether more follow.
pub(super) async fn outgoing(app: &App, user: UserId, page: PageQuery) -> Result<(Vec<FriendRequest>, bool)> {
    let (rows, counted) = query::outgoing(app, user, page.check()?).await?;
    let page = Page::new(rows, page, counted);
    Ok((page.data, page.meta.has_more))
}

/// Whom the caller blocks, oldest first. Who blocks the caller is nowhere listed.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; a page below 1.
pub async fn blocked(app: &App, scope: &Scope, page: PageQuery) -> Result<Page<Blocked>> {
    let (user, page) = (scope.require_user()?, page.check()?);
    let counted = query::count_blocked(&app.db, user, PageQuery::COUNTED + 1).await?;
    Ok(Page::cut(query::blocked(app, user, page).await?, page, counted, |blocked| blocked.id.0))
}

/// Everything between a user and others, newest first, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; a status that is none; a page below 1;
/// `not_found`.
pub async fn of_user(
    app: &App,
    scope: &Scope,
    user: UserId,
    filter: FriendFilter,
    page: PageQuery,
) -> Result<Page<AdminFriendship>> {
    scope.require_admin()?;
    let (status, page) = (filter.check()?, page.check()?);
    if !users::exists(app, user).await? {
        return Err(Error::not_found("user"));
    }
    let counted = query::count_of_user(app, user, status.clone()).await?;
    Ok(Page::new(query::of_user(app, user, status, page).await?, page, counted))
}

/// Everything between a user and others, for the user: but for blocks that are the others' own.
pub(crate) async fn export(app: &App, user: UserId) -> Result<Value> {
    let mut told = Vec::new();
    for number in 1.. {
        let page = PageQuery { page: Some(number), page_size: Some(i64::MAX), cursor: None };
        let rows = query::of_user(app, user, None, page).await?;
        let is_last = i64::try_from(rows.len()).is_ok_and(|rows| rows < page.size());
        told.extend(rows.into_iter().filter_map(|row| seen_by(user, &row)));
        if is_last {
            break;
        }
    }
    Ok(Value::Array(told))
}

/// What one of the two may know.
fn seen_by(user: UserId, row: &AdminFriendship) -> Option<Value> {
    let asked = row.requester.0 == user;
    if row.status == FriendStatus::Blocked && asked && !row.is_mutual {
        return None;
    }
    let (other, name) = if asked { &row.target } else { &row.requester };
    Some(json!({
        "id": row.id,
        "user_id": other,
        "display_name": name,
        "status": row.status,
        "asked_by_me": asked && row.status != FriendStatus::Blocked,
        "inserted_at": row.inserted_at,
        "updated_at": row.updated_at,
    }))
}
