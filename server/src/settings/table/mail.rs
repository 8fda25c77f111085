//! By whom mails are sent, as whom and how many.

use super::Group;
use crate::settings::amount::Unit::{Of, Seconds};
use crate::settings::kind::Kind::{Choice, Email, File, Host, Number, Rate, Text, TheirSecret};
use crate::settings::kind::Number as Field;
use crate::settings::setting::setting;

pub(super) static MAIL: Group = Group {
    title: "Mail",
    settings: &[
        setting(
            "mail.host",
            Host(|to| &mut to.mail.host),
            "The mail server (SMTP) that mails are handed to. Without it a server for development keeps them in \
             `/dev/mailbox`, and one for production in its outbox.",
        )
        .also(&["SMTP_HOST", "SMTP_RELAY"]),
        setting(
            "mail.port",
            Number(Of(""), 1, 65_535, |to| Field::U16IfSet(&mut to.mail.port)),
            "Its port; by `mail.security` 587, 465 for TLS from the start, 25 for none.",
        )
        .also(&["SMTP_PORT"]),
        setting(
            "mail.security",
            Choice(|to| &mut to.mail.security),
            "Who may listen on the way to it: nobody by STARTTLS or by TLS from the start, anybody where it is plain, which \
             production takes only to this machine itself. Auto is TLS on port 465, plain to this machine, else STARTTLS.",
        ),
        setting("mail.username", Text(|to| &mut to.mail.username), "The name to sign in there with.")
            .also(&["SMTP_USERNAME", "SMTP_USER"]),
        setting("mail.password", TheirSecret(|to| &mut to.mail.password), "The password to sign in there with.")
            .also(&["SMTP_PASSWORD"]),
        setting("mail.from", Email(|to| &mut to.mail.from), "The address that mails come from.")
            .also(&["SMTP_FROM", "SMTP_FROM_EMAIL"]),
        setting(
            "mail.from_name",
            Text(|to| &mut to.mail.from_name),
            "The name that mails come from; the game's, as the theme has it at the start, when it is not set.",
        )
        .also(&["SMTP_FROM_NAME"]),
        setting(
            "mail.certificates",
            File(|to| &mut to.mail.certificates),
            "A file (PEM) of certificates that vouch for the mail server, beside those of Mozilla's list.",
        ),
        setting(
            "mail.timeout",
            Number(Seconds, 1, 60, |to| Field::Time(&mut to.mail.timeout)),
            "How long the mail server may take to be reached and greet, and then for each answer.",
        ),
        setting(
            "mail.apart",
            Number(Seconds, 0, 3600, |to| Field::Time(&mut to.mail.apart)),
            "The least time between two mails to one address that somebody asked for.",
        ),
        setting(
            "mail.per_address",
            Rate(|to| &mut to.mail.per_address),
            "Mails to one address that somebody asked for; all of them may go at once, then they come back one by one.",
        ),
        setting(
            "mail.altogether",
            Rate(|to| &mut to.mail.altogether),
            "Mails to all addresses that somebody asked for. More are held back, and the log says so.",
        ),
    ],
};
