//! Where things lie in the checkout, and which of the two builds is meant.

use std::env;
use std::path::{Path, PathBuf};

/// The checkout this program works in.
pub(crate) struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The same from every folder of the checkout. cargo's word at run time goes first: in a shared target folder
    /// this program may have been replaced by another checkout's between its build and its start.
    pub(crate) fn here() -> Self {
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let package = Path::new(&package);
        Self { root: package.parent().unwrap_or(package).to_owned() }
    }

    /// The folder of the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the checkout.
    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// What the server embeds. Always in the checkout, even where cargo builds elsewhere: two checkouts that share a
    /// target folder must not share a site.
    pub(crate) fn site(&self) -> PathBuf {
        self.join("target/site")
    }

    /// What a build leaves for the next one to skip.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.join("target/xtask").join(name)
    }
}

/// Which artefacts to make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For work and for tests. The module is built unoptimised too: a first start is sooner (cold 1:24 against 1:40 on
    /// two cores, and nothing to compress) and so is the answer to an edit (2 s against 12 s). What it costs is a
    /// second until a page on this machine is alive, which only the developer waits for. Both kinds of module fit
    /// both kinds of server, since `erase_components` is set for all four.
    Dev,
    /// What is shipped.
    Release,
}

impl Mode {
    /// By the `--release` flag.
    pub(crate) fn of(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }

    /// The profile of the server.
    pub(crate) fn server_profile(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// The profile of the WebAssembly module.
    pub(crate) fn module_profile(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "wasm-release",
        }
    }
}
