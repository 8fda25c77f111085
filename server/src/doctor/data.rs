//! What the server keeps: its keys and its database.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{Database, Secrets, db};

use super::{Finding, fail, ok};
use crate::settings::Settings;

/// How long a database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the keys are there or can be made, and nobody else can read them.
pub(super) fn secrets(settings: &Settings) -> Finding {
    const WHAT: &str = "secrets";
    let folder = settings.secrets_folder();
    match Secrets::missing(&folder, &settings.given_secrets()) {
        Ok(missing) if missing.is_empty() => ok(WHAT, "all there, and only their owner may read them"),
        Ok(missing) => ok(WHAT, format!("the first start makes {} in {}", missing.join(" and "), folder.display())),
        Err(error) => fail(WHAT, error.to_string()),
    }
}

/// How the database is, and what its clock says.
pub(super) async fn database(settings: &Settings) -> (Finding, Option<DateTime<Utc>>) {
    const WHAT: &str = "database";
    let database = settings.database();
    let (engine, cure) = match &database {
        Database::Sqlite(_) => ("SQLite", "look at its file in the data folder, or restore it"),
        Database::Postgres(_) => ("PostgreSQL", "see that it runs, and that DATABASE_URL is right"),
    };
    let found = match tokio::time::timeout(PATIENCE, db::checkup(&database)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return (fail(WHAT, format!("{engine} cannot be opened ({error}): {cure}")), None),
        Err(_) => return (fail(WHAT, format!("{engine} did not answer within 5 s: {cure}")), None),
    };
    let Some(found) = found else { return (ok(WHAT, format!("the first start makes it, on {engine}")), None) };
    let version = format!("{engine} {}", found.version);
    let finding = if found.foreign > 0 {
        fail(WHAT, format!("{version}: another version of the server made its tables; start that or a newer one"))
    } else if !found.is_writable {
        fail(WHAT, format!("{version} may only be read: give the server's user the right to write"))
    } else if found.pending > 0 {
        ok(WHAT, format!("{version}, writable; the next start brings its tables up to date ({} steps)", found.pending))
    } else {
        ok(WHAT, format!("{version}, writable, up to date"))
    };
    (finding, found.clock)
}
