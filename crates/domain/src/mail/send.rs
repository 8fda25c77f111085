//! The work of the job that sends a letter.

use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use serde_json::Value;

use super::query::{self, Row};
use super::smtp::{self, Failure};
use super::{Letter, Posted};
use crate::mail_tokens::{self, Standing};
use crate::{App, Delivery, Error, Result};

/// Sends the letter a job names, unless it was sent before. One whose link works no more is not sent.
///
/// If the process dies between the mail server's word that it has the letter and ours that it was sent, the letter goes
/// out once more, under the same `Message-ID`.
///
/// # Errors
/// `mail_refused` when the mail server will not have it, now or ever; else what was in the way for now.
pub async fn send(app: App, payload: Value) -> Result<()> {
    let id = payload["letter"].as_i64().ok_or_else(|| Error::Internal("the job names no letter".to_owned()))?;
    let Some(row) = query::get(&app, id).await? else { return Ok(()) };
    if row.state != "waiting" {
        return Ok(());
    }
    if !is_current(&app, &row.letter).await? {
        return end(&app, id, "late").await;
    }
    let smtp = match &app.config.mail.delivery {
        Delivery::Mailbox => return end(&app, id, "sent").await,
        Delivery::Nowhere => return Err(Error::Internal("no mail server is set (mail.host)".to_owned())),
        Delivery::Smtp(smtp) => smtp,
    };
    let sent = match message(&app, row) {
        Ok(message) => smtp::send(smtp, &message).await,
        Err(why) => Err(Failure::Refused(why)),
    };
    match sent {
        Ok(()) => end(&app, id, "sent").await,
        Err(Failure::Refused(why)) => {
            end(&app, id, "refused").await?;
            Err(Error::impossible("mail_refused", &why))
        }
        Err(Failure::NotNow(why)) => Err(Error::Internal(why)),
    }
}

async fn end(app: &App, id: i64, state: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    query::end(&mut tx, id, state, app.clock.now()).await?;
    tx.commit().await
}

/// Whether what its link stands for is still to be had.
async fn is_current(app: &App, letter: &Letter) -> Result<bool> {
    let Some((token, _)) = letter.token() else { return Ok(true) };
    Ok(matches!(mail_tokens::standing(app, token).await?, Standing::Good { .. }))
}

/// The letter as it goes over the wire: the same bytes each time.
fn message(app: &App, row: Row) -> Result<Message, String> {
    let mail = &app.config.mail;
    let Posted { to, message_id, subject, text, html, posted_at, .. } = row.read(app);
    let address = |text: &str| text.parse::<Address>().map_err(|error| format!("{error} cannot be mailed to"));
    let name = mail.from_name.as_ref().unwrap_or(&app.config.game);
    let parts = MultiPart::alternative()
        .boundary(format!("part-{}", message_id.split('@').next().unwrap_or_default()))
        .singlepart(SinglePart::plain(text))
        .singlepart(SinglePart::html(html));
    let mut message = Message::builder()
        .from(Mailbox::new(Some(one_line(name)), address(&mail.from)?))
        .to(Mailbox::new(None, address(&to)?))
        .subject(one_line(&subject))
        .date(SystemTime::from(posted_at))
        .message_id(Some(format!("<{message_id}>")))
        .multipart(parts)
        .map_err(|error| error.to_string())?;
    // Nobody's absence note needs to answer it (RFC 3834).
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
    Ok(message)
}

/// A text that ends no header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
