//! What happened over a while.

use leptos::prelude::*;
use server_fn::codec::Json;
use wire::History;

use super::Problem;

/// The numbers of the last `minutes`.
#[server(name = WhatHappened, prefix = "/_fn", endpoint = "history", input = Json)]
pub async fn history(minutes: i64) -> Result<History, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::overview::history(&app, &scope, minutes).await)
}
