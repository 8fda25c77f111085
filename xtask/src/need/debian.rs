//! What the tests need from Debian's packages: a browser, a font for it, Postgres, and Redis.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::tree::Tree;
use crate::{run, say};

/// The browser: the one named by `CHROMIUM`, or Debian's.
pub(crate) fn chromium() -> Option<PathBuf> {
    match env::var_os("CHROMIUM") {
        Some(path) => Some(path.into()),
        None => on_path("chromium"),
    }
}

/// The folder with `initdb` and `postgres`: Debian keeps one for each version and none of them on the path.
pub(crate) fn postgres() -> Option<PathBuf> {
    let debian = (15..30).rev().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    debian.into_iter().chain(env::split_paths(&env::var_os("PATH")?)).find(|folder| folder.join("initdb").is_file())
}

/// Fetches what is missing: as root with apt-get, otherwise it says which command does.
pub(crate) fn for_tests(tree: &Tree, browser: bool) -> Result<()> {
    let mut missing = Vec::new();
    if postgres().is_none() {
        missing.push("postgresql-15");
    }
    if on_path("redis-server").is_none() {
        missing.push("redis-server");
    }
    if browser && chromium().is_none_or(|path| !path.is_file()) {
        missing.push("chromium");
    }
    // Without any font Chromium draws no text, and widths in the browser tests would mean nothing.
    if browser && !Path::new("/usr/share/fonts/truetype").is_dir() {
        missing.push("fonts-dejavu-core");
    }
    if missing.contains(&"chromium") && env::var_os("CHROMIUM").is_some() {
        bail!("CHROMIUM names no file; the browser tests start it; correct the variable, or unset it to use Debian's");
    }
    install(tree, &missing)
}

/// The module that makes a folder of Python's own for a program and what it depends on: Debian keeps it apart.
pub(crate) fn for_python(tree: &Tree) -> Result<()> {
    let works = run::read(run::program(tree, "python3").args(["-c", "import ensurepip, venv"])).is_ok();
    if works { Ok(()) } else { install(tree, &["python3-venv"]) }
}

fn install(tree: &Tree, missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let all = missing.join(" ");
    let by_hand = format!("apt-get install -y --no-install-recommends {all}");
    if on_path("apt-get").is_none() {
        bail!("this needs {all} (names of Debian's packages), and there is no apt-get here; install them by hand");
    }
    if run::read(run::program(tree, "id").arg("-u"))? != "0" {
        bail!("this needs {all}, and only root may install packages; run `sudo {by_hand}`");
    }
    say::step(tree, &format!("Install {all} from Debian's packages"), "about 1 minute", || {
        let why = format!("this needs {all}; see apt's message above and try again");
        // One source of many may be out of reach without harm; if it matters, the installation says so.
        let _ = run::wait(&mut apt(tree, &["update", "-q"]));
        let install = ["install", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];
        run::wait_for(apt(tree, &install).args(missing), &why)
    })
}

fn apt(tree: &Tree, args: &[&str]) -> Command {
    let mut apt = run::program(tree, "apt-get");
    apt.args(args).env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}
