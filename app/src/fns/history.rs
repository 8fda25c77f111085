//! The numbers of the last hours, for the dashboard's charts.

use leptos::prelude::*;

use super::{Json, Problem};

/// The last `minutes`, 1 to 1440.
#[server(prefix = "/_fn", endpoint = "history", input = Json, output = Json)]
pub async fn history(minutes: i64) -> Result<wire::History, Problem> {
    let (app, scope) = super::ssr::asking()?;
    // Read from memory: there is nothing to wait for, but a server function is asynchronous all the same.
    super::ssr::answer(std::future::ready(domain::overview::history(&app, &scope, minutes)).await)
}
