//! That a form was handed out by us, to this browser, a while ago at most: what a form without a script can show besides
//! its `Origin`. Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Signed double-submit cookie".

use chrono::TimeDelta;
use wire::SessionId;

use crate::App;

/// How long a form can be sent after it was handed out.
pub const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A token for the forms of a page: good for a browser, as its secret cookie names it, and the session it is in.
#[must_use]
pub fn issue(app: &App, browser: &str, session: Option<SessionId>) -> String {
    app.keys.form.token(app.clock.now().timestamp(), browser, session)
}

/// Whether a token was issued for this browser and session, within the last hour.
#[must_use]
pub fn is_good(app: &App, token: &str, browser: &str, session: Option<SessionId>) -> bool {
    let now = app.clock.now().timestamp();
    let made = app.keys.form.made(token, browser, session);
    // Nodes' clocks may differ by a little.
    made.is_some_and(|made| now - made < LIFETIME.num_seconds() && made - now <= 30)
}
