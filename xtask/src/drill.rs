//! `cargo xtask drill`: long races, kill loops and many sockets against a real server. They take too long for every
//! change, so they are run by hand; docs/drills.md has what came of them.

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::test::Postgres;
use crate::tree::{Mode, Tree};
use crate::{cargo, need, run, say, serve, site};

/// The PostgreSQL server to drill on, in place of a private one.
const OWN_POSTGRES: &str = "GAMESERVER_TEST_POSTGRES";

/// Drills that weigh or time the server, which an unoptimised one would make nothing of.
const WEIGH: [&str; 2] = ["idle", "storm"];

/// Runs drills with these arguments, against the server as it is built for work, or as it is shipped where it is weighed.
pub(crate) fn drill(tree: &Tree, args: &[String]) -> Result<ExitCode> {
    let weighs = args.iter().any(|drill| WEIGH.contains(&drill.as_str()));
    hold(tree, Mode::of(weighs), args)
}

/// Builds the server and the drills, sees to a PostgreSQL, and hands over. The drills start servers as they need them.
pub(crate) fn hold(tree: &Tree, mode: Mode, args: &[String]) -> Result<ExitCode> {
    let own = env::var(OWN_POSTGRES).is_ok_and(|url| !url.is_empty());
    if !own {
        need::for_tests(tree, false)?;
    }
    site::build(tree, mode)?;
    let server = serve::build(tree, mode)?;
    let mut drills = run::program(tree, build(tree, mode)?);
    drills.args(args).env("GAMESERVER_BIN", server);
    if args.iter().any(|drill| drill == "openapi") {
        drills.env("SCHEMATHESIS", need::schemathesis(tree)?);
    }
    if own {
        return wait(&mut drills);
    }
    let postgres = say::step(tree, "Start a private PostgreSQL", "", || Postgres::start(tree))?;
    wait(drills.env(OWN_POSTGRES, postgres.url()))
}

fn build(tree: &Tree, mode: Mode) -> Result<PathBuf> {
    say::step(tree, "Compile the drills", "about 1 minute", || {
        let args = ["--package", "drill", "--profile", mode.server_profile()];
        Ok(cargo::build(tree, &args, "drill", "/drill")?.file)
    })
}

/// Waits for the drills, which say themselves what went wrong.
fn wait(drills: &mut Command) -> Result<ExitCode> {
    say::title("Drill");
    let status = drills.status().with_context(|| format!("cannot start {}", run::name(drills)))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
