//! Jobs, as admins see them.

use leptos::prelude::*;
use server_fn::codec::Json;
use wire::{AdminJob, JobFilter, Page, PageQuery};

use super::Problem;

/// A page of jobs.
#[server(prefix = "/_fn", endpoint = "jobs", input = Json)]
pub async fn jobs(filter: JobFilter, page: PageQuery) -> Result<Page<AdminJob>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::jobs::list(&app, &scope, filter, page).await)
}
