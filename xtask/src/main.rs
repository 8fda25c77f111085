//! `cargo xtask serve | build | test | drill | bench`: the set-up, the build and the checks of the project, in one place
//! and in Rust, so that a fresh machine needs nothing but rustup, Node and this command. Every step looks first whether
//! there is anything to do.

mod bench;
mod cargo;
mod drill;
mod need;
mod run;
mod say;
mod serve;
mod site;
mod stop;
mod test;
mod tree;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::tree::{Mode, Tree};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Builds, starts and checks GameServer", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build what is missing and start the server in the foreground
    Serve {
        /// The artefacts that are shipped: optimised, compressed, minutes slower to build
        #[arg(long)]
        release: bool,
        /// Arguments for `gameserver serve`, after `--`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Build the site and the server that carries it
    Build {
        /// The artefacts that are shipped: optimised, compressed, minutes slower to build
        #[arg(long)]
        release: bool,
    },
    /// Run every check and every test; the last line says how many passed and failed
    Test {
        /// Leave out the tests that need a browser
        #[arg(long)]
        skip_browser: bool,
        /// Run one part only
        #[arg(long, value_enum, value_name = "NAME")]
        only: Option<test::Part>,
    },
    /// Long races, kill loops and many sockets against a real server, on both databases; docs/drills.md
    Drill {
        /// races, kill, refresh, timing, sockets, cuts, nodes, storm, idle or openapi, and its options; `help` tells them
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Figures of an optimised server: `bench`, `cost`, `fanout` or `start`; docs/performance.md
    Bench {
        /// Options of the measurements; `--help` after `--` tells them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    match execute(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // One line, whatever RUST_BACKTRACE says: who builds the project did not write this program.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> Result<ExitCode> {
    stop::watch()?;
    let tree = Tree::here();
    run::warn_of_foreign_flags();
    match command {
        Command::Serve { release, args } => serve::serve(&tree, Mode::of(release), &args).map(|never| match never {}),
        Command::Build { release } => {
            site::build(&tree, Mode::of(release))?;
            serve::build(&tree, Mode::of(release))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Test { skip_browser, only } => Ok(test::test(&tree, skip_browser, only)),
        Command::Drill { args } => drill::drill(&tree, &args),
        Command::Bench { args } => bench::bench(&tree, &args),
    }
}
