//! The parts themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Part;
use super::postgres::Postgres;
use super::tally::Tally;
use crate::cargo::{self, cargo};
use crate::tree::Tree;
use crate::{need, run, say};

/// Crates that would put a second TLS library beside ring, or need one of the system's.
const UNWANTED: [&str; 3] = ["aws-lc-sys", "native-tls", "openssl-sys"];

/// What is compiled and tested in one go. Not `frontend`, which would switch `hydrate` on beside `ssr`; and this
/// program apart from the rest, as `cargo xtask` itself builds it, or its heavy dependencies would be compiled twice.
const CRATES: [&str; 5] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask"];

/// Compiles the server together with the tests and names its binary. A server compiled alone would have other
/// features in the crates below it (tests ask for more), so half of everything would be compiled a second time.
pub(super) fn compile(tree: &Tree) -> Result<PathBuf> {
    say::step(tree, "Compile the server and the tests", "about 6 minutes", || {
        let args = [CRATES.as_slice(), &["--bins", "--tests"]].concat();
        Ok(cargo::build(tree, &args, "gameserver", "/gameserver")?.file)
    })
}

/// Does one part; its tests are added to the sum.
pub(super) fn run(tree: &Tree, part: Part, binary: Option<&Path>, sum: &mut Tally) -> Result<()> {
    match part {
        Part::Format => format(tree),
        Part::Lock => lock(tree),
        Part::Lint => lint(tree),
        Part::Rust => rust(tree, sum),
        Part::Browser => browser(tree, binary.context("there is no server to test")?, sum),
    }
}

fn format(tree: &Tree) -> Result<()> {
    need::component(tree, "rustfmt", "fmt")?;
    say::step(tree, "Check the format", "", || run::wait(&mut cargo(tree, &["fmt", "--all", "--check"])))
}

fn lock(tree: &Tree) -> Result<()> {
    say::step(tree, "Check Cargo.lock for unwanted crates", "", || {
        let lock = fs::read_to_string(tree.join("Cargo.lock")).context("cannot read Cargo.lock")?;
        let found = unwanted(&lock);
        ensure!(found.is_empty(), "Cargo.lock holds {}; every TLS here is rustls with ring", found.join(", "));
        Ok(())
    })
}

fn unwanted(lock: &str) -> Vec<&'static str> {
    UNWANTED.into_iter().filter(|name| lock.lines().any(|line| line == format!("name = \"{name}\""))).collect()
}

/// Both halves are linted even when the first has something to say. `-D warnings` goes to clippy and not into
/// RUSTFLAGS, which would replace the flags of `.cargo/config.toml` and compile everything a second time.
fn lint(tree: &Tree) -> Result<()> {
    need::component(tree, "clippy", "clippy")?;
    need::wasm_target(tree)?;
    let deny = ["--", "-D", "warnings"];
    let host = say::step(tree, "Lint what runs on this machine", "about 2 minutes", || {
        let args = ["clippy", "--workspace", "--exclude", "frontend", "--all-targets", "--keep-going"];
        run::wait(cargo(tree, &args).args(deny))
    });
    let wasm = say::step(tree, "Lint what runs in the browser", "about 40 s", || {
        let packages = ["clippy", "--package", "frontend", "--package", "app", "--package", "channels"];
        let features = ["--features", "app/hydrate,channels/client", "--target", need::WASM];
        run::wait(cargo(tree, &packages).args(features).args(deny))
    });
    host.and(wasm)
}

/// One run over all crates, in which `server` switches on everything those below it can do, and one over this program.
fn rust(tree: &Tree, sum: &mut Tally) -> Result<()> {
    let postgres = say::step(tree, "Start a private PostgreSQL", "", || Postgres::start(tree))?;
    say::step(tree, "Run the tests written in Rust", "", || {
        let all = [["test", "--no-fail-fast"].as_slice(), &CRATES].concat();
        let all = count(cargo(tree, &all).env("GAMESERVER_TEST_POSTGRES", postgres.url()), sum);
        let own = count(&mut cargo(tree, &["test", "--package", "xtask"]), sum);
        all.and(own)
    })
}

fn browser(tree: &Tree, binary: &Path, sum: &mut Tally) -> Result<()> {
    let specs = specs(&tree.join("end2end"))?;
    ensure!(!specs.is_empty(), "end2end holds no file named *.spec.mjs");
    // Those of several nodes need one as well.
    let postgres = say::step(tree, "Start a private PostgreSQL", "", || Postgres::start(tree))?;
    say::step(tree, "Run the tests in the browser", "", || {
        let mut node = run::program(tree, "node");
        // The reporter is named because its default differs between terminals and files and between versions.
        node.args(["--test", "--test-reporter=spec"]).args(specs);
        node.env("GAMESERVER_BIN", keep(tree, binary)?);
        node.env("GAMESERVER_TEST_POSTGRES", postgres.url());
        node.env("CHROMIUM", need::chromium().context("Chromium is not installed")?);
        count(&mut node, sum)
    })
}

/// Runs tests, shows what they print and adds up how they ended. A run in which there was no test at all proves
/// nothing: with a filter or a moved folder it would pass for ever.
fn count(tests: &mut Command, sum: &mut Tally) -> Result<()> {
    let before = sum.clone();
    let status = run::lines(tests, |line| {
        say::line(line);
        sum.read(line);
    })?;
    ensure!(status.success(), "{} failed", run::name(tests));
    ensure!(*sum != before, "{} ran not a single test", run::name(tests));
    Ok(())
}

/// The specs by name, since older Nodes run every file of a folder as a test and newer ones take no folder at all.
fn specs(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut specs = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".spec.mjs") {
            specs.push(path);
        }
    }
    specs.sort();
    Ok(specs)
}

/// A second name for the binary inside the checkout: in a shared target folder another checkout may put its own in
/// the place of the first while the browser is still at work.
fn keep(tree: &Tree, binary: &Path) -> Result<PathBuf> {
    let kept = tree.scratch("gameserver");
    let _ = fs::remove_file(&kept);
    if fs::hard_link(binary, &kept).is_err() {
        fs::copy(binary, &kept).with_context(|| format!("cannot copy {}", binary.display()))?;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_unwanted() {
        assert!(unwanted("name = \"openssl-probe\"\nname = \"ring\"\n").is_empty());
        assert_eq!(unwanted("name = \"native-tls\"\n"), ["native-tls"]);
    }

    #[test]
    fn specs_are_the_files_named_so_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.spec.mjs", "a.spec.mjs", "browser.mjs"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names = specs(folder.path()).unwrap();
        assert_eq!(names, [folder.path().join("a.spec.mjs"), folder.path().join("b.spec.mjs")]);
    }
}
