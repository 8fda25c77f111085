//! Starting other programs: with a clean environment, and with an error that names the command.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::say;
use crate::tree::Tree;

/// Any program, started in the checkout.
pub(crate) fn program(tree: &Tree, name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(tree.root()).stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| is_of_outer_cargo(name) || is_foreign_flags(name)) {
            command.env_remove(name);
        }
    }
    command
}

/// `cargo run` describes the package it runs in the environment. Build scripts watch such variables (ring's does), so
/// a cargo started from here would compile a dozen crates again, and the next plain `cargo build` once more.
fn is_of_outer_cargo(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "LD_LIBRARY_PATH", "OUT_DIR"].contains(&name)
}

/// Flags from outside replace those of `.cargo/config.toml`, and without these a page never comes alive.
fn is_foreign_flags(name: &str) -> bool {
    name == "RUSTFLAGS"
        || name == "CARGO_ENCODED_RUSTFLAGS"
        || (name.starts_with("CARGO_TARGET_") && name.ends_with("_RUSTFLAGS"))
}

/// Says so when flags from outside are ignored.
pub(crate) fn warn_of_foreign_flags() {
    for (name, value) in env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        if is_foreign_flags(name) && !value.is_empty() {
            say::line(format_args!(
                "warning: {name} is set and left out here, since it would replace the flags of .cargo/config.toml"
            ));
        }
    }
}

/// Runs it with its output on the terminal; anything but success is an error.
pub(crate) fn wait(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", name(command)))?;
    ensure!(status.success(), "{} failed", name(command));
    Ok(())
}

/// Like [`wait`]; when it fails, `why` says in the same line what it was for and what to do.
pub(crate) fn wait_for(command: &mut Command, why: &str) -> Result<()> {
    wait(command).map_err(|error| anyhow!("{error:#}; {why}"))
}

/// Runs it quietly and hands back what it printed; what it complained of is shown only when it fails.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", name(command)))?;
    if !output.status.success() {
        bail!("{} failed: {}", name(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs it and hands over its standard output line by line while it runs; standard error stays on the terminal.
pub(crate) fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {}", name(command)))?;
    if let Some(out) = child.stdout.take() {
        let mut out = BufReader::new(out);
        let mut line = Vec::new();
        // Not `lines()`: a test may print what is not UTF-8.
        while out.read_until(b'\n', &mut line)? > 0 {
            each(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
            line.clear();
        }
    }
    Ok(child.wait()?)
}

/// The command as one would type it.
pub(crate) fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_describes_the_outer_package_is_left_out_and_what_configures_cargo_stays() {
        assert!(is_of_outer_cargo("CARGO_PKG_VERSION_MAJOR"));
        assert!(is_of_outer_cargo("CARGO_MANIFEST_DIR"));
        assert!(!is_of_outer_cargo("CARGO_TARGET_DIR"));
        assert!(!is_of_outer_cargo("CARGO_HOME"));
    }

    #[test]
    fn flags_are_foreign_under_each_of_their_names() {
        assert!(is_foreign_flags("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS"));
        assert!(!is_foreign_flags("CARGO_TARGET_DIR"));
    }

    #[test]
    fn output_arrives_line_by_line_even_when_it_is_not_text() {
        let mut seen = Vec::new();
        let status = lines(Command::new("printf").arg("a\\nb\\377\\nc"), |line| seen.push(line.to_owned())).unwrap();
        assert!(status.success());
        assert_eq!(seen, ["a", "b\u{fffd}", "c"]);
    }
}
