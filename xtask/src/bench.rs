//! `cargo xtask bench`: requests a second and how long they take, of the server as it is shipped. docs/performance.md
//! has what came of it.

use std::process::ExitCode;

use anyhow::Result;

use crate::drill;
use crate::tree::{Mode, Tree};

/// Measures, with these arguments.
pub(crate) fn bench(tree: &Tree, args: &[String]) -> Result<ExitCode> {
    let names_one =
        args.first().is_some_and(|first| ["bench", "cost", "fanout", "lobbies", "start"].contains(&first.as_str()));
    let args = if names_one { args.to_vec() } else { [&["bench".to_owned()], args].concat() };
    drill::hold(tree, Mode::Release, &args)
}
