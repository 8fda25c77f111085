//! How the engines would run statements among many rows.

use domain::db::Db;
use testing::TestDomain;

use crate::people::{guest, run};

/// Twenty thousand players and one, and what these statements make of them. The engine knows of it.
pub(crate) async fn crowd(domain: &TestDomain, and: &[&'static str]) {
    guest(&domain.app, "first").await;
    let players = "insert into users (device_hash, is_guest, created_at, updated_at)
         with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
         select 'crowd-' || n.i, u.is_guest, u.created_at, u.updated_at from n, users u where u.id = 1";
    for &sql in [players].iter().chain(and).chain(&["analyze"]) {
        run(domain, sql).await;
    }
}

/// The plan of a statement of a noun.
pub(crate) async fn plan(domain: &TestDomain, noun: &str, name: &str) -> String {
    domain.app.db.plan(noun, name).await.unwrap().unwrap_or_else(|| panic!("{noun} has no {name}"))
}

/// Fails if one of these statements goes through a whole table. `found` is what their plans call that which was found of
/// one, and may be gone through.
pub(crate) async fn read_no_whole_table(domain: &TestDomain, noun: &str, names: &[&str], found: &[&str]) {
    for name in names {
        let plan = plan(domain, noun, name).await;
        assert_eq!(scans(domain, &plan, found), [""; 0], "{name}:\n{plan}");
    }
}

/// The lines of a plan that go through a whole table, and not only through what was found of it.
fn scans<'a>(domain: &TestDomain, plan: &'a str, found: &[&str]) -> Vec<&'a str> {
    let is_found = |line: &str| {
        let everywhere = ["SCAN counted", "SCAN CONSTANT ROW", "SCAN (subquery"];
        everywhere.iter().chain(found).any(|found| line.starts_with(found))
    };
    let is_scan = |line: &&str| match domain.app.db {
        Db::Sqlite { .. } => line.starts_with("SCAN ") && !is_found(line),
        Db::Postgres(_) => line.contains("Seq Scan"),
    };
    plan.lines().map(str::trim).filter(is_scan).collect()
}

/// Whether a plan sorts what it read, and so reads all of it first.
pub(crate) fn sorts(plan: &str) -> bool {
    plan.contains("TEMP B-TREE") || plan.contains("Sort")
}
