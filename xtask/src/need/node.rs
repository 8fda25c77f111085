//! Node and the packages of `package.json`: the style sheet, icons, fonts, and what the tests drive.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};

use anyhow::{Context, Result, bail};

use crate::tree::Tree;
use crate::{run, say};

/// The first release line every package here works with.
const OLDEST: u32 = 20;

/// Installs the packages, if `package.json` or its lock changed since that was last done.
pub(crate) fn packages(tree: &Tree) -> Result<()> {
    let stamp = tree.join("node_modules/.gameserver-stamp");
    if fs::read_to_string(&stamp).is_ok_and(|old| wanted(tree).is_ok_and(|now| old == now)) {
        return Ok(());
    }
    node(tree)?;
    say::step(tree, "Fetch the npm packages (style sheet, icons, fonts, test tools)", "about 10 s", || {
        // Not `npm ci`: it refuses a lock that leaves out packages made for other systems.
        let npm = run::program(tree, "npm").args(["i", "--no-audit", "--no-fund"]).output()?;
        if !npm.status.success() {
            let said = complaint(&String::from_utf8_lossy(&npm.stderr));
            bail!(
                "npm cannot fetch the packages ({said}); the style sheet, icons and fonts are made of them; try again when its registry is in reach"
            );
        }
        // npm may have completed the lock, so the stamp is taken afterwards.
        fs::write(&stamp, wanted(tree)?).context("cannot write into node_modules")
    })
}

/// The one line of npm's page that says what was wrong.
fn complaint(page: &str) -> String {
    let lines = page.lines().filter_map(|line| line.strip_prefix("npm error "));
    let mut telling = lines.filter(|line| !["code ", "errno ", "syscall "].iter().any(|dull| line.starts_with(dull)));
    telling.next().unwrap_or("it does not say why").to_owned()
}

/// Node, new enough, or a line that says so.
fn node(tree: &Tree) -> Result<()> {
    let Ok(version) = run::read(run::program(tree, "node").arg("--version")) else {
        bail!("Node is not installed; it makes the style sheet; install Node {OLDEST} or newer, with npm");
    };
    if major(&version).is_none_or(|major| major < OLDEST) {
        bail!("Node {version} is too old to make the style sheet; install Node {OLDEST} or newer");
    }
    if run::read(run::program(tree, "npm").arg("--version")).is_err() {
        bail!("npm is not installed; it fetches what makes the style sheet; install it beside Node");
    }
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Both files in one number. A clash would only skip an installation, and takes 2^64 tries.
fn wanted(tree: &Tree) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(tree.join("package.json")).context("cannot read package.json")?.hash(&mut hasher);
    fs::read(tree.join("package-lock.json")).unwrap_or_default().hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_npm_complains_the_telling_line_is_kept() {
        let page = "npm warn old\nnpm error code E404\nnpm error 404 Not Found: nope@1.0.0\nnpm error 404\n";
        assert_eq!(complaint(page), "404 Not Found: nope@1.0.0");
        assert_eq!(complaint(""), "it does not say why");
    }

    #[test]
    fn the_version_is_read_as_node_prints_it() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
