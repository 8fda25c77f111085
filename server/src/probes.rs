//! What whoever runs the server asks it: whether the process lives, and whether requests should be sent here. Neither
//! asks who asks, counts the asking, or waits for anything but its own second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use domain::bus;
use domain::db::Db;
use serde_json::json;
use tokio::sync::Mutex;
use wire::{Readiness, ReadinessChecks};

use crate::error;
use crate::router::Server;

/// How long the database may take to answer.
const DATABASE: Duration = Duration::from_secs(1);
/// How long its answer serves whoever else asks: anybody may, as often as they like.
const KEPT: Duration = Duration::from_millis(250);

/// Whether the server is on its way out. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Leaving(Arc<AtomicBool>);

impl Leaving {
    /// From now on `/readyz` says that no more requests should be sent here.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// `/livez` and `/readyz`.
pub(crate) fn routes() -> Router<Server> {
    Router::new().route("/livez", get(livez)).route("/readyz", get(readyz))
}

/// The process answers. A database that is away is no reason to start it anew.
async fn livez() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

async fn readyz(State(server): State<Server>) -> impl IntoResponse {
    let is_migrated = server.database.ask(&server.app.db).await;
    let is_leaving = server.leaving.has_begun();
    let is_ready = is_migrated == Some(true) && !is_leaving;
    let (database, migrations) = match is_migrated {
        Some(true) => ("ok", "ok"),
        Some(false) => ("ok", "missing"),
        None => ("unreachable", "unknown"),
    };
    let checks = ReadinessChecks {
        database: database.to_owned(),
        migrations: migrations.to_owned(),
        // No reason to send requests elsewhere: the other nodes are as alone as this one.
        redis: bus::numbers(&server.app).map(|bus| if bus.is_up { "ok" } else { "unreachable" }.to_owned()),
        serving: if is_leaving { "leaving" } else { "ok" }.to_owned(),
    };
    let status = if is_ready { "ready" } else { "not_ready" }.to_owned();
    let code = if is_ready { StatusCode::OK } else { error::NOT_READY };
    (code, Json(Readiness { status, checks }))
}

/// What the database said last.
#[derive(Clone, Default)]
pub(crate) struct LastWord(Arc<Mutex<Option<Word>>>);

/// Whether the database has all migrations; nothing when it did not answer in time.
#[derive(Clone, Copy)]
struct Word {
    is_migrated: Option<bool>,
    said_at: Instant,
}

impl LastWord {
    /// Whether the database has all migrations; nothing when it does not answer in time. One asks at a time, and whoever
    /// waited takes that answer.
    async fn ask(&self, db: &Db) -> Option<bool> {
        let mut last = self.0.lock().await;
        if let Some(word) = last.filter(|word| word.said_at.elapsed() < KEPT) {
            return word.is_migrated;
        }
        let is_migrated = tokio::time::timeout(DATABASE, db.is_migrated()).await.ok().and_then(Result::ok);
        *last = Some(Word { is_migrated, said_at: Instant::now() });
        is_migrated
    }
}
