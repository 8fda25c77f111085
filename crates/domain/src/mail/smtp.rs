//! One letter's way to a mail server.
//!
//! lettre's own transport waits for an answer as long as it takes (only its connecting has a limit), so its connection is
//! used here verb by verb, each within the patience of the settings.

use std::fs;
use std::path::Path;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use crate::{Security, Smtp};

/// Why a letter was not sent.
#[derive(Debug)]
pub(super) enum Failure {
    /// It never will be: the server will not have this letter, this sender or this address.
    Refused(String),
    /// It may be the next time.
    NotNow(String),
}

/// Hands a letter over. It is the server's once this says so.
pub(super) async fn send(smtp: &Smtp, message: &Message) -> Result<(), Failure> {
    let envelope = message.envelope();
    let from = envelope.from().cloned();
    let host = from.as_ref().map_or("localhost", |from| from.domain());
    let mut connection = connect(smtp, host).await.map_err(Failure::NotNow)?;
    let patience = smtp.patience;
    let mail = Mail::new(from, Vec::new());
    within(patience, connection.command(mail)).await.map_err(|trouble| trouble.about_letter("MAIL"))?;
    for to in envelope.to() {
        let to = Rcpt::new(to.clone(), Vec::new());
        within(patience, connection.command(to)).await.map_err(|trouble| trouble.about_letter("RCPT"))?;
    }
    within(patience, connection.command(Data)).await.map_err(|trouble| trouble.about_letter("DATA"))?;
    let bytes = message.formatted();
    within(patience, connection.message(&bytes)).await.map_err(|trouble| trouble.about_letter("the letter"))?;
    // What it says to a good-bye changes nothing, and nobody waits for it.
    tokio::spawn(async move { within(patience, connection.quit()).await.is_ok() });
    Ok(())
}

/// Whether a server answers, lets us in, and takes leave.
pub(super) async fn greet(smtp: &Smtp, from: &str) -> Result<(), String> {
    let (_, host) = from.rsplit_once('@').unwrap_or(("", "localhost"));
    let mut connection = connect(smtp, host).await?;
    within(smtp.patience, connection.quit()).await.map_err(|trouble| trouble.at("QUIT"))?;
    Ok(())
}

/// A connection on which letters may be sent. What goes wrong until then is no letter's fault.
async fn connect(smtp: &Smtp, our_host: &str) -> Result<AsyncSmtpConnection, String> {
    let Smtp { host, port, security, login, patience, certificates } = smtp;
    let hello = ClientId::Domain(our_host.to_owned());
    let tls = match security {
        Security::Plain => None,
        Security::Tls | Security::StartTls => Some(tls(host, certificates.as_deref())?),
    };
    let (at_once, later) = if *security == Security::Tls { (tls, None) } else { (None, tls) };
    // Half of it for one address of several: one that leads nowhere leaves time for the next.
    let connecting = AsyncSmtpConnection::connect_tokio1((&**host, *port), Some(*patience / 2), &hello, at_once, None);
    let mut connection = within(*patience, connecting).await.map_err(|trouble| trouble.at("the greeting"))?;
    if let Some(tls) = later {
        within(*patience, connection.starttls(tls, &hello)).await.map_err(|trouble| trouble.at("STARTTLS"))?;
    }
    if let Some((name, password)) = login {
        let credentials = Credentials::new(name.clone(), password.clone());
        let auth = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        within(*patience, auth).await.map_err(|trouble| trouble.at("AUTH"))?;
    }
    Ok(connection)
}

fn tls(host: &str, certificates: Option<&Path>) -> Result<TlsParameters, String> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(file) = certificates {
        let place = file.display();
        let text = fs::read(file).map_err(|error| format!("{place} cannot be read: {error}"))?;
        let trusted = Certificate::from_pem(&text).map_err(|error| format!("{place}: {error}"))?;
        tls = tls.add_root_certificate(trusted);
    }
    tls.build_rustls().map_err(|error| error.to_string())
}

/// What came in the place of an answer.
enum Trouble {
    Silence(Duration),
    Answer(SmtpError),
}

async fn within<T>(patience: Duration, verb: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Trouble> {
    match tokio::time::timeout(patience, verb).await {
        Ok(answer) => answer.map_err(Trouble::Answer),
        Err(_) => Err(Trouble::Silence(patience)),
    }
}

impl Trouble {
    /// In words, with where it came.
    fn at(&self, verb: &str) -> String {
        match self {
            Self::Silence(patience) => format!("the mail server was silent for {} s at {verb}", patience.as_secs_f32()),
            Self::Answer(error) => {
                let source = std::error::Error::source(error).map(|source| format!(" ({source})"));
                format!("at {verb}: {error}{}", source.unwrap_or_default())
            }
        }
    }

    /// That a server will not have something for ever (5xx) is the letter's end.
    fn about_letter(&self, verb: &str) -> Failure {
        match self {
            Self::Answer(error) if error.is_permanent() => Failure::Refused(self.at(verb)),
            _ => Failure::NotNow(self.at(verb)),
        }
    }
}
