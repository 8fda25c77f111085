//! The site: every file the server embeds, made in memory and then brought to `target/site`, where only what changed
//! is written. The server is compiled anew when a file there moves, so leaving them alone is what makes a second
//! start short.

mod icons;
mod module;
mod press;
mod styles;
mod sync;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::tree::{Mode, Tree};
use crate::{need, say};

/// Paths below `target/site`, with `/` between folders, and what is in the files.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The stem of the dashboard's module, its glue and the style sheet of all pages: `pkg/gameserver.js`, `.wasm`, `.css`.
const NAME: &str = "gameserver";

/// The three faces, latin only: other scripts fall back to the system's fonts.
const FONTS: [(&str, &str); 3] = [
    ("geist.woff2", "@fontsource-variable/geist/files/geist-latin-wght-normal.woff2"),
    ("chakra-petch.woff2", "@fontsource/chakra-petch/files/chakra-petch-latin-600-normal.woff2"),
    ("geist-mono.woff2", "@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2"),
];

/// Makes the site, fetching what that needs.
pub(crate) fn build(tree: &Tree, mode: Mode) -> Result<()> {
    need::wasm_target(tree)?;
    need::packages(tree)?;

    let mut files = Files::new();
    let first = if mode == Mode::Dev { "about 2 minutes" } else { "about 2 minutes and a half" };
    files.extend(say::step(
        tree,
        &format!("Compile the dashboard to WebAssembly ({})", mode.module_profile()),
        first,
        || module::files(tree, mode),
    )?);
    say::step(tree, "Gather the site: styles, icons, fonts, public files", "", || {
        drawn(tree).context("cannot write icons and fonts into public/")?;
        folder(&tree.join("public"), "", &mut files)?;
        files.insert(format!("pkg/{NAME}.css"), styles::sheet(tree)?);
        Ok(())
    })?;
    if mode == Mode::Release {
        say::step(tree, "Compress the site", "about 10 s", || {
            press::add_compressed(&tree.site(), &mut files);
            Ok(())
        })?;
    }
    sync::bring(&tree.site(), &files).context("cannot write target/site")
}

/// Puts what comes out of npm packages into `public`, unknown to git: `cargo leptos watch` takes public files from there.
fn drawn(tree: &Tree) -> Result<()> {
    let public = tree.join("public");
    sync::write(&public.join("icons.svg"), icons::sprite(tree)?.as_bytes())?;
    for (name, source) in FONTS {
        let path = tree.join("node_modules").join(source);
        let font = fs::read(&path).with_context(|| format!("cannot read the font {}", path.display()))?;
        sync::write(&public.join("fonts").join(name), &font)?;
    }
    Ok(())
}

/// Every file below `from`, under `prefix`. Hidden files are an editor's or the system's and are not published.
fn folder(from: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    if !from.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            folder(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(format!("{prefix}{name}"), bytes);
        }
    }
    Ok(())
}
