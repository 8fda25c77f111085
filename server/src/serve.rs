//! Starting the server, and telling whoever started it what to do next.

mod files;
mod signals;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use domain::db::Db;
use domain::jobs::{Kinds, Runner};
use domain::{App, Config, Delivery, Random, Secrets, setup};
use tokio::net::TcpSocket;
use tokio::sync::watch;

use self::signals::Signals;
use crate::listener::Listener;
use crate::{Server, Settings, doctor, metrics, pages, router, socket};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;
/// How long the last jobs and the database may take to close.
const CLOSING: Duration = Duration::from_secs(2);

/// The application on its database, migrated.
///
/// # Errors
/// A data folder, secret or database that cannot be used.
pub async fn open(settings: &Settings) -> Result<App> {
    let random = Random::system();
    let secrets = Secrets::load_or_create(&settings.secrets_folder(), &settings.given_secrets(), &random)?;
    let db = Db::open_with(&settings.database(), settings.connections).await;
    let db = db.context("The database cannot be opened")?;
    db.migrate().await?;
    let config = Config { game: pages::game(settings.theme.as_deref()), ..settings.config() };
    Ok(App::builder(config).random(random).build(db, &secrets)?)
}

/// Serves until it is told to stop, by `SIGTERM` or `SIGINT`. Then it ends within the delay and the grace of the settings
/// and 7 s more: 17 s, or 22 s behind https, when nothing else is set. A second signal ends the process at once.
///
/// # Errors
/// What [`open`] refuses, and a port that is taken.
pub async fn serve(mut settings: Settings) -> Result<()> {
    // Chosen before the application is opened, whose mails say it; listened on after, so that nobody is kept waiting.
    let at = SocketAddr::new(settings.host, settings.port);
    let not_ours = || format!("Port {} is taken or not allowed. Choose another with --port", at.port());
    let socket = bind(at).with_context(not_ours)?;
    settings.port = socket.local_addr()?.port();
    let app = open(&settings).await?;
    let _alone = app.db.claim()?;
    // Before anybody is told that the server is there: a signal must find it ready to stop in order.
    let stopped = Signals::listen()?;
    let listener = socket.listen(BACKLOG).with_context(not_ours)?;
    greet(&app, &settings).await?;
    if matches!(app.config.mail.delivery, Delivery::Nowhere) {
        tracing::warn!("no mail server is set: mails wait in the outbox; set mail.host (SMTP_HOST) and mail.from");
    }
    if doctor::is_apart(&settings) {
        tracing::warn!("{}", doctor::APART);
    }

    let nodes = [
        tokio::spawn(domain::bus::run(app.clone())),
        tokio::spawn(domain::topics::watch(app.clone())),
        tokio::spawn(domain::friends::tell_presence(app.clone())),
        tokio::spawn(domain::lobbies::away::watch(app.clone())),
    ];
    let (go_away, going_away) = watch::channel(false);
    let mut last_call = going_away.clone();
    let jobs = Runner::new(app.clone(), Kinds::of_the_product());
    let jobs = tokio::spawn(jobs.run(async move { drop(last_call.wait_for(|is_going| *is_going).await) }));
    let limits = settings.limits();
    files::take_all(limits.connections);
    let server = Server::new(app.clone(), limits.clone(), settings.secure_cookies(), going_away)
        .web(settings.web())
        .themed(settings.theme.clone())
        .metered(settings.metrics_token.clone());
    let history = tokio::spawn(metrics::keep_history(app.clone(), server.counts.clone()));
    let presence = tokio::spawn(server.presence());
    let leaving = server.leaving.clone();
    let listener = Listener::new(listener, router(server.clone()), &limits);

    // Whoever spreads the requests hears first that none should come here any more, then the port is closed; open
    // requests are finished, the sockets told to come back elsewhere, and the database is closed last.
    let told = async {
        stopped.first().await;
        leaving.begin();
        tracing::info!("leaving: not ready for new requests any more");
        tokio::time::sleep(settings.stop_delay()).await;
    };
    let open = listener.accept_until(told).await;
    tracing::info!("stopping: no new requests, open ones are finished");
    if !open.finish(settings.stop_grace()).await {
        tracing::warn!("some requests were given up");
    }
    go_away.send_replace(true);
    socket::drained(&server).await;
    history.abort();
    nodes.iter().chain([&presence]).for_each(tokio::task::JoinHandle::abort);
    let closed = async {
        // One that goes on for longer is done again by whoever has the database then.
        let _done = jobs.await;
        app.db.close().await;
    };
    if tokio::time::timeout(CLOSING, closed).await.is_err() {
        tracing::warn!("the database was left without a word: it does not answer, or a job still runs");
    }
    Ok(())
}

/// The port, taken but not listened on.
fn bind(at: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Connections of the server before that linger do not keep the next one from starting.
    socket.set_reuseaddr(true)?;
    socket.bind(at)?;
    Ok(socket)
}

/// Says where the server is, how to sign a player in, and how to become its admin while there is none.
async fn greet(app: &App, settings: &Settings) -> Result<()> {
    let address = settings.address(settings.port);
    let place = match settings.database() {
        domain::Database::Sqlite(file) => file.display().to_string(),
        domain::Database::Postgres(_) => "by DATABASE_URL".to_owned(),
    };
    let engine = app.db.engine();
    let device_id = app.random.secret();
    let mut greeting = format!(
        "GameServer {} serves on {address}\n  {engine} ({place})\n\n\
         Sign a player in:\n  \
         curl {address}/api/v1/login/device -H 'content-type: application/json' -d '{{\"device_id\":\"{device_id}\"}}'\n",
        env!("CARGO_PKG_VERSION"),
    );
    if let Some(token) = setup::open(app).await? {
        greeting.push_str("\nMake the first admin, once and within 24 hours:\n");
        writeln!(greeting, "  {address}/users/first-admin?token={token}")?;
    }
    greeting.push('\n');
    // Whoever reads this may have gone: the server serves all the same.
    let _unread = io::stdout().lock().write_all(greeting.as_bytes());
    Ok(())
}
