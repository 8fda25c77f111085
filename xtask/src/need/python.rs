//! What is written in Python, in a folder of its own below `target`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::debian;
use crate::tree::Tree;
use crate::{run, say};

/// The version that docs/drills.md speaks of.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The program that makes requests up from an OpenAPI document, installed if it is not there.
pub(crate) fn schemathesis(tree: &Tree) -> Result<PathBuf> {
    let folder = tree.scratch("schemathesis");
    let program = folder.join("bin/schemathesis");
    let stamp = folder.join("installed");
    if program.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == SCHEMATHESIS) {
        return Ok(program);
    }
    debian::for_python(tree)?;
    say::step(tree, &format!("Fetch {SCHEMATHESIS}, which makes requests up"), "about 1 minute", || {
        let why = "the drill `openapi` is made of it; try again when Python's package index is in reach";
        let mut venv = run::program(tree, "python3");
        run::wait_for(venv.args(["-m", "venv", "--clear"]).arg(&folder), why)?;
        let mut pip = run::program(tree, folder.join("bin/pip"));
        run::wait_for(pip.args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]), why)?;
        fs::write(&stamp, SCHEMATHESIS).context("cannot write below target")
    })?;
    Ok(program)
}
