//! The first admin.

use leptos::prelude::*;

use super::{Json, Problem};

/// Whether the one-time link of a token still makes the first admin.
#[server(prefix = "/_fn", endpoint = "link-works", input = Json, output = Json)]
pub async fn link_works(token: String) -> Result<bool, Problem> {
    let (app, _) = super::ssr::asking()?;
    super::ssr::answer(domain::setup::is_open(&app, &token).await)
}
