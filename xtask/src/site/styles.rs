//! The style sheet, by Tailwind's own command line.

use std::fs;

use anyhow::{Context, Result};

use crate::run;
use crate::tree::Tree;

/// The minified sheet. Made anew every time: Tailwind takes half a second and only it knows which files it reads.
pub(super) fn sheet(tree: &Tree) -> Result<Vec<u8>> {
    let made = tree.scratch("tailwind.css");
    let mut tailwind = run::program(tree, tree.join("node_modules/.bin/tailwindcss"));
    run::read(tailwind.env("NO_COLOR", "1").args(["--input", "style/tailwind.css", "--minify", "--output"]).arg(&made))
        .context("cannot make the style sheet")?;
    fs::read(&made).context("Tailwind made no style sheet")
}
