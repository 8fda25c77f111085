//! One's own friends.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use wire::Found;
use wire::{Circle, CirclePages};

use super::{Json, Problem};

/// Everybody between whom and whoever looks something is.
#[server(name = LooksAround, prefix = "/_fn", endpoint = "circle", input = Json, output = Json)]
pub async fn circle(pages: CirclePages) -> Result<Circle, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::friends::circle(&app, &scope, pages).await)
}

/// Players by part of their name, or by their id, and what is between: for a page that the server writes alone, this is no
/// server function.
#[cfg(feature = "ssr")]
pub(crate) async fn look_for(q: String) -> Result<Found, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::friends::look_for(&app, &scope, q).await)
}
