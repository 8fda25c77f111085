//! One's own account and the links of mails, for pages that the server writes alone: these are no server functions.

use chrono::{DateTime, Utc};
use domain::accounts::DeviceLink;
use domain::mail_tokens::{self, Purpose, Standing};
use wire::{OpenSession, WhoAmI};

use super::{Problem, ssr};

/// Who looks: all of it empty for nobody.
pub(crate) async fn who_am_i() -> Result<WhoAmI, Problem> {
    let (app, scope) = ssr::asking()?;
    ssr::answer(domain::accounts::who_am_i(&app, &scope).await)
}

/// Where whoever looks is signed in, and what time it is.
pub(crate) async fn sessions() -> Result<(DateTime<Utc>, Vec<OpenSession>), Problem> {
    let (app, scope) = ssr::asking()?;
    let sessions = ssr::answer(domain::sessions::list(&app, &scope).await)?;
    Ok((app.clock.now(), sessions))
}

/// How it stands with the device of whoever looks.
pub(crate) async fn device() -> Result<DeviceLink, Problem> {
    let (app, scope) = ssr::asking()?;
    ssr::answer(domain::accounts::device(&app, &scope).await)
}

/// How it stands with the link of a mail. Uses nothing up.
pub(crate) async fn link(token: &str, purpose: Purpose) -> Result<Standing, Problem> {
    let (app, _) = ssr::asking()?;
    ssr::answer(mail_tokens::look(&app, token, purpose).await)
}
