//! One's own friends.

use leptos::prelude::*;
use wire::{Circle, CirclePages};
#[cfg(feature = "ssr")]
use wire::{Page, PageQuery, PublicUser, UserSearch};

use super::{Json, Problem};

/// Everybody between whom and whoever looks something is.
#[server(name = LooksAround, prefix = "/_fn", endpoint = "circle", input = Json, output = Json)]
pub async fn circle(pages: CirclePages) -> Result<Circle, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::friends::circle(&app, &scope, pages).await)
}

/// Players by part of their name, or by their id, for a page that the server writes alone: this is no server function.
#[cfg(feature = "ssr")]
pub(crate) async fn search(q: String) -> Result<Page<PublicUser>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    let first = PageQuery { page_size: Some(10), ..PageQuery::default() };
    super::ssr::answer(domain::users::search(&app, &scope, UserSearch { q: Some(q) }, first).await)
}
