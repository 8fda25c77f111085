//! The audit log.

use leptos::prelude::*;
use server_fn::codec::Json;
use wire::{AuditEntry, AuditFilter, Page, PageQuery};

use super::Problem;

/// A page of the audit log.
#[server(prefix = "/_fn", endpoint = "audit", input = Json)]
pub async fn audit(filter: AuditFilter, page: PageQuery) -> Result<Page<AuditEntry>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::audit::list(&app, &scope, filter, page).await)
}
