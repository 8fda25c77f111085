//! One's own friends, for a page that the server writes alone: these are no server functions.

use domain::{friends, users};
use wire::{Blocked, Friend, FriendRequests, Page, PageQuery, PublicUser, UserSearch};

use super::{Problem, ssr};

/// Friends of whoever looks.
pub(crate) async fn list(page: PageQuery) -> Result<Page<Friend>, Problem> {
    let (app, scope) = ssr::asking()?;
    ssr::answer(friends::list(&app, &scope, page).await)
}

/// Requests to whoever looks and of them.
pub(crate) async fn requests(page: PageQuery) -> Result<FriendRequests, Problem> {
    let (app, scope) = ssr::asking()?;
    ssr::answer(friends::requests(&app, &scope, page).await)
}

/// Whom whoever looks blocks.
pub(crate) async fn blocked(page: PageQuery) -> Result<Page<Blocked>, Problem> {
    let (app, scope) = ssr::asking()?;
    ssr::answer(friends::blocked(&app, &scope, page).await)
}

/// Players by part of their name, or by their id.
pub(crate) async fn search(q: String) -> Result<Page<PublicUser>, Problem> {
    let (app, scope) = ssr::asking()?;
    let first = PageQuery { page_size: Some(10), ..PageQuery::default() };
    ssr::answer(users::search(&app, &scope, UserSearch { q: Some(q) }, first).await)
}
