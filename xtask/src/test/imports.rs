//! Who may import whom: the table of ARCHITECTURE.md, held against the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each crate of ours may depend on, for what is shipped.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("app", &["channels", "domain", "wire"]),
    ("channels", &[]),
    ("domain", &["wire"]),
    ("drill", &["channels"]),
    ("frontend", &["app"]),
    ("server", &["app", "channels", "domain", "wire"]),
    ("testing", &["domain", "testing-macros"]),
    ("testing-macros", &[]),
    ("wire", &[]),
    ("xtask", &[]),
];

/// What must not be known where: HTTP and pages to the domain, a database to the skins.
const NEVER: &[(&str, &[&str])] = &[
    ("domain", &["axum", "http", "hyper", "leptos", "mlua", "tower-sessions"]),
    ("channels", &["axum", "sqlx", "leptos"]),
    ("app", &["sqlx"]),
    ("server", &["sqlx"]),
    ("wire", &["axum", "leptos", "tokio"]),
];

/// The dependencies of each crate of ours, those of its tests left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let output = Command::new(env!("CARGO")).args(arguments).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        let shipped = all.filter(|dependency| dependency["kind"] != "dev");
        (text(&package["name"]), shipped.map(|dependency| text(&dependency["name"])).collect())
    };
    metadata["packages"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn crates_import_in_one_direction() {
    let dependencies = dependencies();
    let ours: BTreeSet<_> = dependencies.keys().cloned().collect();
    let listed: BTreeSet<_> = MAY_IMPORT.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(ours, listed, "every crate has its line in the table");
    for (name, allowed) in MAY_IMPORT {
        for import in dependencies[*name].intersection(&ours) {
            assert!(allowed.contains(&import.as_str()), "{name} imports {import}");
        }
    }
    for (name, never) in NEVER {
        for import in *never {
            assert!(!dependencies[*name].contains(*import), "{name} imports {import}");
        }
    }
}
