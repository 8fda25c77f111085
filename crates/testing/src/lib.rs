//! What tests of every crate stand on: a fresh database on either engine, a clock that stands, seeded randomness.

pub mod pictures;
mod redis;

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::DateTime;
use domain::db::Db;
use domain::mail::{self, Posted};
use domain::{App, Argon2Cost, Clock, Config, Database, Delivery, Mail, Random, Scope, Secrets, Storage};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
pub use testing_macros::both_engines;

pub use self::redis::Redis;

/// The two engines every database test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// An embedded file.
    Sqlite,
    /// The server that `GAMESERVER_TEST_POSTGRES` names.
    Postgres,
}

/// What a test under [`both_engines`] takes as its argument.
pub trait Fixture: Sized {
    /// Made anew on an engine.
    fn on(engine: Engine) -> impl Future<Output = Self>;
}

/// The domain on a fresh, migrated database.
pub struct TestDomain {
    /// The application: its clock stands at 2027-01-15 08:00 UTC, its passwords cost next to nothing.
    pub app: App,
    /// Where the database is.
    pub database: Database,
    /// Everything a test writes goes here and goes away with it.
    pub folder: TempDir,
}

impl Fixture for TestDomain {
    async fn on(engine: Engine) -> Self {
        Self::with(engine, config()).await
    }
}

impl TestDomain {
    /// The domain under a configuration of the test's own.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn with(engine: Engine, config: Config) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = match engine {
            Engine::Sqlite => Database::Sqlite(folder.path().join("gameserver.db")),
            Engine::Postgres => Database::Postgres(new_postgres_database().await),
        };
        Self::at(database, folder, config).await
    }

    /// The domain on a database that is there already, empty or not.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn at(database: Database, folder: TempDir, config: Config) -> Self {
        let storage = match config.storage {
            Storage::Folder(_) => Storage::Folder(folder.path().join("storage")),
            elsewhere @ Storage::S3(_) => elsewhere,
        };
        let config = Config { storage, ..config };
        let db = Db::open(&database).await.expect("the database opens");
        db.migrate().await.expect("the database is migrated");
        let random = Random::seeded(1);
        let secrets = Secrets::generate(&random);
        let clock = Clock::frozen(DateTime::from_timestamp(1_800_000_000, 0).expect("a time"));
        let app = App::builder(config).clock(clock).random(random).build(db, &secrets).expect("the keys work");
        Self { app, database, folder }
    }

    /// The first node of several: on PostgreSQL, with a bus.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn node(redis: &Redis) -> Self {
        let redis = domain::bus::Redis { url: redis.url(), prefix: "test".to_owned() };
        Self::with(Engine::Postgres, Config { redis: Some(redis), ..config() }).await
    }

    /// One more node beside this one: on the same database and bus, under the same clock.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn another_node(&self) -> Self {
        let db = Db::open(&self.database).await.expect("the database opens");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { app: self.beside(db), database: self.database.clone(), folder }
    }

    /// The same database, under the configuration of tests as `change` leaves it.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn anew(self, change: impl FnOnce(&mut Config)) -> Self {
        let Self { database, folder, .. } = self;
        let mut config = config();
        change(&mut config);
        Self::at(database, folder, config).await
    }

    /// Another process on the same database, under the same clock.
    ///
    /// # Panics
    /// When the keys cannot be used.
    #[must_use]
    pub fn beside(&self, db: Db) -> App {
        let secrets = Secrets::generate(&Random::seeded(1));
        let builder = App::builder(self.app.config.clone()).clock(self.app.clock.clone()).random(Random::seeded(2));
        builder.build(db, &secrets).expect("the keys work")
    }

    /// The letters to an address, newest last, as they wait in the outbox or were sent.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn letters(&self, to: &str) -> Vec<Posted> {
        mail::letters(&self.app, &Scope::SYSTEM, to).await.expect("the outbox can be read")
    }

    /// The token in the link of the newest letter to an address.
    ///
    /// # Panics
    /// When there is no letter to it, or none with a link.
    pub async fn mailed_token(&self, to: &str) -> String {
        let letter = self.letters(to).await.pop().expect("a letter was posted");
        let link = letter.link.expect("the letter has a link");
        link.rsplit('/').next().expect("the link ends in a token").to_owned()
    }

    /// Rows of a table (or of `table where …`).
    ///
    /// # Panics
    /// When there is no such table.
    pub async fn rows(&self, table: &str) -> i64 {
        let count = AssertSqlSafe(format!("select count(*) from {table}"));
        let (rows,): (i64,) = match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_as(count).fetch_one(&**read).await,
            Db::Postgres(pool) => sqlx::query_as(count).fetch_one(&**pool).await,
        }
        .expect("the table is there");
        rows
    }
}

/// The configuration of tests: the cheapest passwords argon2 knows; addresses must be proven, by letters that are read
/// in the outbox.
#[must_use]
pub fn config() -> Config {
    Config {
        argon2: Argon2Cost { memory_kib: 8, passes: 1 },
        public_url: "https://play.example".to_owned(),
        mail: Mail { delivery: Delivery::Nowhere, from: "noreply@play.example".to_owned(), ..Mail::default() },
        ..Config::default()
    }
}

/// A new, empty database on the test server: its URL.
///
/// # Panics
/// When there is no test server.
pub async fn new_postgres_database() -> String {
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let server = env::var("GAMESERVER_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!("GAMESERVER_TEST_POSTGRES names no PostgreSQL server: `cargo xtask test` starts one and sets it")
    });
    let name = format!("test_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&server).await.expect("the test server answers");
    // A server of one's own may have one from a process of this number, long ago.
    let leftover = AssertSqlSafe(format!("drop database if exists {name}"));
    sqlx::query(leftover).execute(&mut admin).await.expect("an old test database is dropped");
    let create = AssertSqlSafe(format!("create database {name}"));
    sqlx::query(create).execute(&mut admin).await.expect("the test database is made");
    let (base, _) = server.rsplit_once('/').expect("the URL names a database");
    format!("{base}/{name}")
}
