//! The mailbox of a server for development. Its pages are written by the server alone, so these are no endpoints.

use domain::mail::{self, Posted};

use super::{Problem, ssr};

/// The newest letters.
pub(crate) async fn mailbox() -> Result<Vec<Posted>, Problem> {
    let (app, scope) = ssr::asking()?;
    ssr::answer(mail::mailbox(&app, &scope).await)
}

/// A letter.
pub(crate) async fn letter(id: i64) -> Result<Posted, Problem> {
    let (app, scope) = ssr::asking()?;
    ssr::answer(mail::in_mailbox(&app, &scope, id).await)
}
