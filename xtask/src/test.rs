//! `cargo xtask test`: everything that has to be true before a change is taken. A part that fails does not stop the
//! others, so one run tells all there is to mend; the last line is the sum.

#[cfg(test)]
mod imports;
mod parts;
mod postgres;
mod tally;

use std::process::ExitCode;

use clap::ValueEnum;

pub(crate) use self::postgres::Postgres;
use self::tally::Tally;
use crate::say;
use crate::tree::{Mode, Tree};
use crate::{need, site};

/// One part of the checks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// rustfmt finds nothing to change
    Format,
    /// Cargo.lock holds no second TLS library
    Lock,
    /// clippy, for this machine and for WebAssembly
    Lint,
    /// the tests written in Rust, on both databases
    Rust,
    /// the tests of `end2end` in Chromium
    Browser,
}

impl Part {
    /// Whether it looks at the built site or the built server.
    fn needs_build(self) -> bool {
        matches!(self, Self::Rust | Self::Browser)
    }
}

/// Runs the parts asked for and prints the sum as the last line.
pub(crate) fn test(tree: &Tree, skip_browser: bool, only: Option<Part>) -> ExitCode {
    let wanted = |part| only.is_none_or(|only| only == part) && !(skip_browser && part == Part::Browser);
    let mut parts: Vec<Part> = Part::value_variants().iter().copied().filter(|part| wanted(*part)).collect();

    if only.is_none() {
        say::first_time(tree, "The first run compiles everything, for two targets: about 15 minutes on two cores.");
    }
    let mut sum = Tally::default();
    let mut failed = Vec::new();
    let mut binary = None;
    if parts.iter().any(|part| part.needs_build()) {
        // Before the minutes of building: what cannot be had is better known at once.
        if let Err(error) = need::for_tests(tree, parts.contains(&Part::Browser)) {
            fail("set-up", &error, &mut sum, &mut failed);
            parts.clear();
        }
    }
    for part in parts {
        if part.needs_build() && binary.is_none() {
            match site::build(tree, Mode::Dev).and_then(|()| parts::compile(tree)) {
                Ok(built) => binary = Some(built),
                Err(error) => {
                    // Every test needs this, so there is nothing left to run.
                    fail("build", &error, &mut sum, &mut failed);
                    break;
                }
            }
        }
        let before = sum.failed;
        let outcome = parts::run(tree, part, binary.as_deref(), &mut sum);
        if let Err(error) = outcome {
            let name = part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
            if sum.failed > before {
                // Its failed tests are in the sum already.
                sum.failed -= 1;
            }
            fail(&name, &error, &mut sum, &mut failed);
        }
    }
    if !failed.is_empty() {
        say::line(format_args!("failed: {}", failed.join(", ")));
    }
    say::line(&sum);
    if failed.is_empty() && sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A part that fails without a failed test counts as one, so that "0 failed" means what it says.
fn fail(name: &str, error: &anyhow::Error, sum: &mut Tally, failed: &mut Vec<String>) {
    say::line(format_args!("error: {name}: {error:#}"));
    sum.failed += 1;
    failed.push(name.to_owned());
}
