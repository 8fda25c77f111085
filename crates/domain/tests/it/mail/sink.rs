//! A mail server that takes whatever comes, or does not, as a test wants it.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Delivery, Security, Smtp};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Where in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Greeting,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    Letter,
}

impl At {
    pub(crate) const ALL: [Self; 6] = [Self::Greeting, Self::Ehlo, Self::Mail, Self::Rcpt, Self::Data, Self::Letter];
}

/// What the server does there in the place of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing, ever.
    Stall,
    /// Takes the letter, and does not say so.
    TakeInSilence,
    /// This.
    Say(&'static str),
    /// Goes away.
    HangUp,
}

/// A letter that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// As it came over the wire, headers and all.
    pub(crate) bytes: String,
    pub(crate) by_tls: bool,
}

impl Taken {
    /// The lines of a header, unfolded.
    pub(crate) fn header(&self, name: &str) -> Vec<String> {
        let (head, _) = self.bytes.split_once("\r\n\r\n").unwrap();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
    }

    /// The text without the line breaks and equals signs that quoted-printable adds.
    pub(crate) fn unquoted(&self) -> String {
        self.bytes.replace("=\r\n", "").replace("=3D", "=")
    }
}

struct Shared {
    trouble: Mutex<Option<(At, Then)>>,
    taken: Mutex<Vec<Taken>>,
    connections: AtomicUsize,
    /// Said after each letter that was taken, before the answer.
    took: Notify,
    /// The password that is asked for.
    password: Option<&'static str>,
    tls: Option<TlsAcceptor>,
    security: Security,
}

/// A mail server on a free port.
pub(crate) struct Sink {
    shared: Arc<Shared>,
    port: u16,
    folder: tempfile::TempDir,
    serving: JoinHandle<()>,
}

impl Sink {
    /// One that speaks in the open, to anybody.
    pub(crate) async fn open() -> Self {
        Self::with(Security::Plain, None).await
    }

    pub(crate) async fn with(security: Security, password: Option<&'static str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("ca.pem"), cert.pem()).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
        let tls = (security != Security::Plain).then(|| TlsAcceptor::from(Arc::new(config)));
        let shared = Arc::new(Shared {
            trouble: Mutex::default(),
            taken: Mutex::default(),
            connections: AtomicUsize::new(0),
            took: Notify::new(),
            password,
            tls,
            security,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(serve(listener, shared.clone()));
        Self { shared, port, folder, serving }
    }

    /// From now on, until it is told otherwise.
    pub(crate) fn makes_trouble(&self, at: At, then: Then) {
        *self.shared.trouble.lock().unwrap() = Some((at, then));
    }

    pub(crate) fn makes_no_trouble(&self) {
        *self.shared.trouble.lock().unwrap() = None;
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.shared.taken.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Waits for the next letter that is taken.
    pub(crate) async fn takes_one(&self) {
        self.shared.took.notified().await;
    }

    /// The way to it, for an app of little patience.
    pub(crate) fn delivery(&self) -> Delivery {
        Delivery::Smtp(self.smtp())
    }

    pub(crate) fn smtp(&self) -> Smtp {
        Smtp {
            host: "localhost".to_owned(),
            port: self.port,
            security: self.shared.security,
            login: self.shared.password.map(|password| ("ada".to_owned(), password.to_owned())),
            patience: Duration::from_millis(300),
            certificates: self.shared.tls.is_some().then(|| self.folder.path().join("ca.pem")),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = shared.clone();
        // A client that goes away ends its own conversation only.
        tokio::spawn(async move { drop(receive(stream, &shared).await) });
    }
}

async fn receive(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    match (&shared.tls, shared.security) {
        (Some(tls), Security::Tls) => {
            let mut on = BufStream::new(tls.accept(stream).await?);
            converse(&mut on, shared, true, true).await.map(drop)
        }
        (Some(tls), _) => {
            let mut on = BufStream::new(stream);
            if converse(&mut on, shared, false, true).await? {
                let mut on = BufStream::new(tls.accept(on.into_inner()).await?);
                converse(&mut on, shared, true, false).await?;
            }
            Ok(())
        }
        (None, _) => converse(&mut BufStream::new(stream), shared, false, true).await.map(drop),
    }
}

/// Says its part here, or makes the trouble that was asked for; false where the conversation is over.
async fn say<S>(on: &mut BufStream<S>, shared: &Shared, at: Option<At>, usual: &str) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let trouble = *shared.trouble.lock().unwrap();
    let answer = match trouble.filter(|(place, _)| Some(*place) == at) {
        None => usual,
        Some((_, Then::Say(other))) => other,
        Some((_, Then::HangUp)) => return Ok(false),
        Some((_, Then::Stall | Then::TakeInSilence)) => std::future::pending().await,
    };
    on.write_all(answer.as_bytes()).await?;
    on.write_all(b"\r\n").await?;
    on.flush().await?;
    Ok(true)
}

/// One conversation; true where it should go on by TLS.
async fn converse<S>(on: &mut BufStream<S>, shared: &Shared, by_tls: bool, greets: bool) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if greets && !say(on, shared, Some(At::Greeting), "220 sink").await? {
        return Ok(false);
    }
    let (mut from, mut to, mut is_in) = (String::new(), Vec::new(), shared.password.is_none());
    loop {
        let mut line = String::new();
        if on.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let line = line.trim_end();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let goes_on = match verb.as_str() {
            "EHLO" => {
                let starttls = if shared.security == Security::StartTls && !by_tls { "250-STARTTLS\r\n" } else { "" };
                let auth = if shared.password.is_some() { "250-AUTH PLAIN LOGIN\r\n" } else { "" };
                say(on, shared, Some(At::Ehlo), &format!("250-sink\r\n{starttls}{auth}250 HELP")).await?
            }
            "STARTTLS" => {
                say(on, shared, None, "220 go on").await?;
                return Ok(true);
            }
            "AUTH" => {
                let given = line.rsplit(' ').next().and_then(|given| STANDARD.decode(given).ok());
                let asked = shared.password.map(|password| format!("\0ada\0{password}").into_bytes());
                is_in = asked.is_some() && given == asked;
                say(on, shared, None, if is_in { "235 welcome" } else { "535 who are you" }).await?
            }
            "MAIL" if !is_in => say(on, shared, None, "530 sign in first").await?,
            "MAIL" => {
                line.clone_into(&mut from);
                say(on, shared, Some(At::Mail), "250 yes").await?
            }
            "RCPT" => {
                to.push(line.to_owned());
                say(on, shared, Some(At::Rcpt), "250 yes").await?
            }
            "DATA" => {
                if !say(on, shared, Some(At::Data), "354 go on").await? {
                    return Ok(false);
                }
                if shared.trouble.lock().unwrap().is_some_and(|(at, _)| at == At::Data) {
                    continue;
                }
                let mut bytes = String::new();
                while !bytes.ends_with("\r\n.\r\n") {
                    if on.read_line(&mut bytes).await? == 0 {
                        return Ok(false);
                    }
                }
                let trouble = *shared.trouble.lock().unwrap();
                let is_taken = trouble.is_none_or(|(at, then)| at != At::Letter || then == Then::TakeInSilence);
                if is_taken {
                    let (from, to) = (std::mem::take(&mut from), std::mem::take(&mut to));
                    shared.taken.lock().unwrap().push(Taken { from, to, bytes, by_tls });
                    shared.took.notify_one();
                }
                if trouble == Some((At::Letter, Then::TakeInSilence)) {
                    // Whatever the test says next.
                    return std::future::pending().await;
                }
                say(on, shared, Some(At::Letter), "250 taken").await?
            }
            "QUIT" => {
                say(on, shared, None, "221 bye").await?;
                false
            }
            _ => say(on, shared, None, "502 what").await?,
        };
        if !goes_on {
            return Ok(false);
        }
    }
}
