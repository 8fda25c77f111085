//! The server: compiled after the site it embeds, then started in the place of this program.

use std::convert::Infallible;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::tree::{Mode, Tree};
use crate::{cargo, run, say, site};

/// Compiles the server and names its binary.
pub(crate) fn build(tree: &Tree, mode: Mode) -> Result<PathBuf> {
    let first = if mode == Mode::Dev { "about 5 minutes" } else { "about 12 minutes" };
    say::step(tree, &format!("Compile the server ({})", mode.server_profile()), first, || {
        let args = ["--package", "server", "--bin", "gameserver", "--profile", mode.server_profile()];
        Ok(cargo::build(tree, &args, "gameserver", "/gameserver")?.file)
    })
}

/// Builds everything and becomes the server. There is one process then, so Ctrl-C and every other signal reach it
/// directly, and nothing is left behind when it ends.
pub(crate) fn serve(tree: &Tree, mode: Mode, args: &[String]) -> Result<Infallible> {
    if mode == Mode::Dev {
        let text =
            "The first start fetches and compiles everything: about 7 minutes on two cores. Later ones take seconds.";
        say::first_time(tree, text);
    }
    site::build(tree, mode)?;
    let binary = build(tree, mode)?;
    say::title("Start the server");
    let mut server = run::program(tree, &binary);
    let error = server.arg("serve").args(args).stdin(Stdio::inherit()).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}
