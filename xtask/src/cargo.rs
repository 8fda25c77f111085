//! cargo, started from here.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::run;
use crate::tree::Tree;

/// A cargo whose choices depend on the checkout alone.
pub(crate) fn cargo(tree: &Tree, args: &[&str]) -> Command {
    let mut command = run::program(tree, "cargo");
    command.args(args);
    command
}

/// What one target of a build left behind.
#[derive(Debug, PartialEq)]
pub(crate) struct Artefact {
    /// The file with the wanted ending, wherever this machine's cargo puts it.
    pub(crate) file: PathBuf,
    /// True when cargo found nothing to compile.
    pub(crate) fresh: bool,
}

/// Builds, and names the file of `target` whose path ends in `ending`.
pub(crate) fn build(tree: &Tree, args: &[&str], target: &str, ending: &str) -> Result<Artefact> {
    let built = build_each(tree, args, &[(target, ending)])?;
    built.into_iter().next().context("a build of nothing")
}

/// Builds, and names for each target the file whose path ends as wanted. cargo says where it put it, so neither
/// `CARGO_TARGET_DIR` nor a `build.target-dir` has to be known here.
pub(crate) fn build_each(tree: &Tree, args: &[&str], wanted: &[(&str, &str)]) -> Result<Vec<Artefact>> {
    let mut command = cargo(tree, &["build", "--message-format=json-render-diagnostics"]);
    let mut found: Vec<_> = wanted.iter().map(|_| None).collect();
    let status = run::lines(command.args(args), |line| {
        for ((target, ending), found) in wanted.iter().zip(&mut found) {
            *found = artefact(line, target, ending).or(found.take());
        }
    })?;
    ensure!(status.success(), "cargo build {} failed", args.join(" "));
    let named = wanted.iter().zip(found);
    named
        .map(|((target, ending), found)| {
            found.with_context(|| format!("cargo built no {target} that ends in {ending}"))
        })
        .collect()
}

fn artefact(line: &str, target: &str, ending: &str) -> Option<Artefact> {
    if !line.contains(target) {
        return None; // Hundreds of dependencies: reading them all as JSON would show in every build.
    }
    let message: Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" || message["target"]["name"] != target {
        return None;
    }
    let files = message["filenames"].as_array()?;
    let file = files.iter().filter_map(Value::as_str).find(|file| file.ends_with(ending))?;
    Some(Artefact { file: file.into(), fresh: message["fresh"] == true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_found_among_the_files_of_its_target() {
        let line = r#"{"reason":"compiler-artifact","target":{"name":"frontend"},
            "filenames":["/t/libfrontend.rlib","/t/frontend.wasm"],"fresh":true}"#;
        let found = artefact(line, "frontend", ".wasm");
        assert_eq!(found, Some(Artefact { file: "/t/frontend.wasm".into(), fresh: true }));
        assert_eq!(artefact(line, "gameserver", "/gameserver"), None);
    }

    #[test]
    fn other_lines_are_passed_over() {
        assert_eq!(artefact("frontend, not JSON", "frontend", ".wasm"), None);
        assert_eq!(artefact(r#"{"reason":"build-finished","frontend":1}"#, "frontend", ".wasm"), None);
    }
}
