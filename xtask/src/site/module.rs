//! The WebAssembly modules and their glue: cargo compiles them, wasm-bindgen as a library makes them loadable.

mod merge;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use walrus::{FunctionKind, Module, ModuleConfig};
use wasm_bindgen_cli_support::Bindgen;

use super::{Files, NAME, folder};
use crate::tree::{Mode, Tree};
use crate::{cargo, need};

/// One of the modules: a target of the package `frontend`.
struct Which {
    /// The target's name, which is that of cargo's file.
    target: &'static str,
    /// Its first file.
    entry: &'static str,
    /// What its files are called in the site.
    name: &'static str,
}

/// The dashboard, and the parts of players' pages that are live.
const MODULES: [Which; 2] = [
    Which { target: "frontend", entry: "frontend/src/lib.rs", name: NAME },
    Which { target: "parts", entry: "frontend/src/bin/parts.rs", name: "parts" },
];

/// `pkg/gameserver.js`, `pkg/gameserver.wasm`, the same of `parts`, and whatever else the glue imports.
pub(super) fn files(tree: &Tree, mode: Mode) -> Result<Files> {
    let scratch = tree.scratch(mode.module_profile());
    let stamp = |which: &Which| scratch.join(which.name).with_extension("stamp");
    let last = MODULES.each_ref().map(|which| fs::read_to_string(stamp(which)).unwrap_or_default());

    let mut site = Files::new();
    for ((which, compiled), last) in MODULES.iter().zip(compile(tree, mode, &last)?).zip(last) {
        let now = format!("{}\n{}\n", age(&compiled)?, age(&std::env::current_exe()?)?);
        let pkg = scratch.join(which.name);
        if last != now {
            let _ = fs::remove_file(stamp(which));
            let _ = fs::remove_dir_all(&pkg);
            bind(&compiled, &pkg, which.name, mode).context("wasm-bindgen failed")?;
            fs::write(stamp(which), now)?;
        }
        folder(&pkg, "pkg/", &mut site)?;
        // The name that leptos' own tools and `cargo leptos watch` use.
        let module = site.remove(&format!("pkg/{}_bg.wasm", which.name)).context("wasm-bindgen made no module")?;
        site.insert(format!("pkg/{}.wasm", which.name), module);
    }
    Ok(site)
}

/// Compiles them and names the files, which are surely this checkout's: cargo keeps one `frontend.wasm` in a target
/// folder for all checkouts that share it, and calls it fresh though another one wrote it last.
#[expect(clippy::disallowed_methods, reason = "a time to stamp a file with; the product does not see it")]
fn compile(tree: &Tree, mode: Mode, last: &[String]) -> Result<Vec<PathBuf>> {
    let targets = ["--package", "frontend", "--lib", "--bins", "--target", need::WASM];
    let args = [targets.as_slice(), &["--profile", mode.module_profile()]].concat();
    let build = || cargo::build_each(tree, &args, &MODULES.each_ref().map(|which| (which.target, ".wasm")));
    let mut built = build()?;
    let mut is_anothers = false;
    for ((which, built), last) in MODULES.iter().zip(&built).zip(last) {
        let is_shared = !built.file.starts_with(tree.root());
        if is_shared && built.fresh && last.lines().next() != Some(&age(&built.file)?) {
            File::options().append(true).open(tree.join(which.entry))?.set_modified(SystemTime::now())?;
            is_anothers = true;
        }
    }
    if is_anothers {
        built = build()?;
    }
    Ok(built.into_iter().map(|built| built.file).collect())
}

/// The module keeps its function names in development, for readable panics; in a release they are a third of the
/// bytes on the wire. Debug information serves neither: browsers do not read it.
fn bind(module: &Path, pkg: &Path, name: &str, mode: Mode) -> Result<()> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let mut module = ModuleConfig::new()
        .strict_validate(false)
        .generate_dwarf(false)
        .generate_name_section(mode == Mode::Dev)
        .parse(&bytes)?;
    empty(&mut module);
    Bindgen::new()
        .input_module(name, module)
        .web(true)?
        .typescript(false)
        .debug(mode == Mode::Dev)
        // The page says where the module is, so the glue must not guess at the name it had before.
        .omit_default_module_path(true)
        .out_name(name)
        .generate(pkg)?;
    if mode == Mode::Release {
        // What names functions by their numbers, for developers, is left out of a release.
        let module = pkg.join(format!("{name}_bg.wasm"));
        fs::write(&module, merge::doubles(fs::read(&module)?)?)?;
    }
    Ok(())
}

/// Functions that nothing calls, and that no compiler leaves out, since tables of functions name them: every view brings
/// one for a page that is hydrated piece by piece (`hydrate_lazy`), which ours are not. They are emptied, and with what only
/// they called they were a twelfth of the module. What called one would trap, in a development build as well, where the
/// browser's tests would tell.
///
/// A name alone says little: LLVM lets functions that are the same share one, under the name of either. These share theirs
/// with no others. The bodies of `async fn hydrate_async` name the line they stand in, for the panic of a future that is
/// polled too often; and `into_any`'s own function names such a body, as it puts it in a box.
const NEVER_CALLED: [&str; 2] = ["13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h", "8into_any13hydrate_async17h"];

fn empty(module: &mut Module) {
    for function in module.funcs.iter_mut() {
        let name = function.name.as_deref().unwrap_or_default();
        let is_called = !NEVER_CALLED.iter().any(|never| name.contains(never));
        let FunctionKind::Local(local) = &mut function.kind else { continue };
        if !is_called {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
        }
    }
}

/// Length and time of last change: enough to see that somebody wrote the file.
fn age(path: &Path) -> Result<String> {
    let meta = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    let written = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} {}", meta.len(), written.as_nanos()))
}
