//! The counts on the first page of the dashboard.

use leptos::prelude::*;

use super::{Json, Problem};

/// Everything counted, now.
#[server(prefix = "/_fn", endpoint = "overview", input = Json, output = Json)]
pub async fn overview() -> Result<wire::Overview, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::overview::count(&app, &scope).await)
}
