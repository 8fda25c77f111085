use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::db::{self, Db};
use domain::{Connections, Database};
use testing::{TestDomain, both_engines};

#[both_engines]
async fn every_statement_is_understood(domain: TestDomain) {
    assert_eq!(domain.app.db.refused_statements().await, Vec::<String>::new());
}

#[both_engines]
async fn migrating_twice_changes_nothing(domain: TestDomain) {
    domain.app.db.migrate().await.unwrap();
}

#[both_engines]
async fn several_processes_may_migrate_one_new_database_at_once(domain: TestDomain) {
    // One that nobody has migrated yet, opened anew by each, as processes do.
    let database = new(&domain).await;
    let start = async || {
        let db = Db::open(&database).await.unwrap();
        db.migrate().await.map_err(|error| error.to_string())
    };
    let started = tokio::join!(start(), start(), start(), start());
    assert_eq!(started, (Ok(()), Ok(()), Ok(()), Ok(())));
}

#[both_engines]
async fn a_database_says_whether_it_has_every_migration(domain: TestDomain) {
    assert!(domain.app.db.is_migrated().await.unwrap());
    let db = Db::open(&new(&domain).await).await.unwrap();
    assert!(!db.is_migrated().await.unwrap());
    db.migrate().await.unwrap();
    assert!(db.is_migrated().await.unwrap());
    db.close().await;
    assert!(db.is_migrated().await.is_err());
}

#[both_engines]
async fn no_more_connections_are_held_than_was_said(domain: TestDomain) {
    let few = Connections { postgres: 3, sqlite_readers: 2 };
    let most = match Db::open_with(&domain.database, few).await.unwrap() {
        Db::Sqlite { read, write, .. } => (read.options().get_max_connections(), write.options().get_max_connections()),
        Db::Postgres(pool) => (pool.options().get_max_connections(), 1),
    };
    let expected = if matches!(domain.database, Database::Sqlite(_)) { (2, 1) } else { (3, 1) };
    assert_eq!(most, expected);
}

#[both_engines]
async fn a_checkup_tells_what_a_start_would_do_and_changes_nothing(domain: TestDomain) {
    let found = db::checkup(&domain.database).await.unwrap().unwrap();
    assert_eq!((found.pending, found.foreign, found.is_writable), (0, 0, true));
    assert!(found.version.starts_with(|first: char| first.is_ascii_digit()), "{found:?}");

    let new = new(&domain).await;
    let found = db::checkup(&new).await.unwrap();
    match &new {
        Database::Sqlite(path) => assert!(found.is_none() && !path.exists()),
        Database::Postgres(_) => {
            let found = found.unwrap();
            assert!(found.pending > 0 && found.clock.is_some(), "{found:?}");
            assert_eq!(db::checkup(&new).await.unwrap().unwrap().pending, found.pending);
        }
    }
}

#[both_engines]
async fn a_checkup_notices_the_tables_of_a_newer_version(domain: TestDomain) {
    let db = &domain.app.db;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 select 9999, 'newer', success, checksum, 0 from _sqlx_migrations where version = 1";
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::query(newer).execute(&**write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(newer).execute(&**pool).await.unwrap()),
    }
    let found = db::checkup(&domain.database).await.unwrap().unwrap();
    assert_eq!((found.pending, found.foreign), (0, 1));
}

/// An empty database of the same engine.
async fn new(domain: &TestDomain) -> Database {
    match &domain.database {
        Database::Sqlite(path) => Database::Sqlite(path.with_file_name("new.db")),
        Database::Postgres(_) => Database::Postgres(testing::new_postgres_database().await),
    }
}
#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(engine);
        let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        names.collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}
