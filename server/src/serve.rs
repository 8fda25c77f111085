//! Starting the server, and telling whoever started it what to do next.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use domain::db::Db;
use domain::{App, Random, Secrets, setup};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::{Limits, Server, Settings, metrics, router};

/// How long open requests are waited for when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// The application on its database, migrated.
///
/// # Errors
/// A data folder, secret or database that cannot be used.
pub async fn open(settings: &Settings) -> Result<App> {
    let random = Random::system();
    let secrets = Secrets::load_or_create(&settings.data.join("secrets"), &random)?;
    let db = Db::open(&settings.database()).await.context("The database cannot be opened")?;
    db.migrate().await?;
    Ok(App::builder(settings.config()).random(random).build(db, &secrets)?)
}

/// Serves until it is told to stop.
///
/// # Errors
/// What [`open`] refuses, and a port that is taken.
pub async fn serve(settings: Settings) -> Result<()> {
    let app = open(&settings).await?;
    // Before anybody is told that the server is there: a signal must find it ready to stop in order.
    let stopped = stopped()?;
    let at = SocketAddr::new(settings.host, settings.port);
    let listener = TcpListener::bind(at)
        .await
        .with_context(|| format!("Port {} is taken or not allowed. Choose another with --port", settings.port))?;
    let port = listener.local_addr()?.port();
    greet(&app, &settings, port).await?;

    let history = tokio::spawn(metrics::keep_history(app.clone()));
    let (go_away, going_away) = watch::channel(false);
    let mut stopping = going_away.clone();
    let server = Server::new(app.clone(), Limits::default(), settings.secure_cookies(), going_away);
    let service = router(server).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        stopped.await;
        tracing::info!("stopping: no new requests, open ones are finished");
        go_away.send_replace(true);
    });
    // A request that never ends must not keep the server from ending.
    let too_long = async {
        let _stopping = stopping.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        done = serving.into_future() => done?,
        () = too_long => tracing::warn!("some requests were given up"),
    }
    sockets_closed(&app).await;
    history.abort();
    app.db.close().await;
    Ok(())
}

/// Waits until every socket has been told to come back elsewhere, for two seconds at most.
async fn sockets_closed(app: &App) {
    for _ in 0..40 {
        if app.online.sockets() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Says where the server is, how to sign a player in, and how to become its admin while there is none.
async fn greet(app: &App, settings: &Settings, port: u16) -> Result<()> {
    let address = settings.address(port);
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

/// Listens for the signals to stop from now on, and waits for one.
fn stopped() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
