//! What has to be on the machine. What can be had from a package registry is fetched; of the rest one line says what
//! is missing, what for, and how to get it.

mod debian;
mod node;
mod python;

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::tree::Tree;
use crate::{run, say};

pub(crate) use debian::{chromium, for_tests, postgres};
pub(crate) use node::packages;
pub(crate) use python::schemathesis;

/// The target the dashboard is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for WebAssembly, by rustup when it is not there.
pub(crate) fn wasm_target(tree: &Tree) -> Result<()> {
    let folder = run::read(run::program(tree, "rustc").args(["--print", "target-libdir", "--target", WASM]))
        .context("rustc does not answer; the project is written in Rust; install it with rustup")?;
    if Path::new(&folder).is_dir() {
        return Ok(());
    }
    say::step(tree, "Add the WebAssembly target to the Rust toolchain", "about 10 s", || {
        let why = "the dashboard is compiled to WebAssembly; see rustup's message above and try again";
        run::wait_for(run::program(tree, "rustup").args(["target", "add", WASM]), why)
    })
}

/// A component of the toolchain, such as clippy, by rustup when it is not there.
pub(crate) fn component(tree: &Tree, name: &str, subcommand: &str) -> Result<()> {
    let mut probe = run::program(tree, "cargo");
    probe.args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    if probe.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    say::step(tree, &format!("Add {name} to the Rust toolchain"), "about 10 s", || {
        let why = format!("the checks use {name}; see rustup's message above and try again");
        run::wait_for(run::program(tree, "rustup").args(["component", "add", name]), &why)
    })
}
