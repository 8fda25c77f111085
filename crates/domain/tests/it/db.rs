use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use testing::{TestDomain, both_engines};

#[both_engines]
async fn every_statement_is_understood(domain: TestDomain) {
    assert_eq!(domain.app.db.refused_statements().await, Vec::<String>::new());
}

#[both_engines]
async fn migrating_twice_changes_nothing(domain: TestDomain) {
    domain.app.db.migrate().await.unwrap();
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
