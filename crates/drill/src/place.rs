//! Where a drill keeps its server's data.

use std::env;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// Lines of a server's log that are shown after a failure.
const TOLD: usize = 5;

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A database on the server that `GAMESERVER_TEST_POSTGRES` names.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A data folder and a database, fresh and of one drill only. The folder goes away with it.
pub(crate) struct Place {
    folder: TempDir,
    url: Option<String>,
    mail: Option<SocketAddr>,
    settings: Vec<(&'static str, String)>,
}

impl Place {
    /// A new one.
    pub(crate) async fn fresh(engine: Engine, databases: &Databases) -> Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the data")?;
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(databases.create().await?),
        };
        Ok(Self { folder, url, mail: None, settings: Vec::new() })
    }

    /// The server's data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The SQLite file, which is made by the server.
    pub(crate) fn file(&self) -> PathBuf {
        self.data().join("gameserver.db")
    }

    /// The PostgreSQL database, if that is where the data is.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Its servers send mail by this mail server from now on.
    pub(crate) fn mails_by(&mut self, server: SocketAddr) {
        self.mail = Some(server);
    }

    /// The mail server of its servers, if they have one.
    pub(crate) fn mail(&self) -> Option<SocketAddr> {
        self.mail
    }

    /// Its servers have this setting from now on, by its variable.
    pub(crate) fn set(&mut self, variable: &'static str, value: &str) {
        self.settings.push((variable, value.to_owned()));
    }

    /// The settings of its servers, by their variables.
    pub(crate) fn settings(&self) -> &[(&'static str, String)] {
        &self.settings
    }

    /// A folder to work in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the servers of this place complained about.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// Hands the outcome on; when it is a failure, what the servers complained about last is shown before it.
    pub(crate) fn told<T>(&self, outcome: Result<T>) -> Result<T> {
        if outcome.is_err() {
            let log = std::fs::read_to_string(self.log()).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            for line in &lines[lines.len().saturating_sub(TOLD)..] {
                eprintln!("server: {line}");
            }
        }
        outcome
    }

    /// No server of this place has met with what it had not expected.
    pub(crate) fn check_log(&self) -> Result<()> {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        match log.lines().find(|line| line.contains("ERROR") || line.contains("panicked")) {
            Some(line) => bail!("the server's log: expected no error, found {line}"),
            None => Ok(()),
        }
    }
}

/// Every PostgreSQL database that was made, to be dropped in the end.
#[derive(Default)]
pub(crate) struct Databases(Mutex<Vec<String>>);

impl Databases {
    async fn create(&self) -> Result<String> {
        let server = server()?;
        let mut admin = PgConnection::connect(&server).await.context("GAMESERVER_TEST_POSTGRES")?;
        let name = {
            let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let name = format!("drill_{}_{}", std::process::id(), names.len());
            names.push(name.clone());
            name
        };
        sqlx::query(AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await?;
        let (base, _) = server.rsplit_once('/').context("GAMESERVER_TEST_POSTGRES names no database")?;
        Ok(format!("{base}/{name}"))
    }

    /// Drops all of them, whoever is still connected.
    pub(crate) async fn drop_all(&self) {
        let names = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if names.is_empty() {
            return;
        }
        let Ok(server) = server() else { return };
        let Ok(mut admin) = PgConnection::connect(&server).await else { return };
        for name in names {
            let drop = AssertSqlSafe(format!("drop database if exists {name} with (force)"));
            if let Err(error) = sqlx::query(drop).execute(&mut admin).await {
                eprintln!("the database {name} was left behind: {error}");
            }
        }
    }
}

/// The PostgreSQL server, by its own database.
pub(crate) fn server() -> Result<String> {
    let what = "GAMESERVER_TEST_POSTGRES names no PostgreSQL server: `cargo xtask drill` starts one and sets it; or \
                choose --engine sqlite";
    env::var("GAMESERVER_TEST_POSTGRES").ok().context(what)
}
