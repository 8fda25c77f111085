use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::Database;
use domain::db::Db;
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
