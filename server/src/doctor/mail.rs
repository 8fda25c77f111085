//! The mail server.

use domain::{Security, mail};

use super::{Finding, fail, ok, warn};
use crate::settings::Settings;

/// Whether it answers and lets us in. No mail is sent.
pub(super) async fn server(settings: &Settings) -> Finding {
    const WHAT: &str = "mail";
    let Some(smtp) = settings.mail.smtp() else {
        return if settings.is_production() {
            warn(WHAT, "no server is set: mails wait in the outbox; set mail.host (SMTP_HOST) and mail.from")
        } else {
            ok(WHAT, "no server is set: this machine reads its mails at /dev/mailbox")
        };
    };
    let way = match smtp.security {
        Security::StartTls => "STARTTLS",
        Security::Tls => "TLS",
        Security::Plain => "a plain connection",
    };
    let place = format!("{}:{} by {way}", smtp.host, smtp.port);
    match mail::greet(&smtp, &settings.config().mail.from).await {
        Ok(()) if smtp.login.is_some() => ok(WHAT, format!("{place} answers and lets us in")),
        Ok(()) => ok(WHAT, format!("{place} answers")),
        Err(why) => fail(
            WHAT,
            format!("{place} does not do its part ({why}): see that it runs, and that the settings mail.* are right"),
        ),
    }
}
